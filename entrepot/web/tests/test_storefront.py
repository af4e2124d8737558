"""The shop as browsers get it: pages, steps, refusals, and that nobody sees what is not theirs."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import ProductPatch
from entrepot.customers import public as customers
from entrepot.orders import public as orders
from entrepot.orders.contracts import OrderFilter
from entrepot.web.tests.walks import LEEDS, body, buy, cost, put_in_cart, says, sign_in, typed
from tests.shop import ALICE, BOB, CHARLIE, GONE, MUG, TEE, Shop, add_mugs, person, publish_changes

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = ("/", "/search/", "/search/?q=mug", "/c/kitchen/", "/c/tea-coffee/?sort=price", f"/p/{MUG}/", f"/p/{TEE}/",
         f"/p/{GONE}/", "/cart/", "/track/", "/region/")


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


@pytest.mark.parametrize("address", ["/", "/c/kitchen/", "/search/?q=mug", f"/p/{MUG}/", f"/p/{TEE}/"])
def test_a_page_costs_few_statements_however_full_the_shelf(client: Client, shop: Shop, address: str) -> None:
    few = cost(client, address)
    add_mugs(5)
    assert cost(client, address) == few
    assert few <= 4
# Who somebody is, the session tells in one statement; their cart comes with its goods and what they have in another.
@pytest.mark.parametrize(("address", "most"), [
    ("/", 2), ("/c/kitchen/", 2), ("/search/?q=mug", 2), (f"/p/{MUG}/", 4), ("/cart/", 2), ("/checkout/", 2),
    ("/account/", 4), ("/account/orders/", 3)])
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
