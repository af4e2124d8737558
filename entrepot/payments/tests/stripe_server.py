"""localstripe on a loopback port, completed by what Stripe documents and it lacks: idempotency keys and
`amount_received`. Run as a program: `python -m entrepot.payments.tests.stripe_server PORT`.
"""

from __future__ import annotations

import hashlib
import sys
from typing import Any

from aiohttp import web
from localstripe import resources, server

_answers: dict[str, tuple[str, bytes, int]] = {}


@web.middleware
async def idempotency(request: web.Request, handler: Any) -> web.StreamResponse:
    """The same key answers the same; with another request it is an error. `/_test/calls` counts what really ran."""
    if request.path == "/_test/calls":
        return web.json_response({"calls": len(_answers)})
    key = request.headers.get("Idempotency-Key")
    if request.method != "POST" or not key:
        return await handler(request)
    digest = hashlib.sha256(request.path.encode() + await request.read()).hexdigest()
    if key in _answers:
        known, body, status = _answers[key]
        if known != digest:
            return web.json_response({"error": {"type": "idempotency_error", "message": "key reused"}}, status=400)
        return web.Response(body=body, status=status, content_type="application/json")
    response = await handler(request)
    _answers[key] = digest, response.body, response.status
    return response


def amount_received(intent: resources.PaymentIntent) -> int:
    charge = intent.latest_charge
    if charge is None or intent.status != "succeeded":
        return 0
    released = sum(r.amount for r in charge.refunds._list if r.payment_intent is None)
    return int(charge.amount - released)


def main(port: int) -> None:
    resources.PaymentIntent.amount_received = property(amount_received)
    resources.Store.dump_to_disk = lambda self: None
    app = web.Application(middlewares=[idempotency, server.error_middleware, server.auth_middleware])
    for route in list(server.app.router.routes()):
        if route.method != "HEAD":
            app.router.add_route(route.method, route.resource.canonical, route.handler)
    app.router.add_get("/_test/calls", lambda request: web.Response())
    web.run_app(app, host="127.0.0.1", port=port, print=None)


if __name__ == "__main__":
    main(int(sys.argv[1]))
