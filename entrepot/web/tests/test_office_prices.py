"""The price desk: promotions in plain words, tried, rehearsed, started and ended; coupons; price lists."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import VariantPatch
from entrepot.catalog.tests.factories import BOB
from entrepot.kit import clock, db
from entrepot.orders.tests.factories import TEST, Shop, a_line, a_shop, placed
from entrepot.pricing import public as pricing
from entrepot.pricing.contracts import Use
from entrepot.pricing.errors import PromotionNotDraft
from entrepot.pricing.tests.factories import a_promotion
from entrepot.web.tests.test_office import client_of

pytestmark = pytest.mark.django_db(transaction=True)

TEN_OFF = {"code": "ten-off", "name-en": "Ten off", "name-zh-hans": "九折", "percent": "10", "scope": "cart",
           "lane": "0", "priority": "0", "is_exclusive-shown": "1", "is_exclusive": "1"}


def page(code: str, name: str = "desk_promotion", *args: str) -> str:
    return reverse(f"admin:{name}", args=[code, *args])


def new(client: Client, kind: str, **fields: str) -> Any:
    return client.post(reverse("admin:desk_promotion_new", args=[kind]), {**TEN_OFF, **fields})


KINDS: dict[str, dict[str, Any]] = {
    "percent": {"percent": "12.5", "up_to-EUR": "20"},
    "amount": {"amounts-EUR": "5", "per": "order"},
    "fixed_price": {"amounts-EUR": "9.99"},
    "flash_price": {"amounts-EUR": "5", "usage_limit": "20"},
    "buy_x_get_y": {"buy": "2", "get": "1", "percent": "100"},
    "gift": {"quantity": "1"},
    "tiered": {"step-0-spend-EUR": "50", "step-0-percent": "5", "step-1-spend-EUR": "100", "step-1-amounts-EUR": "10"},
    "bundle_price": {"part-0-pieces": "2", "amounts-EUR": "15"},
    "free_shipping": {"percent": "100", "min_spend-EUR": "30"},
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_planned_in_the_form_and_shown_as_it_was_typed(kind: str) -> None:
    shop, client = a_shop(items=2), client_of("sales")
    sku = catalog.variant_facts(shop.items)[shop.items[1]].sku
    fields = {"percent": "", **KINDS[kind], **({"gifts": sku} if kind == "gift" else {}),
              **({"part-0-named": sku} if kind == "bundle_price" else {})}
    made = new(client, kind, **fields)
    assert made.status_code == 302, made.content.decode()
    stored = pricing.get_promotion("ten-off")
    assert (stored.status, stored.benefit["kind"], stored.name["zh-hans"]) == ("draft", kind, "九折")
    shown = client.get(page("ten-off")).content.decode()
    for name, value in fields.items():
        assert value == "" or value in shown, name
    assert client.post(page("ten-off"), {**TEN_OFF, **fields}).status_code == 302
    again = pricing.get_promotion("ten-off")
    assert (again.benefit, again.conditions) == (stored.benefit, stored.conditions)


def test_a_price_of_the_shelves_says_how_many_prices_it_lowers() -> None:
    a_shop(items=3)
    client = client_of("sales")
    for code, scope in (("shelves", "catalogue"), ("cart", "cart")):
        a_promotion({"kind": "percent", "percent": "10"}, code=code, scope=scope)
    pricing.refresh_listing_prices(actor=BOB)
    rows = {r["it"].code: r["reduced"] for r in client.get(reverse("admin:desk_promotions")).context["rows"]}
    assert rows == {"shelves": 3, "cart": 0}
    page = client.get(reverse("admin:desk_promotions")).content.decode()
    assert "3 prices reduced" in page
    assert '<td class="of-num">0</td>' in page


def test_mistakes_stand_beside_their_fields() -> None:
    a_shop(items=1)
    client = client_of("sales")
    back = new(client, "percent", percent="140", **{"name-en": "", "name-zh-hans": "", "products-named": "NO-SUCH"})
    body = back.content.decode()
    assert back.status_code == 422
    assert 'id="e-name-en"' in body
    assert 'id="e-products-named"' in body
    wrong = new(client, "percent", percent="140")
    assert 'id="e-percent"' in wrong.content.decode()
    assert 'value="140"' in wrong.content.decode()
    assert pricing.list_promotions("", 5) == []


def test_the_preview_prices_a_typed_cart_with_and_without_what_is_typed() -> None:
    shop, client = a_shop(items=1), client_of("sales")
    sku = catalog.variant_facts(shop.items)[shop.items[0]].sku
    seen = client.post(reverse("admin:desk_promotion_try"), {**TEN_OFF, "kind": "percent", "cart": f"{sku} × 3"})
    body = seen.content.decode()
    assert "€30.00" in body
    assert "€27.00" in body
    half = client.post(reverse("admin:desk_promotion_try"), {**TEN_OFF, "kind": "percent", "percent": ""})
    assert half.status_code == 200
    assert "of-notice warning" in half.content.decode()
    assert pricing.list_promotions("", 5) == []


def with_cost(shop: Shop, item: int, cost: str) -> None:
    from decimal import Decimal

    catalog.update_variant(shop.items[item], VariantPatch(cost=Decimal(cost), cost_currency="EUR"), actor=BOB)


def test_warnings_name_what_else_runs_on_the_goods_and_what_would_be_sold_below_cost() -> None:
    shop, client = a_shop(items=2), client_of("sales")
    with_cost(shop, 0, "8.30")
    a_promotion({"kind": "percent", "percent": "5"}, code="house-sale", lane=3)
    a_promotion({"kind": "percent", "percent": "5"}, code="same-lane")
    body = client.post(reverse("admin:desk_promotion_try"), {**TEN_OFF, "kind": "percent"}).content.decode()
    for words in ("house-sale", "same-lane", "Adds to another", "better of the two", "below their cost"):
        assert words in body, words


def test_a_draft_is_rehearsed_over_past_orders_and_started() -> None:
    shop, client = a_shop(items=2), client_of("sales")
    with_cost(shop, 0, "5")
    placed(shop, [a_line(shop, 0, 3)])
    placed(shop, [a_line(shop, 1, 1)])
    sku = catalog.variant_facts(shop.items)[shop.items[0]].sku
    new(client, "percent", percent="50", **{"products-named": sku})
    told = client.get(page("ten-off", "desk_promotion_rehearsal")).content.decode()
    assert "1 / 2" in told
    assert "€15.00" in told  # off 30.00
    assert "Item 0" in told
    client.post(page("ten-off", "desk_promotion_do", "activate"))
    assert pricing.get_promotion("ten-off").status == "active"
    fixed = client.post(page("ten-off"), {"name-en": "Half price", "percent": "90", "usage_limit": ""})
    assert fixed.status_code == 302
    running = pricing.get_promotion("ten-off")
    assert (running.name, running.benefit["percent"]) == ({"en": "Half price"}, "50")
    client.post(page("ten-off", "desk_promotion_do", "end"), {"reason": "enough"})
    assert pricing.get_promotion("ten-off").status == "ended"


def test_a_copy_starts_as_a_draft_and_a_draft_can_be_thrown_away() -> None:
    a_shop(items=1)
    client = client_of("sales")
    a_promotion({"kind": "percent", "percent": "5"}, code="summer")
    client.post(page("summer", "desk_promotion_do", "copy"), {"code": "winter"})
    assert pricing.get_promotion("winter").status == "draft"
    gone = client.post(page("winter", "desk_promotion_do", "delete"))
    assert gone["Location"] == reverse("admin:desk_promotions")
    assert [p.code for p in pricing.list_promotions("", 5)] == ["summer"]
    client.post(page("summer", "desk_promotion_do", "delete"))
    with pytest.raises(PromotionNotDraft):
        pricing.delete_promotion("summer", actor=BOB)


@pytest.mark.parametrize("code", ["summer two", "夏季", "٣", "a/b", "..", "--", "a" * 51, "a\x00"])
def test_a_copy_whose_code_cannot_stand_in_an_address_is_refused(code: str) -> None:
    a_shop(items=1)
    client = client_of("sales")
    a_promotion({"kind": "percent", "percent": "5"}, code="summer")
    said = client.post(page("summer", "desk_promotion_do", "copy"), {"code": code}, follow=True,
                       headers={"Accept-Language": "zh-hans"})
    assert said.status_code == 200
    assert "编码只能用字母" in said.content.decode()
    assert [p.code for p in pricing.list_promotions("", 5)] == ["summer"]
    assert client.get(reverse("admin:desk_promotions")).status_code == 200


def test_who_may_only_read_plans_nothing() -> None:
    a_shop(items=1)
    a_promotion({"kind": "percent", "percent": "5"}, code="summer", is_active=False)
    client = client_of("catalogue")
    shown = client.get(page("summer"))
    assert shown.status_code == 200
    assert "Start it" not in shown.content.decode()
    assert new(client, "percent").status_code == 403
    client.post(page("summer", "desk_promotion_do", "activate"))
    assert pricing.get_promotion("summer").status == "draft"
    assert client.get(reverse("admin:desk_all_coupons")).status_code == 403


def test_coupons_taken_home_hold_no_formula() -> None:
    a_shop(items=1)
    a_promotion({"kind": "percent", "percent": "5"}, code="club", needs_coupon=True)
    pricing.create_coupons("club", codes=["TRAP"], batch="=1+1", actor=BOB)
    trap: Any = client_of("sales").post(reverse("admin:desk_coupons_download", args=["club"]), {"batch": "=1+1"})
    assert "TRAP,'=1+1," in b"".join(trap.streaming_content).decode()


def test_coupons_are_made_found_taken_home_and_revoked() -> None:
    a_shop(items=1)
    client = client_of("sales")
    a_promotion({"kind": "percent", "percent": "5"}, code="club", needs_coupon=True)
    desk = reverse("admin:desk_coupons", args=["club"])
    made = client.post(desk, {"kind": "single", "count": "3", "prefix": "VIP", "batch": "spring"})
    assert made.status_code == 200
    codes = [c.code for c in pricing.list_coupons(0, 10, promotion="club")]
    assert len(codes) == 3
    assert all(c.startswith("VIP") and c in made.content.decode() for c in codes)
    assert client.post(desk, {"kind": "shared", "code": "", "batch": "x"}).status_code == 422
    client.post(desk, {"kind": "shared", "code": "EVERYONE", "limit": "9", "batch": "flyer"})
    taken: Any = client.post(reverse("admin:desk_coupons_download", args=["club"]), {"batch": "spring"})
    lines = b"".join(taken.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 4
    assert db.value("SELECT count(*) FROM kit_audit WHERE action = 'pricing.export_coupons'") == 1
    client.post(reverse("admin:desk_coupons_do", args=["club", "revoke"]), {"batch": "spring"})
    assert {b.batch: b.active for b in pricing.coupon_batches("club")} == {"flyer": 1, "spring": 0}
    found = client.get(reverse("admin:desk_all_coupons"), {"q": codes[0].lower()}).content.decode()
    assert "revoked" in found


def test_a_record_leads_to_its_page() -> None:
    a_shop(items=1)
    key: UUID = a_promotion({"kind": "percent", "percent": "5"}, code="summer")
    answer = client_of("sales").get(reverse("admin:desk_promotion_record", args=[key]))
    assert answer["Location"] == page("summer")


# ---- price lists


def test_prices_and_tiers_of_a_list_are_typed_in_a_grid() -> None:
    shop, client = a_shop(items=2), client_of("sales")
    one, two = shop.items
    made = client.post(reverse("admin:desk_price_list_new"), {
        "code": "trade", "currency": "EUR", "name-en": "Trade", "priority": "5", "is_active": "1",
        "is_active-shown": "1"})
    assert made.status_code == 302, made.content.decode()
    saved = client.post(made["Location"], {f"price-{one}": "8.50", f"tiers-{one}": "10: 7.90; 50: 7.00",
                                           f"price-{two}": "18"})
    assert saved.status_code == 302
    found = {(p.variant_id, int(p.min_qty)): p.amount_minor for p in pricing.prices_of([one, two])
             if p.list_code == "trade"}
    assert found == {(one, 1): 850, (one, 10): 790, (one, 50): 700, (two, 1): 1800}
    client.post(made["Location"], {f"tiers-{one}": "10: 7.80", f"price-{two}": ""})
    found = {(p.variant_id, int(p.min_qty)): p.amount_minor for p in pricing.prices_of([one, two])
             if p.list_code == "trade"}
    assert found == {(one, 1): 850, (one, 10): 780}
    wrong = client.post(made["Location"], {f"tiers-{one}": "ten: cheap", f"price-{two}": "17"})
    assert wrong.status_code == 422
    assert f'id="e-tiers-{one}"' in wrong.content.decode()
    assert 'value="17"' in wrong.content.decode()


def test_many_prices_are_seen_before_they_change_and_may_wait_for_a_day() -> None:
    shop, client = a_shop(items=2), client_of("sales")
    one, two = shop.items
    with_cost(shop, 0, "8.00")
    at = reverse("admin:desk_prices_change", args=["retail"])
    fields = {"verb": "percent", "value": "-10", "base": "retail", "round": ".49", "query": "q=Item"}
    seen = client.post(at, fields).content.decode()
    assert "€9.49" in seen
    assert "€18.49" in seen
    assert "below cost" in seen  # 9.49 with tax is 7.97 without
    assert {p.amount_minor for p in pricing.prices_of([one, two])} == {1000, 2000}
    client.post(at, {**fields, "confirm": "1", "from_at": "2031-01-01T00:00"})
    lists = {p.code: p for p in pricing.list_price_lists("", 10)}
    later = lists["retail-2031010100"]
    assert (later.priority, later.from_at is not None) == (lists["retail"].priority + 1, True)
    assert {(p.list_code, p.amount_minor) for p in pricing.prices_of([one])} == {("retail", 1000), (later.code, 949)}
    client.post(at, {**fields, "confirm": "1"})
    assert {(p.variant_id, p.amount_minor) for p in pricing.prices_of([one, two])
            if p.list_code == "retail"} == {(one, 949), (two, 1849)}


def test_prices_are_closed_to_who_may_not_set_them() -> None:
    shop, client = a_shop(items=1), client_of("catalogue")
    at = reverse("admin:desk_price_list", args=["retail"])
    assert client.get(at).status_code == 200
    assert client.post(at, {f"price-{shop.items[0]}": "1"}).status_code == 422
    assert client.get(reverse("admin:desk_prices_change", args=["retail"])).status_code == 403
    assert pricing.prices_of(shop.items)[0].amount_minor == 1000


def test_a_promotion_that_runs_is_rehearsed_without_what_it_gave_already() -> None:
    shop, client = a_shop(items=1), client_of("sales")
    with_cost(shop, 0, "5")
    ids = {code: a_promotion({"kind": "percent", "percent": "10"}, code=code, scope=scope)
           for code, scope in (("listed", "catalogue"), ("counted", "cart"))}
    line = a_line(shop, 0, 3, unit_minor=900, discount_minor=270)
    order = placed(shop, [replace(line, facts={**line.facts, "regular_unit_minor": 1000,
                                               "listing_promotion_id": str(ids["listed"])})])
    with transaction.atomic():
        pricing.redeem(order.id, "c", [Use(ids["counted"], 270)], "EUR", clock.now(), actor=TEST)
    listed, counted = (client.get(page(code, "desk_promotion_rehearsal")).content.decode()
                       for code in ("listed", "counted"))
    assert "€27.30" in listed, "revenue at the regular price, less what the cart's promotion took off"
    assert "€3.00" in listed
    assert "€27.00" in counted, "revenue at the reduced price"
    assert "€2.70" in counted
