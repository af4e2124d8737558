"""The life of an order through its actions, on the real stock, prices and payments."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from entrepot.inventory import public as inventory
from entrepot.kit import clock, db, outbox
from entrepot.kit.errors import InvalidInput, NotFound, PermissionDenied
from entrepot.kit.ids import secret_token
from entrepot.orders import public
from entrepot.orders.contracts import FulfilmentState, HoldKind, OrderState
from entrepot.orders.errors import (
    FulfilmentNot,
    HoldExists,
    MoreThanOpen,
    NothingToPay,
    NotReservedThere,
    OrderOnHold,
    TransitionRefused,
)
from entrepot.orders.tests.factories import (
    CHARLIE,
    GERMANY,
    TEST,
    a_line,
    a_member,
    a_new_order,
    a_shop,
    alice,
    bob,
    place,
    placed,
    shipped,
)
from entrepot.payments import public as payments
from entrepot.payments.tests.factories import SYSTEM as PAYMENTS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("invariants_hold")]


def kinds(order_id: object) -> list[str]:
    rows = db.rows("SELECT kind FROM orders_timelineentry WHERE order_id = %s ORDER BY id", [order_id])
    return [r.kind for r in rows]


def events(name: str) -> int:
    return int(db.value("SELECT count(*) FROM kit_event WHERE name = %s", [f"orders.{name}"]))


def mails() -> list[str]:
    return [r.kind for r in db.rows("SELECT kind FROM orders_notification ORDER BY id")]


def reserved(order_id: object) -> Decimal:
    sql = "SELECT coalesce(sum(quantity), 0) FROM inventory_reservation WHERE owner_id = %s"
    return Decimal(db.value(sql, [order_id]))


def captured(order_id: object, amount: int, provider: str = "bank_transfer") -> None:
    payment = next(p for p in payments.payments_of(order_id) if p.provider == provider)
    payments.mark_received(payment.id, amount, reference=secret_token()[:20], actor=PAYMENTS)
    outbox.drain()


def test_paid_order_is_shipped_and_completed() -> None:
    shop = a_shop()
    order = placed(shop)
    assert (order.state, order.total_minor, order.paid_minor) == (OrderState.PROCESSING, 5490, 5490)
    done = shipped(shop, order)
    assert done.state == OrderState.COMPLETED
    assert all(line.fulfilled_qty == line.quantity for line in done.lines)
    assert [i.number for i in done.invoices] == [f"INV-{clock.now().year}-000001"]
    assert (done.invoices[0].total_minor, done.invoices[0].tax_minor) == (order.total_minor, order.tax_minor)
    assert reserved(order.id) == 0
    assert mails() == ["placed", "paid", "shipped", "delivered"]
    for name in ("order_placed", "order_paid", "order_shipped", "order_delivered"):
        assert events(name) == 1


@pytest.mark.parametrize("count", [1, 5, 40])
def test_placing_is_three_statements_for_any_number_of_lines(count: int, django_assert_num_queries: object) -> None:
    shop = a_shop()
    warm = a_new_order(shop, [a_line(shop, 0, 1)])
    order = a_new_order(shop, [a_line(shop, 0, 1) for _ in range(count)])
    with transaction.atomic():
        public.create_order(warm, payment_state="paid", actor=TEST)
        with django_assert_num_queries(3):  # type: ignore[operator]
            public.create_order(order, payment_state="paid", actor=TEST)
        transaction.set_rollback(True)


def test_half_is_shipped_then_the_rest() -> None:
    shop = a_shop()
    order = placed(shop, [a_line(shop, 0, 4), a_line(shop, 1, 2)])
    first, second = order.lines
    part = public.create_fulfilment(order.id, [(first.id, Decimal(1)), (second.id, Decimal(2))], shop.main, actor=TEST)
    with pytest.raises(MoreThanOpen):
        public.create_fulfilment(order.id, [(first.id, Decimal(4))], shop.main, actor=TEST)
    with pytest.raises(NotReservedThere):
        public.create_fulfilment(order.id, [(first.id, Decimal(1))], shop.second, actor=TEST)
    public.ship_fulfilment(part.id, "DHL", "1", actor=TEST)
    with pytest.raises(FulfilmentNot):
        public.ship_fulfilment(part.id, "DHL", "1", actor=TEST)
    order = public.get_order(order.id, actor=TEST)
    assert order.state == OrderState.PARTLY_SHIPPED
    with pytest.raises(TransitionRefused):
        public.cancel_order(order.id, reason="too late", actor=TEST)
    rest = public.plan_fulfilments(order.id, actor=TEST)
    assert [f.lines for f in rest] == [[(first.id, Decimal(3))]]
    public.ship_fulfilment(rest[0].id, "DHL", "2", actor=TEST)
    assert public.get_order(order.id, actor=TEST).state == OrderState.SHIPPED
    public.record_delivery(part.id, actor=TEST)
    assert public.get_order(order.id, actor=TEST).state == OrderState.SHIPPED
    public.record_delivery(rest[0].id, actor=TEST)
    assert public.get_order(order.id, actor=TEST).state == OrderState.COMPLETED


def test_a_tracking_link_leads_to_a_page_or_the_parcel_stays() -> None:
    shop = a_shop()
    order = placed(shop)
    [parcel] = public.plan_fulfilments(order.id, actor=TEST)
    with pytest.raises(InvalidInput):
        public.ship_fulfilment(parcel.id, "DHL", "1", "javascript:alert(1)", actor=TEST)
    assert public.get_fulfilment(parcel.id, actor=TEST).state == "pending"
    shipped = public.ship_fulfilment(parcel.id, "DHL", "1", "dhl.example/1", actor=TEST)
    assert shipped.tracking_url == "https://dhl.example/1"
    with pytest.raises(InvalidInput):
        public.change_tracking(parcel.id, carrier="DHL", tracking_number="1", tracking_url="data:text/html,x",
                               actor=TEST)
    assert public.get_fulfilment(parcel.id, actor=TEST).tracking_url == "https://dhl.example/1"


def test_cancelled_parcel_opens_its_pieces_again() -> None:
    shop = a_shop()
    order = placed(shop)
    parcel = public.plan_fulfilments(order.id, actor=TEST)[0]
    assert public.cancel_fulfilment(parcel.id, actor=TEST).state == FulfilmentState.CANCELLED
    assert len(public.plan_fulfilments(order.id, actor=TEST)) == 1


def test_order_from_two_warehouses_ships_from_both() -> None:
    shop = a_shop(stock=5)
    order = placed(shop, [a_line(shop, 0, 7)])
    plan = public.plan_fulfilments(order.id, actor=TEST)
    assert sorted((f.warehouse_id, f.lines[0][1]) for f in plan) == [(shop.main, Decimal(5)), (shop.second, Decimal(2))]


def test_pick_up_leaves_stock_when_it_is_collected() -> None:
    shop = a_shop()
    order = placed(shop, pickup_warehouse_id=shop.second, delivery_minor=0)
    parcel = public.plan_fulfilments(order.id, actor=TEST)[0]
    assert parcel.warehouse_id == shop.second
    public.mark_ready(parcel.id, actor=TEST)
    assert reserved(order.id) == 4
    public.record_delivery(parcel.id, actor=TEST)
    assert reserved(order.id) == 0
    assert public.get_order(order.id, actor=TEST).state == OrderState.COMPLETED
    outbox.drain()
    assert mails() == ["placed", "paid", "ready", "delivered"]


def test_cancelling_gives_everything_back_once() -> None:
    shop = a_shop()
    order = placed(shop)
    assert reserved(order.id) == 4
    public.cancel_order(order.id, reason="changed my mind", actor=TEST)
    public.cancel_order(order.id, reason="again", actor=TEST)
    outbox.drain()
    done = public.get_order(order.id, actor=TEST)
    assert (done.state, done.paid_minor, done.refunded_minor, done.due_minor) == (OrderState.CANCELLED, 0, 5490, 0)
    assert reserved(order.id) == 0
    assert [i.kind for i in done.invoices] == ["invoice", "credit_note"]
    assert done.invoices[1].total_minor == order.total_minor
    assert events("order_cancelled") == events("order_refunded") == 1
    assert mails() == ["placed", "paid", "cancelled", "refunded"]
    assert all(line.cancelled_qty == line.quantity for line in done.lines)


def test_unpaid_order_waits_is_paid_and_goes_on() -> None:
    shop = a_shop()
    order = placed(shop, pay="bank_transfer")
    assert (order.state, order.paid_minor) == (OrderState.PENDING, 0)
    with pytest.raises(TransitionRefused):
        public.plan_fulfilments(order.id, actor=TEST)
    captured(order.id, order.total_minor)
    paid = public.get_order(order.id, actor=TEST)
    assert (paid.state, paid.paid_minor, paid.expires_at) == (OrderState.PROCESSING, order.total_minor, None)
    assert paid.paid_at is not None
    assert len(paid.invoices) == 1


def test_news_of_a_payment_twice_or_late_changes_nothing_more() -> None:
    shop = a_shop()
    order = placed(shop, pay="bank_transfer")
    captured(order.id, order.total_minor)
    before = public.get_order(order.id, actor=TEST)
    public.sync_payments(order.id, actor=TEST)
    public.sync_payments(order.id, actor=TEST)
    outbox.drain()
    assert public.get_order(order.id, actor=TEST) == before


def test_unpaid_order_expires_and_a_late_payment_goes_back() -> None:
    shop = a_shop()
    order = placed(shop, pay="bank_transfer")
    assert public.expire_unpaid(clock.now(), actor=TEST) == 0
    assert public.expire_unpaid(clock.now() + timedelta(hours=2), actor=TEST) == 1
    done = public.get_order(order.id, actor=TEST)
    assert (done.state, reserved(order.id)) == (OrderState.EXPIRED, 0)
    outbox.drain()
    assert mails()[-1] == "expired"
    with transaction.atomic():
        late = payments.open_payment(order.id, provider="test", method="", amount_minor=order.total_minor,
                                     currency="EUR", now=clock.now(), actor=TEST)
    assert late.captured_minor == order.total_minor
    public.sync_payments(order.id, actor=TEST)
    outbox.drain()
    done = public.get_order(order.id, actor=TEST)
    assert (done.state, done.paid_minor, done.refunded_minor) == (OrderState.EXPIRED, 0, order.total_minor)
    public.sync_payments(order.id, actor=TEST)
    outbox.drain()
    assert public.get_order(order.id, actor=TEST).refunded_minor == order.total_minor


def test_an_order_that_cannot_be_ended_keeps_no_other_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = a_shop()
    stuck, other = placed(shop, pay="bank_transfer"), placed(shop, pay="bank_transfer")
    real = inventory.release

    def breaks(owner_id: UUID, **more: Any) -> Any:
        if owner_id == stuck.id:
            raise RuntimeError("a broken order")
        return real(owner_id, **more)

    monkeypatch.setattr(inventory, "release", breaks)
    late = clock.now() + timedelta(hours=2)
    assert public.expire_unpaid(late, limit=2, actor=TEST) == 1
    states = [public.get_order(o.id, actor=TEST).state for o in (stuck, other)]
    assert states == [OrderState.PENDING, OrderState.EXPIRED]
    third = placed(shop, pay="bank_transfer")
    assert public.expire_unpaid(late, limit=1, actor=TEST) == 1
    assert public.get_order(third.id, actor=TEST).state == OrderState.EXPIRED
    monkeypatch.undo()
    assert public.expire_unpaid(late, actor=TEST) == 1


def test_money_that_came_in_saves_an_order_from_expiry() -> None:
    shop = a_shop()
    order = placed(shop, pay="bank_transfer")
    payment = payments.payments_of(order.id)[0]
    payments.mark_received(payment.id, order.total_minor, reference="t", actor=PAYMENTS)
    assert public.expire_unpaid(clock.now() + timedelta(hours=2), actor=TEST) == 0
    assert public.get_order(order.id, actor=TEST).state == OrderState.PROCESSING


def test_paid_twice_gives_the_surplus_back() -> None:
    shop = a_shop()
    order = placed(shop)
    with transaction.atomic():
        payments.open_payment(order.id, provider="test", method="", amount_minor=order.total_minor, currency="EUR",
                              now=clock.now(), actor=TEST)
    public.sync_payments(order.id, actor=TEST)
    outbox.drain()
    done = public.get_order(order.id, actor=TEST)
    assert done.state == OrderState.PROCESSING
    assert done.paid_minor == done.refunded_minor == order.total_minor


def test_cash_on_delivery_ships_before_it_is_paid() -> None:
    shop = a_shop()
    order = placed(shop, pay="cash_on_delivery")
    assert (order.state, order.due_minor, order.is_promised) == (OrderState.PROCESSING, order.total_minor, True)
    shipped(shop, order)
    captured(order.id, order.total_minor, "cash_on_delivery")
    done = public.get_order(order.id, actor=TEST)
    assert (done.state, done.due_minor, done.paid_minor) == (OrderState.COMPLETED, 0, order.total_minor)
    assert events("order_paid") == 1
    assert len(done.invoices) == 1


def test_order_above_the_limit_waits_for_approval() -> None:
    shop = a_shop(approve_above_minor=5000)
    order = placed(shop)
    assert order.state == OrderState.ON_HOLD
    assert [(h.kind, h.reason) for h in order.holds] == [(HoldKind.APPROVAL, "> 50.00 EUR")]
    with pytest.raises(OrderOnHold):
        public.plan_fulfilments(order.id, actor=TEST)
    with pytest.raises(PermissionDenied):
        public.approve(order.id, actor=bob("orders.hold"))
    assert public.approve(order.id, reason="known buyer", actor=bob()).state == OrderState.PROCESSING
    assert events("order_released") == 1


def test_holds_stop_and_release() -> None:
    shop = a_shop()
    order = placed(shop, holds=[(HoldKind.FRAUD, "velocity")])
    assert order.state == OrderState.ON_HOLD
    public.hold(order.id, reason="call them", actor=TEST)
    with pytest.raises(HoldExists):
        public.hold(order.id, reason="again", actor=TEST)
    assert public.release_hold(order.id, HoldKind.FRAUD, actor=TEST).state == OrderState.ON_HOLD
    assert events("order_released") == 0
    assert public.release_hold(order.id, HoldKind.MANUAL, actor=TEST).state == OrderState.PROCESSING
    with pytest.raises(NotFound):
        public.release_hold(order.id, HoldKind.MANUAL, actor=TEST)
    assert kinds(order.id)[-3:] == ["held", "released", "released"]


def test_unpaid_order_with_a_hold_is_held_once_paid() -> None:
    shop = a_shop()
    order = placed(shop, pay="bank_transfer", holds=[(HoldKind.FRAUD, "mismatch")])
    assert order.state == OrderState.PENDING
    captured(order.id, order.total_minor)
    assert public.get_order(order.id, actor=TEST).state == OrderState.ON_HOLD


def test_a_failed_payment_can_be_tried_again() -> None:
    shop, me = a_shop(), a_member()
    order = placed(shop, pay="bank_transfer", customer_id=me)
    payment = public.pay_order(order.id, provider="test", return_url="/", actor=alice(me))
    outbox.drain()
    assert payment.amount_minor == order.total_minor
    assert public.get_order(order.id, actor=TEST).state == OrderState.PROCESSING
    assert [p.state for p in payments.payments_of(order.id)] == ["voided", "captured"]
    with pytest.raises(NothingToPay):
        public.pay_order(order.id, provider="test", return_url="/", actor=alice(me))


def test_lists_filter_and_page() -> None:
    shop = a_shop()
    orders = [placed(shop, [a_line(shop, 0, 1)], email=f"p{n}@example.com") for n in range(5)]
    public.cancel_order(orders[2].id, reason="x", actor=TEST)
    from entrepot.orders.contracts import OrderFilter

    page, cursor = public.find_orders(OrderFilter(), None, 2, actor=TEST)
    rest, end = public.find_orders(OrderFilter(), cursor, 100, actor=TEST)
    assert [o.id for o in page + rest] == [o.id for o in reversed(orders)]
    assert end is None
    one, _ = public.find_orders(OrderFilter(email="P3@example.com"), actor=TEST)
    gone, _ = public.find_orders(OrderFilter(states=(OrderState.CANCELLED,)), actor=TEST)
    assert ([o.id for o in one], [o.id for o in gone]) == ([orders[3].id], [orders[2].id])
    assert public.find_orders(OrderFilter(), actor=CHARLIE)[0] == []
    assert public.find_order_id(orders[0].number.lower(), actor=TEST) == orders[0].id


def test_one_order_takes_as_many_statements_with_five_lines_as_with_one(django_assert_num_queries: object) -> None:
    shop = a_shop()
    small, large = placed(shop, [a_line(shop, 0, 1)]), placed(shop, [a_line(shop, 0, 1) for _ in range(5)])
    for order in (small, large):
        with django_assert_num_queries(1):  # type: ignore[operator]
            public.get_order(order.id, actor=TEST)


def test_stock_of_a_bundle_is_that_of_its_parts() -> None:
    from entrepot.catalog.tests.factories import a_bundle

    shop = a_shop()
    skus = [r.sku for r in db.rows("SELECT sku FROM catalog_variant ORDER BY id")][:2]
    shop.items.append(a_bundle("Set", {skus[0]: 2, skus[1]: 1}))
    order = placed(shop, [a_line(shop, 3, 3, unit_minor=3500)])
    assert reserved(order.id) == 9
    shipped(shop, order)
    assert reserved(order.id) == 0
    left = inventory.available(shop.channel.id, shop.items[:2])
    assert [left[i].quantity for i in shop.items[:2]] == [194, 197]


def test_addresses_are_kept_as_given() -> None:
    shop = a_shop()
    assert placed(shop).shipping_address == GERMANY


def test_two_orders_have_different_numbers() -> None:
    shop = a_shop()
    first, second = (place(shop, a_new_order(shop, [a_line(shop, 0, 1)])) for _ in range(2))
    assert first.number != second.number
    assert first.number.startswith("E")
