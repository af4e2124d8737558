"""Stripe: PaymentIntents by the official SDK. The card goes from the browser to Stripe (`token` flow), never to us."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from entrepot.kit.json import loads
from entrepot.payments.contracts import Fact, Message, PaymentInfo, Started
from entrepot.payments.errors import ProviderRefused, ProviderUnavailable, WebhookRefused
from entrepot.payments.providers.config import Misconfigured, keys

T = TypeVar("T")
_PREFIX = "ENTREPOT_STRIPE_"
_TIMEOUT_SECONDS = 20


def build(env: Mapping[str, str], base_url: str) -> Stripe | None:
    found = keys(env, _PREFIX, ("SECRET_KEY", "PUBLISHABLE_KEY", "WEBHOOK_SECRET"))
    if found is None:
        return None
    capture = env.get(_PREFIX + "CAPTURE", "automatic")
    if capture not in ("automatic", "manual"):
        raise Misconfigured(f"{_PREFIX}CAPTURE is automatic or manual")
    return Stripe(found["SECRET_KEY"], found["PUBLISHABLE_KEY"], found["WEBHOOK_SECRET"], capture,
                  env.get(_PREFIX + "URL", ""))


class Stripe:
    code = "stripe"
    flow = "token"
    captures = "once"  # several captures of one card authorisation need a contract of their own
    currencies: frozenset[str] | None = None
    acknowledgement = ("text/plain", b"ok")

    def __init__(self, secret_key: str, publishable_key: str, webhook_secret: str, capture: str, url: str) -> None:
        self._secret_key, self._publishable_key = secret_key, publishable_key
        self._webhook_secret, self._capture, self._url = webhook_secret, capture, url
        self._local = threading.local()

    @property
    def _client(self) -> Any:
        """One client per thread: it owns a connection pool that threads must not share."""
        if not hasattr(self._local, "client"):
            import stripe

            self._local.client = stripe.StripeClient(
                self._secret_key, max_network_retries=1,
                http_client=stripe.RequestsClient(timeout=_TIMEOUT_SECONDS),
                base_addresses={"api": self._url} if self._url else {})
        return self._local.client.v1

    def _ask(self, call: Callable[[], T]) -> T:
        """Stripe's errors in our words. What is not clearly refused may have happened: ask again with the same key."""
        import stripe

        try:
            return call()
        except (stripe.CardError, stripe.InvalidRequestError, stripe.AuthenticationError,
                stripe.PermissionError) as error:
            raise ProviderRefused(reason=(error.user_message or str(error))[:160]) from error
        except stripe.StripeError as error:
            raise ProviderUnavailable from error

    def start(self, payment: PaymentInfo, *, return_url: str, description: str, language: str) -> Started:
        metadata = {"payment_id": str(payment.id), "description": description[:200]}
        intent = self._ask(lambda: self._client.payment_intents.create(
            {"amount": payment.amount_minor, "currency": payment.currency.lower(), "capture_method": self._capture,
             "metadata": metadata},
            options={"idempotency_key": f"start-{payment.id}"}))
        action = {"kind": "token", "client_secret": intent.client_secret, "publishable_key": self._publishable_key,
                  "return_url": return_url}
        return Started(intent.id, action)

    def capture(self, payment: PaymentInfo, provider_ref: str, amount_minor: int, *, key: str) -> Fact:
        intent = self._ask(lambda: self._client.payment_intents.capture(
            provider_ref, {"amount_to_capture": amount_minor}, options={"idempotency_key": key}))
        return _captured(intent)

    def void(self, payment: PaymentInfo, provider_ref: str, *, key: str) -> Fact:
        intent = self._ask(lambda: self._client.payment_intents.cancel(
            provider_ref, options={"idempotency_key": key}))
        return _voided(intent)

    def refund(self, payment: PaymentInfo, provider_ref: str, amount_minor: int, *, key: str) -> Fact | None:
        refund = self._ask(lambda: self._client.refunds.create(
            {"payment_intent": provider_ref, "amount": amount_minor, "metadata": {"request_id": key}},
            options={"idempotency_key": key}))
        return next(iter(_of_refund(refund)), None)

    def fetch(self, payment: PaymentInfo, provider_ref: str) -> tuple[Fact, ...]:
        intent = self._ask(lambda: self._client.payment_intents.retrieve(provider_ref))
        facts = _of_intent(intent)
        if any(f.kind == "captured" for f in facts):
            refunds = self._ask(lambda: list(self._client.refunds.list(
                {"payment_intent": provider_ref, "limit": 100}).auto_paging_iter()))
            facts += tuple(fact for refund in refunds for fact in _of_refund(refund))
        return facts

    def read_webhook(self, headers: dict[str, str], body: bytes) -> Message:
        import stripe

        try:
            stripe.WebhookSignature.verify_header(body.decode(), headers.get("stripe-signature", ""),
                                                  self._webhook_secret, stripe.Webhook.DEFAULT_TOLERANCE)
            event = loads(body)
            return Message(event["id"], event["type"], event)
        except (stripe.SignatureVerificationError, ValueError, KeyError, TypeError) as error:
            raise WebhookRefused from error

    def facts_of(self, payload: dict[str, Any]) -> tuple[Fact, ...]:
        thing = _Fields(payload["data"]["object"])
        if thing.object == "payment_intent":
            return _of_intent(thing)
        if thing.object == "refund":
            return _of_refund(thing)
        return ()


