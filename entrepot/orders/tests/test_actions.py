"""The life of an order through its actions, on the real stock, prices and payments."""

from __future__ import annotations

import pytest

from entrepot.orders import public
from entrepot.orders.contracts import OrderState
from entrepot.orders.tests.factories import TEST, a_shop, placed, shipped

pytestmark = pytest.mark.django_db(transaction=True)


def test_paid_order_is_shipped_and_completed() -> None:
    shop = a_shop()
    order = placed(shop)
    assert (order.state, order.total_minor, order.paid_minor) == (OrderState.PROCESSING, 5490, 5490)
    done = shipped(shop, order)
    assert done.state == OrderState.COMPLETED
    assert all(line.fulfilled_qty == line.quantity for line in done.lines)
    assert [i.number.split("-")[0] for i in done.invoices] == ["INV"]


def test_cancelling_gives_everything_back() -> None:
    shop = a_shop()
    order = placed(shop)
    done = public.cancel_order(order.id, reason="changed my mind", actor=TEST)
    assert done.state == OrderState.CANCELLED
