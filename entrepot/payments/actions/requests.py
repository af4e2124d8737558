"""Ask a provider to move money, in two phases: the request is written and committed, then the call is made, then its
answer is booked. Whoever dies in between leaves a request that is asked again under the same idempotency key.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from entrepot.customers import public as customers
from entrepot.kit import audit, clock, outbox
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, InvalidInput, NotFound
from entrepot.payments import queries, rules
from entrepot.payments.actions.begin import refresh
from entrepot.payments.actions.settle import apply, fail_request, lock_payment
from entrepot.payments.contracts import Fact, PaymentInfo, RefundInfo
from entrepot.payments.errors import (
    AmountTooLarge,
    PaymentBusy,
    PaymentNotCapturable,
    PaymentNotVoidable,
    ProviderRefused,
    ProviderUnavailable,
    ReferenceUsed,
    RefundNeedsSecond,
)
from entrepot.payments.models import GiftCardEntry, Payment, Request
from entrepot.payments.permissions import CAPTURE, PAY, REFUND
from entrepot.payments.providers import provider
from entrepot.payments.queue import enqueue_request

_OPEN = (Payment.State.PENDING, Payment.State.AUTHORISED, Payment.State.FAILED)  # nothing was taken yet
_CLAIM = timedelta(seconds=30)  # nobody else makes the same call meanwhile; after a crash someone does


def capture(payment_id: UUID, amount_minor: int | None = None, *, actor: Actor) -> PaymentInfo:
    """Take all or part of what is authorised. If the provider does not answer, the healer asks on."""
    actor.require(CAPTURE)
    with transaction.atomic(durable=True):
        payment = _locked(payment_id, actor)
        held = queries.held_minor(payment)
        if held <= 0 or payment.provider in rules.INTERNAL | rules.MANUAL:
            raise PaymentNotCapturable
        amount = held if amount_minor is None else amount_minor
        if not 0 < amount <= held:
            raise AmountTooLarge(most_minor=held, currency=payment.currency)
        request = _new(payment, Request.Kind.CAPTURE, amount, actor=actor)
    return _answer(request, actor)


def void(payment_id: UUID, *, actor: Actor) -> PaymentInfo:
    """Let go of what is authorised, or close a payment nobody has paid yet."""
    actor.require(CAPTURE)
    with transaction.atomic(durable=True):
        payment = _locked(payment_id, actor)
        if payment.state not in _OPEN and not queries.held_minor(payment):
            raise PaymentNotVoidable
        request = _give_up(payment, "by-hand", actor)
    return _answer(request, actor) if request else queries.get_payment(payment_id)


def cancel_open(order_id: UUID, *, keeps_held: bool = False, actor: Actor) -> None:
    """Give up every payment of an order as far as it was not captured; providers are told after the commit.

    `keeps_held`: not what is set aside already, since another order needs it."""
    actor.require(PAY)
    with transaction.atomic():
        found = Payment.objects.select_for_update(no_key=True).filter(
            Q(state__in=_OPEN) | Q(authorised_minor__gt=F("captured_minor")), order_id=order_id)
        for payment in found.exclude(state=Payment.State.VOIDED).order_by("id"):
            held = queries.held_minor(payment)
            if (payment.state in _OPEN or held) and not (held and keeps_held):
                _give_up(payment, "order-cancelled", actor)


def release(order_id: UUID, *, actor: Actor) -> None:
    """Let go of what is still set aside for an order that needs no more; providers are told after the commit."""
    actor.require(PAY)
    with transaction.atomic():
        found = Payment.objects.select_for_update(no_key=True).filter(
            order_id=order_id, authorised_minor__gt=F("captured_minor"))
        for payment in found.order_by("id"):
            if queries.held_minor(payment):
                _give_up(payment, "not-needed", actor)


def refund(order_id: UUID, amount_minor: int, *, reason: str, reference: str, actor: Actor) -> list[RefundInfo]:
    """Give back part of what was captured for an order, newest payment first. Joins the caller's transaction.

    The same reference refunds once. Internal methods are settled here and now, providers after the commit, bank
    transfer and cash when a person marks the refund as paid out. Raises AmountTooLarge when less was captured.
    """
    actor.require(REFUND)
    rules.refuse_card_numbers(reason, reference)
    if amount_minor <= 0 or not reference:
        raise InvalidInput("amount_minor", N_("This must be more than nothing."))
    with transaction.atomic():
        payments = list(Payment.objects.select_for_update(no_key=True).filter(
            order_id=order_id, captured_minor__gt=0).order_by("id"))
        return _refund(payments[::-1], amount_minor, reason, reference, actor)


def refund_payment(payment_id: UUID, amount_minor: int, *, reason: str, reference: str, actor: Actor) -> RefundInfo:
    """Give back part of one payment. What went back of its order before counts towards what one may give alone, or a
    large sum would go in small ones."""
    actor.require(REFUND)
    rules.refuse_card_numbers(reason, reference)
    if amount_minor <= 0 or not reference:
        raise InvalidInput("amount_minor", N_("This must be more than nothing."))
    with transaction.atomic():
        payment = Payment.objects.filter(pk=payment_id).first()
        if payment is None:
            raise NotFound(N_("payment"))
        of_order = Payment.objects.select_for_update(no_key=True).filter(order_id=payment.order_id).order_by("id")
        payment = next(p for p in of_order if p.id == payment_id)
        limit = queries.refund_limit(actor, payment.currency)
        if limit is not None and amount_minor + queries.given_back(payment.order_id, but=reference) > limit:
            raise RefundNeedsSecond(limit_minor=limit, currency=payment.currency)
        return _refund([payment], amount_minor, reason, reference, actor)[0]


def run_request(request_id: UUID, *, actor: Actor) -> bool:
    """Make the call of a request and book its answer. False when it is settled, not due or in other hands."""
    actor.require(PAY)
    claimed = _claim(request_id)
    if claimed is None:
        return False
    try:
        facts = _call(claimed)
    except ProviderUnavailable:
        if claimed.is_last:
            _refused(claimed, ProviderRefused(reason=N_("The provider did not answer for a day.")), actor)
        return False
    except ProviderRefused as error:
        _refused(claimed, error, actor)
        return True
    with transaction.atomic(durable=True):
        payment = lock_payment(claimed.payment.id, actor=actor)
        apply(payment, facts, now=clock.now(), actor=actor, request=Request.objects.get(pk=request_id))
    return True


def _settle_internal_refund(payment: Payment, request: Request, *, actor: Actor) -> None:
    """Give back to the balance that paid, and book it, in the caller's transaction behind the payment's lock."""
    before, now = payment.refunded_minor, clock.now()
    reference = str(request.id)
    if payment.provider == "gift_card" and payment.payer_id:
        GiftCardEntry.objects.create(gift_card_id=payment.payer_id, delta_minor=request.amount_minor, reason="refund",
                                     reference=reference, at=now)
    elif payment.provider == "store_credit" and payment.payer_id:
        customers.book(payment.payer_id, "credit", request.amount_minor, reason="refund", reference=reference,
                       currency=payment.currency)
    elif payment.provider == "points" and payment.payer_id:
        back = rules.points_back(payment.points or 0, payment.amount_minor, before, before + request.amount_minor)
        if back:
            customers.book(payment.payer_id, "points", back, reason="refund", reference=reference)
    fact = Fact(f"refunded:{request.id}", payment.provider_ref, "refunded", request.amount_minor, payment.currency,
                request.reason, request_id=reference)
    apply(payment, [fact], now=now, actor=actor, request=request)


@dataclass(frozen=True, slots=True)
class _Claimed:
    id: UUID
    kind: str
    amount_minor: int
    payment: PaymentInfo
    provider_ref: str
    is_last: bool


def _locked(payment_id: UUID, actor: Actor) -> Payment:
    try:
        return lock_payment(payment_id, actor=actor)
    except Payment.DoesNotExist:
        raise NotFound(N_("payment")) from None


def _new(payment: Payment, kind: str, amount_minor: int, *, actor: Actor, reference: str = "", reason: str = "",
         waits_for_person: bool = False) -> Request:
    now = clock.now()
    request = Request(payment=payment, kind=kind, amount_minor=amount_minor, reason=reason[:200], created_at=now,
                      due_at=None if waits_for_person else now)
    request.reference = reference or str(request.id)
    try:
        with transaction.atomic():
            request.save(force_insert=True)
    except IntegrityError as error:
        raise PaymentBusy from error
    audit.record(actor, f"payments.{kind}", "payment", payment.id, reason=reason,
                 new={"amount_minor": amount_minor, "currency": payment.currency, "request_id": request.id})
    return request


def _give_up(payment: Payment, reference: str, actor: Actor) -> Request | None:
    """Void at once what only we know of; ask the provider for the rest. An open void is left to run."""
    if payment.provider in rules.MANUAL or not payment.provider_ref:
        apply(payment, [Fact("voided", payment.provider_ref, "voided", payment.authorised_minor, payment.currency)],
              now=clock.now(), actor=actor)
        return None
    pending = payment.requests.filter(kind=Request.Kind.VOID, state=Request.State.PENDING).first()
    if pending:
        return pending
    request = _new(payment, Request.Kind.VOID, queries.held_minor(payment) or payment.amount_minor, actor=actor,
                   reason=reference)
    enqueue_request(request.id)
    return request


def _refund(payments: Sequence[Payment], amount_minor: int, reason: str, reference: str,
            actor: Actor) -> list[RefundInfo]:
    ids = [p.id for p in payments]
    known = list(Request.objects.filter(payment_id__in=ids, kind=Request.Kind.REFUND, reference=reference)
                 .select_related("payment").order_by("id"))
    if known:
        if sum(r.amount_minor for r in known) != amount_minor:
            raise ReferenceUsed
        return [queries.refund_info_of(r) for r in known]
    pending = queries.open_refunds(ids)
    refundable = [rules.Refundable(p.id, p.captured_minor - p.refunded_minor - pending.get(p.id, 0)) for p in payments]
    parts = rules.spread_refund(amount_minor, refundable)
    if parts is None:
        currency = payments[0].currency if payments else ""
        raise AmountTooLarge(most_minor=sum(r.open_minor for r in refundable), currency=currency)
    by_id = {p.id: p for p in payments}
    return [_refund_part(by_id[payment_id], part, reason, reference, actor) for payment_id, part in parts]


def _refund_part(payment: Payment, amount_minor: int, reason: str, reference: str, actor: Actor) -> RefundInfo:
    is_manual = payment.provider in rules.MANUAL
    request = _new(payment, Request.Kind.REFUND, amount_minor, actor=actor, reference=reference, reason=reason,
                   waits_for_person=is_manual)
    if payment.provider in rules.INTERNAL:
        _settle_internal_refund(payment, request, actor=actor)
        request.refresh_from_db()
    elif not is_manual:
        enqueue_request(request.id)
    return queries.refund_info_of(request)


def _answer(request: Request, actor: Actor) -> PaymentInfo:
    """Make the call now and say how the payment stands; a refusal is told to the person who asked."""
    run_request(request.id, actor=actor)
    request.refresh_from_db()
    if request.state == Request.State.FAILED:
        raise ProviderRefused(reason=request.failure)
    return queries.get_payment(request.payment_id)


def _claim(request_id: UUID) -> _Claimed | None:
    """Take a due request for a minute. The wait grows with every attempt, and after about a day it is given up."""
    now = clock.now()
    with transaction.atomic(durable=True):
        request = (Request.objects.select_for_update(skip_locked=True, of=("self",)).select_related("payment")
                   .filter(pk=request_id, state=Request.State.PENDING, due_at__lte=now).first())
        if request is None:
            return None
        wait = rules.retry_seconds(request.attempts)
        request.attempts += 1
        request.due_at = now + max(_CLAIM, timedelta(seconds=wait or 3_600))
        request.save(update_fields=["attempts", "due_at"])
        return _Claimed(request.id, request.kind, request.amount_minor, queries.info_of(request.payment),
                        request.payment.provider_ref, wait is None)


def _call(claimed: _Claimed) -> list[Fact]:
    adapter, key = provider(claimed.payment.provider), str(claimed.id)
    if claimed.kind == Request.Kind.CAPTURE:
        return [adapter.capture(claimed.payment, claimed.provider_ref, claimed.amount_minor, key=key)]
    if claimed.kind == Request.Kind.VOID:
        return [adapter.void(claimed.payment, claimed.provider_ref, key=key)]
    fact = adapter.refund(claimed.payment, claimed.provider_ref, claimed.amount_minor, key=key)
    return [fact] if fact else []


def _refused(claimed: _Claimed, error: ProviderRefused, actor: Actor) -> None:
    """A refusal is final for this request. A refused void or capture often means that the payment went on: look."""
    with transaction.atomic(durable=True):
        payment = lock_payment(claimed.payment.id, actor=actor)
        request = Request.objects.get(pk=claimed.id)
        if request.state == Request.State.PENDING:
            event = fail_request(payment, request, str(error.params.get("reason", "")), actor=actor)
            if claimed.kind == Request.Kind.REFUND:
                outbox.publish(event)
    if claimed.kind != Request.Kind.REFUND:
        try:
            refresh(claimed.payment.id, actor=actor)
        except (ProviderUnavailable, ProviderRefused):
            pass  # the healer asks again

