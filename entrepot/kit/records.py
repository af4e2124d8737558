"""The kit's own tables in the office: audit trail and seals, event deliveries, webhooks and their log. All to read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import UUID

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from entrepot.kit import maintenance, webhooks
from entrepot.kit.actor import Actor
from entrepot.kit.admin import BaseInline, Button, NavItem, ReadOnlyAdmin, Work, count_some
from entrepot.kit.models import AuditRecord, AuditSeal, Delivery, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from entrepot.kit.permissions import AUDIT_READ, JOBS_READ, JOBS_RETRY, WEBHOOKS_MANAGE, WEBHOOKS_READ
from entrepot.kit.rest import actor_of


def _retry(request: HttpRequest, object_id: str, reason: str) -> str:
    maintenance.retry_delivery(int(object_id), actor=actor_of(request))
    return _("The delivery is back in the queue.")


def _replay(request: HttpRequest, object_id: str, reason: str) -> str:
    webhooks.replay(int(object_id), actor=actor_of(request))
    return _("The delivery is sent once more.")


def _switch(on: bool) -> Callable[[HttpRequest, str, str], str]:
    def run(request: HttpRequest, object_id: str, reason: str) -> str:
        webhooks.update_endpoint(UUID(object_id), is_active=on, actor=actor_of(request))
        return _("The webhook is switched on.") if on else _("The webhook is switched off.")

    return run


@admin.register(AuditRecord)
class AuditRecordAdmin(ReadOnlyAdmin):
    view_permission = AUDIT_READ
    list_display = ("id", "at", "actor_label", "action", "object_type", "object_id", "reason")
    list_filter = ("actor_kind",)
    search_fields = ("=object_id", "=actor_id", "=action")
    ordering = ("-id",)


@admin.register(AuditSeal)
class AuditSealAdmin(ReadOnlyAdmin):
    view_permission = AUDIT_READ
    list_display = ("id", "at", "count", "first_id", "last_id", "chain")
    ordering = ("-id",)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    view_permission = JOBS_READ
    list_display = ("id", "handler", "state", "attempts", "changed_at", "error")
    list_filter = ("state",)
    search_fields = ("=event_id", "handler")
    ordering = ("-id",)
    buttons = [Button("retry", gettext_lazy("Retry"), JOBS_RETRY, _retry)]


class AttemptInline(BaseInline):
    model = WebhookAttempt
    view_permission = WEBHOOKS_READ
    fields = readonly_fields = ("at", "status", "milliseconds", "error", "answer")
    can_delete = False


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnlyAdmin):
    view_permission = WEBHOOKS_READ
    list_display = ("id", "endpoint", "event_name", "state", "attempts", "changed_at")
    list_select_related = ("endpoint",)
    list_filter = ("state",)
    search_fields = ("=event_id", "=event_name")
    ordering = ("-id",)
    inlines = [AttemptInline]
    buttons = [Button("replay", gettext_lazy("Send once more"), WEBHOOKS_MANAGE, _replay)]


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(ReadOnlyAdmin):
    view_permission = WEBHOOKS_READ
    list_display = ("url", "description", "is_active", "created_at")
    search_fields = ("url", "description")
    ordering = ("-id",)
    fields = ("url", "description", "events", "is_active", "created_at")
    buttons = [Button("on", gettext_lazy("Switch on"), WEBHOOKS_MANAGE, _switch(True)),
               Button("off", gettext_lazy("Switch off"), WEBHOOKS_MANAGE, _switch(False))]


ADMIN_NAV = (
    NavItem("system", AuditRecord, "history_edu"),
    NavItem("system", AuditSeal, "verified_user"),
    NavItem("system", Delivery, "event_repeat"),
    NavItem("system", WebhookEndpoint, "webhook"),
    NavItem("system", WebhookDelivery, "send"),
)


def office_work(actor: Actor) -> Iterator[Work]:
    """What the machine could not finish by itself."""
    if actor.can(JOBS_READ):
        parked = count_some(Delivery.objects.filter(state=Delivery.State.PARKED))
        yield Work("parked", gettext_lazy("Parked events"), parked, Delivery, "state__exact=parked", True)
    if actor.can(WEBHOOKS_READ):
        failed = count_some(WebhookDelivery.objects.filter(state=WebhookDelivery.State.PARKED))
        yield Work("webhooks", gettext_lazy("Webhooks that failed"), failed, WebhookDelivery, "state__exact=parked")


ADMIN_WORK = office_work
