"""A clerk's day in a real browser, at a desk and on a phone: edit and split an order, take goods back with a refund
that a second person agrees to, pack by scanner and ship, count a shelf."""

from __future__ import annotations

import time
from typing import Any

import pytest

from entrepot.catalog import public as catalog
from entrepot.identity import public as identity
from entrepot.identity.tests.factories import PASSWORD, SETUP
from entrepot.inventory import public as inventory
from entrepot.kit import outbox
from entrepot.orders import public as orders
from entrepot.orders.tests.factories import TEST, a_line, a_shop, placed, shipped
from entrepot.payments import public as payments
from tests.browser.conftest import DESKTOP, PHONE, Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def code_of(secret: str) -> str:
    """What the clerk's authenticator app shows now."""
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def sign_in(visit: Any, size: dict[str, int], name: str, *roles: str) -> Visit:
    """A colleague of these roles at the office's door, through it, with a second factor."""
    identity.ensure_roles()
    email = f"{name}@example.com"
    user_id = identity.create_staff(email, name.title(), PASSWORD, roles, actor=SETUP)
    secret = identity.enrol_totp(user_id, actor=SETUP)
    at: Visit = visit(size)
    at.page.goto(f"{at.base}/office/")
    at.page.fill("input[name=login]", email)
    at.page.fill("input[name=password]", PASSWORD)
    at.page.click("main form button[type=submit]")
    at.page.fill("input[name=code]", code_of(secret))
    at.page.click("main form button[type=submit]")
    at.page.wait_for_url(f"{at.base}/office/")
    return at


def state_of(order: Any) -> str:
    return str(orders.get_order(order.id, actor=TEST).state)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_an_order_is_edited_and_split(visit: Any, size: dict[str, int]) -> None:
    shop = a_shop()
    order = placed(shop)
    at = sign_in(visit, size, "carla", "service")
    page = at.page
    at.open(f"/office/desk/orders/{order.id}/")
    page.click("main a:has-text('Edit')")
    page.fill(f"[name=quantity-{order.lines[0].id}]", "2")
    page.fill("[name=new-sku-0]", "Item 2")
    page.wait_for_selector("#skus option", state="attached")
    page.fill("[name=new-sku-0]", page.get_attribute("#skus option", "value") or "")
    page.click("main >> text=Show the difference")
    assert "+€20.00" in page.inner_text("main")
    assert at.fits()
    page.click("main >> button:has-text('Put into effect')")
    page.wait_for_url(f"**/desk/orders/{order.id}/")
    outbox.drain()
    changed = orders.get_order(order.id, actor=TEST)
    assert (changed.total_minor, len(changed.lines), changed.state) == (order.total_minor + 2000, 3, "pending")
    second = placed(shop)
    at.open(f"/office/desk/orders/{second.id}/split/")
    page.fill(f"[name=quantity-{second.lines[0].id}]", "1")
    page.click("main >> text=Split the order")
    page.wait_for_selector("text=The pieces chosen are order")
    assert orders.get_order(second.id, actor=TEST).lines[0].quantity == 2
    assert at.fits()
    assert at.faults == []


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_goods_come_back_and_a_second_person_agrees_to_the_refund(visit: Any, size: dict[str, int]) -> None:
    shop = a_shop(items=1)
    order = shipped(shop, placed(shop, [a_line(shop, 0, 3)]))
    payments.set_refund_limit("EUR", 1_000, actor=TEST)
    clerk = sign_in(visit, size, "carla", "service", "warehouse")
    page, line = clerk.page, order.lines[0].id
    clerk.open(f"/office/desk/orders/{order.id}/")
    page.click("main >> text=Take goods back")
    page.fill(f"[name=quantity-{line}]", "2")
    page.select_option("form[action$='/do/return/'] [name=why]", label="Does not fit")
    page.click("main >> text=Open the return")
    page.click("main >> text=The goods arrived")
    page.click("main >> text=Settle and refund")
    page.wait_for_selector("text=A second person has to agree")
    assert clerk.fits()
    assert orders.get_order(order.id, actor=TEST).refunded_minor == 0

    boss = sign_in(visit, size, "fina", "finance")
    boss.open("/office/desk/refunds/")
    boss.page.fill("[name=note]", "seen it")
    boss.page.click("main >> text=Agree and refund €20.00")
    boss.page.wait_for_selector("text=No refund waits")
    outbox.drain()
    done = orders.get_order(order.id, actor=TEST)
    assert (done.changes[0].state, done.refunded_minor) == ("confirmed", 2000)
    assert clerk.faults + boss.faults == []


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_parcel_is_scanned_and_shipped_from_the_board(visit: Any, size: dict[str, int]) -> None:
    shop = a_shop(items=2)
    order = placed(shop, [a_line(shop, 0, 2), a_line(shop, 1, 1)])
    at = sign_in(visit, size, "willi", "warehouse")
    page = at.page
    at.open("/office/desk/orders/")
    card = page.locator(f"[data-card='{order.id}']")
    card.focus()
    page.keyboard.press("m")
    page.keyboard.press("Enter")
    page.click("dialog [data-go]")
    page.wait_for_selector(f"[data-lane=packed] [data-card='{order.id}']")
    page.click("[data-lane=packed] .od-menu summary")
    page.click("main >> text=Check and ship")
    scan = page.locator("[data-scan]")
    first, second = (line.sku for line in order.lines)
    for sku, said in ((first, "Right:"), ("NO-SUCH", "Not in this parcel:"), (first, "Right:"),
                      (first, "Enough of it already:"), (second, "Right:")):
        scan.fill(sku)
        scan.press("Enter")
        page.wait_for_selector(f"[data-shown]:has-text('{said} {sku}')")
    assert page.locator("[data-pack] input[type=checkbox]:checked").count() == 2
    page.fill("[name=carrier]", "DHL")
    page.fill("[name=tracking]", "00340434")
    assert at.fits()
    page.click("main >> text=Ship and go to the next")
    page.wait_for_selector("text=No parcel waits")
    sent = orders.get_order(order.id, actor=TEST)
    assert (sent.state, sent.fulfilments[0].tracking_number) == ("shipped", "00340434")
    assert at.faults == []


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_part_of_a_parcel_is_packed_by_scanner(visit: Any, size: dict[str, int]) -> None:
    """Two of three are found: the number is typed, the scanner counts up to it, and the rest waits."""
    order = placed(a_shop())
    first, second = order.lines
    [parcel] = orders.plan_fulfilments(order.id, actor=TEST)
    at = sign_in(visit, size, "willi", "warehouse")
    page = at.page
    at.open(f"/office/desk/packing/{parcel.id}/")
    count, ticked = page.locator(f"[name='count-{first.id}']"), page.locator(f"[name='packed-{first.id}']")
    box = count.bounding_box()
    assert box is not None
    assert box["height"] >= 40
    page.locator("[data-scan]").fill(first.sku)
    page.locator("[data-scan]").press("Enter")
    assert not ticked.is_checked()
    count.fill("1")
    count.press("Tab")
    assert ticked.is_checked()  # what was typed is the check
    count.fill("3")
    count.press("Tab")
    assert not ticked.is_checked()
    count.fill("2")
    count.press("Tab")
    page.locator("[data-scan]").fill(second.sku)
    page.locator("[data-scan]").press("Enter")
    assert at.fits()
    page.click("main >> text=Ship and go to the next")
    page.wait_for_selector(f"text=What stayed behind waits as parcel {order.number}-2.")
    sent, rest = orders.get_order(order.id, actor=TEST).fulfilments
    assert ({i: int(q) for i, q in sent.lines}, dict(rest.lines)) == ({first.id: 2, second.id: 1}, {first.id: 1})
    assert at.faults == []


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_shelf_is_counted(visit: Any, size: dict[str, int]) -> None:
    shop = a_shop(items=2, stock=10)
    at = sign_in(visit, size, "willi", "warehouse")
    page = at.page
    at.open("/office/desk/stock/counts/")
    page.select_option("[name=warehouse]", "main")
    page.click("main >> text=Open the sheet")
    page.wait_for_url("**/counts/*-*/")
    page.wait_for_load_state()  # the script that moves on with Enter is there
    assert at.fits()
    fields = page.locator("[data-counted]")
    fields.nth(0).fill("8")
    fields.nth(0).press("Enter")
    page.keyboard.type("10")
    page.click("main >> text=Counting is over")
    page.wait_for_selector("text=1 difference")
    page.click("main >> text=Book 1 difference")
    page.wait_for_selector("main >> text=booked")
    found = sorted(int(v) for (_, place), v in inventory.on_hand(shop.items).items() if place == "main")
    assert found == [8, 10]
    assert at.faults == []


