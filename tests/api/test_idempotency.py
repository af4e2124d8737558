"""A process dies between the commit of its work and the keeping of the answer: the work is not done twice."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from entrepot.checkout.tests.factories import a_shop
from entrepot.identity.tests.factories import key
from entrepot.kit import clock, context, db, idempotency, middleware
from entrepot.kit.errors import IdempotencyInFlight
from tests.api.world import CSRF, build

pytestmark = pytest.mark.django_db(transaction=True)

CUSTOMERS = "/api/v1/admin/customers"
WORK = {"email": "alice@example.com", "name": "Alice"}
LATER = timedelta(seconds=31)


class KilledError(BaseException):
    """What kill -9 looks like from inside: nothing after it runs."""


@pytest.fixture
def token() -> str:
    return str(key("customers.manage"))


def send(token: str, body: Any = None, *, idempotency_key: str = "k1") -> Any:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": idempotency_key, "X-Request-Id": "first-try-1"}
    return Client(raise_request_exception=False).post(CUSTOMERS, json.dumps(body or WORK), "application/json",
                                                      headers=headers)


def alices() -> int:
    return int(db.value("SELECT count(*) FROM customers_customer WHERE email = 'alice@example.com'"))


def _die(*args: Any) -> None:
    raise KilledError


def test_work_of_a_process_that_died_before_it_kept_the_answer_is_not_repeated(
        token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(middleware, "_settle", _die)
        with pytest.raises(KilledError):
            send(token)
    assert alices() == 1
    assert send(token).json()["code"] == "idempotency_in_flight"  # its lease runs
    with clock.at(clock.now() + LATER):
        answer = send(token)
    assert (answer.status_code, answer.json()["code"]) == (409, "outcome_unknown")
    made = db.value("SELECT id FROM customers_customer WHERE email = 'alice@example.com'")
    assert answer.json()["params"] == {"request_id": "first-try-1", "changed": [
        {"action": "customers.create", "object_type": "customer", "object_id": str(made)}]}
    assert alices() == 1


def test_without_the_mark_it_was_repeated(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fault that the mark mends, shown: a customer without an address may exist twice."""
    monkeypatch.setattr(idempotency.Claim, "mark", lambda claim: None)
    nameless = {"email": "", "name": "Alice"}
    with monkeypatch.context() as patched:
        patched.setattr(middleware, "_settle", _die)
        with pytest.raises(KilledError):
            send(token, nameless)
    with clock.at(clock.now() + LATER):
        assert send(token, nameless).status_code == 201
    assert db.value("SELECT count(*) FROM customers_customer") == 2


