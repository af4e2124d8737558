"""A cart, what is known of its goods, what they cost and where they lie in one statement: the row of the cart names
the goods."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import VariantFacts
from entrepot.checkout import carts
from entrepot.checkout.carts import Cart
from entrepot.inventory import public as inventory
from entrepot.inventory.contracts import StockAt
from entrepot.kit import db
from entrepot.kit.actor import Actor
from entrepot.kit.errors import NotFound
from entrepot.pricing import public as pricing

Facts = dict[UUID, VariantFacts]

_WIDTH = len(carts.COLUMNS)
_VARIANTS = "ARRAY(SELECT (line->>'variant_id')::uuid FROM {}jsonb_array_elements(cart.lines) AS line)"
_FACTS = catalog.facts_statement(f"(SELECT {_VARIANTS.format('cart, ')} || %(offered)s::uuid[])")
_PRICES = pricing.prices_statement(
    _VARIANTS.format(""), channel="cart.channel_id", currency=catalog.currency_statement("cart.channel_id"),
    group="cart.group_id", company="cart.company_id", customer="cart.customer_id::text",
    coupons="ARRAY(SELECT upper(code) FROM unnest(cart.coupons) AS code)")
# of the goods and of what lies inside bundles
_STOCK = inventory.stock_statement(
    "ARRAY(SELECT id FROM goods UNION"
    " SELECT (part->>0)::uuid FROM goods, jsonb_array_elements(goods.components) AS part)",
    channel="cart.channel_id", owner="cart.id")
# A cart that is not written yet, or is to be written otherwise: as much of it as goods and prices depend on.
_DRAFT = ("SELECT %(id)s::uuid AS id, %(lines)s::jsonb AS lines, %(channel)s::bigint AS channel_id,"
          " %(coupons)s::text[] AS coupons, one.customer_id, t.group_id, t.company_id"
          " FROM (SELECT %(customer)s::uuid AS customer_id) AS one"
          " LEFT JOIN LATERAL customers_terms(one.customer_id) AS t ON true")
_DRAFT_WIDTH = 7


@dataclass(frozen=True, slots=True)
class Goods:
    """What is known of a cart's goods, those included that a running promotion might add, what prices depend on, and
    the stock of them and of their components, where it was asked for."""

    facts: Facts
    prices: pricing.PriceSnapshot
    stock: tuple[StockAt, ...] | None = None


@lru_cache(maxsize=200)
def statement(cart: str, beside: str = "", width: int = 0, *, of: int = _WIDTH, stock: bool = True) -> str:
    """One row for each variant; the cart (`of` columns), what prices depend on, the stock (empty when it is not asked
    for) and `width` more columns of the lateral `beside`, stand in the first of them, alone when there is no variant.
    The number of the row is before everything."""
    columns = ", ".join(f"c{n}" for n in range(of + pricing.PRICES_WIDTH + 1 + width))
    joined = f"LEFT JOIN LATERAL ({beside}) AS beside ON true" if beside else ""
    return _short(f"""
WITH cart AS MATERIALIZED ({cart}),
     goods AS (SELECT row_number() OVER () AS nth, fact.* FROM ({_FACTS}) AS fact),
     whole({columns}, nth) AS (
         SELECT cart.*, prices.*, {_STOCK if stock else "NULL::json"}, {"beside.*, " if beside else ""}1::bigint
         FROM cart CROSS JOIN LATERAL ({_PRICES}) AS prices {joined})
SELECT * FROM whole FULL JOIN goods USING (nth) ORDER BY nth
""")  # noqa: S608 own names


def _short(sql: str) -> str:
    """The driver remembers how to read a statement of up to 4,096 characters; a longer one, as those with stock are, it
    takes apart each time (20 µs)."""
    return re.sub(r"\s*([(),=])\s*", r"\1", " ".join(sql.split()))


def read(sql: str, params: Mapping[str, Any], now: datetime, *,
         stock: bool = True) -> tuple[Cart, Goods, tuple[Any, ...]] | None:
    """The cart, its goods, and what stands beside it (and then the columns of a fact); None without such a cart.
    `stock`: whether the statement asked for it."""
    found = _rows(sql, params, now)
    if not found or found[0][1] is None:
        return None
    cart = carts.of_row(found[0][1:1 + _WIDTH])
    return cart, _goods(found, 1 + _WIDTH, cart, stock), found[0][1 + _WIDTH + pricing.PRICES_WIDTH + 1:]


def goods_of(cart: Cart, now: datetime, *, stock: bool = True) -> Goods:
    """The same of a cart at hand, whatever is written of it."""
    found = _rows(statement(_DRAFT, of=_DRAFT_WIDTH, stock=stock), {
        "id": cart.id, "lines": carts.stored_lines(cart.lines), "channel": cart.channel_id, "coupons": cart.coupons,
        "customer": cart.customer_id}, now)
    return _goods(found, 1 + _DRAFT_WIDTH, cart, stock)


def _rows(sql: str, params: Mapping[str, Any], now: datetime) -> list[Any]:
    return db.rows(sql, {**params, "now": now, "offered": sorted(pricing.gift_variants())})


def _goods(rows: list[Any], at: int, cart: Cart, stock: bool) -> Goods:
    """`at`: where in the first row that which prices depend on begins."""
    end = at + pricing.PRICES_WIDTH
    prices = pricing.snapshot_of(rows[0][at:end], [line.variant_id for line in cart.lines])
    return Goods(catalog.facts_of_rows(r for r in rows if r.sku is not None), prices,
                 inventory.stock_of_value(rows[0][end]) if stock else None)


def find(cart_id: UUID, now: datetime, *, actor: Actor, secret: str = "") -> tuple[Cart, Goods]:
    """As `carts.find`."""
    return _found(carts.FIND, cart_id, now, actor, secret, stock=True)


def lock(cart_id: UUID, now: datetime, *, actor: Actor, secret: str = "") -> tuple[Cart, Goods]:
    """As `carts.lock`. Without stock: whoever locks a cart is about to reserve, and learns of it there."""
    cart, goods = _found(carts.LOCK, cart_id, now, actor, secret, stock=False)
    carts.require_open(cart)
    return cart, goods


def _found(sql: str, cart_id: UUID, now: datetime, actor: Actor, secret: str, *, stock: bool) -> tuple[Cart, Goods]:
    found = read(statement(sql, stock=stock), {"id": cart_id, **carts.proof(actor, secret)}, now, stock=stock)
    if found is None:
        raise NotFound("cart")
    return found[:2]


def change(cart_id: UUID, values: Mapping[str, Any], *, now: datetime, actor: Actor, secret: str = "",
           expected_version: int | None = None, stock: bool = True) -> tuple[Cart, Goods]:
    """As `carts.change`."""
    sql, params = carts.changing(cart_id, values, now=now, actor=actor, secret=secret,
                                 expected_version=expected_version)
    found = read(statement(sql, stock=stock), params, now, stock=stock)
    if found is None:
        raise carts.refusal(cart_id, actor=actor, secret=secret, expected_version=expected_version)
    return found[:2]
