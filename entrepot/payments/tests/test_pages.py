"""The simulator's hosted page and the address where providers report."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.test import Client

from entrepot.kit.ids import uuid7
from entrepot.payments import public
from entrepot.payments.contracts import PaymentInfo
from entrepot.payments.models import InboxMessage
from entrepot.payments.providers import simulator
from entrepot.payments.tests.factories import ALICE, begun, opened

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("entrepot.payments.urls")]


def _url(payment: PaymentInfo) -> str:
    assert payment.action is not None
    parts = urlsplit(payment.action["url"])
    return f"{parts.path}?{parts.query}"


def test_page_in_both_languages() -> None:
    page = Client().get(_url(begun()))
    assert page.status_code == 200
    assert "100.00 EUR" in page.text
    assert "Authorise only" in page.text
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert page["Referrer-Policy"] == "no-referrer"
    chinese = public.begin(opened().id, return_url="/", description="", language="zh-hans", actor=ALICE)
    assert 'lang="zh-hans"' in Client().get(_url(chinese)).text


@pytest.mark.parametrize(("choice", "state"), [("pay", "captured"), ("authorise", "authorised"), ("decline", "failed")])
def test_choice_is_reported_and_the_payer_returns(choice: str, state: str) -> None:
    payment = begun()
    answer = Client(enforce_csrf_checks=True).post(_url(payment), {"choice": choice})
    assert answer.status_code == 303
    assert answer["Location"] == f"/done?payment={payment.id}"
    assert public.get_payment(payment.id).state == state
    assert InboxMessage.objects.get().processed_at is not None


def test_pressing_twice_pays_once() -> None:
    payment = begun()
    for _ in range(3):
        assert Client().post(_url(payment), {"choice": "pay"}).status_code == 303
    assert public.get_payment(payment.id).captured_minor == 10_000
    assert "settled" in Client().get(_url(payment)).text


def test_strangers_see_nothing() -> None:
    payment = begun()
    path = _url(payment).split("?")[0]
    assert Client().get(path).status_code == 404
    assert Client().get(f"{path}?secret=guess").status_code == 404
    assert Client().get(f"/pay/simulator/{uuid7()}?secret=x").status_code == 404
    assert Client().get(f"/pay/simulator/{opened('test').id}?secret=").status_code == 404
    assert Client().post(f"{path}?secret=guess", {"choice": "pay"}).status_code == 404
    assert public.get_payment(payment.id).state == "pending"


def test_page_is_gone_when_the_simulator_is_off(monkeypatch: pytest.MonkeyPatch) -> None:
    url = _url(begun())
    monkeypatch.delenv("ENTREPOT_PAYMENT_SIMULATOR")
    assert Client().get(url).status_code == 404


def test_unknown_choice_changes_nothing() -> None:
    payment = begun()
    assert Client().post(_url(payment), {"choice": "free"}).status_code == 422
    assert public.get_payment(payment.id).state == "pending"


def test_provider_reports_over_http() -> None:
    payment = begun()
    simulator.pay(payment.id, "EUR", 10_000, "pay")
    headers, body = simulator.notice(payment.id)
    client = Client(enforce_csrf_checks=True)
    send = lambda b: client.post("/webhooks/simulator", b, content_type="application/json", headers=headers)  # noqa: E731
    assert send(body + b" ").status_code == 400
    answer = send(body)
    assert (answer.status_code, answer.content) == (200, b"ok")
    assert public.get_payment(payment.id).state == "captured"
    assert client.get("/webhooks/simulator").status_code == 405
    assert client.post("/webhooks/nobody", b"{}", content_type="application/json").status_code == 404
    assert client.post("/webhooks/simulator", b"x" * 300_000, content_type="text/plain").status_code == 413
