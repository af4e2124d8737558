"""The office in the hand: what one presses is large enough for a finger, the board shows one column at a time, and
going back finds what was typed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from entrepot.catalog import public as catalog
from entrepot.inventory import public as inventory
from entrepot.orders import public as orders
from entrepot.orders.tests.factories import TEST, a_line, a_shop, placed, shipped
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_office_orders import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Links inside sentences are as high as their line; a box of a table is 24 px with as much room around it.
SMALL = """() => {
  const found = [];
  for (const e of document.querySelectorAll("a[href], button, summary, select, input:not([type=hidden]), textarea")) {
    const label = e.matches("[type=checkbox], [type=radio]") && e.closest("label");
    const r = (label || e).getBoundingClientRect(), least = e.matches("td > input, th > input") && !label ? 24 : 40;
    if (!r.width || !r.height || r.bottom < 0 || e.closest("[hidden], .of-hidden")) continue;
    const { visibility, display } = getComputedStyle(e);
    if (visibility === "hidden" || e.matches("a, button.link") && display === "inline") continue;
    if (r.height >= least - .5 && r.width >= least - .5) continue;
    found.push(`${r.width} x ${r.height}: ${e.outerHTML.slice(0, 120)}`);
  }
  return found;
}"""


def test_everything_is_large_enough_for_a_finger(visit: Any) -> None:
    shop = a_shop()
    sent = shipped(shop, placed(shop, [a_line(shop, 0, 2)]))
    orders.plan_fulfilments(placed(shop, run=False).id, actor=TEST)
    facts = catalog.variant_facts(shop.items)[shop.items[0]]
    inventory.set_levels(shop.items[1], "main", safety=Decimal(60), actor=TEST)
    inventory.create_transfer("main", "second", {shop.items[0]: Decimal(1)}, actor=TEST)
    at = sign_in(visit, PHONE, "bob", "owner")
    at.page.context.add_cookies([{"name": "django_language", "value": "zh-hans", "url": at.base}])
    small = {}
    for path in ("/office/", "/office/desk/orders/", f"/office/desk/orders/{sent.id}/", "/office/desk/packing/",
                 "/office/desk/stock/", f"/office/desk/stock/?q={facts.sku}", "/office/desk/stock/ledger/",
                 "/office/desk/stock/low/", "/office/desk/stock/transfers/", "/office/desk/stock/counts/",
                 "/office/desk/products/new/", f"/office/desk/products/{facts.product_id}/", "/office/desk/promotions/",
                 "/office/orders/order/", "/office/catalog/product/", "/office/desk/setup/"):
        at.open(path)
        if told := at.page.evaluate(SMALL):
            small[path] = told
    assert small == {}
    assert at.faults == []


def test_the_board_on_a_phone_shows_a_column_and_tabs_lead_to_the_others(visit: Any) -> None:
    shop = a_shop()
    placed(shop)
    at = sign_in(visit, PHONE, "bob", "owner")
    at.open("/office/desk/orders/")
    page = at.page
    lanes = [lane.get_attribute("data-lane") for lane in page.query_selector_all("[data-lane]")]
    tab = f"[data-tab={lanes[2]}]"
    page.click(tab)
    page.wait_for_selector(f"{tab}[aria-current]")
    page.wait_for_function("""(lane) => {
        const left = (at) => document.querySelector(at).getBoundingClientRect().left;
        return Math.abs(left(lane) - left("[data-board]")) < 2; }""", arg=f"[data-lane={lanes[2]}]")
    box = page.locator(f"[data-lane={lanes[2]}]").bounding_box()
    assert box is not None
    assert box["width"] > PHONE["width"] * .85
    tabs = page.eval_on_selector_all("[data-tab]", "tabs => tabs.map((tab) => tab.scrollWidth - tab.clientWidth)")
    assert max(tabs) <= 1  # no name runs into the next
    assert at.faults == []
    wide = sign_in(visit, DESKTOP, "bea", "owner")
    wide.open("/office/desk/orders/")
    assert not wide.page.is_visible("[data-tab]")


def test_going_back_finds_what_was_typed(visit: Any) -> None:
    shop = a_shop(items=1)
    product = catalog.variant_facts(shop.items)[shop.items[0]].product_id
    at = sign_in(visit, DESKTOP, "bob", "owner")
    at.open("/office/desk/products/new/")
    page = at.page
    page.fill("[name=name-en]", "Tea pot")
    page.fill("[name=sku]", "NOT POSSIBLE\u2003" * 20)
    page.click("main form button")
    page.wait_for_selector(".of-error")
    assert page.input_value("[name=name-en]") == "Tea pot"  # the refused form
    page.go_back()
    page.wait_for_selector("[name=name-en]")
    assert page.input_value("[name=name-en]") == "Tea pot"  # and the page before it
    at.open(f"/office/desk/products/{product}/")
    page.fill("[name=tags]", "gift")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{at.base}/office/desk/stock/")
    page.go_back()
    page.wait_for_selector("[name=tags]")
    assert page.input_value("[name=tags]") == "gift"
    page.click(".gd-save")
    page.wait_for_selector("#notices .success")
    stored = catalog.get_product(product)
    assert stored is not None
    assert list(stored["tags"]) == ["gift"]  # what the browser put in again is saved as well


def test_a_page_put_aside_is_not_shown_to_who_signed_out(visit: Any) -> None:
    a_shop(items=1)
    at = sign_in(visit, DESKTOP, "bob", "owner")
    at.open("/office/desk/stock/")
    at.page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    at.page.wait_for_function("() => !document.body.hidden")
    at.page.context.clear_cookies()
    at.page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    at.page.wait_for_url("**/accounts/login/**")
