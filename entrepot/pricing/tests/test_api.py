"""Administration over HTTP: what Bob may do, what Charlie may not, and that a refusal changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import RequestFactory
from django.urls import resolve

from entrepot.catalog.tests.factories import CHARLIE, a_channel, a_variant
from entrepot.kit import db
from entrepot.kit.actor import ANONYMOUS, Actor
from entrepot.kit.errors import InvalidInput
from entrepot.kit.ids import uuid7
from entrepot.kit.json import dumps, loads
from entrepot.pricing import public
from entrepot.pricing.contracts import PriceListInput, PromotionInput
from entrepot.pricing.models import Promotion
from entrepot.pricing.tests.factories import BOB, a_coupon, a_price, a_promotion

pytestmark = pytest.mark.django_db(transaction=True)


def call(method: str, path: str, body: Any = None, actor: Actor = BOB) -> tuple[int, Any]:
    """One request to the administration as `actor`, without the middleware."""
    full = "/api/v1/admin/pricing" + path
    request = RequestFactory().generic(method, full, b"" if body is None else dumps(body),
                                       content_type="application/json")
    request.actor = actor  # type: ignore[attr-defined]
    match = resolve(full.split("?")[0])
    response = match.func(request, *match.args, **match.kwargs)
    if getattr(response, "streaming", False):
        return response.status_code, b"".join(response).decode()
    return response.status_code, loads(response.content) if response.content else None


PERCENT = {"kind": "percent", "percent": "10"}


def test_price_lists_and_prices() -> None:
    tea, cup = sorted([a_variant("Tea"), a_variant("Cup")])
    status, made = call("POST", "/price-lists", {"code": "retail", "name": {"en": "Retail"}, "currency": "EUR"})
    assert (status, made["priority"]) == (201, 0)
    assert call("POST", "/price-lists", {"code": "retail", "name": {}, "currency": "EUR"})[0] == 409
    assert call("PATCH", "/price-lists/retail", {"priority": 3})[1]["priority"] == 3
    assert call("PATCH", "/price-lists/retail", {"group_id": 99})[0] == 422
    prices = [{"variant_id": tea, "amount_minor": 1000}, {"variant_id": tea, "min_qty": "10", "amount_minor": 900},
              {"variant_id": cup, "amount_minor": 500}]
    assert call("PUT", "/price-lists/retail/prices", {"prices": prices}) == (200, {"changed": 3})
    assert call("PUT", "/price-lists/retail/prices", {"prices": prices}) == (200, {"changed": 0})
    gone = [{"variant_id": cup, "amount_minor": None}]
    assert call("PUT", "/price-lists/retail/prices", {"prices": gone}) == (200, {"changed": 1})
    status, page = call("GET", "/price-lists/retail/prices?limit=1")
    assert (page["items"][0]["amount_minor"], page["next"] is None) == (1000, False)
    status, page = call("GET", f"/price-lists/retail/prices?limit=1&cursor={page['next']}")
    assert (page["items"][0]["amount_minor"], page["next"]) == (900, None)
    assert call("GET", "/price-lists/retail/prices?cursor=nonsense")[0] == 422
    assert call("GET", "/price-lists?fields=code")[1]["items"] == [{"code": "retail"}]
    assert call("GET", "/price-lists/none")[0] == 404


def test_an_unknown_variant_refuses_the_whole_batch() -> None:
    tea, nobody = a_variant("Tea"), uuid7()
    call("POST", "/price-lists", {"code": "retail", "name": {}, "currency": "EUR"})
    prices = [{"variant_id": v, "amount_minor": 1} for v in (tea, nobody)]
    status, problem = call("PUT", "/price-lists/retail/prices", {"prices": prices})
    assert (status, problem["code"], str(nobody) in problem["detail"]) == (422, "unknown_variants", True)
    assert db.value("SELECT count(*) FROM pricing_price") == 0


def test_a_promotion_from_draft_to_end() -> None:
    a_channel()
    given = {"code": "tenth", "name": {"en": "Ten"}, "benefit": PERCENT, "usage_limit": 5}
    status, made = call("POST", "/promotions", given)
    assert (status, made["status"]) == (201, "draft")
    assert call("POST", "/promotions", given)[1]["code"] == "code_taken"
    status, problem = call("PATCH", "/promotions/tenth", {"benefit": {"kind": "percent", "percent": "200"}})
    assert (status, problem["params"]["field"]) == (422, "benefit.percent")
    assert call("PATCH", "/promotions/tenth", {"priority": 4})[1]["priority"] == 4
    assert call("POST", "/promotions/tenth/activate")[1]["status"] == "active"
    assert call("POST", "/promotions/tenth/activate")[1]["code"] == "promotion_not_draft"
    assert call("PATCH", "/promotions/tenth", {"priority": 5})[1]["code"] == "promotion_is_fixed"
    assert call("PATCH", "/promotions/tenth", {"customer_limit": 5})[1]["code"] == "promotion_is_fixed"
    assert call("PATCH", "/promotions/tenth", {"usage_limit": 9})[1]["usage_limit"] == 9
    assert call("DELETE", "/promotions/tenth")[0] == 409
    assert call("POST", "/promotions/tenth/end", {"reason": "over"})[1]["status"] == "ended"
    assert call("GET", "/promotions?status=ended&fields=code,status")[1]["items"] == [
        {"code": "tenth", "status": "ended"}]
    call("POST", "/promotions", {**given, "code": "other"})
    assert call("DELETE", "/promotions/other")[0] == 204
    assert call("GET", "/promotions/other")[0] == 404


def test_a_code_that_cannot_stand_in_an_address_is_refused_by_the_actions_too() -> None:
    for code in ("", "two words", "../up", "满减", "x" * 51):
        with pytest.raises(InvalidInput) as refused:
            public.create_promotion(PromotionInput(code, {"en": "Ten"}, PERCENT, {}), actor=BOB)
        assert refused.value.params["field"] == "code"
        with pytest.raises(InvalidInput):
            public.create_price_list(PriceListInput(code, {"en": "Ten"}, "EUR"), actor=BOB)
    assert not Promotion.objects.exists()
    assert not public.list_price_lists("", 10)


def test_preview_shows_a_cart_before_and_after() -> None:
    tea = a_variant("Tea")
    a_price(tea, 1000)
    a_promotion(PERCENT, code="tenth", is_active=False, needs_coupon=True)
    body = {"channel": "web", "lines": [{"variant_id": tea, "quantity": "2"}]}
    status, told = call("POST", "/promotions/tenth/preview", body)
    assert (status, told["before"]["total_minor"], told["after"]["total_minor"]) == (200, 2000, 1800)
    assert call("POST", "/quote", {**body, "coupons": ["X"]})[1]["problems"] == [
        {"code": "coupon_unknown", "text": "This coupon does not exist.", "coupon": "X"}]
    assert call("POST", "/quote", {**body, "channel": "nowhere"})[0] == 404


def test_simulation_of_a_draft_over_past_orders() -> None:
    tea = a_variant("Tea")
    line = {"id": uuid7(), "variant_id": tea, "quantity": "2", "unit_minor": 1000, "unit_cost": "9.50"}
    order = {"id": uuid7(), "channel_id": a_channel().id, "currency": "EUR", "placed_at": "2026-01-01T00:00:00Z",
             "lines": [line]}
    body = {"draft": {"code": "x", "name": {}, "benefit": PERCENT}, "orders": [order]}
    status, told = call("POST", "/promotions/simulate", body)
    assert (status, told["orders_touched"], told["surprise_counts"]) == (200, 1, {"margin_below_zero": 1})
    assert (told["effects"][0]["margin_before_minor"], told["effects"][0]["margin_after_minor"]) == (100, -100)
    assert Promotion.objects.count() == 0


def test_coupons_in_bulk_exported_and_disabled() -> None:
    a_promotion(PERCENT, code="tenth", needs_coupon=True)
    status, made = call("POST", "/promotions/tenth/coupons", {"count": 30, "prefix": "x-", "batch": "mail"})
    assert (status, made["created"], len(set(made["codes"]))) == (201, 30, 30)
    assert all(code.startswith("X-") for code in made["codes"])
    assert call("POST", "/promotions/tenth/coupons", {"codes": [made["codes"][0].lower()]})[1]["code"] == "code_taken"
    assert call("POST", "/promotions/tenth/coupons", {"codes": ["a b"]})[0] == 422
    assert call("POST", "/promotions/tenth/coupons", {})[0] == 422
    status, exported = call("GET", "/promotions/tenth/coupons/export?batch=mail")
    assert len(exported.splitlines()) == 31
    call("POST", "/promotions/tenth/coupons", {"codes": ["TRAP"], "batch": "=1+1"})
    assert "TRAP,'=1+1," in call("GET", "/promotions/tenth/coupons/export")[1]  # no formula for a spreadsheet
    assert call("POST", "/coupons/disable", {"promotion": "tenth", "batch": "mail"})[1] == {"changed": 30}
    page = call("GET", f"/coupons?code={made['codes'][3]}")[1]
    assert (page["items"][0]["is_active"], page["items"][0]["promotion_code"]) == (False, "tenth")
    assert call("POST", "/coupons/disable", {"codes": ["NOSUCH"]})[0] == 404
    a_promotion(PERCENT, code="open")
    assert call("POST", "/promotions/open/coupons", {"count": 1})[0] == 422


def test_tax_rates_are_set_from_a_day_on() -> None:
    given = {"country": "DE", "tax_class": "standard", "rate": "0.19", "from_on": "2021-01-01"}
    status, rate = call("PUT", "/tax-rates", given)
    assert (status, rate["rate"]) == (200, "0.1900")
    assert call("PUT", "/tax-rates", {**given, "rate": "0.2"})[1]["id"] == rate["id"]
    assert call("PUT", "/tax-rates", {**given, "rate": "1.2"})[0] == 422
    assert [r["rate"] for r in call("GET", "/tax-rates?country=DE")[1]["items"]] == ["0.2000"]
    assert call("DELETE", f"/tax-rates/{rate['id']}")[0] == 204
    assert call("DELETE", f"/tax-rates/{rate['id']}")[0] == 404


def test_listing_prices_and_their_history() -> None:
    tea = a_variant("Tea")
    a_price(tea, 1000)
    assert call("POST", "/listing-prices/refresh", {})[0] == 202
    public.refresh_listing_prices(actor=BOB)
    assert call("GET", f"/listing-prices/web?variant_id={tea}")[1][0]["amount_minor"] == 1000
    assert [h["amount_minor"] for h in call("GET", f"/listing-prices/web/{tea}/history")[1]] == [1000]


@pytest.mark.parametrize(("method", "path", "body"), [
    ("GET", "/price-lists", None), ("GET", "/promotions", None), ("GET", "/coupons", None), ("GET", "/tax-rates", None),
    ("POST", "/price-lists", {"code": "x", "name": {}, "currency": "EUR"}),
    ("PATCH", "/price-lists/retail", {"priority": 9}),
    ("PUT", "/price-lists/retail/prices", {"prices": [{"variant_id": str(uuid7()), "amount_minor": 1}]}),
    ("POST", "/promotions", {"code": "x", "name": {}, "benefit": PERCENT}), ("PATCH", "/promotions/for-once", {}),
    ("DELETE", "/promotions/for-once", None), ("POST", "/promotions/for-once/activate", None),
    ("POST", "/promotions/for-once/end", {}), ("POST", "/promotions/for-once/coupons", {"count": 1}),
    ("GET", "/promotions/for-once/coupons/export", None), ("POST", "/coupons/disable", {"codes": ["ONCE"]}),
    ("PUT", "/tax-rates", {"country": "DE", "rate": "0.1", "from_on": "2026-01-01"}), ("DELETE", "/tax-rates/1", None),
    ("POST", "/listing-prices/refresh", {}),
])
def test_strangers_get_nothing(method: str, path: str, body: Any) -> None:
    a_coupon("ONCE")
    before = db.value("SELECT count(*) FROM kit_audit")
    assert call(method, path, body, CHARLIE)[0] == 403
    assert call(method, path, body, ANONYMOUS)[0] == 401
    assert db.value("SELECT count(*) FROM kit_audit") == before


def test_a_draft_is_tried_and_warned_of_before_it_is_stored() -> None:
    a_channel()
    tea = a_variant("Tea")
    a_price(tea, 1000)
    a_promotion(PERCENT, code="summer")
    draft = {"code": "winter", "name": {"en": "Winter"}, "benefit": {"kind": "percent", "percent": "100"}, "lane": 2}
    cart = {"channel": "web", "lines": [{"variant_id": tea, "quantity": 2}]}
    status, told = call("POST", "/promotions/preview", {"draft": draft, "cart": cart})
    assert (status, told["before"]["total_minor"], told["after"]["total_minor"]) == (200, 1800, 0)
    status, warned = call("POST", "/promotions/warnings", {"draft": draft})
    assert (status, [(w["kind"], w["promotion"]) for w in warned]) == (200, [("free", ""), ("together", "summer")])
    assert call("GET", "/promotions/summer/use") == (200, [])
    assert call("GET", "/promotions/summer/coupon-batches") == (200, [])
    assert call("POST", "/promotions/warnings", {"draft": draft}, CHARLIE)[0] == 403
