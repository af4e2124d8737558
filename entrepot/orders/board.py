"""What the order board and the packing bench show: each column bounded, all columns in one statement.

An order stands in one column. What needs somebody's decision (a failed refund, a return asked for, a refund that waits
for a second person) goes before its state.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from entrepot.kit import clock, db
from entrepot.kit.actor import Actor
from entrepot.orders.permissions import READ

MOST = 1000  # columns are counted no further
CARDS = 40
LATE_AFTER = timedelta(days=2)  # since placed, where nothing was promised
SOON = timedelta(days=60)  # what was shipped longer ago is off the board


@dataclass(frozen=True, slots=True)
class BoardFilter:
    """Which cards the board shows; `late` for those that should have arrived, or left, by now."""

    channel_id: int | None = None
    warehouse_id: int | None = None
    assignee_id: int | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    id: UUID
    number: str
    state: str
    who: str
    currency: str
    total_minor: int
    due_minor: int
    placed_at: datetime
    promised_on: date | None
    pieces: int
    assignee: str
    fulfilment_id: UUID | None
    is_late: bool
    is_pickup: bool
    version: int


@dataclass(frozen=True, slots=True)
class Column:
    code: str
    count: int  # at most MOST
    cards: list[Card]


_OPEN_PARCEL = ("EXISTS (SELECT 1 FROM orders_fulfilment f WHERE f.order_id = o.id"
                " AND f.state IN ('pending', 'ready'))")
_APPROVAL = ("EXISTS (SELECT 1 FROM orders_hold h WHERE h.order_id = o.id AND h.released_at IS NULL"
             " AND h.kind = 'approval')")
_TROUBLE = """
SELECT order_id FROM orders_refund WHERE failed_minor > 0
UNION SELECT order_id FROM orders_orderchange WHERE state = 'requested'
UNION SELECT order_id FROM orders_refundapproval WHERE state = 'waiting'
"""
_WORK = "o.state IN ('processing', 'partly_shipped')"
# column -> which orders, and which come first
_COLUMNS = {
    "approve": (f"o.state = 'on_hold' AND {_APPROVAL}", "o.placed_at"),
    "held": (f"o.state = 'on_hold' AND NOT {_APPROVAL}", "o.placed_at"),
    "pay": ("o.state = 'pending'", "o.placed_at DESC"),
    "pack": (f"{_WORK} AND NOT {_OPEN_PARCEL}", "o.placed_at"),
    "packed": (f"{_WORK} AND {_OPEN_PARCEL}", "o.placed_at"),
    "shipped": ("o.state = 'shipped' AND o.placed_at > %(since)s", "o.placed_at DESC"),
    "problem": (f"o.id IN ({_TROUBLE})", "o.placed_at"),
}
CODES = tuple(_COLUMNS)
_PROMISED = "nullif(o.delivery->>'latest_on', '')::date"
_IS_LATE = (f"(o.state IN ('on_hold', 'processing', 'partly_shipped') AND coalesce({_PROMISED} < %(today)s,"
            " o.placed_at < %(late_since)s))")
# Orders that a warehouse has something to do with, once for all columns. What arrived is no work of its own any more:
# it counts only where there is trouble.
_HERE = """
WITH here AS MATERIALIZED (
    SELECT owner_id AS id FROM reporting.reserved_places_v1 WHERE warehouse_id = %(place)s
    UNION SELECT order_id FROM orders_fulfilment
    WHERE warehouse_id = %(place)s AND state IN ('pending', 'ready', 'shipped'))
