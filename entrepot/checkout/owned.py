"""A member's own cart with all that its pages ask of other contexts before they ask for prices: one statement.

A member's page has paid one statement for the session already, so cart, goods and person come together.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from entrepot.catalog import public as catalog
from entrepot.checkout import carts
from entrepot.checkout.quoting import Facts
from entrepot.customers import public as customers
from entrepot.customers.contracts import BuyerInfo
from entrepot.kit import db
from entrepot.pricing import public as pricing

_CART = len(carts.COLUMNS)
_BUYER = _CART + customers.BUYER_WIDTH
_GOODS = catalog.facts_statement(
    "(SELECT ARRAY(SELECT (line->>'variant_id')::uuid FROM cart, jsonb_array_elements(cart.lines) AS line)"
    " || %(gifts)s::uuid[])")
# One row for each variant; cart and buyer stand in the first of them, alone when there is no variant.
_OWN = f"""
WITH cart AS MATERIALIZED ({carts.NEWEST}),
     whole({", ".join(f"c{n}" for n in range(_BUYER))}, nth) AS (
         SELECT cart.*, buyer.*, 1::bigint FROM cart
         LEFT JOIN LATERAL ({customers.buyer_statement("cart.customer_id")}) AS buyer ON true),
     goods AS (SELECT row_number() OVER () AS nth, fact.* FROM ({_GOODS}) AS fact)
SELECT * FROM whole FULL JOIN goods USING (nth) ORDER BY nth
"""  # noqa: S608 own names


@dataclass(frozen=True, slots=True)
class OwnCart:
    """The cart, what is known of its goods, and whose it is."""

    cart: carts.Cart
    facts: Facts
    buyer: BuyerInfo


def newest(customer_id: UUID, channel_id: int, now: datetime) -> OwnCart | None:
    """The open cart that a member used last."""
    found = db.rows(_OWN, {"customer": customer_id, "channel": channel_id, "now": now,
                           "gifts": sorted(pricing.gift_variants())})
    if not found or found[0][1] is None:
        return None
    first = found[0][1:]  # the number of the row is before everything else
    return OwnCart(carts.of_row(first[:_CART]), catalog.facts_of_rows(r for r in found if r.sku is not None),
                   customers.buyer_of_row(first[_CART:_BUYER]))
