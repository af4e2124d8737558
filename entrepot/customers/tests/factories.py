"""People and addresses for tests."""

from __future__ import annotations

from typing import Any

from entrepot.customers import public
from entrepot.customers.contracts import CustomerInfo
from entrepot.kit.actor import Actor, ActorKind, system

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
