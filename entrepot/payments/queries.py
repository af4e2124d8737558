"""Reads of payments."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import get_language, gettext

from entrepot.identity import public as identity
from entrepot.kit import clock
from entrepot.kit.actor import Actor, ActorKind
from entrepot.kit.errors import N_, NotFound
from entrepot.payments import rules
from entrepot.payments.contracts import GiftCardInfo, MethodInfo, PaymentInfo, RefundInfo
from entrepot.payments.models import (
    GiftCard,
    InboxMessage,
    MethodSetting,
    Payment,
    RefundLimit,
    Request,
    StatementLine,
    Transaction,
)
from entrepot.payments.providers import (
    SLOT,
    allows_test_payments,
    bank_account,
    captures_many,
    cash_on_delivery_allowed,
    find_provider,
)

NAMES = {
    "test": N_("Test payment"),
    "simulator": N_("Test gateway"),
    "stripe": N_("Card"),
    "alipay": N_("Alipay"),
    "wechat": N_("WeChat Pay"),
    "bank_transfer": N_("Bank transfer"),
    "cash_on_delivery": N_("Cash on delivery"),
}
_ORDER = ("stripe", "alipay", "wechat", "simulator", "bank_transfer", "cash_on_delivery", "test")
_FLOWS = {"test": "immediate", "bank_transfer": "instructions", "cash_on_delivery": "on_delivery"}
_STALE_SECONDS = 5.0
_settings: dict[int, tuple[float, dict[str, MethodSetting]]] = {}


def _dicts(rows: Iterable[Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in rows]


def held_minor(payment: Payment) -> int:
    """What is set aside at the payer's and still to be had: a provider that captures once lets go of the rest."""
    held = payment.authorised_minor - payment.captured_minor
    if held <= 0 or payment.state == Payment.State.VOIDED:
        return 0
    if not payment.captured_minor:
        return held
    let_go = not captures_many(payment.provider) or payment.transactions.filter(kind=Transaction.Kind.VOID).exists()
    return 0 if let_go else held


def info_of(payment: Payment) -> PaymentInfo:
    return PaymentInfo(payment.id, payment.order_id, payment.provider, payment.method, payment.state, payment.currency,
                       payment.amount_minor, payment.authorised_minor, payment.captured_minor, payment.refunded_minor,
                       payment.action, payment.failure, payment.checkout_id, payment.created_at,
                       held_minor(payment))


def refund_info_of(request: Request) -> RefundInfo:
    payment = request.payment
    return RefundInfo(request.id, payment.id, payment.provider, request.amount_minor, payment.currency, request.state,
                      request.reference)


def get_payment(payment_id: UUID) -> PaymentInfo:
    """Raises NotFound."""
    payment = Payment.objects.filter(pk=payment_id).first()
    if payment is None:
        raise NotFound(N_("payment"))
    return info_of(payment)


def payments_of(order_id: UUID) -> list[PaymentInfo]:
    """An order's payments, oldest first."""
    return [info_of(p) for p in Payment.objects.filter(order_id=order_id).order_by("id")]


def refunds_of(order_id: UUID) -> list[RefundInfo]:
    """The order's refunds, the oldest first, also those under way and failed."""
    found = Request.objects.filter(payment__order_id=order_id, kind=Request.Kind.REFUND).select_related("payment")
    return [refund_info_of(r) for r in found.order_by("id")]


def transactions_of(payment_id: UUID) -> list[dict[str, Any]]:
    """The payment's ledger, the oldest first; amounts in minor units."""
    return _dicts(Transaction.objects.filter(payment_id=payment_id).order_by("id").values(
        "id", "kind", "amount_minor", "currency", "provider_ref", "reason", "at"))


def requests_of(payment_id: UUID) -> list[dict[str, Any]]:
    return _dicts(Request.objects.filter(payment_id=payment_id).order_by("id").values(
        "id", "kind", "amount_minor", "reason", "reference", "state", "attempts", "failure", "created_at"))


