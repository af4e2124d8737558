"""A fact and its reactions are written with the change, and a reaction happens exactly once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

import pytest
from django.db import transaction

from entrepot.kit import clock, db, journal, outbox, tasks
from entrepot.kit.event import Event
from entrepot.kit.ids import uuid7


@dataclass(frozen=True, slots=True)
class ParcelDropped(Event):
    name: ClassVar[str] = "test.parcel_dropped"
    parcel_id: UUID
    note: str | None = None


@pytest.fixture
def seen() -> Iterator[list[ParcelDropped]]:
    calls: list[ParcelDropped] = []

    def on_parcel_dropped(event: ParcelDropped) -> None:
        calls.append(event)
        if event.note == "fragile":
            raise ValueError("broken")

    outbox.on(ParcelDropped)(on_parcel_dropped)
    yield calls
    name = outbox._handlers.pop(ParcelDropped.name)[0]
    del outbox._functions[name]


@pytest.mark.django_db(transaction=True)
def test_rolled_back_change_publishes_nothing(seen: list[ParcelDropped]) -> None:
    def change_and_fail() -> None:
        with transaction.atomic():
            outbox.publish(ParcelDropped(uuid7()))
            raise RuntimeError("undo")

    with pytest.raises(RuntimeError, match="undo"):
        change_and_fail()
    assert outbox.drain() == 0
    assert seen == []


@pytest.mark.django_db(transaction=True)
def test_event_is_delivered_once_with_its_types(seen: list[ParcelDropped]) -> None:
    event = ParcelDropped(uuid7())
    with transaction.atomic():
        outbox.publish(event)
    assert db.value("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'kit.deliver'") == 1
    assert outbox.drain() == 1
    delivery = db.value("SELECT id FROM kit_delivery")
    assert outbox.deliver(delivery) is False
    assert seen == [event]


@pytest.mark.django_db(transaction=True)
def test_failing_handler_backs_off_then_parks(seen: list[ParcelDropped]) -> None:
    with transaction.atomic():
        outbox.publish(ParcelDropped(uuid7(), "fragile"))
    delivery = db.value("SELECT id FROM kit_delivery")
    for attempt in range(1, outbox.MAX_ATTEMPTS + 1):
        with pytest.raises(ValueError, match="broken"):
            outbox.deliver(delivery)
        wait = outbox.note_failure(delivery, "broken")
        assert (wait is None) == (attempt == outbox.MAX_ATTEMPTS)
    assert db.value("SELECT state FROM kit_delivery") == "parked"


@pytest.mark.django_db(transaction=True)
def test_a_job_runs_many_deliveries_and_one_that_fails_hinders_no_other(seen: list[ParcelDropped]) -> None:
    parcels = [ParcelDropped(uuid7(), "fragile" if n == 3 else "") for n in range(journal.IN_ONE_JOB + 5)]
    with transaction.atomic():
        outbox.publish(*parcels)
    jobs = [r.args["deliveries"] for r in db.rows("DELETE FROM procrastinate_jobs RETURNING args")]
    assert sorted(map(len, jobs)) == [5, journal.IN_ONE_JOB]
    for deliveries in jobs:
        tasks.deliver(deliveries)
    assert {p.parcel_id for p in seen} == {p.parcel_id for p in parcels}
    failed = db.row("SELECT id, attempts, state FROM kit_delivery WHERE state <> 'done'")
    assert (failed.attempts, failed.state) == (1, "waiting")
    later = db.row("SELECT args, scheduled_at > now() AS is_later FROM procrastinate_jobs")
    assert (later.args, later.is_later) == ({"deliveries": [failed.id]}, True)


def test_publish_outside_a_transaction_is_refused() -> None:
    from django.test import override_settings  # noqa: F401  (settings must be loaded)

    with pytest.raises(RuntimeError, match="transaction"):
        outbox.publish(ParcelDropped(uuid7()))


@pytest.mark.django_db(transaction=True)
def test_audit_rows_cannot_be_changed() -> None:
    from django.db import DatabaseError

    from entrepot.kit import audit
    from entrepot.kit.actor import system

    with transaction.atomic():
        audit.record(system("test"), "parcel.drop", "parcel", 1, new={"at": clock.now()})
    for statement in ("UPDATE kit_audit SET action = 'x'", "DELETE FROM kit_audit"):
        with pytest.raises(DatabaseError, match="append-only"):
            db.execute(statement)
