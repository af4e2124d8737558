"""Past orders for the rehearsal of a promotion, read from the reporting views."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from entrepot.customers import public as customers
from entrepot.kit import db
from entrepot.pricing.contracts import ReplayLine, ReplayOrder

MOST = 5_000  # the newest; a rehearsal of these takes about a second

_ORDERS = """
WITH chosen AS MATERIALIZED (
    SELECT order_id, channel_id, currency, placed_at, delivery_minor, customer_id, customer_key, country
    FROM reporting.orders_v1 WHERE placed_at >= %(since)s AND state NOT IN ('cancelled', 'expired')
    ORDER BY placed_at DESC LIMIT %(most)s
)
SELECT c.*, u.group_code, u.company_id, l.lines
FROM chosen c
JOIN (SELECT order_id, json_agg(json_build_array(line_id, variant_id, quantity::text, goods_minor, discount_minor,
                                                 tax_minor, gross_minor, unit_cost::text,
                                                 facts -> 'regular_unit_minor',
                                                 facts ->> 'listing_promotion_id')) AS lines
      FROM reporting.order_lines_v1
      WHERE entry = 'sale' AND line_kind = 'product' AND variant_id IS NOT NULL AND quantity > 0
        AND order_id IN (SELECT order_id FROM chosen) GROUP BY order_id) l ON l.order_id = c.order_id
LEFT JOIN reporting.customers_v1 u ON u.customer_id = c.customer_id
"""


def past_orders(since: datetime, most: int = MOST) -> list[ReplayOrder]:
    """Orders that stood, as they were placed."""
    groups = {g.code: g.id for g in customers.list_groups()}
    return [_order(r, groups) for r in db.rows(_ORDERS, {"since": since, "most": most})]


def _order(r: Any, groups: dict[str, int]) -> ReplayOrder:
    lines = tuple(_line(line) for line in r.lines)
    included = all(gross == goods - discount for _l, _v, _q, goods, discount, _t, gross, *_ in r.lines)
    return ReplayOrder(
        r.order_id, r.channel_id, r.currency, r.placed_at, lines, included, r.delivery_minor, r.customer_id,
        r.customer_key, groups.get(r.group_code), r.company_id, r.country or "")


def _line(told: list[Any]) -> ReplayLine:
    line_id, variant_id, quantity, goods, discount, tax, gross, cost, regular, promotion = told
    pieces = Decimal(quantity)
    base = gross - tax  # what the tax was on
    rate = round(Decimal(tax) / base, 4) if base > 0 else Decimal(0)
    return ReplayLine(UUID(line_id), UUID(variant_id), pieces, round(goods / pieces), discount,
                      min(rate, Decimal("0.9999")), None if cost is None else Decimal(cost), regular,
                      UUID(promotion) if promotion else None)
