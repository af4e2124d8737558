"""A guest's order: by its link, whose secret leaves the address, and by number and address, which tell nobody more."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from entrepot.kit import outbox
from entrepot.orders import public as orders
from entrepot.service.tests.factories import a_picture
from entrepot.web.storefront.views.account import track
from entrepot.web.tests.walks import an_order, body, picture_file, says
from tests.shop import BOB, Shop

pytestmark = pytest.mark.django_db(transaction=True)


def _link(client: Client) -> str:
    found = re.search(r'href="http://testserver(/track/[^"]+)"', body(client.get("/checkout/placed/")))
    assert found is not None
    return found[1]


def test_the_secret_leaves_the_address_at_once(client: Client, shop: Shop, capfd: pytest.CaptureFixture[str]) -> None:
    order = an_order(client, shop)
    link, friend = _link(client), Client()
    secret = link.split("/")[2]
    arrived = friend.get(link)
    assert (arrived.status_code, arrived.headers["Location"]) == (302, "/track/order/")
    assert arrived.headers["Referrer-Policy"] == "no-referrer"
    page = friend.get("/track/order/")
    assert order.number in says(page)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert secret not in body(page)
    friend.get("/track/no-such-secret-at-all/")
    assert friend.post("/track/", {"secret": f"http://testserver{link}"}).headers["Location"] == "/track/order/"
    shown, told = capfd.readouterr()
    assert secret not in shown + told
    assert friend.get("/track/order/invoices/" + str(order.invoices[0].id) + "/").content.startswith(b"%PDF")
    line = order.lines[0]
    form = {f"line-{line.id}": "1", "reason": "Broken", "photos": picture_file(a_picture())}
    friend.post("/track/order/return/", form)
    change = orders.get_order(order.id, actor=BOB).changes[0]
    assert friend.get(change.photos[0]).status_code == 200
    assert Client().get(change.photos[0]).status_code == 404


def test_a_tracking_cookie_lives_an_hour_and_cannot_be_made(client: Client, shop: Shop,
                                                            monkeypatch: pytest.MonkeyPatch) -> None:
    an_order(client, shop)
    friend = Client()
    friend.get(_link(client))
    assert friend.get("/track/order/").status_code == 200
    monkeypatch.setattr(track, "_AGE_S", -1)
    assert friend.get("/track/order/").headers["Location"] == "/track/"
    monkeypatch.undo()
    friend.cookies[track.COOKIE] = "made-up"
    assert friend.get("/track/order/").headers["Location"] == "/track/"


def test_a_link_is_mailed_to_the_buyer_only_and_nobody_learns_more(client: Client, shop: Shop,
                                                                   mailoutbox: list[Any]) -> None:
    order = an_order(client, shop)
    outbox.drain()
    orders.send_due(actor=BOB)
    mailoutbox.clear()
    stranger = Client()
    right = stranger.post("/track/", {"number": order.number.lower(), "email": order.email.upper()})
    wrong = stranger.post("/track/", {"number": order.number, "email": "mallory@example.com"})
    assert says(right).replace(order.email.upper(), "X") == says(wrong).replace("mallory@example.com", "X")
    assert stranger.post("/track/", {"number": "", "email": "x"}).status_code == 422
    orders.send_due(actor=BOB)
    assert [m.to for m in mailoutbox] == [[order.email]]
    secret = re.search(r"/track/([^/]+)/", mailoutbox[0].body)
    assert secret is not None
    assert stranger.get(f"/track/{secret[1]}/").headers["Location"] == "/track/order/"
    for _ in range(30):
        last = stranger.post("/track/", {"number": order.number, "email": order.email})
    assert last.status_code == 429
    orders.send_due(actor=BOB)
    assert len(mailoutbox) <= 3
