"""A customer looks after themselves in a real browser: sends something back and sees the money return, keeps addresses,
takes a copy of everything and leaves; signs in with a passkey and with an authenticator's code."""

from __future__ import annotations

import json
import time
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from entrepot.checkout import public as checkout
from entrepot.checkout.contracts import BuyNow, LineInput
from entrepot.customers import public as customers
from entrepot.customers.tests.factories import acting
from entrepot.inventory import public as inventory
from entrepot.kit import outbox, private
from entrepot.orders import public as orders
from entrepot.orders.contracts import Condition, OrderView
from entrepot.service.tests.factories import a_picture
from tests.browser.conftest import DESKTOP, PHONE
from tests.shop import ALICE, BOB, PASSWORD, Shop, person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOME = {"name": "Alice Buyer", "line1": "221B Baker Street", "city": "London", "postcode": "NW1 6XE", "country": "GB"}
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])


@pytest.fixture(autouse=True)
def _own_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(private, "home", lambda: tmp_path)


def sign_in(visit: Any, path: str = "/account/") -> None:
    page = visit.page
    page.goto(f"{visit.base}/accounts/login/?next={path}")
    refuse_cookies(page)
    page.fill("input[name=login]", ALICE)
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    page.wait_for_load_state()


def refuse_cookies(page: Any) -> None:
    """The question about cookies lies over the foot of the page."""
    decline = page.get_by_role("button", name="Decline")
    if decline.count() and decline.first.is_visible():
        decline.first.click()
        page.wait_for_load_state()


def sign_out(page: Any) -> None:
    page.context.clear_cookies()


def a_delivered_order(shop: Shop) -> OrderView:
    """Alice's, made as the API would make it."""
    customer_id = person(ALICE)
    done = checkout.buy_now(BuyNow(
        channel="shop", lines=(LineInput(shop.variants["PLAIN-MUG"], Decimal(2)),), email=ALICE, payment_method="test",
        shipping_address=HOME, billing_address=HOME, delivery_method=shop.company.methods["shop"][0]),
        actor=acting(customers.get_customer(customer_id)))
    outbox.drain()
    for parcel in orders.plan_fulfilments(done.order.id, actor=BOB):
        orders.ship_fulfilment(parcel.id, "Royal Mail", "RM123", actor=BOB)
        orders.record_delivery(parcel.id, actor=BOB)
    outbox.drain()
    return orders.get_order(done.order.id, actor=BOB)


def settle(order: OrderView) -> None:
    """What the clerk does: agree, take the goods in, pay back."""
    change = orders.get_order(order.id, actor=BOB).changes[0]
    orders.approve_change(change.id, actor=BOB)
    midlands = next(w.id for w in inventory.warehouses() if w.code == "midlands")
    orders.receive_return(change.id, [(order.lines[0].id, Decimal(1), Condition.GOOD, midlands)], actor=BOB)
    seen = orders.preview(change.id, actor=BOB)
    orders.confirm_change(change.id, expected_difference=seen.difference_minor, actor=BOB)
    outbox.drain()


@SIZES
def test_a_return_with_a_picture_until_the_money_is_back(shop: Shop, visit: Any, size: dict[str, int],
                                                         tmp_path: Path) -> None:
    order = a_delivered_order(shop)
    (tmp_path / "broken.jpg").write_bytes(a_picture("JPEG", (640, 480)))
    guest = visit(size)
    sign_in(guest)
    page = guest.page
    page.click("text=Plain Mug")
    page.click("text=Return or exchange")
    page.wait_for_selector("text=Ask for a return")
    assert guest.fits()
    page.click("text=Ask for a return")
    page.wait_for_selector("[role=alert]")
    assert page.get_by_role("alert").is_visible()
    page.fill(f"input[name=line-{order.lines[0].id}]", "1")
    page.select_option("#why", label="It arrived damaged")
    page.fill("#reason", "The handle is off.")
    page.set_input_files("#photos", str(tmp_path / "broken.jpg"))
    page.click("text=Ask for a return")
    page.wait_for_selector("text=Waiting for our answer")
    assert page.locator(".photos img").evaluate("(img) => img.decode().then(() => img.naturalWidth)") == 640
    assert guest.fits()

    settle(order)
    page.reload()
    page.wait_for_selector("text=Settled")
    assert "£14.00" in page.inner_text(".totals")
    assert guest.faults == []


