"""Races with real connections: first seen without the guard, then gone with it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from entrepot.kit import invariants, outbox
from entrepot.kit.errors import DomainError
from entrepot.orders import public, queries
from entrepot.orders.actions import money
from entrepot.orders.contracts import ChangeKind, OrderState, ReturnLine, SetQuantity
from entrepot.orders.errors import OrderNotPaid
from entrepot.orders.models import Order, Refund
from entrepot.orders.rules import due_minor
from entrepot.orders.tests.factories import TEST, a_line, a_shop, placed, shipped
from entrepot.orders.tests.test_capture import authorised
from entrepot.payments import public as payments
from entrepot.payments.errors import PaymentBusy

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(count: int, work: Callable[[int], Any]) -> list[Any]:
    """Run `work(n)` in threads that start together; refusals come back as their codes."""
    start = threading.Barrier(count)

    def run(n: int) -> Any:
        try:
            start.wait()
            return work(n)
        except DomainError as error:
            return error.code
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def holds() -> bool:
    outbox.drain()
    return [v for v in invariants.violations() if v.code.startswith("orders.")] == []


def test_without_the_lock_two_cancellations_would_both_refund() -> None:
    """The trap is real: deciding on what was read before, both see money to give back."""
    shop = a_shop()
    order = placed(shop)
    seen = threading.Barrier(2)

    def decide(_: int) -> int:
        found = Order.objects.get(pk=order.id)
        seen.wait()
        return due_minor(0, 0, found.paid_minor)

    assert at_once(2, decide) == [-order.total_minor] * 2


def test_cancelling_at_once_refunds_once() -> None:
    shop = a_shop()
    order = placed(shop)
    at_once(6, lambda n: public.cancel_order(order.id, reason=str(n), actor=TEST))
    assert holds()
    done = public.get_order(order.id, actor=TEST)
    assert (done.state, done.refunded_minor, done.paid_minor) == (OrderState.CANCELLED, order.total_minor, 0)
    assert Refund.objects.count() == 1


def test_cancel_and_ship_at_once_one_wins() -> None:
    shop = a_shop()
    order = placed(shop)
    parcel = public.plan_fulfilments(order.id, actor=TEST)[0]
    verbs: list[Callable[[], Any]] = [lambda: public.cancel_order(order.id, reason="x", actor=TEST),
                                      lambda: public.ship_fulfilment(parcel.id, actor=TEST)]
    answers = at_once(2, lambda n: verbs[n]())
    assert sum(isinstance(a, str) for a in answers) == 1
    assert holds()


def test_confirming_at_once_takes_effect_once() -> None:
    shop = a_shop()
    order = placed(shop)
    change = public.open_change(order.id, ChangeKind.EDIT, actor=TEST)
    public.add_operation(change.id, SetQuantity(order.lines[0].id, Decimal(1)), actor=TEST)
    answers = at_once(5, lambda n: public.confirm_change(change.id, expected_difference=-2000, actor=TEST))
    assert {a.difference_minor for a in answers} == {-2000}
    assert holds()
    assert public.get_order(order.id, actor=TEST).refunded_minor == 2000


def test_returns_at_once_never_give_back_more_than_was_delivered() -> None:
    shop = a_shop()
    order = shipped(shop, placed(shop, [a_line(shop, 0, 3)]))
    line = order.lines[0]

    def ask(_: int) -> Any:
        change = public.open_change(order.id, ChangeKind.RETURN, actor=TEST)
        public.add_operation(change.id, ReturnLine(line.id, Decimal(2)), actor=TEST)
        return public.approve_change(change.id, actor=TEST)

    answers = at_once(4, ask)
    assert sum(not isinstance(a, str) for a in answers) == 1
    assert queries.sale_of(Order.objects.get(pk=order.id)).lines[line.id].asked_qty == 2


def test_news_of_payment_and_expiry_at_once_leave_one_story() -> None:
    from datetime import timedelta

    from entrepot.kit import clock
    from entrepot.payments import public as payments

    shop = a_shop()
    order = placed(shop, pay="bank_transfer")
    payment = payments.payments_of(order.id)[0]
    payments.mark_received(payment.id, order.total_minor, reference="r", actor=TEST)
    verbs: list[Callable[[], Any]] = [lambda: money.sync_payments(order.id, actor=TEST),
                                      lambda: public.expire_unpaid(clock.now() + timedelta(hours=2), actor=TEST)]
    at_once(4, lambda n: verbs[n % 2]())
    assert holds()
    assert public.get_order(order.id, actor=TEST).state == OrderState.PROCESSING


def test_parcels_at_once_never_plan_a_piece_twice() -> None:
    shop = a_shop()
    order = placed(shop, [a_line(shop, 0, 3)])
    line = order.lines[0].id
    answers = at_once(4, lambda n: public.create_fulfilment(order.id, [(line, Decimal(2))], shop.main, actor=TEST))
    assert sorted(str(a) if isinstance(a, str) else "made" for a in answers) == ["made"] + ["more_than_open"] * 3


def test_two_halves_that_share_what_is_set_aside_leave_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each takes its own, once; who comes second while the provider is asked tries again."""
    monkeypatch.setenv("ENTREPOT_PAYMENT_SIMULATOR", "1")
    shop = a_shop()
    order = authorised(shop, [a_line(shop, 0, 3), a_line(shop, 1, 1)])
    child = public.split_order(order.id, [(order.lines[1].id, Decimal(1))], actor=TEST)
    parcels = [public.plan_fulfilments(half.id, actor=TEST)[0].id for half in (order, child)]

    def ship(n: int) -> Any:
        for _ in range(20):
            try:
                return public.ship_fulfilment(parcels[n], "DHL", actor=TEST).state
            except (PaymentBusy, OrderNotPaid):
                continue
        raise AssertionError("never free")

    assert at_once(2, ship) == ["shipped", "shipped"]
    assert holds()
    now = [public.get_order(half.id, actor=TEST) for half in (order, child)]
    assert [(o.paid_minor, o.authorised_minor, o.due_minor) for o in now] == [(3490, 0, 0), (2000, 0, 0)]
    [payment] = payments.payments_of(order.id)
    assert (payment.captured_minor, payment.held_minor) == (5490, 0)
