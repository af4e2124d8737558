"""The customer's own area: what it shows and costs, what it changes, and that nobody reaches what is another's."""

from __future__ import annotations

import re
from decimal import Decimal
from uuid import UUID

import pytest
from django.test import Client

from entrepot.catalog import public as catalog
from entrepot.customers import public as customers
from entrepot.kit import outbox
from entrepot.orders import public as orders
from entrepot.orders.contracts import Condition
from entrepot.service import public as service
from entrepot.service.tests.factories import a_picture
from entrepot.web.tests.walks import (
    LONDON,
    a_review,
    an_order,
    body,
    cost,
    customer_of,
    midlands,
    picture_file,
    put_in_cart,
    says,
)
from tests.shop import BOB, MUG, Shop

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = ("/account/", "/account/orders/", "/account/wishes/", "/account/coupons/", "/account/points/",
         "/account/reviews/", "/account/addresses/", "/account/addresses/new/", "/account/profile/",
         "/account/security/", "/account/privacy/", "/account/close/")
RECOGNITION = 1  # the session tells who is there


def test_every_page_opens_in_both_languages_and_for_members_only(client: Client, shop: Shop, alice: UUID) -> None:
    for address in PAGES:
        for prefix, lang in (("", "en"), ("/zh-hans", "zh-CN")):
            page = client.get(prefix + address)
            assert page.status_code == 200, address
            assert f'<html lang="{lang}"' in body(page)
            assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", body(page)), address
        assert Client().get(address).headers["Location"].startswith("/accounts/login/?next=")


def test_pages_cost_the_same_with_one_and_with_five(client: Client, shop: Shop, alice: UUID) -> None:
    me = customer_of(alice)
    variants = list(shop.variants.values())

    def grow(n: int) -> None:
        order = an_order(client, shop)
        customers.add_wish(alice, variants[n], actor=me)
        customers.save_code(alice, f"CODE-{n}", actor=me)
        customers.add_address(alice, LONDON, actor=me)
        customers.adjust_balance(alice, "points", 10, reason="test", actor=BOB)
        customers.record_consent(alice, "profiling", bool(n % 2), "1", "web", actor=me)
        assert order.state == "completed"

    lists = [p for p in PAGES if p not in ("/account/addresses/new/", "/account/profile/")]
    grow(0)
    one = {address: cost(client, address) for address in lists}
    for n in range(1, 5):
        grow(n)
    five = {address: cost(client, address) for address in lists}
    assert five == one
    assert {a: n for a, n in five.items() if n > 4 + RECOGNITION} == {}


def test_the_order_page_tells_the_story_and_costs_no_more_with_a_longer_one(client: Client, shop: Shop,
                                                                            alice: UUID) -> None:
    order = an_order(client, shop, deliver=False)
    address = f"/account/orders/{order.id}/"
    before = cost(client, address)
    assert "We are packing it." in says(client.get(address))
    for parcel in orders.plan_fulfilments(order.id, actor=BOB):
        orders.ship_fulfilment(parcel.id, "DHL", "00340434", actor=BOB)
        orders.record_delivery(parcel.id, actor=BOB)
    outbox.drain()
    page = says(client.get(address))
    for told in ("Delivered", "Parcel shipped 00340434", "Order placed", "Invoice"):
        assert told in page, told
    assert cost(client, address) <= before
    assert before <= 4 + RECOGNITION


def test_a_return_with_pictures_from_asking_to_the_refund(client: Client, shop: Shop, alice: UUID) -> None:
    order = an_order(client, shop)
    line, address = order.lines[0], f"/account/orders/{order.id}/"
    missing = client.post(f"{address}return/", {f"line-{line.id}": "1"})
    assert missing.status_code == 422
    assert 'id="why-error"' in body(missing)
    form = {f"line-{line.id}": "1", "reason": "Broken", "photos": picture_file(b"<svg/>")}
    fake = client.post(f"{address}return/", form)
    assert fake.status_code == 422
    assert "Broken" in body(fake)  # what was typed stays
    assert orders.get_order(order.id, actor=BOB).changes == []

    form = {f"line-{line.id}": "1", "why": "It arrived damaged", "reason": "The handle is off.",
            "photos": picture_file(a_picture("JPEG", (300, 200)))}
    asked = says(client.post(f"{address}return/", form, follow=True))
    assert "Waiting for our answer" in asked
    assert "It arrived damaged: The handle is off." in asked
    change = orders.get_order(order.id, actor=BOB).changes[0]
    photo = client.get(change.photos[0])
    assert (photo.status_code, photo.headers["Content-Type"], photo.content[8:12]) == (200, "image/webp", b"WEBP")

    orders.approve_change(change.id, actor=BOB)
    assert "Accepted, please send it back" in says(client.get(address))
    orders.receive_return(change.id, [(line.id, Decimal(1), Condition.GOOD, midlands())], actor=BOB)
    seen = orders.preview(change.id, actor=BOB)
    orders.confirm_change(change.id, expected_difference=seen.difference_minor, actor=BOB)
    outbox.drain()
    done = says(client.get(address))
    assert "Settled" in done
    assert "Refunded £14.00" in done


