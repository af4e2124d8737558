"""Start a payment at its provider, and ask the provider how it stands. Network calls hold no transaction."""

from __future__ import annotations

import os
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation

from entrepot.kit import clock
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, InvalidInput
from entrepot.payments import queries, rules
from entrepot.payments.actions.settle import apply, lock_payment
from entrepot.payments.contracts import PaymentInfo, Started
from entrepot.payments.models import Payment, Request
from entrepot.payments.permissions import PAY
from entrepot.payments.providers import provider
from entrepot.payments.queue import enqueue_request

_FIRST_QUESTION = timedelta(seconds=30)
_PAYABLE = (Payment.State.PENDING, Payment.State.FAILED)


def begin(payment_id: UUID, *, return_url: str, description: str, language: str, actor: Actor) -> PaymentInfo:
    """Bring the payer to the provider: the answer's `action` says how. After the commit of the order; safe to repeat.

    A crash in the middle costs nothing: the next call asks the provider again under the same key.
    """
    actor.require(PAY)
    refuse_foreign_return(return_url)
    payment = queries.get_payment(payment_id)
    if payment.state not in _PAYABLE or payment.provider in rules.INTERNAL:
        return payment
    if payment.provider in rules.MANUAL:
        return _instruct(payment, language)
    with transaction.atomic(durable=True):  # refuses to call out while someone's transaction is open
        known = Payment.objects.values_list("provider_ref", flat=True).get(pk=payment_id)
    if known:
        return queries.get_payment(payment_id)
    started = provider(payment.provider).start(payment, return_url=return_url, description=description,
                                               language=language)
    return _started(payment_id, started, actor)


def refuse_foreign_return(return_url: str) -> None:  # lint: allow action-actor (a check: it changes nothing)
    """To be asked before an order is placed too: afterwards it would stand there without a way to pay it."""
    if not rules.is_safe_return(return_url, _hosts()):
        raise InvalidInput("return_url", N_("The payer can only return to a page of this shop."))


def _started(payment_id: UUID, started: Started, actor: Actor) -> PaymentInfo:
    now = clock.now()
    with transaction.atomic(durable=True):
        payment = lock_payment(payment_id, actor=actor)
        if not payment.action:  # of two at once the first wins, and both see its answer
            payment.provider_ref, payment.action, payment.secret = started.provider_ref, started.action, started.secret
            payment.ask_at = now + _FIRST_QUESTION
            payment.save(update_fields=["provider_ref", "action", "secret", "ask_at"])
        apply(payment, started.facts, now=now, actor=actor)
        if payment.state == Payment.State.VOIDED:  # given up while we were asking
            _void_behind(payment)
    return queries.info_of(payment)


def _void_behind(payment: Payment) -> None:
    request, made = Request.objects.get_or_create(
        payment=payment, kind=Request.Kind.VOID, reference="behind",
        defaults={"amount_minor": payment.amount_minor, "due_at": clock.now(), "created_at": clock.now()})
    if made:
        enqueue_request(request.id)


def _instruct(payment: PaymentInfo, language: str) -> PaymentInfo:
    with translation.override(language):
        text = queries.instructions(payment.provider)
    action = {"kind": "instructions", "text": text}
    Payment.objects.filter(pk=payment.id).update(action=action)
    return queries.get_payment(payment.id)


def _hosts() -> set[str]:
    """Our own, and those of other storefronts over this API, which the installation names."""
    others = os.environ.get("ENTREPOT_RETURN_HOSTS", "").split(",")
    return {urlsplit(settings.BASE_URL).hostname or "", *settings.ALLOWED_HOSTS, *others} - {"*", ""}


def refresh(payment_id: UUID, *, actor: Actor) -> PaymentInfo:
    """Ask the provider how a payment stands and book the answer: for a browser that returns, and for the healer.

    May race with the provider's message: both say the same facts, which are booked once.
    """
    actor.require(PAY)
    payment = queries.get_payment(payment_id)
    if payment.provider in rules.INTERNAL or payment.provider in rules.MANUAL:
        return payment
    with transaction.atomic(durable=True):
        ref = Payment.objects.values_list("provider_ref", flat=True).get(pk=payment_id)
    if not ref:
        return payment
    facts = provider(payment.provider).fetch(payment, ref)
    with transaction.atomic(durable=True):
        locked = lock_payment(payment_id, actor=actor)
        apply(locked, facts, now=clock.now(), actor=actor)
    return queries.info_of(locked)


