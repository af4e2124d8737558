"""The back office shows prices to those who may see them, and changes them through actions only."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.contrib import admin
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.test import RequestFactory

from entrepot.catalog.tests.factories import CHARLIE
from entrepot.kit.actor import Actor
from entrepot.kit.errors import PermissionDenied
from entrepot.pricing import public
from entrepot.pricing.models import Coupon, ListingPrice, Price, PriceList, Promotion, Redemption, TaxRate
from entrepot.pricing.queries.lists import get_price_list, list_tax_rates
from entrepot.pricing.tests.factories import BOB, a_coupon, a_promotion

pytestmark = pytest.mark.django_db(transaction=True)


def request_of(actor: Actor, method: str = "GET") -> HttpRequest:
    request = RequestFactory().generic(method, "/")
    request.actor = actor  # type: ignore[attr-defined]
    request.session = SessionStore()
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
    return request


@pytest.mark.parametrize("model", [Price, Promotion, Coupon, ListingPrice, Redemption])
def test_what_actions_own_is_to_read(model: type) -> None:
    page = admin.site._registry[model]
    assert page.has_view_permission(request_of(BOB))
    assert not page.has_view_permission(request_of(CHARLIE))
    for right in (page.has_add_permission, page.has_change_permission, page.has_delete_permission):
        assert not right(request_of(BOB))


def test_buttons_start_and_end_a_promotion() -> None:
    promotion_id = a_promotion({"kind": "percent", "percent": "10"}, code="tenth", is_active=False)
    page = admin.site._registry[Promotion]
    with pytest.raises(PermissionDenied):
        page._do(request_of(CHARLIE, "POST"), str(promotion_id), "activate")
    assert public.get_promotion("tenth").status == "draft"
    page._do(request_of(BOB, "POST"), str(promotion_id), "activate")
    assert public.get_promotion("tenth").status == "active"
    page._do(request_of(BOB, "POST"), str(promotion_id), "end")
    assert public.get_promotion("tenth").status == "ended"


def test_a_coupon_is_disabled_by_its_button() -> None:
    a_coupon("ONCE")
    coupon = Coupon.objects.get()
    admin.site._registry[Coupon]._do(request_of(BOB, "POST"), str(coupon.pk), "disable")
    coupon.refresh_from_db()
    assert not coupon.is_active


def test_lists_and_rates_are_saved_by_their_actions() -> None:
    page = admin.site._registry[PriceList]
    page.save_model(request_of(BOB), PriceList(code="new", name={"en": "New"}, currency="EUR"), None, change=False)
    row = PriceList.objects.get(code="new")
    row.priority = 7
    page.save_model(request_of(BOB), row, None, change=True)
    assert get_price_list("new").priority == 7
    rate = TaxRate(country="DE", tax_class="standard", rate=Decimal("0.19"), from_on=date(2026, 1, 1))
    with pytest.raises(PermissionDenied):
        admin.site._registry[TaxRate].save_model(request_of(CHARLIE), rate, None, change=False)
    admin.site._registry[TaxRate].save_model(request_of(BOB), rate, None, change=False)
    assert [r.rate for r in list_tax_rates(0, 10)] == [Decimal("0.1900")]
