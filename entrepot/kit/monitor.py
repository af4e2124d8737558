"""How the background work goes: queues, jobs and deliveries with their errors, the schedule, the state of all parts."""

from __future__ import annotations

from typing import Any

from procrastinate.contrib.django import app

from entrepot.kit import clock, db, health

_QUEUES = """
SELECT queue_name AS queue, count(*) FILTER (WHERE status = 'todo') AS waiting,
       count(*) FILTER (WHERE status = 'doing') AS running, count(*) FILTER (WHERE status = 'failed') AS failed,
       coalesce(extract(epoch FROM now() - min(greatest(j.scheduled_at, at.first)) FILTER (WHERE status = 'todo'
                AND (j.scheduled_at IS NULL OR j.scheduled_at <= now()))), 0)::float AS lag_s
FROM procrastinate_jobs j
LEFT JOIN LATERAL (SELECT min(e.at) AS first FROM procrastinate_events e WHERE e.job_id = j.id
                   AND j.status = 'todo') AS at ON true
WHERE status IN ('todo', 'doing', 'failed') GROUP BY 1 ORDER BY 1
"""


def queues() -> list[dict[str, Any]]:
    """Per queue: what waits, runs and failed, and for how many seconds the oldest that is due has waited."""
    return [r._asdict() for r in db.rows(_QUEUES)]


_JOBS = """
SELECT j.id, j.queue_name AS queue, j.task_name AS task, j.status::text AS status, j.attempts, j.scheduled_at, j.args,
       e.at AS failed_at, coalesce(e.error, '') AS error
FROM procrastinate_jobs j LEFT JOIN kit_joberror e ON e.job_id = j.id
WHERE (%(status)s = '' OR j.status::text = %(status)s) AND (%(task)s = '' OR j.task_name = %(task)s)
  AND (%(before)s::bigint IS NULL OR j.id < %(before)s) ORDER BY j.id DESC LIMIT %(limit)s
"""


def jobs(*, status: str = "", task: str = "", before: int | None = None, limit: int = 50) -> list[dict[str, Any]]:
    """Jobs, newest first, with the error of the last attempt."""
    return [r._asdict() for r in db.rows(_JOBS, {"status": status, "task": task, "before": before, "limit": limit})]


_DELIVERIES = """
SELECT d.id, d.event_id, e.name AS event, e.subject, d.handler, d.state, d.attempts, d.error, d.changed_at, d.event_at
FROM kit_delivery d JOIN kit_event e ON e.id = d.event_id AND e.at = d.event_at
WHERE d.state = %(state)s AND (%(before)s::bigint IS NULL OR d.id < %(before)s)
ORDER BY d.id DESC LIMIT %(limit)s
"""


def deliveries(*, state: str = "parked", before: int | None = None, limit: int = 50) -> list[dict[str, Any]]:
    """Deliveries in this state, newest first, those before the id `before`."""
    return [r._asdict() for r in db.rows(_DELIVERIES, {"state": state, "before": before, "limit": limit})]


def schedule() -> list[dict[str, Any]]:
    """Every task that runs by the clock, and how its last run went."""
    ran = {r.task: r for r in db.rows("SELECT task, at, milliseconds, error FROM kit_taskrun")}
    found = []
    for (name, _periodic_id), periodic in sorted(app.periodic_registry.periodic_tasks.items()):
        last = ran.get(name)
        found.append({"task": name, "cron": periodic.cron, "at": last.at if last else None,
                      "milliseconds": last.milliseconds if last else None, "error": last.error if last else ""})
    return found


_SIZES = """
SELECT relname AS name, pg_total_relation_size(oid)::bigint AS bytes FROM pg_class
WHERE relkind IN ('r', 'm') AND relnamespace = 'public'::regnamespace ORDER BY 2 DESC LIMIT 8
"""


def state() -> dict[str, Any]:
    """Every part with its state, the size of the database and of its largest tables, and who is at work."""
    workers = db.rows("SELECT w.id, w.last_heartbeat, count(j.id) AS jobs FROM procrastinate_workers w"
                      " LEFT JOIN procrastinate_jobs j ON j.worker_id = w.id AND j.status = 'doing'"
                      " GROUP BY 1, 2 ORDER BY 1")
    return {"parts": health.report(), "bytes": db.value("SELECT pg_database_size(current_database())"),
            "tables": [r._asdict() for r in db.rows(_SIZES)],
            "workers": [{"id": w.id, "jobs": w.jobs, "last_heartbeat": w.last_heartbeat,
                         "is_silent": clock.now() - w.last_heartbeat > health.WORKER_SILENT} for w in workers]}
