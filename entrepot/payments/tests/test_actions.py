"""Open, begin, capture, void, refund: what is booked, what is refused, what is told."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from entrepot.kit import clock, db
from entrepot.kit.errors import InvalidInput, NotFound, PermissionDenied
from entrepot.kit.ids import uuid7
from entrepot.payments import public
from entrepot.payments.actions.requests import run_request
from entrepot.payments.errors import (
    AmountTooLarge,
    CardNumberRefused,
    MethodNotOffered,
    PaymentNotCapturable,
    PaymentNotManual,
    PaymentNotVoidable,
    ProviderRefused,
    ReferenceUsed,
    RefundNotPending,
)
from entrepot.payments.models import GatewayEntry, Request, Transaction
from entrepot.payments.providers import simulator
from entrepot.payments.tests.factories import ALICE, BOB, CHARLIE, SYSTEM, begun, events, opened, paid_at_simulator

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("provider", ["test", "cash_on_delivery", "simulator"])
def test_open_payment_is_one_statement(provider: str) -> None:
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        payment = public.open_payment(uuid7(), provider=provider, method=provider, amount_minor=1_250, currency="EUR",
                                      now=clock.now(), actor=ALICE)
    assert len([q for q in queries if q["sql"].lstrip().startswith(("INSERT", "WITH", "SELECT", "UPDATE"))]) == 1
    stored = public.get_payment(payment.id)
    assert stored == payment
    assert (stored.state, stored.captured_minor) == (("captured", 1_250) if provider == "test" else ("pending", 0))
    assert Transaction.objects.filter(payment_id=payment.id).count() == (2 if provider == "test" else 0)


def test_open_payment_belongs_in_a_transaction() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        public.open_payment(uuid7(), provider="test", method="", amount_minor=1, currency="EUR", now=clock.now(),
                            actor=ALICE)


@pytest.mark.parametrize("provider", ["paypal", "stripe", "gift_card", ""])
def test_unknown_or_unconfigured_method_is_refused(provider: str) -> None:
    with pytest.raises(MethodNotOffered):
        opened(provider)


def test_test_method_is_off_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ENTREPOT_TEST_PAYMENTS")
    with pytest.raises(MethodNotOffered):
        opened("test")


@pytest.mark.parametrize("amount", [0, -5])
def test_nothing_cannot_be_paid(amount: int) -> None:
    with pytest.raises(InvalidInput):
        opened("test", amount_minor=amount)


def test_begin_brings_the_payer_to_the_page_and_repeats_itself() -> None:
    first = begun()
    assert first.action is not None
    assert first.action["kind"] == "redirect"
    assert "/pay/simulator/" in first.action["url"]
    again = public.begin(first.id, return_url="/other", description="", language="zh-hans", actor=ALICE)
    assert again.action == first.action


@pytest.mark.parametrize("url", ["https://evil.example/x", "//evil.example", "javascript:alert(1)", "/\\evil.example",
                                 "https://localhost@evil.example/", "http:evil", ""])
def test_payer_is_not_sent_elsewhere(url: str) -> None:
    payment = opened()
    with pytest.raises(InvalidInput):
        public.begin(payment.id, return_url=url, description="", language="en", actor=ALICE)


def test_begin_refuses_to_call_out_inside_a_transaction() -> None:
    payment = opened()
    with pytest.raises(RuntimeError), transaction.atomic():
        public.begin(payment.id, return_url="/", description="", language="en", actor=ALICE)


def test_paying_captures_and_tells() -> None:
    payment = paid_at_simulator()
    assert (payment.state, payment.captured_minor) == ("captured", 10_000)
    assert events("payment_captured") == [{"payment_id": str(payment.id), "order_id": str(payment.order_id),
                                           "amount_minor": 10_000, "currency": "EUR"}]


def test_declined_then_paid() -> None:
    payment = paid_at_simulator("decline")
    assert (payment.state, payment.failure) == ("failed", "The payer declined.")
    assert len(events("payment_failed")) == 1
    simulator.pay(payment.id, "EUR", 10_000, "pay")
    assert public.refresh(payment.id, actor=ALICE).state == "captured"


def test_capture_in_parts() -> None:
    payment = paid_at_simulator("authorise")
    assert payment.state == "authorised"
    part = public.capture(payment.id, 4_000, actor=BOB)
    assert (part.state, part.captured_minor) == ("captured", 4_000)
    with pytest.raises(AmountTooLarge):
        public.capture(payment.id, 6_001, actor=BOB)
    assert public.capture(payment.id, actor=BOB).captured_minor == 10_000
    with pytest.raises(PaymentNotCapturable):
        public.capture(payment.id, actor=BOB)
    assert [e["amount_minor"] for e in events("payment_captured")] == [4_000, 6_000]
    assert GatewayEntry.objects.filter(kind="captured").count() == 2


def test_void_lets_go() -> None:
    payment = paid_at_simulator("authorise")
    assert public.void(payment.id, actor=BOB).state == "voided"
    assert len(events("payment_voided")) == 1
    with pytest.raises(PaymentNotVoidable):
        public.void(payment.id, actor=BOB)
    with pytest.raises(PaymentNotCapturable):
        public.capture(payment.id, actor=BOB)


def test_void_that_comes_too_late_finds_the_money() -> None:
    payment = begun()
    simulator.pay(payment.id, "EUR", 10_000, "pay")  # we have not heard of it yet
    with pytest.raises(ProviderRefused):
        public.void(payment.id, actor=BOB)
    assert public.get_payment(payment.id).state == "captured"


def test_refund_in_parts_up_to_what_was_captured() -> None:
    payment = paid_at_simulator()
    [first] = public.refund(payment.order_id, 3_000, reason="broken", reference="change-1", actor=BOB)
    assert first.state == "pending"
    assert run_request(first.id, actor=SYSTEM)
    [again] = public.refund(payment.order_id, 3_000, reason="broken", reference="change-1", actor=BOB)
    assert (again.id, again.state) == (first.id, "done")
    with pytest.raises(ReferenceUsed):
        public.refund(payment.order_id, 2_999, reason="broken", reference="change-1", actor=BOB)
    with pytest.raises(AmountTooLarge):
        public.refund(payment.order_id, 7_001, reason="", reference="change-2", actor=BOB)
    public.refund(payment.order_id, 7_000, reason="", reference="change-3", actor=BOB)
    with pytest.raises(AmountTooLarge):  # what is being refunded counts
        public.refund(payment.order_id, 1, reason="", reference="change-4", actor=BOB)
    assert public.heal(actor=SYSTEM) == 1
    assert public.get_payment(payment.id).refunded_minor == 10_000
    assert [(e["amount_minor"], e["reference"]) for e in events("payment_refunded")] == [
        (3_000, "change-1"), (7_000, "change-3")]


def test_refund_spreads_over_payments_newest_first_and_settles_internal_ones_at_once() -> None:
    order_id = uuid7()
    card = paid_at_simulator(order_id=order_id, amount_minor=6_000)
    instant = opened("test", order_id=order_id, amount_minor=4_000)
    done, waiting = public.refund(order_id, 5_000, reason="", reference="r", actor=BOB)
    assert (done.payment_id, done.amount_minor, done.state) == (instant.id, 4_000, "done")
    assert (waiting.payment_id, waiting.amount_minor, waiting.state) == (card.id, 1_000, "pending")


def test_refund_joins_the_callers_transaction() -> None:
    payment = paid_at_simulator()

    def change_that_fails() -> None:
        with transaction.atomic():
            public.refund(payment.order_id, 100, reason="", reference="r", actor=BOB)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_that_fails()
    assert not Request.objects.exists()
    assert db.value("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'payments.run_request'") == 0


def test_refused_refund_is_told() -> None:
    payment = paid_at_simulator()
    GatewayEntry.objects.create(payment_id=payment.id, kind="refunded", amount_minor=9_999, currency="EUR", key="x",
                                at=clock.now())  # someone refunded at the gateway itself
    [info] = public.refund(payment.order_id, 500, reason="", reference="r", actor=BOB)
    run_request(info.id, actor=SYSTEM)
    assert Request.objects.get(pk=info.id).state == "failed"
    assert [e["reference"] for e in events("refund_failed")] == ["r"]


def test_cancelled_order_gives_up_what_is_open() -> None:
    order_id = uuid7()
    held = paid_at_simulator("authorise", order_id=order_id)
    cash = opened("cash_on_delivery", order_id=order_id)
    waiting = begun(order_id=order_id)
    paid = opened("test", order_id=order_id)
    public.cancel_open(order_id, actor=ALICE)
    public.cancel_open(order_id, actor=ALICE)
    assert public.get_payment(cash.id).state == "voided"
    public.heal(actor=SYSTEM)
    assert [public.get_payment(p.id).state for p in (held, waiting, paid)] == ["voided", "voided", "captured"]


def test_late_payment_of_a_cancelled_order_is_captured_and_refundable() -> None:
    payment = begun()
    public.cancel_open(payment.order_id, actor=ALICE)
    simulator.pay(payment.id, "EUR", 10_000, "pay")  # the payer was faster
    public.heal(actor=SYSTEM)
    late = public.get_payment(payment.id)
    assert late.state == "captured"
    assert len(events("payment_captured")) == 1  # orders answers it with a refund
    public.refund(payment.order_id, 10_000, reason="cancelled", reference="late", actor=BOB)
    public.heal(actor=SYSTEM)
    assert public.get_payment(payment.id).refunded_minor == 10_000


def test_bank_transfer_arrives_in_parts() -> None:
    payment = opened("bank_transfer")
    public.mark_received(payment.id, 4_000, reference="line 7", actor=BOB)
    public.mark_received(payment.id, 4_000, reference="line 7", actor=BOB)
    with pytest.raises(ReferenceUsed):
        public.mark_received(payment.id, 4_001, reference="line 7", actor=BOB)
    with pytest.raises(AmountTooLarge):
        public.mark_received(payment.id, 6_001, reference="line 8", actor=BOB)
    assert public.mark_received(payment.id, 6_000, reference="line 9", actor=BOB).captured_minor == 10_000
    [refund] = public.refund(payment.order_id, 1_000, reason="", reference="r", actor=BOB)
    assert public.heal(actor=SYSTEM) == 0  # a person pays it out
    assert public.mark_refunded(refund.id, reference="out 3", actor=BOB).state == "done"
    with pytest.raises(RefundNotPending):
        public.mark_refunded(refund.id, reference="out 3", actor=BOB)
    assert public.get_payment(payment.id).refunded_minor == 1_000


def test_only_manual_methods_are_marked_by_hand() -> None:
    with pytest.raises(PaymentNotManual):
        public.mark_received(begun().id, 1, reference="x", actor=BOB)
    with pytest.raises(NotFound):
        public.mark_received(uuid7(), 1, reference="x", actor=BOB)


def test_instructions_of_a_bank_transfer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENTREPOT_BANK_ACCOUNT", "DE02 1203 0000 0000 2020 51")
    assert begun("bank_transfer").action == {"kind": "instructions", "text": "DE02 1203 0000 0000 2020 51"}


@pytest.mark.parametrize("text", ["4242 4242 4242 4242", "paid with 5555-5555-5555-4444 thanks", "378282246310005",
                                  "6222021234567890128"])
def test_card_numbers_are_refused_everywhere(text: str) -> None:
    payment = opened("bank_transfer")
    with pytest.raises(CardNumberRefused):
        public.mark_received(payment.id, 1, reference=text, actor=BOB)
    with pytest.raises(CardNumberRefused):
        public.refund(payment.order_id, 1, reason=text, reference="r", actor=BOB)
    with pytest.raises(CardNumberRefused):
        public.issue_gift_card(100, "EUR", reference=text, actor=BOB)


def test_stranger_gets_nothing() -> None:
    payment = paid_at_simulator("authorise")
    for attempt in (
        lambda: public.capture(payment.id, actor=CHARLIE),
        lambda: public.void(payment.id, actor=CHARLIE),
        lambda: public.refund(payment.order_id, 1, reason="", reference="r", actor=CHARLIE),
        lambda: public.mark_received(payment.id, 1, reference="r", actor=CHARLIE),
        lambda: public.issue_gift_card(1, "EUR", actor=CHARLIE),
        lambda: public.import_statement("simulator", b"", name="x", actor=CHARLIE),
        lambda: public.replay_message(1, actor=CHARLIE),
        lambda: public.set_method(1, "test", is_offered=True, actor=CHARLIE),
    ):
        with pytest.raises(PermissionDenied):
            attempt()


def test_over_refund_by_sql_fails() -> None:
    payment = opened("test")
    insert = ("INSERT INTO payments_transaction (payment_id, kind, amount_minor, currency, provider_ref,"
              " idempotency_key, reason, at) VALUES (%s, 'refund', %s, 'EUR', '', %s, '', now())")
    db.execute(insert, [payment.id, 9_000, "a"])
    assert public.get_payment(payment.id).refunded_minor == 9_000
    with pytest.raises(IntegrityError, match="payments_refunded_range"):
        db.execute(insert, [payment.id, 1_001, "b"])


def test_ledger_is_append_only() -> None:
    opened("test")
    for statement in ("UPDATE payments_transaction SET amount_minor = 1", "DELETE FROM payments_transaction"):
        with pytest.raises((IntegrityError, InternalError), match="append-only"):
            db.execute(statement)
