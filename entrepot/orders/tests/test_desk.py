"""What the order desk rests on: money set aside and taken when goods leave, the return window, discounts by hand,
goods set aside on cancelling, who looks after an order, mails sent again, the board."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from entrepot.inventory import public as inventory
from entrepot.kit import clock, db, outbox
from entrepot.kit.errors import InvalidInput, PermissionDenied
from entrepot.orders import board, policies, public
from entrepot.orders.board import BoardFilter
from entrepot.orders.contracts import ChangeKind, DiscountLine, OrderView, ReturnLine
from entrepot.orders.errors import OperationRefused, ReturnWindowOver, TransitionRefused
from entrepot.orders.models import Fulfilment, Order
from entrepot.orders.tests.factories import TEST, a_line, a_member, a_shop, alice, bob, placed, shipped
from entrepot.payments import public as payments
from entrepot.payments.actions.requests import run_request
from entrepot.payments.errors import ProviderRefused
from entrepot.payments.models import Request
from entrepot.payments.providers import simulator

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _gateway(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENTREPOT_PAYMENT_SIMULATOR", "1")
    policies.forget()


def authorised(shop: Any) -> OrderView:
    """An order whose payer let the gateway set the money aside."""
    order = placed(shop, pay="simulator")
    [payment] = payments.payments_of(order.id)
    begun = payments.begin(payment.id, return_url="/", description="x", language="en", actor=TEST)
    simulator.pay(begun.id, begun.currency, begun.amount_minor, "authorise")
    payments.refresh(payment.id, actor=TEST)
    outbox.drain()
    return public.get_order(order.id, actor=TEST)


def test_money_set_aside_lets_goods_be_packed_and_is_taken_when_they_leave() -> None:
    order = authorised(a_shop())
    assert (order.state, order.paid_minor, order.authorised_minor) == ("processing", 0, order.total_minor)
    assert order.invoices == []
    [parcel] = public.plan_fulfilments(order.id, actor=bob())
    public.ship_fulfilment(parcel.id, "DHL", actor=bob())
    outbox.drain()
    gone = public.get_order(order.id, actor=TEST)
    assert (gone.state, gone.paid_minor, gone.authorised_minor, gone.due_minor) == ("shipped", order.total_minor, 0, 0)
    assert len(gone.invoices) == 1


def test_goods_stay_when_the_money_cannot_be_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    order = authorised(a_shop())
    [parcel] = public.plan_fulfilments(order.id, actor=bob())

    def refuse(*_args: Any, **_more: Any) -> Any:
        raise ProviderRefused(reason="the card has expired")

    monkeypatch.setattr(simulator.Simulator, "capture", refuse)
    with pytest.raises(ProviderRefused, match="expired"):
        public.ship_fulfilment(parcel.id, actor=bob())
    after = public.get_order(order.id, actor=TEST)
    assert (after.state, after.fulfilments[0].state, after.paid_minor) == ("processing", "pending", 0)
    assert all(line.fulfilled_qty == 0 for line in after.lines)


def test_money_let_go_means_the_order_waits_for_payment_again() -> None:
    order = authorised(a_shop())
    [parcel] = public.plan_fulfilments(order.id, actor=bob())
    payments.void(payments.payments_of(order.id)[0].id, actor=TEST)
    for request in Request.objects.filter(state="pending"):
        run_request(request.id, actor=TEST)
    outbox.drain()
    after = public.get_order(order.id, actor=TEST)
    assert (after.state, after.authorised_minor) == ("pending", 0)
    with pytest.raises(TransitionRefused):
        public.ship_fulfilment(parcel.id, actor=bob())


def test_customers_return_within_the_window_and_the_company_whenever_it_likes() -> None:
    shop, member = a_shop(), a_member()
    order = shipped(shop, placed(shop, customer_id=member))
    own = alice(member)
    assert "return" in public.get_order(order.id, actor=own).can
    public.set_return_window(shop.channel.id, 14, actor=bob())
    assert "return" in public.get_order(order.id, actor=own).can
    Fulfilment.objects.update(delivered_at=clock.now() - timedelta(days=15))
    late = public.get_order(order.id, actor=own)
    assert ("return" in late.can, late.return_until is not None) == (False, True)
    with pytest.raises(ReturnWindowOver):
        public.request_return(order.id, ChangeKind.RETURN, [ReturnLine(order.lines[0].id, Decimal(1))], actor=own)
    assert public.open_change(order.id, ChangeKind.CLAIM, actor=own).state == "draft"
    assert public.open_change(order.id, ChangeKind.RETURN, actor=bob()).state == "draft"
    public.set_return_window(shop.channel.id, None, actor=bob())
    assert "return" in public.get_order(order.id, actor=own).can
    with pytest.raises(InvalidInput):
        public.set_return_window(shop.channel.id, -1, actor=bob())
    with pytest.raises(PermissionDenied):
        public.set_return_window(shop.channel.id, 3, actor=bob("orders.read"))


@pytest.mark.parametrize("included", [True, False])
def test_a_discount_by_hand_takes_its_tax_along(included: bool) -> None:
    shop = a_shop(tax_included=included)
    order = placed(shop)
    change = public.open_change(order.id, ChangeKind.EDIT, reason="late", actor=bob())
    for bad in (DiscountLine(order.lines[0].id, 0, "x"), DiscountLine(order.lines[0].id, 3_001, "x"),
                DiscountLine(order.lines[0].id, 100, " ")):
        with pytest.raises(OperationRefused):
            public.add_operation(change.id, bad, actor=bob())
    public.add_operation(change.id, DiscountLine(order.lines[0].id, 1_190, "late"), actor=bob())
    seen = public.preview(change.id, actor=bob())
    assert seen.difference_minor == (-1_190 if included else -1_190 - 226)
    public.confirm_change(change.id, expected_difference=seen.difference_minor, actor=bob())
    outbox.drain()
    line = public.get_order(order.id, actor=TEST).lines[0]
    assert (line.discount_minor, line.tax_minor) == (1_190, 289 if included else 344)


def test_cancelling_sets_goods_aside_where_they_lay() -> None:
    shop = a_shop(items=1)
    order = placed(shop, [a_line(shop, 0, 4)])
    public.cancel_order(order.id, reason="leaked", restock=False, actor=bob())
    [row, *_] = inventory.list_balances(warehouse="main", sku=order.lines[0].sku, level=None, limit=1, cursor=None)[0]
    assert (row["on_hand"], row["damaged"], row["reserved"]) == (96, 4, 0)


def test_an_order_is_looked_after_and_left_again() -> None:
    order = placed(a_shop())
    me = replace(bob(), user_id=7)
    assert public.take_order(order.id, actor=me).assignee == "Bob"
    assert [c.cards[0].assignee for c in public.board(BoardFilter(assignee_id=7), actor=me) if c.cards] == ["Bob"]
    assert public.leave_order(order.id, actor=me).assignee == ""
    with pytest.raises(PermissionDenied):
        public.take_order(order.id, actor=bob("orders.read"))


def test_the_board_counts_far_and_shows_a_bounded_part_of_a_large_book() -> None:
    shop = a_shop(items=1)
    order = placed(shop, [a_line(shop, 0, 1)])
    columns = [f.attname for f in Order._meta.concrete_fields]
    named = ", ".join(columns)
    own = {"id": "gen_random_uuid()", "number": "'X' || n", "checkout_id": "NULL"}
    fresh = ", ".join(own.get(c, c) for c in columns)
    db.execute(f"INSERT INTO orders_order ({named}) SELECT {fresh} FROM orders_order, generate_series(1, 1500) n"  # noqa: S608  our own names
               " WHERE id = %s", [order.id])
    pack = next(c for c in public.board(actor=TEST) if c.code == "pack")
    assert (pack.count, len(pack.cards)) == (1000, 40)


def test_a_warehouse_sees_what_it_has_something_to_do_with_from_the_index_of_open_parcels() -> None:
    shop = a_shop()
    waits, gone, back = placed(shop), shipped(shop, placed(shop), deliver=False), shipped(shop, placed(shop))
    public.request_return(back.id, ChangeKind.RETURN, [ReturnLine(back.lines[0].id, Decimal(1))], actor=TEST)

    def seen(warehouse_id: int) -> dict[str, list[str]]:
        found = public.board(BoardFilter(warehouse_id=warehouse_id), actor=TEST)
        return {c.code: [card.number for card in c.cards] for c in found if c.cards}

    assert seen(shop.main) == {"pack": [waits.number], "shipped": [gone.number], "problem": [back.number]}
    assert seen(shop.second) == {}
    asked = board._asked(BoardFilter(warehouse_id=shop.main), clock.now())
    with transaction.atomic():
        db.execute("SET LOCAL enable_seqscan = off")
        plan = "\n".join(r[0] for r in db.rows(f"EXPLAIN {board._COUNTS}", asked))
    assert (plan.count("CTE here"), "orders_fulfilment_open" in plan) == (1, True)
