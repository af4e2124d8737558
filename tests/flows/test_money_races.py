"""What one person may do twice at the same moment, with money: it is spent, taken or given back once."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from entrepot.checkout import public as checkout
from entrepot.checkout.tests.factories import BOB, a_cart, a_shop, goods
from entrepot.customers import public as customers
from entrepot.customers.tests.factories import acting, make_customer
from entrepot.kit import db, invariants, outbox
from entrepot.orders import public as orders
from entrepot.orders.contracts import ChangeKind, ReturnLine, SetQuantity
from entrepot.orders.tests import factories as sold
from entrepot.orders.tests.test_capture import authorised
from entrepot.orders.tests.test_concurrency import at_once
from entrepot.payments import public as payments
from entrepot.pricing import public as pricing
from entrepot.pricing.contracts import PromotionInput

pytestmark = pytest.mark.django_db(transaction=True)
TEST = sold.TEST


@pytest.fixture(autouse=True)
def _gateways(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENTREPOT_TEST_PAYMENTS", "1")
    monkeypatch.setenv("ENTREPOT_PAYMENT_SIMULATOR", "1")


def nothing_is_wrong() -> bool:
    outbox.drain()
    return invariants.violations() == []


def placed_of(answers: list[Any]) -> int:
    return sum(not isinstance(a, str) for a in answers)


@pytest.mark.parametrize("spent", ["points", "credit", "gift_card"])
def test_a_balance_is_spent_once_over_carts_that_are_placed_at_once(spent: str) -> None:
    a_shop()
    item, = goods(2000)
    checkout.set_points_rate("web", 100, actor=BOB)
    alice = make_customer()
    code = payments.issue_gift_card(1000, "EUR", actor=BOB)[1]
    if spent != "gift_card":
        customers.adjust_balance(alice.id, spent, 1000, currency="EUR" if spent == "credit" else "", reason="test",
                                 actor=BOB)
    ways: dict[str, dict[str, Any]] = {"points": {"points": 1000}, "credit": {"credit_minor": 1000},
                                       "gift_card": {"gift_card_codes": [code]}}
    carts = []
    for _ in range(5):
        cart, me = a_cart(item, actor=acting(alice), ready=True)
        checkout.set_payment_parts(cart.id, **ways[spent], **me)
        carts.append((cart.id, me))
    answers = at_once(5, lambda n: checkout.place_order(carts[n][0], payment_method="test", expected_total_minor=2490,
                                                        **carts[n][1]))
    assert nothing_is_wrong()
    used = db.value("SELECT coalesce(sum(amount_minor), 0) FROM payments_payment WHERE provider <> 'test'")
    assert used == 1000, answers
    assert db.value("SELECT count(*) FROM orders_order") == placed_of(answers) >= 1


def test_points_that_come_back_are_not_spent_before_they_are_there() -> None:
    a_shop()
    item, = goods(2000)
    checkout.set_points_rate("web", 100, actor=BOB)
    alice = make_customer()
    customers.adjust_balance(alice.id, "points", 1000, reason="test", actor=BOB)
    carts = [a_cart(item, actor=acting(alice), ready=True) for _ in range(2)]
    first, second = carts
    checkout.set_payment_parts(first[0].id, points=1000, **first[1])
    paid = checkout.place_order(first[0].id, payment_method="test", **first[1])
    outbox.drain()
    checkout.set_payment_parts(second[0].id, points=1000, **second[1])
    verbs: list[Callable[[], Any]] = [
        lambda: orders.cancel_order(paid.order.id, reason="x", actor=BOB),
        lambda: orders.cancel_order(paid.order.id, reason="y", actor=BOB),
        lambda: checkout.place_order(second[0].id, payment_method="test", **second[1])]
    answers = at_once(3, lambda n: verbs[n]())
    assert nothing_is_wrong()
    spent_again = not isinstance(answers[2], str)
    assert customers.balance(alice.id, "points") == (0 if spent_again else 1000)


def test_a_coupon_for_one_use_and_a_budget_hold_over_carts_of_one_member() -> None:
    a_shop()
    item, = goods(2000)
    pricing.create_promotion(PromotionInput("one", {"en": "One"}, {"kind": "percent", "percent": "10"},
                                            needs_coupon=True, budget_minor=200, budget_currency="EUR"), actor=BOB)
    pricing.activate_promotion("one", actor=BOB)
    pricing.create_coupons("one", codes=["ONCE"], limit=1, actor=BOB)
    alice, carts = make_customer(), []
    for _ in range(4):
        cart, me = a_cart(item, actor=acting(alice), ready=True)
        checkout.add_coupon(cart.id, "ONCE", **me)
        carts.append((cart.id, me))
    answers = at_once(4, lambda n: checkout.place_order(carts[n][0], payment_method="test", expected_total_minor=2290,
                                                        **carts[n][1]))
    assert nothing_is_wrong()
    assert placed_of(answers) == 1, answers
    assert db.row("SELECT used_count FROM pricing_coupon").used_count == 1


def test_taking_and_letting_go_at_once_leave_one_story() -> None:
    shop = sold.a_shop()
    order = authorised(shop, [sold.a_line(shop, 0, 2)])
    [payment] = payments.payments_of(order.id)
    verbs: list[Callable[[], Any]] = [lambda: payments.capture(payment.id, actor=TEST),
                                      lambda: payments.void(payment.id, actor=TEST),
                                      lambda: orders.cancel_order(order.id, reason="x", actor=TEST)]
    answers = at_once(3, lambda n: verbs[n]())
    assert nothing_is_wrong()
    [now] = payments.payments_of(order.id)
    assert now.captured_minor in (0, payment.amount_minor), answers
    assert not (now.state == "voided" and now.captured_minor)


def test_a_return_an_exchange_and_a_cancellation_at_once_give_back_each_piece_once() -> None:
    shop = sold.a_shop()
    order = sold.shipped(shop, sold.placed(shop, [sold.a_line(shop, 0, 2)]))
    line = order.lines[0]

    def give_back(kind: ChangeKind) -> Any:
        change = orders.open_change(order.id, kind, actor=TEST)
        orders.add_operation(change.id, ReturnLine(line.id, Decimal(2)), actor=TEST)
        orders.approve_change(change.id, actor=TEST)
        return change

    verbs: list[Callable[[], Any]] = [lambda: give_back(ChangeKind.RETURN), lambda: give_back(ChangeKind.CLAIM),
                                      lambda: give_back(ChangeKind.EXCHANGE),
                                      lambda: orders.cancel_order(order.id, reason="x", actor=TEST)]
    answers = at_once(4, lambda n: verbs[n]())
    assert nothing_is_wrong()
    assert placed_of(answers[:3]) <= 1, answers


def test_an_edit_and_a_cancellation_at_once_give_the_money_back_once() -> None:
    shop = sold.a_shop()
    order = sold.placed(shop, [sold.a_line(shop, 0, 2)])
    change = orders.open_change(order.id, ChangeKind.EDIT, actor=TEST)
    orders.add_operation(change.id, SetQuantity(order.lines[0].id, Decimal(1)), actor=TEST)
    difference = -order.lines[0].unit_minor
    verbs: list[Callable[[], Any]] = [
        lambda: orders.confirm_change(change.id, expected_difference=difference, actor=TEST),
        lambda: orders.cancel_order(order.id, reason="x", actor=TEST)]
    at_once(2, lambda n: verbs[n]())
    assert nothing_is_wrong()
    now = orders.get_order(order.id, actor=TEST)
    assert (now.refunded_minor, now.paid_minor) == (order.total_minor, 0)
