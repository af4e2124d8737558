"""Looking around as people do it: searching while typing, narrowing a shelf, looking closely at a product."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.shop import MUG, TEE, Shop

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_suggestions_by_keyboard(shop: Shop, visit: Any) -> None:
    visitor = visit(DESKTOP)
    page: Page = visitor.page
    visitor.open("/")
    box = page.get_by_role("combobox", name="Search the shop")
    box.press_sequentially("plain")
    expect(page.get_by_role("listbox")).to_be_visible()
    expect(page.get_by_role("option", name=re.compile("Plain Mug £14.00"))).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    box.press("ArrowDown")
    box.press("ArrowDown")
    expect(page.locator("[role=option][aria-selected=true]")).to_have_count(1)
    assert box.get_attribute("aria-activedescendant") == "suggestion-0"
    box.press("Enter")
    expect(page.locator("h1")).to_have_text("Plain Mug")
    page.get_by_role("combobox").fill("zzzqqq")
    page.get_by_role("combobox").press("Enter")
    expect(page.locator("main")).to_contain_text("Nothing found this time")
    assert visitor.faults == []


def test_a_shelf_narrows_in_place_and_the_way_back_works(shop: Shop, visit: Any) -> None:
    visitor = visit(DESKTOP)
    page: Page = visitor.page
    visitor.open("/search/")
    page.evaluate("window.stayed = true")
    page.get_by_label(re.compile("^Navy")).check()
    expect(page.locator("#found")).to_have_text("1 product")
    expect(page.locator("#told")).to_have_text("1 product")
    expect(page.get_by_label(re.compile("^Navy"))).to_be_focused()
    page.get_by_label("Sort by").select_option("price")
    expect(page).to_have_url(re.compile(r"\?attr%5Bcolour%5D=navy&sort=price$"))
    page.get_by_role("link", name="Remove the filter Navy").click()
    expect(page.locator("#found")).to_have_text("4 products")
    assert page.evaluate("window.stayed")
    page.go_back()
    expect(page.locator("#found")).to_have_text("1 product")
    assert visitor.fits()
    assert visitor.faults == []


def test_a_shelf_narrows_without_script(shop: Shop, visit: Any) -> None:
    visitor = visit(PHONE, script=False)
    page: Page = visitor.page
    visitor.open("/search/")
    page.get_by_text("Filter", exact=True).click()
    page.get_by_label(re.compile("^Navy")).check()
    page.locator("#filters").get_by_role("button", name="Show").click()
    expect(page.locator("#found")).to_have_text("1 product")
    page.get_by_role("link", name="Clear filters").click()
    expect(page.locator("#found")).to_have_text("4 products")
    assert visitor.fits()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_product_closely(shop: Shop, visit: Any, size: dict[str, int]) -> None:
    visitor = visit(size)
    page: Page = visitor.page
    visitor.open(f"/p/{TEE}/")
    page.get_by_role("button", name="Accept").click()
    expect(page.locator("#consent")).to_be_hidden()
    page.reload()
    page.get_by_role("link", name="Navy").click()
    expect(page.locator(".choice[aria-current]").first).to_have_text("Navy")
    page.get_by_role("button", name="One more").click()
    expect(page.locator("#quantity")).to_have_value("2")
    page.locator("#picture-1").click()
    dialog = page.get_by_role("dialog", name="Pictures")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()
    page.get_by_text("Deliver somewhere else").click()
    page.get_by_label("Country").select_option("CN")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("main")).to_contain_text("Delivery to China")
    visitor.open(f"/p/{MUG}/")
    expect(page.locator("main")).to_contain_text("You looked at")
    assert visitor.fits()
    assert visitor.faults == []


def test_what_was_looked_at_stays_in_the_browser_and_can_be_cleared(shop: Shop, visit: Any) -> None:
    visitor = visit(DESKTOP)
    page: Page = visitor.page
    visitor.open("/")
    expect(page.locator("[data-recent]")).to_be_hidden()
    visitor.open(f"/p/{TEE}/")
    visitor.open(f"/p/{MUG}/")
    rail = page.get_by_role("region", name="You looked at")
    expect(rail.get_by_role("link")).to_have_count(1)  # not what one looks at
    visitor.open("/")
    expect(rail.get_by_role("link")).to_have_text(["Plain Mug", "Heavy T-Shirt"])
    assert not [c for c in page.context.cookies() if c["name"] == "seen"]
    visitor.open("/zh-hans/")
    expect(page.locator("[data-recent]")).to_be_hidden()  # names of the other language would stand there
    visitor.open("/")
    rail.get_by_role("button", name="Clear").click()
    expect(rail).to_have_count(0)
    visitor.open("/")
    expect(page.locator("[data-recent]")).to_be_hidden()
    assert visitor.faults == []
