"""Payments in the back office: to read; what changes money is a button that calls an action."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from entrepot.kit.actor import Actor
from entrepot.kit.admin import Button, NavItem, ReadInline, ReadOnlyAdmin, SettingAdmin, Work, count_some
from entrepot.kit.rest import actor_of
from entrepot.payments import public
from entrepot.payments.models import (
    GiftCard,
    GiftCardEntry,
    InboxMessage,
    MethodSetting,
    Payment,
    RefundLimit,
    Request,
    Statement,
    StatementLine,
    Transaction,
)
from entrepot.payments.permissions import CAPTURE, CONFIGURE, GIFT_CARDS, INBOX, READ, RECEIVE, RECONCILE


class _Lines(ReadInline):
    view_permission = READ


class TransactionInline(_Lines):
    model = Transaction


class RequestInline(_Lines):
    model = Request
    exclude = ("due_at",)


class GiftCardEntryInline(_Lines):
    model = GiftCardEntry
    view_permission = GIFT_CARDS


def _capture(request: HttpRequest, object_id: str, reason: str) -> Any:
    public.capture(UUID(object_id), actor=actor_of(request))


def _void(request: HttpRequest, object_id: str, reason: str) -> Any:
    public.void(UUID(object_id), actor=actor_of(request))


def _received(request: HttpRequest, object_id: str, reason: str) -> Any:
    payment = public.get_payment(UUID(object_id))
    public.mark_received(payment.id, payment.amount_minor - payment.captured_minor, reference=reason[:80],
                         actor=actor_of(request))


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    view_permission = READ
    list_display = ("created_at", "order_id", "provider", "state", "currency", "amount_minor", "captured_minor",
                    "refunded_minor")
    list_filter = ("state", "provider")
    search_fields = ("id", "order_id", "provider_ref")
    ordering = ("-id",)
    exclude = ("secret", "action", "ask_at", "payer_id", "checkout_id")
    inlines = (TransactionInline, RequestInline)
    buttons = [
        Button("capture", _("Capture what is authorised"), CAPTURE, _capture),
        Button("void", _("Void"), CAPTURE, _void),
        Button("received", _("Mark the rest as received"), RECEIVE, _received, asks_reason=True),
    ]


def _paid_out(request: HttpRequest, object_id: str, reason: str) -> Any:
    public.mark_refunded(UUID(object_id), reference=reason[:80], actor=actor_of(request))


@admin.register(Request)
class RequestAdmin(ReadOnlyAdmin):
    view_permission = READ
    list_display = ("created_at", "payment", "kind", "amount_minor", "state", "attempts", "failure")
    list_filter = ("state", "kind")
    list_select_related = ("payment",)
    ordering = ("-id",)
    buttons = [Button("paid-out", _("Mark the refund as paid out"), RECEIVE, _paid_out, asks_reason=True)]


def _replay(request: HttpRequest, object_id: str, reason: str) -> Any:
    public.replay_message(int(object_id), actor=actor_of(request))


@admin.register(InboxMessage)
class InboxMessageAdmin(ReadOnlyAdmin):
    view_permission = INBOX
    list_display = ("received_at", "provider", "kind", "message_id", "processed_at", "error")
    list_filter = ("provider",)
    search_fields = ("message_id",)
    ordering = ("-id",)
    buttons = [Button("replay", _("Take in again"), INBOX, _replay)]


def _deactivate(request: HttpRequest, object_id: str, reason: str) -> Any:
    public.deactivate_gift_card(UUID(object_id), reason=reason, actor=actor_of(request))


@admin.register(GiftCard)
class GiftCardAdmin(ReadOnlyAdmin):
    view_permission = GIFT_CARDS
    list_display = ("last4", "currency", "balance_minor", "expires_at", "is_active", "created_at")
    list_filter = ("is_active", "currency")
    ordering = ("-id",)
    inlines = (GiftCardEntryInline,)
    buttons = [Button("deactivate", _("Deactivate"), GIFT_CARDS, _deactivate, asks_reason=True)]

    exclude = ("code_digest",)


def _reconcile(request: HttpRequest, object_id: str, reason: str) -> Any:
    public.reconcile(int(object_id), actor=actor_of(request))


@admin.register(Statement)
class StatementAdmin(ReadOnlyAdmin):
    view_permission = RECONCILE
    list_display = ("imported_at", "provider", "name", "from_at", "until_at")
    list_filter = ("provider",)
    ordering = ("-id",)
    exclude = ("digest",)
    buttons = [Button("reconcile", _("Compare again"), RECONCILE, _reconcile)]


def _resolve(request: HttpRequest, object_id: str, reason: str) -> Any:
    public.resolve_difference(int(object_id), note=reason, actor=actor_of(request))


class OpenFilter(admin.SimpleListFilter):
    """Differences that nobody has explained yet."""

    title = _("open")
    parameter_name = "open"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("open"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[StatementLine]) -> QuerySet[StatementLine]:
        return queryset.filter(OPEN) if self.value() == "yes" else queryset


OPEN = ~Q(difference="") & Q(resolved_at=None)


def office_work(actor: Actor) -> Iterator[Work]:
    """Money that needs a person; one statement per count."""
    if actor.can(RECONCILE):
        found = count_some(StatementLine.objects.filter(OPEN))
        yield Work("differences", _("Payment differences"), found, StatementLine, "open=yes", True)
    if actor.can(INBOX):
        stuck = count_some(InboxMessage.objects.filter(processed_at=None))
        yield Work("inbox", _("Payment messages not taken in"), stuck, InboxMessage, "processed_at__isnull=True")


@admin.register(StatementLine)
class StatementLineAdmin(ReadOnlyAdmin):
    view_permission = RECONCILE
    list_display = ("statement", "line", "kind", "provider_ref", "amount_minor", "currency", "difference",
                    "resolution")
    list_filter = (OpenFilter, "difference")
    list_select_related = ("statement",)
    search_fields = ("provider_ref",)
    ordering = ("-id",)
    buttons = [Button("resolve", _("Resolve"), RECONCILE, _resolve, asks_reason=True)]


@admin.register(RefundLimit)
class RefundLimitAdmin(SettingAdmin):
    view_permission = change_permission = CONFIGURE
    setting = "refund-limits"
    list_display = ("currency", "role", "limit_minor")
    ordering = ("currency", "role")

    def setting_key(self, obj: RefundLimit) -> str:
        return f"{obj.currency}:{obj.role}"


@admin.register(MethodSetting)
class MethodSettingAdmin(ReadOnlyAdmin):
    view_permission = CONFIGURE
    list_display = ("channel", "method", "is_offered", "position")
    list_select_related = ("channel",)


ADMIN_NAV = (
    NavItem("money", Payment, "credit_card"),
    NavItem("money", Request, "outgoing_mail"),
    NavItem("money", GiftCard, "card_giftcard"),
    NavItem("money", Statement, "account_balance"),
    NavItem("money", StatementLine, "rule"),
    NavItem("money", InboxMessage, "move_to_inbox"),
    NavItem("system", MethodSetting, "wallet"),
    NavItem("system", RefundLimit, "verified_user"),
)
ADMIN_WORK = office_work
