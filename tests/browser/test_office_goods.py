"""The clerk of the goods in a real browser: a product from draft to the shop, a promotion from idea to the cart."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from playwright.sync_api import Page, expect

from entrepot.identity.tests import factories as people
from entrepot.pricing import public as pricing
from entrepot.web.tests.test_office import browser_of
from tests.browser.conftest import DESKTOP, PHONE, Visit
from tests.shop import Shop, publish_changes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])


def clerk(visit: Any, size: dict[str, int], base: str) -> Visit:
    """A visit of somebody who has given both factors."""
    if not get_user_model().objects.filter(email="bob@example.com").exists():
        people.bob("owner")
    session = browser_of("bob@example.com").cookies[settings.SESSION_COOKIE_NAME].value
    work: Visit = visit(size)
    work.page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": base}])
    return work


def save(page: Page) -> None:
    page.keyboard.press("Control+s")
    expect(page.locator("#notices")).to_contain_text("Saved.")


def test_a_row_filled_before_the_script_came_is_followed_by_another(shop: Shop, visit: Any, live_server: Any) -> None:
    work = clerk(visit, DESKTOP, live_server.url)
    page = work.page
    late: list[Any] = []
    work.open("/office/desk/products/new/")
    page.fill("[name=name-en]", "Clay Pot")
    page.fill("[name=name-zh-hans]", "陶壶")
    page.select_option("[name=type]", "kitchen")
    page.route(re.compile(r"/office/product\b.*\.js"), lambda route: late.append(route))
    page.get_by_role("button", name="Make the draft").click()
    page.fill("[name=opt-0-v-0-en]", "Small")
    page.fill("[name=opt-0-v-1-en]", "Large")
    assert page.locator("[name=opt-0-v-2-en]").count() == 0
    (asked,) = late
    asked.continue_()
    expect(page.locator("[name=opt-0-v-2-en]")).to_have_value("")


@SIZES
def test_a_product_comes_into_the_shop(shop: Shop, visit: Any, live_server: Any, size: dict[str, int]) -> None:
    work = clerk(visit, size, live_server.url)
    page = work.page
    work.open("/office/desk/products/new/")
    page.fill("[name=name-en]", "Clay Pot")
    page.fill("[name=name-zh-hans]", "陶壶")
    page.select_option("[name=type]", "kitchen")
    page.select_option("[name=category]", "tea-coffee")
    page.get_by_role("button", name="Make the draft").click()

    page.fill("[name=opt-0-name-en]", "Size")
    page.fill("[name=opt-0-v-0-en]", "Small")
    page.fill("[name=opt-0-v-1-en]", "Large")
    page.fill("[name=opt-0-v-2-en]", "Huge")  # a row that came when the one before it was filled
    page.check("[name=complete]")
    page.fill("[name=sku_prefix]", "POT")
    save(page)

    rows = page.locator("[data-variant]")
    expect(rows).to_have_count(3)
    page.check("[data-all]")
    page.select_option("[name=bulk]", "price")
    page.select_option("[name=bulk-list]", "base-shop")
    page.fill("[name=bulk-value]", "25.50")
    page.get_by_role("button", name="Apply to the cells").click()
    expect(page.locator("[data-said]")).to_contain_text("3 cells changed")
    page.locator("input[name^=stock-][name$=-midlands]").first.fill("8")
    page.locator("[data-rich] [role=textbox]").first.fill("Made of clay.")
    page.select_option("[name=status]", "active")
    page.check("[name=pub-shop]")
    page.fill("[name=slug]", "clay-tea-pot")
    expect(page.locator("[data-slug-note]")).to_contain_text("clay-pot")
    page.fill("[name=seo-title-en]", "Clay tea pot")
    expect(page.locator("[data-seo=en] [data-title]").first).to_have_text("Clay tea pot")
    assert work.fits()
    save(page)
    assert [f for f in work.faults if "media" not in f] == []

    publish_changes()
    shopper = visit(size)
    shopper.open("/p/clay-pot/")  # the address that it had as a draft leads on
    assert shopper.page.url.endswith("/p/clay-tea-pot/")
    expect(shopper.page.locator("h1")).to_have_text("Clay Pot")
    expect(shopper.page.locator("main")).to_contain_text("£25.50")
    expect(shopper.page.locator("main")).to_contain_text("Made of clay.")


@SIZES
def test_a_promotion_is_tried_rehearsed_started_and_seen_in_the_cart(shop: Shop, visit: Any, live_server: Any,
                                                                     size: dict[str, int]) -> None:
    work = clerk(visit, size, live_server.url)
    page = work.page
    work.open("/office/desk/promotions/")
    page.get_by_role("link", name=re.compile("Percentage off")).click()
    page.fill("[name=name-en]", "Mug week")
    page.fill("[name=code]", "mug-week")
    page.select_option("[name=scope]", "cart")
    page.fill("[name=percent]", "50")
    page.get_by_text("Only on these").click()
    page.fill("[name=products-named]", "PLAIN-MUG")
    page.fill("[name=cart]", "PLAIN-MUG × 2")
    expect(page.locator("#trial")).to_contain_text("The buyer saves £14.00.")
    assert work.fits()
    page.get_by_role("button", name="Keep the draft").click()
    page.get_by_role("link", name="Rehearse over past orders").click()
    expect(page.locator("main")).to_contain_text("No orders in these days.")
    page.get_by_role("link", name="Back to the promotion").click()
    page.get_by_role("button", name="Start it").first.click()
    page.locator("#start").get_by_role("button", name="Start it").click()
    expect(page.locator("main")).to_contain_text("running")
    assert pricing.get_promotion("mug-week").status == "active"
    assert work.faults == []

    publish_changes()
    shopper = visit(size)
    shopper.open("/p/plain-mug/")
    shopper.page.get_by_role("button", name="Add to cart").first.click()
    shopper.page.wait_for_timeout(800)
    shopper.open("/cart/")
    expect(shopper.page.locator("main")).to_contain_text("Mug week")
    expect(shopper.page.locator("main")).to_contain_text("£7.00")


def test_the_desks_fit_a_phone_in_both_languages(shop: Shop, visit: Any, live_server: Any) -> None:
    work = clerk(visit, PHONE, live_server.url)
    for language, words in (("en", "Category tree"), ("zh-hans", "分类树")):
        work.page.context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
        for path in ("categories/", "collections/new/", "searching/", "prices/", "prices/of/base-shop/", "coupons/",
                     "promotions/new/tiered/"):
            work.open(f"/office/desk/{path}")
        work.open("/office/desk/categories/")
        expect(work.page.locator("h1")).to_have_text(words)
    assert work.faults == []
