"""Signing in: one answer for all, limits that strangers cannot turn on an owner, second factors on every channel."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.cache import cache
from django.test import Client

from entrepot.identity import public, signin
from entrepot.identity.models import User
from entrepot.identity.tests.factories import PASSWORD, SETUP, alice_login, bob, key
from entrepot.kit import clock, db

pytestmark = [pytest.mark.django_db, pytest.mark.urls("entrepot.identity.tests.urls")]

LOGIN = "/api/v1/account/login"
ALICE = "alice@example.com"
FAR = {"REMOTE_ADDR": "198.51.100.1"}


def post(client: Client, path: str, body: dict[str, Any] | None = None, **extra: Any) -> Any:
    return client.post(path, json.dumps(body or {}), "application/json", **extra)


def login(client: Client, email: str, password: str, code: str | None = None, **extra: Any) -> Any:
    return post(client, LOGIN, {"email": email, "password": password, **({"code": code} if code else {})}, **extra)


def code_of(secret: str, step: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[1] + step))


def bob_with_factor() -> tuple[int, str]:
    user_id = int(bob("owner").id)
    return user_id, public.enrol_totp(user_id, actor=SETUP)


def test_alice_signs_in_and_out(client: Client) -> None:
    alice_login()
    answer = login(client, ALICE, PASSWORD)
    assert (answer.status_code, answer.json()["second_factor"]) == (200, "none")
    assert len(client.get("/api/v1/account/sessions").json()) == 1
    assert post(client, "/api/v1/account/logout").status_code == 204
    assert client.get("/api/v1/account/sessions").status_code == 401


def test_session_id_changes_at_sign_in(client: Client) -> None:
    alice_login()
    client.get("/api/v1/account/csrf")
    client.cookies["session"] = "fixed-by-the-attacker-0123456789"
    login(client, ALICE, PASSWORD)
    assert client.cookies["session"].value != "fixed-by-the-attacker-0123456789"


def test_unknown_wrong_and_closed_accounts_get_one_answer(client: Client) -> None:
    user_id = alice_login()
    answers = [login(client, "nobody@example.com", PASSWORD), login(client, ALICE, "wrong password!")]
    public.update_user(user_id, is_active=False, actor=SETUP)
    answers.append(login(client, ALICE, PASSWORD))
    shown = {(a.status_code, a.json()["code"], a.json()["detail"]) for a in answers}
    assert len(shown) == 1
    assert shown.pop()[:2] == (401, "sign_in_failed")


def test_known_and_unknown_accounts_cost_one_hash_each(rf: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    alice_login()
    hashes: list[str] = []
    for name in ("encode", "verify"):
        original = getattr(Argon2PasswordHasher, name)

        def counted(*args: Any, original: Any = original, name: str = name) -> Any:
            hashes.append(name)
            return original(*args)

        monkeypatch.setattr(Argon2PasswordHasher, name, counted)

    for n, email in enumerate((ALICE, "nobody@example.com")):
        hashes.clear()
        with pytest.raises(signin.SignInFailed):
            signin.check_password(rf.post(LOGIN, REMOTE_ADDR=f"198.51.100.{n}"), email, "wrong password!")
        assert len(hashes) == 1, email  # beside thirty milliseconds of argon2 all else is noise


def test_account_locks_for_strangers_after_ten_failures(client: Client) -> None:
    alice_login()
    for n in range(signin.FAILURES):
        assert login(client, ALICE, "wrong password!", REMOTE_ADDR=f"198.51.100.{n}",
                     HTTP_X_FORWARDED_FOR=f"203.0.113.{n}").status_code == 401
    locked = login(client, ALICE, PASSWORD, REMOTE_ADDR="198.51.100.77")
    assert (locked.status_code, locked.json()["code"]) == (429, "too_many_requests")
    assert int(locked["Retry-After"]) > 1000
    with clock.at(clock.now() + signin.LOCKED + timedelta(seconds=1)):
        assert login(client, ALICE, PASSWORD).status_code == 200


def test_owner_enters_from_a_known_device_while_strangers_are_locked(client: Client) -> None:
    alice_login()
    assert login(client, ALICE, PASSWORD).status_code == 200
    post(client, "/api/v1/account/logout")
    attacker = Client()
    for _ in range(signin.FAILURES + 3):
        login(attacker, ALICE, "wrong password!", **FAR)
    assert login(attacker, ALICE, PASSWORD, **FAR).status_code == 429
    assert login(client, ALICE, PASSWORD).status_code == 200


def test_device_cookie_of_another_account_or_a_forged_one_opens_nothing(client: Client) -> None:
    alice_login()
    public.create_login("charlie@example.com", PASSWORD, "Charlie", "en")
    login(client, "charlie@example.com", PASSWORD)
    stolen = client.cookies[signin.DEVICE_COOKIE].value
    for value in (stolen, stolen[:-2] + "xx", "junk"):
        attacker = Client()
        attacker.cookies[signin.DEVICE_COOKIE] = value
        for _ in range(signin.FAILURES):
            login(attacker, ALICE, "wrong password!", **FAR)
        assert login(attacker, ALICE, PASSWORD, **FAR).status_code == 429
        db.execute("DELETE FROM kit_counter")


def test_right_password_forgets_earlier_failures(client: Client) -> None:
    alice_login()
    for _ in range(3):
        for _ in range(signin.FAILURES - 1):
            login(client, ALICE, "wrong password!")
        assert login(client, ALICE, PASSWORD).status_code == 200


def test_pages_count_as_the_api_does(client: Client) -> None:
    alice_login()
    for _ in range(signin.FAILURES):
        login(client, ALICE, "wrong password!", **FAR)
    page = client.post("/accounts/login/", {"login": ALICE, "password": PASSWORD}, **FAR)
    assert page.status_code == 200  # the form again, not a redirect
    assert "_auth_user_id" not in client.session


def test_staff_without_a_factor_reaches_only_enrolment_on_every_channel(client: Client) -> None:
    bob("owner")
    answer = login(client, "bob@example.com", PASSWORD)
    assert answer.json()["second_factor"] == "enrolment_required"
    assert client.get("/api/v1/admin/system/audit").json()["code"] == "second_factor_required"
    assert client.get("/office/").url == "/accounts/2fa/totp/activate/"
    assert client.get("/accounts/2fa/totp/activate/").status_code == 200


def test_staff_needs_a_valid_code_and_none_works_twice(client: Client) -> None:
    _, secret = bob_with_factor()
    cache.clear()
    assert login(client, "bob@example.com", PASSWORD).json()["code"] == "second_factor_required"
    assert login(client, "bob@example.com", PASSWORD, "000000").status_code == 401
    code = code_of(secret)
    assert login(client, "bob@example.com", PASSWORD, code).json()["second_factor"] == "given"
    assert client.get("/api/v1/admin/system/audit").status_code == 200
    assert login(Client(), "bob@example.com", PASSWORD, code).json()["code"] == "second_factor_invalid"


def test_page_login_asks_for_the_code_too(client: Client) -> None:
    _, secret = bob_with_factor()
    cache.clear()
    first = client.post("/accounts/login/", {"login": "bob@example.com", "password": PASSWORD})
    assert first.url.startswith("/accounts/2fa/authenticate/")
    assert client.get("/office/").status_code == 302
    client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert client.get("/office/").content == b"office"


def test_pages_refuse_in_words_of_ours(client: Client) -> None:
    bob_with_factor()
    cache.clear()
    client.cookies["django_language"] = "zh-hans"
    wrong = client.post("/accounts/login/", {"login": "bob@example.com", "password": "not this one"})
    assert "邮箱或密码不正确。" in wrong.content.decode()
    client.post("/accounts/login/", {"login": "bob@example.com", "password": PASSWORD})
    assert "验证码无效。" in client.post("/accounts/2fa/authenticate/", {"code": "000000"}).content.decode()


def test_codes_cannot_be_guessed_through(client: Client) -> None:
    _, secret = bob_with_factor()
    cache.clear()
    for _ in range(signin.FAILURES):
        login(client, "bob@example.com", PASSWORD, "000000")
    assert login(client, "bob@example.com", PASSWORD, code_of(secret)).status_code == 429


def test_stored_factor_is_encrypted() -> None:
    _, secret = bob_with_factor()
    assert secret not in db.value("SELECT data::text FROM mfa_authenticator")


def signed_in_bob(client: Client) -> int:
    user_id, secret = bob_with_factor()
    cache.clear()
    assert login(client, "bob@example.com", PASSWORD, code_of(secret)).status_code == 200
    return user_id


def test_enrolling_in_the_session_opens_the_office(client: Client) -> None:
    bob("owner")
    login(client, "bob@example.com", PASSWORD)
    client.get("/accounts/2fa/totp/activate/")
    secret = client.session["mfa.totp.secret"]
    with pytest.MonkeyPatch.context() as patch:  # allauth tells of the factor on commit, which a test never reaches
        patch.setattr("django.db.transaction.on_commit", lambda run, *args, **kwargs: run())
        client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    assert client.get("/office/").content == b"office"


def test_staff_session_ends_idle_and_at_twelve_hours(client: Client) -> None:
    signed_in_bob(client)
    assert client.get("/office/").status_code == 200
    start = clock.now()
    with clock.at(start + timedelta(minutes=14)):
        assert client.get("/office/").status_code == 200
    with clock.at(start + timedelta(minutes=30)):
        assert client.get("/office/").status_code == 302
    assert "_auth_user_id" not in client.session


def test_staff_session_is_bounded_even_when_busy(client: Client) -> None:
    signed_in_bob(client)
    start = clock.now()
    for minutes in range(10, 12 * 60, 10):
        with clock.at(start + timedelta(minutes=minutes)):
            assert client.get("/office/").status_code == 200
    with clock.at(start + timedelta(hours=12, minutes=5)):
        assert client.get("/office/").status_code == 302


def test_lost_right_closed_account_and_changed_password_count_at_once(client: Client) -> None:
    user_id = signed_in_bob(client)
    public.create_staff("owner2@example.com", "Second", PASSWORD + "2", ["owner"], actor=SETUP)
    public.set_roles(user_id, ["warehouse"], actor=SETUP)
    assert client.get("/api/v1/admin/system/audit").status_code == 403
    public.set_roles(user_id, ["owner"], actor=SETUP)
    User.objects.get(pk=user_id).set_password("other password 123")
    public.set_password(user_id, "another long password", actor=SETUP)
    assert client.get("/api/v1/admin/system/audit").status_code == 401


def test_ended_sessions_are_out_at_once(client: Client) -> None:
    user_id = signed_in_bob(client)
    assert public.end_sessions(user_id, actor=SETUP) == 1
    assert client.get("/api/v1/admin/system/audit").status_code == 401


def test_charlie_cannot_end_alices_session(client: Client) -> None:
    alice_login()
    login(client, ALICE, PASSWORD)
    session_id = client.get("/api/v1/account/sessions").json()[0]["id"]
    public.create_login("charlie@example.com", PASSWORD, "Charlie", "en")
    charlie = Client()
    login(charlie, "charlie@example.com", PASSWORD)
    assert charlie.delete(f"/api/v1/account/sessions/{session_id}").status_code == 404
    assert client.get("/api/v1/account/sessions").status_code == 200


def test_cookie_calls_need_a_csrf_token_and_key_calls_do_not() -> None:
    alice_login()
    client = Client(enforce_csrf_checks=True)
    token = login(client, ALICE, PASSWORD).json()["csrf_token"]
    refused = client.delete("/api/v1/account/sessions/1")
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf_failed")
    assert client.delete("/api/v1/account/sessions", headers={"X-CSRFToken": token}).status_code == 204
    outside = Client(enforce_csrf_checks=True)
    assert login(outside, ALICE, PASSWORD, HTTP_ORIGIN="https://evil.example").status_code == 403
    bearer = {"Authorization": f"Bearer {key('identity.manage')}"}
    assert outside.post("/api/v1/admin/identity/units", json.dumps({"name": "Ops"}), "application/json",
                        headers=bearer).status_code == 201


def test_sensitive_change_needs_fresh_proof(client: Client) -> None:
    alice_login()
    login(client, ALICE, PASSWORD)
    body = {"password": "a brand new password"}
    with clock.at(clock.now() + timedelta(minutes=6)):
        late = post(client, "/api/v1/account/password", body)
        assert (late.status_code, late.json()["code"]) == (403, "reauthentication_required")
    assert post(client, "/api/v1/account/confirm", {"password": "wrong password!"}).status_code == 401
    assert post(client, "/api/v1/account/confirm", {"password": PASSWORD}).status_code == 204
    assert post(client, "/api/v1/account/password", body).status_code == 204
    assert client.get("/api/v1/account/sessions").status_code == 401
    assert login(client, ALICE, body["password"]).status_code == 200


def test_hashing_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    from entrepot.identity import hashing
    from entrepot.kit.errors import ServiceUnavailable

    monkeypatch.setattr(hashing, "PATIENCE_SECONDS", 0.01)
    taken = [hashing._slots.acquire(blocking=False) for _ in range(hashing.AT_ONCE)]
    try:
        assert all(taken)
        with pytest.raises(ServiceUnavailable):
            hashing.GuardedArgon2().encode("x", "saltsaltsalt")
    finally:
        for _ in taken:
            hashing._slots.release()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/password/reset/", "/accounts/signup/"])
def test_account_pages_speak_both_languages(client: Client, language: str, path: str) -> None:
    answer = client.get(path, headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert answer["Content-Language"] == language
    assert ("密码" in answer.content.decode()) == (language == "zh-hans")
