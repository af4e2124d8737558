"""Everything that is held about a person, from every context, in plain data: a right of theirs."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from entrepot.checkout import public as checkout
from entrepot.customers import public as customers
from entrepot.fraud import public as fraud
from entrepot.identity import public as identity
from entrepot.insight import public as insight
from entrepot.kit import clock, private
from entrepot.kit.actor import Actor
from entrepot.kit.errors import Unauthenticated
from entrepot.kit.json import dumps
from entrepot.orders import public as orders
from entrepot.orders.contracts import OrderFilter, OrderView
from entrepot.service import public as service

_PAGE = 100
ABOUT = """This archive holds what the shop knows about you, as of {at}.

account.json    how you sign in, your sessions and factors (never their secrets)
customer.json   name, addresses, consents with their history, points and store credit, wishes, coupon codes
orders.json     orders with lines, parcels, returns, invoices and their story
reviews.json    reviews you have written
carts.json      carts that you have begun
checks.json     how orders of yours were judged when we looked for fraud
activity.json   what you did in the shop, as far as you allowed us to note it
pictures/       pictures that you sent in with returns and reviews
"""


def gather(actor: Actor) -> dict[str, Any]:
    """By file name; a person gets what is theirs and nothing else."""
    if actor.customer_id is None:
        raise Unauthenticated
    account: dict[str, Any] = {}
    if actor.user_id is not None:
        account = {"user": identity.get_user(actor.user_id), "sessions": identity.list_sessions(actor.user_id),
                   "factors": identity.factors_of(actor.user_id)}
    own = _orders(actor)
    return {"account": account, "customer": customers.export_own(actor.customer_id), "orders": own,
            "reviews": service.reviews_by(actor.customer_id), "carts": checkout.carts_of(actor.customer_id),
            "checks": fraud.assessments_of([order.id for order in own]),
            "activity": insight.events_of(actor.customer_id)}


def pictures(parts: dict[str, Any]) -> dict[str, bytes]:
    """By file name, the pictures that belong to the orders and reviews of a copy."""
    folders = [f"{kind}/{one.id}" for kind in ("orders", "reviews") for one in parts[kind]]
    return {f"pictures/{folder}/{file.name}": file.read_bytes() for folder in folders for file in private.files(folder)}


def _orders(actor: Actor) -> list[OrderView]:
    found: list[OrderView] = []
    cursor = None
    while True:
        page, cursor = orders.find_orders(OrderFilter(customer_id=actor.customer_id), cursor, _PAGE, actor=actor)
        found += [orders.get_order(summary.id, actor=actor) for summary in page]
        if cursor is None:
            return found


def as_zip(parts: dict[str, Any]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", ABOUT.format(at=clock.now().isoformat(timespec="seconds")))
        for name, content in parts.items():
            archive.writestr(f"{name}.json", dumps(content))
        for name, picture in pictures(parts).items():
            archive.writestr(name, picture)
    return out.getvalue()
