"""The gateway simulator: a payment provider of our own for demonstrations and tests.

It keeps its own books (`GatewayEntry`), shows a hosted page, signs its messages (Standard Webhooks) and answers
questions, so that every path a real provider takes can be walked without one. Never switched on by default.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from entrepot.kit import clock
from entrepot.kit.errors import N_
from entrepot.kit.home import secret
from entrepot.kit.ids import secret_token, uuid7
from entrepot.kit.json import dumps_text
from entrepot.payments.contracts import Fact, Message, PaymentInfo, Started
from entrepot.payments.errors import ProviderRefused, WebhookRefused
from entrepot.payments.models import GatewayEntry
from entrepot.payments.providers.config import Misconfigured, major


def build(env: Mapping[str, str], base_url: str) -> Simulator | None:
    if env.get("ENTREPOT_PAYMENT_SIMULATOR") != "1":
        return None
    captures = env.get("ENTREPOT_PAYMENT_SIMULATOR_CAPTURES", "many")
    if captures not in ("once", "many"):
        raise Misconfigured("ENTREPOT_PAYMENT_SIMULATOR_CAPTURES is once or many")
    return Simulator(base_url, captures)


def _signer() -> Any:
    from standardwebhooks import Webhook

    return Webhook(base64.b64encode(hashlib.sha256(secret("ENTREPOT_SIMULATOR_SECRET").encode()).digest()).decode())


class Simulator:
    code = "simulator"
    flow = "redirect"
    currencies: frozenset[str] | None = None
    acknowledgement = ("text/plain", b"ok")

    def __init__(self, base_url: str, captures: str) -> None:
        self._base_url, self.captures = base_url, captures

    def start(self, payment: PaymentInfo, *, return_url: str, description: str, language: str) -> Started:
        token = secret_token()
        url = f"{self._base_url}/pay/simulator/{payment.id}?secret={token}&lang={language}"
        action = {"kind": "redirect", "url": url, "return_url": return_url}
        return Started(f"sim_{payment.id.hex}", action, secret=token)

    def capture(self, payment: PaymentInfo, provider_ref: str, amount_minor: int, *, key: str) -> Fact:
        entries = _entries(payment.id)
        done = sum(e.amount_minor for e in entries if e.kind == "captured" and e.key != f"captured:{key}")
        let_go = _amount(entries, "voided") or (done and self.captures == "once")
        if let_go or _amount(entries, "authorised") - done < amount_minor:
            raise ProviderRefused(reason=N_("Not so much is authorised."))
        return _enter(payment.id, payment.currency, "captured", amount_minor, key, provider_ref)

    def void(self, payment: PaymentInfo, provider_ref: str, *, key: str) -> Fact:
        entries = _entries(payment.id)
        left = _amount(entries, "authorised") - _amount(entries, "captured")
        if _amount(entries, "captured") and (not left or self.captures == "once"):
            raise ProviderRefused(reason=N_("The payment is already captured."))
        return _enter(payment.id, payment.currency, "voided", left, key, provider_ref)

    def refund(self, payment: PaymentInfo, provider_ref: str, amount_minor: int, *, key: str) -> Fact | None:
        entries = _entries(payment.id)
        done = sum(e.amount_minor for e in entries if e.kind == "refunded" and e.key != f"refunded:{key}")
        if _amount(entries, "captured") - done < amount_minor:
            raise ProviderRefused(reason=N_("Not so much was captured."))
        return _enter(payment.id, payment.currency, "refunded", amount_minor, key, provider_ref)

    def fetch(self, payment: PaymentInfo, provider_ref: str) -> tuple[Fact, ...]:
        return tuple(_fact(entry) for entry in _entries(payment.id))

    def read_webhook(self, headers: dict[str, str], body: bytes) -> Message:
        from standardwebhooks.webhooks import WebhookVerificationError

        try:
            payload = _signer().verify(body, headers)
            return Message(headers["webhook-id"], payload["type"], payload)
        except (WebhookVerificationError, ValueError, KeyError, TypeError) as error:
            raise WebhookRefused from error

    def facts_of(self, payload: dict[str, Any]) -> tuple[Fact, ...]:
        return tuple(Fact(**fact) for fact in payload["data"])


def pay(payment_id: UUID, currency: str, amount_minor: int, choice: str) -> None:
    """What the payer pressed on the hosted page: pay, authorise or decline. Pressing again changes nothing."""
    ref = f"sim_{payment_id.hex}"
    if any(e.kind == "voided" for e in _entries(payment_id)):
        raise ProviderRefused(reason=N_("The payment was cancelled."))
    if choice == "decline":
        _enter(payment_id, currency, "failed", 0, f"page-{uuid7()}", ref)
        return
    _enter(payment_id, currency, "authorised", amount_minor, f"page-{payment_id.hex}", ref)
    if choice == "pay":
        _enter(payment_id, currency, "captured", amount_minor, f"page-{payment_id.hex}", ref)


def notice(payment_id: UUID) -> tuple[dict[str, str], bytes]:
    """The signed message about all that happened to a payment, as headers and body."""
    entries = _entries(payment_id)
    number = f"msg_{entries[-1].id}" if entries else f"msg_{payment_id.hex}"
    facts = [asdict(_fact(entry)) for entry in entries]
    return sign(number, {"type": f"payment.{entries[-1].kind if entries else 'opened'}", "data": facts})


def sign(number: str, payload: dict[str, Any]) -> tuple[dict[str, str], bytes]:
    body = dumps_text(payload)
    at = datetime.now(UTC)
    headers = {"webhook-id": number, "webhook-timestamp": str(int(at.timestamp())),
               "webhook-signature": _signer().sign(number, at, body)}
    return headers, body.encode()


def statement(from_at: datetime, until_at: datetime) -> str:
    """The gateway's own statement of a period, in our CSV format."""
    lines = ["kind,reference,amount,currency,at"]
    kinds = {"captured": "capture", "refunded": "refund"}
    for entry in GatewayEntry.objects.filter(kind__in=kinds, at__gte=from_at, at__lt=until_at).order_by("id"):
        fact = _fact(entry)
        lines.append(f"{kinds[entry.kind]},{fact.ref},{major(entry.amount_minor, entry.currency)},{entry.currency},"
                     f"{entry.at.isoformat()}")
    return "\n".join(lines) + "\n"


def _entries(payment_id: UUID) -> list[GatewayEntry]:
    return list(GatewayEntry.objects.filter(payment_id=payment_id).order_by("id"))


def _amount(entries: list[GatewayEntry], kind: str) -> int:
    return sum(e.amount_minor for e in entries if e.kind == kind)


def _enter(payment_id: UUID, currency: str, kind: str, amount_minor: int, key: str, provider_ref: str) -> Fact:
    entry, _ = GatewayEntry.objects.get_or_create(
        key=f"{kind}:{key}", defaults={"payment_id": payment_id, "kind": kind, "amount_minor": amount_minor,
                                       "currency": currency, "at": clock.now()})
    return _fact(entry)


def _fact(entry: GatewayEntry) -> Fact:
    _, _, request_id = entry.key.partition(":")
    return Fact(entry.key, f"sim_{entry.payment_id.hex}", entry.kind, entry.amount_minor, entry.currency,
                N_("The payer declined.") if entry.kind == "failed" else "", ref=f"sim_{entry.id}",
                request_id="" if request_id.startswith("page-") else request_id, payment_id=entry.payment_id.hex)
