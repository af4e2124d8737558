"""Old carts."""

from __future__ import annotations

from datetime import datetime, timedelta

from entrepot.checkout.permissions import MAINTAIN
from entrepot.kit import clock, db
from entrepot.kit.actor import Actor

GUEST_DAYS = 30
MEMBER_DAYS = 180
_BATCH = 1000

_REMOVE = """
DELETE FROM checkout_checkout WHERE id IN (
    SELECT id FROM checkout_checkout
    WHERE state <> 'placed' AND updated_at < %(members)s
       OR state <> 'placed' AND customer_id IS NULL AND updated_at < %(guests)s
    ORDER BY updated_at LIMIT %(batch)s FOR UPDATE SKIP LOCKED)
"""


def remove_abandoned(now: datetime | None = None, *, actor: Actor) -> int:
    """Delete carts that nobody touched for long (guests' and merged ones sooner), in batches. Placed ones stay."""
    actor.require(MAINTAIN)
    now = now or clock.now()
    limits = {"guests": now - timedelta(days=GUEST_DAYS), "members": now - timedelta(days=MEMBER_DAYS), "batch": _BATCH}
    removed = 0
    while count := db.execute(_REMOVE, limits):
        removed += count
    return removed
