"""The steps of a checkout: what they do, and that a refusal changes nothing."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from entrepot.catalog import public as catalog
from entrepot.checkout import carts, public
from entrepot.checkout.actions import remove_abandoned
from entrepot.checkout.contracts import CheckoutView, LineInput
from entrepot.checkout.errors import CodeTaken, DeliveryNotOffered, NotSoldHere, QuantityStep
from entrepot.checkout.tests.factories import (
    BERLIN,
    BOB,
    LONDON,
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
from entrepot.customers.tests.factories import acting, make_customer
from entrepot.inventory import public as inventory
from entrepot.inventory.errors import OutOfStock
from entrepot.kit import clock, db, invariants
from entrepot.kit.actor import ANONYMOUS
from entrepot.kit.errors import InvalidInput, NotFound, PermissionDenied, StaleVersion, Unauthenticated
from entrepot.pricing.tests.factories import a_coupon, a_price

pytestmark = pytest.mark.django_db(transaction=True)


def test_lines_add_change_and_go() -> None:
    a_shop()
    first, second = goods(1000, 500)
    cart, me = a_cart(first)
    cart = public.add_line(cart.id, first, Decimal(2), "blue ribbon", **me)
    assert [(line.quantity, line.note) for line in cart.lines] == [(3, "blue ribbon")]
    cart = public.add_line(cart.id, second, Decimal(1), **me)
    cart = public.update_line(cart.id, cart.lines[0].id, Decimal(1), **me)
    assert (cart.goods_minor, cart.version) == (1500, 4)
    cart = public.remove_line(cart.id, cart.lines[0].id, **me)
    assert [line.variant_id for line in cart.lines] == [second]
    with pytest.raises(NotFound):
        public.remove_line(cart.id, first, **me)
    assert codes(public.set_lines(cart.id, [], **me)) >= {"empty_cart"}


def test_what_is_not_sold_here_is_refused_and_later_becomes_a_problem() -> None:
    a_shop()
    item, = goods(1000)
    hidden, = goods(1000, channel=None)
    cart, me = a_cart(item)
    for wrong in (hidden, UUID(int=5)):
        with pytest.raises(NotSoldHere):
            public.add_line(cart.id, wrong, Decimal(1), **me)
    with pytest.raises(QuantityStep):
        public.add_line(cart.id, item, Decimal("0.5"), **me)
    assert public.view(cart.id, **me).version == cart.version
    catalog.unpublish(cart.lines[0].product_id, "web", actor=BOB)
    assert "not_sold_here" in codes(public.view(cart.id, **me))
    assert public.view(cart.id, **me).total_minor == 0


def test_stranger_gets_nothing() -> None:
    a_shop()
    item, = goods(1000)
    alice, charlie = make_customer(), make_customer("charlie@example.com", "Charlie")
    cart, _ = a_cart(item, actor=acting(alice))
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
    _, me = a_cart()
    stored = db.value("SELECT secret_hash FROM checkout_checkout")
    assert stored == carts.hash_secret(me["secret"])
    assert me["secret"] not in stored


def test_wrong_version_is_refused() -> None:
    a_shop()
    cart, me = a_cart()
    public.update(cart.id, {"note": "first"}, expected_version=1, **me)
    with pytest.raises(StaleVersion):
        public.update(cart.id, {"note": "second"}, expected_version=1, **me)
    assert public.view(cart.id, **me).note == "first"


def test_hold_is_taken_with_the_choice_of_delivery_and_given_back_when_lines_change() -> None:
    a_shop(guest_hold_minutes=15, member_hold_minutes=60)
    item, = goods(1000, stocked=5)
    with clock.at(clock.now()):
        now = clock.now()
        cart, me = a_cart(item, quantity=4, ready=True)
        assert (pieces_held(), cart.held_until) == (4, now + timedelta(minutes=15))
        alice = make_customer()
        other, mine = a_cart(item, quantity=2, actor=acting(alice))
        assert "insufficient_stock" in codes(other)
        public.update(other.id, {"email": "a@example.com", "shipping_address": BERLIN}, **mine)
        with pytest.raises(OutOfStock):
            public.choose_delivery(other.id, "standard", **mine)
        assert public.view(other.id, **mine).delivery is None
        cart = public.update_line(cart.id, cart.lines[0].id, Decimal(3), **me)
        assert (pieces_held(), cart.held_until) == (0, None)
        other = public.choose_delivery(other.id, "standard", **mine)
        assert (pieces_held(), other.held_until) == (2, now + timedelta(minutes=60))
    with clock.at(now + timedelta(minutes=50)):
        assert public.renew_hold(other.id, **mine).held_until == now + timedelta(minutes=110)


def test_delivery_not_offered_changes_nothing() -> None:
    a_shop()
    item, = goods(1000)
    a_method("germany", zones=[{"country": "DE"}])
    cart, me = a_cart(item)
    public.update(cart.id, {"email": "a@example.com", "shipping_address": LONDON}, **me)
    assert [o.code for o in public.delivery_options(cart.id, **me)] == ["standard"]
    with pytest.raises(DeliveryNotOffered):
        public.choose_delivery(cart.id, "germany", **me)
    with pytest.raises(DeliveryNotOffered):
        public.choose_delivery(cart.id, "standard", pickup_warehouse_id=1, **me)
    assert public.view(cart.id, **me).delivery is None
    assert pieces_held() == 0


def test_delivery_by_value_follows_the_goods() -> None:
    a_shop()
    item, = goods(1000)
    a_method("value", [{"from_minor": 5000, "amount_minor": 0}, {"amount_minor": 700}])
    placed = public.buy_now(purchase([item], 5, delivery_method="value", expected_total_minor=5000), actor=ANONYMOUS)
    assert placed.order.total_minor == 5000
    cart, me = a_cart(item, quantity=4)
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
    cart, me = a_cart(item, quantity=2)
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


def test_coupon_is_kept_once_and_its_problem_does_not_stand_in_the_way() -> None:
    a_shop()
    item, = goods(1000)
    cart, me = a_cart(item, ready=True)
    public.add_coupon(cart.id, "nope", **me)
    cart = public.add_coupon(cart.id, "NOPE", **me)
    assert cart.coupons == ("NOPE",)
    assert [p.is_blocking for p in cart.problems if p.code.startswith("coupon")] == [False]
    assert public.remove_coupon(cart.id, "nope", **me).coupons == ()


def test_guest_cart_joins_the_members_cart() -> None:
    a_shop()
    first, second = goods(1000, 500)
    alice = make_customer()
    guest, theirs = a_cart(first, quantity=2, ready=True)
    taken = public.merge(guest.id, secret=theirs["secret"], actor=acting(alice))
    assert (taken.id, taken.customer_id) == (guest.id, alice.id)
    with pytest.raises(NotFound):
        public.view(guest.id, **theirs)
    other, secret = a_cart(first, second, ready=True)
    held = pieces_held()
    merged = public.merge(other.id, secret=secret["secret"], actor=acting(alice))
    assert merged.id == guest.id
    assert {line.variant_id: line.quantity for line in merged.lines} == {first: 3, second: 1}
    assert (held, pieces_held()) == (4, 0)
    assert db.value("SELECT state FROM checkout_checkout WHERE id = %s", [other.id]) == "merged"
    own = public.own_cart("web", actor=acting(alice))
    assert own is not None
    assert own == public.view(guest.id, actor=acting(alice))  # read together or one after another: the same cart
    for line in own.lines:
        public.remove_line(own.id, line.id, actor=acting(alice))
    bare = public.own_cart("web", actor=acting(alice))
    assert bare is not None
    assert (bare.id, bare.lines) == (own.id, ())
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
    a_cart(item)
    a_cart(item, actor=acting(alice))
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
    cart, _ = a_cart(item, ready=True)
    public.buy_now(purchase([item]), actor=ANONYMOUS)
    assert invariants.violations() == []
    db.execute("UPDATE checkout_checkout SET state = 'merged' WHERE id = %s", [cart.id])
    db.execute("UPDATE checkout_checkout SET order_id = %s WHERE state = 'placed'", [UUID(int=1)])
    assert {v.code for v in invariants.violations()} >= {
        "checkout.no_stale_hold", "checkout.placed_has_order", "checkout.order_has_cart"}


def test_prices_that_come_with_the_cart_are_the_buyers_own() -> None:
    """Read in the cart's own statement: of the goods now in it, for its member's group, with its codes and uses."""
    a_shop()
    first, second = goods(1000, 500)
    vip = customers.create_group("vip", "VIP", actor=BOB)
    a_price(first, 800, price_list="vip", group_id=vip.id)
    a_price(second, 450, price_list="vip", group_id=vip.id)
    a_price(second, 400, price_list="vip", min_qty=3, group_id=vip.id)
    a_coupon("WELCOME", percent="10", limit=None, customer_limit=1)
    alice, stranger = acting(make_customer(group_code="vip")), acting(make_customer("charlie@example.com"))

    def goods_of(view: CheckoutView) -> int:
        assert view == public.view(view.id, actor=alice)
        return view.goods_minor

    cart, _ = a_cart(first, actor=alice)
    assert goods_of(cart) == 800
    assert goods_of(public.add_line(cart.id, second, Decimal(2), actor=alice)) == 1700
    assert goods_of(public.set_lines(cart.id, [LineInput(second, Decimal(3)), LineInput(first, Decimal(1))],
                                     actor=alice)) == 2000
    assert public.add_coupon(cart.id, "welcome", actor=alice).discount_minor == 200
    reached = {"email": "alice@example.com", "shipping_address": BERLIN}
    assert public.update(cart.id, reached, actor=alice).discount_minor == 200
    public.choose_delivery(cart.id, "standard", actor=alice)
    order = public.place_order(cart.id, payment_method="test", actor=alice).order
    assert order.total_minor == 1800 + 490
    again, _ = a_cart(first, actor=alice)
    again = public.add_coupon(again.id, "WELCOME", actor=alice)
    assert (again.discount_minor, "coupon_used_up" in codes(again)) == (0, True)
    other, _ = a_cart(first, actor=stranger)
    assert public.add_coupon(other.id, "WELCOME", actor=stranger).discount_minor == 100
