"""Bulk import of stock movements that happened elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from entrepot.inventory import ledger, queries
from entrepot.inventory.errors import StockIsPromised
from entrepot.inventory.permissions import ADJUST
from entrepot.kit import audit, db
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, NotFound

HistoricMovement = tuple[datetime, UUID, str, Decimal, str, str]  # at, variant, kind, change, reason, reference

_STAGE = """
CREATE TEMP TABLE inventory_history (at timestamptz, variant_id uuid, kind text, delta numeric(14,3), reason text,
                                     reference text) ON COMMIT DROP
"""
_WRITE = """
INSERT INTO inventory_movement
    (at, variant_id, warehouse_id, kind, on_hand_delta, damaged_delta, reason, reference, actor)
SELECT h.at, h.variant_id, %(warehouse)s, h.kind, h.delta, 0, left(h.reason, 120), h.reference, %(actor)s
FROM inventory_history h
WHERE NOT EXISTS (SELECT 1 FROM inventory_movement m WHERE m.reference = h.reference AND m.warehouse_id = %(warehouse)s)
ORDER BY h.at
"""
_BALANCES = """
UPDATE inventory_balance b SET on_hand = m.on_hand
FROM (SELECT variant_id, sum(on_hand_delta) AS on_hand FROM inventory_movement
      WHERE warehouse_id = %(warehouse)s AND variant_id IN (SELECT variant_id FROM inventory_history)
      GROUP BY variant_id) m
WHERE b.warehouse_id = %(warehouse)s AND b.variant_id = m.variant_id
"""


_PROMISED = """
SELECT b.reserved FROM inventory_balance b
 WHERE b.warehouse_id = %(warehouse)s AND b.variant_id IN (SELECT variant_id FROM inventory_history)
   AND b.reserved > b.backorder + (SELECT sum(m.on_hand_delta) FROM inventory_movement m
                                    WHERE m.warehouse_id = b.warehouse_id AND m.variant_id = b.variant_id) LIMIT 1
"""


def import_movements(warehouse_code: str, movements: Iterable[HistoricMovement], *, actor: Actor) -> int:
    """Write historical movements of one warehouse by COPY; returns how many are new.

    Idempotent: a `reference` that the warehouse's ledger knows is left out. The whole must never have gone below zero.
    """
    actor.require(ADJUST)
    warehouse = next((w.id for w in queries.warehouses() if w.code == warehouse_code), None)
    if warehouse is None:
        raise NotFound(N_("warehouse"))
    params = {"warehouse": warehouse, "actor": actor.label[:200]}
    with transaction.atomic():
        db.execute(_STAGE)
        db.copy_rows("COPY inventory_history FROM STDIN", movements)
        named = db.rows("SELECT DISTINCT variant_id FROM inventory_history")
        ledger.lock(((r.variant_id, warehouse) for r in named), create=True)  # the sums below must stay true
        written = db.execute(_WRITE, params)
        if written:
            short = db.value(_PROMISED, params)
            if short is not None:
                raise StockIsPromised(reserved=short)
            db.execute(_BALANCES, params)
            ledger.tell(r.variant_id for r in named)
            audit.record(actor, "inventory.import_movements", "warehouse", warehouse_code, new={"movements": written})
        db.execute("DROP TABLE inventory_history")
    return written
