"""Assessing orders: what fires, what is kept, and that it can be replayed."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test.utils import CaptureQueriesContext

from entrepot.fraud import actions, public, queries, rules
from entrepot.fraud.contracts import Decision
from entrepot.fraud.errors import RuleExists
from entrepot.fraud.handlers import on_payment_failed
from entrepot.fraud.tests.factories import BOB, CHARLIE, USUAL, order
from entrepot.inventory.tests.test_concurrency import waits_for_a_lock
from entrepot.kit import clock, db, invariants
from entrepot.kit.actor import ANONYMOUS, system
from entrepot.kit.errors import InvalidInput, NotFound, PermissionDenied, StaleVersion
from entrepot.kit.ids import uuid7
from entrepot.payments.events import PaymentFailed

pytestmark = pytest.mark.django_db(transaction=True)

VELOCITY = {"of": "order", "by": "email", "limit": 2, "minutes": 60}


def live(code: str, kind: str, params: dict[str, object], score: int = 50) -> None:
    actions.create_rule(code, kind, params, score=score, dry_run=False, actor=BOB)


def test_the_third_order_within_the_hour_is_reviewed() -> None:
    live("fast", "velocity", VELOCITY)
    assert [order().verdict for _ in range(3)] == [Decision.ACCEPT, Decision.ACCEPT, Decision.REVIEW]
    assert order(email="dora@example.com").verdict == "accept"
    later = clock.now() + timedelta(minutes=61)
    assert order(now=later).verdict == "accept"


def test_upper_case_does_not_hide_a_person() -> None:
    live("fast", "velocity", VELOCITY)
    order(email="Alice@Example.com ")
    order()
    assert order(email="ALICE@example.com").reasons == ("fast",)


def test_assessing_is_one_statement() -> None:
    actions.ensure_rules(actor=BOB)
    order()
    with transaction.atomic(), CaptureQueriesContext(connection) as seen:
        public.assess(uuid7(), now=clock.now(), actor=ANONYMOUS, **USUAL)
    assert len(seen.captured_queries) == 1


def test_failed_payments_count_against_who_was_assessed() -> None:
    live("testing", "velocity", {"of": "failed_payment", "by": "ip", "limit": 3, "minutes": 60})
    bad = uuid7()
    order(bad)
    for _ in range(3):
        on_payment_failed(PaymentFailed(payment_id=uuid7(), order_id=bad, reason="declined"))
    assert order(email="dora@example.com").verdict == "review"
    assert order(email="dora@example.com", ip="203.0.113.8").verdict == "accept"


def test_many_emails_to_one_address() -> None:
    live("many", "many_emails", {"by": "address", "limit": 2, "minutes": 60})
    for email in ("a@example.com", "a@example.com", "b@example.com"):
        assert order(email=email).verdict == "accept"
    assert order(email="c@example.com").verdict == "review"
    assert order(email="c@example.com", shipping_key="de|2").verdict == "accept"


def test_a_dry_run_is_recorded_but_holds_nothing() -> None:
    actions.create_rule("dry", "country_mismatch", {}, score=90, actor=BOB)
    verdict = order(billing_country="FR")
    assert (verdict.verdict, verdict.score, verdict.reasons) == ("accept", 0, ())
    assert [f.code for f in verdict.findings] == ["dry"]


def test_nothing_personal_is_stored() -> None:
    order()
    kept = str(db.rows("SELECT inputs::text, reasons::text FROM fraud_assessment")) + str(
        db.rows("SELECT * FROM fraud_attempt")
    )
    for secret in ("alice", "203.0.113.7", "de|1"):
        assert secret not in kept


def test_decisions_replay_bit_for_bit_after_the_rules_changed() -> None:
    chance = random.Random(5)
    actions.ensure_rules(actor=BOB)
    live("first", "high_value_first_order", {"amounts": {"EUR": 9_000}})
    live("high", "high_value", {"amounts": {"EUR": 15_000}}, score=20)
    for n in range(40):
        order(email=f"p{chance.randint(0, 4)}@example.com", ip=f"203.0.113.{chance.randint(1, 3)}",
              total_minor=chance.randint(1, 20_000), billing_country=chance.choice(["DE", "FR", ""]),
              shipping_key=f"de|{chance.randint(0, 2)}")
        if n == 20:
            actions.update_rule("country-mismatch", score=60, actor=BOB)
    actions.update_rule("first", is_active=False, actor=BOB)
    past, _ = public.list_assessments(verdict=None, limit=100, cursor="")
    assert {a.verdict for a in past} == {"accept", "review"}
    assert all(public.replay(a.id).same for a in past)
    assert not [v for v in invariants.violations() if v.code.startswith("fraud.")]


def test_rules_are_versioned_and_guarded() -> None:
    live("fast", "velocity", VELOCITY)
    with pytest.raises(RuleExists):
        live("fast", "velocity", VELOCITY)
    assert actions.update_rule("fast", score=60, expected_version=1, actor=BOB).version == 2
    with pytest.raises(StaleVersion):
        actions.update_rule("fast", score=70, expected_version=1, actor=BOB)
    with pytest.raises(InvalidInput):
        actions.update_rule("fast", params={"of": "order"}, actor=BOB)
    with pytest.raises(NotFound):
        actions.update_rule("slow", score=1, actor=BOB)
    for act in (
        lambda: actions.update_rule("fast", score=1, actor=CHARLIE),
        lambda: actions.ensure_rules(actor=CHARLIE),
        lambda: actions.create_rule("x", "country_mismatch", {}, score=1, actor=CHARLIE),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert [(r.score, r.version) for r in public.list_rules()] == [(60, 2)]
    assert db.value("SELECT count(*) FROM fraud_ruleversion") == 2


def test_versions_and_decisions_cannot_be_rewritten() -> None:
    live("fast", "velocity", VELOCITY)
    order()
    for sql in ("UPDATE fraud_ruleversion SET score = 1", "DELETE FROM fraud_ruleversion",
                "UPDATE fraud_assessment SET verdict = 'accept'"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            db.execute(sql)
    assert db.value("SELECT score FROM fraud_ruleversion") == 50


def test_ensuring_rules_keeps_what_was_changed() -> None:
    actions.ensure_rules(actor=BOB)
    actions.update_rule("country-mismatch", score=33, actor=BOB)
    actions.ensure_rules(actor=BOB)
    assert queries.get_rule("country-mismatch").score == 33
    assert len(public.list_rules()) == len(rules.DEFAULTS)


def test_old_attempts_are_forgotten() -> None:
    order(now=clock.now() - timedelta(days=400))
    order()
    assert actions.forget_attempts(clock.now(), actor=system("test")) == 3
    assert db.value("SELECT count(*) FROM fraud_attempt") == 3


@pytest.mark.parametrize(("code", "sql"), [
    ("fraud.versions_kept", "DELETE FROM fraud_ruleversion"),
    ("fraud.score_is_reasons", "UPDATE fraud_assessment SET score = score + 1")])
def test_a_planted_violation_is_found(code: str, sql: str) -> None:
    live("fast", "velocity", VELOCITY)
    order()
    assert code not in {v.code for v in invariants.violations()}
    with transaction.atomic():
        db.execute("SET LOCAL session_replication_role = replica")
        db.execute(sql)
    assert code in {v.code for v in invariants.violations()}


def test_a_card_tester_is_stopped_and_shoppers_are_not() -> None:
    """A burst with changing e-mails from two addresses, among honest customers who order now and then."""
    chance, start = random.Random(3), clock.now()
    actions.ensure_rules(actor=BOB)
    stopped = honest_held = 0
    for n in range(120):
        now = start + timedelta(seconds=20 * n)
        bad = uuid7()
        verdict = order(bad, email=f"bot{n}@example.com", ip=f"198.51.100.{n % 2}", shipping_key="bot", now=now)
        stopped += verdict.verdict == "review"
        with clock.at(now):
            on_payment_failed(PaymentFailed(payment_id=uuid7(), order_id=bad, reason="declined"))
        honest = order(
            email=f"h{n}@example.com", ip=f"203.0.113.{chance.randint(1, 250)}", shipping_key=f"h{n}", now=now
        )
        honest_held += honest.verdict == "review"
    assert stopped >= 0.95 * 120
    assert honest_held == 0


@pytest.mark.django_db(transaction=True)
def test_two_people_make_the_same_rule_at_once() -> None:
    def make() -> str:
        try:
            return public.create_rule("twin", "country_mismatch", {}, score=20, actor=BOB).code
        except RuleExists:
            return "exists"
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as second, transaction.atomic():
        public.create_rule("twin", "country_mismatch", {}, score=20, actor=BOB)
        other = second.submit(make)
        deadline = time.monotonic() + 30
        while not waits_for_a_lock() and time.monotonic() < deadline:
            time.sleep(0.01)
    assert other.result() == "exists"
