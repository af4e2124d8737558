"""Back office of stock. Quantities change by buttons and actions only; ledgers are to read."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from entrepot.inventory.actions import transfers
from entrepot.inventory.models import (
    Balance,
    ChannelWarehouse,
    Count,
    Movement,
    Reservation,
    Transfer,
    TransferLine,
    Warehouse,
)
from entrepot.inventory.office import LevelFilter, office_work
from entrepot.inventory.permissions import CONFIGURE, READ, TRANSFER
from entrepot.kit import said
from entrepot.kit.admin import BaseInline, Button, NavItem, ReadOnlyAdmin, SettingAdmin
from entrepot.kit.rest import actor_of


class ServiceInline(BaseInline):
    """To read here; changed over the API, where the change is told to those who show stock."""

    model = ChannelWarehouse
    view_permission = READ
    fields = readonly_fields = ("channel", "buffer_qty")
    can_delete = False


@admin.register(Warehouse)
class WarehouseAdmin(SettingAdmin):
    view_permission, change_permission = READ, CONFIGURE
    setting = "warehouses"
    list_display = ("code", "name_here", "kind", "priority", "ships", "pickup", "is_active")
    search_fields = ("code",)
    inlines = (ServiceInline,)

    @admin.display(description=_("name"))
    def name_here(self, obj: Warehouse) -> str:
        return str(obj)


@admin.register(Balance)
class BalanceAdmin(ReadOnlyAdmin):
    view_permission = READ
    list_display = ("variant", "warehouse", "on_hand", "reserved", "damaged", "incoming", "safety", "backorder")
    list_select_related = ("variant", "warehouse")
    list_filter = (LevelFilter, "warehouse")
    search_fields = ("variant__sku__startswith",)
    ordering = ("id",)

    def work_address(self, obj: Any) -> str:
        return f"{reverse('admin:desk_stock')}?{urlencode({'q': obj.variant.sku})}"


@admin.register(Movement)
class MovementAdmin(ReadOnlyAdmin):
    view_permission = READ
    list_display = (
        "at",
        "variant",
        "warehouse",
        "kind",
        "on_hand_delta",
        "damaged_delta",
        "reason",
        "reference",
        "actor",
    )
    list_select_related = ("variant", "warehouse")
    search_fields = ("=reference",)
    ordering = ("-id",)


@admin.register(Reservation)
class ReservationAdmin(ReadOnlyAdmin):
    view_permission = READ
    list_display = ("variant", "warehouse", "kind", "quantity", "owner_id", "expires_at", "created_at")
    list_select_related = ("variant", "warehouse")
    search_fields = ("=owner_id",)
    ordering = ("-id",)


class TransferLineInline(BaseInline):
    model = TransferLine
    view_permission = READ
    fields = readonly_fields = ("variant", "quantity", "received_qty")
    can_delete = False


def _send(request: HttpRequest, object_id: str, reason: str) -> str:
    transfers.send_transfer(UUID(object_id), actor=actor_of(request))
    return ""


def _receive(request: HttpRequest, object_id: str, reason: str) -> str:
    transfers.receive_transfer(UUID(object_id), actor=actor_of(request))
    return ""


def _cancel(request: HttpRequest, object_id: str, reason: str) -> str:
    transfers.cancel_transfer(UUID(object_id), actor=actor_of(request))
    return ""


@admin.register(Transfer)
class TransferAdmin(ReadOnlyAdmin):
    view_permission = READ
    list_display = ("number", "source", "target", "state", "created_at", "sent_at", "received_at")
    list_select_related = ("source", "target")
    search_fields = ("=number",)
    list_filter = ("state",)
    ordering = ("-id",)
    inlines = (TransferLineInline,)
    buttons = [
        Button("send", _("Send"), TRANSFER, _send),
        Button("receive", _("Everything arrived"), TRANSFER, _receive),
        Button("cancel", _("Cancel the transfer"), TRANSFER, _cancel),
    ]


@admin.register(Count)
class CountAdmin(ReadOnlyAdmin):
    view_permission = READ
    list_display = ("number", "warehouse", "state", "is_blind", "opened_by", "opened_at", "closed_at")
    list_select_related = ("warehouse",)
    list_filter = ("state",)
    search_fields = ("=number",)
    ordering = ("-id",)


said.refer_to(Warehouse, "warehouse_id", "pickup_warehouse_id", page="inventory_warehouse_change")

ADMIN_NAV = (
    NavItem("stock", Balance, "inventory_2"),
    NavItem("stock", Movement, "swap_vert"),
    NavItem("stock", Reservation, "lock_clock"),
    NavItem("stock", Transfer, "move_down"),
    NavItem("stock", Count, "checklist"),
    NavItem("stock", Warehouse, "warehouse"),
)
ADMIN_WORK = office_work
