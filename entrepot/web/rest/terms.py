"""What holds for many operations is told once: who may call, which headers are understood, and the words at the top.

All of it is derived from what the operations declare, so that the document and the checks cannot drift apart.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings

from entrepot.kit import idempotency, paging
from entrepot.kit.actor import declared
from entrepot.kit.middleware import BEACON, SAFE
from entrepot.web.rest import parameters, refusals

Json = dict[str, Any]

_CART = "/api/v1/carts/{cart_id}"
# Without being signed in; everything else below /account is one's own.
_BEFORE_SIGNING_IN = frozenset(f"/api/v1/account/{name}" for name in (
    "login", "register", "confirm", "password", "csrf", "logout"))
VERSIONED = frozenset({
    ("patch", _CART), ("patch", f"{_CART}/overview"),
    ("post", "/api/v1/account/orders/{order_id}/cancel"),
    *(("post", f"/api/v1/admin/orders/{{order_id}}/{verb}") for verb in (
        "holds", "holds/{kind}/release", "approve", "cancel", "split", "fulfilments")),
})
# Placing keeps the key with the order instead of the answer: `is_replay` tells.
_KEPT_WITH_THE_ORDER = frozenset({f"{_CART}/place", "/api/v1/checkouts/complete"})
# By the tag that operations carry: the context that they belong to.
TAGS = {
    "checkout": "From a cart to a placed order: lines, addresses, delivery, coupons, placing, paying again.",
    "orders": "The life of an order: own orders, tracking with a secret, holds, changes, parcels, returns, invoices.",
    "catalog": "What is sold: channels, product types, products, variants, bundles, categories, collections, brands.",
    "showcase": "What a visitor sees: product pages, lists, search and suggestions, ready to send.",
    "pricing": "How much: price lists, tiers, promotions, coupons, tax.",
    "inventory": "Where and how many: warehouses, stock and its ledger, transfers, counts.",
    "payments": "Money in and out: payments, captures, refunds, gift cards, statements.",
    "customers": "Whom the shop serves: accounts, addresses, consent, groups, companies, points and store credit.",
    "identity": "Who works here, and signing in: users, roles, API keys, sessions.",
    "service": "After the sale: reviews and their moderation.",
    "fraud": "Rules that ask for a review of an order, and what they found.",
    "growth": "What the shop says: pages, menus, pictures, whether it is open.",
    "channels": "The outside world: importing and exporting goods and orders.",
    "insight": "What happened: events of visitors, and figures.",
    "experiments": "Feature flags, and for whom they are on.",
    "kit": "The installation: webhooks, events, jobs, the audit trail, retention.",
    "web": "What pages need from several contexts at once: notices, search and saved views of the office.",
}


def complete(document: Json) -> None:
    """Security, headers, tags and the introduction, in place."""
    document["info"]["description"] = introduction()
    document["tags"] = [{"name": name, "description": text} for name, text in TAGS.items()]
    components = document["components"]
    refusals.place(document)["description"] = refusals.table("en")
    components["securitySchemes"] = schemes()
    components["parameters"] = _headers_asked()
    components["headers"] = {"Idempotency-Replayed": {
        "description": "`true` when this is the kept answer of an earlier request with the same key.",
        "schema": {"type": "string", "enum": ["true"]}}}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            operation["security"] = security(method, path, operation["x-permission"],
                                             people=operation.pop("x-people-only", False))
            if operation.get("description", "").rstrip(".") == operation["summary"]:
                del operation["description"]  # it would be said twice
            parameters.describe(path, operation.get("parameters", []))
            _headers(method, path, operation)


def schemes() -> Json:
    return {
        "key": {"type": "http", "scheme": "bearer",
                "description": "An API key. Its scopes are the permissions that operations name."},
        "session": {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME,
                    "description": "The session of a browser, from `POST /account/login`."},
        "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRFToken",
                 "description": "With a session, on everything but GET: the token of `GET /account/csrf`."},
        "cart": {"type": "apiKey", "in": "header", "name": "Cart-Secret",
                 "description": "Proves a guest's cart: `secret` in the answer of `POST /carts`."},
        "order": {"type": "apiKey", "in": "header", "name": "Order-Secret",
                  "description": "Proves a guest's order: `tracking_secret` in the answer that placed it."},
    }


def security(method: str, path: str, permission: str, *, people: bool = False) -> list[Json]:
    """The ways to be let in, any of which will do; `people` are asked for where something is kept for a person."""
    session: Json = {"session": []} if method.upper() in SAFE else {"session": [], "csrf": []}
    if path == f"{_CART}/merge":
        return [session | {"cart": []}]
    if path == "/api/v1/orders/adopt":
        return [session | {"order": []}]
    if path.startswith(_CART):
        return [{"cart": []}, session, {"key": ["checkout.manage"]}]
    if path == "/api/v1/orders/{order_id}/pay":
        return [{"order": []}, session]
    if not declared()[permission].everyone:
        return [{"key": [permission]}, session]
    if path == "/api/v1/carts/mine" or permission == "service.own" or people:
        return [session]
    if permission == "web.office":
        return [{"key": []}, session]
    if path.startswith("/api/v1/account") and path not in _BEFORE_SIGNING_IN:
        return [session]
    return [{}, {"key": []}, session]


def _headers_asked() -> Json:
    return {
        "Idempotency-Key": {
            "name": idempotency.HEADER, "in": "header", "required": False,
            "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[ -~]+$"},
            "description": "Makes it safe to send the request again: the work is done once. A visitor's key has at"
                           f" least {idempotency.UNGUESSABLE} characters, for example a UUID."},
        "If-Match": {
            "name": "If-Match", "in": "header", "required": False, "schema": {"type": "string", "maxLength": 200},
            "description": parameters.IF_MATCH},
    }


def _headers(method: str, path: str, operation: Json) -> None:
    if (method, path) in VERSIONED:
        _refer(operation, "If-Match")
    generic = not idempotency.is_exempt(_route(path))
    if method.upper() in SAFE or path == BEACON or not (generic or path in _KEPT_WITH_THE_ORDER):
        return
    _refer(operation, idempotency.HEADER)
    if generic:
        for status, answer in operation["responses"].items():
            if str(status).startswith("2"):
                answer.setdefault("headers", {})[idempotency.REPLAYED] = {
                    "$ref": f"#/components/headers/{idempotency.REPLAYED}"}


def _refer(operation: Json, name: str) -> None:
    operation.setdefault("parameters", []).append({"$ref": f"#/components/parameters/{name}"})


def _route(path: str) -> str:
    """As `idempotency.exempt` was told it: ids in our addresses of exempt operations are UUIDs."""
    return path.removeprefix("/").replace("{", "<uuid:").replace("}", ">")


def introduction(language: str = "en") -> str:
    text = (Path(__file__).parent / f"introduction.{language}.md").read_text(encoding="utf-8")
    return text.format(most=paging.MAX_LIMIT, days=idempotency.KEEP.days)
