"""HTTP of payments: what it answers, to whom, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from django.urls import resolve

from entrepot.catalog.tests.factories import a_channel
from entrepot.kit.actor import ANONYMOUS, Actor
from entrepot.kit.ids import uuid7
from entrepot.kit.json import dumps, loads
from entrepot.payments import public
from entrepot.payments.api import admin, storefront
from entrepot.payments.providers import simulator
from entrepot.payments.tests.factories import ALICE, BOB, CHARLIE, SYSTEM, begun, opened, paid_at_simulator

pytestmark = pytest.mark.django_db(transaction=True)


def call(actor: Actor, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    request = RequestFactory().generic(method, f"/api/v1{path}", b"" if body is None else dumps(body),
                                       content_type="application/json")
    return _answer(actor, path, request)


def _answer(actor: Actor, path: str, request: Any) -> tuple[int, Any]:
    request.actor = actor
    match = resolve(f"/api/v1{path}".split("?")[0])
    response = match.func(request, *match.args, **match.kwargs)
    return response.status_code, loads(response.content) if response.content else None


def test_ways_to_pay_of_a_channel(monkeypatch: pytest.MonkeyPatch) -> None:
    channel = a_channel()
    status, found = call(ALICE, "GET", "/payment-methods")
    assert (status, [m["code"] for m in found]) == (200, ["simulator", "test"])
    path = "/admin/payments/methods"
    assert call(BOB, "PUT", f"{path}/test", {"channel": channel.code, "is_offered": False})[0] == 204
    bank = {"channel": channel.code, "position": -1, "instructions": {"en": "IBAN DE02", "zh-hans": "账号 DE02"}}
    assert call(BOB, "PUT", f"{path}/bank_transfer", bank)[0] == 204
    assert call(BOB, "PUT", f"{path}/cash_on_delivery", {"channel": channel.code, "position": 1})[0] == 204
    _, found = call(ALICE, "GET", f"/payment-methods?channel={channel.code}")
    assert [m["code"] for m in found] == ["bank_transfer", "simulator", "cash_on_delivery"]
    assert found[0]["instructions"] == "IBAN DE02"
    monkeypatch.delenv("ENTREPOT_PAYMENT_SIMULATOR")
    _, found = call(ALICE, "GET", "/payment-methods")
    assert "simulator" not in [m["code"] for m in found]
    assert call(ALICE, "GET", "/payment-methods?channel=nowhere")[0] == 404
    assert call(ALICE, "GET", "/payment-methods?currency=euro")[0] == 422


def test_method_that_lacks_the_currency_is_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    a_channel()
    for name in ("APP_ID", "PRIVATE_KEY", "PUBLIC_KEY"):
        monkeypatch.setenv(f"ENTREPOT_ALIPAY_{name}", "-----BEGIN")
    assert "alipay" not in [m["code"] for m in call(ALICE, "GET", "/payment-methods?currency=EUR")[1]]
    assert "alipay" in [m["code"] for m in call(ALICE, "GET", "/payment-methods?currency=CNY")[1]]


def test_list_in_pages_with_the_wanted_fields() -> None:
    made = [str(opened("test").id) for _ in range(5)]
    seen: list[str] = []
    cursor = ""
    while True:
        status, page = call(BOB, "GET", f"/admin/payments?limit=2&fields=id,state&cursor={cursor}")
        assert status == 200
        seen += [p["id"] for p in page["items"]]
        assert all(set(p) == {"id", "state"} for p in page["items"])
        cursor = page["next"]
        if not cursor:
            break
    assert seen == sorted(made, reverse=True)
    assert call(BOB, "GET", "/admin/payments?fields=secret")[0] == 422
    assert call(BOB, "GET", "/admin/payments?cursor=nonsense")[0] == 422
    assert call(BOB, "GET", "/admin/payments?limit=101")[0] == 422
    assert len(call(BOB, "GET", "/admin/payments?state=pending")[1]["items"]) == 0


def test_capture_refund_and_read() -> None:
    payment = paid_at_simulator("authorise")
    path = f"/admin/payments/{payment.id}"
    assert call(BOB, "POST", f"{path}/capture", {"amount_minor": 10_001})[0] == 409
    status, found = call(BOB, "POST", f"{path}/capture", {"amount_minor": 6_000})
    assert (status, found["captured_minor"]) == (200, 6_000)
    status, refund = call(BOB, "POST", f"{path}/refund", {"amount_minor": 500, "reference": "r-1"})
    assert (status, refund["state"]) == (201, "pending")
    public.heal(actor=SYSTEM)
    status, found = call(BOB, "GET", path)
    assert [t["kind"] for t in found["transactions"]] == ["authorisation", "capture", "refund"]
    assert [r["state"] for r in found["requests"]] == ["done", "done"]
    assert "secret" not in str(found)
    assert call(BOB, "POST", f"{path}/void")[0] == 200  # the rest is let go
    assert call(BOB, "POST", f"{path}/void")[0] == 409
    assert call(BOB, "POST", f"{path}/refresh")[0] == 200


def test_manual_money() -> None:
    payment = opened("cash_on_delivery")
    path = f"/admin/payments/{payment.id}/received"
    assert call(BOB, "POST", path, {"amount_minor": 10_000, "reference": "4242424242424242"})[0] == 422
    assert call(BOB, "POST", path, {"amount_minor": 10_000, "reference": "  "})[0] == 422
    assert call(BOB, "POST", path, {"amount_minor": 10_000, "reference": "a\u0000b"})[0] == 422
    assert call(BOB, "POST", path, {"amount_minor": 10_000, "reference": "round 7"})[1]["state"] == "captured"
    _, refund = call(BOB, "POST", f"/admin/payments/{payment.id}/refund", {"amount_minor": 5, "reference": "r"})
    status, done = call(BOB, "POST", f"/admin/payments/refunds/{refund['id']}/paid-out", {"reference": "till 2"})
    assert (status, done["state"]) == (200, "done")
    assert call(BOB, "POST", f"/admin/payments/refunds/{uuid7()}/paid-out", {"reference": "till 2"})[0] == 404


def test_gift_cards() -> None:
    status, card = call(BOB, "POST", "/admin/payments/gift-cards", {"amount_minor": 5_000, "currency": "EUR"})
    assert status == 201
    assert card["code"].endswith(card["last4"])
    _, page = call(BOB, "GET", "/admin/payments/gift-cards")
    assert card["code"] not in str(page)
    assert page["items"][0]["balance_minor"] == 5_000
    status, card = call(BOB, "POST", f"/admin/payments/gift-cards/{card['id']}/deactivate", {"reason": "lost"})
    assert (status, card["is_active"]) == (200, False)
    assert call(BOB, "POST", "/admin/payments/gift-cards", {"amount_minor": 5, "currency": "EUR", "x": 1})[0] == 422


def test_inbox() -> None:
    paid_at_simulator()
    _, page = call(BOB, "GET", "/admin/payments/inbox")
    [message] = page["items"]
    assert call(BOB, "POST", f"/admin/payments/inbox/{message['id']}/replay")[0] == 204
    assert call(BOB, "POST", f"/admin/payments/inbox/{message['id'] + 1}/replay")[0] == 404
    assert call(BOB, "GET", "/admin/payments/inbox?waiting=true")[1]["items"] == []


def test_statements_and_differences() -> None:
    silent = begun()
    simulator.pay(silent.id, "EUR", 10_000, "pay")
    at = silent.created_at
    assert at is not None
    text = f"kind,reference,amount,currency,at\ncapture,sim_2,100.00,EUR,{at.isoformat()}\n"

    def send(actor: Actor = BOB) -> tuple[int, Any]:
        path = "/admin/payments/statements"
        file = SimpleUploadedFile("day.csv", text.encode())
        return _answer(actor, path, RequestFactory().post(f"/api/v1{path}", {"provider": "simulator", "file": file}))

    status, summary = send()
    assert (status, summary["differences"]) == (201, {"missing_here": 1})
    assert send()[0] == 200
    assert (send(ANONYMOUS)[0], send(CHARLIE)[0]) == (401, 403)
    _, page = call(BOB, "GET", "/admin/payments/differences")
    [case] = page["items"]
    assert case["provider_ref"] == "sim_2"
    status, again = call(BOB, "POST", f"/admin/payments/statements/{summary['statement_id']}/reconcile")
    assert (status, again["differences"]) == (200, {"missing_here": 1})
    assert call(BOB, "POST", f"/admin/payments/differences/{case['id']}/resolve", {"note": "asked the bank"})[0] == 204
    assert call(BOB, "GET", "/admin/payments/differences")[1]["items"] == []


def test_every_administrative_operation_is_closed_to_strangers() -> None:
    payment = paid_at_simulator()
    money = {"amount_minor": 1, "reference": "r"}
    bodies = {"/gift-cards": {"amount_minor": 1, "currency": "EUR"}, "/resolve": {"note": "n"}, "/refund": money,
              "/received": money, "/paid-out": {"reference": "r"}, "{method}": {"channel": "web"}}
    for (method, path), permission in admin.permissions.items():
        url = path
        for name, value in {"{uuid:payment_id}": payment.id, "{uuid:refund_id}": uuid7(), "{method}": "test",
                            "{uuid:gift_card_id}": uuid7(), "{int:message_id}": 1, "{int:line_id}": 1,
                            "{int:statement_id}": 1}.items():
            url = url.replace(name, str(value))
        assert not permission.everyone, path
        url += "?channel=web" if path == "/methods" else ""
        body = next((b for end, b in bodies.items() if path.endswith(end)), {})
        if path == "/statements":
            continue  # takes a file: below
        assert call(ANONYMOUS, method, f"/admin/payments{url}", body)[0] == 401, path
        assert call(CHARLIE, method, f"/admin/payments{url}", body)[0] == 403, path
    assert all(p.everyone for p in storefront.permissions.values())
