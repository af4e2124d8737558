"""The frame of the office in a real browser: keys, search while typing, look, lists, charts, phone; no complaint."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from playwright.sync_api import expect

from entrepot.identity.tests import factories as people
from entrepot.kit import clock, notices
from entrepot.orders import public as orders
from entrepot.orders.tests.factories import TEST, a_shop, placed
from entrepot.web.office import charts
from tests.browser.conftest import DESKTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def office(visit: Any, live_server: Any) -> Any:
    """Opens visits of Bob, signed in with both factors."""
    people.bob("owner")
    client, now = Client(), clock.now().timestamp()
    user: Any = get_user_model().objects.get(email="bob@example.com")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    store = client.session
    store["account_authentication_methods"] = [{"method": "password", "at": now},
                                               {"method": "mfa", "type": "totp", "at": now}]
    store.save()

    def begin(size: dict[str, int], *, script: bool = True) -> Any:
        seen = visit(size, script=script)
        seen.page.context.add_cookies([{"name": "session", "value": store.session_key, "url": live_server.url}])
        return seen

    return begin


def test_search_by_keyboard_leads_to_the_order(office: Any) -> None:
    order, bob = placed(a_shop()), office(DESKTOP)
    bob.open("/office/")
    bob.page.keyboard.press("Control+k")
    field = bob.page.locator("#of-search input[name=q]")
    field.fill(order.number.lower())
    hit = bob.page.locator("#of-found [role=option]", has_text=order.number)
    hit.wait_for()
    assert field.get_attribute("aria-expanded") == "true"
    bob.page.keyboard.press("ArrowDown")
    bob.page.keyboard.press("ArrowUp")
    assert field.get_attribute("aria-activedescendant") == hit.get_attribute("id")
    bob.page.keyboard.press("Enter")
    bob.page.wait_for_url(f"**/office/desk/orders/{order.id}/")
    bob.page.keyboard.press("/")
    assert bob.page.locator("#of-search").is_visible()
    bob.page.keyboard.press("Escape")
    bob.page.locator("#of-search").wait_for(state="hidden")
    bob.page.keyboard.press("?")
    bob.page.locator("#of-help").wait_for()
    assert bob.faults == []


def test_search_takes_the_first_letter_and_leads_nowhere_when_nothing_is_found(office: Any) -> None:
    bob = office(DESKTOP)
    bob.open("/office/")
    bob.page.keyboard.press("Control+k")
    bob.page.keyboard.type("zzqx")
    expect(bob.page.locator("#of-search input[name=q]")).to_have_value("zzqx")
    expect(bob.page.locator("#of-found")).to_contain_text("Nothing found")
    bob.page.keyboard.press("ArrowDown")
    bob.page.keyboard.press("Enter")
    bob.page.wait_for_url("**/office/**q=zzqx**")
    expect(bob.page.locator("main")).to_contain_text("Nothing found")
    assert bob.faults == []


def test_the_look_changes_at_once_and_stays(office: Any) -> None:
    a_shop()
    bob = office(DESKTOP)
    bob.open("/office/")
    light = bob.page.evaluate("getComputedStyle(document.body).backgroundColor")
    bob.page.click("summary[aria-label='Language and appearance']")
    bob.page.click("button[name=theme][value=dark]")
    assert bob.page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    bob.open("/office/desk/notices/")
    assert bob.page.get_attribute("html", "data-theme") == "dark"
    bob.page.click("[data-fold]")
    bob.page.reload()
    assert "fr-narrow" in (bob.page.get_attribute("html", "class") or "")
    bob.page.click("summary[aria-label='Language and appearance']")
    bob.page.click("button[lang=zh-hans]")
    assert bob.page.get_attribute("html", "lang") == "zh-hans"
    assert bob.page.inner_text("h1") == "通知"
    assert bob.faults == []


def test_rows_are_ticked_held_and_kept_as_a_view(office: Any) -> None:
    shop = a_shop()
    held, left = placed(shop), placed(shop)
    bob = office(DESKTOP)
    bob.open("/office/orders/order/")
    assert bob.page.locator("[data-bulk]").is_hidden()
    bob.page.check(f"input[data-pick][value='{held.id}']")
    assert bob.page.inner_text("[data-chosen]") == "1"
    bob.page.click("[data-bulk] >> text=Put on hold")
    bob.page.fill("textarea[name=reason]", "look at it")
    bob.page.click("main button[type=submit]:has-text('Put on hold')")
    bob.page.wait_for_url("**/office/orders/order/")
    assert orders.get_order(held.id, actor=TEST).state == "on_hold"
    bob.open("/office/orders/order/?state__exact=on_hold")
    bob.page.click("summary[aria-label='Columns and views']")
    bob.page.uncheck("input[name=column][value=email]")
    bob.page.fill("input[name=name]", "Held by hand")
    bob.page.get_by_role("button", name="Keep the view").click()
    bob.page.wait_for_load_state()
    assert bob.page.locator(".of-views [aria-current]").inner_text() == "Held by hand"
    text = bob.page.inner_text(".of-list")
    assert held.number in text
    assert left.number not in text
    assert "E-mail" not in text
    assert bob.faults == []


def test_charts_are_drawn_without_evaluating_anything(office: Any, settings: Any) -> None:
    placed(a_shop())
    charts.write_files()
    bob = office(DESKTOP)
    bob.open("/office/")
    bob.page.locator("[data-spec]").first.scroll_into_view_if_needed()
    bob.page.wait_for_selector("[data-spec] svg path")
    assert bob.page.locator("[data-spec] svg").count() == 2
    bob.page.click(".of-chart summary >> nth=0")
    assert bob.page.locator(".of-chart table").first.is_visible()
    assert bob.faults == []


def test_what_was_typed_is_not_lost_by_leaving(office: Any) -> None:
    a_shop()
    bob = office(DESKTOP)
    bob.open("/office/desk/targets/")
    asked: list[str] = []

    def leave(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.accept()

    bob.page.on("dialog", leave)
    bob.page.fill("table input:not([type=hidden]) >> nth=0", "5000")
    bob.page.click(".fr-brand")
    bob.page.wait_for_url("**/office/")
    assert asked == ["beforeunload"]


@pytest.mark.parametrize("script", [True, False])
def test_a_phone_shows_everything_with_and_without_script(office: Any, script: bool) -> None:
    order = placed(a_shop())
    notices.tell("work.late", key="x", params={"label": "Late orders", "n": 1}, permission="orders.read",
                 address="/office/orders/order/")
    bob = office(PHONE, script=script)
    for path in ("/office/", "/office/orders/order/", f"/office/orders/order/{order.id}/change/",
                 f"/office/desk/search/?q={order.number}", "/office/desk/notices/", "/office/desk/notices/settings/",
                 "/office/desk/targets/", "/office/desk/styleguide/"):
        if script:
            bob.open(path)
        else:
            answer = bob.page.goto(bob.base + path)
            assert answer.ok, path
    bob.page.click("[popovertarget=of-nav]")
    assert bob.page.locator("#of-nav").is_visible()
    bob.page.click("#of-nav a[href='/office/orders/order/']")
    bob.page.wait_for_url("**/office/orders/order/")
    assert order.number in bob.page.inner_text("main")
    assert bob.faults == []
