"""People and addresses for tests."""

from __future__ import annotations

from typing import Any

from django.test import RequestFactory
from django.urls import resolve

from entrepot.customers import public
from entrepot.customers.contracts import CustomerInfo
from entrepot.kit.actor import Actor, ActorKind, system
from entrepot.kit.json import dumps, loads

SHANGHAI: dict[str, Any] = {
    "name": "王小明", "phone": "13800138000", "country": "CN", "region": "上海市", "city": "上海市",
    "district": "浦东新区", "line1": "世纪大道100号", "postcode": "200120",
}
LONDON: dict[str, Any] = {
    "name": "Alice Buyer", "line1": "221B Baker Street", "city": "London", "postcode": "NW1 6XE", "country": "GB",
    "phone": "+44 20 7946 0958",
}


def make_customer(email: str = "alice@example.com", name: str = "Alice", **fields: Any) -> CustomerInfo:
    return public.create_customer(email=email, name=name, actor=system("test"), **fields)


def acting(customer: CustomerInfo) -> Actor:
    """The actor of a signed-in customer."""
    return Actor(ActorKind.CUSTOMER, id=str(customer.id), label=customer.name, customer_id=customer.id,
                 user_id=customer.user_id)


def call(actor: Actor, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
    """One request to `/api/v1` as `actor`, without the middleware: (status, decoded answer)."""
    request = RequestFactory().generic(method, "/api/v1" + path, b"" if body is None else dumps(body),
                                       content_type="application/json", headers=headers)
    request.actor = actor  # type: ignore[attr-defined]
    match = resolve(("/api/v1" + path).split("?")[0])
    response = match.func(request, *match.args, **match.kwargs)
    return response.status_code, loads(response.content) if response.content else None
