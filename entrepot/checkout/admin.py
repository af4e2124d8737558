"""The back office of the checkout."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from entrepot.checkout import actions
from entrepot.checkout.actions.methods import FIELDS
from entrepot.checkout.models import Checkout, DeliveryMethod
from entrepot.checkout.permissions import DELIVERY, READ
from entrepot.kit import said
from entrepot.kit.admin import BaseAdmin, NavItem, ReadOnlyAdmin
from entrepot.kit.rest import actor_of


@admin.register(Checkout)
class CheckoutAdmin(ReadOnlyAdmin):
    view_permission = READ
    list_display = ("updated_at", "state", "customer", "email", "channel")
    list_select_related = ("channel", "customer")
    list_filter = ("state",)
    search_fields = ("email",)
    exclude = ("secret_hash", "gift_card_codes", "placed_key", "placed_fingerprint")
    ordering = ("-updated_at",)


@admin.register(DeliveryMethod)
class DeliveryMethodAdmin(BaseAdmin):
    view_permission, change_permission = READ, DELIVERY
    list_display = ("code", "kind", "currency", "days_min", "days_max", "position", "is_active")
    list_filter = ("kind", "is_active")
    search_fields = ("code",)
    ordering = ("position", "id")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["code"] if obj else []

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Saved by the same actions that the API uses."""
        values = {f: getattr(obj, f) for f in FIELDS}
        if change:
            actions.update_delivery_method(obj.code, values, actor=actor_of(request))
        else:
            obj.pk = actions.create_delivery_method(obj.code, **values, actor=actor_of(request)).id
            obj._state.adding = False


said.refer_to(DeliveryMethod, "method_id", page="checkout_deliverymethod_change")

ADMIN_NAV = (
    NavItem("sell", Checkout, "shopping_cart", 9),
    NavItem("system", DeliveryMethod, "deployed_code"),
)
