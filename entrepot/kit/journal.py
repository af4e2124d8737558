"""All audit rows and events of one transaction in one statement.

An action that calls several contexts would write an audit row and publish events once per context. Inside `collected()`
they wait and are written together at its end, in the order they came. The block belongs inside the transaction of the
change and must not swallow an error of what it calls: what such a call has already noted would be written.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from entrepot.kit import clock, db
from entrepot.kit.context import request_id
from entrepot.kit.json import dumps_text


@dataclass(slots=True)
class Waiting:
    """What waits to be written: audit rows as their columns, events as their records."""

    audit: list[list[Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)


_waiting: ContextVar[Waiting | None] = ContextVar("journal", default=None)

IN_ONE_JOB = 20


def queueing(deliveries: str, in_one_job: int = IN_ONE_JOB) -> str:
    """SQL that queues these deliveries (a relation with their `id`), some in one job: jobs cost more than what most
    handlers do."""
    return f"""
INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args)
SELECT 'events', 'kit.deliver', 0, jsonb_build_object('deliveries', jsonb_agg(id ORDER BY id))
FROM (SELECT id, (row_number() OVER (ORDER BY id) - 1) / {in_one_job} AS part FROM {deliveries}) AS parted
GROUP BY part
"""  # noqa: S608 own names


# Events, their deliveries and the jobs that deliver them: the end of a statement that begins with WITH.
EVENTS = f"""input AS (
    SELECT * FROM jsonb_to_recordset(%(events)s::jsonb)
        AS e(id uuid, name text, version smallint, subject text, payload jsonb, handlers text[])
), event AS (
    INSERT INTO kit_event (id, at, name, version, subject, payload, request_id)
    SELECT id, %(at)s, name, version, subject, payload, %(request_id)s FROM input
), delivery AS (
    INSERT INTO kit_delivery (event_id, event_at, handler, state, attempts, error, changed_at)
    SELECT input.id, %(at)s, h, 'waiting', 0, '', %(at)s FROM input, unnest(handlers) AS h
    RETURNING id
){queueing("delivery")}"""  # noqa: S608 own names

_WRITE = f"""
WITH audit AS (
    INSERT INTO kit_audit (at, actor_kind, actor_id, actor_label, action, object_type, object_id, old, new, reason,
                           request_id)
    SELECT (a->>0)::timestamptz, a->>1, a->>2, a->>3, a->>4, a->>5, a->>6, nullif(a->7, 'null'), nullif(a->8, 'null'),
           a->>9, %(request_id)s
    FROM jsonb_array_elements(%(audit)s::jsonb) WITH ORDINALITY AS given(a, n) ORDER BY n
), {EVENTS}"""  # noqa: S608 both constants


def waiting() -> Waiting | None:
    """The open journal, or None when rows are to be written at once."""
    return _waiting.get()


@contextmanager
def collected() -> Iterator[None]:
    """Write every audit row and event of the block in one statement at its end. A block inside a block joins it."""
    if _waiting.get() is not None:
        yield
        return
    if not connection.in_atomic_block:
        raise RuntimeError("a journal belongs in the transaction of what it tells of")
    notes = Waiting()
    token = _waiting.set(notes)
    try:
        yield
    finally:
        _waiting.reset(token)
    if notes.audit or notes.events:
        db.execute(_WRITE, {"audit": dumps_text(notes.audit), "events": dumps_text(notes.events), "at": clock.now(),
                            "request_id": request_id.get()})
