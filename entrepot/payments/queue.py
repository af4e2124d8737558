"""Queue a call to a provider in the caller's transaction, so that it runs if and only if that commits."""

from __future__ import annotations

from uuid import UUID

from entrepot.kit import db

_QUEUE = """
INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args)
VALUES ('default', 'payments.run_request', 0, jsonb_build_object('request_id', %s::text))
"""


def enqueue_request(request_id: UUID) -> None:
    db.execute(_QUEUE, [request_id])
