"""The WeChat Pay adapter, by wechatpayv3, against a gateway that checks and makes real signatures and seals."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from entrepot.kit.actor import ANONYMOUS
from entrepot.payments import public
from entrepot.payments.actions.requests import run_request
from entrepot.payments.contracts import PaymentInfo
from entrepot.payments.errors import ProviderRefused, ProviderUnavailable
from entrepot.payments.models import InboxMessage, Request
from entrepot.payments.providers import problems, provider
from entrepot.payments.tests.alipay_server import pem_pair
from entrepot.payments.tests.factories import ALICE, BOB, SYSTEM, begun, events
from entrepot.payments.tests.loopback import serving
from entrepot.payments.tests.wechat_server import WeChatServer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def wechat(monkeypatch: pytest.MonkeyPatch) -> Iterator[WeChatServer]:
    server = WeChatServer()
    with serving(server) as url:
        for name, value in {
            "MERCHANT_ID": server.merchant_id, "APP_ID": "wx0001", "PRIVATE_KEY": server.merchant_private_pem,
            "CERTIFICATE_SERIAL": "444F4864EA9B34415", "API_KEY": server.api_key, "PUBLIC_KEY": server.public_pem,
            "PUBLIC_KEY_ID": server.public_key_id, "GATEWAY": url,
        }.items():
            monkeypatch.setenv(f"ENTREPOT_WECHAT_{name}", value)
        yield server


def _begun() -> PaymentInfo:
    return begun("wechat", amount_minor=12_345, currency="CNY")


def _paid(wechat: WeChatServer) -> PaymentInfo:
    payment = _begun()
    wechat.pay(payment.id.hex)
    return public.refresh(payment.id, actor=ALICE)


def test_payer_gets_a_code_to_scan(wechat: WeChatServer) -> None:
    payment = _begun()
    assert payment.action is not None
    assert payment.action["kind"] == "qr"
    assert payment.action["code_url"].startswith("weixin://")
    assert wechat.trades[payment.id.hex]["amount"] == {"total": 12_345, "currency": "CNY"}


def test_paid_by_notice_and_by_question_is_booked_once(wechat: WeChatServer) -> None:
    payment = _paid(wechat)
    assert payment.captured_minor == 12_345
    for _ in range(2):
        headers, body = wechat.notice("TRANSACTION.SUCCESS", wechat.trades[payment.id.hex])
        assert public.receive_webhook("wechat", headers, body, actor=ANONYMOUS) == 200
    assert len(events("payment_captured")) == 1
    assert InboxMessage.objects.count() == 1


def test_tampered_notices_are_refused(wechat: WeChatServer) -> None:
    payment = _begun()
    trade = wechat.pay(payment.id.hex)
    headers, body = wechat.notice("TRANSACTION.SUCCESS", trade)
    strangers = WeChatServer()
    for bad_headers, bad_body in (
        (headers, body.replace(b"TRANSACTION.SUCCESS", b"TRANSACTION.SUCCESX")),
        ({**headers, "wechatpay-nonce": "other"}, body),
        ({**headers, "wechatpay-serial": "PUB_KEY_ID_02"}, body),
        ({}, body),
        strangers.notice("TRANSACTION.SUCCESS", trade),
        wechat.notice("TRANSACTION.SUCCESS", trade, at=int(time.time()) - 301),
        wechat.notice("TRANSACTION.SUCCESS", trade, api_key="x" * 32),
    ):
        assert public.receive_webhook("wechat", bad_headers, bad_body, actor=ANONYMOUS) == 400
    assert public.get_payment(payment.id).state == "pending"
    assert public.receive_webhook("wechat", headers, body, actor=ANONYMOUS) == 200
    assert public.get_payment(payment.id).state == "captured"


def test_answers_that_do_not_verify_settle_nothing(wechat: WeChatServer) -> None:
    payment = _begun()
    wechat.pay(payment.id.hex)
    wechat.forge_answers = True
    with pytest.raises(ProviderUnavailable):
        public.refresh(payment.id, actor=ALICE)
    assert public.get_payment(payment.id).state == "pending"


def test_request_with_a_strange_key_is_refused_by_the_gateway(wechat: WeChatServer,
                                                              monkeypatch: pytest.MonkeyPatch) -> None:
    payment = _begun()
    monkeypatch.setenv("ENTREPOT_WECHAT_PRIVATE_KEY", pem_pair()[1])
    with pytest.raises(ProviderRefused):
        public.refresh(payment.id, actor=ALICE)
    assert wechat.refused == 1


def test_void_closes_what_nobody_paid_and_finds_what_someone_did(wechat: WeChatServer) -> None:
    assert public.void(_begun().id, actor=BOB).state == "voided"
    payment = _begun()
    wechat.pay(payment.id.hex)
    with pytest.raises(ProviderRefused):
        public.void(payment.id, actor=BOB)
    assert public.get_payment(payment.id).state == "captured"


def test_refund_that_takes_its_time_is_settled_by_notice(wechat: WeChatServer) -> None:
    payment = _paid(wechat)
    wechat.refund_state = "PROCESSING"
    [info] = public.refund(payment.order_id, 345, reason="", reference="r", actor=BOB)
    run_request(info.id, actor=SYSTEM)
    assert Request.objects.get(pk=info.id).state == "pending"
    refund = {**wechat.refunds[info.id.hex], "refund_status": "SUCCESS"}
    headers, body = wechat.notice("REFUND.SUCCESS", refund)
    assert public.receive_webhook("wechat", headers, body, actor=ANONYMOUS) == 200
    assert Request.objects.get(pk=info.id).state == "done"
    assert public.get_payment(payment.id).refunded_minor == 345
    assert [e["reference"] for e in events("payment_refunded")] == ["r"]


def test_refund_that_fails_later_is_told(wechat: WeChatServer) -> None:
    payment = _paid(wechat)
    wechat.refund_state = "PROCESSING"
    [info] = public.refund(payment.order_id, 345, reason="", reference="r", actor=BOB)
    run_request(info.id, actor=SYSTEM)
    headers, body = wechat.notice("REFUND.ABNORMAL", {**wechat.refunds[info.id.hex], "refund_status": "ABNORMAL"})
    public.receive_webhook("wechat", headers, body, actor=ANONYMOUS)
    assert Request.objects.get(pk=info.id).state == "failed"
    assert len(events("refund_failed")) == 1


def test_refund_whose_answer_was_lost_is_made_once(wechat: WeChatServer) -> None:
    payment = _paid(wechat)
    [info] = public.refund(payment.order_id, 1_000, reason="", reference="r", actor=BOB)
    provider("wechat").refund(payment, payment.id.hex, 1_000, key=str(info.id))  # we die before booking it
    assert run_request(info.id, actor=SYSTEM)
    assert len(wechat.refunds) == 1
    assert public.get_payment(payment.id).refunded_minor == 1_000


def test_half_a_configuration_is_reported_at_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENTREPOT_WECHAT_APP_ID", "wx0001")
    assert any("MERCHANT_ID" in problem for problem in problems())
