"""A clerk at work in a real browser: signs in with a second factor, ships an order, takes goods back and refunds."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from typing import Any

import pytest

from entrepot.identity import public as identity
from entrepot.identity.tests.factories import PASSWORD, SETUP
from entrepot.kit import outbox
from entrepot.orders import public as orders
from entrepot.orders.tests.factories import TEST, a_line, a_shop, placed

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]

CLERK = "clerk@example.com"


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A fresh browser that remembers every complaint: errors, broken policy, requests to other hosts."""
    from playwright.sync_api import sync_playwright

    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the driver runs a loop in this thread
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 900}).new_page()
        page.complaints = []
        page.on("console", lambda m: page.complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: page.complaints.append(str(e)))
        page.on("request", lambda r: page.complaints.append(r.url) if not _ours(r.url) else None)
        yield page
        browser.close()


def _ours(url: str) -> bool:
    return url.startswith(("http://localhost:", "data:", "blob:"))


def code_of(secret: str) -> str:
    """What the clerk's authenticator app shows now."""
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


@pytest.fixture
def secret() -> str:
    identity.ensure_roles()
    user_id = identity.create_staff(CLERK, "Carla Clerk", PASSWORD, ["service", "warehouse"], actor=SETUP)
    return identity.enrol_totp(user_id, actor=SETUP)


def sign_in(page: Any, base: str, secret: str) -> None:
    page.goto(f"{base}/office/")
    page.fill("input[name=login]", CLERK)
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    page.fill("input[name=code]", code_of(secret))
    page.click("main form button[type=submit]")
    page.wait_for_url(f"{base}/office/")


def an_order() -> Any:
    shop = a_shop(items=1)
    return placed(shop, [a_line(shop, 0, 3)])


def test_a_clerk_signs_in_ships_and_refunds(page: Any, live_server: Any, secret: str) -> None:
    order = an_order()
    sign_in(page, live_server.url, secret)
    assert "Carla Clerk" in page.content()

    page.click("main >> text=Orders to pack and ship")
    page.click(f"main >> text={order.number}")
    page.click("main >> text=Plan the parcels")
    page.fill("input[name=carrier]", "DHL")
    page.fill("input[name=tracking]", "00340434")
    page.click("main >> text=Ship this parcel")
    page.click("main >> text=It arrived")
    outbox.drain()
    sent = orders.get_order(order.id, actor=TEST)
    assert (sent.state, sent.fulfilments[0].tracking_number) == ("completed", "00340434")

    page.reload()
    page.click("main >> text=Take goods back")
    page.fill(f"input[name=quantity-{order.lines[0].id}]", "2")
    page.fill("form[action$='/do/return/'] input[name=reason]", "too small")
    page.click("main >> text=Open the return")
    page.click("main >> text=The goods arrived")
    page.click("main >> text=Settle and refund")
    page.wait_for_load_state()
    outbox.drain()
    done = orders.get_order(order.id, actor=TEST)
    assert (done.changes[0].state, done.credited_minor, done.refunded_minor) == ("confirmed", 2000, 2000)
    page.reload()
    assert "Refunded" in page.content()
    assert page.complaints == []


def test_a_wrong_code_opens_nothing(page: Any, live_server: Any, secret: str) -> None:
    page.goto(f"{live_server.url}/office/")
    page.fill("input[name=login]", CLERK)
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    page.fill("input[name=code]", "000000" if code_of(secret) != "000000" else "111111")
    page.click("main form button[type=submit]")
    page.wait_for_selector(".errorlist")
    page.goto(f"{live_server.url}/office/")
    assert "/accounts/" in page.url


def test_a_new_colleague_enrols_a_second_factor_first(page: Any, live_server: Any) -> None:
    identity.ensure_roles()
    identity.create_staff(CLERK, "Carla Clerk", PASSWORD, ["service"], actor=SETUP)
    page.goto(f"{live_server.url}/office/")
    page.fill("input[name=login]", CLERK)
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    page.wait_for_url("**/accounts/2fa/totp/activate/**")
    page.fill("input[name=code]", code_of(page.input_value("#authenticator_secret")))
    page.press("input[name=code]", "Enter")
    page.wait_for_url(lambda url: "totp/activate" not in url)
    page.goto(f"{live_server.url}/office/")
    assert page.url == f"{live_server.url}/office/"
    assert page.complaints == []


def test_the_office_fits_a_phone_in_both_languages(page: Any, live_server: Any, secret: str) -> None:
    order = an_order()
    sign_in(page, live_server.url, secret)
    page.set_viewport_size({"width": 390, "height": 844})
    for language, word in (("en", "Parcels"), ("zh-hans", "包裹")):
        page.context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
        for path in ("/office/", "/office/orders/order/", f"/office/desk/orders/{order.id}/", "/office/desk/stock/"):
            page.goto(live_server.url + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, (language, path)
        page.goto(f"{live_server.url}/office/desk/orders/{order.id}/")
        assert word in page.content()
    assert page.complaints == []
