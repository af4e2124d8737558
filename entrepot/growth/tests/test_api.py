"""Content over HTTP: what a shop front reads, what a program of ours may write, and what is refused."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import ChannelInput
from entrepot.growth import public
from entrepot.growth.tests.factories import live_page, photo
from entrepot.identity import public as identity
from entrepot.kit import clock
from entrepot.kit.actor import system
from entrepot.kit.json import dumps

pytestmark = pytest.mark.django_db(transaction=True)

ADMIN = "/api/v1/admin/growth"
TEXT = {"kind": "text", "data": {"body": {"en": "Hello **there**", "zh-hans": "**你好**"}}}


@pytest.fixture
def bob() -> Client:
    catalog.create_channel(ChannelInput("shop", {"en": "Shop"}, "GBP", "GB", ("en", "zh-hans"), "Europe/London",
                                        is_default=True), actor=system("test"))
    scopes = ["growth.read", "growth.edit", "growth.publish", "growth.close_shop"]
    _info, token = identity.create_api_key("content", scopes, clock.now() + timedelta(days=1), actor=system("test"))
    return Client(headers={"Authorization": f"Bearer {token}"})


def send(client: Client, method: str, path: str, body: Any) -> Any:
    return client.generic(method, ADMIN + path, dumps(body), content_type="application/json")


def test_a_page_from_draft_to_the_shop_front_and_back(bob: Client) -> None:
    made = send(bob, "POST", "/pages", {"slug": "hello", "title": {"en": "Hello"}, "blocks": [TEXT]})
    assert made.status_code == 201, made.content
    page = made.json()
    assert Client().get("/api/v1/content/pages/hello").status_code == 404
    assert send(bob, "POST", f"/pages/{page['id']}/publish", {}).json()["state"] == "live"
    shown = Client().get("/api/v1/content/pages/hello?lang=zh-hans").json()
    assert shown["blocks"] == [{"kind": "text", "data": {"heading": "", "body": "<p><strong>你好</strong></p>"}}]
    stale = send(bob, "PUT", f"/pages/{page['id']}", {"title": {"en": "Two"}, "expected_version": 7})
    assert stale.status_code == 412
    saved = send(bob, "PUT", f"/pages/{page['id']}", {"title": {"en": "Two"}, "expected_version": 1})
    assert saved.json()["latest"] == 2
    assert send(bob, "POST", f"/pages/{page['id']}/versions/1/restore", {}).json()["latest"] == 3
    assert [v["number"] for v in bob.get(f"{ADMIN}/pages/{page['id']}/versions").json()] == [3, 2, 1]
    assert send(bob, "POST", f"/pages/{page['id']}/withdraw", {"reason": "old"}).json()["live"] is None
    assert bob.delete(f"{ADMIN}/pages/{page['id']}").status_code == 204


def test_pages_are_listed_by_cursor(bob: Client) -> None:
    for number in range(5):
        live_page(f"page-{number}")
    slugs, cursor = [], ""
    while True:
        answer = bob.get(f"{ADMIN}/pages?limit=2&cursor={cursor}").json()
        slugs += [item["slug"] for item in answer["items"]]
        cursor = answer["next"]
        if cursor is None:
            break
    assert slugs == [f"page-{n}" for n in (4, 3, 2, 1, 0)]
    assert bob.get(f"{ADMIN}/pages?cursor=nonsense").status_code == 422


@pytest.mark.parametrize("blocks", [
    [{"kind": "text", "data": {"body": {"en": "a\x00b"}}}], [{"kind": "products", "data": {"slugs": ["../.."]}}],
    [{"kind": "collection", "data": {"slug": "x", "count": "9" * 5000}}], [{"kind": "hero", "data": {"heading": "H"}}],
    [{"kind": "image", "data": {"picture": "x"}}], [{"kind": "faq", "data": {"items": "x"}}], [{"kind": "odd"}]])
def test_blocks_that_are_wrong_change_nothing(bob: Client, blocks: Any) -> None:
    refused = send(bob, "POST", "/pages", {"slug": "bad", "title": {"en": "Bad"}, "blocks": blocks})
    assert refused.status_code == 422
    assert public.find_pages()[0] == []


@pytest.mark.parametrize("dates", [{"from_at": "9999-12-31T23:59:59-14:00"}, {"from_at": "0001-01-01T00:00:00Z"},
                                   {"from_at": "2026-01-01T00:00:00"}, {"until_at": "2020-01-01T00:00:00Z"}])
def test_dates_that_no_calendar_has_are_refused(bob: Client, dates: dict[str, str]) -> None:
    made = live_page()
    assert send(bob, "POST", f"/pages/{made.id}/publish", dates).status_code == 422
    assert bob.get(f"{ADMIN}/pages").status_code == 200


def test_menus_and_pictures(bob: Client, tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    entry = {"label": {"en": "Help", "zh-hans": "帮助"}, "kind": "address", "value": "/track/"}
    assert send(bob, "PUT", "/menus/footer", {"title": {"en": "Foot"}, "items": [entry]}).status_code == 200
    menu = Client().get("/api/v1/content/menus/footer?lang=zh-hans").json()
    assert (menu[0]["label"], menu[0]["value"]) == ("帮助", "/zh-hans/track/")
    sent = bob.post(f"{ADMIN}/pictures", {"file": SimpleUploadedFile("mill.png", photo(), "image/png")})
    assert sent.status_code == 201, sent.content
    picture = sent.json()
    assert send(bob, "PATCH", f"/pictures/{picture['id']}", {"alt": {"en": "A mill"}}).json()["alt"] == {"en": "A mill"}
    assert bob.get(f"{ADMIN}/pictures/{picture['id']}/uses").json() == []
    assert bob.delete(f"{ADMIN}/pictures/{picture['id']}").status_code == 204
    refused = bob.post(f"{ADMIN}/pictures", {"file": SimpleUploadedFile("x.svg", b"<svg/>", "image/svg+xml")})
    assert refused.status_code == 422


def test_the_shop_is_closed_and_opened(bob: Client) -> None:
    assert send(bob, "PUT", "/maintenance", {"minutes": 20, "message": {"en": "Soon"}}).json()["closed"] is True
    assert Client().get("/api/v1/content/home").status_code == 503
    assert bob.delete(f"{ADMIN}/maintenance").status_code == 204
    assert bob.get(f"{ADMIN}/maintenance").json()["closed"] is False
    assert Client().get("/api/v1/content/home").json() == []


def test_strangers_get_nothing(bob: Client) -> None:
    made = live_page()
    for method, path in (("GET", "/pages"), ("GET", "/maintenance"), ("DELETE", f"/pages/{made.id}")):
        assert Client().generic(method, ADMIN + path).status_code == 401
