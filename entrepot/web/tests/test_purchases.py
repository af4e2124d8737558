"""The shop's checkout as browsers get it: guests and members buy, pick up, are refused and asked again."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from entrepot.kit import outbox
from entrepot.orders import public as orders
from entrepot.orders.contracts import OrderFilter
from entrepot.web.tests.walks import (
    HANGZHOU,
    LEEDS,
    body,
    buy,
    midlands,
    place,
    put_in_cart,
    says,
    sign_in,
    to_payment,
    typed,
)
from tests.shop import ALICE, BOB, MUG, Shop, person

pytestmark = pytest.mark.django_db(transaction=True)


def test_guest_buys_on_the_providers_page(client: Client, shop: Shop) -> None:
    assert "Added to your cart." in says(put_in_cart(client, shop, quantity="2"))
    page = to_payment(client)
    sent_on = place(client, page, "simulator")
    payer = re.search(r'url=([^"]+)"', body(sent_on))
    address = sent_on.headers.get("Location") or (payer[1].replace("&amp;", "&") if payer else "")
    assert "/pay/simulator/" in address
    waiting = says(client.get("/checkout/placed/"))
    assert "Waiting for payment" in waiting
    assert "now" in waiting
    back = client.post("/pay/" + address.split("/pay/", 1)[1], {"choice": "pay"})
    assert "/checkout/placed/" in back.headers["Location"]
    assert "Your payment has arrived" in says(client.get("/checkout/placed/"))
    outbox.drain()
    done = client.get("/checkout/placed/")
    assert "In preparation" in says(done)
    link = re.search(r'href="http://testserver(/track/[^"]+)"', body(done))
    assert link is not None
    tracked = Client().get(link[1], follow=True)
    assert "Payment received" in says(tracked)
    assert "Plain Mug" in says(tracked)


def test_guest_picks_up_and_pays_on_delivery(client: Client, shop: Shop) -> None:
    put_in_cart(client, shop)
    page = client.post("/checkout/", LEEDS, follow=True)
    store = re.search(r'name="store" value="(\d+:\d+)"', body(client.get("/checkout/?way=pickup")))
    assert store is not None
    assert "Pick up in a store" in says(page)
    chosen = to_payment(client, option=store[1])
    assert "Pick up in store: London Store" in says(chosen)
    place(client, chosen, "cash_on_delivery")
    done = says(client.get("/checkout/placed/"))
    assert "Thank you for your order!" in done
    assert "Lamb's Conduit Street" in done.replace("&#x27;", "'")


def test_a_pick_up_needs_the_name_of_who_comes(client: Client, shop: Shop) -> None:
    put_in_cart(client, shop)
    client.post("/checkout/", {"email": LEEDS["email"], "way": "pickup", "do": "update"})
    page = client.get("/checkout/?way=pickup")
    refused = place(client, page, "test", way="pickup")
    assert refused.status_code == 422
    assert 'id="id_collected_by-error"' in body(refused)
    place(client, refused, "test", collected_by="Grace Hopper")
    assert "Picked up by Grace Hopper" in says(client.get("/checkout/placed/"))


def test_chinese_buyer_in_the_china_shop(client: Client, shop: Shop) -> None:
    client.post("/zh-hans/region/", {"channel": "china"})
    inventory_free = client.get(f"/zh-hans/p/{MUG}/")
    assert "¥126.00" in body(inventory_free)
    assert client.get("/region/").context["channel"].code == "china"


def test_chinese_address_needs_its_province(client: Client, shop: Shop) -> None:
    client.post("/zh-hans/region/", {"channel": "china"})
    put_in_cart(client, shop)
    page = client.post("/zh-hans/checkout/", {**HANGZHOU, "region": ""})
    assert page.status_code == 422
    assert 'id="id_region-error"' in body(page)
    assert 'name="district"' in body(page)
    assert "<option value=\"浙江省\">" in body(page)
    settled = typed(client.post("/zh-hans/checkout/", HANGZHOU, follow=True))
    assert [settled[k] for k in ("region", "city", "district", "line1")] == ["浙江省", "杭州市", "西湖区",
                                                                             "文三路 90 号"]


@pytest.mark.parametrize(("field", "value"), [
    ("email", "no-address"), ("name", ""), ("city", ""), ("postcode", "NOPE"), ("line1", ""), ("country", "XX"),
    ("email", "a" * 300 + "@example.com"), ("name", "x\x00y")])
def test_a_wrong_field_is_told_beside_it_and_nothing_is_kept(client: Client, shop: Shop, field: str,
                                                             value: str) -> None:
    put_in_cart(client, shop)
    page = client.post("/checkout/", {**LEEDS, field: value})
    assert page.status_code == 422
    assert f'id="id_{field}-error"' in body(page)
    assert 'aria-invalid="true"' in body(page)
    assert unescape(typed(page).get(field, "")) == value.replace("\x00", "\x00") or field == "country"
    again = typed(client.get("/checkout/"))
    assert again.get(field, "") != value or not value


def test_bad_input_to_the_cart_changes_nothing(client: Client, shop: Shop) -> None:
    put_in_cart(client, shop, "LAST-TEAPOT")
    line = re.search(r"/cart/line/([0-9a-f-]+)/", body(client.get("/cart/")))
    assert line is not None
    variant = str(shop.variants["PLAIN-MUG"])
    for form in ({"variant": "x"}, {"variant": variant, "quantity": "0"}, {"variant": variant, "quantity": "nan"},
                 {"variant": variant, "quantity": "-1"}, {"variant": variant, "quantity": "0.5"},
                 {"variant": "00000000-0000-7000-8000-000000000000"}):
        assert 'role="alert"' in body(client.post("/cart/add/", form, follow=True)), form
    for quantity in ("", "-2", "1e99", "NaN", "two", "0.3"):
        answer = client.post(f"/cart/line/{line[1]}/", {"quantity": quantity}, follow=True)
        assert 'role="alert"' in body(answer), quantity
    cart = client.get("/cart/").context["cart"]
    assert [(item["sku"], item["quantity"]) for item in cart["lines"]] == [("LAST-TEAPOT", 1)]
    assert "This coupon does not exist." in says(client.post("/cart/coupon/", {"code": "NONSENSE"}, follow=True))
    assert client.get("/cart/").context["cart"]["coupons"] == ()


def test_too_many_is_a_problem_of_its_line(client: Client, shop: Shop) -> None:
    put_in_cart(client, shop, "LAST-TEAPOT", "40")
    page = client.get("/cart/")
    assert "left" in says(page) or "Last Teapot" not in says(page)
    assert orders.find_orders(OrderFilter(), actor=BOB)[0] == []


def test_placing_twice_is_one_order_and_a_changed_total_is_refused(client: Client, shop: Shop) -> None:
    put_in_cart(client, shop)
    page = to_payment(client)
    wrong = place(client, page, "test", expected="1")
    assert wrong.status_code == 422
    assert "The total has changed" in says(wrong)
    assert orders.find_orders(OrderFilter(), actor=BOB)[0] == []
    cookies = client.cookies.output()
    place(client, page, "test")
    for name, value in re.findall(r"Set-Cookie: (cart-shop)=([^;]+)", cookies):
        client.cookies[name] = value.strip('"')
    assert place(client, page, "test").headers["Location"] == "/checkout/placed/"
    assert len(orders.find_orders(OrderFilter(), actor=BOB)[0]) == 1


def test_an_empty_cart_has_no_checkout(client: Client, shop: Shop) -> None:
    assert "Your cart is empty." in says(client.get("/checkout/", follow=True))
    assert client.post("/checkout/", {"method": "test", "do": "place"}, follow=True).status_code == 200
    assert orders.find_orders(OrderFilter(), actor=BOB)[0] == []


def test_member_keeps_the_guests_cart_buys_with_a_coupon_and_cancels(client: Client, shop: Shop) -> None:
    person(ALICE)
    put_in_cart(client, shop)
    sign_in(client, ALICE)
    assert "Plain Mug" in says(client.get("/cart/"))
    assert "The coupon counts." in says(client.post("/cart/coupon/", {"code": "welcome10"}, follow=True))
    page = to_payment(client, {**LEEDS, "email": ALICE})
    place(client, page, "test")
    outbox.drain()
    account = client.get("/account/")
    found = re.search(r"/account/orders/([0-9a-f-]+)/", body(account))
    assert found is not None
    shown = client.get(found[0])
    assert "£12.60" in says(shown)
    paper = re.search(r"/account/orders/[0-9a-f-]+/invoices/[0-9a-f-]+/", body(shown))
    assert paper is not None
    assert client.get(paper[0]).content.startswith(b"%PDF")
    assert "Your order was cancelled." in says(client.post(f"{found[0]}cancel/", follow=True))


def test_member_asks_for_a_return(client: Client, shop: Shop) -> None:
    person(ALICE)
    sign_in(client, ALICE)
    buy(client, shop)
    summary = orders.find_orders(OrderFilter(), actor=BOB)[0][0]
    order = orders.get_order(summary.id, actor=BOB)
    line = order.lines[0]
    parcel = orders.create_fulfilment(order.id, [(line.id, line.quantity)], midlands(), actor=BOB)
    orders.ship_fulfilment(parcel.id, "Royal Mail", "RM123", actor=BOB)
    address = f"/account/orders/{order.id}/"
    assert "RM123" in says(client.get(address))
    for refused in ({"reason": "Too small"}, {f"line-{line.id}": "1", "reason": " "}, {f"line-{line.id}": "9",
                                                                                      "reason": "All of it"}):
        assert 'role="alert"' in body(client.post(f"{address}return/", refused, follow=True)), refused
        assert orders.get_order(order.id, actor=BOB).changes == []
    asked = client.post(f"{address}return/", {f"line-{line.id}": "1", "reason": "Too small"}, follow=True)
    assert "Waiting for our answer" in says(asked)
    assert "Too small" in says(asked)
