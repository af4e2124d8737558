"""The system desks in a real browser: an empty installation becomes a shop, a file with errors ends up whole."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from entrepot.catalog import public as catalog
from entrepot.channels import tasks
from entrepot.identity import public as identity
from entrepot.identity.tests.factories import PASSWORD, SETUP
from entrepot.kit import db
from entrepot.orders.tests.factories import a_shop
from tests.browser.conftest import DESKTOP, PHONE, Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OWNER = "owner@example.com"
GOODS = "product,name:en,sku,price,stock:main\nmug,Mug,MUG,4.50,3\ntin,Tin,TIN,dear,1\n"


def code_of(secret: str) -> str:
    """What the owner's authenticator app shows now."""
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


@pytest.fixture
def office(chromium: Browser, live_server: Any, visit: Any, settings: Any) -> Any:
    """Opens the office as the owner: `office(PHONE)`."""
    settings.BASE_URL = live_server.url
    identity.ensure_roles()
    user = identity.create_staff(OWNER, "Olivia", PASSWORD, ["owner"], actor=SETUP)
    secret = identity.enrol_totp(user, actor=SETUP)

    def enter(size: dict[str, int]) -> Visit:
        went: Visit = visit(size)
        page = went.page
        page.goto(live_server.url + "/accounts/login/?next=/office/")
        page.fill("input[name=login]", OWNER)
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.fill("input[name=code]", code_of(secret))
        page.press("input[name=code]", "Enter")
        page.wait_for_url(lambda url: url.startswith(f"{live_server.url}/office/"))
        return went

    return enter


def work() -> None:
    """What the worker would do now."""
    for job in db.rows("SELECT id, task_name, args FROM procrastinate_jobs WHERE task_name LIKE 'channels.%'"
                       " AND status = 'todo' ORDER BY id"):
        getattr(tasks, job.task_name.partition(".")[2]).func(**job.args)
        db.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job.id])


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_new_owner_sets_the_shop_up(office: Any, size: dict[str, int]) -> None:
    for name in ("ENTREPOT_TEST_PAYMENTS", "ENTREPOT_PAYMENT_SIMULATOR"):
        os.environ.pop(name, None)
    went = office(size)
    page = went.page
    assert page.url.endswith("/office/desk/setup/")

    def fill(button: str, **fields: str) -> None:
        for name, value in fields.items():
            field = page.locator(f".sy-step.open [name={name}]").first
            if field.evaluate("e => e.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        page.locator(".sy-step.open").get_by_role("button", name=button).first.click()
        page.wait_for_load_state()
        assert went.fits()

    fill("Save and go on", name_en="Canal Street", currency="GBP", country="GB")
    fill("Save and go on", name="Canal Street Ltd", address="1 Canal Street, Coventry")
    fill("Save and go on", percent="20")
    fill("Save and go on", name_en="Shelf")
    fill("Add a charge", **{"rates-0-from_amount": "100", "rates-0-amount": "0"})
    fill("Save and go on", **{"rates-1-amount": "3.95"})
    page.locator(".sy-step.open [name=bank_transfer]").check()
    fill("Save and go on", account="Account 12345678")
    fill("Put it on sale", name_en="Tea pot", sku="POT", price="25", stock="3")
    assert "The shop can take orders." in page.content()
    assert catalog.find_variant("POT") is not None
    assert went.faults == []


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_file_with_errors_is_corrected_and_uploaded_again(office: Any, size: dict[str, int],
                                                            tmp_path: Path) -> None:
    a_shop()
    went = office(size)
    page, file = went.page, tmp_path / "goods.csv"
    file.write_text(GOODS)
    went.open("/office/desk/imports/")
    page.set_input_files("#file", file)
    page.get_by_role("button", name="Upload and look").click()
    page.get_by_role("heading", name="What the first rows become").wait_for()
    assert went.fits()
    page.keyboard.press("s")
    page.get_by_role("progressbar").wait_for()
    work()
    page.get_by_text("1 row was refused").wait_for()  # the page follows the worker by itself
    with page.expect_download() as taken:
        page.get_by_role("link", name="Download the refused rows").click()
    mended = tmp_path / "mended.csv"
    mended.write_text(taken.value.path().read_text("utf-8-sig").replace("dear", "2.00"))
    page.set_input_files("#again", mended)
    page.get_by_role("button", name="Upload the corrected file").click()
    page.get_by_role("button", name="Import 1 row").click()
    page.get_by_role("progressbar").wait_for()
    work()
    page.get_by_text("Every row is in.").wait_for()
    assert went.fits()
    assert set(catalog.facts_by_sku(["MUG", "TIN"])) == {"MUG", "TIN"}
    assert went.faults == []


def test_every_desk_of_the_system_fits_a_phone_and_breaks_no_policy(office: Any) -> None:
    from entrepot.web.office.system.desks import PAGES

    shop = a_shop()
    went = office(PHONE)
    for desk in PAGES:
        if desk.group:
            went.open(f"/office/{desk.route}")
    for path in ("desk/jobs/?view=health", "desk/jobs/?view=schedule", "desk/roles/", "desk/units/",
                 "desk/audit/seals/", f"desk/settings/channels/{shop.channel.code}/"):
        went.open(f"/office/{path}")
    assert went.faults == []
