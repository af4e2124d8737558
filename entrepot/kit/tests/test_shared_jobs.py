"""Deliveries that share a job: what one of them does to it is not the others' misfortune."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

import pytest
from django.db import transaction

from entrepot.kit import db, maintenance, outbox, tasks
from entrepot.kit.event import Event
from entrepot.kit.ids import uuid7

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True, slots=True)
class ParcelDropped(Event):
    name: ClassVar[str] = "test.parcel_dropped"
    parcel_id: UUID
    note: str | None = None


@pytest.fixture
def handled() -> Iterator[None]:
    def on_dropped(event: ParcelDropped) -> None:
        if event.note == "nul":
            raise ValueError("the server said \0 and no more")
        if event.note == "surrogate":
            raise ValueError("a file called \udcff")
        if event.note == "exit":
            raise SystemExit(1)  # as if the worker had died

    outbox.on(ParcelDropped)(on_dropped)
    yield
    del outbox._functions[outbox._handlers.pop(ParcelDropped.name)[0]]


def worked_off(rounds: int) -> int:
    """Run what is queued and take up what was lost; how many deliveries are done then."""
    for _round in range(rounds):
        for job in db.rows("DELETE FROM procrastinate_jobs RETURNING args"):
            with suppress(BaseException):
                tasks.deliver(job.args["deliveries"])
        db.execute("UPDATE kit_delivery SET changed_at = changed_at - interval '60 s'")
        maintenance.requeue_lost()
    return int(db.value("SELECT count(*) FROM kit_delivery WHERE state = 'done'"))


@pytest.mark.parametrize("note", ["nul", "surrogate", "exit"])
def test_the_others_are_done_whatever_one_does(handled: None, note: str) -> None:
    with transaction.atomic():
        outbox.publish(*(ParcelDropped(uuid7(), note if n == 0 else "") for n in range(20)))
    assert worked_off(2) == 19


def test_a_failure_whose_words_no_column_takes_is_noted_all_the_same(handled: None) -> None:
    with transaction.atomic():
        outbox.publish(ParcelDropped(uuid7(), "nul"), ParcelDropped(uuid7(), "surrogate"))
    worked_off(1)
    told = db.rows("SELECT attempts, error FROM kit_delivery ORDER BY id")
    assert [r.attempts for r in told] == [1, 1]
    assert all(r.error.startswith("ValueError") for r in told)


def test_what_stalled_together_comes_back_apart(handled: None) -> None:
    with transaction.atomic():
        outbox.publish(*(ParcelDropped(uuid7()) for _n in range(3)))
    db.execute("UPDATE procrastinate_jobs SET status = 'doing', attempts = 1")
    assert maintenance.retry_stalled() == 1
    waiting = db.rows("SELECT args FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id")
    assert [len(r.args["deliveries"]) for r in waiting] == [1, 1, 1]
