"""Each invariant finds the violation it is there for."""

from __future__ import annotations

import pytest
from django.db import transaction

from entrepot.kit import db, invariants
from entrepot.orders import public
from entrepot.orders.models import Earmark
from entrepot.orders.tests.factories import TEST, a_shop, placed, shipped

pytestmark = pytest.mark.django_db(transaction=True)

PLANTED = {
    "orders.total_is_sum_of_parts": "UPDATE orders_orderline SET goods_minor = goods_minor + 1 WHERE position = 1",
    "orders.paid_is_ledger": "UPDATE orders_order SET paid_minor = paid_minor - 1",
    "orders.set_aside_is_there": "UPDATE orders_order SET authorised_minor = authorised_minor + 1",
    "orders.credited_is_entries": "UPDATE orders_order SET credited_minor = credited_minor + 1",
    "orders.reported_is_worth": "DELETE FROM orders_saleentry WHERE id = (SELECT min(id) FROM orders_saleentry)",
    "orders.returned_within_fulfilled": "UPDATE orders_orderline SET returned_qty = fulfilled_qty + 1",
    "orders.fulfilled_is_parcels": "UPDATE orders_fulfilment SET state = 'pending' WHERE state <> 'cancelled'",
    "orders.refund_within_paid": "UPDATE orders_order SET refunded_minor = -1",
    "orders.invoices_without_gaps": "UPDATE orders_numberseries SET last = last + 1",
    "orders.ended_holds_nothing": "UPDATE orders_order SET credited_minor = 0 WHERE state = 'cancelled'",
    "orders.has_lines": "DELETE FROM orders_orderline",
}


def test_there_is_a_twin_for_each() -> None:
    assert {i.code for i in invariants.registered() if i.code.startswith("orders.")} == set(PLANTED)


def found(code: str) -> int:
    return sum(v.code == code for v in invariants.violations())


@pytest.mark.parametrize("code", sorted(PLANTED))
def test_a_planted_violation_is_found(code: str) -> None:
    shop = a_shop()
    shipped(shop, placed(shop))
    public.cancel_order(placed(shop).id, reason="x", actor=TEST)
    with transaction.atomic():
        db.execute("SET LOCAL session_replication_role = replica")
        db.execute("ALTER TABLE orders_orderline DROP CONSTRAINT orders_line_not_overreturned")
        db.execute("ALTER TABLE orders_order DROP CONSTRAINT orders_credited_within_total")
        assert found(code) == 0
        db.execute(PLANTED[code])
        assert found(code) > 0
        transaction.set_rollback(True)
    assert found(code) == 0


def test_money_earmarked_beyond_what_is_set_aside_is_found() -> None:
    shop = a_shop()
    paid, other = placed(shop), placed(shop)
    with transaction.atomic():
        Earmark.objects.create(source_id=paid.id, target_id=other.id, amount_minor=1)
        assert found("orders.set_aside_is_there") == 1
        transaction.set_rollback(True)


def test_the_database_itself_refuses() -> None:
    from django.db import DatabaseError, IntegrityError

    shop = a_shop()
    order = shipped(shop, placed(shop))
    for statement in ("UPDATE orders_orderline SET returned_qty = fulfilled_qty + 1",
                      "UPDATE orders_orderline SET fulfilled_qty = quantity + 1",
                      "UPDATE orders_order SET total_minor = total_minor + 1",
                      "UPDATE orders_order SET credited_minor = total_minor + 1"):
        with pytest.raises(IntegrityError):
            db.execute(statement)
    for table in ("orders_timelineentry", "orders_saleentry", "orders_transfer"):
        with pytest.raises(DatabaseError, match="append-only"):
            db.execute(f"TRUNCATE {table} CASCADE")
    assert public.get_order(order.id, actor=TEST) == order
