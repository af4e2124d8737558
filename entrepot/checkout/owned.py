"""A member's own cart with all that its pages ask of other contexts before they ask for stock: one statement.

A member's page has paid one statement for the session already, so cart, goods and person come together.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from entrepot.checkout import carts, together
from entrepot.checkout.together import Goods
from entrepot.customers import public as customers
from entrepot.customers.contracts import BuyerInfo

_OWN = together.statement(carts.NEWEST, customers.buyer_statement("cart.customer_id"), customers.BUYER_WIDTH)


@dataclass(frozen=True, slots=True)
class OwnCart:
    """The cart, what is known of its goods, and whose it is."""

    cart: carts.Cart
    goods: Goods
    buyer: BuyerInfo


def newest(customer_id: UUID, channel_id: int, now: datetime) -> OwnCart | None:
    """The open cart that a member used last."""
    found = together.read(_OWN, {"customer": customer_id, "channel": channel_id}, now)
    if found is None:
        return None
    cart, goods, beside = found
    return OwnCart(cart, goods, customers.buyer_of_row(beside[:customers.BUYER_WIDTH]))
