"""The webhook inbox: verified, kept once, booked in any order, replayable."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import structlog
from django.db import transaction

from entrepot.kit import audit, clock, db
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, NotFound
from entrepot.kit.json import dumps_text
from entrepot.payments import queries, rules
from entrepot.payments.actions.settle import apply, lock_payment
from entrepot.payments.contracts import Fact, Message
from entrepot.payments.errors import WebhookRefused
from entrepot.payments.models import InboxMessage, Payment
from entrepot.payments.permissions import INBOX, NOTIFY
from entrepot.payments.providers import find_provider, provider

log = structlog.get_logger(__name__)

MAX_BODY_BYTES = 256 * 1024

_KEEP = """
INSERT INTO payments_inboxmessage (provider, message_id, kind, payload, payment_id, received_at, error)
VALUES (%s, %s, %s, %s::jsonb, %s, %s, '')
ON CONFLICT (provider, message_id) DO NOTHING
RETURNING id
"""


def receive_webhook(code: str, headers: dict[str, str], body: bytes, *, actor: Actor) -> int:
    """Verify a provider's message, keep it and take it in; returns the HTTP status to answer.

    The message is safe before it is looked into: if that fails, the healer and the office try again, so the provider
    need not. The same message twice is kept and booked once.
    """
    actor.require(NOTIFY)
    adapter = find_provider(code)
    if adapter is None:
        return 404
    if len(body) > MAX_BODY_BYTES:
        return 413
    try:
        message = adapter.read_webhook(headers, body)
    except WebhookRefused:
        log.warning("webhook refused", provider=code)
        return 400
    kept = _keep(code, message, _payment_id(code, message.payload))
    if kept is not None:
        try:
            process_message(kept, actor=actor)
        except Exception as error:
            log.exception("webhook not processed", provider=code, message_id=kept)
            InboxMessage.objects.filter(pk=kept).update(error=f"{type(error).__name__}: {error}"[:2000])
    return 200


def process_message(message_id: int, *, actor: Actor) -> None:
    """Take in a kept message, together with every other one of the same payment that still waits for it."""
    actor.require(NOTIFY)
    message = InboxMessage.objects.get(pk=message_id)
    if message.payment_id is None:
        _close(message)
        return
    with transaction.atomic():
        payment = lock_payment(message.payment_id, actor=actor)
        waiting = list(payment.messages.filter(processed_at__isnull=True).order_by("id"))
        adapter = provider(payment.provider)
        facts = {m.id: adapter.facts_of(m.payload) for m in waiting}
        told = [f for group in facts.values() for f in group]
        left = apply(payment, [*told, *_ends_heard_before(payment, told)], now=clock.now(), actor=actor)
        problems = {entry.fact.key: entry for entry in left}
        for kept in waiting:
            entry = next((problems[f.key] for f in facts[kept.id] if f.key in problems), None)
            kept.error = entry.problem if entry else ""
            kept.processed_at = None if entry and entry.waits else clock.now()
            kept.save(update_fields=["error", "processed_at"])


def _ends_heard_before(payment: Payment, facts: list[Fact]) -> list[Fact]:
    """Of the refunds among the facts, what is known already: that they came back, told before they were done."""
    ends = {rules.end_of_refund(f.key) for f in facts if f.kind == "refunded"}
    if not ends:
        return []
    adapter, earlier = provider(payment.provider), payment.messages.filter(processed_at__isnull=False).order_by("id")
    return [f for m in earlier for f in adapter.facts_of(m.payload) if f.key in ends]


def replay_message(message_id: int, *, actor: Actor) -> None:
    """Read a kept message again from its content. What is booked stays booked once."""
    actor.require(INBOX)
    with transaction.atomic():
        message = InboxMessage.objects.filter(pk=message_id).first()
        if message is None:
            raise NotFound(N_("message"))
        message.payment_id = _payment_id(message.provider, message.payload)
        message.processed_at, message.error = None, ""
        message.save(update_fields=["payment", "processed_at", "error"])
        audit.record(actor, "payments.replay_message", "inbox_message", message_id)
    process_message(message_id, actor=actor)


def _keep(code: str, message: Message, payment_id: UUID | None) -> int | None:
    kept: int | None = db.value(_KEEP, [code, message.id[:160], message.kind[:80], dumps_text(message.payload),
                                        payment_id, clock.now()])
    return kept


def _facts(code: str, payload: dict[str, Any]) -> tuple[Fact, ...] | None:
    """What a message says; None when its kind is none that we read, though its provider did sign it."""
    try:
        return provider(code).facts_of(payload)
    except Exception as error:  # whatever a shape that nobody described makes the reading raise
        log.warning("webhook not understood", provider=code, error=type(error).__name__)
        return None


def _payment_id(code: str, payload: dict[str, Any]) -> UUID | None:
    facts = _facts(code, payload)
    if not facts:
        return None
    ours = set()
    for fact in facts:
        try:
            ours.add(UUID(fact.payment_id))
        except ValueError:
            continue
    return queries.payment_of_fact(code, {f.provider_ref for f in facts}, ours)


def _close(message: InboxMessage) -> None:
    """Nothing to book: no facts inside, none that we understand, or a payment that is not ours."""
    facts = _facts(message.provider, message.payload)
    message.error = N_("No payment of ours has this reference.") if facts else ""
    if facts is None:
        message.error = N_("This message has a shape that is not known.")
    message.processed_at = clock.now()
    message.save(update_fields=["error", "processed_at"])


