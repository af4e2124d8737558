"""The shop as browsers get it: pages, steps, refusals, and that nobody sees what is not theirs."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import ProductPatch
from entrepot.customers import public as customers
from entrepot.kit import outbox
from entrepot.orders import public as orders
from entrepot.orders.contracts import OrderFilter
from tests.shop import (
    ALICE,
    BOB,
    CHARLIE,
    GONE,
    MUG,
    PASSWORD,
    TEE,
    Shop,
    add_mugs,
    person,
    publish_changes,
)

pytestmark = pytest.mark.django_db(transaction=True)

LEEDS = {"email": "guest@example.com", "name": "Grace Guest", "phone": "", "country": "GB", "line1": "5 Mill Lane",
         "line2": "", "city": "Leeds", "region": "", "postcode": "LS1 4AP"}
HANGZHOU = {"email": "wang@example.com", "name": "王芳", "phone": "13800138000", "country": "CN", "region": "浙江省",
            "city": "杭州市", "district": "西湖区", "line1": "文三路 90 号", "line2": "", "postcode": "310012"}
PAGES = ("/", "/search/", "/search/?q=mug", "/c/kitchen/", "/c/tea-coffee/?sort=price", f"/p/{MUG}/", f"/p/{TEE}/",
         f"/p/{GONE}/", "/cart/", "/track/", "/region/")


def body(response: Any) -> str:
    return str(response.content.decode())


def says(response: Any) -> str:
    """What a reader sees: text without markup."""
    return re.sub(r"\s+", " ", re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", body(response), flags=re.S))


def put_in_cart(client: Client, shop: Shop, sku: str = "PLAIN-MUG", quantity: str = "1") -> Any:
    return client.post("/cart/add/", {"variant": str(shop.variants[sku]), "quantity": quantity}, follow=True)


def to_payment(client: Client, address: dict[str, str] = LEEDS, option: str | None = None) -> Any:
    page = client.post("/checkout/", {**address, "do": "continue"}, follow=True)
    assert page.status_code == 200, says(page)
    if option is None:
        return page
    chosen = {"way": "pickup", "store": option} if ":" in option else {"delivery": option}
    return client.post("/checkout/", {**address, **chosen, "do": "update"}, follow=True)


def place(client: Client, page: Any, method: str, **more: str) -> Any:
    """Press the button of the page as it stands: what the cart keeps is in its fields."""
    return client.post("/checkout/", {**typed(page), "method": method, "do": "place", **more})


def typed(page: Any) -> dict[str, str]:
    """What a browser would send of the page's form."""
    form = re.search(r'<form id="checkout-form".*?</form>', body(page), re.S)
    assert form is not None
    said: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", form[0]):
        attrs = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        chosen = attrs.get("type") not in ("radio", "checkbox") or " checked" in tag
        if "name" in attrs and chosen and " disabled" not in tag:
            said[attrs["name"]] = unescape(attrs.get("value", ""))
    for name, options in re.findall(r'<select name="([\w-]+)"[^>]*>(.*?)</select>', form[0], re.S):
        said[name] = next(iter(re.findall(r'value="([^"]*)" selected', options)), "")
    for name, text in re.findall(r'<textarea name="(\w+)"[^>]*>(.*?)</textarea>', form[0], re.S):
        said[name] = unescape(text.strip())
    return said


def sign_in(client: Client, email: str) -> None:
    answer = client.post("/accounts/login/", {"login": email, "password": PASSWORD})
    assert answer.status_code == 302


def buy(client: Client, shop: Shop, method: str = "test") -> Any:
    put_in_cart(client, shop)
    place(client, to_payment(client), method)
    outbox.drain()
    return client.get("/checkout/placed/")


def test_every_page_opens_in_both_languages(client: Client, shop: Shop) -> None:
    for address in PAGES:
        english, chinese = client.get(address), client.get("/zh-hans" + address)
        assert (english.status_code, chinese.status_code) == (200, 200), address
        assert '<html lang="en"' in body(english)
        assert '<html lang="zh-CN"' in body(chinese)
    assert "素色马克杯" in body(client.get(f"/zh-hans/p/{MUG}/"))


def test_the_other_language_is_the_same_page(client: Client, shop: Shop) -> None:
    page = body(client.get(f"/p/{TEE}/?colour=navy&size=m"))
    assert f'href="/zh-hans/p/{TEE}/?colour=navy&amp;size=m"' in page
    assert f'<link rel="canonical" href="http://testserver/p/{TEE}/">' in page
    assert f'hreflang="zh-Hans" href="http://testserver/zh-hans/p/{TEE}/"' in page
    assert 'name="robots" content="noindex"' in body(client.get("/cart/"))


