"""The steps of a checkout: what they do, and that a refusal changes nothing."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from entrepot.catalog import public as catalog
from entrepot.checkout import carts, public
from entrepot.checkout.actions import remove_abandoned
from entrepot.checkout.contracts import CheckoutView, LineInput
from entrepot.checkout.errors import CartPlaced, CodeTaken, DeliveryNotOffered, NotReady, NotSoldHere, QuantityStep
from entrepot.checkout.tests.factories import BERLIN, BOB, LONDON, a_method, a_shop, goods, purchase, stock
from entrepot.customers import public as customers
from entrepot.customers.contracts import CustomerInfo
from entrepot.customers.tests.factories import acting, make_customer
from entrepot.inventory import public as inventory
from entrepot.inventory.errors import OutOfStock
from entrepot.kit import clock, db, invariants
from entrepot.kit.actor import ANONYMOUS, Actor
from entrepot.kit.errors import InvalidInput, NotFound, PermissionDenied, StaleVersion, Unauthenticated
from entrepot.payments import public as payments
from entrepot.payments.errors import MethodNotOffered
from entrepot.pricing import public as pricing
from entrepot.pricing.contracts import PromotionInput
from entrepot.pricing.queries import quoting

pytestmark = pytest.mark.django_db(transaction=True)


def _cart(*variants: UUID, quantity: int = 1, actor: Actor = ANONYMOUS,
          ready: bool = False) -> tuple[CheckoutView, dict[str, Any]]:
    view, secret = public.create_checkout("web", lines=[LineInput(v, Decimal(quantity)) for v in variants], actor=actor)
    me: dict[str, Any] = {"secret": secret, "actor": actor}
    if ready:
        public.update(view.id, {"email": "alice@example.com", "shipping_address": BERLIN}, **me)
        view = public.choose_delivery(view.id, "standard", **me)
    return view, me


def _codes(view: CheckoutView) -> set[str]:
    return {p.code for p in view.problems}


def _held() -> int:
    return int(db.value("SELECT coalesce(sum(quantity), 0) FROM inventory_reservation WHERE kind = 'hold'"))


def test_lines_add_change_and_go() -> None:
    a_shop()
    first, second = goods(1000, 500)
    cart, me = _cart(first)
    cart = public.add_line(cart.id, first, Decimal(2), "blue ribbon", **me)
    assert [(line.quantity, line.note) for line in cart.lines] == [(3, "blue ribbon")]
    cart = public.add_line(cart.id, second, Decimal(1), **me)
    cart = public.update_line(cart.id, cart.lines[0].id, Decimal(1), **me)
    assert (cart.goods_minor, cart.version) == (1500, 4)
    cart = public.remove_line(cart.id, cart.lines[0].id, **me)
    assert [line.variant_id for line in cart.lines] == [second]
    with pytest.raises(NotFound):
        public.remove_line(cart.id, first, **me)
    assert _codes(public.set_lines(cart.id, [], **me)) >= {"empty_cart"}


def test_what_is_not_sold_here_is_refused_and_later_becomes_a_problem() -> None:
    a_shop()
    item, = goods(1000)
    hidden, = goods(1000, channel=None)
    cart, me = _cart(item)
    for wrong in (hidden, UUID(int=5)):
        with pytest.raises(NotSoldHere):
            public.add_line(cart.id, wrong, Decimal(1), **me)
    with pytest.raises(QuantityStep):
        public.add_line(cart.id, item, Decimal("0.5"), **me)
    assert public.view(cart.id, **me).version == cart.version
    catalog.unpublish(cart.lines[0].product_id, "web", actor=BOB)
    assert "not_sold_here" in _codes(public.view(cart.id, **me))
    assert public.view(cart.id, **me).total_minor == 0


def test_stranger_gets_nothing() -> None:
    a_shop()
    item, = goods(1000)
    alice, charlie = make_customer(), make_customer("charlie@example.com", "Charlie")
    cart, _ = _cart(item, actor=acting(alice))
    for stranger in (ANONYMOUS, acting(charlie)):
        for attempt in (lambda a: public.view(cart.id, actor=a), lambda a: public.set_lines(cart.id, [], actor=a),
                        lambda a: public.set_contact(cart.id, "m@example.com", actor=a),
                        lambda a: public.place_order(cart.id, payment_method="test", actor=a),
                        lambda a: public.delivery_options(cart.id, actor=a)):
            with pytest.raises(NotFound):
                attempt(stranger)
    with pytest.raises(PermissionDenied):
        public.create_checkout("web", customer_id=alice.id, actor=acting(charlie))
    assert public.view(cart.id, actor=acting(alice)).version == 1


def test_secret_is_stored_as_a_hash() -> None:
    a_shop()
    _, me = _cart()
    stored = db.value("SELECT secret_hash FROM checkout_checkout")
    assert stored == carts.hash_secret(me["secret"])
    assert me["secret"] not in stored


def test_wrong_version_is_refused() -> None:
    a_shop()
    cart, me = _cart()
    public.update(cart.id, {"note": "first"}, expected_version=1, **me)
    with pytest.raises(StaleVersion):
        public.update(cart.id, {"note": "second"}, expected_version=1, **me)
    assert public.view(cart.id, **me).note == "first"


def test_hold_is_taken_with_the_choice_of_delivery_and_given_back_when_lines_change() -> None:
    a_shop(guest_hold_minutes=15, member_hold_minutes=60)
    item, = goods(1000, stocked=5)
    with clock.at(clock.now()):
        now = clock.now()
        cart, me = _cart(item, quantity=4, ready=True)
        assert (_held(), cart.held_until) == (4, now + timedelta(minutes=15))
        alice = make_customer()
        other, mine = _cart(item, quantity=2, actor=acting(alice))
        assert "insufficient_stock" in _codes(other)
        public.update(other.id, {"email": "a@example.com", "shipping_address": BERLIN}, **mine)
        with pytest.raises(OutOfStock):
            public.choose_delivery(other.id, "standard", **mine)
        assert public.view(other.id, **mine).delivery is None
        cart = public.update_line(cart.id, cart.lines[0].id, Decimal(3), **me)
        assert (_held(), cart.held_until) == (0, None)
        other = public.choose_delivery(other.id, "standard", **mine)
        assert (_held(), other.held_until) == (2, now + timedelta(minutes=60))
    with clock.at(now + timedelta(minutes=50)):
        assert public.renew_hold(other.id, **mine).held_until == now + timedelta(minutes=110)


def test_delivery_not_offered_changes_nothing() -> None:
    a_shop()
    item, = goods(1000)
    a_method("germany", zones=[{"country": "DE"}])
    cart, me = _cart(item)
    public.update(cart.id, {"email": "a@example.com", "shipping_address": LONDON}, **me)
    assert [o.code for o in public.delivery_options(cart.id, **me)] == ["standard"]
    with pytest.raises(DeliveryNotOffered):
        public.choose_delivery(cart.id, "germany", **me)
    with pytest.raises(DeliveryNotOffered):
        public.choose_delivery(cart.id, "standard", pickup_warehouse_id=1, **me)
    assert public.view(cart.id, **me).delivery is None
    assert _held() == 0


def test_delivery_by_value_follows_the_goods() -> None:
    a_shop()
    item, = goods(1000)
    a_method("value", [{"from_minor": 5000, "amount_minor": 0}, {"amount_minor": 700}])
    placed = public.buy_now(purchase([item], 5, delivery_method="value", expected_total_minor=5000), actor=ANONYMOUS)
    assert placed.order.total_minor == 5000
    cart, me = _cart(item, quantity=4)
    public.update(cart.id, {"email": "a@example.com", "shipping_address": BERLIN}, **me)
    cart = public.choose_delivery(cart.id, "value", **me)
    assert cart.total_minor == 4700
    cart = public.add_line(cart.id, item, Decimal(1), **me)
    assert (cart.delivery_minor, cart.total_minor) == (0, 5000)


def test_pick_up_in_store_takes_from_that_store_alone() -> None:
    where = a_shop()
    item, = goods(1000, stocked=10)
    a_method("collect", [{"amount_minor": 0}], kind="pickup")
    store = inventory.create_warehouse("mitte", {"en": "Store"}, kind="store", pickup=True, actor=BOB)
    inventory.serve_channel(where.code, "mitte", actor=BOB)
    stock(item, 1, "mitte")
    store_id = next(w.id for w in inventory.warehouses() if w.code == "mitte")
    assert store
    cart, me = _cart(item, quantity=2)
    public.set_contact(cart.id, "a@example.com", **me)
    option, = public.delivery_options(cart.id, **me)
    assert [(p.warehouse_id, p.level) for p in option.places] == [(store_id, "none")]
    with pytest.raises(DeliveryNotOffered):
        public.choose_delivery(cart.id, "collect", **me)
    with pytest.raises(OutOfStock):
        public.choose_delivery(cart.id, "collect", pickup_warehouse_id=store_id, **me)
    public.update_line(cart.id, cart.lines[0].id, Decimal(1), **me)
    chosen = public.choose_delivery(cart.id, "collect", pickup_warehouse_id=store_id, collected_by=" Grace Hopper ",
                                    **me)
    assert chosen.delivery
    assert chosen.delivery.collected_by == "Grace Hopper"
    placed = public.place_order(cart.id, payment_method="test", **me)
    assert placed.order.total_minor == 1000
    assert db.rows("SELECT warehouse_id, kind FROM inventory_reservation") == [(store_id, "firm")]
    assert db.value("SELECT pickup_warehouse_id FROM orders_order") == store_id
    assert db.value("SELECT delivery->>'collected_by' FROM orders_order") == "Grace Hopper"


def test_place_tells_everything_that_is_missing_and_changes_nothing() -> None:
    a_shop()
    item, = goods(1000)
    cart, me = _cart(item)
    with pytest.raises(NotReady) as refused:
        public.place_order(cart.id, payment_method="test", **me)
    assert {p["code"] for p in refused.value.params["problems"]} == {
        "contact_missing", "delivery_missing", "shipping_address_missing"}
    assert public.view(cart.id, **me).state == "open"
    assert db.value("SELECT count(*) FROM orders_order") == 0


def test_payment_method_must_be_offered() -> None:
    a_shop()
    item, = goods(1000)
    cart, me = _cart(item, ready=True)
    with pytest.raises(MethodNotOffered):
        public.place_order(cart.id, payment_method="seashells", **me)
    with pytest.raises(InvalidInput):
        public.place_order(cart.id, **me)
    assert public.view(cart.id, **me).state == "open"
    assert _held() == 1


def test_placed_cart_cannot_be_changed() -> None:
    a_shop()
    item, = goods(1000)
    cart, me = _cart(item, ready=True)
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
    cart, me = _cart(item, actor=acting(alice), ready=True)
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


def test_balance_that_is_gone_stops_the_order_and_takes_nothing() -> None:
    a_shop()
    item, = goods(2000)
    alice = _member(credit=300)
    cart, me = _cart(item, actor=acting(alice), ready=True)
    cart = public.set_payment_parts(cart.id, credit_minor=500, **me)
    assert "insufficient_balance" in _codes(cart)
    with pytest.raises(NotReady):
        public.place_order(cart.id, payment_method="test", **me)
    assert customers.balance(alice.id, "credit", "EUR") == 300
    guest, theirs = _cart(item)
    with pytest.raises(Unauthenticated):
        public.set_payment_parts(guest.id, points=5, **theirs)
    cart = public.set_payment_parts(guest.id, gift_card_codes=["NO-SUCH-CARD"], **theirs)
    assert "gift_card_unusable" in _codes(cart)


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
    cart, me = _cart(item)
    assert [line.is_gift for line in public.view(cart.id, **me).lines] == [False, True]
    inventory.adjust(gift, "main", set_to=Decimal(0), reason="broken", actor=BOB)
    assert [line.is_gift for line in public.view(cart.id, **me).lines] == [False]
    placed = public.buy_now(purchase([item]), actor=ANONYMOUS)
    assert db.value("SELECT count(*) FROM orders_orderline WHERE order_id = %s", [placed.order.id]) == 1


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


def test_coupon_is_kept_once_and_its_problem_does_not_stand_in_the_way() -> None:
    a_shop()
    item, = goods(1000)
    cart, me = _cart(item, ready=True)
    public.add_coupon(cart.id, "nope", **me)
    cart = public.add_coupon(cart.id, "NOPE", **me)
    assert cart.coupons == ("NOPE",)
    assert [p.is_blocking for p in cart.problems if p.code.startswith("coupon")] == [False]
    assert public.remove_coupon(cart.id, "nope", **me).coupons == ()


def test_guest_cart_joins_the_members_cart() -> None:
    a_shop()
    first, second = goods(1000, 500)
    alice = make_customer()
    guest, theirs = _cart(first, quantity=2, ready=True)
    taken = public.merge(guest.id, secret=theirs["secret"], actor=acting(alice))
    assert (taken.id, taken.customer_id) == (guest.id, alice.id)
    with pytest.raises(NotFound):
        public.view(guest.id, **theirs)
    other, secret = _cart(first, second, ready=True)
    held = _held()
    merged = public.merge(other.id, secret=secret["secret"], actor=acting(alice))
    assert merged.id == guest.id
    assert {line.variant_id: line.quantity for line in merged.lines} == {first: 3, second: 1}
    assert (held, _held()) == (4, 0)
    assert db.value("SELECT state FROM checkout_checkout WHERE id = %s", [other.id]) == "merged"
    own = public.own_cart("web", actor=acting(alice))
    assert own is not None
    assert own.id == guest.id
    with pytest.raises(Unauthenticated):
        public.merge(guest.id, secret="x", actor=ANONYMOUS)
    assert invariants.violations() == []


def test_invoice_data_and_messages_reach_the_order() -> None:
    a_shop()
    item, = goods(1000)
    fapiao = {"kind": "fapiao", "title": "测试有限公司", "taxpayer_number": "91350100M000100Y43"}
    placed = public.buy_now(purchase([item], invoice_data=fapiao, gift_message="生日快乐", note="ring twice"),
                            actor=ANONYMOUS)
    row = db.row("SELECT invoice_data, gift_message, customer_note FROM orders_order WHERE id = %s", [placed.order.id])
    assert row.invoice_data["taxpayer_number"] == "91350100M000100Y43"
    assert (row.gift_message, row.customer_note) == ("生日快乐", "ring twice")


def test_abandoned_carts_go_and_placed_ones_stay() -> None:
    a_shop()
    item, = goods(1000)
    alice = make_customer()
    _cart(item)
    _cart(item, actor=acting(alice))
    public.buy_now(purchase([item]), actor=ANONYMOUS)
    now = clock.now()
    assert remove_abandoned(now + timedelta(days=31), actor=BOB) == 1
    assert remove_abandoned(now + timedelta(days=181), actor=BOB) == 1
    assert db.rows("SELECT state FROM checkout_checkout") == [("placed",)]
    with pytest.raises(PermissionDenied):
        remove_abandoned(actor=acting(alice))


def test_delivery_methods_are_set_up_with_permission_only() -> None:
    a_shop()
    alice = make_customer()
    with pytest.raises(PermissionDenied):
        public.update_delivery_method("standard", {"is_active": False}, actor=acting(alice))
    with pytest.raises(CodeTaken):
        a_method("standard")
    for wrong in ({"rates": []}, {"days_max": 0, "days_min": 3}, {"kind": "drone"}, {"working_days": [8]},
                  {"currency": "E"}, {"wheels": 4}):
        with pytest.raises(InvalidInput):
            public.update_delivery_method("standard", wrong, actor=BOB)
    assert public.update_delivery_method("standard", {"is_active": False}, actor=BOB).is_active is False
    assert db.value("SELECT days_min FROM checkout_deliverymethod") == 1


def test_planted_violations_are_found() -> None:
    a_shop()
    item, = goods(1000)
    cart, _ = _cart(item, ready=True)
    public.buy_now(purchase([item]), actor=ANONYMOUS)
    assert invariants.violations() == []
    db.execute("UPDATE checkout_checkout SET state = 'merged' WHERE id = %s", [cart.id])
    db.execute("UPDATE checkout_checkout SET order_id = %s WHERE state = 'placed'", [UUID(int=1)])
    assert {v.code for v in invariants.violations()} >= {
        "checkout.no_stale_hold", "checkout.placed_has_order", "checkout.order_has_cart"}
