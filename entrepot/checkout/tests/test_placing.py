"""Placing the order: what stops it, what pays for it, and that a refusal changes nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from entrepot.checkout import public
from entrepot.checkout.errors import CartPlaced, DueChanged, NotReady
from entrepot.checkout.tests.factories import (
    BERLIN,
    BOB,
    a_cart,
    a_method,
    a_shop,
    codes,
    goods,
    pieces_held,
    purchase,
    stock,
)
from entrepot.customers import public as customers
from entrepot.customers.contracts import CustomerInfo
from entrepot.customers.tests.factories import acting, make_customer
from entrepot.inventory import public as inventory
from entrepot.inventory import queries as inventory_queries
from entrepot.kit import db, invariants
from entrepot.kit.actor import ANONYMOUS
from entrepot.kit.errors import InvalidInput, NotFound, Unauthenticated
from entrepot.payments import public as payments
from entrepot.payments.errors import MethodNotOffered
from entrepot.pricing import public as pricing
from entrepot.pricing.contracts import PromotionInput
from entrepot.pricing.queries import quoting

pytestmark = pytest.mark.django_db(transaction=True)


def test_place_tells_everything_that_is_missing_and_changes_nothing() -> None:
    a_shop()
    item, = goods(1000)
    cart, me = a_cart(item)
    with pytest.raises(NotReady) as refused:
        public.place_order(cart.id, payment_method="test", **me)
    assert {p["code"] for p in refused.value.params["problems"]} == {
        "contact_missing", "delivery_missing", "shipping_address_missing"}
    assert public.view(cart.id, **me).state == "open"
    assert db.value("SELECT count(*) FROM orders_order") == 0


def test_payment_method_must_be_offered() -> None:
    a_shop()
    item, = goods(1000)
    cart, me = a_cart(item, ready=True)
    with pytest.raises(MethodNotOffered):
        public.place_order(cart.id, payment_method="seashells", **me)
    with pytest.raises(InvalidInput):
        public.place_order(cart.id, **me)
    assert public.view(cart.id, **me).state == "open"
    assert pieces_held() == 1


def test_a_way_back_that_is_not_ours_is_refused_before_there_is_an_order() -> None:
    a_shop()
    item, = goods(1000)
    cart, me = a_cart(item, ready=True)
    for elsewhere in ("https://evil.example/", "//evil.example", "javascript:alert(1)"):
        with pytest.raises(InvalidInput):
            public.place_order(cart.id, payment_method="test", return_url=elsewhere, **me)
    assert public.view(cart.id, **me).state == "open"
    assert db.value("SELECT count(*) FROM orders_order") == 0


def places_of(order_id: UUID) -> set[int]:
    return {a.warehouse_id for a in inventory.reservations_of(order_id)}


def test_an_order_takes_what_its_cart_held_unless_it_goes_elsewhere_meanwhile() -> None:
    a_shop(allocation="nearest")
    near = {c: inventory.create_warehouse(c.lower(), {"en": c}, address={"country": c}, actor=BOB).id
            for c in ("FR", "PL")}
    item, = goods(1000, stocked=0)
    for code in near:
        inventory.serve_channel("web", code.lower(), actor=BOB)
        stock(item, 5, code.lower())
    inventory_queries.forget_sites()
    for moves in (False, True):
        view, me = a_cart(item)
        paris = BERLIN | {"country": "FR", "postcode": "75001"}
        public.update(view.id, {"email": "a@example.com", "shipping_address": paris}, **me)
        view = public.choose_delivery(view.id, "standard", **me)
        assert places_of(view.id) == {near["FR"]}
        if moves:
            public.update(view.id, {"shipping_address": BERLIN | {"country": "PL", "postcode": "00-001"}}, **me)
        placed = public.place_order(view.id, payment_method="test", **me)
        assert places_of(placed.order.id) == {near["PL" if moves else "FR"]}
        assert pieces_held() == 0
    assert invariants.violations() == []


def test_placed_cart_cannot_be_changed() -> None:
    a_shop()
    item, = goods(1000)
    cart, me = a_cart(item, ready=True)
    public.place_order(cart.id, payment_method="test", **me)
    with pytest.raises(CartPlaced):
        public.add_line(cart.id, item, Decimal(1), **me)
    with pytest.raises(CartPlaced):
        public.update(cart.id, {"note": "late"}, **me)
    assert public.view(cart.id, **me).order_id is not None


def _member(points: int = 0, credit: int = 0) -> CustomerInfo:
    alice = make_customer()
    if points:
        customers.adjust_balance(alice.id, "points", points, reason="test", actor=BOB)
    if credit:
        customers.adjust_balance(alice.id, "credit", credit, currency="EUR", reason="test", actor=BOB)
    return alice


def test_gift_card_credit_and_points_pay_and_the_rest_is_due() -> None:
    a_shop()
    item, = goods(2000)
    public.set_points_rate("web", 100, actor=BOB)
    alice = _member(points=500, credit=300)
    card, code = payments.issue_gift_card(1000, "EUR", actor=BOB)
    assert card.balance_minor == 1000
    cart, me = a_cart(item, actor=acting(alice), ready=True)
    cart = public.set_payment_parts(cart.id, gift_card_codes=[code], points=400, credit_minor=300, **me)
    assert [(p.kind, p.amount_minor) for p in cart.parts] == [
        ("gift_card", 1000), ("store_credit", 300), ("points", 400)]
    assert (cart.total_minor, cart.due_minor) == (2490, 790)
    placed = public.place_order(cart.id, payment_method="test", expected_total_minor=2490, **me)
    assert [(p.provider, p.amount_minor, p.state) for p in placed.payments] == [
        ("gift_card", 1000, "captured"), ("store_credit", 300, "captured"), ("points", 400, "captured"),
        ("test", 790, "captured")]
    assert (customers.balance(alice.id, "points"), customers.balance(alice.id, "credit", "EUR")) == (100, 0)
    assert db.row("SELECT total_minor, paid_minor FROM orders_order") == (2490, 2490)
    assert invariants.violations() == []


def test_a_gift_card_that_pays_less_than_the_buyer_saw_is_told_before_the_rest_is_charged() -> None:
    a_shop()
    item, = goods(1000)
    _, code = payments.issue_gift_card(2000, "EUR", actor=BOB)
    (first, mine), (second, theirs) = a_cart(item, ready=True), a_cart(item, ready=True)
    for cart, who in ((first, mine), (second, theirs)):
        assert public.set_payment_parts(cart.id, gift_card_codes=[code], **who).due_minor == 0
    public.place_order(second.id, expected_due_minor=0, **theirs)
    seen: dict[str, Any] = {"payment_method": "test", "expected_total_minor": 1490}
    with pytest.raises(DueChanged) as changed:
        public.place_order(first.id, expected_due_minor=0, **seen, **mine)
    assert changed.value.params == {"due_minor": 980, "expected_minor": 0, "currency": "EUR"}
    path, proof = f"/api/v1/carts/{first.id}/place", {"Cart-Secret": mine["secret"]}
    answer = Client().post(path, {**seen, "expected_due_minor": 0}, "application/json", headers=proof)
    assert (answer.status_code, answer.json()["code"]) == (409, "due_changed")
    assert public.view(first.id, **mine).state == "open"
    answer = Client().post(path, {**seen, "expected_due_minor": 980}, "application/json", headers=proof)
    assert (answer.status_code, [p["amount_minor"] for p in answer.json()["payments"]]) == (201, [510, 980])
    assert invariants.violations() == []


def test_balance_that_is_gone_stops_the_order_and_takes_nothing() -> None:
    a_shop()
    item, = goods(2000)
    alice = _member(credit=300)
    cart, me = a_cart(item, actor=acting(alice), ready=True)
    cart = public.set_payment_parts(cart.id, credit_minor=500, **me)
    assert "insufficient_balance" in codes(cart)
    with pytest.raises(NotReady):
        public.place_order(cart.id, payment_method="test", **me)
    assert customers.balance(alice.id, "credit", "EUR") == 300
    guest, theirs = a_cart(item)
    with pytest.raises(Unauthenticated):
        public.set_payment_parts(guest.id, points=5, **theirs)
    cart = public.set_payment_parts(guest.id, gift_card_codes=["NO-SUCH-CARD"], **theirs)
    assert "gift_card_unusable" in codes(cart)


def test_free_order_needs_no_payment() -> None:
    a_shop()
    item, = goods(0)
    a_method("free", [{"amount_minor": 0}])
    placed = public.buy_now(purchase([item], delivery_method="free", payment_method=""), actor=ANONYMOUS)
    assert (placed.order.total_minor, placed.order.state, placed.payments) == (0, "processing", ())
    assert invariants.violations() == []


def test_cash_on_delivery_goes_on_and_a_transfer_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENTREPOT_BANK_ACCOUNT", "DE00 1234")
    where = a_shop()
    item, = goods(1000)
    payments.set_method(where.id, "cash_on_delivery", is_offered=True, actor=BOB)
    cash = public.buy_now(purchase([item], payment_method="cash_on_delivery"), actor=ANONYMOUS)
    assert (cash.order.state, cash.payments[0].state) == ("processing", "pending")
    transfer = public.buy_now(purchase([item], payment_method="bank_transfer"), actor=ANONYMOUS)
    assert (transfer.order.state, transfer.payments[0].state) == ("pending", "pending")
    assert transfer.payments[0].action is not None
    again = public.pay_order(transfer.order.id, tracking_secret=transfer.tracking_secret or "", actor=ANONYMOUS)
    assert again.payments[0].id == transfer.payments[0].id
    paid = public.pay_order(transfer.order.id, payment_method="test", tracking_secret=transfer.tracking_secret or "",
                            actor=ANONYMOUS)
    assert paid.payments[0].state == "captured"
    with pytest.raises(NotFound):
        public.pay_order(cash.order.id, tracking_secret=transfer.tracking_secret or "", actor=ANONYMOUS)
    assert invariants.violations() == []


def test_order_above_the_limit_waits_for_approval() -> None:
    a_shop(approve_above_minor=5000)
    item, = goods(4000)
    assert public.buy_now(purchase([item]), actor=ANONYMOUS).order.state == "processing"
    assert public.buy_now(purchase([item], 2), actor=ANONYMOUS).order.state == "on_hold"


def test_gift_that_is_gone_is_left_out() -> None:
    """The order is placed without the gift rather than refused for it."""
    a_shop()
    item, gift = goods(1000, 300)
    pricing.create_promotion(PromotionInput("gift", {"en": "A gift"}, {"kind": "gift", "variants": [str(gift)]}),
                             actor=BOB)
    pricing.activate_promotion("gift", actor=BOB)
    cart, me = a_cart(item)
    assert [line.is_gift for line in public.view(cart.id, **me).lines] == [False, True]
    inventory.adjust(gift, "main", set_to=Decimal(0), reason="broken", actor=BOB)
    assert [line.is_gift for line in public.view(cart.id, **me).lines] == [False]
    placed = public.buy_now(purchase([item]), actor=ANONYMOUS)
    assert db.value("SELECT count(*) FROM orders_orderline WHERE order_id = %s", [placed.order.id]) == 1


def test_a_gift_that_is_gone_keeps_nobody_from_choosing_a_delivery() -> None:
    """The goods are held without it; it is not promised again, and comes back when there is some."""
    a_shop()
    item, gift = goods(1000, 300)
    pricing.create_promotion(PromotionInput("gift", {"en": "A gift"}, {"kind": "gift", "variants": [str(gift)]}),
                             actor=BOB)
    pricing.activate_promotion("gift", actor=BOB)
    inventory.adjust(gift, "main", set_to=Decimal(0), reason="all given", actor=BOB)
    cart, me = a_cart(item)
    public.update(cart.id, {"email": "alice@example.com", "shipping_address": BERLIN}, **me)
    chosen = public.choose_delivery(cart.id, "standard", **me)
    assert [line.is_gift for line in chosen.lines] == [False]
    assert (bool(chosen.held_until), chosen.problems) == (True, ())
    for view in (public.view(cart.id, **me), public.renew_hold(cart.id, **me),
                 public.set_payment_parts(cart.id, **me)):
        assert [line.is_gift for line in view.lines] == [False]
    assert pieces_held() == 1
    inventory.adjust(gift, "main", set_to=Decimal(5), reason="bought more", actor=BOB)
    again = public.choose_delivery(cart.id, "standard", **me)
    assert ([line.is_gift for line in again.lines], pieces_held()) == ([False, True], 2)
    placed = public.place_order(cart.id, payment_method="test", **me)
    assert db.value("SELECT count(*) FROM orders_orderline WHERE order_id = %s", [placed.order.id]) == 2


def test_a_gift_comes_with_the_first_order_of_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which learns of the promotion only while it prices that order."""
    a_shop()
    item, gift = goods(1000, 300)
    pricing.create_promotion(PromotionInput("gift", {"en": "A gift"}, {"kind": "gift", "variants": [str(gift)]}),
                             actor=BOB)
    pricing.activate_promotion("gift", actor=BOB)
    monkeypatch.setattr(quoting, "_book", quoting.Rulebook())
    placed = public.buy_now(purchase([item]), actor=ANONYMOUS)
    assert db.value("SELECT count(*) FROM orders_orderline WHERE order_id = %s", [placed.order.id]) == 2
