"""Partitions lie ahead, the forgotten goes, the jobs of killed workers come back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from django.db import OperationalError, transaction
from procrastinate import App, jobs, testing

from entrepot.kit import clock, db, limits, maintenance, outbox
from entrepot.kit.actor import system
from entrepot.kit.errors import NotFound, TooManyRequests
from entrepot.kit.event import Event
from entrepot.kit.tasks import outlast_database

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True, slots=True)
class BoxMoved(Event):
    name: ClassVar[str] = "test.box_moved"
    box: int


def test_partitions_are_made_ahead_and_take_in_what_lay_elsewhere() -> None:
    moment = datetime(2031, 11, 15, tzinfo=UTC)
    with clock.at(moment), transaction.atomic():
        outbox.publish(BoxMoved(1), BoxMoved(2))
    assert db.value("SELECT count(*) FROM kit_event_other") == 2
    try:
        made = maintenance.ensure_partitions(moment)
        assert made == ["kit_event_2031_11", "kit_event_2031_12", "kit_event_2032_01", "kit_event_2032_02"]
        assert db.value("SELECT count(*) FROM kit_event_2031_11") == 2
        assert db.value("SELECT count(*) FROM kit_event") == 2
        assert maintenance.ensure_partitions(moment) == []
        with clock.at(moment + timedelta(days=30)), transaction.atomic():
            outbox.publish(BoxMoved(3))
        assert db.value("SELECT count(*) FROM kit_event_2031_12") == 1
    finally:
        for name in db.rows("SELECT relname FROM pg_class WHERE relname ~ '^kit_event_203[12]_..$' AND relkind = 'r'"):
            db.execute(f"DROP TABLE {name.relname}")


def _doing(heartbeat_age: int | None, attempts: int = 0) -> int:
    worker = None
    if heartbeat_age is not None:
        worker = db.value("INSERT INTO procrastinate_workers (last_heartbeat)"
                          " VALUES (now() - make_interval(secs => %s)) RETURNING id", [heartbeat_age])
    job = db.value("INSERT INTO procrastinate_jobs (queue_name, task_name, args, attempts)"
                   " VALUES ('events', 'kit.deliver', '{}', %s) RETURNING id", [attempts])
    db.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = %s", [worker, job])
    return int(job)


def test_jobs_of_silent_workers_come_back_and_others_stay() -> None:
    dead, alive, orphan, poison = _doing(60), _doing(2), _doing(None), _doing(60, attempts=maintenance.ATTEMPTS)
    assert maintenance.retry_stalled() == 3
    states = {r.id: r.status for r in db.rows("SELECT id, status::text AS status FROM procrastinate_jobs")}
    assert states == {dead: "todo", alive: "doing", orphan: "todo", poison: "failed"}


def test_stalled_jobs_of_a_kind_that_waits_once_do_not_keep_others_from_coming_back() -> None:
    twins, other = [_doing(60), _doing(60)], _doing(60)
    db.execute("UPDATE procrastinate_jobs SET queueing_lock = 'same' WHERE id = ANY(%s)", [twins])
    assert maintenance.retry_stalled() == 3
    states = {r.id: r.status for r in db.rows("SELECT id, status::text AS status FROM procrastinate_jobs")}
    assert states == {twins[0]: "todo", other: "todo"}


def test_deliveries_without_a_job_are_queued_again_and_others_are_left_alone() -> None:
    """A database that goes away in the wrong moment fails the job, and nobody can write that down."""
    def delivery(state: str, age_s: int) -> int:
        return int(db.value(
            "INSERT INTO kit_delivery (event_id, event_at, handler, state, attempts, error, changed_at)"
            " VALUES (gen_random_uuid(), now(), 'x', %s, 0, '', %s) RETURNING id",
            [state, clock.now() - timedelta(seconds=age_s)]))

    def job(delivery_id: int, status: str) -> None:
        db.execute("INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args, status) VALUES ('events',"
                   " 'kit.deliver', 0, jsonb_build_object('deliveries', ARRAY[%s::bigint]),"
                   " %s::procrastinate_job_status)", [delivery_id, status])

    lost, failed, queued, fresh = (delivery("waiting", age) for age in (60, 60, 60, 0))
    delivery("parked", 60)
    delivery("done", 60)
    job(failed, "failed")
    job(queued, "todo")
    maintenance.requeue_lost()
    maintenance.requeue_lost()
    found = db.rows("SELECT jsonb_array_elements(args->'deliveries')::bigint AS id FROM procrastinate_jobs"
                    " WHERE status = 'todo'")
    assert sorted(row.id for row in found) == sorted([lost, failed, queued])
    assert fresh not in {row.id for row in found}


def test_jobs_are_tried_again_when_the_database_was_away_and_only_then() -> None:
    worker_app = App(connector=testing.InMemoryConnector())

    @worker_app.task(name="gone")
    def gone() -> None:
        raise OperationalError

    outlast_database(worker_app)
    strategy = worker_app.tasks["gone"].retry_strategy
    job = jobs.Job(id=1, queue="q", lock=None, queueing_lock=None, task_name="gone", attempts=1)
    assert strategy.get_retry_decision(exception=OperationalError(), job=job) is not None
    assert strategy.get_retry_decision(exception=ValueError(), job=job) is None


def test_failed_job_and_parked_delivery_are_retried_by_hand() -> None:
    job = _doing(None, attempts=maintenance.ATTEMPTS)
    with pytest.raises(maintenance.NotParked):
        maintenance.retry_job(job, actor=system("test"))
    maintenance.retry_stalled()
    maintenance.retry_job(job, actor=system("test"))
    assert db.value("SELECT status::text FROM procrastinate_jobs WHERE id = %s", [job]) == "todo"
    with pytest.raises(NotFound):
        maintenance.retry_delivery(999, actor=system("test"))


def test_cleaners_remove_what_is_over_and_nothing_else() -> None:
    limits.count("old", timedelta(minutes=1))
    limits.count("new", timedelta(days=3))
    with clock.at(clock.now() + timedelta(days=1)):
        assert maintenance.clean()["counters"] == 1
    assert db.value("SELECT name FROM kit_counter") == "new"


def test_counter_refuses_beyond_its_limit_until_the_window_ends() -> None:
    for _ in range(3):
        limits.hit("x", 3, timedelta(minutes=1))
    with pytest.raises(TooManyRequests) as refused:
        limits.hit("x", 3, timedelta(minutes=1))
    assert 0 < refused.value.params["seconds"] <= 60
    with clock.at(clock.now() + timedelta(seconds=61)):
        limits.hit("x", 3, timedelta(minutes=1))


def test_counter_lets_exactly_its_limit_through_in_a_race() -> None:
    import threading

    from django.db import connection

    passed = []

    def attempt() -> None:
        try:
            limits.hit("race", 10, timedelta(minutes=1))
            passed.append(1)
        except TooManyRequests:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(passed) == 10


def test_bucket_refills_with_time() -> None:
    now = [0.0]
    buckets = limits.Buckets(time_source=lambda: now[0])
    rate = limits.Rate(2, 10)
    assert [buckets.take("a", rate).allowed for _ in range(3)] == [True, True, False]
    now[0] = 5.0
    assert [buckets.take("a", rate).allowed for _ in range(2)] == [True, False]
    assert buckets.take("b", rate).allowed


def test_slots_are_given_back() -> None:
    slots = limits.Slots()
    assert [slots.enter("a", 2) for _ in range(3)] == [True, True, False]
    slots.leave("a")
    assert slots.enter("a", 2)
    assert slots.enter("b", 2)


def test_vault_ties_a_secret_to_its_place() -> None:
    from cryptography.exceptions import InvalidTag

    from entrepot.kit import vault

    sealed = vault.encrypt(b"s3cret", "row:1")
    assert vault.decrypt(sealed, "row:1") == b"s3cret"
    assert b"s3cret" not in sealed
    with pytest.raises(InvalidTag):
        vault.decrypt(sealed, "row:2")


def test_start_is_refused_when_commits_may_be_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    from entrepot.kit import checks

    monkeypatch.delenv("ENTREPOT_ALLOW_ASYNC_COMMIT", raising=False)
    checks.refuse_forgetful_database()
    db.execute("SET synchronous_commit = off")
    try:
        with pytest.raises(SystemExit, match="synchronous_commit"):
            checks.refuse_forgetful_database()
    finally:
        db.execute("RESET synchronous_commit")
