"""Back office of prices, promotions, coupons and tax: to read, with buttons that call the actions."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Sum
from django.db.models.functions import JSONObject
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from entrepot.kit import said
from entrepot.kit.admin import BaseAdmin, BaseInline, Button, NavItem, ReadOnlyAdmin
from entrepot.kit.amounts import by_currency
from entrepot.kit.rest import actor_of
from entrepot.pricing.actions.coupons import disable_coupons
from entrepot.pricing.actions.prices import create_price_list, update_price_list
from entrepot.pricing.actions.promotions import activate_promotion, end_promotion
from entrepot.pricing.actions.taxes import set_tax_rate
from entrepot.pricing.contracts import PriceListInput
from entrepot.pricing.models import Coupon, ListingPrice, Price, PriceList, Promotion, Redemption, TaxRate
from entrepot.pricing.permissions import MANAGE_COUPONS, MANAGE_PROMOTIONS, READ, SET_PRICES, SET_TAX

_LIST_FIELDS = ("name", "channel_id", "group_id", "company_id", "priority", "from_at", "until_at", "is_active")


@admin.register(PriceList)
class PriceListAdmin(BaseAdmin):
    view_permission, change_permission = READ, SET_PRICES
    list_display = ("code", "currency", "channel", "group", "company", "priority", "is_active", "from_at", "until_at")
    list_select_related = ("channel", "group", "company")
    search_fields = ("code",)
    broken = {"pricing_list_dates": ("until_at", gettext_lazy("The end must be after the start."))}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["code", "currency"] if obj else []

    def save_model(self, request: HttpRequest, obj: PriceList, form: Any, change: bool) -> None:
        values = {name: getattr(obj, name) for name in _LIST_FIELDS}
        if change:
            update_price_list(obj.code, values, actor=actor_of(request))
        else:
            obj.pk = create_price_list(PriceListInput(code=obj.code, currency=obj.currency, **values),
                                       actor=actor_of(request))


@admin.register(Price)
class PriceAdmin(ReadOnlyAdmin):
    view_permission = READ
    list_display = ("variant", "price_list", "min_qty", "amount_minor")
    list_select_related = ("variant", "price_list")
    search_fields = ("=variant__sku",)


class CouponInline(BaseInline):
    model = Coupon
    view_permission = MANAGE_COUPONS
    fields = readonly_fields = ("code", "batch", "limit", "used_count", "staff_only", "is_active")
    can_delete = False
    max_num = 0

    def get_queryset(self, request: HttpRequest) -> Any:
        """The newest few: a batch may hold hundreds of thousands, and its list has a page of its own."""
        found = super().get_queryset(request)
        parent = request.resolver_match.kwargs.get("object_id") if request.resolver_match else None
        newest = Coupon.objects.filter(promotion_id=parent).order_by("-id").values("id")[:20] if parent else []
        return found.filter(id__in=newest)


def _activate(request: HttpRequest, object_id: str, reason: str) -> str:
    row = Promotion.objects.get(pk=object_id)
    activate_promotion(row.code, actor=actor_of(request))
    return _("The promotion is active.")


def _end(request: HttpRequest, object_id: str, reason: str) -> str:
    row = Promotion.objects.get(pk=object_id)
    end_promotion(row.code, reason=reason, actor=actor_of(request))
    return _("The promotion has ended.")


@admin.register(Promotion)
class PromotionAdmin(ReadOnlyAdmin):
    view_permission = READ
    list_display = ("code", "status", "scope", "lane", "priority", "from_at", "until_at", "used_count", "spent")
    list_filter = ("status", "scope")
    search_fields = ("code",)
    inlines = (CouponInline,)
    work_page = "desk_promotion_record"
    buttons = [Button("activate", gettext_lazy("Activate"), MANAGE_PROMOTIONS, _activate),
               Button("end", gettext_lazy("End"), MANAGE_PROMOTIONS, _end, asks_reason=True)]

    def get_queryset(self, request: HttpRequest) -> Any:
        given = Redemption.objects.filter(promotion=OuterRef("pk")).order_by("currency").values("currency")
        sums = given.annotate(sum=Sum("amount_minor")).values_list(JSONObject(c="currency", sum="sum"))
        return super().get_queryset(request).annotate(spent_in=ArraySubquery(sums))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return [*super().get_readonly_fields(request, obj), "spent"]

    @admin.display(description=gettext_lazy("spent"))
    def spent(self, obj: Any) -> str:
        """In each currency for itself: a sum over several would mean nothing."""
        return by_currency({s["c"]: s["sum"] for s in obj.spent_in}) or said.NOTHING


def _disable(request: HttpRequest, object_id: str, reason: str) -> str:
    disable_coupons(codes=[Coupon.objects.get(pk=object_id).code], actor=actor_of(request))
    return _("The coupon is disabled.")


@admin.register(Coupon)
class CouponAdmin(ReadOnlyAdmin):
    view_permission = MANAGE_COUPONS
    list_display = ("code", "promotion", "batch", "limit", "used_count", "staff_only", "is_active")
    list_select_related = ("promotion",)
    search_fields = ("=code", "=batch")
    buttons = [Button("disable", gettext_lazy("Disable"), MANAGE_COUPONS, _disable)]


@admin.register(TaxRate)
class TaxRateAdmin(BaseAdmin):
    view_permission, change_permission = READ, SET_TAX
    list_display = ("country", "region", "tax_class", "rate", "name", "from_on")
    search_fields = ("=country", "tax_class")
    broken = {
        "pricing_tax_once": ("from_on", gettext_lazy(
            "There is a rate for this country, region and tax class from this day on already: change that one.")),
        "pricing_tax_rate_range": ("rate", gettext_lazy(
            "A rate is a share from 0 to below 1: 0.19 stands for 19 per cent."))}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["country", "region", "tax_class", "from_on"] if obj else []

    def save_model(self, request: HttpRequest, obj: TaxRate, form: Any, change: bool) -> None:
        obj.pk = set_tax_rate(obj.country, obj.tax_class, obj.rate, obj.from_on, obj.region, obj.name,
                              actor=actor_of(request))


@admin.register(ListingPrice)
class ListingPriceAdmin(ReadOnlyAdmin):
    view_permission = READ
    list_display = ("variant", "channel", "amount_minor", "regular_minor", "lowest_prior_minor", "promotion")
    list_select_related = ("variant", "channel", "promotion")
    search_fields = ("=variant__sku",)


@admin.register(Redemption)
class RedemptionAdmin(ReadOnlyAdmin):
    view_permission = READ
    list_display = ("at", "promotion", "coupon", "order_id", "uses", "amount_minor", "currency")
    list_select_related = ("promotion", "coupon")
    search_fields = ("=order_id",)


ADMIN_NAV = (
    NavItem("goods", PriceList, "payments", 6),
    NavItem("goods", Price, "price_change", 6),
    NavItem("goods", ListingPrice, "price_check", 6),
    NavItem("sell", Promotion, "campaign"),
    NavItem("sell", Coupon, "confirmation_number"),
    NavItem("sell", Redemption, "redeem"),
    NavItem("money", TaxRate, "percent"),
)
