"""Notice that publication dates have passed."""

from __future__ import annotations

from django.db import transaction

from entrepot.catalog.permissions import PUBLISH
from entrepot.catalog.saving import announce
from entrepot.kit import audit, clock, db
from entrepot.kit.actor import Actor

_NOTICE = """
WITH due AS (
    SELECT id, product_id, channel_id, CASE WHEN until_at <= %(now)s THEN 2 ELSE 1 END AS state
    FROM catalog_publication
    WHERE (state = 0 AND from_at <= %(now)s) OR (state = 1 AND until_at <= %(now)s)
    ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
UPDATE catalog_publication p SET state = due.state FROM due WHERE p.id = due.id
RETURNING p.product_id, p.channel_id, p.state
"""


def notice_dates(limit: int = 5_000, *, actor: Actor) -> int:
    """Announce the products whose publication began or ended since the last look, whenever that was."""
    actor.require(PUBLISH)
    with transaction.atomic():
        rows = db.rows(_NOTICE, {"now": clock.now(), "limit": limit})
        audit.record_many(actor, "catalog.notice_dates", "catalog.product",
                          ((r.product_id, None, {"channel_id": r.channel_id, "state": r.state}) for r in rows))
        announce(r.product_id for r in rows)
    return len(rows)
