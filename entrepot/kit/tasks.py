"""Background jobs: Procrastinate, whose queue lives in the same PostgreSQL, so enqueuing joins the transaction."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import structlog
from django.db import DatabaseError, InterfaceError, OperationalError
from procrastinate import App, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.job_context import JobContext
from procrastinate.jobs import Job
from procrastinate.worker import Worker

from entrepot.kit import clock, db, outbox, upkeep

__all__ = ["deliver", "note_runs", "outlast_database", "upkeep"]

log = structlog.get_logger(__name__)

_DATABASE_AWAY = RetryStrategy(max_attempts=30, wait=2, retry_exceptions=(OperationalError, InterfaceError))

_FAILED = """
INSERT INTO kit_joberror (job_id, at, error) VALUES (%s, %s, %s)
ON CONFLICT (job_id) DO UPDATE SET at = excluded.at, error = excluded.error
"""
_RAN = """
INSERT INTO kit_taskrun (task, at, milliseconds, error) VALUES (%s, %s, %s, %s)
ON CONFLICT (task) DO UPDATE SET at = excluded.at, milliseconds = excluded.milliseconds, error = excluded.error
"""


def note_runs(call_next: Callable[[], Any], context: JobContext, worker: Worker) -> Any:
    """Around every task of a worker: keeps why a job failed, and when each scheduled task last ran."""
    job, started = context.job, time.monotonic()
    try:
        done = call_next()
    except Exception as error:
        told = f"{type(error).__name__}: {error}"[:4000].replace("\0", "")
        with suppress(DatabaseError, InterfaceError):  # the database is away: that is the error, and the log has it
            db.execute(_FAILED, [job.id, clock.now(), told])
            _note_scheduled(job, started, told)
        raise
    _note_scheduled(job, started, "")
    return done


def _note_scheduled(job: Job, started: float, error: str) -> None:
    if "timestamp" in job.task_kwargs:
        db.execute(_RAN, [job.task_name, clock.now(), round((time.monotonic() - started) * 1000), error])


_LATER = """
INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args, scheduled_at)
VALUES ('events', 'kit.deliver', 0, jsonb_build_object('deliveries', ARRAY[%s::bigint]), now() + %s)
"""


def outlast_database(worker_app: App) -> None:
    """Jobs that met an absent database are tried again, unless their task says otherwise; jobs bear a repetition."""
    for task in worker_app.tasks.values():
        task.retry_strategy = task.retry_strategy or _DATABASE_AWAY


@app.task(name="kit.deliver", queue="events")
def deliver(deliveries: Sequence[int]) -> None:
    """Run deliveries; the failure of one is noted on its row and tried again later, until it is parked, and hinders no
    other. What could not even be noted fails the job, after the others had their turn."""
    unnoted: Exception | None = None
    for delivery_id in deliveries:
        try:
            outbox.deliver(delivery_id)
        except Exception as error:
            try:
                _note(delivery_id, error)
            except Exception as worse:
                log.exception("failure not noted", delivery_id=delivery_id)
                unnoted = unnoted or worse
    if unnoted:
        raise unnoted


def _note(delivery_id: int, error: Exception) -> None:
    wait = outbox.note_failure(delivery_id, f"{type(error).__name__}: {error}")
    log.error("handler failed", delivery_id=delivery_id, parked=wait is None, exc_info=error)
    if wait:
        db.execute(_LATER, [delivery_id, wait])