def list_payments(*, limit: int, before: UUID | None = None, order_id: UUID | None = None, state: str = "",
                  provider: str = "") -> list[PaymentInfo]:
    """Payments, newest first (their ids are in time order)."""
    found = Payment.objects.all()
    filters: dict[str, Any] = {"id__lt": before, "order_id": order_id, "state": state, "provider": provider}
    found = found.filter(**{name: value for name, value in filters.items() if value})
    return [info_of(p) for p in found.order_by("-id")[:limit]]


def open_refunds(payment_ids: Sequence[UUID]) -> dict[UUID, int]:
    """What is being refunded per payment: asked for and neither done nor failed."""
    found = Request.objects.filter(payment_id__in=payment_ids, kind=Request.Kind.REFUND, state=Request.State.PENDING)
    return dict(found.values_list("payment_id").annotate(Sum("amount_minor")))


def is_available(provider: str) -> bool:
    """Whether a payment with this provider can be opened at all in this installation."""
    if provider == "test":
        return allows_test_payments()
    if provider in rules.INTERNAL or provider in rules.MANUAL:
        return True
    return find_provider(provider) is not None


def methods(channel_id: int, currency: str, country: str = "") -> list[MethodInfo]:
    """The ways to pay offered in a channel, in their order. Settings are at most five seconds old."""
    settings = _channel_settings(channel_id)
    offered = [code for code in _ORDER if _is_offered(code, currency, settings.get(code))]
    offered.sort(key=lambda code: settings[code].position if code in settings else 0)
    return [_method(code, settings.get(code)) for code in offered]


def _is_offered(code: str, currency: str, setting: MethodSetting | None) -> bool:
    if setting is not None and not setting.is_offered:
        return False
    if code in SLOT:
        provider = find_provider(code)
        return provider is not None and (provider.currencies is None or currency in provider.currencies)
    if code == "test":
        return allows_test_payments()
    if code == "bank_transfer":
        return bool(bank_account() or (setting and setting.instructions))
    return cash_on_delivery_allowed() or setting is not None


def ways(channel_id: int, currency: str) -> list[dict[str, Any]]:
    """Every way to pay as the office sets it: whether it could be offered, whether it is, and what payers are told."""
    settings = {m.method: m for m in MethodSetting.objects.filter(channel_id=channel_id)}
    found = []
    for code in _ORDER:
        setting = settings.get(code)
        is_set_up = code in ("bank_transfer", "cash_on_delivery") or _is_offered(code, currency, None)
        if not is_set_up and code in ("test", "simulator"):
            continue
        found.append({"code": code, "name": gettext(NAMES[code]), "is_set_up": is_set_up,
                      "is_live": _is_offered(code, currency, setting),
                      "is_offered": setting.is_offered if setting else _is_offered(code, currency, None),
                      "position": setting.position if setting else 0,
                      "instructions": dict(setting.instructions) if setting else {}})
    return found


def _method(code: str, setting: MethodSetting | None) -> MethodInfo:
    provider = find_provider(code)
    flow = provider.flow if provider else _FLOWS[code]
    return MethodInfo(code, flow, gettext(NAMES[code]), _instructions(code, setting))


def _instructions(code: str, setting: MethodSetting | None) -> str:
    texts: dict[str, str] = setting.instructions if setting else {}
    language = get_language() or "en"
    default = bank_account() if code == "bank_transfer" else ""
    return str(texts.get(language) or texts.get("en") or next(iter(texts.values()), default))


def instructions(code: str) -> str:
    """What the payer of a manual method must know when no channel is at hand."""
    setting = MethodSetting.objects.filter(method=code).exclude(instructions={}).order_by("id").first()
    return _instructions(code, setting)


def _channel_settings(channel_id: int) -> dict[str, MethodSetting]:
    read_at, found = _settings.get(channel_id, (0.0, {}))
    if time.monotonic() - read_at > _STALE_SECONDS:
        found = {s.method: s for s in MethodSetting.objects.filter(channel_id=channel_id)}
        _settings[channel_id] = (time.monotonic(), found)
    return found


