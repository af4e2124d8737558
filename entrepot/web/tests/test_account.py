"""The customer's own area: what it shows and costs, what it changes, and that nobody reaches what is another's."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from entrepot.catalog import public as catalog
from entrepot.customers import public as customers
from entrepot.identity import public as identity
from entrepot.kit import db, outbox, private
from entrepot.orders import public as orders
from entrepot.orders.contracts import Condition, OrderFilter, OrderView
from entrepot.service import public as service
from entrepot.service.tests.factories import a_picture
from entrepot.web.devices import device
from entrepot.web.tests.test_storefront import body, buy, says, sign_in
from tests.shop import ALICE, BOB, CHARLIE, MUG, PASSWORD, Shop, forget, open_shop, person

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = ("/account/", "/account/orders/", "/account/wishes/", "/account/coupons/", "/account/points/",
         "/account/reviews/", "/account/addresses/", "/account/addresses/new/", "/account/profile/",
         "/account/security/", "/account/privacy/", "/account/close/")
LONDON = {"name": "Alice Buyer", "line1": "221B Baker Street", "city": "London", "postcode": "NW1 6XE", "country": "GB"}
# Who is there: the session, the sign-in, the person's rights.
RECOGNITION = 3


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Shop]:
    monkeypatch.setenv("ENTREPOT_TEST_PAYMENTS", "1")
    monkeypatch.setenv("ENTREPOT_PAYMENT_SIMULATOR", "1")
    monkeypatch.setattr(private, "home", lambda: tmp_path)
    yield open_shop()
    forget()


@pytest.fixture
def alice(shop: Shop, client: Client) -> UUID:
    """Signed in at `client`."""
    customer_id = person(ALICE)
    sign_in(client, ALICE)
    return customer_id


@pytest.fixture
def charlie(shop: Shop) -> Client:
    person(CHARLIE)
    client = Client()
    sign_in(client, CHARLIE)
    return client


def an_order(client: Client, shop: Shop, *, deliver: bool = True) -> OrderView:
    """The newest order, made by this browser."""
    buy(client, shop)
    order = orders.get_order(orders.find_orders(OrderFilter(), actor=BOB)[0][0].id, actor=BOB)
    if deliver:
        for parcel in orders.plan_fulfilments(order.id, actor=BOB):
            orders.ship_fulfilment(parcel.id, "DHL", "00340434", actor=BOB)
            orders.record_delivery(parcel.id, actor=BOB)
        outbox.drain()
    return orders.get_order(order.id, actor=BOB)


def cost(client: Client, address: str) -> int:
    """The least of three: now and then a look falls on what the process reads anew every few seconds."""
    seen = []
    for _ in range(3):
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        seen.append(len(found))
    return min(seen)


def test_every_page_opens_in_both_languages_and_for_members_only(client: Client, shop: Shop, alice: UUID) -> None:
    for address in PAGES:
        for prefix, lang in (("", "en"), ("/zh-hans", "zh-CN")):
            page = client.get(prefix + address)
            assert page.status_code == 200, address
            assert f'<html lang="{lang}"' in body(page)
            assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", body(page)), address
        assert Client().get(address).headers["Location"].startswith("/accounts/login/?next=")


def test_pages_cost_the_same_with_one_and_with_five(client: Client, shop: Shop, alice: UUID) -> None:
    me = _actor(alice)
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


def _actor(customer_id: UUID) -> Any:
    from entrepot.customers.tests.factories import acting

    return acting(customers.get_customer(customer_id))


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
    assert 'id="reason-error"' in body(missing)
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
    orders.receive_return(change.id, [(line.id, Decimal(1), Condition.GOOD, _warehouse())], actor=BOB)
    seen = orders.preview(change.id, actor=BOB)
    orders.confirm_change(change.id, expected_difference=seen.difference_minor, actor=BOB)
    outbox.drain()
    done = says(client.get(address))
    assert "Settled" in done
    assert "Refunded £14.00" in done


def picture_file(content: bytes) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("holiday.png", content, "image/png")


def _warehouse() -> int:
    from entrepot.inventory import public as inventory

    return next(w.id for w in inventory.warehouses() if w.code == "midlands")


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
    entry = customers.add_address(alice, LONDON, actor=_actor(alice))
    product = catalog.product_id_of(MUG)
    review = _reviewed(client, product)
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


def _reviewed(client: Client, product_id: UUID | None) -> UUID:
    answer = client.post(f"/account/reviews/{product_id}/", {
        "rating": "4", "title": "Solid", "text": "Keeps tea warm.", "photos": picture_file(a_picture())})
    assert answer.status_code == 302
    return service.find_reviews(actor=BOB)[0][0].id


def test_a_review_is_written_looked_at_and_found_helpful(client: Client, shop: Shop, alice: UUID,
                                                         charlie: Client) -> None:
    an_order(client, shop)
    product = catalog.product_id_of(MUG)
    assert "Write a review" in says(client.get("/account/reviews/"))
    assert client.post(f"/account/reviews/{product}/", {"rating": "9", "text": "x"}).status_code == 422
    review = _reviewed(client, product)
    assert "We are looking at it" in says(client.get("/account/reviews/"))
    service.publish_review(review, actor=BOB)
    charlie.post(f"/reviews/{review}/helpful/", {"slug": MUG})
    charlie.post(f"/reviews/{review}/helpful/", {"slug": MUG})
    assert service.get_review(review, actor=BOB).helpful_count == 1
    client.post(f"/account/reviews/{review}/delete/")
    assert service.find_reviews(actor=BOB)[0] == []


def test_the_address_book(client: Client, shop: Shop, alice: UUID) -> None:
    wrong = client.post("/account/addresses/new/", {**LONDON, "postcode": "NOPE"})
    assert wrong.status_code == 422
    assert 'id="id_postcode-error"' in body(wrong)
    client.post("/account/addresses/new/", LONDON)
    client.post("/account/addresses/new/", {**LONDON, "line1": "10 Downing Street"})
    first, second = customers.list_addresses(alice)
    assert (first.is_default, second.address.line1) == (True, "10 Downing Street")
    client.post(f"/account/addresses/{second.id}/default/")
    client.post(f"/account/addresses/{first.id}/", {**LONDON, "line1": "1 New Road"})
    assert [(a.is_default, a.address.line1) for a in customers.list_addresses(alice)] == [
        (True, "10 Downing Street"), (False, "1 New Road")]
    client.post(f"/account/addresses/{first.id}/delete/")
    assert len(customers.list_addresses(alice)) == 1


def test_wishes_from_anywhere(client: Client, shop: Shop, alice: UUID) -> None:
    mug = str(shop.variants["PLAIN-MUG"])
    visitor = Client()
    assert visitor.post("/wish/", {"variant": mug, "next": "/p/plain-mug/"}).headers["Location"].startswith(
        "/accounts/login/?next=")
    assert client.post("/wish/", {"variant": mug, "next": "/cart/"}).headers["Location"] == "/cart/"
    for elsewhere in ("https://evil.example/", "//evil.example", "javascript:alert(1)"):
        back = client.post("/wish/", {"variant": mug, "next": elsewhere}).headers["Location"]
        assert back == "/account/wishes/"
    client.post("/wish/", {"variant": str(uuid4())})
    client.post("/wish/", {"variant": "x"})
    assert [str(w.variant_id) for w in customers.list_wishes(alice)] == [mug]
    shown = client.get("/account/wishes/")
    assert "£14.00" in says(shown)
    assert "In stock" in says(shown)
    client.post("/wish/", {"variant": mug, "do": "remove"})
    assert customers.list_wishes(alice) == []


def test_coupons_say_what_they_are_worth(client: Client, shop: Shop, alice: UUID) -> None:
    assert "This coupon does not exist." in says(client.post("/account/coupons/save/", {"code": "NOPE"}, follow=True))
    kept = says(client.post("/account/coupons/save/", {"code": "welcome10"}, follow=True))
    assert "WELCOME10" in kept
    assert "Welcome: 10 % off" in kept
    assert "Use it in the cart" in kept
    client.post("/account/coupons/save/", {"code": "WELCOME10", "do": "remove"})
    assert customers.list_codes(alice) == []


def test_points_are_a_statement(client: Client, shop: Shop, alice: UUID) -> None:
    for delta in (100, -30):
        customers.adjust_balance(alice, "points", delta, reason="test", actor=BOB)
    customers.adjust_balance(alice, "credit", 500, currency="GBP", reason="test", actor=BOB)
    page = says(client.get("/account/points/"))
    assert "Points 70" in page
    assert re.search(r"-30 70 .* \+100 100", page)
    assert "£5.00" in page


def test_consents_are_written_down_only_when_they_change(client: Client, shop: Shop, alice: UUID) -> None:
    client.post("/account/privacy/consents/", {"email_marketing": "on"})
    client.post("/account/privacy/consents/", {"email_marketing": "on"})
    client.post("/account/privacy/consents/", {})
    assert [(c.purpose, c.granted, c.channel) for c in customers.consent_history(alice)] == [
        ("email_marketing", True, "account"), ("email_marketing", False, "account")]


def test_profile_and_language(client: Client, shop: Shop, alice: UUID) -> None:
    assert client.post("/account/profile/", {"name": "", "language": "xx"}).status_code == 422
    client.post("/account/profile/", {"name": "Alice Anders", "phone": "020 7946 0958", "language": "zh-hans",
                                      "country": "CN"})
    person_now = customers.get_customer(alice)
    assert (person_now.name, person_now.language, person_now.country) == ("Alice Anders", "zh-hans", "CN")


def test_sessions_are_listed_and_ended(client: Client, shop: Shop, alice: UUID) -> None:
    phone = Client(headers={"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Safari/604.1"})
    sign_in(phone, ALICE)
    phone.get("/account/")
    page = client.get("/account/security/")
    assert "Safari on iPhone" in says(page)
    ids = re.findall(r"/account/security/sessions/(\d+)/end/", body(page))
    assert len(ids) == 2
    client.post("/account/security/sessions/end/")
    assert phone.get("/account/").status_code == 302
    assert client.get("/account/").status_code == 200
    assert client.post("/account/security/sessions/999999/end/").status_code == 404


@pytest.mark.parametrize(("agent", "name"), [
    ("Mozilla/5.0 (Windows NT 10.0) Chrome/131 Safari/537 Edg/131", "Edge on Windows"),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:130) Firefox/130", "Firefox on Linux"), ("curl/8", "curl"),
    ("", "Unknown device")])
def test_a_device_is_named_as_people_call_it(agent: str, name: str) -> None:
    assert device(agent) == name


def test_the_copy_holds_everything_of_oneself_and_nothing_of_others(client: Client, shop: Shop, alice: UUID,
                                                                    charlie: Client) -> None:
    order = an_order(client, shop)
    _reviewed(client, catalog.product_id_of(MUG))
    customers.add_address(alice, LONDON, actor=_actor(alice))
    customers.add_wish(alice, shop.variants["PLAIN-MUG"], actor=_actor(alice))
    an_order(charlie, shop)
    archive = zipfile.ZipFile(io.BytesIO(client.post("/account/privacy/download/").content))
    held = {name: json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")}
    assert held["account.json"]["user"]["email"] == ALICE
    assert [o["number"] for o in held["orders.json"]] == [order.number]
    assert held["customer.json"]["addresses"][0]["address"]["city"] == "London"
    assert len(held["customer.json"]["wishes"]) == 1
    assert held["reviews.json"][0]["title"] == "Solid"
    assert CHARLIE not in json.dumps(held)
    assert "argon2" not in json.dumps(held)


def test_copy_and_closing_ask_who_one_is_once_more(client: Client, shop: Shop, alice: UUID,
                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity.session, "is_recent", lambda request: False)
    for address in ("/account/close/", "/account/privacy/download/"):
        assert client.post(address, {"sure": "on"}).headers["Location"].startswith("/accounts/reauthenticate/?next=")
    assert customers.get_customer(alice).closed_at is None


def test_closing_erases_the_person_and_keeps_the_books(client: Client, shop: Shop, alice: UUID) -> None:
    waiting = an_order(client, shop, deliver=False)
    blocked = client.post("/account/close/", {"sure": "on"})
    assert waiting.number in says(blocked)
    assert customers.get_customer(alice).closed_at is None
    orders.cancel_order(waiting.id, reason="test", actor=BOB)
    done = an_order(client, shop)
    for table in ("orders_order", "checkout_checkout"):
        db.execute(f"""UPDATE {table} SET delivery = delivery || '{{"collected_by": "Alice Buyer"}}'""")  # noqa: S608
    assert client.post("/account/close/", {}).status_code == 422
    client.post("/account/close/", {"sure": "on"})
    outbox.drain()
    assert client.get("/account/").status_code == 302
    assert customers.get_customer(alice).email == ""
    kept = orders.get_order(done.id, actor=BOB)
    assert (kept.email, kept.phone, kept.total_minor) == ("", "", done.total_minor)
    assert kept.shipping_address == {"country": "GB"}
    assert "collected_by" not in kept.delivery
    assert not db.value("SELECT count(*) FROM checkout_checkout WHERE order_id = %s AND delivery ? 'collected_by'",
                        [done.id])
    assert orders.invoice_pdf(done.invoices[0].id, "en", actor=BOB).startswith(b"%PDF")
    assert not Client().login(email=ALICE, password=PASSWORD)


def test_ordering_again_fills_the_cart(client: Client, shop: Shop, alice: UUID) -> None:
    order = an_order(client, shop)
    filled = client.post(f"/account/orders/{order.id}/again/", follow=True)
    assert "1 article is in your cart." in says(filled)
    assert "Plain Mug" in says(filled)