def test_process_that_died_before_its_commit_leaves_the_key_free(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("entrepot.customers.actions.accounts.outbox.publish", _die)
        patched.setattr(middleware, "_settle", _die)
        with pytest.raises(KilledError):
            send(token)
    assert alices() == 0
    with clock.at(clock.now() + LATER):
        assert send(token).status_code == 201
    assert alices() == 1


def test_error_of_ours_after_the_commit_keeps_the_key(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr("entrepot.customers.api.actions.create_customer", _then(fail))
        assert send(token).status_code == 500
    answer = send(token)
    assert (answer.status_code, answer.json()["code"]) == (409, "outcome_unknown")
    assert alices() == 1


def _then(fail: Any) -> Any:
    from entrepot.customers.actions import create_customer

    def create(**given: Any) -> None:
        create_customer(**given)
        fail()

    return create


def claimed() -> idempotency.Claim:
    now = clock.now()
    made = db.value("INSERT INTO kit_idempotencykey (principal, key, fingerprint, leased_until, content_type, headers,"
                    " created_at) VALUES ('key:1', 'k', 'f', %s, '', '{}', %s) RETURNING id", [now, now])
    return idempotency.Claim(made, "", now)


def test_who_slept_through_the_lease_cannot_commit_any_more() -> None:
    held = claimed()
    sleeper = idempotency.Claim(held.id, "", held.until - timedelta(seconds=40))
    waiting = context.before_commit.set(sleeper.mark)
    try:
        with pytest.raises(IdempotencyInFlight), transaction.atomic():
            db.execute("INSERT INTO kit_counter (name, hits, ends_at) VALUES ('work', 1, now())")
    finally:
        context.before_commit.reset(waiting)
    assert db.value("SELECT count(*) FROM kit_counter WHERE name = 'work'") == 0
    with transaction.atomic():  # the connection is as good as before
        db.execute("INSERT INTO kit_counter (name, hits, ends_at) VALUES ('work', 1, now())")
    assert db.value("SELECT count(*) FROM kit_counter WHERE name = 'work'") == 1


def test_reading_alone_marks_nothing() -> None:
    waiting = context.before_commit.set(claimed().mark)
    try:
        with transaction.atomic():
            db.value("SELECT count(*) FROM kit_audit")
    finally:
        context.before_commit.reset(waiting)
    assert db.value("SELECT committed_at FROM kit_idempotencykey") is None


def test_visitors_behind_one_address_do_not_share_an_answer() -> None:
    """The answer holds the cart's secret: a key that two would think of is refused."""
    a_shop()

    def cart(key: str) -> Any:
        return Client().post("/api/v1/carts", {"channel": "web"}, "application/json", headers={"Idempotency-Key": key})

    for short in ("1", "0123456789abcde"):
        refused = cart(short)
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid_input")
    assert db.value("SELECT count(*) FROM checkout_checkout") == 0
    mine, theirs = cart("my-own-0123456789"), cart("another-0123456789")
    assert mine.json()["secret"] != theirs.json()["secret"]
    again = cart("my-own-0123456789")
    assert (again.content, again["Idempotency-Replayed"]) == (mine.content, "true")


def test_a_form_sent_with_a_session_and_a_key_is_taken_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check of the session's token reads the form, and so does the key."""
    for name in ("ENTREPOT_TEST_PAYMENTS", "ENTREPOT_PAYMENT_SIMULATOR", "ENTREPOT_BANK_ACCOUNT"):
        monkeypatch.setenv(name, "1")
    alice = build().alice
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    for name, value in alice.cookies().items():
        client.cookies[name] = value

    def send_photo() -> Any:
        photo = SimpleUploadedFile("pot.png", b"no picture", "image/png")
        return client.post(f"/api/v1/account/orders/{alice.owns['order_id']}/photos", {"photo": photo, "file": photo},
                           headers={"X-CSRFToken": CSRF, "Idempotency-Key": "one-photo-of-alice"})

    first = send_photo()
    assert (first.status_code, first.json()["code"] == "csrf_failed") == (422, False)
    again = send_photo()
    assert (again.status_code, again.content, again.get("Idempotency-Replayed")) == (422, first.content, "true")


def test_an_empty_authorization_leaves_the_session_under_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ENTREPOT_TEST_PAYMENTS", "ENTREPOT_PAYMENT_SIMULATOR", "ENTREPOT_BANK_ACCOUNT"):
        monkeypatch.setenv(name, "1")
    alice = build().alice
    client = Client(enforce_csrf_checks=True)
    client.cookies["session"] = alice.cookies()["session"]
    from_elsewhere = {"Origin": "https://elsewhere.example"}
    for headers in (from_elsewhere, {**from_elsewhere, "Authorization": ""}):
        answer = client.patch("/api/v1/account", json.dumps({"name": "Mallory"}), "application/json", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")
    assert db.value("SELECT name FROM customers_customer WHERE id = %s", [alice.customer_id]) != "Mallory"


def test_a_key_is_bound_to_the_secret_that_opens_the_cart() -> None:
    a_shop()
    made = Client().post("/api/v1/carts", json.dumps({"channel": "web"}), "application/json").json()
    path, key = f"/api/v1/carts/{made['id']}", "a-key-of-a-visitor-1"

    def revised(secret: str) -> Any:
        return Client().patch(path, json.dumps({"note": "ring"}), "application/json",
                              headers={"Cart-Secret": secret, "Idempotency-Key": key})

    assert revised(made["secret"]).status_code == 200
    assert revised("x" * 43).status_code == 422  # and not the owner's answer
    assert revised(made["secret"]).status_code == 200
