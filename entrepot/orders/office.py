"""What waits in orders, counted and listed by the same conditions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from entrepot.kit import clock
from entrepot.kit.actor import Actor
from entrepot.kit.admin import Work, count_some
from entrepot.orders.contracts import HoldKind
from entrepot.orders.models import Hold, Notification, Order, OrderChange, Refund, RefundApproval
from entrepot.orders.permissions import APPROVE, CANCEL, FULFIL, HOLD, MAIL, READ, RETURN
from entrepot.payments.permissions import APPROVE_REFUND

LATE_AFTER = timedelta(days=2)  # since placed, still not all shipped


def _open_hold(**which: Any) -> Exists:
    return Exists(Hold.objects.filter(order=OuterRef("pk"), released_at=None, **which))


def _to_approve(now: datetime) -> Q:
    return Q(state="on_hold") & Q(_open_hold(kind=HoldKind.APPROVAL))


def _held(now: datetime) -> Q:
    return Q(state="on_hold") & ~Q(_open_hold(kind=HoldKind.APPROVAL))


def _to_pack(now: datetime) -> Q:
    return Q(state__in=["processing", "partly_shipped"])


def _late(now: datetime) -> Q:
    return _to_pack(now) & Q(placed_at__lt=now - LATE_AFTER)


def _unpaid(now: datetime) -> Q:
    return Q(state="pending")


# code -> text, condition, whose work it is, is it urgent
WAITING = {
    "approve": (_("Orders to approve"), _to_approve, APPROVE, True),
    "held": (_("Orders on hold"), _held, HOLD, True),
    "pack": (_("Orders to pack and ship"), _to_pack, FULFIL, False),
    "late": (_("Late orders"), _late, FULFIL, True),
    "unpaid": (_("Unpaid orders"), _unpaid, READ, False),
}


class WorkFilter(admin.SimpleListFilter):
    title = _("work")
    parameter_name = "work"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(code, text) for code, (text, *_rest) in WAITING.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        waiting = WAITING.get(self.value() or "")
        return queryset.filter(waiting[1](clock.now())) if waiting else queryset


class FailedFilter(admin.SimpleListFilter):
    """Messages that were given up; refunds that the provider refused."""

    title = _("failed")
    parameter_name = "failed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("failed"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() != "yes":
            return queryset
        return queryset.filter(FAILED_REFUND if queryset.model is Refund else FAILED_MESSAGE)


FAILED_MESSAGE = Q(sent_at=None, next_at=None) & ~Q(error="")
FAILED_REFUND = Q(failed_minor__gt=0)


def office_work(actor: Actor) -> Iterator[Work]:
    """Everything of orders that waits for this person; one statement per count."""
    now = clock.now()
    for code, (text, condition, permission, urgent) in WAITING.items():
        if actor.can(READ) and actor.can(permission):
            yield Work(code, text, count_some(Order.objects.filter(condition(now))), Order, f"work={code}", urgent)
    if actor.can(READ) and actor.can(RETURN):
        asked = count_some(OrderChange.objects.filter(state="requested"))
        yield Work("returns", _("Returns and claims to decide"), asked, OrderChange, "state__exact=requested", True)
        agreed = count_some(OrderChange.objects.filter(state="approved"))
        yield Work("arriving", _("Returns on their way"), agreed, OrderChange, "state__exact=approved")
    if actor.can(READ) and actor.can(APPROVE_REFUND):
        waiting = count_some(RefundApproval.objects.filter(state="waiting"))
        yield Work("second", _("Refunds to approve"), waiting, RefundApproval, "state__exact=waiting", True,
                   "desk_refunds")
    if actor.can(READ) and actor.can(CANCEL):
        refused = count_some(Refund.objects.filter(FAILED_REFUND))
        yield Work("refunds", _("Refunds that failed"), refused, Refund, "failed=yes", True)
    if actor.can(READ) and actor.can(MAIL):
        unsent = count_some(Notification.objects.filter(FAILED_MESSAGE))
        yield Work("messages", _("Messages that failed"), unsent, Notification, "failed=yes", True)
