"""How every change of stock is written: lock the balances in the order of their ids, re-read, book movements.

Only actions of this context call these. A balance is the lock of its reservations.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from entrepot.inventory.errors import NotEnoughOnHand
from entrepot.inventory.events import AvailabilityChanged
from entrepot.inventory.models import Movement
from entrepot.kit import db, outbox
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, InvalidInput

ZERO = Decimal(0)
MAX_QTY = Decimal("99999999999")  # NUMERIC(14, 3)
EVENT_SIZE = 1000  # variants told of in one event

Place = tuple[UUID, int]


@dataclass(frozen=True, slots=True)
class Entry:
    """A movement to book."""

    variant_id: UUID
    warehouse_id: int
    kind: Movement.Kind
    on_hand: Decimal = ZERO
    damaged: Decimal = ZERO


def in_transaction() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("stock changes in the transaction of the action it belongs to")


def quantity(value: Decimal, field: str = "quantity", *, least: Decimal | None = None) -> Decimal:
    """A quantity that the ledger can hold: at most three decimals, more than zero (or at least `least`)."""
    if not value.is_finite() or abs(value) > MAX_QTY or value != round(value, 3):
        raise InvalidInput(field, N_("Give a number with at most three decimals."))
    if value < least if least is not None else value <= 0:
        raise InvalidInput(field, N_("This must be greater than zero.") if least is None else N_("This is too small."))
    return value


def require_on_hand(balance: Any, wanted: Decimal) -> Any:
    """The balance, if there is one and it has that much."""
    if balance is None or balance.on_hand < wanted:
        raise NotEnoughOnHand(on_hand=ZERO if balance is None else balance.on_hand)
    return balance


_ENSURE = """
INSERT INTO inventory_balance (variant_id, warehouse_id, on_hand, reserved, damaged, incoming, safety, backorder)
SELECT DISTINCT variant_id, warehouse_id, 0, 0, 0, 0, 0, 0
  FROM unnest(%s::uuid[], %s::smallint[]) AS p(variant_id, warehouse_id)
 WHERE NOT EXISTS (SELECT FROM inventory_balance b
                    WHERE b.variant_id = p.variant_id AND b.warehouse_id = p.warehouse_id)
 ORDER BY 1, 2 ON CONFLICT (variant_id, warehouse_id) DO NOTHING
"""
_LOCK = """
SELECT b.id, b.variant_id, b.warehouse_id, b.on_hand, b.reserved, b.damaged, b.incoming, b.safety, b.backorder
  FROM inventory_balance b WHERE b.id IN (
       SELECT o.id FROM inventory_balance o JOIN unnest(%s::uuid[], %s::smallint[]) AS p(variant_id, warehouse_id)
           ON o.variant_id = p.variant_id AND o.warehouse_id = p.warehouse_id)
 ORDER BY b.id FOR UPDATE
"""


def lock(places: Iterable[Place], *, create: bool = False) -> dict[Place, Any]:
    """Lock these balances (made at zero when missing and `create`) and return them as they are now."""
    wanted = sorted(set(places))
    params = [[v for v, _ in wanted], [w for _, w in wanted]]
    if create:
        db.execute(_ENSURE, params)
    return {(r.variant_id, r.warehouse_id): r for r in db.rows(_LOCK, params)}


_BOOK = """
WITH entry AS (
    SELECT * FROM unnest(%(variants)s::uuid[], %(warehouses)s::smallint[], %(kinds)s::text[], %(on_hand)s::numeric[],
                         %(damaged)s::numeric[]) AS e(variant_id, warehouse_id, kind, on_hand, damaged)
), written AS (
    INSERT INTO inventory_movement
           (at, variant_id, warehouse_id, kind, on_hand_delta, damaged_delta, reason, reference, actor)
    SELECT %(at)s, variant_id, warehouse_id, kind, on_hand, damaged, %(reason)s, %(reference)s, %(actor)s FROM entry
), sold AS (
    SELECT * FROM unnest(%(freed_variants)s::uuid[], %(freed_warehouses)s::smallint[], %(freed)s::numeric[])
        AS f(variant_id, warehouse_id, quantity)
), delta AS (
    SELECT variant_id, warehouse_id, sum(on_hand) AS on_hand, sum(damaged) AS damaged, sum(freed) AS freed
      FROM (SELECT variant_id, warehouse_id, on_hand, damaged, 0 AS freed FROM entry
            UNION ALL SELECT variant_id, warehouse_id, 0, 0, quantity FROM sold) d GROUP BY 1, 2
), changed AS (
    UPDATE inventory_balance b SET on_hand = b.on_hand + d.on_hand, damaged = b.damaged + d.damaged,
           reserved = b.reserved - d.freed
      FROM delta d WHERE b.variant_id = d.variant_id AND b.warehouse_id = d.warehouse_id
    RETURNING b.variant_id, inventory_crossed(b.warehouse_id,
        old.on_hand - old.reserved - old.safety + old.backorder,
        new.on_hand - new.reserved - new.safety + new.backorder) AS crossed
)
SELECT DISTINCT variant_id FROM changed WHERE crossed
"""


def book(entries: Sequence[Entry], *, reason: str, reference: str, now: datetime, actor: Actor,
         freed: Sequence[tuple[UUID, int, Decimal]] = ()) -> None:
    """Write movements and bring locked balances along, reservations that end with them (`freed`) included."""
    crossed = db.rows(
        _BOOK,
        {
            "variants": [e.variant_id for e in entries],
            "warehouses": [e.warehouse_id for e in entries],
            "kinds": [e.kind.value for e in entries],
            "on_hand": [e.on_hand for e in entries],
            "damaged": [e.damaged for e in entries],
            "at": now,
            "reason": reason[:120],
            "reference": reference[:80],
            "actor": (actor.label or actor.kind.value)[:200],
            "freed_variants": [f[0] for f in freed],
            "freed_warehouses": [f[1] for f in freed],
            "freed": [f[2] for f in freed],
        },
    )
    tell(r.variant_id for r in crossed)


def tell(variant_ids: Iterable[UUID]) -> None:
    """Publish that these variants went out of stock or came back somewhere."""
    ids = sorted(set(variant_ids))
    outbox.publish(*(AvailabilityChanged(ids[i:i + EVENT_SIZE]) for i in range(0, len(ids), EVENT_SIZE)))
