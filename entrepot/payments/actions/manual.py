"""What people book: transfers and cash that came in, refunds paid out by hand, gift cards, ways to pay."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from entrepot.identity import public as identity
from entrepot.identity.permissions import ROLES
from entrepot.kit import audit, clock
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, InvalidInput, NotFound
from entrepot.kit.ids import uuid7
from entrepot.payments import queries, rules
from entrepot.payments.actions.settle import apply, lock_payment
from entrepot.payments.contracts import Fact, GiftCardInfo, PaymentInfo, RefundInfo
from entrepot.payments.errors import (
    AmountTooLarge,
    CodeTaken,
    OwnRefundLimit,
    PaymentNotManual,
    PaymentNotVoidable,
    ReferenceUsed,
    RefundNotPending,
)
from entrepot.payments.models import GiftCard, GiftCardEntry, MethodSetting, Payment, RefundLimit, Request
from entrepot.payments.permissions import CONFIGURE, GIFT_CARDS, RECEIVE

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that reads like something else


def mark_received(payment_id: UUID, amount_minor: int, *, reference: str, actor: Actor) -> PaymentInfo:
    """Money of a bank transfer or cash on delivery arrived, all or in part. The same reference books once."""
    actor.require(RECEIVE)
    rules.refuse_card_numbers(reference)
    if amount_minor <= 0 or not reference.strip():
        raise InvalidInput("reference", N_("An amount and the reference of the receipt are needed."))
    with transaction.atomic():
        payment = _locked(payment_id, actor)
        if payment.provider not in rules.MANUAL:
            raise PaymentNotManual
        key = f"received:{reference.strip()[:120]}"
        missing = payment.amount_minor - payment.captured_minor
        known = payment.transactions.filter(idempotency_key=key).first()
        if known is not None:
            if known.amount_minor != amount_minor:
                raise ReferenceUsed
            return queries.info_of(payment)
        if amount_minor > missing:
            raise AmountTooLarge(most_minor=missing, currency=payment.currency)
        fact = Fact(key, payment.provider_ref, "captured", amount_minor, payment.currency, ref=reference.strip()[:120])
        apply(payment, [fact], now=clock.now(), actor=actor)
        audit.record(actor, "payments.mark_received", "payment", payment.id,
                     new={"amount_minor": amount_minor, "currency": payment.currency, "reference": reference})
    return queries.info_of(payment)


def mark_refunded(refund_id: UUID, *, reference: str, actor: Actor) -> RefundInfo:
    """A refund of a bank transfer or of cash was paid out by a person."""
    actor.require(RECEIVE)
    rules.refuse_card_numbers(reference)
    with transaction.atomic():
        found = Request.objects.filter(pk=refund_id, kind=Request.Kind.REFUND).first()
        if found is None:
            raise NotFound(N_("refund"))
        payment = lock_payment(found.payment_id, actor=actor)
        request = Request.objects.select_related("payment").get(pk=refund_id)
        if request.state != Request.State.PENDING or request.due_at is not None:
            raise RefundNotPending
        fact = Fact(f"refunded:{request.id}", payment.provider_ref, "refunded", request.amount_minor, payment.currency,
                    request.reason, ref=reference.strip()[:120], request_id=str(request.id))
        apply(payment, [fact], now=clock.now(), actor=actor, request=request)
        audit.record(actor, "payments.mark_refunded", "payment", payment.id,
                     new={"refund_id": request.id, "reference": reference})
    request.refresh_from_db()
    return queries.refund_info_of(request)


def issue_gift_card(amount_minor: int, currency: str, *, code: str = "", expires_at: datetime | None = None,
                    reference: str = "", actor: Actor) -> tuple[GiftCardInfo, str]:
    """A new gift card and its code, which is shown now and never again. A code may be given (at least 8 characters)."""
    actor.require(GIFT_CARDS)
    rules.refuse_card_numbers(reference)
    if amount_minor <= 0:
        raise InvalidInput("amount_minor", N_("This must be more than nothing."))
    code = code.strip() or _new_code()
    if len(rules.normal_code(code)) < 8:
        raise InvalidInput("code", N_("A code has at least eight letters and digits."))
    now = clock.now()
    try:
        with transaction.atomic():
            card = GiftCard.objects.create(code_digest=rules.gift_card_digest(code), currency=currency, created_at=now,
                                           last4=rules.normal_code(code)[-4:], expires_at=expires_at)
            GiftCardEntry.objects.create(gift_card=card, delta_minor=amount_minor, reason="issue",
                                         reference=reference[:80] or str(uuid7()), at=now)
            audit.record(actor, "payments.issue_gift_card", "gift_card", card.id,
                         new={"amount_minor": amount_minor, "currency": currency, "reference": reference})
    except IntegrityError as error:
        raise CodeTaken from error
    card.refresh_from_db()
    return queries.gift_card_info(card), code


def deactivate_gift_card(gift_card_id: UUID, *, reason: str, actor: Actor) -> GiftCardInfo:
    """A gift card can no longer pay; its balance stays on record."""
    actor.require(GIFT_CARDS)
    rules.refuse_card_numbers(reason)
    with transaction.atomic():
        card = GiftCard.objects.select_for_update(no_key=True).filter(pk=gift_card_id).first()
        if card is None:
            raise NotFound(N_("gift card"))
        if card.is_active:
            card.is_active = False
            card.save(update_fields=["is_active"])
            audit.record(actor, "payments.deactivate_gift_card", "gift_card", card.id, reason=reason,
                         new={"balance_minor": card.balance_minor})
    return queries.gift_card_info(card)


def set_method(channel_id: int, method: str, *, is_offered: bool, position: int = 0,
               instructions: dict[str, str] | None = None, actor: Actor) -> None:
    """Offer a way to pay in a channel or not, in which place, and with what text for the payer."""
    actor.require(CONFIGURE)
    if method not in queries.NAMES:
        raise InvalidInput("method", N_("There is no such way to pay."))
    with transaction.atomic():
        MethodSetting.objects.update_or_create(channel_id=channel_id, method=method, defaults={
            "is_offered": is_offered, "position": position, "instructions": instructions or {}})
        audit.record(actor, "payments.set_method", "channel", channel_id,
                     new={"method": method, "is_offered": is_offered, "position": position})
    queries.forget_settings()


def set_refund_limit(currency: str, limit_minor: int | None, *, role: str = "", actor: Actor) -> None:
    """How much may be given back alone, by a role or (empty) by everybody else; None takes the limit away.

    Nobody widens what holds for themselves, but those who hand out roles.
    """
    actor.require(CONFIGURE)
    if len(currency) != 3 or not currency.isalpha() or not currency.isupper():
        raise InvalidInput("currency", N_("A currency is three capital letters."))
    if limit_minor is not None and limit_minor < 0:
        raise InvalidInput("limit_minor", N_("This cannot be less than nothing."))
    if role and role not in {r.code for r in identity.list_roles()}:
        raise InvalidInput("role", N_("There is no such role."))
    with transaction.atomic():
        kept = RefundLimit.objects.filter(currency=currency, role=role)
        old, own = kept.values_list("limit_minor", flat=True).first(), queries.refund_limit(actor, currency)
        if limit_minor is None:
            kept.delete()
        else:
            RefundLimit.objects.update_or_create(currency=currency, role=role, defaults={"limit_minor": limit_minor})
        now_own = queries.refund_limit(actor, currency)
        if own is not None and (now_own is None or now_own > own) and not actor.can(ROLES):
            raise OwnRefundLimit
        audit.record(actor, "payments.set_refund_limit", "refund_limit", f"{currency}/{role}",
                     old={"limit_minor": old}, new={"limit_minor": limit_minor})


def _new_code() -> str:
    """Sixteen of 32 signs: 80 random bits, in groups that people can type."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))


def _locked(payment_id: UUID, actor: Actor) -> Payment:
    try:
        payment = lock_payment(payment_id, actor=actor)
    except Payment.DoesNotExist:
        raise NotFound(N_("payment")) from None
    if payment.state == Payment.State.VOIDED:
        raise PaymentNotVoidable
    return payment
