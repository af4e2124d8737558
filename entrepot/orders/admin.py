"""The back office of orders: to read and to press buttons; every change is an action."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from entrepot.kit import said
from entrepot.kit.admin import BaseAdmin, Button, NavItem, ReadInline, ReadOnlyAdmin
from entrepot.kit.rest import actor_of
from entrepot.orders import public
from entrepot.orders.contracts import HoldKind
from entrepot.orders.finding import matching
from entrepot.orders.models import (
    Fulfilment,
    Hold,
    Invoice,
    InvoiceIssuer,
    MailTemplate,
    Notification,
    Order,
    OrderChange,
    OrderLine,
    Refund,
    RefundApproval,
    ReturnPolicy,
    SaleEntry,
    TimelineEntry,
)
from entrepot.orders.office import FailedFilter, WorkFilter, office_work
from entrepot.orders.permissions import (
    APPROVE,
    CANCEL,
    FULFIL,
    HOLD,
    ISSUER,
    MAIL,
    NOTE,
    POLICY,
    READ,
    RETURN,
)
from entrepot.payments.permissions import APPROVE_REFUND


def _run(action: Callable[..., Any], *, reason: bool = False, **fixed: Any) -> Callable[[HttpRequest, str, str], str]:
    """A button's function: the action with the record's id, the reason where it takes one, and who pressed."""

    def run(request: HttpRequest, object_id: str, given: str) -> str:
        extra = {"reason": given} if reason else {}
        action(UUID(object_id), **extra, **fixed, actor=actor_of(request))
        return ""

    return run


def _numbered(action: Callable[..., Any]) -> Callable[[HttpRequest, str, str], str]:
    def run(request: HttpRequest, object_id: str, given: str) -> str:
        action(int(object_id), actor=actor_of(request))
        return ""

    return run


def _note(request: HttpRequest, object_id: str, given: str) -> str:
    public.add_note(UUID(object_id), given, actor=actor_of(request))
    return ""


class _ReadInline(ReadInline):
    view_permission = READ


class LineInline(_ReadInline):
    model = OrderLine
    fields = ("sku", "name", "quantity", "unit_minor", "goods_minor", "discount_minor", "tax_minor", "fulfilled_qty",
              "cancelled_qty", "returned_qty")


class HoldInline(_ReadInline):
    model = Hold
    fields = ("kind", "reason", "placed_at", "released_at", "released_by")


class FulfilmentInline(_ReadInline):
    model = Fulfilment
    fields = ("number", "warehouse_id", "state", "carrier", "tracking_number", "shipped_at", "delivered_at")
    show_change_link = True


class TimelineInline(_ReadInline):
    model = TimelineEntry
    fields = ("at", "kind", "data", "actor", "is_public")
    ordering = ("-id",)


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    view_permission = READ
    list_display = ("number", "state", "email", "total_minor", "paid_minor", "currency", "channel", "placed_at")
    list_filter = (WorkFilter, "state", "placed_at", "channel")
    list_select_related = ("channel",)
    work_page = "desk_order"
    search_fields = ("number__startswith",)  # and what `matching` finds: addresses, names, customers
    ordering = ("-placed_at", "-id")
    inlines = [LineInline, HoldInline, FulfilmentInline, TimelineInline]
    buttons = [
        Button("note", _("Write a note"), NOTE, _note, asks_reason=True, bulk=True),
        Button("hold", _("Put on hold"), HOLD, _run(public.hold, reason=True), asks_reason=True, bulk=True),
        Button("release", _("Release the manual hold"), HOLD,
               _run(public.release_hold, kind=HoldKind.MANUAL, reason=True), asks_reason=True),
        Button("release-fraud", _("Release the fraud hold"), HOLD,
               _run(public.release_hold, kind=HoldKind.FRAUD, reason=True), asks_reason=True),
        Button("release-stock", _("Release the stock hold"), HOLD,
               _run(public.release_hold, kind=HoldKind.STOCK, reason=True), asks_reason=True),
        Button("approve", _("Approve"), APPROVE, _run(public.approve, reason=True), asks_reason=True, bulk=True),
        Button("fulfil", _("Plan the parcels"), FULFIL, _run(public.plan_fulfilments), bulk=True),
        Button("cancel", _("Cancel the order"), CANCEL, _run(public.cancel_order, reason=True), asks_reason=True,
               bulk=True),
    ]

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return matching(queryset, search_term), False


@admin.register(Fulfilment)
class FulfilmentAdmin(ReadOnlyAdmin):
    view_permission = READ
    list_display = ("number", "order", "warehouse_id", "state", "carrier", "tracking_number", "created_at")
    list_filter = ("state", "warehouse_id")
    list_select_related = ("order",)
    search_fields = ("number__startswith", "tracking_number")
    ordering = ("-created_at",)
    buttons = [
        Button("ship", _("Ship"), FULFIL, _run(public.ship_fulfilment)),
        Button("ready", _("Ready to collect"), FULFIL, _run(public.mark_ready)),
        Button("deliver", _("Delivered or collected"), FULFIL, _run(public.record_delivery)),
        Button("cancel", _("Undo the plan"), FULFIL, _run(public.cancel_fulfilment)),
    ]


def _confirm(request: HttpRequest, object_id: str, given: str) -> str:
    actor = actor_of(request)
    seen = public.preview(UUID(object_id), actor=actor)
    public.confirm_change(seen.change_id, expected_difference=seen.difference_minor, actor=actor)
    return ""


@admin.register(OrderChange)
class OrderChangeAdmin(ReadOnlyAdmin):
    view_permission = READ
    list_display = ("number", "order", "kind", "state", "difference_minor", "requested_by", "created_at")
    list_filter = ("state", "kind")
    list_select_related = ("order",)
    search_fields = ("number__startswith",)
    ordering = ("-created_at",)
    buttons = [
        Button("approve", _("Approve"), RETURN, _run(public.approve_change)),
        Button("decline", _("Decline"), RETURN, _run(public.decline_change, reason=True), asks_reason=True),
        Button("confirm", _("Put into effect"), RETURN, _confirm),
        Button("cancel", _("Withdraw"), RETURN, _run(public.cancel_change)),
    ]


@admin.register(Invoice)
class InvoiceAdmin(ReadOnlyAdmin):
    view_permission = READ
    list_display = ("number", "kind", "order", "total_minor", "tax_minor", "currency", "business_on")
    list_filter = ("kind",)
    list_select_related = ("order",)
    search_fields = ("number__startswith",)
    ordering = ("-issued_at",)


@admin.register(SaleEntry)
class SaleEntryAdmin(ReadOnlyAdmin):
    view_permission = READ
    list_display = ("at", "kind", "order", "sku", "quantity", "goods_minor", "discount_minor", "tax_minor", "currency")
    list_filter = ("kind",)
    list_select_related = ("order",)
    ordering = ("-id",)


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    view_permission = READ
    list_display = ("reference", "order", "amount_minor", "done_minor", "failed_minor", "failure", "asked_at")
    list_filter = (FailedFilter,)
    list_select_related = ("order",)
    search_fields = ("reference__startswith",)
    ordering = ("-id",)
    buttons = [Button("retry", _("Ask again"), CANCEL, _numbered(public.retry_refund))]


def _decide(approve: bool) -> Any:
    def run(request: HttpRequest, object_id: str, reason: str) -> str:
        public.decide_refund(UUID(object_id), approve=approve, note=reason, actor=actor_of(request))
        return ""

    return run


@admin.register(RefundApproval)
class RefundApprovalAdmin(ReadOnlyAdmin):
    view_permission = READ
    list_display = ("order", "change", "state", "amount_minor", "asked_by", "asked_at", "decided_by", "note")
    list_filter = ("state",)
    list_select_related = ("order", "change")
    ordering = ("-asked_at",)
    buttons = [Button("approve", _("Approve"), APPROVE_REFUND, _decide(True), asks_reason=True),
               Button("decline", _("Decline"), APPROVE_REFUND, _decide(False), asks_reason=True)]


@admin.register(ReturnPolicy)
class ReturnPolicyAdmin(BaseAdmin):
    view_permission, change_permission = READ, POLICY
    list_display = ("channel", "days")
    list_select_related = ("channel",)
    broken = {"orders_return_days_not_negative": ("days", _("Days cannot be fewer than 0."))}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        public.set_return_window(obj.channel_id, obj.days, actor=actor_of(request))


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    view_permission = READ
    list_display = ("created_at", "kind", "recipient", "subject", "attempts", "sent_at", "error")
    list_filter = (FailedFilter, "kind")
    search_fields = ("recipient",)
    ordering = ("-id",)
    buttons = [Button("retry", _("Send again"), MAIL, _numbered(public.retry_notification))]


@admin.register(MailTemplate)
class MailTemplateAdmin(BaseAdmin):
    view_permission, change_permission = READ, MAIL
    list_display = ("kind", "language", "subject")
    list_filter = ("language",)
    broken = {"orders_mail_template_once": ("language", _(
        "There is a template of this kind in this language already: change that one."))}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Saved by the action, which checks the placeholders."""
        public.set_template(obj.kind, obj.language, subject=obj.subject, body=obj.body, actor=actor_of(request))
        obj.pk = MailTemplate.objects.get(kind=obj.kind, language=obj.language).pk


