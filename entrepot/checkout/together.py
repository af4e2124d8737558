"""A cart and what is known of its goods in one statement: the row of the cart names the goods."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from entrepot.catalog import public as catalog
from entrepot.checkout import carts
from entrepot.checkout.carts import Cart
from entrepot.checkout.quoting import Facts
from entrepot.kit import db
from entrepot.kit.actor import Actor
from entrepot.kit.errors import NotFound
from entrepot.pricing import public as pricing

_WIDTH = len(carts.COLUMNS)
_GOODS = catalog.facts_statement(
    "(SELECT ARRAY(SELECT (line->>'variant_id')::uuid FROM cart, jsonb_array_elements(cart.lines) AS line)"
    " || %(gifts)s::uuid[])")


@lru_cache(maxsize=200)
def statement(cart: str, beside: str = "", width: int = 0) -> str:
    """One row for each variant; the cart, with `width` more columns of the lateral `beside`, stands in the first of
    them, alone when there is no variant. The number of the row is before everything else."""
    columns = ", ".join(f"c{n}" for n in range(_WIDTH + width))
    joined = f"LEFT JOIN LATERAL ({beside}) AS beside ON true" if beside else ""
    return f"""
WITH cart AS MATERIALIZED ({cart}),
     whole({columns}, nth) AS (SELECT cart.*, {"beside.*, " if beside else ""}1::bigint FROM cart {joined}),
     goods AS (SELECT row_number() OVER () AS nth, fact.* FROM ({_GOODS}) AS fact)
SELECT * FROM whole FULL JOIN goods USING (nth) ORDER BY nth
"""  # noqa: S608 own names


def read(sql: str, params: Mapping[str, Any], now: datetime) -> tuple[tuple[Any, ...], Facts] | None:
    """The columns of the cart and what stands beside it, and the facts; None when there is no such cart."""
    found = db.rows(sql, {**params, "now": now, "gifts": sorted(pricing.gift_variants())})
    if not found or found[0][1] is None:
        return None
    return found[0][1:], catalog.facts_of_rows(r for r in found if r.sku is not None)


def find(cart_id: UUID, now: datetime, *, actor: Actor, secret: str = "") -> tuple[Cart, Facts]:
    """As `carts.find`."""
    return _found(carts.FIND, cart_id, now, actor, secret)


def lock(cart_id: UUID, now: datetime, *, actor: Actor, secret: str = "") -> tuple[Cart, Facts]:
    """As `carts.lock`."""
    cart, facts = _found(carts.LOCK, cart_id, now, actor, secret)
    carts.require_open(cart)
    return cart, facts


def _found(sql: str, cart_id: UUID, now: datetime, actor: Actor, secret: str) -> tuple[Cart, Facts]:
    found = read(statement(sql), {"id": cart_id, **carts.proof(actor, secret)}, now)
    if found is None:
        raise NotFound("cart")
    return carts.of_row(found[0][:_WIDTH]), found[1]


def change(cart_id: UUID, values: Mapping[str, Any], *, now: datetime, actor: Actor, secret: str = "",
           expected_version: int | None = None) -> tuple[Cart, Facts]:
    """As `carts.change`."""
    sql, params = carts.changing(cart_id, values, now=now, actor=actor, secret=secret,
                                 expected_version=expected_version)
    found = read(statement(sql), params, now)
    if found is None:
        raise carts.refusal(cart_id, actor=actor, secret=secret, expected_version=expected_version)
    return carts.of_row(found[0][:_WIDTH]), found[1]
