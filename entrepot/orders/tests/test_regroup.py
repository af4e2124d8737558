"""Orders split and merged: whose the money is, paid or only set aside, and where it goes back to."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

import pytest

from entrepot.kit import invariants, outbox
from entrepot.orders import public
from entrepot.orders.contracts import ChangeKind, Condition, OrderView, ReturnLine, SetQuantity
from entrepot.orders.tests.factories import CHARLIE, TEST, Shop, a_line, a_shop, bob, placed
from entrepot.orders.tests.test_api import call
from entrepot.orders.tests.test_capture import authorised, moves, now, ship
from entrepot.payments import public as payments

pytestmark = pytest.mark.django_db(transaction=True)


def test_money_that_went_through_two_orders_goes_back_to_where_it_was_paid() -> None:
    shop = a_shop()
    paid, other = placed(shop), placed(shop, [a_line(shop, 2, 1)])
    child = public.split_order(paid.id, [(paid.lines[1].id, Decimal(1))], actor=TEST)
    whole = public.merge_orders([other.id, child.id], actor=TEST)
    assert whole.paid_minor == other.total_minor + 2000
    public.cancel_order(other.id, reason="by phone", actor=TEST)
    outbox.drain()
    assert invariants.violations() == []
    given = {o.id: sum(p.refunded_minor for p in payments.payments_of(o.id)) for o in (paid, other)}
    assert given == {paid.id: 2000, other.id: other.total_minor}
    now = [public.get_order(i, actor=TEST) for i in (paid.id, child.id, other.id)]
    assert [(o.paid_minor, o.refunded_minor, o.due_minor) for o in now] == [
        (paid.total_minor - 2000, 0, 0), (0, 0, 0), (0, whole.total_minor, 0)]


@pytest.fixture
def _gateway(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENTREPOT_PAYMENT_SIMULATOR", "1")


@pytest.fixture
def _captures_once(_gateway: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENTREPOT_PAYMENT_SIMULATOR_CAPTURES", "once")


def halves(shop: Shop) -> tuple[OrderView, OrderView]:
    """30.00 and delivery stay, 20.00 go to a new order; all of it is set aside, nothing taken."""
    order = authorised(shop, [a_line(shop, 0, 3), a_line(shop, 1, 1)])
    child = public.split_order(order.id, [(order.lines[1].id, Decimal(1))], actor=TEST)
    assert money(order) == (0, 3490, 3490)
    assert money(child) == (0, 2000, 2000)
    return now(order), now(child)


def money(order: OrderView) -> tuple[int, int, int]:
    """Paid, set aside, due."""
    it = now(order)
    return it.paid_minor, it.authorised_minor, it.due_minor


@pytest.mark.usefixtures("_gateway")
def test_each_half_takes_its_own_of_what_is_set_aside_once() -> None:
    shop = a_shop()
    order, child = halves(shop)
    assert ship(shop, child, 1) == 2000
    assert money(order) == (0, 3490, 3490)
    assert ship(shop, order, 1) == 1490
    assert ship(shop, order, 2) == 2000
    assert money(order) == (3490, 0, 0)
    assert moves(order) == [("authorisation", 5490), ("capture", 2000), ("capture", 1490), ("capture", 2000)]
    assert payments.payments_of(child.id) == []


@pytest.mark.usefixtures("_captures_once")
def test_where_a_provider_captures_once_the_first_parcel_takes_for_both_halves() -> None:
    shop = a_shop()
    order, child = halves(shop)
    assert ship(shop, child, 1) == 2000
    assert money(order) == (3490, 0, 0)
    assert moves(order) == [("authorisation", 5490), ("capture", 5490)]


@pytest.mark.usefixtures("_gateway")
@pytest.mark.parametrize("goes", ["order", "child"])
def test_a_cancelled_half_leaves_the_other_its_part_and_the_rest_is_let_go_with_the_last_parcel(goes: str) -> None:
    shop = a_shop()
    order, child = halves(shop)
    gone, stays = (order, child) if goes == "order" else (child, order)
    public.cancel_order(gone.id, reason="by phone", actor=TEST)
    assert money(gone) == (0, 0, 0)
    assert stays.state == now(stays).state == "processing"
    assert ship(shop, now(stays), *(int(line.quantity) for line in stays.lines)) == stays.total_minor
    assert moves(order) == [("authorisation", 5490), ("capture", stays.total_minor), ("void", gone.total_minor)]
    assert (money(order)[1:], money(child)[1:]) == ((0, 0), (0, 0))


@pytest.mark.usefixtures("_gateway")
def test_an_authorisation_that_ends_leaves_both_halves_to_be_paid_and_each_is_paid_alone() -> None:
    shop = a_shop()
    order, child = halves(shop)
    payments.void(payments.payments_of(order.id)[0].id, actor=TEST)
    assert [(money(o), now(o).state) for o in (order, child)] == [((0, 0, 3490), "pending"), ((0, 0, 2000), "pending")]
    public.pay_order(child.id, provider="test", return_url="/", actor=TEST)
    assert [(money(o), now(o).state) for o in (order, child)] == [
        ((0, 0, 3490), "pending"), ((2000, 0, 0), "processing")]


@pytest.mark.usefixtures("_gateway")
def test_paying_what_a_half_owes_beyond_its_part_leaves_the_part_to_the_other() -> None:
    shop = a_shop()
    order, child = halves(shop)
    change = public.open_change(order.id, ChangeKind.EDIT, reason="more", actor=TEST)
    public.add_operation(change.id, SetQuantity(order.lines[0].id, Decimal(4)), actor=TEST)
    public.confirm_change(change.id, expected_difference=1000, actor=TEST)
    assert (money(order), now(order).state) == ((0, 3490, 4490), "pending")
    assert public.pay_order(order.id, provider="test", return_url="/", actor=TEST).amount_minor == 1000
    assert (money(order), now(order).state) == ((1000, 3490, 3490), "processing")
    assert money(child) == (0, 2000, 2000)


@pytest.mark.usefixtures("_gateway")
def test_what_was_taken_for_one_half_goes_back_through_the_payment_of_the_other() -> None:
    shop = a_shop()
    order, child = halves(shop)
    ship(shop, child, 1)
    change = public.open_change(child.id, ChangeKind.RETURN, reason="broken", actor=TEST)
    public.add_operation(change.id, ReturnLine(child.lines[0].id, Decimal(1)), actor=TEST)
    public.approve_change(change.id, actor=TEST)
    public.receive_return(change.id, [(child.lines[0].id, Decimal(1), Condition.GOOD, shop.main)], actor=TEST)
    public.confirm_change(change.id, expected_difference=-2000, actor=TEST)
    assert (money(order), money(child)) == ((0, 3490, 3490), (0, 0, 0))
    assert moves(order) == [("authorisation", 5490), ("capture", 2000), ("refund", 2000)]


@pytest.mark.usefixtures("_gateway")
def test_orders_whose_money_is_set_aside_are_merged_with_it_and_a_half_finds_home_again() -> None:
    shop = a_shop()
    other = authorised(shop, [a_line(shop, 2, 1)])
    order, child = halves(shop)
    whole = public.merge_orders([other.id, child.id], actor=TEST)
    assert money(whole) == (0, other.total_minor + 2000, other.total_minor + 2000)
    assert (money(child), now(child).state) == ((0, 0, 0), "cancelled")
    together = public.merge_orders([order.id, other.id], actor=TEST)
    assert money(together) == (0, other.total_minor + 5490, other.total_minor + 5490)
    assert ship(shop, now(together), 3, 1, 1) == other.total_minor + 5490
    assert moves(order) == [("authorisation", 5490), ("capture", 5490)]
    assert moves(other) == [("authorisation", other.total_minor), ("capture", other.total_minor)]


@pytest.mark.usefixtures("_gateway")
def test_an_order_that_was_edited_is_merged_with_all_that_is_set_aside_for_it() -> None:
    shop = a_shop()
    order, other = authorised(shop, [a_line(shop, 0, 3), a_line(shop, 1, 1)]), authorised(shop, [a_line(shop, 2, 1)])
    change = public.open_change(order.id, ChangeKind.EDIT, reason="fewer", actor=TEST)
    public.add_operation(change.id, SetQuantity(order.lines[1].id, Decimal(0)), actor=TEST)
    public.confirm_change(change.id, expected_difference=-2000, actor=TEST)
    whole = public.merge_orders([other.id, order.id], actor=TEST)
    assert money(whole) == (0, other.total_minor + 5490, other.total_minor + 3490)
    assert ship(shop, now(whole), 1, 3, 0) == whole.total_minor
    assert (money(whole), money(order)) == ((whole.total_minor, 0, 0), (0, 0, 0))
    held = sum(p.held_minor for o in (order, other) for p in payments.payments_of(o.id))
    assert held == 0


@pytest.mark.usefixtures("_gateway")
def test_a_capture_by_hand_pays_for_the_home_first_and_then_for_those_it_holds_money_for() -> None:
    shop = a_shop()
    order, child = halves(shop)
    payments.capture(payments.payments_of(order.id)[0].id, 4000, actor=TEST)
    assert (money(order), money(child)) == ((3490, 0, 0), (510, 1490, 1490))
    assert ship(shop, now(child), 1) == 1490
    assert money(order) == (3490, 0, 0)


@pytest.mark.usefixtures("_gateway")
def test_halves_know_each_other_and_where_their_money_lies() -> None:
    home, child = halves(shop := a_shop())

    def kin(order: OrderView) -> list[tuple[str, str, int, int]]:
        return [(r.number, r.relation, r.paid_minor, r.set_aside_minor)
                for r in public.relatives_of(order.id, actor=TEST)]

    assert kin(home) == [(child.number, "split_into", 0, -child.total_minor)]
    assert kin(child) == [(home.number, "split_from", 0, child.total_minor)]
    ship(shop, child, *(int(line.quantity) for line in child.lines))
    assert kin(child) == [(home.number, "split_from", child.total_minor, 0)]
    paid, taken = placed(shop), placed(shop)
    assert kin(paid) == []
    public.merge_orders([paid.id, taken.id], actor=TEST)
    assert kin(paid) == [(taken.number, "merged", taken.total_minor, 0)]
    assert kin(taken) == [(paid.number, "merged_into", -taken.total_minor, 0)]
    status, told, _ = call(bob("orders.read"), "GET", f"/admin/orders/{paid.id}/relatives")
    assert (status, told[0]["relation"], told[0]["paid_minor"]) == (200, "merged", taken.total_minor)
    assert call(bob("orders.read"), "GET", f"/admin/orders/{uuid4()}/relatives")[0] == 404
    assert call(CHARLIE, "GET", f"/admin/orders/{paid.id}/relatives")[0] == 403
