"""Buying, as people do it: a guest, a member with their own money, a pick-up, and without script; on desktop and phone.
Each ends with an order that is really placed and paid, and with its totals."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from entrepot.checkout import public as checkout
from entrepot.customers import public as customers
from entrepot.kit import outbox
from entrepot.orders import public as orders
from entrepot.orders.contracts import OrderFilter, OrderView
from entrepot.payments import public as payments
from tests.browser.conftest import DESKTOP, PHONE, Visit
from tests.shop import ALICE, BOB, MUG, PASSWORD, TEE, Shop, person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
GRACE = {"email": "grace@example.com", "name": "Grace Guest", "line1": "5 Mill Lane", "city": "Leeds",
         "postcode": "LS1 4AP"}


def the_order() -> OrderView:
    outbox.drain()
    found, _next = orders.find_orders(OrderFilter(), actor=BOB)
    assert len(found) == 1
    return orders.get_order(found[0].id, actor=BOB)


def fill(page: Page, **more: str) -> None:
    for name, value in {**GRACE, **more}.items():
        page.fill(f"[name={name}]", value)
    page.locator("[name=postcode]").press("Tab")


def buy_now(page: Page, amount: str) -> None:
    button = page.get_by_role("button", name=f"Buy now for {amount}")
    expect(button).to_be_visible()
    button.click()


def pay_at_provider(page: Page, amount: str) -> None:
    expect(page.locator(".amount")).to_contain_text(amount)
    page.get_by_role("button", name="Pay", exact=True).click()
    expect(page.locator("main")).to_contain_text("Thank you for your order!")


def fits(visit: Visit) -> None:
    assert visit.fits()
    assert visit.faults == []


@SIZES
def test_guest_buys_from_the_drawer_to_paid(shop: Shop, visit: Any, size: dict[str, int]) -> None:
    guest = visit(size)
    page: Page = guest.page
    guest.open(f"/p/{TEE}/?colour=navy&size=m")
    page.get_by_role("button", name="Add to cart").first.click()
    drawer = page.get_by_role("dialog", name="Cart")
    expect(drawer).to_contain_text("Heavy T-Shirt")
    expect(page.locator("[data-cart] .count")).to_contain_text("1")
    drawer.get_by_role("link", name="See the cart").click()
    page.get_by_label("Quantity of Heavy T-Shirt").fill("3")
    page.get_by_label("Quantity of Heavy T-Shirt").press("Tab")
    expect(page.locator("#told")).to_have_text("Total: £72.00")
    page.get_by_role("button", name=re.compile("Remove")).first.click()
    expect(page.locator("main")).to_contain_text("was taken out")
    page.get_by_role("button", name="Put it back").click()
    expect(page.get_by_label("Quantity of Heavy T-Shirt")).to_have_value("3")
    page.get_by_role("link", name="Go to checkout").click()

    page.get_by_role("button", name="Continue to delivery").click()
    page.get_by_role("alert").get_by_role("link", name="Postcode: This field is required.").click()
    expect(page.locator("[name=postcode]")).to_be_focused()
    assert guest.fits()
    fill(page)
    page.get_by_label("Express delivery").check()
    expect(page.locator("#told")).to_have_text("Total: £80.95")
    page.get_by_label(re.compile("^Test gateway")).check()
    buy_now(page, "£80.95")
    pay_at_provider(page, "80.95")
    order = the_order()
    assert (order.total_minor, order.paid_minor, order.state) == (8095, 8095, "processing")
    assert (order.delivery["method"], order.email) == ("express", GRACE["email"])
    page.get_by_role("link", name="Follow your order with this link.").click()
    expect(page.locator("main")).to_contain_text(order.number)
    expect(page.locator("main")).to_contain_text("Payment received")
    fits(guest)


@SIZES
def test_member_pays_with_coupon_points_and_gift_card(shop: Shop, visit: Any, size: dict[str, int]) -> None:
    customer_id = person(ALICE)
    checkout.set_points_rate("shop", 100, actor=BOB)
    customers.adjust_balance(customer_id, "points", 300, reason="welcome", reference="t", actor=BOB)
    _card, code = payments.issue_gift_card(500, "GBP", actor=BOB)
    member = visit(size)
    page: Page = member.page
    member.open(f"/p/{MUG}/")
    page.get_by_role("button", name="Add to cart").first.click()
    page.get_by_role("dialog", name="Cart").get_by_role("link", name="Go to checkout").click()
    page.get_by_role("link", name="Sign in").last.click()
    page.fill("[name=login]", ALICE)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    expect(page).to_have_url(re.compile("/account/|/checkout/"))
    member.open("/checkout/")
    expect(page.get_by_label("E-mail")).to_have_value(ALICE)
    fill(page, email=ALICE)
    page.get_by_label("Coupon").fill("WELCOME10")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("#told")).to_have_text("Total: £16.55")
    page.get_by_label(re.compile("Use my 300 points, worth £3.00")).check()
    expect(page.locator("#place")).to_contain_text("Buy now for £13.55")
    page.get_by_label("Gift card").fill(code)
    page.get_by_role("button", name="Use", exact=True).click()
    expect(page.locator("#pay-ways")).to_contain_text("£5.00")
    page.get_by_label(re.compile("^Test gateway")).check()
    buy_now(page, "£8.55")
    pay_at_provider(page, "8.55")
    order = the_order()
    assert (order.discount_minor, order.total_minor, order.paid_minor) == (140, 1655, 1655)
    assert {p.provider: p.captured_minor for p in payments.payments_of(order.id)} == {
        "gift_card": 500, "points": 300, "simulator": 855}
    assert customers.balance(customer_id, "points") == 0
    fits(member)


@SIZES
def test_pick_up_in_store(shop: Shop, visit: Any, size: dict[str, int]) -> None:
    guest = visit(size)
    page: Page = guest.page
    guest.open(f"/p/{MUG}/")
    page.get_by_role("button", name="Add to cart").first.click()
    page.get_by_role("dialog", name="Cart").get_by_role("link", name="Go to checkout").click()
    page.fill("[name=email]", GRACE["email"])
    page.get_by_label("Pick up in a store").check()
    expect(page.locator("#delivery")).to_contain_text("London Store")
    expect(page.locator("#address-fields")).to_be_hidden()
    page.get_by_label("Who picks it up").fill("Grace Hopper")
    page.get_by_label(re.compile("^Test gateway")).check()
    buy_now(page, "£14.00")
    pay_at_provider(page, "14.00")
    expect(page.locator("main")).to_contain_text("We put your goods aside in London Store")
    order = the_order()
    assert (order.total_minor, order.paid_minor, order.delivery["kind"]) == (1400, 1400, "pickup")
    assert order.pickup_warehouse_id is not None
    assert order.delivery["collected_by"] == "Grace Hopper"
    fits(guest)


@SIZES
def test_guest_buys_without_script(shop: Shop, visit: Any, size: dict[str, int]) -> None:
    guest = visit(size, script=False)
    page: Page = guest.page
    guest.open(f"/p/{MUG}/")
    page.get_by_role("button", name="Add to cart").first.click()
    expect(page.locator("h1")).to_have_text("Cart")
    page.get_by_label("Quantity of Plain Mug").fill("2")
    page.get_by_role("button", name="Update").click()
    expect(page.locator(".totals")).to_contain_text("£28.00")
    page.get_by_role("link", name="Go to checkout").click()
    fill(page, postcode="NOPE")
    page.get_by_role("button", name="Continue to delivery").click()
    expect(page.locator("#id_postcode-error")).to_be_visible()
    expect(page.locator("[name=line1]")).to_have_value(GRACE["line1"])
    page.fill("[name=postcode]", GRACE["postcode"])
    page.get_by_role("button", name="Continue to delivery").click()
    page.get_by_label("Express delivery").check()
    page.get_by_label(re.compile("^Test gateway")).check()
    buy_now(page, "£31.95")
    expect(page.get_by_role("alert")).to_contain_text("The total has changed")
    expect(page.get_by_label(re.compile("^Test gateway"))).to_be_checked()
    buy_now(page, "£36.95")
    if page.get_by_role("link", name="Go there now").count():
        page.get_by_role("link", name="Go there now").click()
    pay_at_provider(page, "36.95")
    order = the_order()
    assert (order.total_minor, order.paid_minor) == (3695, 3695)
    fits(guest)


def test_the_cart_speaks_the_language_of_the_page(shop: Shop, visit: Any) -> None:
    visitor = visit(PHONE)
    page: Page = visitor.page
    visitor.open(f"/zh-hans/p/{TEE}/?colour=navy")
    expect(page.locator(".choice[aria-current]").first).to_have_text("藏青")
    page.get_by_role("button", name="加入购物车").first.click()
    expect(page.get_by_role("dialog", name="购物车")).to_contain_text("藏青")
    visitor.open("/zh-hans/cart/")
    expect(page.locator("h1")).to_have_text("购物车")
    visitor.open("/cart/")
    expect(page.locator("#cart")).to_contain_text("Navy")
    fits(visitor)
