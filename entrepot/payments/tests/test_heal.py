"""Crashes and silences are healed, and money moves once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from entrepot.kit import clock
from entrepot.payments import public
from entrepot.payments.actions import requests
from entrepot.payments.errors import ProviderRefused, ProviderUnavailable
from entrepot.payments.models import GatewayEntry, Payment, Request
from entrepot.payments.providers import simulator
from entrepot.payments.providers.simulator import Simulator
from entrepot.payments.tests.factories import BOB, SYSTEM, begun, events, paid_at_simulator

pytestmark = pytest.mark.django_db(transaction=True)


class Crash(BaseException):
    """The process dies here."""


def test_lost_message_is_made_up_for_within_a_minute() -> None:
    payment = begun()
    simulator.pay(payment.id, "EUR", 10_000, "pay")
    with clock.at(clock.now() + timedelta(seconds=40)):
        assert public.heal(actor=SYSTEM) == 1
    assert public.get_payment(payment.id).state == "captured"
    assert Payment.objects.get(pk=payment.id).ask_at is None


def test_silent_payment_is_asked_about_ever_less_often_and_then_left() -> None:
    payment = begun()
    start = clock.now()
    asked = []
    for minute in range(0, 4 * 24 * 60, 7):
        moment = start + timedelta(minutes=minute, seconds=31)
        with clock.at(moment):
            if public.heal(actor=SYSTEM):
                asked.append(moment)
    assert 15 < len(asked) < 40
    assert asked[-1] - start > timedelta(days=2)
    assert Payment.objects.get(pk=payment.id).ask_at is None


@pytest.mark.parametrize("verb", ["capture", "void", "refund"])
def test_crash_after_the_call_and_before_the_books(verb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    payment = paid_at_simulator("pay" if verb == "refund" else "authorise")
    really = getattr(Simulator, verb)

    def die_after(self: Any, *args: Any, **kwargs: Any) -> Any:
        really(self, *args, **kwargs)
        raise Crash

    monkeypatch.setattr(Simulator, verb, die_after)
    if verb == "refund":
        public.refund(payment.order_id, 400, reason="", reference="r", actor=BOB)
        work = lambda: public.heal(actor=SYSTEM)  # noqa: E731
    else:
        work = lambda: getattr(public, verb)(payment.id, actor=BOB)  # noqa: E731
    with pytest.raises(Crash):
        work()
    monkeypatch.setattr(Simulator, verb, really)
    assert public.heal(actor=SYSTEM) == 0  # someone might still be at it
    with clock.at(clock.now() + timedelta(seconds=35)):
        public.heal(actor=SYSTEM)
    kind = {"capture": "captured", "void": "voided", "refund": "refunded"}[verb]
    assert GatewayEntry.objects.filter(kind=kind).count() == 1
    assert Request.objects.get(kind=verb).state == "done"
    found = public.get_payment(payment.id)
    assert (found.captured_minor, found.refunded_minor, found.state) == {
        "capture": (10_000, 0, "captured"), "void": (0, 0, "voided"), "refund": (10_000, 400, "captured")}[verb]


def test_crash_before_the_call() -> None:
    payment = paid_at_simulator()
    [info] = public.refund(payment.order_id, 400, reason="", reference="r", actor=BOB)
    assert requests._claim(info.id) is not None  # claimed, and then we die
    assert public.heal(actor=SYSTEM) == 0
    with clock.at(clock.now() + timedelta(seconds=35)):
        public.heal(actor=SYSTEM)
    assert public.get_payment(payment.id).refunded_minor == 400


def test_provider_that_never_answers_is_given_up_after_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    payment = paid_at_simulator()

    def silence(self: Any, *args: Any, **kwargs: Any) -> Any:
        raise ProviderUnavailable

    monkeypatch.setattr(Simulator, "refund", silence)
    public.refund(payment.order_id, 400, reason="", reference="r", actor=BOB)
    start = clock.now()
    for hours in range(60):
        with clock.at(start + timedelta(hours=hours, seconds=1)):
            public.heal(actor=SYSTEM)
    request = Request.objects.get()
    assert (request.state, request.attempts) == ("failed", 31)
    assert len(events("refund_failed")) == 1


def test_capture_during_an_outage_stays_open_and_is_done_later(monkeypatch: pytest.MonkeyPatch) -> None:
    payment = paid_at_simulator("authorise")
    really = Simulator.capture

    def silence(self: Any, *args: Any, **kwargs: Any) -> Any:
        raise ProviderUnavailable

    monkeypatch.setattr(Simulator, "capture", silence)
    assert public.capture(payment.id, actor=BOB).state == "authorised"
    monkeypatch.setattr(Simulator, "capture", really)
    with clock.at(clock.now() + timedelta(seconds=35)):
        public.heal(actor=SYSTEM)
    assert public.get_payment(payment.id).state == "captured"


def test_authorisation_that_arrives_after_we_gave_up_is_let_go() -> None:
    payment = begun()
    Payment.objects.filter(pk=payment.id).update(state="voided")
    simulator.pay(payment.id, "EUR", 10_000, "authorise")
    public.refresh(payment.id, actor=SYSTEM)
    assert Request.objects.get().kind == "void"
    public.heal(actor=SYSTEM)
    assert GatewayEntry.objects.filter(kind="voided").count() == 1
    assert public.get_payment(payment.id).state == "voided"


def test_one_that_fails_does_not_keep_the_others_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = begun(), begun()
    for payment in (first, second):
        simulator.pay(payment.id, "EUR", 10_000, "pay")
    really = Simulator.fetch

    def picky(self: Any, payment: Any, ref: str) -> Any:
        if payment.id == first.id:
            raise ProviderRefused(reason="no")
        return really(self, payment, ref)

    monkeypatch.setattr(Simulator, "fetch", picky)
    with clock.at(clock.now() + timedelta(seconds=40)):
        public.heal(actor=SYSTEM)
    assert [public.get_payment(p.id).state for p in (first, second)] == ["pending", "captured"]
