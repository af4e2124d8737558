"""The back office of the checkout."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from entrepot.checkout.models import Checkout, DeliveryMethod
from entrepot.checkout.permissions import DELIVERY, READ
from entrepot.kit import said
from entrepot.kit.admin import NavItem, ReadOnlyAdmin, SettingAdmin


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
class DeliveryMethodAdmin(SettingAdmin):
    view_permission, change_permission = READ, DELIVERY
    setting = "delivery"
    list_display = ("name_here", "code", "kind", "currency", "days_min", "days_max", "position", "is_active")
    list_filter = ("kind", "is_active")
    search_fields = ("code",)
    ordering = ("position", "id")

    @admin.display(description=_("name"))
    def name_here(self, obj: DeliveryMethod) -> str:
        return said.in_language(obj.name) or obj.code


said.refer_to(DeliveryMethod, "method_id", page="checkout_deliverymethod_change")

ADMIN_NAV = (
    NavItem("sell", Checkout, "shopping_cart", 9),
    NavItem("system", DeliveryMethod, "deployed_code"),
)