def forget_settings() -> None:
    """After a change, this process shows it at once; others within five seconds."""
    _settings.clear()


def refund_limit(actor: Actor, currency: str) -> int | None:
    """The most that this actor may give back alone at once; None when that is any amount. A key may what its maker
    may."""
    if actor.kind not in (ActorKind.STAFF, ActorKind.KEY):
        return None
    limits = [rules.Limit(role, minor) for role, minor in
              RefundLimit.objects.filter(currency=currency).values_list("role", "limit_minor")]
    person = identity.person_behind(actor) if limits else None
    roles = identity.get_user(person).roles if person else []
    return rules.limit_of(roles, limits)


def given_back(order_id: UUID, *, but: str) -> int:
    """What was asked to go back of an order so far, in whatever way, without the refunds of one reference."""
    asked = Request.objects.filter(payment__order_id=order_id, kind=Request.Kind.REFUND)
    counted = asked.exclude(state=Request.State.FAILED).exclude(reference=but)
    return int(counted.aggregate(sum=Sum("amount_minor"))["sum"] or 0)


def list_refund_limits() -> list[dict[str, Any]]:
    """What each role may give back alone, in minor units by currency."""
    return _dicts(RefundLimit.objects.order_by("currency", "role").values("role", "currency", "limit_minor"))


def find_gift_card(code: str) -> GiftCard | None:
    return GiftCard.objects.filter(code_digest=rules.gift_card_digest(code)).first()


def gift_card_info(card: GiftCard) -> GiftCardInfo:
    return GiftCardInfo(card.id, card.last4, card.currency, card.balance_minor, card.expires_at, card.is_active)


def gift_card_balance(code: str, *, now: datetime | None = None) -> tuple[int, str] | None:
    """What a usable gift card holds, None for any other code."""
    card = find_gift_card(code)
    if card is None or not card.is_active or (card.expires_at and card.expires_at <= (now or clock.now())):
        return None
    return card.balance_minor, card.currency


def list_gift_cards(*, limit: int, before: UUID | None = None) -> list[GiftCardInfo]:
    found = GiftCard.objects.filter(id__lt=before) if before else GiftCard.objects.all()
    return [gift_card_info(c) for c in found.order_by("-id")[:limit]]


def list_inbox(*, limit: int, before: int | None = None, waiting: bool = False, failed: bool = False,
               provider: str = "") -> list[dict[str, Any]]:
    found = InboxMessage.objects.all()
    if before:
        found = found.filter(id__lt=before)
    if waiting:
        found = found.filter(processed_at__isnull=True)
    if failed:
        found = found.exclude(error="")
    if provider:
        found = found.filter(provider=provider)
    return _dicts(found.order_by("-id").values(
        "id", "provider", "message_id", "kind", "payment_id", "received_at", "processed_at", "error")[:limit])


def list_differences(*, limit: int, before: int | None = None, statement_id: int | None = None,
                     is_open: bool | None = True) -> list[dict[str, Any]]:
    """Cases of reconciliation, newest first."""
    found: QuerySet[StatementLine] = StatementLine.objects.exclude(difference="")
    if before:
        found = found.filter(id__lt=before)
    if statement_id:
        found = found.filter(statement_id=statement_id)
    if is_open is not None:
        found = found.filter(resolved_at__isnull=is_open)
    return _dicts(found.order_by("-id").values(
        "id", "statement_id", "line", "kind", "provider_ref", "amount_minor", "currency", "at", "difference",
        "transaction_id", "transaction__payment_id", "transaction__amount_minor", "resolution", "resolved_at")[:limit])


def payment_of_fact(provider: str, provider_refs: set[str], payment_ids: set[UUID]) -> UUID | None:
    """Whose message this is: by the provider's number, or by ours while theirs is not written down yet."""
    by_ref = Q(provider_ref__in=provider_refs - {""})
    found = Payment.objects.filter(provider=provider).filter(by_ref | Q(id__in=payment_ids))
    return found.values_list("id", flat=True).first()