@SIZES
def test_the_address_book_by_hand(shop: Shop, visit: Any, size: dict[str, int]) -> None:
    customer_id = person(ALICE)
    guest = visit(size, script=size is DESKTOP)
    page = guest.page
    page.goto(f"{guest.base}/accounts/login/?next=/account/addresses/")
    page.fill("input[name=login]", ALICE)
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    refuse_cookies(page)
    page.click("text=Add an address")
    page.fill("input[name=line1]", HOME["line1"])
    page.fill("input[name=city]", HOME["city"])
    page.fill("input[name=postcode]", "NOPE")
    page.click("main button:has-text('Save')")
    assert page.locator("#id_postcode-error").is_visible()
    assert page.input_value("input[name=line1]") == HOME["line1"]
    page.fill("input[name=postcode]", HOME["postcode"])
    page.click("main button:has-text('Save')")
    page.wait_for_selector("text=usual address")
    assert guest.fits()
    assert customers.list_addresses(customer_id)[0].address.postcode == "NW1 6XE"
    page.click("summary:has-text('Delete')")
    page.click("text=Yes, delete it")
    page.wait_for_selector("text=None saved yet.")
    assert customers.list_addresses(customer_id) == []
    assert guest.faults == []


def test_a_copy_of_everything_and_goodbye(shop: Shop, visit: Any, tmp_path: Path) -> None:
    order = a_delivered_order(shop)
    guest = visit(DESKTOP)
    sign_in(guest, "/account/privacy/")
    page = guest.page
    with page.expect_download() as waiting:
        page.click("text=Download my data")
    waiting.value.save_as(tmp_path / "copy.zip")
    with zipfile.ZipFile(tmp_path / "copy.zip") as archive:
        assert json.loads(archive.read("orders.json"))[0]["number"] == order.number
        assert json.loads(archive.read("account.json"))["user"]["email"] == ALICE
    page.goto(f"{guest.base}/account/close/")
    page.click("text=Close my account")
    assert page.get_by_role("alert").is_visible()
    page.check("input[name=sure]")
    page.click("text=Close my account")
    page.wait_for_selector("text=Your account is closed.")
    outbox.drain()
    page.goto(f"{guest.base}/accounts/login/")
    page.fill("input[name=login]", ALICE)
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    page.wait_for_selector(".errorlist")
    assert orders.get_order(order.id, actor=BOB).email == ""
    assert guest.faults == []


def test_a_passkey_opens_the_door(shop: Shop, visit: Any) -> None:
    person(ALICE)
    guest = visit(DESKTOP)
    page = guest.page
    keys = page.context.new_cdp_session(page)
    keys.send("WebAuthn.enable")
    keys.send("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True}})
    sign_in(guest, "/account/security/")
    page.click("text=Add a passkey")
    page.fill("input[name=name]", "Laptop")
    if page.locator("input[name=passwordless]").count():
        page.check("input[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_url(lambda address: "/webauthn/add/" not in address)  # the form sends itself, after a while
    page.wait_for_load_state()
    page.goto(f"{guest.base}/account/security/")
    assert "Laptop" in page.inner_text("main")

    sign_out(page)
    page.goto(f"{guest.base}/accounts/login/?next=/account/")
    page.click("#passkey_login")
    page.wait_for_url(f"{guest.base}/account/")
    assert "Hello, Alice" in page.inner_text("main")
    assert guest.faults == []


@SIZES
def test_an_authenticator_is_set_up_and_asked_for(shop: Shop, visit: Any, size: dict[str, int]) -> None:
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    person(ALICE)
    guest = visit(size)
    sign_in(guest, "/accounts/2fa/totp/activate/")
    page = guest.page
    secret = page.input_value("#authenticator_secret")

    def code(step: int) -> str:
        return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step)))

    assert guest.fits()
    page.fill("input[name=code]", code(0))
    page.click("main form button[type=submit]")
    page.wait_for_load_state()
    page.goto(f"{guest.base}/account/security/")
    assert "Authenticator app" in page.inner_text("main")

    sign_out(page)
    sign_in(guest)
    page.fill("input[name=code]", code(1))
    page.click("main form button[type=submit]")
    page.wait_for_url(f"{guest.base}/account/")
    assert "Hello, Alice" in page.inner_text("main")
    assert guest.faults == []
