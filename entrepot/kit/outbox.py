"""Transactional outbox: facts and the jobs that react to them are written with the change they tell of.

`publish` is one statement for any number of events: event rows, one delivery per handler, and queued jobs that run the
deliveries one after another. A handler runs in a transaction that also marks its delivery done, so its effects in the
database happen exactly once. Failures back off; after `MAX_ATTEMPTS` the delivery is parked, where the office can
retry it.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, transaction

from entrepot.kit import clock, db, journal
from entrepot.kit.context import request_id
from entrepot.kit.event import Event
from entrepot.kit.ids import uuid7
from entrepot.kit.json import dumps_text

MAX_ATTEMPTS = 8

E = TypeVar("E", bound=Event)
Handler = Callable[[Any], None]

_handlers: dict[str, list[str]] = {}
_functions: dict[str, tuple[type[Event], Handler]] = {}


def on(event_type: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Register an idempotent reaction: `@on(OrderPaid)` above `def on_order_paid(event)`."""

    def register(function: Callable[[E], None]) -> Callable[[E], None]:
        name = f"{function.__module__.removeprefix('entrepot.').removesuffix('.handlers')}.{function.__name__}"
        if name in _functions:
            raise ValueError(f"handler {name} is registered twice")
        _functions[name] = (event_type, function)
        _handlers.setdefault(event_type.name, []).append(name)
        return function

    return register


def handlers_of(event_name: str) -> tuple[str, ...]:
    """Names of the handlers that hear of this event."""
    return tuple(_handlers.get(event_name, ()))


def publish(*events: Event) -> None:
    """Write facts and queue their handlers in the caller's transaction (one statement; nothing for no events)."""
    if not events:
        return
    if not connection.in_atomic_block:
        raise RuntimeError("publish needs the transaction of the change it tells of")
    records = [
        {"id": uuid7(), "name": e.name, "version": e.version, "subject": e.subject, "payload": e,
         "handlers": handlers_of(e.name)}
        for e in events
    ]
    if (waiting := journal.waiting()) is not None:
        waiting.events.extend(records)
        return
    db.execute(f"WITH {journal.EVENTS}", {"events": dumps_text(records), "at": clock.now(),
                                          "request_id": request_id.get()})


def deliver(delivery_id: int) -> bool:
    """Run one delivery in its own transaction. False when it was already done or someone else has it."""
    with transaction.atomic(durable=True):
        found = db.row(
            "SELECT d.handler, e.payload FROM kit_delivery d"
            " JOIN kit_event e ON e.id = d.event_id AND e.at = d.event_at"
            " WHERE d.id = %s AND d.state IN ('waiting', 'parked') FOR UPDATE OF d SKIP LOCKED", [delivery_id])
        if found is None:
            return False
        event_type, function = _functions[found.handler]
        function(decode(event_type, found.payload))
        db.execute("UPDATE kit_delivery SET state = 'done', attempts = attempts + 1, changed_at = %s WHERE id = %s",
                   [clock.now(), delivery_id])
    return True


def note_failure(delivery_id: int, error: str) -> timedelta | None:
    """Record a failed attempt; returns how long to wait before the next one, or None when it is parked now."""
    attempts = db.value(
        "UPDATE kit_delivery SET attempts = attempts + 1, error = %s, changed_at = %s,"
        " state = CASE WHEN attempts + 1 >= %s THEN 'parked' ELSE 'waiting' END WHERE id = %s RETURNING attempts",
        [error.replace("\0", "").encode("utf-8", "replace").decode()[:2000], clock.now(), MAX_ATTEMPTS, delivery_id])
    if attempts is None or attempts >= MAX_ATTEMPTS:
        return None
    return timedelta(seconds=min(2 ** int(attempts), 300))


def requeue(delivery_id: int) -> None:
    """Give a parked delivery a fresh set of attempts (the office's retry button)."""
    with transaction.atomic():
        db.execute("UPDATE kit_delivery SET state = 'waiting', attempts = 0 WHERE id = %s AND state = 'parked'",
                   [delivery_id])
        db.execute("INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args)"
                   " VALUES ('events', 'kit.deliver', 0, jsonb_build_object('deliveries', ARRAY[%s::bigint]))",
                   [delivery_id])


def drain(limit: int = 100_000) -> int:
    """Deliver everything that waits, here and now (tests, demo generator). Errors surface. Returns how many ran."""
    ran = 0
    while ran < limit:
        waiting = [r.id for r in db.rows("SELECT id FROM kit_delivery WHERE state = 'waiting' ORDER BY id LIMIT 500")]
        if not waiting:
            break
        for delivery_id in waiting:
            ran += deliver(delivery_id)
    return ran


def decode(event_type: type[E], payload: dict[str, Any]) -> E:
    """The event from its stored payload; unknown keys of a newer version are ignored."""
    hints = typing.get_type_hints(event_type)
    known = (f.name for f in fields(event_type) if f.name in payload)
    return event_type(**{name: _coerce(hints[name], payload[name]) for name in known})


def _coerce(hint: Any, value: Any) -> Any:
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        if value is None:
            return None
        hint = next(a for a in typing.get_args(hint) if a is not type(None))
        origin = typing.get_origin(hint)
    if origin in (list, tuple):
        inner = typing.get_args(hint)[0]
        return origin(_coerce(inner, v) for v in value)
    if hint is UUID:
        return UUID(value)
    if hint is Decimal:
        return Decimal(value)
    if hint is datetime:
        return datetime.fromisoformat(value).astimezone(UTC)
    return value
