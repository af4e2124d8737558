"""The shopper's journeys from the first page to the paid order, as a person makes them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from entrepot.inventory import public as inventory
from entrepot.kit import outbox
from entrepot.orders import public as orders
from entrepot.orders.contracts import OrderFilter, OrderView
from tests.browser.conftest import DESKTOP, PHONE
from tests.shop import ALICE, BOB, MUG, PASSWORD, TEE, Shop, person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LEEDS = {"name": "Grace Guest", "line1": "5 Mill Lane", "city": "Leeds", "postcode": "LS1 4AP"}


def fill_address(page: Page, **more: str) -> None:
    for name, value in {**LEEDS, **more}.items():
        page.fill(f"[name={name}]", value)
    page.get_by_role("button", name="Continue to delivery").click()


def the_order() -> OrderView:
    found, _next = orders.find_orders(OrderFilter(), actor=BOB)
    assert len(found) == 1
    return orders.get_order(found[0].id, actor=BOB)


@pytest.mark.parametrize(("size", "script"), [(DESKTOP, True), (PHONE, True), (PHONE, False)],
                         ids=["desktop", "phone", "phone without script"])
def test_guest_buys_from_home_to_paid(shop: Shop, visit: Any, size: dict[str, int], script: bool) -> None:
    guest = visit(size, script=script)
    page: Page = guest.page
    guest.open("/")
    page.get_by_role("link", name="Clothing & Shoes").first.click()
    page.get_by_role("link", name=re.compile("Heavy T-Shirt")).first.click()
    page.get_by_role("link", name="Navy").click()
    expect(page.locator(".choice[aria-current]").first).to_have_text("Navy")
    page.get_by_role("link", name="M", exact=True).click()
    expect(page.locator(".choice[aria-current]")).to_have_text(["Navy", "M"])
    page.fill("#quantity", "2")
    page.get_by_role("button", name="Add to cart").click()
    expect(page.locator("main")).to_contain_text("Navy · M")
    expect(page.locator(".count")).to_contain_text("2")
    page.get_by_role("link", name="Go to checkout").click()

    page.get_by_role("button", name="Continue to delivery").click()
    expect(page.locator("#id_name-error")).to_be_visible()
    fill_address(page, email="guest@example.com")
    page.get_by_text("Express delivery").click()
    page.get_by_role("button", name="Continue to payment").click()
    page.get_by_text("Test gateway").click()
    page.get_by_role("button", name="Buy now for £56.95").click()
    expect(page.locator(".amount")).to_contain_text("56.95")
    page.get_by_role("button", name="Pay", exact=True).click()
    expect(page.locator("main")).to_contain_text("Thank you for your order!")
    outbox.drain()

    page.get_by_role("link", name="Follow your order with this link.").click()
    expect(page.locator("h1")).to_contain_text("In preparation")
    expect(page.locator("main")).to_contain_text("Payment received")
    order = the_order()
    assert (order.total_minor, order.paid_minor, order.lines[0].sku) == (5695, 5695, "TEE-NAVY-M")
    assert guest.fits()
    assert guest.faults == []


def test_member_buys_with_a_coupon_and_asks_for_a_return(shop: Shop, visit: Any) -> None:
    person(ALICE)
    member = visit(PHONE)
    page: Page = member.page
    member.open(f"/p/{MUG}/")
    page.get_by_role("button", name="Add to cart").click()
    page.goto("/account/")
    page.fill("[name=login]", ALICE)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    expect(page.locator("h1")).to_contain_text("Hello, Alice")
    member.open("/cart/")
    page.get_by_label("Coupon").fill("WELCOME10")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("main")).to_contain_text("The coupon counts.")
    page.get_by_role("link", name="Go to checkout").click()
    expect(page.get_by_label("E-mail")).to_have_value(ALICE)
    fill_address(page)
    page.get_by_role("button", name="Continue to payment").click()
    page.get_by_text("Test payment").click()
    page.get_by_role("button", name=re.compile("Buy now")).click()
    expect(page.locator("main")).to_contain_text("Thank you for your order!")

    order = the_order()
    assert (order.discount_minor, order.paid_minor) == (140, order.total_minor)
    ship(order)
    page.goto("/account/")
    page.get_by_role("link", name=order.number).click()
    page.get_by_text("Return something").click()
    page.get_by_label("Plain Mug").fill("1")
    page.get_by_label("Reason").fill("Smaller than I thought")
    page.get_by_role("button", name="Ask for a return").click()
    expect(page.locator("main")).to_contain_text("Waiting for our answer")
    assert [c.state for c in the_order().changes] == ["requested"]


def ship(order: OrderView) -> None:
    outbox.drain()
    place = next(w.id for w in inventory.warehouses() if w.code == "midlands")
    parcel = orders.create_fulfilment(order.id, [(line.id, line.quantity) for line in order.lines], place, actor=BOB)
    orders.ship_fulfilment(parcel.id, "Royal Mail", "RM123", actor=BOB)
    outbox.drain()


def test_the_chinese_shop_and_the_way_back(shop: Shop, visit: Any) -> None:
    visitor = visit(PHONE)
    page: Page = visitor.page
    visitor.open(f"/p/{TEE}/?colour=navy")
    page.get_by_role("link", name="中文", exact=True).click()
    expect(page.locator("h1")).to_have_text("重磅T恤")
    expect(page.locator(".choice[aria-current]").first).to_have_text("藏青")
    page.get_by_role("button", name="加入购物车").click()
    expect(page.locator("h1")).to_have_text("购物车")
    page.get_by_role("link", name="English").first.click()
    expect(page.locator("h1")).to_have_text("Cart")
    assert visitor.faults == []
