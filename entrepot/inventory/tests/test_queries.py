"""Reads: what they tell, in a number of statements that does not grow with the rows."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from entrepot.inventory import public, queries
from entrepot.inventory.contracts import Destination, StockLevel
from entrepot.inventory.tests.factories import BOB, Shop, make_shop
from entrepot.kit.ids import uuid7

pytestmark = pytest.mark.django_db(transaction=True)

D = Decimal


def statements(read: Callable[[], Any]) -> int:
    read()  # caches of channels and places are filled
    with CaptureQueriesContext(connection) as seen:
        read()
    return len(seen.captured_queries)


def reads(shop: Shop) -> dict[str, tuple[Callable[[], Any], int]]:
    """Each read with the statements it may take."""
    nothing: dict[str, Any] = {"limit": 50, "cursor": None}
    demands = shop.demand(*[1] * len(shop.items))
    return {
        "available": (lambda: public.available(shop.channel_id, shop.items), 1),
        "store_stock": (lambda: public.store_stock(shop.items, shop.channel_id), 1),
        "plan": (lambda: public.plan(demands, channel_id=shop.channel_id, destination=Destination(),
                                     strategy="nearest"), 1),
        "balances": (lambda: queries.list_balances(warehouse=None, sku=None, level=None, **nothing), 2),
        "movements": (lambda: queries.running_ledger(**nothing), 2),
        "reservations": (lambda: queries.list_reservations(sku=None, warehouse=None, owner_id=None, kind=None,
                                                           **nothing), 2),
        "transfers": (lambda: public.list_transfers(state=None, **nothing), 3),
    }


@pytest.mark.parametrize("rows", [1, 5])
def test_statements_do_not_grow_with_the_rows(rows: int) -> None:
    shop = make_shop({"main": [9] * rows, "store": [1] * rows}, details={"store": {"pickup": True}})
    for item in shop.items:
        public.create_transfer("main", "store", {item: D(1)}, actor=BOB)
    shop.reserve(shop.demand(*[1] * rows))
    for name, (read, allowed) in reads(shop).items():
        assert statements(read) == allowed, name


def test_unknown_items_are_simply_not_available() -> None:
    shop = make_shop()
    stranger = uuid7()
    found = public.available(shop.channel_id, [stranger, shop.items[0]])
    assert (found[stranger].quantity, found[stranger].backorder) == (0, False)
    assert found[shop.items[0]].quantity == 10


def test_what_one_store_has() -> None:
    shop = make_shop({"main": [9, 9], "store": [3, 0]}, details={"store": {"pickup": True, "ships": False}})
    here = public.available(shop.channel_id, shop.items, pickup_warehouse_id=shop.places["store"].id)
    assert [here[i].quantity for i in shop.items] == [3, 0]
    levels = {s.variant_id: (s.level, s.few_qty) for s in public.store_stock(shop.items, shop.channel_id)}
    assert levels == {shop.items[0]: (StockLevel.FEW, D(3)), shop.items[1]: (StockLevel.NONE, None)}


def test_a_plan_names_what_is_missing_and_promises_nothing() -> None:
    shop = make_shop({"main": [2], "second": [3]})
    allocations, missing = public.plan(shop.demand(7), channel_id=shop.channel_id, destination=Destination(),
                                       strategy="priority")
    assert [(a.warehouse_id, a.quantity) for a in allocations] == [
        (shop.places["main"].id, 2), (shop.places["second"].id, 3)]
    assert missing == {shop.items[0]: D(2)}
    assert shop.available() == 5
