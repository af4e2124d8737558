"""The back office of the catalogue: to look and to press buttons; every change goes through an action."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.contrib import admin
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from entrepot.catalog import public
from entrepot.catalog.contracts import ProductPatch
from entrepot.catalog.models import (
    Attribute,
    Brand,
    BundleItem,
    Category,
    Channel,
    Collection,
    Media,
    Product,
    ProductType,
    Publication,
    Redirect,
    Variant,
)
from entrepot.catalog.permissions import CHANNELS, EDIT, READ, STRUCTURE
from entrepot.catalog.queries import structure
from entrepot.catalog.queries.media import address
from entrepot.kit import said
from entrepot.kit.admin import BaseAdmin, Button, NavItem, ReadInline, ReadOnlyAdmin
from entrepot.kit.rest import actor_of


class _Lines(ReadInline):
    """Rows of a product, to look at; they change through the product's own pages and the API."""

    view_permission = READ
    show_change_link = False


class VariantLines(_Lines):
    model = Variant
    fields = ("sku", "options", "is_active", "is_bundle", "is_stocked", "weight_g", "unit", "qty_step", "cost",
              "cost_currency")
    ordering = ("position", "id")


class MediaLines(_Lines):
    model = Media
    fields = ("picture", "alt", "position", "width", "height")
    readonly_fields = ("picture",)
    ordering = ("position", "id")

    @admin.display(description=_("image"))
    def picture(self, obj: Media) -> str:
        return format_html('<img src="{}" alt="" height="60" loading="lazy">', address(obj.file, obj.url))


class PublicationLines(_Lines):
    model = Publication
    fields = ("channel", "from_at", "until_at", "state")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Publication]:
        return super().get_queryset(request).select_related("channel")  # type: ignore[no-any-return]  # the base is untyped


def _activate(request: HttpRequest, object_id: str, reason: str) -> str:
    public.update_product(UUID(object_id), ProductPatch(status="active"), actor=actor_of(request), reason=reason)
    return ""


def _archive(request: HttpRequest, object_id: str, reason: str) -> str:
    public.archive_product(UUID(object_id), actor=actor_of(request), reason=reason)
    return ""


class CategoryFilter(admin.SimpleListFilter):
    """A category with all below it, in the order of the tree."""

    title = _("category")
    parameter_name = "category"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(c.pk), "– " * c.path.count(".") + str(c)) for c in Category.objects.order_by("path")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> QuerySet[Product]:
        chosen = self.value() or ""
        if not (chosen.isascii() and chosen.isdigit()):
            return queryset
        within = Product.categories.through.objects.filter(category_id__in=structure.categories_below(int(chosen)))
        return queryset.filter(pk__in=within.values("product_id"))


@admin.register(Product)
class ProductAdmin(ReadOnlyAdmin):
    view_permission, change_permission = READ, EDIT
    list_display = ("picture", "name_here", "status", "category")
    list_display_links = ("name_here",)
    list_select_related = ("category",)
    list_filter = ("status", CategoryFilter, "type", "brand")
    search_fields = ("slug", "variants__sku__startswith")
    work_page = "desk_product"
    ordering = ("-created_at", "-id")
    inlines: ClassVar[list[type[_Lines]]] = [VariantLines, MediaLines, PublicationLines]
    buttons = [Button("activate", _("Put on sale"), EDIT, _activate),
               Button("archive", _("Take off sale for good"), EDIT, _archive, asks_reason=True)]

    def add_address(self) -> str:
        return reverse("admin:desk_new_product")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        first = Media.objects.filter(product=OuterRef("pk")).order_by("position", "id")
        shown = ArraySubquery(first.values_list(JSONObject(file="file", url="url", sizes="renditions"))[:1])
        return super().get_queryset(request).annotate(shown_as=shown)  # type: ignore[no-any-return]  # the base is untyped

    @admin.display(description=_("image"))
    def picture(self, obj: Any) -> str:
        if not obj.shown_as:
            return mark_safe('<span class="of-thumb" aria-hidden="true"></span>')
        first = obj.shown_as[0]
        file = min(first["sizes"], key=lambda s: s["width"])["file"] if first["sizes"] else first["file"]
        return format_html('<img class="of-thumb" src="{}" alt="" width="40" height="40" loading="lazy">',
                           address(file, first["url"]))

    @admin.display(description=_("name"), ordering="slug")
    def name_here(self, obj: Product) -> str:
        return str(obj)


