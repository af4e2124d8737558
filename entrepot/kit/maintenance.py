"""What keeps the system tidy by itself: partitions ahead of time, forgotten rows, jobs of workers that died."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from django.db import IntegrityError, transaction

from entrepot.kit import audit, clock, db, idempotency, journal, outbox
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, InvalidInput, NotFound, NotParked
from entrepot.kit.permissions import JOBS_RETRY

MONTHS_AHEAD = 3
WORKER_SILENT = timedelta(seconds=25)  # they write their heartbeat every 10 seconds
ATTEMPTS = 5
KEEP_DELIVERIES = timedelta(days=30)
KEEP_WEBHOOK_LOG = timedelta(days=60)


def months_from(moment: datetime, count: int) -> list[datetime]:
    """The first instants of `count` months, from the one of `moment` on."""
    first = moment.year * 12 + moment.month - 1
    return [datetime((first + n) // 12, (first + n) % 12 + 1, 1, tzinfo=UTC) for n in range(count)]


def ensure_partitions(now: datetime | None = None) -> list[str]:
    """Make the events' monthly partitions from this month on; rows filed elsewhere move in. Returns new names."""
    starts = months_from(now or clock.now(), MONTHS_AHEAD + 2)
    made = []
    for start, end in pairwise(starts):
        name = f"kit_event_{start:%Y_%m}"
        with transaction.atomic():
            db.execute("SELECT pg_advisory_xact_lock(hashtext('kit_event partitions'))")
            if db.value("SELECT to_regclass(%s)", [name]) is None:
                _make_partition(name, start, end)
                made.append(name)
    return made


def _make_partition(name: str, start: datetime, end: datetime) -> None:
    low, high = start.isoformat(), end.isoformat()
    for statement in (
        f"CREATE TABLE {name} (LIKE kit_event INCLUDING DEFAULTS INCLUDING CONSTRAINTS)",
        f"WITH moved AS (DELETE FROM kit_event_other WHERE at >= '{low}' AND at < '{high}' RETURNING *)"  # noqa: S608
        f" INSERT INTO {name} SELECT * FROM moved",
        f"ALTER TABLE kit_event ATTACH PARTITION {name} FOR VALUES FROM ('{low}') TO ('{high}')",
    ):
        db.execute(statement)


_CLEANERS = {
    "counters": "DELETE FROM kit_counter WHERE ends_at < %(now)s",
    "one-time codes": "DELETE FROM kit_cache WHERE expires < %(now)s",
    "sessions": "DELETE FROM django_session WHERE expire_date < %(now)s",
    "session list": "DELETE FROM usersessions_usersession u WHERE NOT EXISTS"
                    " (SELECT 1 FROM django_session s WHERE s.session_key = u.session_key)",
    "deliveries": "DELETE FROM kit_delivery WHERE state IN ('done', 'dropped')"
                  " AND changed_at < %(now)s - %(deliveries)s",
    "job errors": "DELETE FROM kit_joberror e WHERE at < %(now)s - %(webhooks)s"
                  " AND NOT EXISTS (SELECT 1 FROM procrastinate_jobs j WHERE j.id = e.job_id)",
    "webhook log": "DELETE FROM kit_webhookattempt WHERE at < %(now)s - %(webhooks)s",
    "webhook deliveries": "DELETE FROM kit_webhookdelivery d WHERE state <> 'waiting'"
                          " AND changed_at < %(now)s - %(webhooks)s"
                          " AND NOT EXISTS (SELECT 1 FROM kit_webhookattempt a WHERE a.delivery_id = d.id)",
    "notices": "DELETE FROM kit_notice WHERE at < %(now)s - INTERVAL '90 days'",
}


def clean() -> dict[str, int]:
    """Remove what nobody needs any more. Returns how many rows of each kind."""
    values = {"now": clock.now(), "deliveries": KEEP_DELIVERIES, "webhooks": KEEP_WEBHOOK_LOG}
    removed = {name: db.execute(sql, values) for name, sql in _CLEANERS.items()}
    return {**removed, "idempotency keys": idempotency.clean()}


_STALLED = """
SELECT j.id, j.attempts FROM procrastinate_jobs j
LEFT JOIN procrastinate_workers w ON w.id = j.worker_id
WHERE j.status = 'doing' AND (w.id IS NULL OR w.last_heartbeat < now() - %s)
ORDER BY j.id FOR UPDATE OF j SKIP LOCKED
"""


# Of deliveries that shared a job with one that killed the worker, each comes back in a job of its own.
_SINGLY = """
INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args)
SELECT j.queue_name, j.task_name, j.priority, jsonb_build_object('deliveries', jsonb_build_array(d.id))
FROM procrastinate_jobs j, jsonb_array_elements(j.args->'deliveries') AS d(id)
WHERE j.id = %s AND j.task_name = 'kit.deliver' AND jsonb_array_length(j.args->'deliveries') > 1
"""


