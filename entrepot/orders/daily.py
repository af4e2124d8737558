"""Sales by business day, for first screens and mails: one statement over the days asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from entrepot.kit import db
from entrepot.kit.actor import Actor
from entrepot.orders.permissions import READ

LOST = ("cancelled", "expired")

_DAYS = """
SELECT business_on, channel_id, currency, state, count(*) AS orders,
       sum(total_minor - credited_minor)::bigint AS total_minor,
       count(*) FILTER (WHERE placed_at <= %(then)s) AS orders_then,
       coalesce(sum(total_minor - credited_minor) FILTER (WHERE placed_at <= %(then)s), 0)::bigint AS total_then_minor
FROM orders_order WHERE business_on BETWEEN %(first)s AND %(last)s
GROUP BY business_on, channel_id, currency, state ORDER BY business_on
"""


@dataclass(frozen=True, slots=True)
class DaySales:
    """Orders of one day, channel, currency and state; `_then` counts those placed up to a given moment."""

    day: date
    channel_id: int
    currency: str
    state: str
    orders: int
    total_minor: int
    orders_then: int
    total_then_minor: int


def sales_by_day(first_on: date, last_on: date, *, then: datetime, actor: Actor) -> list[DaySales]:
    """What was ordered on each business date, and is still to be had for it."""
    actor.require(READ)
    return [DaySales(*r) for r in db.rows(_DAYS, {"first": first_on, "last": last_on, "then": then})]
