"""The inbox: order does not matter, repetition does not matter, forgery does not get in."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from entrepot.kit import db
from entrepot.kit.actor import ANONYMOUS
from entrepot.payments import public, rules
from entrepot.payments.contracts import Fact, PaymentInfo
from entrepot.payments.models import InboxMessage, Payment, Request, Transaction
from entrepot.payments.providers import simulator
from entrepot.payments.tests.factories import ALICE, BOB, SYSTEM, begun, events, paid_at_simulator

pytestmark = pytest.mark.django_db(transaction=True)


def _fact(payment: PaymentInfo, kind: str, amount_minor: int, key: str = "") -> Fact:
    return Fact(f"{kind}:{key or payment.id.hex}", f"sim_{payment.id.hex}", kind, amount_minor, payment.currency)


def _send(number: str, *facts: Fact) -> int:
    headers, body = simulator.sign(number, {"type": "test", "data": [asdict(f) for f in facts]})
    return public.receive_webhook("simulator", headers, body, actor=ANONYMOUS)


def _five(payment: PaymentInfo) -> list[Fact]:
    return [_fact(payment, "failed", 0), _fact(payment, "authorised", 10_000), _fact(payment, "captured", 10_000),
            _fact(payment, "refunded", 3_000, "a"), _fact(payment, "refunded", 2_000, "b")]


def _end(payment: PaymentInfo) -> tuple[Any, ...]:
    found = public.get_payment(payment.id)
    ledger = sorted(Transaction.objects.filter(payment_id=payment.id).values_list("kind", "amount_minor"))
    waiting = InboxMessage.objects.filter(processed_at__isnull=True).count()
    return found.state, found.authorised_minor, found.captured_minor, found.refunded_minor, tuple(ledger), waiting


_WANTED = ("captured", 10_000, 10_000, 5_000,
           (("authorisation", 10_000), ("capture", 10_000), ("refund", 2_000), ("refund", 3_000)), 0)


@pytest.mark.parametrize("first", range(5))
def test_all_orders_of_five_messages_with_repeats_come_to_one_end(first: int) -> None:
    for order in itertools.permutations(range(5)):
        if order[0] != first:
            continue
        payment = begun()
        facts = _five(payment)
        for place, index in enumerate(order):
            assert _send(f"{payment.id.hex}-{index}", facts[index]) == 200
            if place % 2:
                assert _send(f"{payment.id.hex}-{index}", facts[index]) == 200  # the same message
                assert _send(f"{payment.id.hex}-{index}-again", facts[index]) == 200  # another that says the same
        assert _end(payment) == _WANTED, order


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
@pytest.mark.parametrize(("comes_back", "refunded", "state"), [(True, 0, "failed"), (False, 3_000, "done")])
def test_a_refund_that_failed_ends_alike_in_whichever_order_it_is_told(order: tuple[int, ...], comes_back: bool,
                                                                       refunded: int, state: str) -> None:
    """Done and come back in the end, or first failed and done in the end: the provider tells which it can be."""
    payment = begun()
    _send("captured", _fact(payment, "captured", 10_000))
    [asked] = public.refund(payment.order_id, 3_000, reason="", reference="r", actor=BOB)
    done = replace(_fact(payment, "refunded", 3_000, "a"), request_id=str(asked.id))
    failed = replace(_fact(payment, "refund_failed", 3_000, "a"), request_id=str(asked.id), comes_back=comes_back)
    for index in order:
        assert _send(f"{index}", (done, failed, failed)[index]) == 200
    assert _end(payment)[3] == refunded
    assert Request.objects.get(pk=asked.id).state == state
    assert not InboxMessage.objects.filter(processed_at__isnull=True).exists()


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_rules_come_to_one_end_whatever_the_order(data: st.DataObject) -> None:
    kinds = st.sampled_from(["authorised", "captured", "voided", "refunded", "failed"])
    facts = data.draw(st.lists(st.builds(
        lambda kind, amount, n: Fact(f"{kind}:{n}", "x", kind, amount, "EUR"), kinds,
        st.integers(1, 20), st.integers(0, 4)), max_size=8, unique_by=lambda f: f.key))
    order = data.draw(st.permutations(facts + facts))

    def run(sequence: list[Fact], batch: int) -> rules.Books:
        books, kept = rules.Books(100, "EUR"), []
        for start in range(0, len(sequence), batch):
            books, _, left = rules.book(books, [*kept, *sequence[start:start + batch]])
            kept = [entry.fact for entry in left if entry.waits]
        return books

    total = sum(f.amount_minor for f in facts if f.kind == "captured")
    refunded = sum(f.amount_minor for f in facts if f.kind == "refunded")
    if total > 100 or refunded > total:  # contradictions go to a person
        return
    one, other = run(facts, len(facts) or 1), run(order, data.draw(st.integers(1, 3)))
    assert one == other
    assert rules.state_of(one) == rules.state_of(other)


def test_refund_waits_for_its_capture_and_the_healer_asks() -> None:
    payment = begun()
    simulator.pay(payment.id, "EUR", 10_000, "pay")  # its message is lost
    assert _send("early", _fact(payment, "refunded", 1_000, "early")) == 200
    assert InboxMessage.objects.get().processed_at is None
    InboxMessage.objects.update(received_at="2020-01-01T00:00:00Z")
    public.heal(actor=SYSTEM)
    assert public.get_payment(payment.id).refunded_minor == 1_000
    assert InboxMessage.objects.get().processed_at is not None


@pytest.mark.parametrize("fact", [("captured", 10_001, "EUR"), ("captured", 10_000, "USD"),
                                  ("authorised", 10_001, "EUR")])
def test_message_that_contradicts_us_is_kept_for_a_person(fact: tuple[str, int, str]) -> None:
    payment = begun()
    kind, amount, currency = fact
    assert _send("odd", Fact("odd", f"sim_{payment.id.hex}", kind, amount, currency)) == 200
    message = InboxMessage.objects.get()
    assert message.error
    assert public.get_payment(payment.id).state == "pending"
    public.replay_message(message.id, actor=BOB)
    assert public.get_payment(payment.id).captured_minor == 0


def test_replay_changes_nothing_that_is_booked() -> None:
    payment = paid_at_simulator()
    public.replay_message(InboxMessage.objects.get().id, actor=BOB)
    assert public.get_payment(payment.id).captured_minor == 10_000
    assert len(events("payment_captured")) == 1


def test_forged_message_is_refused() -> None:
    payment = begun()
    headers, body = simulator.sign("m", {"type": "t", "data": [asdict(_fact(payment, "captured", 10_000))]})

    def status(**changed: Any) -> int:
        return public.receive_webhook("simulator", {**headers, **changed.get("headers", {})},
                                      changed.get("body", body), actor=ANONYMOUS)

    assert status(body=body.replace(b"10000", b"10001")) == 400
    assert status(headers={"webhook-id": "other"}) == 400
    assert status(headers={"webhook-timestamp": "1600000000"}) == 400
    assert status(headers={"webhook-signature": "v1,AAAA"}) == 400
    assert public.receive_webhook("simulator", {}, body, actor=ANONYMOUS) == 400
    assert public.receive_webhook("simulator", headers, b"\xff\xfe", actor=ANONYMOUS) == 400
    assert public.receive_webhook("simulator", headers, b"x" * 300_000, actor=ANONYMOUS) == 413
    assert public.receive_webhook("nobody", headers, body, actor=ANONYMOUS) == 404
    assert not InboxMessage.objects.exists()
    assert status() == 200


def test_message_about_a_stranger_is_closed_with_a_word() -> None:
    assert _send("m", Fact("k", "sim_unknown", "captured", 1, "EUR")) == 200
    message = InboxMessage.objects.get()
    assert message.processed_at is not None
    assert "No payment" in message.error


@pytest.mark.parametrize("payload", [{}, {"data": None}, {"data": [{"kind": "captured"}]}, {"data": ["captured"]}])
def test_a_signed_message_of_an_unknown_shape_is_kept_and_said(payload: dict[str, Any]) -> None:
    headers, body = simulator.sign("odd", {"type": "t", **payload})
    assert public.receive_webhook("simulator", headers, body, actor=ANONYMOUS) == 200  # it need not be sent again
    message = InboxMessage.objects.get()
    assert (message.payment_id, bool(message.processed_at)) == (None, True)
    assert "shape" in message.error
    public.replay_message(message.id, actor=BOB)
    assert InboxMessage.objects.get().processed_at is not None


def _race(*work: Callable[[], object]) -> list[BaseException]:
    barrier, errors = threading.Barrier(len(work)), []

    def run(job: Callable[[], object]) -> None:
        try:
            barrier.wait()
            job()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(job,)) for job in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def test_browser_return_and_message_race_to_one_capture() -> None:
    for _ in range(25):
        payment = begun()
        simulator.pay(payment.id, "EUR", 10_000, "pay")
        headers, body = simulator.notice(payment.id)
        assert _race(lambda p=payment: public.refresh(p.id, actor=ALICE),
                     lambda h=headers, b=body: public.receive_webhook("simulator", h, b, actor=ANONYMOUS)) == []
        assert Transaction.objects.filter(payment_id=payment.id, kind="capture").count() == 1
    assert len(events("payment_captured")) == 25


def test_without_the_lock_the_race_books_twice_or_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin of the test above: the guard is what holds."""
    from entrepot.payments.actions import begin, inbox

    barrier = threading.Barrier(2)

    def unguarded(payment_id: Any, *, actor: Any) -> Payment:
        payment = Payment.objects.get(pk=payment_id)
        list(payment.transactions.all())
        barrier.wait(60)
        return payment

    payment = begun()
    simulator.pay(payment.id, "EUR", 10_000, "pay")
    headers, body = simulator.notice(payment.id)
    monkeypatch.setattr(begin, "lock_payment", unguarded)
    monkeypatch.setattr(inbox, "lock_payment", unguarded)
    errors = _race(lambda: public.refresh(payment.id, actor=ALICE),
                   lambda: public.receive_webhook("simulator", headers, body, actor=ANONYMOUS))
    kept = InboxMessage.objects.get()
    assert errors or kept.error  # only the unique key was left to stop it
    assert Transaction.objects.filter(payment_id=payment.id, kind="capture").count() == 1