def retry_stalled() -> int:
    """Give the jobs of workers that died back to the queue; one that keeps killing its worker is set aside."""
    with transaction.atomic():
        stalled = db.rows(_STALLED, [WORKER_SILENT])
        for job in stalled:
            if db.execute(_SINGLY, [job.id]):
                db.execute("SELECT procrastinate_finish_job_v1(%s, 'aborted', true)", [job.id])
            elif job.attempts >= ATTEMPTS:
                db.execute("SELECT procrastinate_finish_job_v1(%s, 'failed', false)", [job.id])
            else:
                _take_up(job.id)
        db.execute("SELECT procrastinate_prune_stalled_workers_v1(%s)", [WORKER_SILENT.total_seconds() * 4])
    return len(stalled)


def _take_up(job_id: int) -> None:
    """Back into the queue; of jobs that must not wait twice (`queueing_lock`), one that waits already is enough."""
    try:
        with transaction.atomic():
            db.execute("SELECT procrastinate_retry_job_v2(%s, now(), NULL, NULL, NULL)", [job_id])
    except IntegrityError:
        db.execute("SELECT procrastinate_finish_job_v1(%s, 'aborted', true)", [job_id])


_WITHOUT_JOB = f"""
WITH queued AS MATERIALIZED (
    SELECT jsonb_array_elements(args->'deliveries')::bigint AS id FROM procrastinate_jobs
    WHERE task_name = 'kit.deliver' AND status IN ('todo', 'doing')
), lost AS (
    SELECT d.id FROM kit_delivery d
    WHERE d.state = 'waiting' AND d.changed_at < %(until)s AND NOT EXISTS (SELECT FROM queued q WHERE q.id = d.id)
    ORDER BY d.id LIMIT 1000 FOR UPDATE OF d SKIP LOCKED
){journal.queueing("lost", 1)}"""  # noqa: S608 own names


def requeue_lost() -> int:
    """Queue the deliveries that wait without a job, each alone: one of them may be what ended theirs before it could
    write down that it did. Returns how many."""
    return db.execute(_WITHOUT_JOB, {"until": clock.now() - WORKER_SILENT})


def retry_job(job_id: int, *, actor: Actor) -> None:
    """Put a failed job back into the queue."""
    actor.require(JOBS_RETRY)
    with transaction.atomic():
        status = db.value("SELECT status FROM procrastinate_jobs WHERE id = %s FOR UPDATE", [job_id])
        if status is None:
            raise NotFound("job")
        if status != "failed":
            raise NotParked
        db.execute("SELECT procrastinate_retry_job_v2(%s, now(), NULL, NULL, NULL)", [job_id])
        audit.record(actor, "system.retry_job", "job", job_id)


def retry_delivery(delivery_id: int, *, actor: Actor) -> None:
    """Give a parked event delivery a fresh set of attempts."""
    actor.require(JOBS_RETRY)
    with transaction.atomic():
        state = db.value("SELECT state FROM kit_delivery WHERE id = %s FOR UPDATE", [delivery_id])
        if state is None:
            raise NotFound("delivery")
        if state != "parked":
            raise NotParked
        outbox.requeue(delivery_id)
        audit.record(actor, "system.retry_delivery", "delivery", delivery_id)


def retry_all(kind: str, ids: Sequence[int], *, actor: Actor) -> int:
    """Retry these failed jobs (`job`) or parked deliveries (`delivery`); what is no longer failed is passed over."""
    actor.require(JOBS_RETRY)
    return _each(ids, lambda one: (retry_job if kind == "job" else retry_delivery)(one, actor=actor))


def drop_all(kind: str, ids: Sequence[int], *, reason: str, actor: Actor) -> int:
    """Give up on these failed jobs or parked deliveries, with a reason."""
    actor.require(JOBS_RETRY)
    return _each(ids, lambda one: (drop_job if kind == "job" else drop_delivery)(one, reason=reason, actor=actor))


def _each(ids: Sequence[int], act: Callable[[int], None]) -> int:
    done = 0
    for one in ids:
        with suppress(NotFound, NotParked):
            act(one)
            done += 1
    return done


def drop_job(job_id: int, *, reason: str, actor: Actor) -> None:
    """Take a failed job out of the queue; the audit trail keeps what it was to do."""
    actor.require(JOBS_RETRY)
    _require_reason(reason)
    with transaction.atomic():
        job = db.row("SELECT status, task_name, args FROM procrastinate_jobs WHERE id = %s FOR UPDATE", [job_id])
        if job is None:
            raise NotFound("job")
        if job.status != "failed":
            raise NotParked
        db.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job_id])
        db.execute("DELETE FROM kit_joberror WHERE job_id = %s", [job_id])
        audit.record(actor, "system.drop_job", "job", job_id, old={"task": job.task_name, "args": job.args},
                     reason=reason)


def drop_delivery(delivery_id: int, *, reason: str, actor: Actor) -> None:
    """A parked event is never brought to this handler."""
    actor.require(JOBS_RETRY)
    _require_reason(reason)
    with transaction.atomic():
        found = db.row("SELECT state, handler, event_id FROM kit_delivery WHERE id = %s FOR UPDATE", [delivery_id])
        if found is None:
            raise NotFound("delivery")
        if found.state != "parked":
            raise NotParked
        db.execute("UPDATE kit_delivery SET state = 'dropped', changed_at = %s WHERE id = %s",
                   [clock.now(), delivery_id])
        audit.record(actor, "system.drop_delivery", "delivery", delivery_id, reason=reason,
                     old={"handler": found.handler, "event_id": found.event_id})


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise InvalidInput("reason", N_("Give a reason."))