def test_pages_carry_no_inline_script_or_style_and_ask_no_other_host(client: Client, shop: Shop) -> None:
    for address in PAGES:
        page = body(client.get(address))
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", page), address
        assert all("src=" in tag or "ld+json" in tag for tag in re.findall(r"<script[^>]*>", page)), address
        loaded = re.findall(r'(?:src|<link rel="(?:stylesheet|icon)" href)="([^"]+)"', page)
        assert loaded
        assert all(url.startswith("/") for url in loaded), address


def cost(client: Client, address: str) -> int:
    """The least of three: what each process keeps for seconds may just have run out."""
    counts = []
    for _ in range(3):
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        counts.append(len(seen))
    return min(counts)


@pytest.mark.parametrize("address", ["/", "/c/kitchen/", "/search/?q=mug", f"/p/{MUG}/", f"/p/{TEE}/"])
def test_a_page_costs_few_statements_however_full_the_shelf(client: Client, shop: Shop, address: str) -> None:
    few = cost(client, address)
    add_mugs(5)
    assert cost(client, address) == few
    assert few <= 4


# Who somebody is, the session tells in one statement; their cart comes with its goods and what they have in another.
@pytest.mark.parametrize(("address", "most"), [
    ("/", 2), ("/c/kitchen/", 2), ("/search/?q=mug", 2), (f"/p/{MUG}/", 4), ("/cart/", 4), ("/checkout/", 4),
    ("/account/", 5), ("/account/orders/", 3)])
def test_a_members_page_costs_few_statements_more(client: Client, shop: Shop, address: str, most: int) -> None:
    customers.adjust_balance(person(ALICE), "credit", 500, reason="goodwill", currency="GBP", actor=BOB)
    sign_in(client, ALICE)
    put_in_cart(client, shop, "TEE-ROSE-S")
    page = client.get("/checkout/")
    client.post("/checkout/", {**typed(page), **LEEDS, "use_credit": "1", "do": "continue"})
    put_in_cart(client, shop, "TEE-ROSE-S")  # a changed cart holds nothing any more: its stock is looked up
    one = cost(client, address)
    for sku in ("PLAIN-MUG", "LAST-TEAPOT", "TEE-ROSE-M", "TEE-NAVY-S"):
        put_in_cart(client, shop, sku)
    add_mugs(5)
    assert cost(client, address) == one
    assert one <= most


def test_a_cart_costs_the_same_with_five_lines(client: Client, shop: Shop) -> None:
    put_in_cart(client, shop, "TEE-ROSE-S")
    one = cost(client, "/cart/")
    for sku in ("PLAIN-MUG", "LAST-TEAPOT", "TEE-ROSE-M", "TEE-NAVY-S"):
        put_in_cart(client, shop, sku)
    assert cost(client, "/cart/") == one


def test_options_lead_to_the_variant(client: Client, shop: Shop) -> None:
    page = body(client.get(f"/p/{TEE}/?colour=navy&size=m"))
    assert f'name="variant" value="{shop.variants["TEE-NAVY-M"]}"' in page
    assert "colour=rose&amp;size=m" in page
    assert client.get(f"/p/{TEE}/?colour=no-such&size=%00").status_code == 200


def test_sold_out_says_so_and_offers_no_button(client: Client, shop: Shop) -> None:
    page = client.get(f"/p/{GONE}/")
    assert "Sold out" in says(page)
    assert "Add to cart" not in says(page)


def test_search_narrows_by_facets(client: Client, shop: Shop) -> None:
    assert "Plain Mug" in says(client.get("/search/?q=mug"))
    navy = says(client.get("/search/?attr[colour]=navy"))
    assert "Heavy T-Shirt" in navy
    assert "Plain Mug" not in navy
    assert "Nothing found this time" in says(client.get("/search/?q=zzzqqqxx"))
    for odd in ("/search/?offset=-1", "/search/?offset=99999999999999", "/search/?price=a-b", "/search/?sort=%00",
                "/search/?q=" + "x" * 5000, "/c/kitchen/?price=10-5", "/search/?attr[%00]=1"):
        assert client.get(odd).status_code in (200, 404), odd


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
    parcel = orders.create_fulfilment(order.id, [(line.id, line.quantity)], _warehouse(), actor=BOB)
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