@admin.register(InvoiceIssuer)
class InvoiceIssuerAdmin(BaseAdmin):
    view_permission, change_permission = READ, ISSUER
    list_display = ("name", "channel", "tax_number")
    list_select_related = ("channel",)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        values = {f: getattr(obj, f) for f in ("name", "address", "tax_number", "bank_account", "contact", "note")}
        public.set_issuer(obj.channel_id, **values, actor=actor_of(request))


said.refer_to(Order, "order_id", "owner_id", page="desk_order")
said.refer_to(OrderChange, "change_id", page="orders_orderchange_change")
said.refer_to(Fulfilment, "fulfilment_id", page="orders_fulfilment_change")
said.refer_to(OrderLine, "line_id", text=lambda line: line.sku or line.name)

ADMIN_NAV = (
    NavItem("sell", Order, "receipt_long", 4),
    NavItem("sell", Fulfilment, "local_shipping", 4),
    NavItem("sell", OrderChange, "assignment_return", 4),
    NavItem("money", Invoice, "description"),
    NavItem("money", Refund, "undo"),
    NavItem("money", RefundApproval, "verified_user"),
    NavItem("money", SaleEntry, "list_alt"),
    NavItem("system", Notification, "mail"),
    NavItem("system", MailTemplate, "drafts"),
    NavItem("system", InvoiceIssuer, "badge"),
    NavItem("system", ReturnPolicy, "event_repeat"),
)
ADMIN_WORK = office_work
