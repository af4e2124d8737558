"""Edits, returns, exchanges, claims, splits and merges: goods and money to the cent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest

from entrepot.inventory import public as inventory
from entrepot.kit import db, invariants, outbox
from entrepot.kit.errors import NotFound, PermissionDenied
from entrepot.orders import public
from entrepot.orders.contracts import (
    AddLine,
    ChangeKind,
    ChangeState,
    ChangeView,
    Compensate,
    Condition,
    HoldKind,
    OrderState,
    OrderView,
    OverridePrice,
    RefundDelivery,
    Resend,
    ReturnLine,
    SetAddress,
    SetQuantity,
)
from entrepot.orders.errors import (
    CannotMerge,
    CannotSplit,
    ChangeNot,
    ChangeOutdated,
    DifferenceChanged,
    EditOpen,
    MoreThanOpen,
    NothingReceived,
    OperationRefused,
)
from entrepot.orders.tests.factories import (
    CHARLIE,
    GERMANY,
    TEST,
    Shop,
    a_line,
    a_member,
    a_shop,
    alice,
    bob,
    placed,
    shipped,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _all_invariants_hold() -> Iterator[None]:
    yield
    outbox.drain()
    assert [v for v in invariants.violations() if v.code.startswith("orders.")] == []


def now_of(order: OrderView) -> OrderView:
    outbox.drain()
    return public.get_order(order.id, actor=TEST)


def edit(order: OrderView, *operations: object) -> ChangeView:
    change = public.open_change(order.id, ChangeKind.EDIT, reason="asked by phone", actor=TEST)
    for operation in operations:
        public.add_operation(change.id, operation, actor=TEST)  # type: ignore[arg-type]
    return public.get_change(change.id, actor=TEST)


def confirm(change: ChangeView) -> ChangeView:
    seen = public.preview(change.id, actor=TEST).difference_minor
    return public.confirm_change(change.id, expected_difference=seen, actor=TEST)


def approved(order: OrderView, kind: ChangeKind, *operations: object) -> ChangeView:
    change = public.open_change(order.id, kind, reason="too small", actor=TEST)
    for operation in operations:
        public.add_operation(change.id, operation, actor=TEST)  # type: ignore[arg-type]
    return public.approve_change(change.id, actor=TEST)


def received(shop: Shop, change: ChangeView, line: UUID, quantity: int,
             condition: Condition = Condition.GOOD) -> ChangeView:
    return public.receive_return(change.id, [(line, Decimal(quantity), condition, shop.main)], actor=TEST)


def reserved(order: OrderView) -> Decimal:
    return sum((a.quantity for a in inventory.reservations_of(order.id)), Decimal(0))


def on_hand(shop: Shop, item: int) -> Decimal:
    return Decimal(db.value("SELECT on_hand FROM inventory_balance WHERE variant_id = %s AND warehouse_id = %s",
                            [shop.items[item], shop.main]))


def net(order: OrderView) -> int:
    return int(db.value("SELECT sum(gross_minor) FROM reporting.order_lines_v1 WHERE order_id = %s", [order.id]))


def test_edit_down_refunds_the_difference_and_frees_the_stock() -> None:
    shop = a_shop()
    order = placed(shop)  # 3 x 10.00, 1 x 20.00, delivery 4.90
    change = edit(order, SetQuantity(order.lines[0].id, Decimal(1)))
    assert change.difference_minor == -2000
    done = confirm(change)
    assert (done.state, done.difference_minor) == (ChangeState.CONFIRMED, -2000)
    after = now_of(order)
    assert (after.total_minor, after.paid_minor, after.refunded_minor, after.due_minor) == (3490, 3490, 2000, 0)
    assert reserved(after) == 2
    assert [(i.kind, i.total_minor) for i in after.invoices] == [("invoice", 5490), ("credit_note", 2000)]
    assert after.version > order.version
    assert net(order) == 3490


def test_edit_up_waits_for_the_difference_then_is_invoiced() -> None:
    shop = a_shop()
    order = placed(shop)
    confirm(edit(order, SetQuantity(order.lines[0].id, Decimal(5)), AddLine(shop.items[2], Decimal(1))))
    after = now_of(order)
    assert (after.total_minor, after.due_minor, after.state) == (5490 + 2000 + 3000, 5000, OrderState.PENDING)
    assert reserved(after) == 7
    public.pay_order(order.id, provider="test", return_url="/", actor=TEST)
    paid = now_of(order)
    assert (paid.state, paid.due_minor) == (OrderState.PROCESSING, 0)
    assert [i.total_minor for i in paid.invoices] == [5490, 5000]
    assert shipped(shop, paid).state == OrderState.COMPLETED


def test_edit_of_an_unpaid_order_is_one_invoice_in_the_end() -> None:
    shop = a_shop()
    order = placed(shop, pay="bank_transfer")
    confirm(edit(order, OverridePrice(order.lines[0].id, 900, "price promise"),
                 SetAddress("shipping", {**GERMANY, "line1": "Am Dobben 3"})))
    after = now_of(order)
    assert (after.total_minor, after.due_minor, after.state) == (5190, 5190, OrderState.PENDING)
    assert after.shipping_address is not None
    assert after.shipping_address["line1"] == "Am Dobben 3"
    public.pay_order(order.id, provider="test", return_url="/", actor=TEST)
    assert [i.total_minor for i in now_of(order).invoices] == [5190]


def test_edits_are_compared_with_the_version_and_the_difference_seen() -> None:
    shop = a_shop()
    order = placed(shop)
    change = edit(order, SetQuantity(order.lines[0].id, Decimal(2)))
    with pytest.raises(EditOpen):
        public.open_change(order.id, ChangeKind.EDIT, actor=TEST)
    with pytest.raises(DifferenceChanged):
        public.confirm_change(change.id, expected_difference=-999, actor=TEST)
    shipped(shop, order)
    with pytest.raises(ChangeOutdated):
        public.confirm_change(change.id, expected_difference=-1000, actor=TEST)
    assert now_of(order).total_minor == order.total_minor
    assert public.cancel_change(change.id, actor=TEST).state == ChangeState.CANCELLED


def test_an_edit_outlives_that_its_order_is_held_and_released() -> None:
    shop = a_shop()
    order = placed(shop)
    change = edit(order, SetQuantity(order.lines[0].id, Decimal(2)))
    public.hold(order.id, reason="the customer is asked", actor=TEST)
    public.release_hold(order.id, HoldKind.MANUAL, actor=TEST)
    assert public.confirm_change(change.id, expected_difference=-1000, actor=TEST).state == ChangeState.CONFIRMED
    assert now_of(order).total_minor == order.total_minor - 1000


def test_confirming_twice_acts_once() -> None:
    shop = a_shop()
    order = placed(shop)
    change = edit(order, SetQuantity(order.lines[0].id, Decimal(2)))
    first, second = confirm(change), public.confirm_change(change.id, expected_difference=0, actor=TEST)
    assert first == second
    assert now_of(order).refunded_minor == 1000


def test_edit_that_needs_missing_stock_changes_nothing() -> None:
    from entrepot.inventory.errors import OutOfStock

    shop = a_shop(stock=3)
    order = placed(shop)
    change = edit(order, SetQuantity(order.lines[0].id, Decimal(50)))
    with pytest.raises(OutOfStock):
        confirm(change)
    after = now_of(order)
    assert (after.total_minor, after.version, reserved(after)) == (order.total_minor, order.version, 4)


def test_edit_refuses_other_countries_and_emptiness() -> None:
    shop = a_shop()
    order = placed(shop, [a_line(shop, 0, 1)])
    with pytest.raises(OperationRefused):
        edit(order, SetAddress("shipping", {**GERMANY, "country": "AT", "postcode": "1010", "city": "Wien"}))
    change = public.find_changes(order_id=order.id, actor=TEST)[0][0]
    assert change.operations == []
    public.add_operation(change.id, SetQuantity(order.lines[0].id, Decimal(0)), actor=TEST)
    with pytest.raises(OperationRefused):
        confirm(change)
    with pytest.raises(OperationRefused):
        public.add_operation(change.id, ReturnLine(order.lines[0].id, Decimal(1)), actor=TEST)


@pytest.mark.parametrize("tax_included", [True, False])
def test_returning_piece_by_piece_gives_back_exactly_what_was_paid(tax_included: bool) -> None:
    shop = a_shop(tax_included=tax_included)
    order = shipped(shop, placed(shop, [a_line(shop, 0, 3, unit_minor=333, discount_minor=50), a_line(shop, 1, 1)]))
    line = order.lines[0]
    for _ in range(3):
        change = approved(order, ChangeKind.RETURN, ReturnLine(line.id, Decimal(1), "too small"))
        received(shop, change, line.id, 1)
        confirm(change)
    after = now_of(order)
    assert after.refunded_minor == line.total_minor == after.credited_minor
    assert after.lines[0].returned_qty == 3
    assert sum(i.total_minor for i in after.invoices if i.kind == "credit_note") == line.total_minor
    assert sum(i.tax_minor for i in after.invoices if i.kind == "credit_note") == line.tax_minor
    assert on_hand(shop, 0) == 100
    assert net(order) == order.total_minor - line.total_minor
    with pytest.raises(OperationRefused):
        approved(order, ChangeKind.RETURN, ReturnLine(line.id, Decimal(1)))


def test_a_return_is_asked_for_approved_received_and_settled() -> None:
    shop, me = a_shop(), a_member()
    order = shipped(shop, placed(shop, customer_id=me))
    line = order.lines[0]
    change = public.open_change(order.id, ChangeKind.RETURN, reason="wrong colour", photos=["/media/1.jpg"],
                                actor=alice(me))
    with pytest.raises(OperationRefused):
        public.request_change(change.id, actor=alice(me))
    with pytest.raises(OperationRefused):
        public.add_operation(change.id, ReturnLine(line.id, Decimal(4)), actor=alice(me))
    public.add_operation(change.id, ReturnLine(line.id, Decimal(2)), actor=alice(me))
    public.request_change(change.id, actor=alice(me))
    with pytest.raises(NotFound):
        public.get_change(change.id, actor=CHARLIE)
    with pytest.raises(PermissionDenied):
        public.approve_change(change.id, actor=alice(me))
    with pytest.raises(ChangeNot):
        public.confirm_change(change.id, expected_difference=-2000, actor=bob())
    public.approve_change(change.id, actor=bob())
    with pytest.raises(NothingReceived):
        public.confirm_change(change.id, expected_difference=-2000, actor=bob())
    with pytest.raises(MoreThanOpen):
        received(shop, change, line.id, 3)
    received(shop, change, line.id, 1, Condition.DAMAGED)  # one of two came
    with pytest.raises(ChangeNot):
        public.cancel_change(change.id, actor=bob())
    assert public.preview(change.id, actor=bob()).difference_minor == -1000
    confirm(change)
    after = now_of(order)
    assert (after.refunded_minor, after.lines[0].returned_qty, after.state) == (1000, Decimal(1), OrderState.COMPLETED)
    assert on_hand(shop, 0) == 97
    mails = [r.kind for r in db.rows("SELECT kind FROM orders_notification ORDER BY id")]
    assert mails[4:] == ["return_requested", "return_approved", "return_confirmed", "refunded"]


def test_open_returns_cannot_ask_for_the_same_pieces() -> None:
    shop = a_shop()
    order = shipped(shop, placed(shop))
    approved(order, ChangeKind.RETURN, ReturnLine(order.lines[0].id, Decimal(2)))
    with pytest.raises(OperationRefused):
        approved(order, ChangeKind.RETURN, ReturnLine(order.lines[0].id, Decimal(2)))


def test_declined_return_moves_nothing() -> None:
    shop = a_shop()
    order = shipped(shop, placed(shop))
    change = approved(order, ChangeKind.RETURN, ReturnLine(order.lines[0].id, Decimal(1)))
    assert public.decline_change(change.id, reason="worn", actor=TEST).state == ChangeState.DECLINED
    with pytest.raises(ChangeNot):
        received(shop, change, order.lines[0].id, 1)
    assert now_of(order).refunded_minor == 0


def test_exchange_takes_back_and_sends_anew() -> None:
    shop = a_shop()
    order = shipped(shop, placed(shop))
    line = order.lines[1]  # 20.00
    change = approved(order, ChangeKind.EXCHANGE, ReturnLine(line.id, Decimal(1)), AddLine(shop.items[2], Decimal(1)))
    received(shop, change, line.id, 1)
    assert confirm(change).difference_minor == 1000
    after = now_of(order)
    assert (after.state, after.due_minor) == (OrderState.PARTLY_SHIPPED, 1000)
    public.pay_order(order.id, provider="test", return_url="/", actor=TEST)
    after = now_of(order)
    assert (after.due_minor, after.refunded_minor) == (0, 0)
    assert shipped(shop, after).state == OrderState.COMPLETED
    assert net(order) == order.total_minor + 1000


def test_claims_pay_or_send_again() -> None:
    shop = a_shop()
    order = shipped(shop, placed(shop))
    line = order.lines[0]
    change = approved(order, ChangeKind.CLAIM, Compensate(line.id, 700, "scratched"), RefundDelivery(490))
    assert confirm(change).difference_minor == -1190
    again = approved(order, ChangeKind.CLAIM, Resend(line.id, Decimal(1)))
    assert confirm(again).difference_minor == 0
    after = now_of(order)
    assert (after.refunded_minor, after.credited_minor, after.state) == (1190, 1190, OrderState.PARTLY_SHIPPED)
    assert shipped(shop, after).state == OrderState.COMPLETED
    with pytest.raises(OperationRefused):
        approved(after, ChangeKind.CLAIM, Compensate(line.id, 2301))


def test_split_shares_lines_stock_and_money_and_refunds_where_it_was_paid() -> None:
    shop = a_shop()
    order = placed(shop, [a_line(shop, 0, 3, discount_minor=100), a_line(shop, 1, 1)])
    child = public.split_order(order.id, [(order.lines[0].id, Decimal(1)), (order.lines[1].id, Decimal(1))], actor=TEST)
    parent = now_of(order)
    assert parent.total_minor + child.total_minor == order.total_minor
    assert (child.total_minor, child.due_minor, parent.due_minor) == (1000 - 33 + 2000, 0, 0)
    assert (reserved(parent), reserved(child)) == (2, 2)
    assert child.state == OrderState.PROCESSING
    public.cancel_order(child.id, reason="x", actor=TEST)
    outbox.drain()
    gone, kept = now_of(child), now_of(order)
    assert (gone.paid_minor, gone.refunded_minor) == (0, child.total_minor)
    assert (kept.paid_minor, kept.refunded_minor, kept.due_minor) == (parent.total_minor, 0, 0)
    assert shipped(shop, kept).state == OrderState.COMPLETED


def test_split_refuses_what_cannot_be_two() -> None:
    shop = a_shop()
    order = placed(shop, [a_line(shop, 0, 2)])
    with pytest.raises(CannotSplit):
        public.split_order(order.id, [(order.lines[0].id, Decimal(2))], actor=TEST)
    with pytest.raises(MoreThanOpen):
        public.split_order(order.id, [(order.lines[0].id, Decimal(3))], actor=TEST)
    public.plan_fulfilments(order.id, actor=TEST)
    with pytest.raises(CannotSplit):
        public.split_order(order.id, [(order.lines[0].id, Decimal(1))], actor=TEST)


def test_merge_puts_lines_stock_and_money_together() -> None:
    shop = a_shop()
    first, second = placed(shop), placed(shop, [a_line(shop, 2, 1)])
    stranger = placed(shop, email="charlie@example.com")
    with pytest.raises(CannotMerge):
        public.merge_orders([first.id, stranger.id], actor=TEST)
    whole = public.merge_orders([first.id, second.id], actor=TEST)
    assert whole.total_minor == whole.paid_minor == first.total_minor + second.total_minor
    assert reserved(whole) == 5
    gone = now_of(second)
    assert (gone.state, gone.total_minor, gone.paid_minor, gone.lines) == (OrderState.CANCELLED, 0, 0, [])
    done = shipped(shop, now_of(first))
    assert done.state == OrderState.COMPLETED
    change = approved(done, ChangeKind.RETURN, *(ReturnLine(line.id, line.quantity) for line in done.lines))
    for line in done.lines:
        received(shop, change, line.id, int(line.quantity))
    confirm(change)
    after = now_of(first)
    assert after.refunded_minor == sum(line.total_minor for line in done.lines)


def test_failed_refund_is_seen_and_asked_again_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from entrepot.orders.actions import money
    from entrepot.orders.models import Refund
    from entrepot.payments import public as payments

    shop = a_shop()
    order = placed(shop, pay="bank_transfer")
    payment = payments.payments_of(order.id)[0]
    payments.mark_received(payment.id, order.total_minor, reference="in", actor=TEST)
    outbox.drain()
    public.cancel_order(order.id, reason="x", actor=TEST)
    refund = Refund.objects.get()
    failed = [replace(i, state="failed") for i in payments.refunds_of(order.id)]
    with monkeypatch.context() as patched:
        patched.setattr(payments, "refunds_of", lambda order_id: failed)
        money.note_refund_failed(order.id, order.total_minor, refund.reference, "account closed", actor=TEST)
        refund.refresh_from_db()
        assert (refund.failed_minor, refund.failure) == (order.total_minor, "account closed")
        public.sync_payments(order.id, actor=TEST)
        assert Refund.objects.count() == 1  # nobody asks again on their own
        patched.setattr(payments, "refund", asked := Recorder())
        public.retry_refund(refund.id, actor=TEST)
        public.retry_refund(refund.id, actor=TEST)
        assert asked.amounts == [order.total_minor]


class Recorder:
    def __init__(self) -> None:
        self.amounts: list[int] = []

    def __call__(self, order_id: object, amount_minor: int, **_: object) -> None:
        self.amounts.append(amount_minor)
