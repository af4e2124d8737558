"""The lists and the board of the office by keyboard alone: where the focus is can be seen, it is never lost, and
nothing keeps it."""

from __future__ import annotations

from typing import Any

import pytest

from entrepot.orders import public as orders
from entrepot.orders.tests.factories import TEST, a_shop, placed
from tests.browser.conftest import DESKTOP
from tests.browser.test_office_orders import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

_IS_SEEN = """() => { const e = document.activeElement, s = getComputedStyle(e), r = e.getBoundingClientRect();
  return e !== document.body && r.width > 0 && r.height > 0
    && (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0 || s.boxShadow !== 'none'
        || e.matches(':is(input, select, textarea)')); }"""
_WHERE = "() => (document.activeElement?.outerHTML ?? '').slice(0, 160)"


def tab_to(page: Any, selector: str, key: str = "Tab", most: int = 220) -> None:
    """Press until the focus is there; on the way it must be seen wherever it is."""
    for _ in range(most):
        if page.evaluate("s => document.activeElement?.matches(s) ?? false", selector):
            return
        page.keyboard.press(key)
        on_page = page.evaluate("document.activeElement !== document.body")  # else in the browser's own bar
        assert not on_page or page.evaluate(_IS_SEEN), page.evaluate(_WHERE)
    raise AssertionError(f"{selector} is not reached; the focus ended at {page.evaluate(_WHERE)}")


def test_a_list_is_filtered_kept_changed_and_exported(visit: Any) -> None:
    shop = a_shop()
    held, left = placed(shop), placed(shop)
    at = sign_in(visit, DESKTOP, "olga", "owner")
    page = at.page
    at.open("/office/orders/order/")
    # the columns: Space opens the menu, Escape closes it and gives the focus back
    tab_to(page, "summary[aria-label='Columns and views']")
    page.keyboard.press("Space")
    tab_to(page, "input[name=column][value=email]")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('summary')")
    page.keyboard.press("Enter")
    tab_to(page, "input[name=column][value=email]")
    page.keyboard.press("Space")
    tab_to(page, "form:has(input[name=column]) input[name=name]")
    page.keyboard.type("Without mail")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.locator(".of-views [aria-current]", has_text="Without mail").wait_for()
    # a row is chosen and held
    tab_to(page, f"input[data-pick][value='{held.id}']")
    page.keyboard.press("Space")
    tab_to(page, "[data-bulk] button:not([disabled])")
    page.locator("[data-bulk] button", has_text="Put on hold").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, "textarea[name=reason]")
    page.keyboard.type("look at it")
    tab_to(page, "main button[type=submit]")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.locator(".of-list").wait_for()
    assert orders.get_order(held.id, actor=TEST).state == "on_hold"
    assert orders.get_order(left.id, actor=TEST).state == "processing"
    assert at.faults == []


def test_nothing_of_a_list_keeps_the_focus(visit: Any) -> None:
    placed(a_shop())
    at = sign_in(visit, DESKTOP, "olga", "owner")
    at.open("/office/orders/order/")
    at.page.keyboard.press("Tab")
    first = at.page.evaluate(_WHERE)
    for _ in range(250):
        at.page.keyboard.press("Tab")
        if at.page.evaluate(_WHERE) in (first, "") or at.page.evaluate("document.activeElement === document.body"):
            break
    else:
        raise AssertionError(f"the focus does not come round: {at.page.evaluate(_WHERE)}")


def test_a_card_is_moved_on_the_board(visit: Any) -> None:
    shop = a_shop()
    order, other = placed(shop), placed(shop)
    at = sign_in(visit, DESKTOP, "olga", "owner")
    page = at.page
    at.open("/office/desk/orders/")
    tab_to(page, "[data-card]")
    page.keyboard.press("ArrowDown")
    chosen = page.evaluate("document.activeElement.dataset.card")
    assert chosen in (str(order.id), str(other.id))
    page.keyboard.press("m")
    assert page.evaluate("!!document.activeElement.closest('.od-menu[open]')")
    page.keyboard.press("Escape")
    assert page.evaluate("!!document.activeElement.closest('[data-card]')")
    page.locator(f"[data-card='{chosen}']").focus()
    page.keyboard.press("m")
    tab_to(page, f"[data-card='{chosen}'] form[data-move=hold] [name=reason]")
    page.keyboard.type("look at it")
    page.keyboard.press("Enter")
    page.locator("dialog[open]").wait_for()
    assert page.evaluate("!!document.activeElement.closest('dialog[open]')")
    assert page.input_value("dialog[open] [name=reason]") == "look at it"
    tab_to(page, "dialog[open] [data-go]")
    with page.expect_response(lambda r: "/board/hold/" in r.url):
        page.keyboard.press("Enter")
    page.locator(f"[data-lane=held] [data-card='{chosen}']").wait_for()
    assert {str(o.id): orders.get_order(o.id, actor=TEST).state for o in (order, other)}[chosen] == "on_hold"
    assert at.faults == []
