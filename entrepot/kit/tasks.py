"""Background jobs: Procrastinate, whose queue lives in the same PostgreSQL, so enqueuing joins the transaction."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from entrepot.kit import db, outbox, upkeep

__all__ = ["deliver", "upkeep"]

log = structlog.get_logger(__name__)

_LATER = """
INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args, scheduled_at)
VALUES ('events', 'kit.deliver', 0, jsonb_build_object('delivery_id', %s::bigint), now() + %s)
"""


@app.task(name="kit.deliver", queue="events")
def deliver(delivery_id: int) -> None:
    """Run one delivery; a failure is noted on its row and tried again later, until it is parked."""
    try:
        outbox.deliver(delivery_id)
    except Exception as error:
        wait = outbox.note_failure(delivery_id, f"{type(error).__name__}: {error}")
        log.exception("handler failed", delivery_id=delivery_id, parked=wait is None)
        if wait:
            db.execute(_LATER, [delivery_id, wait])