class BundleLines(_Lines):
    model = BundleItem
    fk_name = "bundle"
    fields = ("component", "quantity")

    def get_queryset(self, request: HttpRequest) -> QuerySet[BundleItem]:
        return super().get_queryset(request).select_related("component")  # type: ignore[no-any-return]  # the base is untyped


@admin.register(Variant)
class VariantAdmin(ReadOnlyAdmin):
    view_permission, change_permission = READ, EDIT
    list_display = ("sku", "product", "is_active", "is_bundle", "is_stocked", "unit", "qty_step")
    list_select_related = ("product",)
    search_fields = ("sku__startswith", "barcode__exact")
    ordering = ("sku",)
    inlines: ClassVar[list[type[_Lines]]] = [BundleLines]


@admin.register(Channel)
class ChannelAdmin(ReadOnlyAdmin):
    view_permission, change_permission = READ, CHANNELS
    list_display = ("code", "__str__", "currency", "country", "is_default", "is_active")
    search_fields = ("code",)
    ordering = ("code",)


@admin.register(Attribute)
class AttributeAdmin(ReadOnlyAdmin):
    view_permission, change_permission = READ, STRUCTURE
    list_display = ("code", "__str__", "kind", "unit", "is_facet")
    search_fields = ("code",)
    ordering = ("code",)


@admin.register(ProductType)
class ProductTypeAdmin(ReadOnlyAdmin):
    view_permission, change_permission = READ, STRUCTURE
    list_display = ("code", "__str__")
    search_fields = ("code",)
    ordering = ("code",)


@admin.register(Brand)
class BrandAdmin(BaseAdmin):
    view_permission, change_permission = READ, STRUCTURE
    list_display = ("slug", "__str__")
    search_fields = ("slug",)
    ordering = ("slug",)
    fields = ("slug", "name")

    def save_model(self, request: HttpRequest, obj: Brand, form: Any, change: bool) -> None:
        """Saved by the actions that the API uses."""
        if change:
            public.update_brand(obj.pk, slug=obj.slug, name=obj.name, actor=actor_of(request))
        else:
            obj.pk = public.create_brand(obj.slug, obj.name, actor=actor_of(request))
            obj._state.adding = False


@admin.register(Category)
class CategoryAdmin(ReadOnlyAdmin):
    view_permission, change_permission = READ, STRUCTURE
    list_display = ("slug", "__str__", "parent", "position")
    list_select_related = ("parent",)
    search_fields = ("slug",)
    ordering = ("path",)


@admin.register(Collection)
class CollectionAdmin(ReadOnlyAdmin):
    view_permission, change_permission = READ, STRUCTURE
    list_display = ("slug", "__str__", "is_visible")
    search_fields = ("slug",)
    ordering = ("slug",)


@admin.register(Redirect)
class RedirectAdmin(ReadOnlyAdmin):
    view_permission = READ
    list_display = ("kind", "slug", "target_id", "created_at")
    search_fields = ("slug",)
    ordering = ("-id",)


said.refer_to(Variant, "variant_id", page="catalog_variant_change")
said.refer_to(Product, "product_id", page="desk_product")
said.refer_to(Channel, "channel_id", "channels", page="catalog_channel_change")

ADMIN_NAV = (
    NavItem("goods", Product, "sell", 4),
    NavItem("goods", Variant, "style", 4),
    NavItem("goods", Category, "account_tree", 4),
    NavItem("goods", Collection, "collections_bookmark", 4),
    NavItem("goods", Brand, "verified", 4),
    NavItem("goods", Attribute, "tune", 4),
    NavItem("goods", ProductType, "category", 4),
    NavItem("goods", Redirect, "alt_route", 4),
    NavItem("system", Channel, "storefront"),
)
