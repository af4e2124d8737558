"""Many buyers at once: nothing is sold twice, nobody gets an error, nothing is left behind."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import connection

from entrepot.catalog import public as catalog
from entrepot.catalog.tests.factories import a_product
from entrepot.checkout import public
from entrepot.checkout.contracts import LineInput
from entrepot.checkout.tests.factories import BERLIN, BOB, a_shop, goods, purchase
from entrepot.kit import db, invariants
from entrepot.kit.actor import ANONYMOUS
from entrepot.kit.errors import DomainError
from entrepot.pricing import public as pricing
from entrepot.pricing.contracts import PromotionInput

pytestmark = pytest.mark.django_db(transaction=True)


def race(buyers: int, at_once: int, buy: Callable[[int], object]) -> Counter[str]:
    """`buyers` real buyers, `at_once` threads with a connection each; how each of them fared."""
    results: Counter[str] = Counter()
    numbers = iter(range(buyers))
    gate, lock = threading.Barrier(at_once), threading.Lock()

    def work() -> None:
        gate.wait()
        try:
            while True:
                with lock:
                    number = next(numbers, None)
                if number is None:
                    return
                try:
                    buy(number)
                    outcome = "placed"
                except DomainError as refusal:
                    outcome = refusal.code
                with lock:
                    results[outcome] += 1
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def _consistent(orders: int) -> None:
    """Every order has its payment, its cart and its goods; nothing exists without its order."""
    assert db.value("SELECT count(*) FROM orders_order") == orders
    assert db.value("SELECT count(*) FROM payments_payment") == orders
    assert db.value("SELECT count(*) FROM payments_payment p WHERE NOT EXISTS"
                    " (SELECT 1 FROM orders_order o WHERE o.id = p.order_id)") == 0
    assert db.value("SELECT count(*) FROM inventory_reservation r WHERE r.kind = 'firm' AND NOT EXISTS"
                    " (SELECT 1 FROM orders_order o WHERE o.id = r.owner_id)") == 0
    assert db.value("SELECT count(*) FROM checkout_checkout WHERE state = 'placed'") == orders
    assert invariants.violations() == []


@pytest.mark.parametrize("at_once", [8, 200])
def test_stock_of_fifty_and_two_hundred_buyers(at_once: int) -> None:
    a_shop()
    hot, = goods(1000, stocked=50)
    results = race(200, at_once, lambda n: public.buy_now(purchase([hot], email=f"b{n}@example.com"), actor=ANONYMOUS))
    assert results == {"placed": 50, "out_of_stock": 150}
    assert db.row("SELECT on_hand, reserved FROM inventory_balance") == (50, 50)
    _consistent(50)


def test_bundles_share_the_item() -> None:
    """A bundle takes two of the item that others buy alone: what is sold is what there is."""
    a_shop()
    hot, = goods(1000, stocked=60)
    bundle_id = a_product()
    bundle = catalog.variants_of([bundle_id])[bundle_id][0]
    catalog.set_components(bundle, [(catalog.variant_facts([hot])[hot].sku, Decimal(2))], actor=BOB)
    pricing.set_prices("base", [(bundle, Decimal(1), 1800)], actor=BOB)
    results = race(100, 8, lambda n: public.buy_now(purchase([bundle if n % 2 else hot]), actor=ANONYMOUS))
    assert set(results) == {"placed", "out_of_stock"}
    assert db.value("SELECT reserved FROM inventory_balance WHERE variant_id = %s", [hot]) == 60
    assert db.value("SELECT sum(quantity) FROM inventory_reservation") == 60
    _consistent(results["placed"])


def test_coupon_of_ten_uses() -> None:
    """Ten get the discount that they saw; the others are told, and nobody pays a total they did not see."""
    a_shop()
    item, = goods(1000, stocked=500)
    pricing.create_promotion(PromotionInput("ten", {"en": "Ten off"}, {"kind": "percent", "percent": "10"},
                                            needs_coupon=True), actor=BOB)
    pricing.activate_promotion("ten", actor=BOB)
    pricing.create_coupons("ten", codes=["SAVE10"], limit=10, actor=BOB)
    results = race(60, 12, lambda n: public.buy_now(purchase([item], email=f"b{n}@example.com", coupons=("SAVE10",),
                                                             expected_total_minor=1390), actor=ANONYMOUS))
    assert results["placed"] == 10
    assert set(results) <= {"placed", "promotion_used_up", "total_changed"}
    assert db.value("SELECT used_count FROM pricing_coupon") == 10
    assert db.value("SELECT count(*) FROM pricing_redemption") == 10
    _consistent(10)


def test_one_cart_placed_by_many_requests_is_one_order() -> None:
    a_shop()
    item, = goods(1000)
    cart, secret = public.create_checkout("web", lines=[LineInput(item, Decimal(1))], actor=ANONYMOUS)
    public.update(cart.id, {"email": "a@example.com", "shipping_address": BERLIN}, secret=secret, actor=ANONYMOUS)
    public.choose_delivery(cart.id, "standard", secret=secret, actor=ANONYMOUS)
    placed: list[UUID] = []
    results = race(16, 16, lambda n: placed.append(
        public.place_order(cart.id, payment_method="test", secret=secret, actor=ANONYMOUS).order.id))
    assert results == {"placed": 16}
    assert len(set(placed)) == 1
    _consistent(1)


def test_one_purchase_sent_many_times_under_one_key_is_one_order() -> None:
    a_shop()
    item, = goods(1000)
    placed: list[UUID] = []
    results = race(16, 16, lambda n: placed.append(
        public.buy_now(purchase([item]), idempotency_key="once", fingerprint="f", actor=ANONYMOUS).order.id))
    assert results == {"placed": 16}
    assert len(set(placed)) == 1
    _consistent(1)


def test_without_the_lock_more_is_sold_than_there_is() -> None:
    """The check that peers make, read and then write, lets everyone through: this is what `reserve` is for."""
    a_shop()
    hot, = goods(1000, stocked=5)
    gate = threading.Barrier(12)
    sold: list[int] = []

    def unguarded(number: int) -> None:
        free = db.value("SELECT on_hand - reserved FROM inventory_balance WHERE variant_id = %s", [hot])
        gate.wait()
        if free >= 1:
            sold.append(number)

    race(12, 12, unguarded)
    assert len(sold) == 12
