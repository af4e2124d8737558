"""Accounts, addresses, consents: what changes, and that a refusal changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from entrepot.customers import public
from entrepot.customers.contracts import CustomerInfo
from entrepot.customers.errors import AccountHasCredit, AlreadyClosed, CodeTaken
from entrepot.customers.tests.factories import LONDON, SHANGHAI, acting, call, make_customer
from entrepot.identity import public as identity
from entrepot.kit import db, invariants
from entrepot.kit.actor import ANONYMOUS, Actor, ActorKind, system
from entrepot.kit.errors import InvalidInput, NotFound, PermissionDenied, Unauthenticated
from entrepot.kit.ids import uuid7

pytestmark = pytest.mark.django_db(transaction=True)

BOB = Actor(ActorKind.STAFF, id="1", label="Bob", permissions=frozenset(
    {"customers.read", "customers.manage", "customers.adjust_balance"}))


def test_the_same_external_id_is_refused() -> None:
    make_customer(external_id="17850")
    with pytest.raises(CodeTaken):
        make_customer(email="b@example.com", external_id="17850")
    assert db.value("SELECT count(*) FROM customers_customer") == 1


def test_search_finds_parts_of_name_mail_and_phone() -> None:
    alice = make_customer(name="Alice Liddell", phone="13800138000")
    charlie = make_customer("charlie_x@example.org", "Charlie")
    assert [c.id for c in public.find_customers("lidd alice@")[0]] == [alice.id]
    assert [c.id for c in public.find_customers("0138")[0]] == [alice.id]
    assert [c.id for c in public.find_customers("e_x@")[0]] == [charlie.id]
    assert public.find_customers("%")[0] == []
    first, cursor = public.find_customers("", 1)
    assert [c.id for c in first + public.find_customers("", 1, cursor)[0]] == [charlie.id, alice.id]


def test_strangers_change_nothing() -> None:
    alice, charlie = make_customer(), make_customer("c@example.com", "Charlie")
    entry = public.add_address(alice.id, LONDON, actor=acting(alice))
    for actor, error in ((ANONYMOUS, Unauthenticated), (acting(charlie), PermissionDenied)):
        with pytest.raises(error):
            public.update_customer(alice.id, {"name": "Mallory"}, actor=actor)
        with pytest.raises(error):
            public.update_address(alice.id, entry.id, SHANGHAI, actor=actor)
        with pytest.raises(error):
            public.record_consent(alice.id, "email_marketing", True, "1", "web", actor=actor)
        with pytest.raises(error):
            public.close_account(alice.id, actor=actor)
    with pytest.raises(NotFound):
        public.delete_address(charlie.id, entry.id, actor=acting(charlie))
    assert public.get_customer(alice.id).name == "Alice"
    assert [a.address.city for a in public.list_addresses(alice.id)] == ["London"]
    assert public.list_consents(alice.id) == []


def test_person_may_change_their_profile_but_not_their_group() -> None:
    alice = make_customer()
    public.create_group("wholesale", "Wholesale", actor=BOB)
    assert public.update_customer(alice.id, {"name": "Alice L."}, actor=acting(alice)).name == "Alice L."
    with pytest.raises(InvalidInput):
        public.update_customer(alice.id, {"group_code": "wholesale"}, actor=acting(alice))
    assert public.get_customer(alice.id).group_id is None
    assert public.update_customer(alice.id, {"group_code": "wholesale"}, actor=BOB).group_id is not None
    assert public.update_customer(alice.id, {"group_code": ""}, actor=BOB).group_id is None


def test_one_default_address() -> None:
    alice = make_customer()
    first = public.add_address(alice.id, LONDON, actor=acting(alice))
    second = public.add_address(alice.id, SHANGHAI, is_default=True, actor=acting(alice))
    assert first.is_default
    assert [a.is_default for a in public.list_addresses(alice.id)] == [True, False]
    assert public.list_addresses(alice.id)[0].id == second.id


def test_consent_is_the_newest_word_and_history_stays() -> None:
    alice = make_customer()
    assert not public.has_consent(alice.id, "email_marketing")
    public.record_consent(alice.id, "email_marketing", True, "2026-01", "web", actor=acting(alice))
    assert public.has_consent(alice.id, "email_marketing")
    public.record_consent(alice.id, "email_marketing", False, "2026-01", "phone", actor=BOB)
    assert not public.has_consent(alice.id, "email_marketing")
    assert db.value("SELECT count(*) FROM customers_consentrecord") == 2
    with pytest.raises(DatabaseError, match="append-only"):
        db.execute("UPDATE customers_consentrecord SET granted = true")


def registered(email: str) -> CustomerInfo:
    """Somebody who opened an account by themselves."""
    public.register(email=email, password="another long passphrase 7", name="Alice", actor=ANONYMOUS)
    return public.find_customers(email.lower())[0][0]


def test_opening_an_account_does_not_tell_whether_there_is_one(mailoutbox: Any) -> None:
    body = {"email": "alice@example.com", "password": "a Very long passphrase 9", "name": "Alice"}
    fresh = call(ANONYMOUS, "POST", "/account/register", body)
    again = call(ANONYMOUS, "POST", "/account/register", {**body, "name": "Mallory", "email": "ALICE@example.com"})
    assert fresh == again == (202, {"email": "alice@example.com"})
    assert [c.name for c in public.find_customers("alice@example.com")[0]] == ["Alice"]
    assert [m.subject for m in mailoutbox] == ["Please confirm your e-mail address", "You already have an account"]
    assert "/accounts/confirm-email/" in mailoutbox[0].body


def test_wishes_and_codes_are_ones_own() -> None:
    alice, charlie = make_customer(), make_customer("charlie@example.com", "Charlie")
    mug = uuid7()
    assert public.add_wish(alice.id, mug, actor=acting(alice))
    assert not public.add_wish(alice.id, mug, actor=acting(alice))
    public.save_code(alice.id, " welcome10 ", actor=BOB)
    for verb in (public.add_wish, public.remove_wish):
        with pytest.raises(PermissionDenied):
            verb(alice.id, mug, actor=acting(charlie))
    with pytest.raises(PermissionDenied):
        public.drop_code(alice.id, "WELCOME10", actor=acting(charlie))
    with pytest.raises(InvalidInput):
        public.save_code(alice.id, "<script>", actor=acting(alice))
    assert [w.variant_id for w in public.list_wishes(alice.id)] == [mug]
    assert public.list_codes(alice.id) == ["WELCOME10"]
    assert call(acting(charlie), "DELETE", f"/account/wishes/{mug}")[0] == 404
    assert call(acting(alice), "DELETE", f"/account/wishes/{mug}")[0] == 204
    assert public.drop_code(alice.id, "welcome10", actor=acting(alice))


def test_closing_erases_and_cannot_be_repeated() -> None:
    identity.ensure_roles()
    identity.create_staff("bob@example.com", "Bob", "a Very long passphrase 9", ["owner"], actor=system("test"))
    alice = registered("Alice@Example.com")
    me = acting(alice)
    public.add_wish(alice.id, uuid7(), actor=me)
    public.save_code(alice.id, "welcome10", actor=me)
    public.add_address(alice.id, LONDON, actor=me)
    public.record_consent(alice.id, "profiling", True, "1", "web", actor=me)
    with transaction.atomic():
        public.book(alice.id, "points", 40, reason="test", reference="a")
    public.close_account(alice.id, actor=me)
    gone = public.get_customer(alice.id)
    assert (gone.name, gone.email, gone.phone, gone.user_id) == ("", "", "", None)
    assert gone.closed_at is not None
    assert public.list_addresses(alice.id) == []
    assert not public.has_consent(alice.id, "profiling")
    assert public.balance(alice.id, "points") == 0
    assert alice.user_id is not None
    left = identity.get_user(alice.user_id)
    assert (left.is_active, left.name, left.email) == (False, "", f"closed-{alice.user_id}@closed.invalid")
    assert (public.list_wishes(alice.id), public.list_codes(alice.id)) == ([], [])
    assert registered("alice@example.com").id != alice.id  # the address is free again
    with pytest.raises(AlreadyClosed):
        public.add_address(alice.id, LONDON, actor=me)
    assert invariants.violations() == []
    db.execute("UPDATE customers_customer SET email = 'alice@example.com'")
    assert "customers.closed_is_erased" in [v.code for v in invariants.violations()]


def test_account_with_credit_cannot_be_closed() -> None:
    alice = make_customer()
    public.adjust_balance(alice.id, "credit", 100, currency="EUR", reason="refund", actor=BOB)
    with pytest.raises(AccountHasCredit):
        public.close_account(alice.id, actor=acting(alice))
    assert public.get_customer(alice.id).closed_at is None


def test_account_over_http() -> None:
    me = acting(registered("alice@example.com"))
    assert call(me, "GET", "/account")[1]["email"] == "alice@example.com"
    assert call(ANONYMOUS, "GET", "/account")[0] == 401
    status, entry = call(me, "POST", "/account/addresses", {"address": SHANGHAI})
    assert (status, entry["is_default"]) == (201, True)
    status, problem = call(me, "POST", "/account/addresses", {"address": {**SHANGHAI, "postcode": "1"}})
    assert (status, problem["params"]["field"]) == (422, "postcode")
    assert call(me, "PATCH", f"/account/addresses/{entry['id']}", {"address": LONDON})[1]["address"]["city"] == "London"
    status, _ = call(me, "POST", "/account/consents",
                     {"purpose": "email_marketing", "granted": True, "notice_version": "1"})
    assert status == 201
    exported = call(me, "GET", "/account/export")[1]
    assert exported["profile"]["email"] == "alice@example.com"
    assert exported["addresses"][0]["address"]["postcode"] == "NW1 6XE"
    assert exported["consents"][0]["granted"] is True
    assert call(me, "DELETE", f"/account/addresses/{entry['id']}")[0] == 204
    assert call(me, "GET", "/account/addresses")[1] == []


def test_administration_over_http() -> None:
    assert call(ANONYMOUS, "GET", "/admin/customers")[0] == 401
    status, made = call(BOB, "POST", "/admin/customers", {"name": "Alice", "email": "alice@example.com"})
    assert status == 201, made
    charlie = make_customer("charlie@example.com", "Charlie")
    assert call(acting(charlie), "GET", f"/admin/customers/{made['id']}")[0] == 403
    page: dict[str, Any] = call(BOB, "GET", "/admin/customers?q=alice&fields=id,email")[1]
    assert page == {"items": [{"id": made["id"], "email": "alice@example.com"}], "next": None}
    company = call(BOB, "POST", "/admin/customers/companies", {"name": "Acme"})[1]
    path = f"/admin/customers/{made['id']}"
    assert call(BOB, "PATCH", path, {"company_id": company["id"]})[1]["company_id"] == company["id"]
    assert call(BOB, "PATCH", path, {"company_id": None})[1]["company_id"] is None
    adjust = {"kind": "points", "delta": 10, "reason": "welcome"}
    assert call(BOB, "POST", f"{path}/balances/adjust", adjust)[1]["balance"] == 10
    assert call(BOB, "POST", f"{path}/balances/adjust", {**adjust, "delta": -11})[0] == 409
    assert call(BOB, "GET", f"{path}/balances")[1]["entries"][0]["delta"] == 10
    assert call(BOB, "GET", "/admin/customers?cursor=nonsense")[0] == 422


def test_a_name_has_no_lines(mailoutbox: Any) -> None:
    public.register(email="lines@example.com", password="another long passphrase 7", name="Al\r\nBcc: x@y.example",
                    phone="0\n1", actor=ANONYMOUS)
    kept = db.row("SELECT c.id, c.name, c.phone, u.name AS login FROM customers_customer c"
                  " JOIN identity_user u ON u.id = c.user_id WHERE c.email = 'lines@example.com'")
    assert (kept.name, kept.phone, kept.login) == ("Al Bcc: x@y.example", "0 1", "Al Bcc: x@y.example")
    changed = public.update_customer(kept.id, {"name": "Ali\nce", "note": "two\nlines"}, actor=system("tests"))
    assert changed.name == "Ali ce"
    assert db.value("SELECT note FROM customers_customer WHERE id = %s", [kept.id]) == "two\nlines"
