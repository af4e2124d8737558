"""The audit trail: one row per action, in the action's transaction."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection

from entrepot.kit import clock, db, journal
from entrepot.kit.actor import Actor
from entrepot.kit.context import request_id
from entrepot.kit.json import dumps_text

_INSERT = """
INSERT INTO kit_audit (at, actor_kind, actor_id, actor_label, action, object_type, object_id, old, new, reason,
                       request_id)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s::jsonb, %s, %s)
"""


def record(actor: Actor, action: str, object_type: str, object_id: object, *, old: Any = None, new: Any = None,
           reason: str = "") -> None:
    """Write who did what to which object. Personal data beyond ids does not belong in `old` and `new`."""
    if not connection.in_atomic_block:
        raise RuntimeError("an audit row belongs in the transaction of the action it tells of")
    row = [clock.now(), actor.kind.value, actor.id[:80], actor.label[:200], action, object_type, str(object_id)]
    if (waiting := journal.waiting()) is not None:
        waiting.audit.append([*row, old, new, reason])
        return
    db.execute(_INSERT, [*row, None if old is None else dumps_text(old), None if new is None else dumps_text(new),
                         reason, request_id.get()])


_INSERT_MANY = """
INSERT INTO kit_audit (at, actor_kind, actor_id, actor_label, action, object_type, object_id, old, new, reason,
                       request_id)
SELECT %s, %s, %s, %s, %s, %s, r.object_id, r.old, r.new, %s, %s
FROM jsonb_to_recordset(%s::jsonb) AS r(object_id text, old jsonb, new jsonb)
"""


def record_many(actor: Actor, action: str, object_type: str, changes: Iterable[tuple[object, Any, Any]], *,
                reason: str = "") -> None:
    """One row for each (object id, old, new), in one statement: for actions on many objects at once."""
    if not connection.in_atomic_block:
        raise RuntimeError("an audit row belongs in the transaction of the action it tells of")
    told = [{"object_id": str(key), "old": old, "new": new} for key, old, new in changes]
    if told:
        db.execute(_INSERT_MANY, [clock.now(), actor.kind.value, actor.id[:80], actor.label[:200], action, object_type,
                                  reason, request_id.get(), dumps_text(told)])