def test_an_exchange_names_what_comes_instead(client: Client, shop: Shop, alice: UUID) -> None:
    client.post("/cart/add/", {"variant": str(shop.variants["TEE-ROSE-S"]), "quantity": "1"})
    order = an_order(client, shop)
    line = next(x for x in order.lines if x.sku == "TEE-ROSE-S")
    address, other = f"/account/orders/{order.id}/return/", shop.variants["TEE-NAVY-M"]
    assert str(other) in body(client.get(address))
    form = {f"line-{line.id}": "1", "why": "It does not fit", "outcome": "exchange"}
    assert "Please choose what you would like instead." in says(client.post(address, form))
    foreign = {**form, f"swap-{line.id}": str(shop.variants["PLAIN-MUG"])}
    assert client.post(address, foreign).status_code == 422
    client.post(address, {**form, f"swap-{line.id}": str(other)})
    change = orders.get_order(order.id, actor=BOB).changes[0]
    assert (change.kind, change.difference_minor) == ("exchange", 0)
    assert [op["op"] for op in change.operations] == ["return_line", "add_line"]

    withdrawn = client.post(f"/account/orders/{order.id}/returns/{change.id}/withdraw/", follow=True)
    assert "Your request was withdrawn." in says(withdrawn)
    assert orders.get_order(order.id, actor=BOB).changes[0].state == "cancelled"


def test_nobody_reaches_what_is_anothers(client: Client, shop: Shop, alice: UUID, charlie: Client) -> None:
    order = an_order(client, shop)
    line, base = order.lines[0], f"/account/orders/{order.id}/"
    client.post(f"{base}return/", {f"line-{line.id}": "1", "reason": "Broken", "photos": picture_file(a_picture())})
    change = orders.get_order(order.id, actor=BOB).changes[0]
    entry = customers.add_address(alice, LONDON, actor=customer_of(alice))
    product = catalog.product_id_of(MUG)
    review = a_review(client, product)
    paper = order.invoices[0].id
    for address in (base, f"{base}return/", f"{base}invoices/{paper}/", f"/account/addresses/{entry.id}/",
                    change.photos[0], f"/account/reviews/{product}/",
                    f"/reviews/{review}/photos/{service.get_review(review, actor=BOB).photos[0]}/"):
        assert charlie.get(address).status_code == 404, address
        assert Client().get(address).status_code in (302, 404), address
    for address in (f"{base}cancel/", f"{base}again/", f"{base}return/", f"{base}returns/{change.id}/withdraw/",
                    f"/account/addresses/{entry.id}/", f"/account/addresses/{entry.id}/delete/",
                    f"/account/addresses/{entry.id}/default/", f"/account/reviews/{review}/delete/"):
        assert charlie.post(address, {**LONDON, "reason": "mine"}).status_code == 404, address
        assert Client().post(address).status_code == 302, address
    after = orders.get_order(order.id, actor=BOB)
    assert (after.state, after.changes) == (order.state, [change])
    assert [a.address.name for a in customers.list_addresses(alice)] == ["Alice Buyer"]
    assert service.get_review(review, actor=BOB).state == "waiting"
    # a picture of one order cannot be shown with another
    stolen = an_order(charlie, shop)
    with pytest.raises(Exception, match="photos"):
        orders.request_return(stolen.id, change.kind, [], photos=change.photos, actor=BOB)


def test_a_review_is_written_looked_at_and_found_helpful(client: Client, shop: Shop, alice: UUID,
                                                         charlie: Client) -> None:
    an_order(client, shop)
    product = catalog.product_id_of(MUG)
    assert "Write a review" in says(client.get("/account/reviews/"))
    assert client.post(f"/account/reviews/{product}/", {"rating": "9", "text": "x"}).status_code == 422
    review = a_review(client, product)
    assert "We are looking at it" in says(client.get("/account/reviews/"))
    service.publish_review(review, actor=BOB)
    charlie.post(f"/reviews/{review}/helpful/", {"slug": MUG})
    charlie.post(f"/reviews/{review}/helpful/", {"slug": MUG})
    assert service.get_review(review, actor=BOB).helpful_count == 1
    client.post(f"/account/reviews/{review}/delete/")
    assert service.find_reviews(actor=BOB)[0] == []


def test_ordering_again_fills_the_cart(client: Client, shop: Shop, alice: UUID) -> None:
    order = an_order(client, shop)
    filled = client.post(f"/account/orders/{order.id}/again/", follow=True)
    assert "1 article is in your cart." in says(filled)
    assert "Plain Mug" in says(filled)


def test_what_a_request_lacks_is_said_beside_what_is_to_be_filled_in(client: Client, shop: Shop, alice: UUID) -> None:
    client.post("/cart/add/", {"variant": str(shop.variants["TEE-ROSE-S"]), "quantity": "1"})
    order = an_order(client, shop)
    page = body(client.post(f"/account/orders/{order.id}/return/", {"outcome": "refund", "reason": ""}))
    assert re.search(r'<p class="error" id="lines-error">Please say how many', page)
    assert re.search(r'<select id="why"[^>]*aria-describedby="why-error"', page)
    assert re.search(r'id="why-error">Please say why', page)
    assert not re.search(r'<textarea id="reason"[^>]*aria-invalid', page)  # which may stay empty


def test_the_order_and_the_return_form_tell_size_and_colour(client: Client, shop: Shop, alice: UUID) -> None:
    put_in_cart(client, shop, "TEE-ROSE-S")
    order = an_order(client, shop)
    told = [f"{o.name}: {o.value}" for line in order.lines for o in line.options]
    assert len(told) == 2
    for address in (f"/account/orders/{order.id}/", f"/account/orders/{order.id}/return/"):
        assert ", ".join(told) in body(client.get(address)), address
    instead = catalog.variant_facts([shop.variants["TEE-NAVY-M"]])[shop.variants["TEE-NAVY-M"]]
    assert ", ".join(f"{c.name['en']}: {c.value['en']}" for c in instead.choices) in body(client.get(address))
