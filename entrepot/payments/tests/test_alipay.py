"""The Alipay adapter, by python-alipay-sdk, against a gateway that checks and makes real signatures."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from entrepot.kit.actor import ANONYMOUS
from entrepot.payments import public
from entrepot.payments.actions.requests import run_request
from entrepot.payments.contracts import PaymentInfo
from entrepot.payments.errors import MethodNotOffered, ProviderRefused, ProviderUnavailable
from entrepot.payments.models import InboxMessage, Request, Transaction
from entrepot.payments.providers import provider
from entrepot.payments.tests.alipay_server import AlipayServer, pem_pair
from entrepot.payments.tests.factories import ALICE, BOB, SYSTEM, begun, events
from entrepot.payments.tests.loopback import serving

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alipay(monkeypatch: pytest.MonkeyPatch) -> Iterator[AlipayServer]:
    server = AlipayServer("2021000000000001")
    with serving(server) as url:
        monkeypatch.setenv("ENTREPOT_ALIPAY_APP_ID", server.app_id)
        monkeypatch.setenv("ENTREPOT_ALIPAY_PRIVATE_KEY", server.merchant_private_pem)
        monkeypatch.setenv("ENTREPOT_ALIPAY_PUBLIC_KEY", server.public_pem)
        monkeypatch.setenv("ENTREPOT_ALIPAY_GATEWAY", f"{url}/gateway.do")
        yield server


def _begun(amount_minor: int = 12_345) -> PaymentInfo:
    return begun("alipay", amount_minor=amount_minor, currency="CNY")


def _paid(alipay: AlipayServer, amount_minor: int = 12_345) -> PaymentInfo:
    payment = _begun(amount_minor)
    assert payment.action is not None
    alipay.pay(payment.action["url"])
    return public.refresh(payment.id, actor=ALICE)


def test_redirect_is_signed_and_says_what_to_pay(alipay: AlipayServer) -> None:
    payment = _begun()
    assert payment.action is not None
    assert payment.action["kind"] == "redirect"
    number = alipay.pay(payment.action["url"])
    assert number == payment.id.hex
    assert alipay.trades[number]["total_amount"] == "123.45"
    assert alipay.refused == []


def test_not_yet_opened_by_the_payer(alipay: AlipayServer) -> None:
    payment = _begun()
    assert public.refresh(payment.id, actor=ALICE).state == "pending"
    assert public.void(payment.id, actor=BOB).state == "voided"


def test_paid_by_notice_and_by_question_is_booked_once(alipay: AlipayServer) -> None:
    payment = _paid(alipay)
    assert (payment.state, payment.captured_minor) == ("captured", 12_345)
    for _ in range(2):
        assert public.receive_webhook("alipay", {}, alipay.notice(payment.id.hex), actor=ANONYMOUS) == 200
    assert len(events("payment_captured")) == 1
    assert Transaction.objects.get(payment_id=payment.id).provider_ref == alipay.trades[payment.id.hex]["trade_no"]


def test_tampered_notices_are_refused(alipay: AlipayServer) -> None:
    payment = _begun()
    assert payment.action is not None
    number = alipay.pay(payment.action["url"])
    notice = alipay.notice(number)
    strangers = AlipayServer(alipay.app_id)
    strangers.trades = alipay.trades
    for forged in (notice.replace(b"123.45", b"123.46"), notice.replace(b"sign=", b"sign=A"), strangers.notice(number),
                   alipay.notice(number, app_id="2021000000000002"), b"", b"sign=x", b"\xff"):
        assert public.receive_webhook("alipay", {}, forged, actor=ANONYMOUS) == 400
    assert not InboxMessage.objects.exists()
    assert public.get_payment(payment.id).state == "pending"
    assert public.receive_webhook("alipay", {}, notice, actor=ANONYMOUS) == 200
    assert public.get_payment(payment.id).state == "captured"


def test_answers_that_do_not_verify_settle_nothing(alipay: AlipayServer) -> None:
    payment = _begun()
    assert payment.action is not None
    alipay.pay(payment.action["url"])
    alipay.forge_answers = True
    with pytest.raises(ProviderUnavailable):
        public.refresh(payment.id, actor=ALICE)
    assert public.get_payment(payment.id).state == "pending"


def test_request_with_a_strange_key_is_refused_by_the_gateway(alipay: AlipayServer,
                                                              monkeypatch: pytest.MonkeyPatch) -> None:
    payment = _begun()
    monkeypatch.setenv("ENTREPOT_ALIPAY_PRIVATE_KEY", pem_pair()[1])
    with pytest.raises(ProviderRefused):
        public.refresh(payment.id, actor=ALICE)
    assert alipay.refused == ["alipay.trade.query"]


def test_refund_in_parts_to_the_whole(alipay: AlipayServer) -> None:
    payment = _paid(alipay)
    for part in (345, 12_000):
        [info] = public.refund(payment.order_id, part, reason="", reference=f"r{part}", actor=BOB)
        assert run_request(info.id, actor=SYSTEM)
    whole = public.refresh(payment.id, actor=ALICE)  # now TRADE_CLOSED, which is no void
    assert (whole.state, whole.refunded_minor) == ("captured", 12_345)


def test_refund_whose_answer_was_lost_is_made_once(alipay: AlipayServer) -> None:
    payment = _paid(alipay)
    [info] = public.refund(payment.order_id, 1_000, reason="", reference="r", actor=BOB)
    provider("alipay").refund(payment, payment.id.hex, 1_000, key=str(info.id))  # we die before booking it
    assert run_request(info.id, actor=SYSTEM)
    assert alipay.refunds_made == 1
    assert public.get_payment(payment.id).refunded_minor == 1_000


def test_refused_refund(alipay: AlipayServer) -> None:
    payment = _paid(alipay)
    alipay.trades[payment.id.hex]["refunds"]["elsewhere"] = "123.45"
    [info] = public.refund(payment.order_id, 1_000, reason="", reference="r", actor=BOB)
    run_request(info.id, actor=SYSTEM)
    assert Request.objects.get(pk=info.id).failure == "退款金额超限"
    assert len(events("refund_failed")) == 1


def test_void_of_a_paid_trade_finds_the_money(alipay: AlipayServer) -> None:
    payment = _begun()
    assert payment.action is not None
    alipay.pay(payment.action["url"])
    with pytest.raises(ProviderRefused):
        public.void(payment.id, actor=BOB)
    assert public.get_payment(payment.id).state == "captured"


def test_unconfigured_is_not_offered() -> None:
    with pytest.raises(MethodNotOffered):
        begun("alipay", currency="CNY")