def _warehouse() -> int:
    from entrepot.inventory import public as inventory

    return next(w.id for w in inventory.warehouses() if w.code == "midlands")


def test_a_stranger_sees_and_changes_nothing_of_it(client: Client, shop: Shop) -> None:
    person(ALICE)
    person(CHARLIE)
    sign_in(client, ALICE)
    shown = buy(client, shop)
    order = orders.find_orders(OrderFilter(), actor=BOB)[0][0]
    paper = orders.get_order(order.id, actor=BOB).invoices[0].id
    guest, charlie = Client(), Client()
    sign_in(charlie, CHARLIE)
    assert order.number in says(shown)
    base = f"/account/orders/{order.id}/"
    for address in (base, f"{base}invoices/{paper}/"):
        assert charlie.get(address).status_code == 404
        assert guest.get(address).headers["Location"].startswith("/accounts/login/?next=")
    for address in (f"{base}cancel/", f"{base}return/"):
        assert charlie.post(address, {"reason": "mine now"}).status_code == 404
        assert guest.post(address).status_code == 302
    assert order.number not in says(charlie.get("/account/"))
    for other in (guest, charlie):
        assert order.number not in says(other.get(f"/orders/{order.id}/pay/", follow=True))
        assert other.get("/track/", follow=True).status_code == 200
        assert other.post("/track/", {"secret": str(order.id)}).status_code == 404
        assert other.get("/checkout/placed/").status_code == 302
    after = orders.get_order(order.id, actor=BOB)
    assert (after.state, after.changes) == ("processing", [])


XSS = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</script><svg onload=alert(1)>",
       "javascript:alert(1)", "{{ 7|add:7 }}{% debug %}", "' autofocus onfocus=alert(1) x='")


@pytest.mark.parametrize("poison", XSS)
def test_hostile_text_is_inert(client: Client, shop: Shop, poison: str) -> None:
    product_id = catalog.product_id_of(MUG)
    assert product_id is not None
    catalog.update_product(product_id, ProductPatch(
        name={"en": f"Mug {poison}", "zh-hans": f"杯 {poison}"},
        description={"en": f"<p>Good {poison}</p><a href=\"javascript:alert(1)\" onclick=\"x()\">more</a>",
                     "zh-hans": "好"}), actor=BOB)
    publish_changes()
    put_in_cart(client, shop)
    for address in ("/", f"/p/{MUG}/", "/cart/", "/c/tea-coffee/", "/search/?q=Mug"):
        _is_inert(body(client.get(address)))
    _is_inert(body(client.get("/search/", {"q": poison, "sort": poison, "brand": poison})))
    _is_inert(body(client.post("/track/", {"secret": poison})))
    _is_inert(body(client.post("/checkout/", {**LEEDS, "name": poison, "city": poison, "email": poison})))


def _is_inert(page: str) -> None:
    """No element, attribute or address that the template did not write."""
    without_data = re.sub(r'<script type="application/ld\+json">[^<]*</script>', "", page)
    tags = re.findall(r"<[a-zA-Z/][^>]*>", without_data)
    assert "<script>" not in without_data
    assert not [t for t in tags if re.search(r"\son\w+\s*=|=\s*[\"']?javascript:", re.sub(r'"[^"]*"', '""', t), re.I)]
    assert not re.search(r'(?:href|src|action)="\s*javascript:', without_data, re.I)
    assert "<svg onload" not in without_data
    assert "<img src=x" not in without_data


def test_pages_for_what_is_not_there_or_not_allowed(shop: Shop) -> None:
    visitor = Client(enforce_csrf_checks=True)
    for address in ("/no/such/page/", "/p/no-such/", "/c/no-such/", "/zh-hans/nope/"):
        missing = visitor.get(address)
        assert missing.status_code == 404
        assert '<form class="search"' in body(missing)
    forged = visitor.post("/cart/add/", {"variant": str(shop.variants["PLAIN-MUG"])})
    assert forged.status_code == 403
    assert "Nothing was changed." in says(forged)


def test_a_fault_of_ours_has_a_page_too(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    from entrepot.showcase import public as showcase

    def broken(*_: Any, **__: Any) -> bytes:
        raise RuntimeError("planted")

    monkeypatch.setattr(showcase, "listing", broken)
    answer = Client(raise_request_exception=False).get("/")
    assert answer.status_code == 500
    assert "Something went wrong" in says(answer)
    assert "planted" not in body(answer)


