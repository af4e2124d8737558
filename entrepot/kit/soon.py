"""Have a job run once this transaction is committed; one that waits already is enough."""

from __future__ import annotations

from django.db import transaction

from entrepot.kit import db

# One waiting job is enough for any number of wishes: it has not begun, so it will see all that is committed by then.
_SOON = """
INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args, queueing_lock)
VALUES ('default', %(task)s::text, %(priority)s, '{}', %(task)s::text)
ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING
"""


def soon(task: str, *, priority: int = 0) -> None:
    """Queue a task without arguments. Should the process die before, whatever runs regularly has to find the work."""
    transaction.on_commit(lambda: now(task, priority=priority))


def now(task: str, *, priority: int = 0) -> None:
    """Queue it with this transaction, or at once outside of one."""
    db.execute(_SOON, {"task": task, "priority": priority})
