"""What a patient visitor meets: the drawer worked by keyboard, letters twice as large, two windows with one cart."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import CHROMIUM, PHONE
from tests.browser.test_shop_buy import buy_now, fill, the_order
from tests.shop import ALICE, MUG, PASSWORD, TEE, Shop, person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def put_in_cart(page: Page, path: str) -> None:
    page.goto(path)
    page.get_by_role("button", name="Add to cart").first.click()
    expect(page.get_by_role("dialog", name="Cart")).to_be_visible()


def test_the_drawer_changes_quantities_and_takes_back(shop: Shop, visit: Any) -> None:
    guest = visit(PHONE)
    page: Page = guest.page
    put_in_cart(page, f"/p/{TEE}/?colour=navy&size=m")
    drawer = page.get_by_role("dialog", name="Cart")
    more = drawer.get_by_role("button", name="One more")
    more.focus()
    page.keyboard.press("Enter")
    expect(drawer.locator("[data-told]")).to_have_text("Total: £48.00")
    expect(more).to_be_focused()
    expect(page.locator("[data-cart] .count")).to_contain_text("2")
    drawer.get_by_role("button", name="Remove Heavy T-Shirt").click()
    expect(drawer).to_contain_text("Your cart is empty.")
    expect(drawer.get_by_role("button", name="Put it back")).to_be_focused()
    page.keyboard.press("Enter")
    expect(drawer.get_by_label("Quantity of Heavy T-Shirt")).to_have_value("2")
    page.goto("/cart/")
    page.get_by_role("button", name="One more").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#told")).to_have_text("Total: £72.00")
    expect(page.get_by_role("button", name="One more")).to_be_focused()
    assert guest.faults == []


def test_two_windows_with_one_cart(shop: Shop, visit: Any) -> None:
    """What was not seen is not charged, and the way back does not ask whether to send everything again."""
    guest = visit(PHONE)
    page: Page = guest.page
    put_in_cart(page, f"/p/{TEE}/?colour=navy&size=m")
    page.goto("/checkout/")
    fill(page)
    expect(page.get_by_role("button", name="Buy now for £27.95")).to_be_visible()
    other = page.context.new_page()
    put_in_cart(other, f"/p/{MUG}/")
    buy_now(page, "£27.95")
    expect(page.locator("#summary-of-errors")).to_contain_text("The total has changed")
    expect(page.locator("[name=line1]")).to_have_value("5 Mill Lane")
    page.goto("/")
    page.go_back()
    expect(page.get_by_role("button", name="Buy now for £41.95")).to_be_visible()


def test_a_way_to_pay_chosen_while_the_page_asks_stays_chosen(shop: Shop, visit: Any) -> None:
    guest = visit(PHONE)
    page: Page = guest.page
    put_in_cart(page, f"/p/{TEE}/?colour=navy&size=m")
    page.goto("/checkout/")
    fill(page)
    transfer = page.get_by_label(re.compile("^Bank transfer"))
    expect(transfer).to_be_visible()
    expect(page.locator("#summary[aria-busy]")).to_have_count(0)
    held: list[Any] = []
    page.route("**/checkout/", lambda route: held.append(route))
    with page.expect_request("**/checkout/"):
        page.get_by_label("Express delivery").check()
    transfer.check()
    held[0].continue_()
    expect(page.get_by_role("button", name="Buy now for £32.95")).to_be_visible()
    expect(transfer).to_be_checked()


def test_a_double_click_buys_once_and_the_way_back_leads_to_the_order(shop: Shop, visit: Any) -> None:
    guest = visit(PHONE)
    page: Page = guest.page
    put_in_cart(page, f"/p/{TEE}/?colour=navy&size=m")
    page.goto("/checkout/")
    fill(page)
    page.get_by_label(re.compile("^Bank transfer")).check()
    expect(page.locator("#summary[aria-busy]")).to_have_count(0)
    page.get_by_role("button", name="Buy now for £27.95").dblclick()
    expect(page.locator("main")).to_contain_text("Thank you for your order!")
    assert the_order().total_minor == 2795
    page.go_back()
    page.get_by_role("link", name="See or pay your last order").click()
    expect(page.locator("main")).to_contain_text("Thank you for your order!")
    assert guest.faults == []


def test_who_signs_in_in_another_window_goes_on_in_this_one(shop: Shop, visit: Any) -> None:
    person(ALICE)
    page: Page = visit(PHONE).page
    put_in_cart(page, f"/p/{TEE}/?colour=navy&size=m")
    page.goto("/checkout/")
    fill(page)
    expect(page.get_by_role("button", name="Buy now for £27.95")).to_be_visible()
    other = page.context.new_page()
    other.goto("/accounts/login/")
    other.fill("[name=login]", ALICE)
    other.fill("[name=password]", PASSWORD)
    other.get_by_role("button", name="Sign in", exact=True).click()
    expect(other.locator("main")).to_contain_text("Alice")
    page.get_by_label(re.compile("^Bank transfer")).check()
    page.get_by_role("button", name="Buy now for £27.95").click()
    expect(page.locator("body")).to_contain_text("You signed in or out in another window")
    expect(page.locator("[name=line1]")).to_have_value("5 Mill Lane")
    page.get_by_label(re.compile("^Bank transfer")).check()
    expect(page.locator("#summary[aria-busy]")).to_have_count(0)
    buy_now(page, "£27.95")
    expect(page.locator("main")).to_contain_text("Thank you for your order!")
    assert the_order().customer_id is not None


def test_letters_twice_as_large_fit_a_phone(shop: Shop, chromium: Browser, live_server: Any, tmp_path: Path) -> None:
    (tmp_path / "Default").mkdir()
    (tmp_path / "Default" / "Preferences").write_text(json.dumps({"webkit": {"webprefs": {"default_font_size": 32}}}))
    context = chromium.browser_type.launch_persistent_context(
        str(tmp_path), executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"], viewport=PHONE, locale="en-GB")
    try:
        page = context.new_page()
        page.goto(live_server.url)
        page.get_by_role("button", name="Decline").click()
        put_in_cart(page, f"{live_server.url}/p/{TEE}/?colour=navy&size=m")
        assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
        too_wide = [path for path in ("/", f"/p/{TEE}/", "/search/", "/cart/", "/checkout/", "/region/", "/track/")
                    if page.goto(live_server.url + path) and page.evaluate(
                        "document.documentElement.scrollWidth > window.innerWidth")]
        assert too_wide == []
    finally:
        context.close()
