"""Shapes of the catalogue's HTTP."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Field, Header, Path, Query, Schema

from entrepot.catalog.contracts import (
    BulkEdit,
    Component,
    MediaInput,
    Option,
    OptionValue,
    ProductInput,
    ProductPatch,
    PublicationInput,
    VariantInput,
    VariantPatch,
)
from entrepot.kit import paging
from entrepot.kit.rest import Moment, Strict

BIG = 2**63 - 1
INT = 2**31 - 1

Texts = dict[str, str]
Status = Literal["draft", "active", "archived"]
Kind = Literal["text", "number", "boolean", "choice", "choices", "date"]
Sku = Annotated[str, Field(min_length=1, max_length=80)]
Code = Annotated[str, Field(min_length=1, max_length=50, pattern=r"^[-a-zA-Z0-9_]+$")]
Slug = Annotated[str, Field(min_length=1, max_length=200)]
Quantity = Annotated[Decimal, Field(gt=0, max_digits=14, decimal_places=3)]
Cost = Annotated[Decimal, Field(ge=0, max_digits=20, decimal_places=6)]

IdPath = Annotated[int, Path(ge=1, le=BIG)]
Limit = Annotated[int, Query(ge=1, le=paging.MAX_LIMIT)]
Match = Annotated[str, Header(alias="If-Match", max_length=200)]


class OptionValueBody(Strict):
    code: Code
    name: Texts


class OptionBody(Strict):
    code: Code
    name: Texts
    values: list[OptionValueBody] = Field(max_length=500)


class ComponentBody(Strict):
    sku: Sku
    quantity: Quantity = Decimal(1)


class _VariantFields(Strict):
    barcode: str = Field("", max_length=40)
    name: Texts = {}
    options: dict[str, str] = {}
    attributes: dict[str, Any] = {}
    is_active: bool = True
    is_stocked: bool = True
    needs_shipping: bool = True
    weight_g: int = Field(0, ge=0, le=INT)
    dimensions_mm: tuple[int, int, int] | None = None
    unit: str = Field("pcs", min_length=1, max_length=10)
    qty_step: Quantity = Decimal(1)
    customs: dict[str, str] = {}
    cost: Cost | None = None
    cost_currency: str = Field("", pattern=r"^([A-Z]{3})?$")
    external_ids: dict[str, str] = {}
    components: list[ComponentBody] = Field([], max_length=100)


class VariantBody(_VariantFields):
    sku: Sku


class VariantPatchBody(_VariantFields):
    """Only the fields that are sent change."""

    id: UUID | None = None
    sku: Sku | None = None
    position: int = Field(0, ge=-INT, le=INT)


class MediaAddress(Strict):
    url: str = Field(max_length=500)
    alt: Texts = {}
    variant_sku: str = Field("", max_length=80)


class PublicationBody(Strict):
    channel: Code
    from_at: Moment | None = None
    until_at: Moment | None = None


class Dates(Strict):
    from_at: Moment | None = None
    until_at: Moment | None = None


class _ProductFields(Strict):
    status: Status = "draft"
    description: Texts = {}
    seo: dict[str, Texts] = {}
    categories: list[Slug] = Field([], max_length=200)
    tax_class: str = Field("standard", min_length=1, max_length=20)
    attributes: dict[str, Any] = {}
    options: list[OptionBody] = Field([], max_length=10)
    tags: list[str] = Field([], max_length=200)
    external_ids: dict[str, str] = {}


class ProductBody(_ProductFields):
    type: Code
    name: Texts
    slug: str = Field("", max_length=200)
    brand: str = Field("", max_length=120)
    category: str = Field("", max_length=120)
    variants: list[VariantBody] = Field([], max_length=2000)
    media: list[MediaAddress] = Field([], max_length=250)
    publications: list[PublicationBody] = Field([], max_length=200)

    def taken(self) -> ProductInput:
        values = {name: getattr(self, name) for name in type(self).model_fields
                  if name not in ("options", "variants", "media", "publications", "tags", "categories")}
        return ProductInput(
            **values, tags=tuple(self.tags), categories=tuple(self.categories), options=_options(self.options),
            variants=tuple(_variant(v) for v in self.variants),
            media=tuple(MediaInput(m.url, m.alt, m.variant_sku) for m in self.media),
            publications=publications(self.publications))


class ProductPatchBody(_ProductFields):
    """Only the fields that are sent change. Variants are found by id or SKU; unknown SKUs are added."""

    type: Code | None = None
    name: Texts | None = None
    slug: Slug | None = None
    brand: str | None = Field(None, max_length=120)
    category: str | None = Field(None, max_length=120)
    variants: list[VariantPatchBody] = Field([], max_length=2000)

    def taken(self) -> ProductPatch:
        given = _given(self, never_null=("type", "name", "slug"))
        for name in ("tags", "categories"):
            if name in given:
                given[name] = tuple(given[name])
        if "options" in given:
            given["options"] = _options(self.options)
        if "variants" in given:
            given["variants"] = tuple(variant_patch(v) for v in self.variants)
        return ProductPatch(**given)


def _given(body: Strict, *, never_null: tuple[str, ...] = ()) -> dict[str, Any]:
    """What the request named. Null clears what may be empty, and is as good as absent elsewhere."""
    return {name: value for name in body.model_fields_set
            if (value := getattr(body, name)) is not None or name not in never_null}


def _options(options: list[OptionBody]) -> tuple[Option, ...]:
    return tuple(Option(o.code, o.name, tuple(OptionValue(v.code, v.name) for v in o.values)) for o in options)


def _components(body: _VariantFields) -> tuple[Component, ...]:
    return tuple(Component(c.sku, c.quantity) for c in body.components)


def _variant(body: VariantBody) -> VariantInput:
    values = {f.name: getattr(body, f.name) for f in fields(VariantInput) if f.name != "components"}
    return VariantInput(**values, components=_components(body))


def variant_patch(body: VariantPatchBody) -> VariantPatch:
    given = _given(body, never_null=("sku",))
    if "components" in given:
        given["components"] = _components(body)
    return VariantPatch(**given)


def added_variant(body: VariantBody) -> VariantPatch:
    """A whole variant as a patch of its product."""
    values = {f.name: getattr(body, f.name) for f in fields(VariantInput) if f.name != "components"}
    return VariantPatch(**values, components=_components(body))


def publications(bodies: list[PublicationBody]) -> tuple[PublicationInput, ...]:
    return tuple(PublicationInput(p.channel, p.from_at, p.until_at) for p in bodies)


class BulkChange(Strict):
    status: Status | None = None
    brand: str | None = Field(None, max_length=120)
    category: str | None = Field(None, max_length=120)
    tax_class: str | None = Field(None, min_length=1, max_length=20)
    attributes: dict[str, Any] = {}
    add_tags: list[str] = Field([], max_length=200)
    remove_tags: list[str] = Field([], max_length=200)
    add_categories: list[Slug] = Field([], max_length=200)
    remove_categories: list[Slug] = Field([], max_length=200)
    publish: list[PublicationBody] = Field([], max_length=200)
    unpublish: list[Code] = Field([], max_length=200)

    def taken(self) -> BulkEdit:
        given = _given(self, never_null=("status", "tax_class"))
        given = {k: tuple(v) if isinstance(v, list) else v for k, v in given.items()}
        return BulkEdit(**{**given, "publish": publications(self.publish)})


class BulkEditBody(Strict):
    product_ids: list[UUID] = Field(min_length=1, max_length=5000)
    change: BulkChange
    reason: str = Field("", max_length=500)


class ImportBody(Strict):
    products: list[ProductBody] = Field(min_length=1, max_length=1000)


class RowErrorOut(Schema):
    index: int
    code: str
    field: str
    reason: str


class BulkOut(Schema):
    ids: list[UUID | None]
    created: int
    updated: int
    unchanged: int
    errors: list[RowErrorOut]


class ComponentOut(Schema):
    sku: str
    variant_id: UUID
    quantity: Decimal


class VariantOut(Schema):
    id: UUID
    sku: str
    barcode: str
    name: Texts
    options: dict[str, str]
    attributes: dict[str, Any]
    position: int
    is_active: bool
    is_bundle: bool
    is_stocked: bool
    needs_shipping: bool
    weight_g: int
    dimensions_mm: list[int] | None
    unit: str
    qty_step: Decimal
    customs: dict[str, str]
    cost: Decimal | None
    cost_currency: str
    external_ids: dict[str, str]
    components: list[ComponentOut]


class RenditionOut(Schema):
    url: str
    width: int
    height: int
    type: str


class MediaOut(Schema):
    id: UUID
    url: str
    alt: Texts
    position: int
    variant_id: UUID | None
    width: int | None
    height: int | None
    renditions: list[RenditionOut]


class PublicationOut(Schema):
    channel: str
    from_at: datetime | None
    until_at: datetime | None


class ProductOut(Schema):
    id: UUID
    type: str
    slug: str
    status: Status
    name: Texts
    description: Texts
    seo: dict[str, Texts]
    brand: str | None
    category: str | None
    categories: list[str]
    collection_ids: list[int]
    tax_class: str
    attributes: dict[str, Any]
    options: list[dict[str, Any]]
    tags: list[str]
    external_ids: dict[str, str]
    rating: Decimal | None
    version: int
    created_at: datetime
    updated_at: datetime
    variants: list[VariantOut]
    media: list[MediaOut]
    publications: list[PublicationOut]


class Page(Schema):
    items: list[dict[str, Any]]
    next: str | None


class HistoryOut(Schema):
    id: int
    at: datetime
    actor: str
    action: str
    old: Any
    new: Any
    reason: str


class HistoryPage(Schema):
    items: list[HistoryOut]
    next: str | None


class MediaPatch(Strict):
    alt: Texts | None = None
    variant_id: UUID | None = None


class MediaOrder(Strict):
    media_ids: list[UUID] = Field(max_length=250)


class GenerateBody(Strict):
    sku_prefix: str = Field(min_length=1, max_length=60)


class OptionsBody(Strict):
    options: list[OptionBody] = Field(max_length=10)
    sku_prefix: str = Field("", max_length=60)
    complete: bool = True

    def taken(self) -> tuple[Option, ...]:
        return _options(self.options)


class CopyBody(Strict):
    name: Texts
    sku_ending: str = Field("-COPY", min_length=1, max_length=20, pattern=r"^[-_A-Za-z0-9]+$")


class CollectionIds(Strict):
    collection_ids: list[int] = Field(max_length=500)


class ReasonBody(Strict):
    reason: str = Field("", max_length=500)
