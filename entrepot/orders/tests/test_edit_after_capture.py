"""Orders edited when a part of their money has been taken already: what is taken in the end is what they cost."""

from __future__ import annotations

from decimal import Decimal

import pytest

from entrepot.orders import policies, public
from entrepot.orders.contracts import AddLine, DiscountLine, OrderView, OverridePrice, SetQuantity
from entrepot.orders.errors import OrderNotPaid
from entrepot.orders.tests.factories import TEST, a_line, a_shop
from entrepot.orders.tests.test_capture import authorised, now, ship
from entrepot.orders.tests.test_changes import confirm, edit
from entrepot.payments import public as payments
from entrepot.payments.providers import simulator

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _gateway(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENTREPOT_PAYMENT_SIMULATOR", "1")
    policies.forget()


def money(order: OrderView) -> tuple[int, int, int]:
    """Paid, set aside, due."""
    it = now(order)
    return it.paid_minor, it.authorised_minor, it.due_minor


def test_fewer_pieces_let_the_rest_go() -> None:
    shop = a_shop()
    order = authorised(shop, [a_line(shop, 0, 3, discount_minor=100), a_line(shop, 1, 1)])
    assert ship(shop, order, 1, 0) == 967 + 490
    confirm(edit(now(order), SetQuantity(order.lines[0].id, Decimal(2))))
    assert now(order).total_minor == 1933 + 2000 + 490  # two of three at 29.00
    assert ship(shop, order, 1, 1) == 966 + 2000
    assert money(order) == (now(order).total_minor, 0, 0)


def test_a_discount_on_what_has_left_is_kept_back_from_the_next_parcel() -> None:
    shop = a_shop()
    order = authorised(shop, [a_line(shop, 0, 1), a_line(shop, 1, 1)])
    assert ship(shop, order, 1, 0) == 1000 + 490
    confirm(edit(now(order), DiscountLine(order.lines[0].id, 333, "scratched")))
    assert ship(shop, order, 0, 1) == 2000 - 333
    assert money(order) == (1000 + 490 + 2000 - 333, 0, 0)


def test_a_discount_beyond_what_is_still_to_take_goes_back() -> None:
    shop = a_shop()
    order = authorised(shop, [a_line(shop, 0, 2), a_line(shop, 1, 1)])
    assert ship(shop, order, 0, 1) == 2000 + 490
    confirm(edit(now(order), OverridePrice(order.lines[0].id, 0, "a present"), DiscountLine(
        order.lines[1].id, 500, "late")))
    assert money(order) == (2000 + 490 - 500, 0, 0)
    assert now(order).refunded_minor == 500


def test_more_than_was_set_aside_is_paid_before_anything_more_leaves() -> None:
    shop = a_shop()
    order = authorised(shop, [a_line(shop, 0, 2)])
    assert ship(shop, order, 1) == 1000 + 490
    confirm(edit(now(order), AddLine(shop.items[1], Decimal(1))))
    assert money(order) == (1490, 1000, 3000)
    with pytest.raises(OrderNotPaid):
        ship(shop, now(order), 1, 1)
    again = public.pay_order(order.id, provider="simulator", return_url="/", actor=TEST)
    assert again.amount_minor == 3000
    simulator.pay(again.id, again.currency, again.amount_minor, "authorise")
    payments.refresh(again.id, actor=TEST)
    assert money(order) == (1490, 3000, 3000)
    assert ship(shop, now(order), 1, 1) == 3000
    assert money(order) == (4490, 0, 0)


def test_a_provider_that_captures_once_gets_back_what_an_edit_takes_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENTREPOT_PAYMENT_SIMULATOR_CAPTURES", "once")
    shop = a_shop()
    order = authorised(shop, [a_line(shop, 0, 3), a_line(shop, 1, 1)])
    assert ship(shop, order, 1, 0) == 5490
    confirm(edit(now(order), SetQuantity(order.lines[0].id, Decimal(2))))
    assert money(order) == (4490, 0, 0)
    assert now(order).refunded_minor == 1000
