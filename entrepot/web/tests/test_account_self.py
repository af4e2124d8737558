"""What customers keep of themselves: addresses, wishes, consents, devices; their copy of it all, and goodbye."""

from __future__ import annotations

import io
import json
import re
import zipfile
from uuid import UUID, uuid4

import pytest
from django.test import Client

from entrepot.catalog import public as catalog
from entrepot.customers import public as customers
from entrepot.identity import public as identity
from entrepot.kit import db, outbox
from entrepot.orders import public as orders
from entrepot.web.devices import device
from entrepot.web.tests.walks import LONDON, a_review, an_order, body, customer_of, says, sign_in
from tests.shop import ALICE, BOB, CHARLIE, MUG, PASSWORD, Shop

pytestmark = pytest.mark.django_db(transaction=True)


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
    assert "Welcome: 10% off" in kept
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
    a_review(client, catalog.product_id_of(MUG))
    customers.add_address(alice, LONDON, actor=customer_of(alice))
    customers.add_wish(alice, shop.variants["PLAIN-MUG"], actor=customer_of(alice))
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
