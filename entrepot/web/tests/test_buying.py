"""Cart and checkout: what is shown, what is kept, what hostile or stale forms get, and what a page costs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from entrepot.checkout import public as checkout
from entrepot.customers import public as customers
from entrepot.inventory import public as inventory
from entrepot.kit import clock, outbox
from entrepot.orders import public as orders
from entrepot.orders.contracts import OrderFilter, OrderView
from entrepot.payments import public as payments
from entrepot.web.storefront import cartshow
from entrepot.web.tests.walks import (
    HANGZHOU,
    LEEDS,
    body,
    cost,
    place,
    put_in_cart,
    says,
    sign_in,
    to_payment,
    typed,
)
from tests.shop import ALICE, BOB, Shop, forget, open_shop, person

pytestmark = pytest.mark.django_db(transaction=True)

ODD = ("\x00", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "9" * 400, "NaN",
       "00000000-0000-0000-0000-000000000000", "\U0001f600" * 300)


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    monkeypatch.setenv("ENTREPOT_TEST_PAYMENTS", "1")
    monkeypatch.setenv("ENTREPOT_PAYMENT_SIMULATOR", "1")
    cartshow.forget()
    yield open_shop()
    forget()


def the_order() -> OrderView:
    found, _next = orders.find_orders(OrderFilter(), actor=BOB)
    assert len(found) == 1
    return orders.get_order(found[0].id, actor=BOB)


def test_whatever_is_typed_comes_back(client: Client, shop: Shop) -> None:
    """A wrong postcode costs nobody their other words: neither those that are right nor those of later steps."""
    put_in_cart(client, shop)
    british = {k: v for k, v in LEEDS.items() if k != "region"}
    said = {**british, "postcode": "NOPE", "gift_message": "For Grace", "invoice": "standard", "bill_to": "Grace Ltd",
            "method": "bank_transfer", "code": "NONSENSE", "do": "continue"}
    refused = client.post("/checkout/", said)
    assert refused.status_code == 422
    assert '<a href="#id_postcode">' in body(refused)
    shown = typed(refused)
    assert {k: shown[k] for k in said if k != "do"} == {k: v for k, v in said.items() if k != "do"}
    kept = typed(client.get("/checkout/"))
    assert (kept["email"], kept["gift_message"], kept["bill_to"]) == (LEEDS["email"], "For Grace", "Grace Ltd")


def test_a_buyer_who_still_types_is_not_told_off(client: Client, shop: Shop) -> None:
    put_in_cart(client, shop)
    live = client.post("/checkout/", {"email": "grace@", "country": "GB", "name": "Grace", "do": "update"},
                       headers={"X-Part": "checkout"})
    assert live.status_code == 200
    assert 'id="id_email-error"' in body(live)
    assert 'id="id_line1-error"' not in body(live)
    assert "<html" not in body(live)
    assert typed(client.get("/checkout/"))["name"] == ""


def test_the_fields_follow_the_country(client: Client, shop: Shop) -> None:
    client.post("/region/", {"channel": "china"})
    put_in_cart(client, shop)
    page = body(client.get("/checkout/"))
    assert '<option value="新疆维吾尔自治区">' in page
    live = body(client.post("/checkout/", {"country": "CN", "region": "浙江省", "city": "杭州市", "do": "update"},
                            headers={"X-Part": "checkout"}))
    assert '<option value="西湖区">' in live
    assert '<option value="-">' in live
    towns = body(client.post("/checkout/", {"country": "CN", "region": "广东省", "city": "东莞市", "do": "update"},
                             headers={"X-Part": "checkout"}))
    assert 'name="district"' not in towns
    own = {"email": "wang@example.com", "phone": "13800138000", "name": "王芳", "country": "CN", "region": "浙江省",
           "city": "杭州市", "district": "-", "district_other": "新新区", "line1": "文三路 90 号"}
    client.post("/checkout/", {**own, "do": "continue"})
    kept = typed(client.get("/checkout/"))
    assert (kept["district"], kept["district_other"]) == ("-", "新新区")


def test_a_fapiao_needs_a_right_taxpayer_number(client: Client, shop: Shop) -> None:
    client.post("/region/", {"channel": "china"})
    inventory.receive(shop.variants["PLAIN-MUG"], "hangzhou", Decimal(5), actor=BOB)
    put_in_cart(client, shop)
    asked = {**HANGZHOU, "invoice": "fapiao", "title_type": "company", "title": "杭州茶叶有限公司",
             "taxpayer_number": "12345", "do": "continue"}
    refused = client.post("/checkout/", asked)
    assert refused.status_code == 422
    assert 'id="id_taxpayer_number-error"' in body(refused)
    page = client.post("/checkout/", {**asked, "taxpayer_number": "91350100M000100Y43"}, follow=True)
    assert page.status_code == 200, says(page)
    place(client, page, "test")
    data = the_order().invoice_data
    assert data is not None
    assert (data["title"], data["taxpayer_number"]) == ("杭州茶叶有限公司", "91350100M000100Y43")


def test_a_fapiao_is_offered_where_china_issues_them(client: Client, shop: Shop) -> None:
    put_in_cart(client, shop)
    page = client.get("/checkout/")
    assert "fapiao" not in says(page).lower()
    assert 'value="fapiao"' not in body(page)
    assert client.post("/checkout/", {**LEEDS, "invoice": "fapiao", "title": "x"}).status_code == 422
    client.post("/region/", {"channel": "china"})
    put_in_cart(client, shop)
    assert "Chinese fapiao" in says(client.get("/checkout/"))


def test_the_bill_may_go_elsewhere(client: Client, shop: Shop) -> None:
    put_in_cart(client, shop)
    bill = {f"bill-{k}": v for k, v in LEEDS.items() if k not in ("email", "phone")} | {"bill-line1": "1 Bank Street"}
    page = client.post("/checkout/", {**LEEDS, "bill_elsewhere": "1", **bill, "do": "continue"}, follow=True)
    place(client, page, "test")
    order = the_order()
    assert order.billing_address is not None
    assert order.shipping_address is not None
    assert (order.billing_address["line1"], order.shipping_address["line1"]) == ("1 Bank Street", "5 Mill Lane")


def test_a_member_pays_with_points_and_a_gift_card(client: Client, shop: Shop) -> None:
    customer_id = person(ALICE)
    checkout.set_points_rate("shop", 100, actor=BOB)
    customers.adjust_balance(customer_id, "points", 300, reason="welcome", reference="t", actor=BOB)
    _card, code = payments.issue_gift_card(500, "GBP", actor=BOB)
    sign_in(client, ALICE)
    put_in_cart(client, shop)
    page = to_payment(client, {**LEEDS, "email": ALICE})
    assert "Use my 300 points, worth £3.00" in says(page)
    page = client.post("/checkout/", {**typed(page), "use_points": "1", "gift_card": code, "do": "card"}, follow=True)
    assert f"Card …{code[-4:]}: £5.00" in says(page)
    assert "Buy now for £9.95" in says(page)
    place(client, page, "test")
    order = the_order()
    assert (order.total_minor, order.paid_minor) == (1795, 1795)
    assert customers.balance(customer_id, "points") == 0


def test_the_address_book_is_offered_and_grows(client: Client, shop: Shop) -> None:
    customer_id = person(ALICE)
    sign_in(client, ALICE)
    put_in_cart(client, shop)
    page = client.post("/checkout/", {**LEEDS, "keep_address": "1", "do": "continue"}, follow=True)
    place(client, page, "test", keep_address="1")
    (entry,) = customers.list_addresses(customer_id)
    assert entry.address.line1 == "5 Mill Lane"
    put_in_cart(client, shop, "TEE-NAVY-M")
    again = typed(client.get("/checkout/"))
    assert again["book"] == str(entry.id)
    place(client, client.post("/checkout/", {**again, "do": "continue"}, follow=True), "test")
    newest = orders.find_orders(OrderFilter(), actor=BOB)[0][0]
    address = orders.get_order(newest.id, actor=BOB).shipping_address
    assert address is not None
    assert address["line1"] == "5 Mill Lane"


def test_what_was_taken_out_can_be_put_back(client: Client, shop: Shop) -> None:
    put_in_cart(client, shop, quantity="3")
    line = client.get("/cart/").context["cart"]["lines"][0]
    page = client.post(f"/cart/line/{line['id']}/", {"remove": "1"}, follow=True)
    assert "Plain Mug was taken out." in says(page)
    undo = page.context["undo"]
    client.post("/cart/add/", {"variant": undo["variant"], "quantity": undo["quantity"]})
    assert [(x["sku"], x["quantity"]) for x in client.get("/cart/").context["cart"]["lines"]] == [("PLAIN-MUG", 3)]
    assert client.get("/cart/?undo=forged").context["undo"] is None


def test_the_drawer_and_the_cart_come_in_parts(client: Client, shop: Shop) -> None:
    added = client.post("/cart/add/", {"variant": str(shop.variants["PLAIN-MUG"]), "quantity": "2"},
                        headers={"X-Part": "drawer"})
    assert 'id="cart-drawer"' in body(added)
    assert 'data-pieces="2"' in body(added)
    line = client.get("/cart/").context["cart"]["lines"][0]
    part = client.post(f"/cart/line/{line['id']}/", {"quantity": "8"}, headers={"X-Part": "cart"})
    assert 'data-say="Total: £112.00"' in body(part)
    assert "Delivery can be free" in says(part)


def test_what_goes_well_with_the_cart_comes_by_itself(client: Client, shop: Shop) -> None:
    put_in_cart(client, shop)
    slot = re.search(r'data-load="([^"]+)"', body(client.get("/cart/")))
    assert slot is not None
    with CaptureQueriesContext(connection) as seen:
        part = client.get(slot[1], headers={"X-Part": "1"})
    assert part.status_code == 200
    assert len(seen) <= 4
    assert "<html" not in body(part)
    assert client.get(slot[1]).status_code == 200
    assert client.get("/cart/addons/", {"of": "no-such\x00"}).status_code == 404


def test_more_than_there_is_offers_what_there_is(client: Client, shop: Shop) -> None:
    put_in_cart(client, shop, "LAST-TEAPOT", "40")
    page = client.get("/cart/")
    take = re.search(r'name="quantity" value="(\d+)">Take (\d+)<', body(page))
    assert take is not None
    line = page.context["cart"]["lines"][0]
    fixed = client.post(f"/cart/line/{line['id']}/", {"quantity": take[1]}, follow=True)
    assert fixed.context["problems"] == []


def test_a_guest_opens_an_account_and_takes_the_order_along(client: Client, shop: Shop) -> None:
    put_in_cart(client, shop)
    place(client, to_payment(client, {**LEEDS, "email": ALICE}), "test")
    assert "Create an account" in says(client.get("/checkout/placed/"))
    customer_id = person(ALICE)
    sign_in(client, ALICE)
    page = client.get("/checkout/placed/")
    assert "Put it into my account" in says(page)
    assert "The order is in your account now." in says(client.post("/checkout/adopt/", follow=True))
    assert the_order().customer_id == customer_id
    stranger = Client()
    assert stranger.post("/checkout/adopt/").status_code in (302, 404)


def test_an_unpaid_order_is_paid_another_way(client: Client, shop: Shop) -> None:
    put_in_cart(client, shop)
    place(client, to_payment(client), "simulator")
    assert "It only needs to be paid" in says(client.get("/checkout/placed/"))
    back = client.get("/checkout/", follow=True)  # by the browser's button, without having paid
    assert "See or pay your last order" in says(back)
    assert 'href="/checkout/placed/"' in body(back)
    assert "See or pay your last order" not in says(Client().get("/cart/"))
    choice = client.get(f"/orders/{the_order().id}/pay/")
    assert "Bank transfer" in says(choice)
    client.post(f"/orders/{the_order().id}/pay/", {"method": "bank_transfer"})
    owed = says(client.get("/checkout/placed/"))
    assert "Please transfer £17.95" in owed
    assert the_order().number in owed


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_strange_forms_never_break_a_page(client: Client, shop: Shop, odd: str) -> None:
    put_in_cart(client, shop)
    line = client.get("/cart/").context["cart"]["lines"][0]["id"]
    names = [n for n in typed(client.get("/checkout/")) if n != "csrfmiddlewaretoken"]
    for form in (dict.fromkeys(names, odd), *({**LEEDS, n: odd, "do": "place"} for n in (
            "way", "store", "delivery", "book", "method", "code", "gift_card", "use_points", "expected", "key",
            "drop_card", "drop_coupon", "invoice", "title_type", "country", "region"))):
        assert client.post("/checkout/", {"method": "test", "expected": "1", **form}).status_code < 500, form
    for address, form in (("/cart/add/", {"variant": odd, "quantity": odd}),
                          ("/cart/add/", {"variant": str(shop.variants["PLAIN-MUG"]), "quantity": odd}),
                          (f"/cart/line/{line}/", {"quantity": odd}), (f"/cart/line/{uuid4()}/", {"quantity": "1"}),
                          ("/cart/coupon/", {"code": odd}), ("/cart/coupon/", {"remove": odd}),
                          ("/cart/extras/", {"gift_message": odd, "note": odd}), ("/checkout/adopt/", {"x": odd}),
                          (f"/orders/{uuid4()}/pay/", {"method": odd}), ("/checkout/", {"do": odd})):
        assert client.post(address, form, follow=True).status_code < 500, (address, form)
    for address in ("/cart/", "/checkout/", "/checkout/placed/", f"/orders/{uuid4()}/pay/"):
        assert client.get(address, {"undo": odd, "way": odd, "method": odd}, follow=True).status_code < 500


def test_raw_bytes_and_forged_cookies_are_no_faults(client: Client, shop: Shop) -> None:
    put_in_cart(client, shop)
    for raw in (b"\xff\xfe\x00", b"email=%00&name=%ed%a0%80", b"do=place&email=%ff%fe", b"=&&=&%", b"a" * 100_000):
        answer = client.post("/checkout/", raw, content_type="application/x-www-form-urlencoded")
        assert answer.status_code < 500, raw
    for forged in ("", "x", "a:b:c", "\x00", "9" * 5000):
        other = Client()
        other.cookies["cart-shop"] = forged
        assert other.get("/cart/").status_code == 200
        assert other.post("/checkout/", {**LEEDS, "do": "place"}, follow=True).status_code == 200


def test_a_cart_that_became_an_order_elsewhere_leads_there(client: Client, shop: Shop) -> None:
    put_in_cart(client, shop)
    page = to_payment(client)
    stale = client.cookies["cart-shop"].value
    place(client, page, "test")
    client.cookies["cart-shop"] = stale
    assert client.get("/checkout/").headers["Location"] == "/checkout/placed/"
    assert client.post("/checkout/", {**typed(page), "do": "continue"}).headers["Location"] == "/checkout/placed/"
    client.cookies["cart-shop"] = stale
    assert client.get("/cart/").context["cart"] is None
    put_in_cart(client, shop)
    assert len(client.get("/cart/").context["cart"]["lines"]) == 1


def test_a_refused_coupon_stays_in_its_field_with_the_reason_beside_it(client: Client, shop: Shop) -> None:
    put_in_cart(client, shop)
    for page in (client.post("/cart/coupon/", {"code": "WELCOM10"}, follow=True),
                 client.post("/cart/coupon/", {"code": "WELCOM10"}, headers={"X-Part": "cart"})):
        assert re.search(r'<input id="coupon"[^>]* value="WELCOM10"[^>]* aria-describedby="coupon-error"', body(page))
        assert re.search(r'id="coupon-error"[^>]*>[^<]*does not exist', body(page))
    assert "coupon-error" not in body(client.get("/cart/?code=WELCOM10"))
    empty = client.post("/cart/coupon/", {"code": " "}, follow=True)
    assert re.search(r'id="coupon-error"[^>]*>Please enter a coupon', body(empty))
    taken = body(client.post("/cart/coupon/", {"code": "WELCOME10"}, follow=True))
    assert "coupon-error" not in taken
    assert 'name="code" value=""' in taken


def test_guessing_coupons_and_gift_cards_ends(client: Client, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("entrepot.checkout.actions.carts.COUPON_TRIES", 3)
    monkeypatch.setattr("entrepot.checkout.actions.paying.GIFT_CARD_TRIES", 3)
    put_in_cart(client, shop)
    for n in range(3):
        assert "does not exist" in says(client.post("/cart/coupon/", {"code": f"NO{n}"}, follow=True))
    assert "does not exist" not in says(client.post("/cart/coupon/", {"code": "NO4"}, follow=True))
    assert client.post("/cart/coupon/", {"code": "WELCOME10"}, follow=True).context["cart"]["coupons"] == ()
    page = to_payment(client)
    for n in range(4):
        last = client.post("/checkout/", {**typed(page), "gift_card": f"GC{n}", "do": "card"})
    assert 'id="gift_card-error"' in body(last)
    assert "Too many" in says(last) or "try again" in says(last).lower()
    with clock.at(clock.now() + timedelta(hours=1)):
        assert "The coupon counts." in says(client.post("/cart/coupon/", {"code": "WELCOME10"}, follow=True))


@pytest.mark.parametrize("address", ["/cart/", "/checkout/"])
def test_a_page_takes_at_most_four_statements_however_many_lines(client: Client, shop: Shop, address: str) -> None:
    put_in_cart(client, shop, "TEE-ROSE-S")
    to_payment(client)
    one = cost(client, address)
    for sku in ("PLAIN-MUG", "TEE-ROSE-M", "TEE-NAVY-S", "TEE-NAVY-M"):
        put_in_cart(client, shop, sku)
    to_payment(client)
    assert cost(client, address) == one
    assert one <= 4


def test_the_api_can_what_the_page_can(client: Client, shop: Shop) -> None:
    made = client.post("/api/v1/carts", {"lines": [{"variant_id": str(shop.variants["PLAIN-MUG"]), "quantity": 2}]},
                       content_type="application/json").json()
    proof = {"Cart-Secret": made["secret"]}
    base = f"/api/v1/carts/{made['id']}"
    address = {k: v for k, v in LEEDS.items() if k not in ("email", "phone")}
    client.put(f"{base}/addresses", {"shipping": address}, content_type="application/json", headers=proof)
    seen = client.get(f"{base}/overview", headers=proof).json()
    assert [o["code"] for o in seen["delivery_options"]] == ["standard", "express", "pickup"]
    assert {"test", "simulator", "bank_transfer"} <= {m["code"] for m in seen["payment_methods"]}
    assert seen["wallet"] is None
    assert seen["cart"]["free_delivery_from_minor"] == 10000
    assert sum(float(i["quantity"]) for p in seen["parcels"] for i in p["items"]) == 2
    form = client.get("/api/v1/checkouts/address-form", {"country": "CN", "region": "浙江省"}).json()
    assert "杭州市" in [c["value"] for f in form["fields"] if f["name"] == "city" for c in f["choices"]]
    assert client.get("/api/v1/checkouts/address-form", {"country": "\x00"}).status_code == 422


def test_the_order_arrives_once_however_often_the_button_is_pressed(client: Client, shop: Shop) -> None:
    put_in_cart(client, shop)
    page, cart = to_payment(client), client.cookies["cart-shop"].value
    for _ in range(3):
        client.cookies["cart-shop"] = cart
        assert place(client, page, "test").headers["Location"] == "/checkout/placed/"
    outbox.drain()
    assert the_order().paid_minor == 1795
