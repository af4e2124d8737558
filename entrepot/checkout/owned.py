"""A member's own cart with all that its pages ask of other contexts before they ask for prices: one statement.

A member's page has paid one statement for the session already, so cart, goods and person come together.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from entrepot.checkout import carts, together
from entrepot.checkout.quoting import Facts
from entrepot.customers import public as customers
from entrepot.customers.contracts import BuyerInfo

_CART = len(carts.COLUMNS)
_OWN = together.statement(carts.NEWEST, customers.buyer_statement("cart.customer_id"), customers.BUYER_WIDTH)


@dataclass(frozen=True, slots=True)
class OwnCart:
    """The cart, what is known of its goods, and whose it is."""

    cart: carts.Cart
    facts: Facts
    buyer: BuyerInfo


def newest(customer_id: UUID, channel_id: int, now: datetime) -> OwnCart | None:
    """The open cart that a member used last."""
    found = together.read(_OWN, {"customer": customer_id, "channel": channel_id}, now)
    if found is None:
        return None
    columns, facts = found
    return OwnCart(carts.of_row(columns[:_CART]), facts,
                   customers.buyer_of_row(columns[_CART:_CART + customers.BUYER_WIDTH]))
