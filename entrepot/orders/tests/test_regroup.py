"""Orders split and merged: where money goes back to, and what is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest

from entrepot.kit import invariants, outbox
from entrepot.orders import public
from entrepot.orders.errors import CannotMerge, CannotSplit
from entrepot.orders.tests.factories import TEST, a_line, a_shop, placed
from entrepot.orders.tests.test_capture import authorised
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


def test_money_only_set_aside_is_taken_before_an_order_is_split_or_merged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENTREPOT_PAYMENT_SIMULATOR", "1")
    shop = a_shop()
    order, other = authorised(shop, [a_line(shop, 0, 2)]), placed(shop)
    assert "split" not in order.can
    with pytest.raises(CannotSplit, match="Take it at the payment first"):
        public.split_order(order.id, [(order.lines[0].id, Decimal(1))], actor=TEST)
    with pytest.raises(CannotMerge, match="Take it at the payment first"):
        public.merge_orders([other.id, order.id], actor=TEST)
    payments.capture(payments.payments_of(order.id)[0].id, actor=TEST)
    outbox.drain()
    assert "split" in public.get_order(order.id, actor=TEST).can
    child = public.split_order(order.id, [(order.lines[0].id, Decimal(1))], actor=TEST)
    whole = public.merge_orders([other.id, child.id], actor=TEST)
    assert (whole.due_minor, whole.paid_minor) == (0, other.total_minor + 1000)