class _Fields(dict[str, Any]):
    """A webhook's JSON read like the SDK's objects."""

    def __getattr__(self, name: str) -> Any:
        return self.get(name)


def _get(thing: Any, name: str) -> Any:
    return thing.get(name) if isinstance(thing, dict) else getattr(thing, name, None)


def _charge_id(intent: Any) -> str:
    charge = _get(intent, "latest_charge")
    return charge if isinstance(charge, str) else (_get(charge, "id") or "" if charge else "")


def _fact(intent: Any, kind: str, amount_minor: int, reason: str = "") -> Fact:
    metadata = _get(intent, "metadata") or {}
    return Fact(f"{kind}:{intent.id}", intent.id, kind, amount_minor, intent.currency.upper(), reason,
                ref=_charge_id(intent), payment_id=_get(metadata, "payment_id") or "")


def _captured(intent: Any) -> Fact:
    return _fact(intent, "captured", _get(intent, "amount_received"))


def _voided(intent: Any) -> Fact:
    held = intent.amount if _charge_id(intent) else 0
    return _fact(intent, "voided", held, _get(intent, "cancellation_reason") or "")


def _of_intent(intent: Any) -> tuple[Fact, ...]:
    if intent.status == "succeeded":
        return (_captured(intent),)
    if intent.status == "canceled":
        return (_voided(intent),)
    if intent.status == "requires_capture":
        return (_fact(intent, "authorised", intent.amount),)
    error = _get(intent, "last_payment_error")
    return (_fact(intent, "failed", 0, (_get(error, "message") or "")[:200]),) if error else ()


def _of_refund(refund: Any) -> tuple[Fact, ...]:
    """Only refunds of the intent itself: releasing the rest of a part capture is not one."""
    intent_id = _get(refund, "payment_intent")
    intent_id = intent_id if isinstance(intent_id, str) else _get(intent_id, "id")
    if not intent_id or refund.status not in ("succeeded", "failed", "canceled"):
        return ()
    kind = "refunded" if refund.status == "succeeded" else "refund_failed"
    request_id = _get(_get(refund, "metadata") or {}, "request_id") or ""
    return (Fact(f"{kind}:{refund.id}", intent_id, kind, refund.amount, refund.currency.upper(),
                 _get(refund, "failure_reason") or "", ref=refund.id, request_id=request_id),)
