"""Background jobs: Procrastinate, whose queue lives in the same PostgreSQL, so enqueuing joins the transaction."""

from __future__ import annotations

import structlog
from django.db import InterfaceError, OperationalError
from procrastinate import App, RetryStrategy
from procrastinate.contrib.django import app

from entrepot.kit import db, outbox, upkeep

__all__ = ["deliver", "outlast_database", "upkeep"]

log = structlog.get_logger(__name__)

_DATABASE_AWAY = RetryStrategy(max_attempts=30, wait=2, retry_exceptions=(OperationalError, InterfaceError))

_LATER = """
INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args, scheduled_at)
VALUES ('events', 'kit.deliver', 0, jsonb_build_object('delivery_id', %s::bigint), now() + %s)
"""


def outlast_database(worker_app: App) -> None:
    """Jobs that met an absent database are tried again, unless their task says otherwise; jobs bear a repetition."""
    for task in worker_app.tasks.values():
        task.retry_strategy = task.retry_strategy or _DATABASE_AWAY


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
