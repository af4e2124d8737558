"""What a cart may expect of stock: what it holds is its own, stores answer for all of it, and parcels add up."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from entrepot.inventory import public
from entrepot.inventory.contracts import Destination, Outlook, StockAt, StockLevel
from entrepot.inventory.tests.factories import Shop, make_shop
from entrepot.kit import db
from entrepot.kit.ids import uuid7

pytestmark = pytest.mark.django_db(transaction=True)


def stock(shop: Shop, owner: UUID | None = None) -> tuple[StockAt, ...]:
    return public.stock_at(shop.items, channel_id=shop.channel_id, owner_id=owner or uuid7())


def look(shop: Shop, *wanted: int, store: int | None = None) -> Outlook:
    return public.outlook(shop.demand(*wanted), stock(shop), channel_id=shop.channel_id,
                          destination=Destination(pickup_warehouse_id=store), strategy="priority")


def a_shop() -> Shop:
    return make_shop({"main": [5, 0], "second": [0, 4], "store": [9, 1]},
                     details={"store": {"pickup": True, "ships": False}})


def test_one_statement_tells_it_all_however_many_items() -> None:
    shop = a_shop()
    look(shop, 1, 1)
    for wanted in ((), (1,), (1, 1)):
        with CaptureQueriesContext(connection) as seen:
            look(shop, *wanted)
        assert len(seen) == 1
    assert look(shop) == Outlook({}, ())


def test_joined_to_another_statement_it_tells_the_same() -> None:
    shop, cart = a_shop(), uuid7()
    shop.hold(cart, shop.demand(5, 0))
    value = db.value("SELECT " + public.stock_statement("%(items)s", channel="%(channel)s", owner="%(owner)s"),
                     {"items": shop.items, "channel": shop.channel_id, "owner": cart})
    assert sorted(public.stock_of_value(value)) == sorted(stock(shop, cart))
    assert public.stock_of_value(None) == ()


def test_parcels_come_from_where_the_goods_are() -> None:
    shop = a_shop()
    found = look(shop, 5, 2)
    assert {(p.warehouse_id, p.quantity) for p in found.parcels} == {
        (shop.places["main"].id, Decimal(5)), (shop.places["second"].id, Decimal(2))}
    assert public.sellable(stock(shop), shop.items) == {shop.items[0]: 5, shop.items[1]: 4}


def test_a_store_has_all_of_it_or_not() -> None:
    shop = a_shop()
    store = shop.places["store"].id
    assert look(shop, 1, 2).stores == {store: StockLevel.NONE}
    assert look(shop, 1, 1).stores == {store: StockLevel.FEW}
    assert look(shop, 2, 0).stores == {store: StockLevel.IN_STOCK}
    here = public.sellable(stock(shop), shop.items, pickup_warehouse_id=store)
    assert here == {shop.items[0]: 9, shop.items[1]: 1}


def test_what_the_cart_holds_is_free_for_it_and_for_nobody_else() -> None:
    shop, cart = a_shop(), uuid7()
    shop.hold(cart, shop.demand(5, 0))
    first = shop.items[:1]
    assert public.sellable(stock(shop, cart), first) == {first[0]: 5}
    assert public.sellable(stock(shop), first) == {first[0]: 0}
