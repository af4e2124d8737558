"""Bulk import: everything once, figures to the cent, and fast."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from entrepot.kit import db, invariants
from entrepot.kit.errors import PermissionDenied
from entrepot.orders import public
from entrepot.orders.contracts import ChangeKind, OrderState, ReturnLine
from entrepot.orders.tests.factories import TEST, Shop, a_shop, bob

pytestmark = pytest.mark.django_db(transaction=True)

AT, ON = datetime(2011, 3, 4, 9, tzinfo=UTC), date(2011, 3, 4)


def an_order(shop: Shop, external_id: str, total: int) -> tuple[Any, ...]:
    return (external_id, AT, ON, shop.channel.id, None, "", "en", "EUR", total, 0, 0, 0, True, total,
            '{"country": "FR"}')


def a_row(external_id: str, position: int, quantity: int, unit: int, kind: str = "product") -> tuple[Any, ...]:
    return (external_id, position, kind, None, f"S{position}", f"Thing {position}", quantity, unit, quantity * unit,
            0, 0, 0, None, '{"row": 1}')


def a_note(shop: Shop, external_id: str, order: str | None, total: int) -> tuple[Any, ...]:
    return external_id, order, shop.channel.id, None, AT, ON, "EUR", True, total, 0, "{}"


def a_credit(external_id: str, position: int | None, quantity: int, amount: int) -> tuple[Any, ...]:
    return external_id, position, "product", None, f"S{position}", "Thing", quantity, amount, 0, 0, "{}"


def figure() -> tuple[int, int]:
    row = db.row("SELECT sum(gross_minor)::bigint AS gross, count(*) AS lines FROM reporting.order_lines_v1")
    return row.gross, row.lines


def load(shop: Shop) -> tuple[Any, Any]:
    orders = public.import_orders(
        [an_order(shop, "536365", 2500), an_order(shop, "536366", 0)],
        [a_row("536365", 1, 2, 1000), a_row("536365", 2, 1, 500, "postage"), a_row("536366", 1, 3, 0)], actor=TEST)
    notes = public.import_credit_notes(
        [a_note(shop, "C536379", "536365", 1000), a_note(shop, "C536380", None, 700)],
        [a_credit("C536379", 1, 1, 1000), a_credit("C536380", None, 7, 700)], actor=TEST)
    return orders, notes


def test_import_is_complete_and_twice_is_once() -> None:
    shop = a_shop()
    orders, notes = load(shop)
    assert (orders.written, orders.lines, orders.known) == (2, 3, 0)
    assert (notes.written, notes.lines, notes.known) == (2, 2, 0)
    assert figure() == (2500 - 1000 - 700, 5)
    orders, notes = load(shop)
    assert (orders.written, orders.lines, orders.known, notes.written, notes.known) == (0, 0, 2, 0, 2)
    assert figure() == (800, 5)
    assert [v for v in invariants.violations() if v.code.startswith("orders.")] == []


def test_imported_orders_are_orders() -> None:
    shop = a_shop()
    load(shop)
    order_id = db.value("SELECT id FROM orders_order WHERE external_id = '536365'")
    order = public.get_order(order_id, actor=TEST)
    assert (order.state, order.origin, order.due_minor) == (OrderState.COMPLETED, "import", 0)
    assert (order.credited_minor, order.lines[0].returned_qty) == (1000, 1)
    assert [i.kind for i in order.invoices] == ["credit_note"]
    change = public.open_change(order_id, ChangeKind.RETURN, actor=TEST)
    public.add_operation(change.id, ReturnLine(order.lines[0].id, order.lines[0].quantity - 1), actor=TEST)
    assert public.preview(change.id, actor=TEST).difference_minor == -1000
    assert public.preview(change.id, actor=TEST).refund_minor == 0  # nothing of it was paid through us
    country = db.value("SELECT DISTINCT country FROM reporting.orders_v1 WHERE origin = 'import'")
    assert country == "FR"


def test_a_bad_row_imports_nothing() -> None:
    from django.db import Error

    shop = a_shop()
    with pytest.raises(Error):
        public.import_orders([an_order(shop, "1", 1000)], [a_row("1", 1, -1, 1000)], actor=TEST)
    assert db.value("SELECT count(*) FROM orders_order") == 0
    with pytest.raises(PermissionDenied):
        public.import_orders([], [], actor=bob("orders.read"))


def test_lines_cost_no_statements_of_their_own() -> None:
    shop, counts = a_shop(), []
    for start, size in ((0, 50), (50, 500)):
        numbers = [str(n) for n in range(start, start + size)]
        orders = [an_order(shop, n, 10_000) for n in numbers]
        lines = [a_row(n, p, 1, 1000) for n in numbers for p in range(1, 11)]
        with CaptureQueriesContext(connection) as asked:
            assert public.import_orders(orders, lines, actor=TEST).lines == size * 10
        counts.append(len(asked))
    assert counts[0] == counts[1]
