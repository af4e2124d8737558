"""The state machine as a table, and shares that always sum: no database."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.orders.contracts import (
    ChangeKind,
    ChangeState,
    Compensate,
    OrderState,
    OverridePrice,
    RefundDelivery,
    ReturnLine,
    SetDelivery,
    SetQuantity,
    Trigger,
)
from entrepot.orders.draft import Amounts, Line, Sale, apply, cancellation, difference_minor, refund_minor
from entrepot.orders.errors import OperationRefused
from entrepot.orders.rules import (
    CHANGE_TRANSITIONS,
    OPERATIONS,
    TRANSITIONS,
    Situation,
    customer_may_cancel,
    first_state,
    next_change_state,
    next_state,
    share_minor,
    tax_of,
)

PAID = Situation(paid=True)


def a_sale(*lines: Line, included: bool = True, delivery: Amounts | None = None, paid: int | None = None) -> Sale:
    charge = delivery or Amounts(490, 0, 78)
    sale = Sale(uuid4(), "EUR", included, {line.id: line for line in lines}, charge, Amounts(), 0, 0)
    return replace(sale, paid_minor=sale.total_minor if paid is None else paid)


def a_line(quantity: int, goods: int, discount: int = 0, *, included: bool = True, fulfilled: int | None = None,
           rate: str = "0.19") -> Line:
    amounts = Amounts(goods, discount, tax_of(goods - discount, Decimal(rate), included=included))
    return Line(uuid4(), "product", uuid4(), "SKU", "Thing", Decimal(quantity), goods // quantity, amounts,
                Decimal(rate), fulfilled_qty=Decimal(quantity if fulfilled is None else fulfilled))


def test_every_state_is_in_the_table_and_ends_are_ends() -> None:
    assert set(TRANSITIONS) == set(OrderState)
    assert set(CHANGE_TRANSITIONS) == set(ChangeState)
    assert TRANSITIONS[OrderState.CANCELLED] == TRANSITIONS[OrderState.EXPIRED] == {}
    assert set(OPERATIONS) == set(ChangeKind)


@pytest.mark.parametrize(("state", "trigger", "situation", "expected"), [
    (OrderState.PENDING, Trigger.PAY, PAID, OrderState.PROCESSING),
    (OrderState.PENDING, Trigger.PAY, Situation(paid=True, held=True), OrderState.ON_HOLD),
    (OrderState.PENDING, Trigger.EXPIRE, Situation(), OrderState.EXPIRED),
    (OrderState.PENDING, Trigger.EXPIRE, PAID, None),
    (OrderState.PENDING, Trigger.SHIP, PAID, None),
    (OrderState.ON_HOLD, Trigger.RELEASE, PAID, OrderState.PROCESSING),
    (OrderState.ON_HOLD, Trigger.RELEASE, Situation(), OrderState.PENDING),
    (OrderState.ON_HOLD, Trigger.RELEASE, Situation(paid=True, held=True), OrderState.ON_HOLD),
    (OrderState.ON_HOLD, Trigger.RELEASE, Situation(paid=True, shipped=True), OrderState.PARTLY_SHIPPED),
    (OrderState.ON_HOLD, Trigger.SHIP, PAID, None),
    (OrderState.PROCESSING, Trigger.SHIP, Situation(paid=True, shipped=True, left=True), OrderState.PARTLY_SHIPPED),
    (OrderState.PROCESSING, Trigger.SHIP, Situation(paid=True, shipped=True, left=False), OrderState.SHIPPED),
    (OrderState.PROCESSING, Trigger.OWE, Situation(paid=False), OrderState.PENDING),
    (OrderState.PROCESSING, Trigger.EXPIRE, Situation(), None),
    (OrderState.PARTLY_SHIPPED, Trigger.CANCEL, Situation(paid=True, shipped=True), None),
    (OrderState.PARTLY_SHIPPED, Trigger.OWE, Situation(paid=True, shipped=True, left=False), OrderState.SHIPPED),
    (OrderState.SHIPPED, Trigger.DELIVER, Situation(True, False, True, False, True), OrderState.COMPLETED),
    (OrderState.COMPLETED, Trigger.EXTEND, Situation(paid=True, shipped=True, left=True), OrderState.PARTLY_SHIPPED),
    (OrderState.COMPLETED, Trigger.CANCEL, Situation(paid=True, shipped=True, left=False), None),
    (OrderState.CANCELLED, Trigger.PAY, PAID, None),
])
def test_transitions(state: OrderState, trigger: Trigger, situation: Situation, expected: OrderState | None) -> None:
    assert next_state(state, trigger, situation) == expected


@given(st.sampled_from(OrderState), st.sampled_from(Trigger),
       st.builds(Situation, st.booleans(), st.booleans(), st.booleans(), st.booleans(), st.booleans()))
def test_nothing_that_left_is_cancelled_and_nothing_held_is_in_work(state: OrderState, trigger: Trigger,
                                                                    s: Situation) -> None:
    target = next_state(state, trigger, s)
    if target in (OrderState.CANCELLED, OrderState.EXPIRED):
        assert not s.shipped
    if target is OrderState.PROCESSING and state in (OrderState.PENDING, OrderState.ON_HOLD):
        assert not s.held
    if target is OrderState.COMPLETED and state is not OrderState.COMPLETED:
        assert s.delivered
        assert not s.left


def test_first_state() -> None:
    assert first_state(paid=True, is_held=False) is OrderState.PROCESSING
    assert first_state(paid=True, is_held=True) is OrderState.ON_HOLD
    assert first_state(paid=False, is_held=True) is OrderState.PENDING


def test_returns_are_approved_before_they_are_confirmed() -> None:
    assert next_change_state(ChangeState.DRAFT, "confirm") is None
    assert next_change_state(ChangeState.REQUESTED, "confirm") is None
    assert next_change_state(ChangeState.APPROVED, "confirm") is ChangeState.CONFIRMED
    assert next_change_state(ChangeState.CONFIRMED, "confirm") is None


def test_customers_cancel_until_packing() -> None:
    assert customer_may_cancel(OrderState.PROCESSING, shipped=False, packing=False)
    assert not customer_may_cancel(OrderState.PROCESSING, shipped=False, packing=True)
    assert not customer_may_cancel(OrderState.SHIPPED, shipped=True, packing=False)


@given(st.integers(-10**9, 10**9), st.lists(st.integers(1, 5000), min_size=1, max_size=12))
def test_shares_of_any_sizes_sum_to_the_amount(amount: int, pieces: list[int]) -> None:
    whole = sum(pieces)
    before = given_so_far = 0
    for piece in pieces:
        part = share_minor(amount, Decimal(whole), Decimal(before), Decimal(piece), given_so_far)
        assert abs(part - Decimal(amount) * piece / whole) <= 1
        before, given_so_far = before + piece, given_so_far + part
    assert given_so_far == amount


@given(goods=st.integers(0, 10**7), quantity=st.integers(1, 15), share=st.integers(0, 100), included=st.booleans(),
       rate=st.sampled_from(["0", "0.07", "0.19", "0.255"]), data=st.data())
def test_returning_piece_by_piece_refunds_exactly_the_line(goods: int, quantity: int, share: int, included: bool,
                                                          rate: str, data: st.DataObject) -> None:
    line = a_line(quantity, goods, goods * share // 100, included=included, rate=rate)
    sale = a_sale(line, included=included)
    worth, back, left = line.amounts.gross(included), 0, quantity
    while left:
        piece = data.draw(st.integers(1, left))
        draft = apply(sale, "return", [ReturnLine(line.id, Decimal(piece))])
        step = -difference_minor(sale, draft.sale)
        assert step >= 0
        back, left, sale = back + step, left - piece, draft.sale
    assert back == worth
    assert sale.lines[line.id].given == line.amounts
    assert refund_minor(sale) == worth
    with pytest.raises(OperationRefused):
        apply(sale, "return", [ReturnLine(line.id, Decimal(1))])


def test_a_piece_of_a_discounted_line_is_never_worth_less_than_nothing() -> None:
    sale = a_sale(a_line(5, 2, 1, included=False, rate="0"), included=False)
    (line,) = sale.lines.values()
    for pieces in (2, 1, 2):
        after = apply(sale, "return", [ReturnLine(line.id, Decimal(pieces))]).sale
        assert difference_minor(sale, after) <= 0
        sale = after
    assert refund_minor(sale) == 1


@given(claim=st.integers(1, 9000), pieces=st.integers(1, 3), included=st.booleans())
def test_a_return_after_a_claim_never_gives_back_more_than_was_paid(claim: int, pieces: int, included: bool) -> None:
    line = a_line(3, 9000, 700, included=included)
    sale = a_sale(line, included=included)
    worth = line.amounts.gross(included)
    if claim > worth:
        with pytest.raises(OperationRefused):
            apply(sale, "claim", [Compensate(line.id, claim)])
        return
    after = apply(sale, "claim", [Compensate(line.id, claim)]).sale
    assert difference_minor(sale, after) == -claim
    back = claim
    for piece in [pieces, 3 - pieces]:
        if piece:
            draft = apply(after, "return", [ReturnLine(line.id, Decimal(piece))])
            step = -difference_minor(after, draft.sale)
            assert step >= 0
            back, after = back + step, draft.sale
    assert claim <= back <= worth


@given(quantity=st.integers(1, 20), new=st.integers(0, 30), included=st.booleans(), discount=st.integers(0, 900))
def test_an_edit_keeps_the_order_the_sum_of_its_parts(quantity: int, new: int, included: bool, discount: int) -> None:
    line = a_line(quantity, quantity * 1000, discount, included=included, fulfilled=0)
    sale = a_sale(line, a_line(1, 500, included=included, fulfilled=0), included=included)
    if new == quantity:
        return
    draft = apply(sale, "edit", [SetQuantity(line.id, Decimal(new))])
    entries = sum(e.amounts.gross(included) for e in draft.entries)
    assert draft.sale.total_minor == sale.total_minor + entries
    assert draft.release.get(line.id, Decimal(0)) - draft.demand.get(line.id, Decimal(0)) == quantity - new
    assert draft.sale.total_minor >= 0


def test_edits_refuse_what_is_packed_or_senseless() -> None:
    line = a_line(5, 5000, fulfilled=2)
    sale = a_sale(line)
    for operation in (SetQuantity(line.id, Decimal(1)), SetQuantity(line.id, Decimal(-1)),
                      SetQuantity(line.id, Decimal(5)), SetQuantity(uuid4(), Decimal(1)),
                      OverridePrice(line.id, -1, "x"), OverridePrice(line.id, 10, " "), SetDelivery({}, -1)):
        with pytest.raises(OperationRefused):
            apply(sale, "edit", [operation])
    with pytest.raises(OperationRefused):
        apply(sale, "edit", [SetQuantity(line.id, Decimal(4)), OverridePrice(line.id, 10, "x")])


def test_price_and_delivery_by_hand() -> None:
    line = a_line(2, 2000, 200, fulfilled=0)
    sale = a_sale(line)
    draft = apply(sale, "edit", [OverridePrice(line.id, 850, "agreed"), SetDelivery({"code": "express"}, 990)])
    after = draft.sale
    assert after.lines[line.id].amounts == Amounts(1700, 0, 271)
    assert after.delivery == Amounts(990, 0, 158)
    assert difference_minor(sale, after) == (1700 - 1800) + 500


@given(first=st.integers(1, 489), included=st.booleans())
def test_delivery_is_refunded_once_and_whole(first: int, included: bool) -> None:
    sale = a_sale(a_line(1, 1000, included=included), included=included, delivery=Amounts(490, 0, 78))
    whole = sale.delivery.gross(included)
    once = apply(sale, "return", [RefundDelivery(first)]).sale
    twice = apply(once, "return", [RefundDelivery(whole - first)]).sale
    assert twice.delivery_given == sale.delivery
    with pytest.raises(OperationRefused):
        apply(twice, "return", [RefundDelivery(1)])


def test_cancellation_takes_back_exactly_what_is_left() -> None:
    line = a_line(3, 1000, 100)
    sale = apply(a_sale(line), "claim", [Compensate(line.id, 333)]).sale
    back = sum(e.amounts.gross(True) for e in cancellation(sale))
    assert -back == sale.total_minor - sale.credited_minor
