"""Money set aside is taken with the goods that leave, to the cent; what is not needed is let go."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from entrepot.kit import invariants, outbox
from entrepot.orders import policies, public
from entrepot.orders.contracts import ChangeKind, Condition, OrderView, ReturnLine, SetQuantity
from entrepot.orders.tests.factories import TEST, Shop, a_line, a_shop, bob, placed
from entrepot.payments import public as payments
from entrepot.payments.actions.requests import run_request
from entrepot.payments.models import Request
from entrepot.payments.providers import simulator
from entrepot.payments.tests.factories import gift_card

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _gateway(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENTREPOT_PAYMENT_SIMULATOR", "1")
    policies.forget()


@pytest.fixture
def _captures_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENTREPOT_PAYMENT_SIMULATOR_CAPTURES", "once")


def authorised(shop: Shop, lines: Sequence[Any], **more: Any) -> OrderView:
    order = placed(shop, lines, pay="simulator", **more)
    [payment] = payments.payments_of(order.id)
    begun = payments.begin(payment.id, return_url="/", description="x", language="en", actor=TEST)
    simulator.pay(begun.id, begun.currency, begun.amount_minor, "authorise")
    payments.refresh(payment.id, actor=TEST)
    return now(order)


def now(order: OrderView) -> OrderView:
    """The order after all news and requests; and nothing is broken."""
    outbox.drain()
    for request in Request.objects.filter(state="pending"):
        run_request(request.id, actor=TEST)
    outbox.drain()
    assert invariants.violations() == []
    return public.get_order(order.id, actor=TEST)


def ship(shop: Shop, order: OrderView, *pieces: int) -> int:
    """Send so many of each line; what was taken for it."""
    wanted = [(line.id, Decimal(n)) for line, n in zip(order.lines, pieces, strict=True) if n]
    before = public.get_order(order.id, actor=TEST).paid_minor
    parcel = public.create_fulfilment(order.id, wanted, shop.main, actor=bob())
    public.ship_fulfilment(parcel.id, "DHL", actor=bob())
    return now(order).paid_minor - before


def moves(order: OrderView) -> list[tuple[str, int]]:
    [payment] = payments.payments_of(order.id)
    return [(t["kind"], t["amount_minor"]) for t in payments.transactions_of(payment.id)]


def test_each_parcel_takes_its_goods_with_their_share_of_the_discount_and_the_first_also_delivery() -> None:
    shop = a_shop()
    order = authorised(shop, [a_line(shop, 0, 3, discount_minor=100), a_line(shop, 1, 1)])
    assert order.total_minor == 5390
    assert ship(shop, order, 1, 0) == 967 + 490  # 29.00 / 3 = 9.67
    assert ship(shop, order, 1, 1) == 966 + 2000  # 2 of 3 are 19.33
    assert ship(shop, order, 1, 0) == 967
    assert now(order).due_minor == now(order).authorised_minor == 0
    assert moves(order) == [("authorisation", 5390), ("capture", 1457), ("capture", 2966), ("capture", 967)]


def test_tax_on_top_is_shared_like_the_goods() -> None:
    shop = a_shop(tax_included=False)
    order = authorised(shop, [a_line(shop, 0, 3, unit_minor=999, discount_minor=100)])
    assert order.total_minor == 2897 + 550 + 490 + 93
    assert ship(shop, order, 1) == 966 + 183 + 490 + 93
    assert ship(shop, order, 2) == 1931 + 367


@pytest.mark.usefixtures("_captures_once")
def test_a_provider_that_captures_once_takes_everything_with_the_first_parcel() -> None:
    shop = a_shop()
    order = authorised(shop, [a_line(shop, 0, 3), a_line(shop, 1, 1)])
    assert ship(shop, order, 1, 0) == 5490
    assert ship(shop, order, 2, 1) == 0
    assert moves(order) == [("authorisation", 5490), ("capture", 5490)]


@pytest.mark.usefixtures("_captures_once")
def test_after_its_only_capture_nothing_is_set_aside_any_more() -> None:
    shop = a_shop()
    order = authorised(shop, [a_line(shop, 0, 3)])
    [payment] = payments.payments_of(order.id)
    assert payments.capture(payment.id, 1000, actor=TEST).held_minor == 0
    after = now(order)
    assert (after.paid_minor, after.authorised_minor, after.due_minor, after.state) == (1000, 0, 2490, "pending")


def test_what_an_order_no_longer_needs_is_let_go_with_its_last_parcel() -> None:
    shop = a_shop()
    order = authorised(shop, [a_line(shop, 0, 3), a_line(shop, 1, 1)])
    ship(shop, order, 1, 0)
    change = public.open_change(order.id, ChangeKind.EDIT, reason="out of stock", actor=TEST)
    public.add_operation(change.id, SetQuantity(order.lines[1].id, Decimal(0)), actor=TEST)
    public.confirm_change(change.id, expected_difference=-2000, actor=TEST)
    assert now(order).authorised_minor == 5490 - 1490
    assert ship(shop, order, 2, 0) == 2000
    assert moves(order)[1:] == [("capture", 1490), ("capture", 2000), ("void", 2000)]
    assert (now(order).authorised_minor, now(order).due_minor) == (0, 0)


def test_what_was_taken_for_goods_that_came_back_pays_for_the_next_parcel() -> None:
    shop = a_shop()
    order = authorised(shop, [a_line(shop, 1, 2)])
    assert ship(shop, order, 1) == 2490
    change = public.open_change(order.id, ChangeKind.RETURN, reason="broken", actor=TEST)
    public.add_operation(change.id, ReturnLine(order.lines[0].id, Decimal(1)), actor=TEST)
    public.approve_change(change.id, actor=TEST)
    public.receive_return(change.id, [(order.lines[0].id, Decimal(1), Condition.GOOD, shop.main)], actor=TEST)
    public.confirm_change(change.id, expected_difference=-2000, actor=TEST)
    assert (now(order).due_minor, now(order).authorised_minor) == (0, 0)
    assert ship(shop, order, 1) == 0
    assert moves(order) == [("authorisation", 4490), ("capture", 2490), ("void", 2000)]


def test_a_gift_card_pays_for_the_first_goods_and_the_card_for_the_rest() -> None:
    shop = a_shop()
    order = placed(shop, [a_line(shop, 0, 3)], pay="")
    with transaction.atomic():
        payments.pay_with_gift_card(order.id, gift_card(1000), 1000, "EUR", order.placed_at, actor=TEST)
        paid = payments.open_payment(order.id, provider="simulator", method="", amount_minor=2490, currency="EUR",
                                     now=order.placed_at, actor=TEST)
    payments.begin(paid.id, return_url="/", description="x", language="en", actor=TEST)
    simulator.pay(paid.id, "EUR", 2490, "authorise")
    payments.refresh(paid.id, actor=TEST)
    assert now(order).state == "processing"
    assert ship(shop, order, 1) == 490
    assert ship(shop, order, 2) == 2000