def test_goods_that_came_in_are_booked_once_however_often_the_button_is_pressed(
        visit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = a_shop(items=1, stock=10)
    receive = inventory.receive

    def slowly(*given: Any, **named: Any) -> Any:
        booked = receive(*given, **named)
        time.sleep(1)
        return booked

    monkeypatch.setattr(inventory, "receive", slowly)
    [sku] = [f.sku for f in catalog.variant_facts(shop.items).values()]
    at = sign_in(visit, DESKTOP, "willi", "warehouse")
    page = at.page
    at.open(f"/office/desk/stock/?q={sku}")
    form = page.locator("form[action$='/receive/']").first
    form.locator("xpath=..").locator("summary").click()
    form.locator("[name=quantity]").fill("5")
    form.locator("button").evaluate("button => { button.click(); setTimeout(() => button.click(), 300); }")
    page.wait_for_selector("main >> text=15")
    assert inventory.on_hand(shop.items)[shop.items[0], "main"] == 15
    assert at.faults == []


def test_a_card_is_dragged_where_an_action_leads(visit: Any) -> None:
    order = placed(a_shop())
    at = sign_in(visit, {"width": 1680, "height": 900}, "otto", "owner")
    page = at.page
    at.open("/office/desk/orders/")
    page.drag_and_drop(f"[data-card='{order.id}']", "[data-lane=held]")
    page.fill("#board-why", "call them")
    page.click("dialog [data-go]")
    page.wait_for_selector(f"[data-lane=held] [data-card='{order.id}']")
    assert state_of(order) == "on_hold"
    page.drag_and_drop(f"[data-card='{order.id}']", "[data-lane=shipped]")
    assert not page.locator("dialog#board-move").is_visible()
    assert at.faults == []


def test_everything_works_without_script_too(visit: Any) -> None:
    order = placed(a_shop())
    at = sign_in(visit, DESKTOP, "otto", "owner")
    seen = at.page.context.storage_state()
    browser = at.page.context.browser
    assert browser is not None
    plain = browser.new_context(java_script_enabled=False, storage_state=seen, base_url=at.base)
    page = plain.new_page()
    page.goto(f"{at.base}/office/desk/orders/")
    page.click("[data-lane=pack] .od-menu summary")
    page.click("[data-lane=pack] form[data-move=plan] button")
    page.click("[data-lane=packed] .od-menu summary")
    page.click("main >> text=Check and ship")
    for box in page.locator("[data-pack] input[type=checkbox]").all():
        box.check()
    page.click("main >> text=Ship and go to the next")
    assert state_of(order) == "shipped"
    plain.close()
