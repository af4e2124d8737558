"""Stock over HTTP: what Bob may do, what Charlie may not, what a shopper sees."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import RequestFactory
from django.urls import resolve

from entrepot.catalog import public as catalog
from entrepot.inventory.tests.factories import BOB, CHARLIE, TEST, Shop, make_shop
from entrepot.kit import db
from entrepot.kit.actor import ANONYMOUS, Actor
from entrepot.kit.json import dumps, loads

pytestmark = pytest.mark.django_db(transaction=True)

ADMIN = "/admin/inventory"


def call(actor: Actor, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    """One request to `/api/v1` as `actor`, without the middleware."""
    request = RequestFactory().generic(method, "/api/v1" + path, b"" if body is None else dumps(body),
                                       content_type="application/json")
    request.actor = actor  # type: ignore[attr-defined]
    match = resolve(("/api/v1" + path).split("?")[0])
    response = match.func(request, *match.args, **match.kwargs)
    return response.status_code, loads(response.content) if response.content else None


@pytest.fixture
def shop() -> Shop:
    return make_shop({"main": [10, 0], "store": [3, 40]}, details={"store": {"kind": "store", "pickup": True}})


def test_a_warehouse_is_opened_changed_and_closed(shop: Shop) -> None:
    made = call(BOB, "POST", f"{ADMIN}/warehouses", {"code": "north", "name": {"en": "North", "zh-hans": "北仓"},
                                                     "latitude": 39.9042, "longitude": 116.4074})
    assert made[0] == 201
    assert made[1]["latitude"] == 39.9042
    assert call(BOB, "POST", f"{ADMIN}/warehouses", {"code": "north", "name": {"en": "N"}})[1]["code"] == "code_taken"
    assert call(BOB, "PATCH", f"{ADMIN}/warehouses/north", {"priority": 7})[1]["priority"] == 7
    assert call(BOB, "PATCH", f"{ADMIN}/warehouses/north", {"latitude": None})[0] == 422
    assert call(BOB, "PATCH", f"{ADMIN}/warehouses/main", {"is_active": False})[1]["code"] == "warehouse_not_empty"
    assert call(BOB, "PATCH", f"{ADMIN}/warehouses/north", {"is_active": False})[1]["is_active"] is False
    assert [w["code"] for w in call(BOB, "GET", f"{ADMIN}/warehouses")[1]] == ["main", "store", "north"]


@pytest.mark.parametrize(("name", "status"), [
    ({"city": "X"}, 422), ({"en": "N", "line1": "X"}, 422), ({"en\x00": "N"}, 422), ({"en": "x" * 300}, 422),
    ({"en": " "}, 422), ({"en": " N "}, 201)])
def test_a_warehouse_is_named_by_language(shop: Shop, name: dict[str, str], status: int) -> None:
    body = {"code": "n", "name": name, "address": {"city": "Kyoto"}}
    assert call(BOB, "POST", f"{ADMIN}/warehouses", body)[0] == status
    patched = call(BOB, "PATCH", f"{ADMIN}/warehouses/main", {"name": name, "address": {"city": "Kyoto"}})
    assert patched[0] == (422 if status == 422 else 200)
    if status == 201:
        assert patched[1]["name"] == {"en": "N"}


def test_channel_service_and_buffers(shop: Shop) -> None:
    path = f"{ADMIN}/channels/web/warehouses"
    assert call(BOB, "PUT", f"{path}/main", {"buffer_qty": "4"})[0] == 200
    assert shop.available() == 9
    assert call(BOB, "DELETE", f"{path}/main")[0] == 204
    assert [s["warehouse_code"] for s in call(BOB, "GET", path)[1]] == ["store"]
    assert shop.available() == 3
    assert call(BOB, "DELETE", f"{path}/main")[0] == 404


def test_counting_needs_the_quantity_that_was_seen(shop: Shop) -> None:
    body = {"sku": "SKU-1", "warehouse_code": "main", "set_to": 8, "expected_on_hand": 9, "reason": "count"}
    assert call(BOB, "POST", f"{ADMIN}/adjustments", body)[0] == 412
    assert shop.balance().on_hand == 10
    status, after = call(BOB, "POST", f"{ADMIN}/adjustments", {**body, "expected_on_hand": "10"})
    assert (status, after["on_hand"]) == (200, "8.000")


def test_receipts_damage_and_levels(shop: Shop) -> None:
    item = {"sku": "SKU-1", "warehouse_code": "main"}
    assert (
        call(BOB, "POST", f"{ADMIN}/receipts", {**item, "quantity": "2.5", "reference": "PO-1"})[1]["on_hand"]
        == "12.500"
    )
    assert call(BOB, "POST", f"{ADMIN}/damages",
                {**item, "quantity": 1, "change": "damage", "reason": "wet"})[1]["damaged"] == "1.000"
    assert call(BOB, "PUT", f"{ADMIN}/levels", {**item, "safety": 2, "backorder": 5})[1]["safety"] == "2.000"
    page = call(BOB, "GET", f"{ADMIN}/movements?sku=SKU-1&warehouse=main&limit=2&fields=kind,reference")[1]
    assert page["items"] == [{"kind": "damage", "reference": ""}, {"kind": "receipt", "reference": "PO-1"}]
    rest = call(BOB, "GET", f"{ADMIN}/movements?sku=SKU-1&warehouse=main&cursor={page['next']}")[1]
    assert [m["kind"] for m in rest["items"]] == ["receipt"]
    assert rest["next"] is None


def test_the_ledger_over_http_tells_balances_and_days(shop: Shop) -> None:
    call(BOB, "POST", f"{ADMIN}/receipts", {"sku": "SKU-1", "warehouse_code": "main", "quantity": 2})
    of_item = call(BOB, "GET", f"{ADMIN}/movements?sku=SKU-1&warehouse=main&fields=balance")[1]["items"]
    assert of_item == [{"balance": "12.000"}, {"balance": "10.000"}]
    assert {m["balance"] for m in call(BOB, "GET", f"{ADMIN}/movements")[1]["items"]} == {None}
    assert call(BOB, "GET", f"{ADMIN}/movements?until=2020-01-01T00:00:00Z")[1]["items"] == []
    assert len(call(BOB, "GET", f"{ADMIN}/movements?since=2020-01-01T00:00:00Z&sku=SKU-1")[1]["items"]) == 3
    assert call(BOB, "GET", f"{ADMIN}/movements?since=2020-01-01")[0] == 422  # whose midnight?


def test_balances_are_filtered_and_paged(shop: Shop) -> None:
    assert len(call(BOB, "GET", f"{ADMIN}/balances")[1]["items"]) == 3
    call(BOB, "PUT", f"{ADMIN}/levels", {"sku": "SKU-1", "warehouse_code": "store", "safety": 3})
    out = call(BOB, "GET", f"{ADMIN}/balances?level=out&fields=sku,warehouse_code,sellable")[1]["items"]
    assert out == [{"sku": "SKU-1", "warehouse_code": "store", "sellable": "0.000"}]
    first = call(BOB, "GET", f"{ADMIN}/balances?warehouse=store&limit=1")[1]
    second = call(BOB, "GET", f"{ADMIN}/balances?warehouse=store&limit=1&cursor={first['next']}")[1]
    assert {first["items"][0]["sku"], second["items"][0]["sku"]} == {"SKU-1", "SKU-2"}
    assert call(BOB, "GET", f"{ADMIN}/balances?cursor=nonsense")[0] == 422
    assert call(BOB, "GET", f"{ADMIN}/balances?fields=password")[0] == 422


def test_reservations_are_listed(shop: Shop) -> None:
    shop.reserve(shop.demand(2))
    items = call(BOB, "GET", f"{ADMIN}/reservations?kind=firm&owner_id={shop.orders[0]}")[1]["items"]
    assert [(r["sku"], r["quantity"]) for r in items] == [("SKU-1", "2.000")]


def test_an_allocation_is_planned_without_a_promise(shop: Shop) -> None:
    plan = call(BOB, "POST", f"{ADMIN}/allocation-plans", {"channel": "web", "strategy": "fewest_splits", "lines": [
        {"sku": "SKU-1", "quantity": 3}, {"sku": "SKU-2", "quantity": 41}]})[1]
    assert plan["missing"] == [{"sku": "SKU-2", "missing": "1.000"}]
    assert shop.balance().reserved == 0


def test_a_transfer_goes_its_way(shop: Shop) -> None:
    status, made = call(BOB, "POST", f"{ADMIN}/transfers", {
        "source_code": "main", "target_code": "store", "lines": [{"sku": "SKU-1", "quantity": 6}]})
    assert (status, made["state"], made["lines"][0]["sku"]) == (201, "draft", "SKU-1")
    path = f"{ADMIN}/transfers/{made['id']}"
    assert call(BOB, "POST", f"{path}/receive", {})[1]["code"] == "transfer_state"
    assert call(BOB, "POST", f"{path}/send")[1]["state"] == "sent"
    assert (shop.balance().on_hand, shop.balance(0, "store").incoming) == (4, 6)
    part = call(BOB, "POST", f"{path}/receive", {"lines": [{"sku": "SKU-1", "quantity": 4}]})[1]
    assert (part["state"], part["lines"][0]["received_qty"]) == ("sent", "4.000")
    too_much = call(BOB, "POST", f"{path}/receive", {"lines": [{"sku": "SKU-1", "quantity": 3}]})
    assert too_much[1]["code"] == "too_much_received"
    assert call(BOB, "POST", f"{path}/cancel")[1]["state"] == "cancelled"  # the rest goes back
    assert (shop.balance().on_hand, shop.balance(0, "store").on_hand, shop.balance(0, "store").incoming) == (6, 7, 0)
    assert len(call(BOB, "GET", f"{ADMIN}/transfers?state=cancelled")[1]["items"]) == 1


def test_what_never_arrived_is_written_off(shop: Shop) -> None:
    made = call(BOB, "POST", f"{ADMIN}/transfers", {
        "source_code": "main", "target_code": "store", "lines": [{"sku": "SKU-1", "quantity": 6}]})[1]
    path = f"{ADMIN}/transfers/{made['id']}"
    call(BOB, "POST", f"{path}/send")
    closed = call(BOB, "POST", f"{path}/receive", {"lines": [{"sku": "SKU-1", "quantity": 5}], "close": True})[1]
    assert closed["state"] == "received"
    assert (shop.balance(0, "store").on_hand, shop.balance(0, "store").incoming) == (8, 0)
    assert db.value("SELECT on_hand_delta FROM inventory_movement WHERE kind = 'write_off'") == -1


def test_nothing_is_sent_to_a_place_that_was_closed_meanwhile(shop: Shop) -> None:
    call(BOB, "POST", f"{ADMIN}/warehouses", {"code": "north", "name": {"en": "North"}})
    made = call(BOB, "POST", f"{ADMIN}/transfers", {
        "source_code": "main", "target_code": "north", "lines": [{"sku": "SKU-1", "quantity": 3}]})[1]
    call(BOB, "PATCH", f"{ADMIN}/warehouses/north", {"is_active": False})
    assert call(BOB, "POST", f"{ADMIN}/transfers/{made['id']}/send")[1]["code"] == "warehouse_closed"
    assert shop.balance().on_hand == 10


def test_promised_goods_do_not_leave_by_transfer(shop: Shop) -> None:
    shop.reserve(shop.demand(8))
    made = call(BOB, "POST", f"{ADMIN}/transfers", {
        "source_code": "main", "target_code": "store", "lines": [{"sku": "SKU-1", "quantity": 3}]})[1]
    assert call(BOB, "POST", f"{ADMIN}/transfers/{made['id']}/send")[1]["code"] == "stock_is_promised"
    assert shop.balance().on_hand == 10


def test_a_shopper_sees_stores_and_levels_but_no_counts(shop: Shop) -> None:
    assert call(ANONYMOUS, "GET", "/stock?sku=SKU-1&channel=web")[0] == 404  # what is not shown is not told of
    [product] = {f.product_id for f in catalog.variant_facts(shop.items).values()}
    catalog.publish(product, "web", actor=TEST)
    stores = call(ANONYMOUS, "GET", "/stores?channel=web")[1]
    assert [(s["code"], "id" in s) for s in stores] == [("store", False)]
    levels = call(ANONYMOUS, "GET", "/stock?sku=SKU-1&sku=SKU-2&channel=web")[1]["items"]
    assert sorted((i["sku"], i["level"], i["few_qty"]) for i in levels) == [
        ("SKU-1", "few", "3.000"), ("SKU-2", "in_stock", None)]
    assert call(ANONYMOUS, "GET", "/stock?sku=NOPE&channel=web")[0] == 404


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/balances", None),
        ("GET", "/movements", None),
        ("GET", "/reservations", None),
        ("GET", "/transfers", None),
        ("GET", "/warehouses", None),
        ("POST", "/balances/rebuild", None),
        ("POST", "/receipts", {"sku": "SKU-1", "warehouse_code": "main", "quantity": 1}),
        ("POST", "/adjustments", {"sku": "SKU-1", "warehouse_code": "main", "delta": 1, "reason": "x"}),
    ],
)
def test_strangers_get_nothing(shop: Shop, method: str, path: str, body: Any) -> None:
    assert call(ANONYMOUS, method, ADMIN + path, body)[0] == 401
    assert call(CHARLIE, method, ADMIN + path, body)[0] == 403
    assert shop.balance().on_hand == 10


@pytest.mark.parametrize(
    "body",
    [
        {"sku": "SKU-1", "warehouse_code": "main", "quantity": -1},
        {"sku": "SKU-1", "warehouse_code": "main", "quantity": "NaN"},
        {"sku": "SKU-1", "warehouse_code": "main", "quantity": 1, "extra": 1},
        {"sku": "SKU-1\x00", "warehouse_code": "main", "quantity": 1},
        {"sku": "SKU-1", "warehouse_code": "main", "quantity": "0.0001"},
        {"sku": "SKU-1", "warehouse_code": "main", "quantity": "1e20"},
    ],
)
def test_bad_receipts_change_nothing(shop: Shop, body: Any) -> None:
    assert call(BOB, "POST", f"{ADMIN}/receipts", body)[0] == 422
    assert shop.balance().on_hand == 10
