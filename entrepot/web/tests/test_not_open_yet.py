"""The first day of a shop. Before there is a channel, every page says so and leads to the office; none breaks."""

import re

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from entrepot.catalog import public as catalog
from entrepot.catalog.queries import channels
from entrepot.identity import public as identity
from entrepot.identity.models import User
from tests.shop import BOB, forget, open_shop, publish_changes

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("prefix", "words"), [("", "This shop is not open yet"), ("/zh-hans", "商城尚未开业")])
def test_a_shop_without_a_channel_leads_to_its_office(prefix: str, words: str) -> None:
    channels.forget()
    visitor = Client(raise_request_exception=False)
    for path in ("/", "/favicon.ico", "/search/", "/nowhere/"):
        answer = visitor.get(prefix + path, follow=True)
        assert answer.status_code == 503, path
        assert words in answer.content.decode()
        assert 'href="/office/"' in answer.content.decode()
    assert visitor.get("/api/v1/products").status_code == 404  # programs are told which channel is missing
    assert visitor.get("/livez").status_code == 200


def test_a_shop_that_is_not_open_yet_has_no_faults_in_its_log(capsys: pytest.CaptureFixture[str]) -> None:
    channels.forget()
    assert Client().get("/").status_code == 503
    assert '"level":"error"' not in capsys.readouterr().err


def test_the_shop_bears_the_name_that_its_owner_gave_it() -> None:
    try:
        open_shop()
        catalog.update_channel("shop", {"name": {"en": "Bob & Daughters", "zh-hans": "鲍勃父女"}}, actor=BOB)
        forget()
        visitor = Client()
        for address, name in (("/", "Bob &amp; Daughters"), ("/zh-hans/", "鲍勃父女")):
            seen = visitor.get(address).content.decode()
            assert name in re.findall("<title>.*?</title>", seen)[0], address
            assert f"<b>{name}</b>" in seen, address
            assert "<b>Entrepot</b>" not in seen
        assert visitor.get("/manifest.webmanifest").json()["name"] == "Bob & Daughters"
    finally:
        forget()


def test_a_shop_without_departments_does_not_call_its_shelves_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog, "category_tree", lambda language: [])
    try:
        open_shop()
        publish_changes()
        forget()
        seen = Client().get("/").content.decode()
        assert "Bought most often" in seen or "New in the shop" in seen
        assert "shelves are being filled" not in seen
    finally:
        forget()


def test_the_office_has_a_sign_in_of_its_own() -> None:
    """No cart, search or question about cookies between somebody who works here and their work."""
    try:
        open_shop()
        office, shop = (Client().get(address).content.decode() for address in
                        ("/accounts/login/?next=/office/", "/accounts/login/"))
        assert "Sign in to the office" in office
        assert "Create an account" not in office
        assert "Create an account" in shop
        for piece in ('id="consent"', 'class="search"', "<footer>"):
            assert piece in shop
            assert piece not in office
    finally:
        forget()


def test_recovery_codes_lead_on_to_the_office() -> None:
    identity.ensure_roles()
    user_id = identity.create_staff("bob@example.com", "Bob", "Long-enough-2026", ["owner"], actor=BOB)
    staff = Client()
    staff.post("/accounts/login/", {"login": "bob@example.com", "password": "Long-enough-2026"})
    TOTP.activate(User.objects.get(pk=user_id), generate_totp_secret())
    RecoveryCodes.activate(User.objects.get(pk=user_id))
    seen = staff.get("/accounts/2fa/recovery-codes/").content.decode()
    assert 'href="/office/">Go on to the office' in seen
    assert "each of these codes lets you in once" in seen


def test_sessions_are_called_as_people_call_their_devices() -> None:
    identity.ensure_roles()
    identity.create_staff("bob@example.com", "Bob", "Long-enough-2026", ["owner"], actor=BOB)
    staff = Client(headers={"user-agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0 Safari/537"})
    staff.post("/accounts/login/", {"login": "bob@example.com", "password": "Long-enough-2026"})
    seen = staff.get("/accounts/sessions/").content.decode()
    assert "Chrome on Linux" in seen
    assert "AppleWebKit" not in seen


def test_a_shop_in_one_language_speaks_it_at_every_address() -> None:
    try:
        open_shop()
        catalog.update_channel("shop", {"languages": ("zh-hans",)}, actor=BOB)
        forget()
        visitor = Client()
        assert visitor.get("/?page=1")["Location"] == "/zh-hans/?page=1"
        assert visitor.get("/nowhere/").status_code == 404
        seen = visitor.get("/", follow=True).content.decode()
        assert '<html lang="zh-CN"' in seen
        assert ">English</a>" not in seen
    finally:
        forget()


def test_a_shop_in_a_language_that_our_pages_do_not_speak_is_shown_in_those_that_they_do() -> None:
    try:
        open_shop()
        catalog.update_channel("shop", {"languages": ("de",)}, actor=BOB)
        forget()
        assert Client().get("/").status_code == Client().get("/zh-hans/").status_code == 200
    finally:
        forget()