"""
_WAS_HERE = ("EXISTS (SELECT 1 FROM orders_fulfilment f WHERE f.order_id = o.id AND f.warehouse_id = %(place)s"
             " AND f.state <> 'cancelled')")
_FILTER = f"""
      AND (%(channel)s::int IS NULL OR o.channel_id = %(channel)s)
      AND (%(assignee)s::int IS NULL OR o.assignee_id = %(assignee)s)
      AND (NOT %(late)s OR {_IS_LATE})
      AND (%(place)s::int IS NULL OR o.pickup_warehouse_id = %(place)s OR o.id IN (SELECT id FROM here)
"""  # noqa: S608  our own text


def _filter(code: str) -> str:
    if code == "problem":
        return f"{_FILTER} OR {_WAS_HERE})"
    return f"{_FILTER}) AND o.id NOT IN ({_TROUBLE})"


def _found(code: str, limit: str) -> str:
    which, first = _COLUMNS[code]
    return f"SELECT o.id FROM orders_order o WHERE {which}{_filter(code)} ORDER BY {first} LIMIT {limit}"  # noqa: S608


def _counted(code: str) -> str:
    which, _ = _COLUMNS[code]
    return (f"SELECT '{code}' AS code, count(*) AS count FROM (SELECT 1 FROM orders_order o"  # noqa: S608  our own text
            f" WHERE {which}{_filter(code)} LIMIT %(most)s) few")


_CARDS = f"""
{_HERE}, chosen AS MATERIALIZED ({' UNION ALL '.join(
    f"SELECT '{code}' AS code, n, id FROM unnest(ARRAY({_found(code, '%(cards)s')})) WITH ORDINALITY t(id, n)"
    for code in CODES)})
SELECT c.code, o.id, o.number, o.state, coalesce(nullif(o.shipping_address->>'name', ''), o.email) AS who, o.currency,
       o.total_minor - o.credited_minor AS total_minor,
       CASE WHEN o.is_promised THEN 0
            ELSE greatest(o.total_minor - o.credited_minor - o.paid_minor - o.authorised_minor, 0) END AS due_minor,
       o.placed_at, {_PROMISED} AS promised_on,
       (SELECT coalesce(sum(ceil(l.quantity)), 0)::int FROM orders_orderline l
        WHERE l.order_id = o.id AND l.kind IN ('product', 'gift')) AS pieces,
       o.assignee, (SELECT f.id FROM orders_fulfilment f WHERE f.order_id = o.id AND f.state IN ('pending', 'ready')
                    ORDER BY f.created_at LIMIT 1) AS fulfilment_id,
       {_IS_LATE} AS is_late, o.pickup_warehouse_id IS NOT NULL AS is_pickup, o.version
FROM chosen c JOIN orders_order o ON o.id = c.id ORDER BY c.code, c.n
"""  # noqa: S608  our own text
_COUNTS = _HERE + " UNION ALL ".join(_counted(code) for code in CODES)


def _asked(f: BoardFilter, now: datetime) -> dict[str, Any]:
    return {"channel": f.channel_id, "place": f.warehouse_id, "assignee": f.assignee_id, "late": f.late,
            "since": now - SOON, "today": now.date(), "late_since": now - LATE_AFTER, "most": MOST, "cards": CARDS}


def board(filters: BoardFilter = BoardFilter(), *, actor: Actor) -> list[Column]:
    """All columns with their first cards and how many there are, in two statements whatever the number of orders."""
    actor.require(READ)
    asked = _asked(filters, clock.now())
    counts = {r.code: r.count for r in db.rows(_COUNTS, asked)}
    cards: dict[str, list[Card]] = {code: [] for code in CODES}
    for r in db.rows(_CARDS, asked):
        cards[r.code].append(Card(*r[1:]))
    return [Column(code, counts[code], cards[code]) for code in CODES]


@dataclass(frozen=True, slots=True)
class Parcel:
    """A line of the packing bench."""

    id: UUID
    number: str
    order_id: UUID
    order_number: str
    warehouse_id: int
    state: str
    who: str
    pieces: int
    created_at: datetime
    promised_on: date | None
    is_late: bool
    gift_message: str
    customer_note: str


_PARCELS = f"""
SELECT f.id, f.number, f.order_id, o.number AS order_number, f.warehouse_id, f.state,
       coalesce(nullif(o.shipping_address->>'name', ''), o.email) AS who,
       (SELECT coalesce(sum(ceil(l.quantity)), 0)::int FROM orders_fulfilmentline l
        WHERE l.fulfilment_id = f.id) AS pieces,
       f.created_at, {_PROMISED} AS promised_on, {_IS_LATE} AS is_late, o.gift_message, o.customer_note
FROM orders_fulfilment f JOIN orders_order o ON o.id = f.order_id
WHERE f.state = 'pending' AND o.state IN ('processing', 'partly_shipped')
  AND (%(place)s::int IS NULL OR f.warehouse_id = %(place)s)
ORDER BY coalesce({_PROMISED}, o.placed_at::date), f.created_at, f.id LIMIT %(cards)s
"""  # noqa: S608  our own text


def parcels_to_pack(*, warehouse_id: int | None = None, limit: int = 100, actor: Actor) -> list[Parcel]:
    """Parcels that wait to be packed, the most urgent first."""
    actor.require(READ)
    asked = _asked(BoardFilter(warehouse_id=warehouse_id), clock.now()) | {"cards": limit}
    return [Parcel(*r) for r in db.rows(_PARCELS, asked)]


def orders_to_plan(*, warehouse_id: int | None = None, limit: int = 100, actor: Actor) -> list[UUID]:
    """Orders in work that have no parcel waiting, the oldest first."""
    actor.require(READ)
    asked = _asked(BoardFilter(warehouse_id=warehouse_id), clock.now()) | {"cards": limit}
    return [r.id for r in db.rows(_HERE + _found("pack", "%(cards)s"), asked)]