def test_two_people_press_capture_at_once() -> None:
    payment = paid_at_simulator("authorise")
    errors = _race(*[lambda: public.capture(payment.id, 6_000, actor=BOB)] * 3)
    assert len(errors) == 2
    assert public.get_payment(payment.id).captured_minor == 6_000


def test_refunds_at_once_stay_within_the_capture() -> None:
    payment = paid_at_simulator()
    errors = _race(*[
        lambda n=n: public.refund(payment.order_id, 4_000, reason="", reference=f"r{n}", actor=BOB) for n in range(5)])
    assert len(errors) == 3
    for request in Request.objects.all():
        assert request.amount_minor == 4_000
    public.heal(actor=SYSTEM)
    assert public.get_payment(payment.id).refunded_minor == 8_000


def test_two_writers_past_our_code_are_counted_together() -> None:
    """The sums follow the ledger under a lock, so that neither of two connections refunds without the other."""

    payment = paid_at_simulator()

    def refund(key: str) -> None:
        db.execute("INSERT INTO payments_transaction (payment_id, kind, amount_minor, currency, provider_ref,"
                   " idempotency_key, reason, at) VALUES (%s, 'refund', 6000, 'EUR', '', %s, '', now())",
                   [payment.id, key])

    for attempt in range(5):
        errors = _race(lambda n=attempt: refund(f"{n}a"), lambda n=attempt: refund(f"{n}b"))
        assert len(errors) == (1 if attempt == 0 else 2)
    assert public.get_payment(payment.id).refunded_minor == 6_000
