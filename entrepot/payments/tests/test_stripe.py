"""The Stripe adapter, by the official SDK, against localstripe on loopback."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from queue import Queue
from typing import Any

import pytest
import stripe

from entrepot.kit.actor import ANONYMOUS
from entrepot.kit.json import dumps, loads
from entrepot.payments import public
from entrepot.payments.actions.requests import run_request
from entrepot.payments.contracts import PaymentInfo
from entrepot.payments.errors import PaymentNotCapturable, ProviderUnavailable
from entrepot.payments.models import InboxMessage, Payment, Request, Transaction
from entrepot.payments.providers import provider
from entrepot.payments.providers.config import Misconfigured
from entrepot.payments.providers.stripe import build
from entrepot.payments.tests.factories import ALICE, BOB, SYSTEM, begun, events, opened
from entrepot.payments.tests.loopback import body_of, free_port, serving

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "whsec_test_0123456789"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "entrepot.payments.tests.stripe_server", str(port)])
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(f"{url}/_test/calls", timeout=1)  # noqa: S310 our own server
                break
            except OSError:
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait()


@pytest.fixture
def stripe_url(server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("ENTREPOT_STRIPE_SECRET_KEY", "sk_test_12345")
    monkeypatch.setenv("ENTREPOT_STRIPE_PUBLISHABLE_KEY", "pk_test_12345")
    monkeypatch.setenv("ENTREPOT_STRIPE_WEBHOOK_SECRET", SECRET)
    monkeypatch.setenv("ENTREPOT_STRIPE_URL", server)
    return server


@pytest.fixture
def manual(stripe_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("ENTREPOT_STRIPE_CAPTURE", "manual")
    return stripe_url


def _sdk(url: str) -> Any:
    return stripe.StripeClient("sk_test_12345", base_addresses={"api": url}).v1


def _pay(url: str, payment: PaymentInfo, card: str = "pm_card_visa") -> None:
    """What Stripe's own form does in the payer's browser; the card never comes by us."""
    ref = Payment.objects.get(pk=payment.id).provider_ref
    _sdk(url).payment_intents.update(ref, {"payment_method": card})
    try:
        _sdk(url).payment_intents.confirm(ref)
    except stripe.CardError:
        pass


def _calls(url: str) -> int:
    with urllib.request.urlopen(f"{url}/_test/calls", timeout=5) as answer:  # noqa: S310 our own server
        return int(loads(answer.read())["calls"])


def test_start_gives_the_browser_what_it_needs(stripe_url: str) -> None:
    payment = begun("stripe")
    assert payment.action is not None
    assert payment.action["kind"] == "token"
    assert payment.action["client_secret"].startswith("pi_")
    assert payment.action["publishable_key"] == "pk_test_12345"
    assert "sk_test" not in str(payment.action)


def test_start_again_after_a_crash_makes_no_second_intent(stripe_url: str) -> None:
    payment = opened("stripe")
    before = _calls(stripe_url)
    first = provider("stripe").start(payment, return_url="/", description="d", language="en")  # we die here
    again = public.begin(payment.id, return_url="/", description="d", language="en", actor=ALICE)
    assert Payment.objects.get(pk=payment.id).provider_ref == first.provider_ref
    assert again.action["client_secret"] == first.action["client_secret"]  # type: ignore[index]
    assert _calls(stripe_url) == before + 1


def test_automatic_capture(stripe_url: str) -> None:
    payment = begun("stripe", amount_minor=4_321)
    _pay(stripe_url, payment)
    paid = public.refresh(payment.id, actor=ALICE)
    assert (paid.state, paid.captured_minor) == ("captured", 4_321)
    assert Transaction.objects.get(payment_id=payment.id).provider_ref.startswith("ch_")


def test_declined_card_then_a_good_one(stripe_url: str) -> None:
    payment = begun("stripe")
    _pay(stripe_url, payment, "pm_card_chargeCustomerFail")
    failed = public.refresh(payment.id, actor=ALICE)
    assert (failed.state, failed.failure) == ("failed", "Your card was declined.")


def test_manual_capture_in_part_then_refund_in_parts(manual: str) -> None:
    payment = begun("stripe")
    _pay(manual, payment)
    assert public.refresh(payment.id, actor=ALICE).state == "authorised"
    assert public.capture(payment.id, 6_000, actor=BOB).captured_minor == 6_000
    assert public.refresh(payment.id, actor=ALICE).refunded_minor == 0  # releasing the rest is no refund
    for part in (1_000, 2_500):
        [info] = public.refund(payment.order_id, part, reason="", reference=f"r{part}", actor=BOB)
        assert run_request(info.id, actor=SYSTEM)
    assert public.get_payment(payment.id).refunded_minor == 3_500
    assert public.refresh(payment.id, actor=ALICE).refunded_minor == 3_500  # a poll says nothing new
    assert public.get_payment(payment.id).held_minor == 0  # Stripe lets the rest go
    with pytest.raises(PaymentNotCapturable):
        public.capture(payment.id, 1_000, actor=BOB)


def test_void(manual: str) -> None:
    payment = begun("stripe")
    _pay(manual, payment)
    public.refresh(payment.id, actor=ALICE)
    assert public.void(payment.id, actor=BOB).state == "voided"
    assert [t["kind"] for t in public.transactions_of(payment.id)] == ["authorisation", "void"]


def test_refund_whose_answer_was_lost_is_made_once(stripe_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    payment = begun("stripe")
    _pay(stripe_url, payment)
    public.refresh(payment.id, actor=ALICE)
    [info] = public.refund(payment.order_id, 700, reason="", reference="r", actor=BOB)
    adapter = provider("stripe")
    really = type(adapter).refund

    def answered_into_the_void(self: Any, *args: Any, **kwargs: Any) -> Any:
        really(self, *args, **kwargs)
        raise ProviderUnavailable

    monkeypatch.setattr(type(adapter), "refund", answered_into_the_void)
    assert run_request(info.id, actor=SYSTEM) is False
    assert run_request(info.id, actor=SYSTEM) is False  # not due: someone may still be at it
    monkeypatch.setattr(type(adapter), "refund", really)
    Request.objects.update(due_at="2020-01-01T00:00:00Z")
    assert run_request(info.id, actor=SYSTEM) is True
    ref = Payment.objects.get(pk=payment.id).provider_ref
    assert len(_sdk(stripe_url).refunds.list({"payment_intent": ref}).data) == 1
    assert public.get_payment(payment.id).refunded_minor == 700


def test_unreachable_provider_leaves_the_request_open(stripe_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    payment = begun("stripe")
    _pay(stripe_url, payment)
    public.refresh(payment.id, actor=ALICE)
    [info] = public.refund(payment.order_id, 700, reason="", reference="r", actor=BOB)
    monkeypatch.setenv("ENTREPOT_STRIPE_URL", f"http://127.0.0.1:{free_port()}")
    assert run_request(info.id, actor=SYSTEM) is False
    assert Request.objects.get(pk=info.id).state == "pending"
    with pytest.raises(ProviderUnavailable):
        public.refresh(payment.id, actor=ALICE)


def test_messages_sent_by_the_provider_are_verified_and_booked_once(stripe_url: str) -> None:
    received: Queue[tuple[dict[str, str], bytes]] = Queue()

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        headers = {k[5:].lower().replace("_", "-"): v for k, v in environ.items() if k.startswith("HTTP_")}
        received.put((headers, body_of(environ)))
        start_response("200 OK", [])
        return [b""]

    with serving(app) as hook:
        order = urllib.request.Request(  # noqa: S310 our own server
            f"{stripe_url}/_config/webhooks/shop", dumps({"url": hook, "secret": SECRET}),
            {"Content-Type": "application/json"})
        urllib.request.urlopen(order, timeout=5)  # noqa: S310
        payment = begun("stripe")
        _pay(stripe_url, payment)
        ref = Payment.objects.get(pk=payment.id).provider_ref
        while True:
            headers, body = received.get(timeout=10)
            if ref.encode() in body:
                break
    assert public.receive_webhook("stripe", headers, body.replace(b"10000", b"10001"), actor=ANONYMOUS) == 400
    assert public.receive_webhook("stripe", {**headers, "stripe-signature": "t=1,v1=00"}, body, actor=ANONYMOUS) == 400
    assert public.receive_webhook("stripe", {}, body, actor=ANONYMOUS) == 400
    for _ in range(2):
        assert public.receive_webhook("stripe", headers, body, actor=ANONYMOUS) == 200
    assert public.get_payment(payment.id).captured_minor == 10_000
    assert public.refresh(payment.id, actor=ALICE).captured_minor == 10_000
    assert len(events("payment_captured")) == 1
    assert InboxMessage.objects.filter(payment_id=payment.id).count() == 1


def _signed(event: dict[str, Any], at: int | None = None) -> tuple[dict[str, str], bytes]:
    body = dumps(event)
    stamp = at or int(time.time())
    signature = stripe.WebhookSignature._compute_signature(f"{stamp}.{body.decode()}", SECRET)
    return {"stripe-signature": f"t={stamp},v1={signature}"}, body


def test_old_message_is_refused(stripe_url: str) -> None:
    event = {"id": "evt_1", "type": "x", "object": "event", "data": {"object": {"object": "customer"}}}
    headers, body = _signed(event, int(time.time()) - 301)
    assert public.receive_webhook("stripe", headers, body, actor=ANONYMOUS) == 400
    headers, body = _signed(event)
    assert public.receive_webhook("stripe", headers, body, actor=ANONYMOUS) == 200
    assert InboxMessage.objects.get().processed_at is not None


def test_message_that_outruns_our_own_answer_finds_its_payment(stripe_url: str) -> None:
    payment = opened("stripe")  # we died before the intent's number was written down
    intent = {"object": "payment_intent", "id": "pi_fast", "status": "succeeded", "amount": 10_000, "currency": "eur",
              "amount_received": 10_000, "latest_charge": "ch_1", "metadata": {"payment_id": str(payment.id)}}
    headers, body = _signed({"id": "evt_2", "type": "payment_intent.succeeded", "data": {"object": intent}})
    assert public.receive_webhook("stripe", headers, body, actor=ANONYMOUS) == 200
    assert public.get_payment(payment.id).state == "captured"
    assert Payment.objects.get(pk=payment.id).provider_ref == "pi_fast"


@pytest.mark.parametrize(("status", "state", "event"), [("succeeded", "done", "payment_refunded"),
                                                       ("failed", "failed", "refund_failed")])
def test_refund_told_by_message(stripe_url: str, status: str, state: str, event: str) -> None:
    payment = begun("stripe")
    _pay(stripe_url, payment)
    public.refresh(payment.id, actor=ALICE)
    [info] = public.refund(payment.order_id, 700, reason="", reference="r", actor=BOB)
    refund = {"object": "refund", "id": "re_1", "status": status, "amount": 700, "currency": "eur",
              "payment_intent": Payment.objects.get(pk=payment.id).provider_ref,
              "metadata": {"request_id": str(info.id)}}
    headers, body = _signed({"id": "evt_3", "type": "refund.updated", "data": {"object": refund}})
    assert public.receive_webhook("stripe", headers, body, actor=ANONYMOUS) == 200
    assert Request.objects.get(pk=info.id).state == state
    assert [e["reference"] for e in events(event)] == ["r"]


def test_a_refund_reported_failed_after_it_was_done_is_taken_back(stripe_url: str) -> None:
    payment = begun("stripe")
    _pay(stripe_url, payment)
    public.refresh(payment.id, actor=ALICE)
    [info] = public.refund(payment.order_id, 700, reason="", reference="r", actor=BOB)
    intent = Payment.objects.get(pk=payment.id).provider_ref
    for n, status in enumerate(("succeeded", "failed", "failed")):
        refund = {"object": "refund", "id": "re_1", "status": status, "amount": 700, "currency": "eur",
                  "failure_reason": "expired_or_canceled_card", "payment_intent": intent,
                  "metadata": {"request_id": str(info.id)}}
        headers, body = _signed({"id": f"evt_{n}", "type": "refund.updated", "data": {"object": refund}})
        assert public.receive_webhook("stripe", headers, body, actor=ANONYMOUS) == 200
    assert public.get_payment(payment.id).refunded_minor == 0
    told = list(Transaction.objects.filter(payment_id=payment.id).order_by("id").values_list("kind", "amount_minor"))
    assert told[-2:] == [("refund", 700), ("reversal", 700)]
    assert Request.objects.get(pk=info.id).state == "failed"
    assert [e["reason"] for e in events("refund_failed")] == ["expired_or_canceled_card"]
    assert len(public.refund(payment.order_id, 10_000, reason="", reference="again", actor=BOB)) == 1


def test_half_a_configuration_is_an_error() -> None:
    with pytest.raises(Misconfigured, match="WEBHOOK_SECRET"):
        build({"ENTREPOT_STRIPE_SECRET_KEY": "sk", "ENTREPOT_STRIPE_PUBLISHABLE_KEY": "pk"}, "http://localhost")
    assert build({}, "http://localhost") is None
