"""Audit rows and events of several contexts are written in one statement, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from entrepot.kit import audit, db, journal, outbox
from entrepot.kit.actor import system
from entrepot.kit.event import Event
from entrepot.kit.ids import uuid7

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True, slots=True)
class DoorOpened(Event):
    name: ClassVar[str] = "test.door_opened"
    door_id: UUID


def _three_things() -> None:
    for number in range(3):
        audit.record(system("test"), "door.open", "door", number, new={"n": number}, reason="air")
        outbox.publish(DoorOpened(uuid7()))


def test_one_statement_in_order_with_deliveries() -> None:
    seen: list[DoorOpened] = []

    def on_door_opened(event: DoorOpened) -> None:
        seen.append(event)

    outbox.on(DoorOpened)(on_door_opened)
    with transaction.atomic(), CaptureQueriesContext(connection) as queries, journal.collected(), journal.collected():
        _three_things()
    assert len(queries) == 1
    rows = db.rows("SELECT object_id, old, new, reason, xid FROM kit_audit ORDER BY id")
    assert [(r.object_id, r.old, r.new["n"], r.reason) for r in rows] == [(str(n), None, n, "air") for n in range(3)]
    assert all(r.xid for r in rows)
    outbox.drain()
    assert len(seen) == 3
    del outbox._functions[outbox._handlers.pop(DoorOpened.name)[0]]


def test_an_error_writes_nothing() -> None:
    def undone() -> None:
        with transaction.atomic(), journal.collected():
            _three_things()
            raise ValueError("undo")

    with pytest.raises(ValueError, match="undo"):
        undone()
    assert db.value("SELECT count(*) FROM kit_audit") == 0
    assert db.value("SELECT count(*) FROM kit_event") == 0
    assert journal.waiting() is None


def test_needs_a_transaction() -> None:
    with pytest.raises(RuntimeError, match="transaction"), journal.collected():
        pass
