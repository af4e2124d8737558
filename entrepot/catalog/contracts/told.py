"""What the catalogue tells: facts about channels, variants, products, categories, and what pages are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from entrepot.catalog.contracts.written import Option, Texts


@dataclass(frozen=True, slots=True)
class ChannelInfo:
    """A place of sale; `approve_above_minor` holds larger orders for approval, None holds none."""

    id: int
    code: str
    name: dict[str, str]
    currency: str
    country: str
    languages: tuple[str, ...]
    time_zone: str
    prices_include_tax: bool
    guest_hold_minutes: int
    member_hold_minutes: int
    unpaid_expiry_minutes: int
    approve_above_minor: int | None
    allocation: str
    is_default: bool = False
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class AttributeInfo:
    """What can be said of products of a type; `choices` are names by code, for the kind choice."""

    code: str
    name: Texts
    kind: str
    unit: str = ""
    choices: dict[str, Texts] = field(default_factory=dict)
    is_facet: bool = False


@dataclass(frozen=True, slots=True)
class TypeInfo:
    """What products of a type say, by the code of the attribute."""

    id: int
    code: str
    attributes: Mapping[str, AttributeInfo]
    required: frozenset[str]
    per_variant: frozenset[str]


@dataclass(frozen=True, slots=True)
class ChosenOption:
    """What a variant is of one option, in every language: the size, M."""

    name: Texts
    value: Texts


@dataclass(frozen=True, slots=True)
class VariantFacts:
    """What pricing, stock, checkout and orders need to know of a variant, as it is now."""

    id: UUID
    product_id: UUID
    sku: str
    slug: str
    name: dict[str, str]  # product name, variant name appended
    options: dict[str, str]
    type_code: str
    brand_id: int | None
    category_ids: frozenset[int]  # ancestors included
    collection_ids: frozenset[int]
    tax_class: str
    weight_g: int
    qty_step: Decimal
    unit: str
    cost: Decimal | None
    cost_currency: str
    is_stocked: bool  # of a bundle: true, its stock is that of its components
    needs_shipping: bool
    is_sellable: bool  # active, product active
    published_in: frozenset[int]  # channels where it is published at the moment asked for
    components: tuple[tuple[UUID, Decimal], ...] = ()  # of a bundle: variant and quantity per piece
    image: str = ""
    attributes: dict[str, Any] = field(default_factory=dict)
    choices: tuple[ChosenOption, ...] = ()  # `options` in words, in the product's order


@dataclass(frozen=True, slots=True)
class CategoryRef:
    """Enough of a category to name it and to lead to it."""

    id: int
    slug: str
    name: Texts


@dataclass(frozen=True, slots=True)
class CategoryNode:
    """A category with the tree below it, in one language."""

    id: int
    slug: str
    name: str
    description: str
    children: tuple[CategoryNode, ...] = ()


@dataclass(frozen=True, slots=True)
class CollectionInfo:
    """A shelf of the shop: chosen by hand, or by a rule (`is_rule`)."""

    id: int
    slug: str
    name: Texts
    description: Texts
    is_visible: bool
    is_rule: bool


@dataclass(frozen=True, slots=True)
class BrandInfo:
    """A brand, named by language."""

    id: int
    slug: str
    name: Texts


@dataclass(frozen=True, slots=True)
class Rendition:
    """One size of a picture, in pixels."""

    url: str
    width: int
    height: int
    type: str


@dataclass(frozen=True, slots=True)
class MediaSource:
    """A picture in all its sizes; None for sizes that are not known."""

    id: UUID
    url: str
    alt: Texts
    width: int | None
    height: int | None
    renditions: tuple[Rendition, ...]
    variant_id: UUID | None


@dataclass(frozen=True, slots=True)
class AttributeSource:
    """A value with its words: `labels` has one text per language where the value is a choice."""

    code: str
    name: Texts
    kind: str
    unit: str
    value: Any
    labels: tuple[Texts, ...]
    is_facet: bool


@dataclass(frozen=True, slots=True)
class VariantSource:
    """A variant as documents show it; weight in grams."""

    id: UUID
    sku: str
    barcode: str
    name: Texts
    options: dict[str, str]
    attributes: tuple[AttributeSource, ...]
    is_active: bool
    is_bundle: bool
    is_stocked: bool
    needs_shipping: bool
    weight_g: int
    unit: str
    qty_step: Decimal
    components: tuple[tuple[UUID, Decimal], ...]
    dimensions_mm: tuple[int, int, int] | None = None


@dataclass(frozen=True, slots=True)
class PublicationSource:
    """Where and between which moments a product is for sale; None has no bound."""

    channel_id: int
    from_at: datetime | None
    until_at: datetime | None

    def is_live(self, now: datetime) -> bool:
        return (self.from_at is None or self.from_at <= now) and (self.until_at is None or now < self.until_at)


@dataclass(frozen=True, slots=True)
class ProductSource:
    """Everything a product page, a listing card or a search document is made of."""

    id: UUID
    type_code: str
    type_name: Texts
    slug: str
    status: str
    name: Texts
    description: Texts
    seo: dict[str, Texts]
    brand: BrandInfo | None
    breadcrumb: tuple[CategoryRef, ...]  # of the main category, root first
    categories: tuple[CategoryRef, ...]  # all it is in, ancestors included
    collection_ids: tuple[int, ...]
    tax_class: str
    attributes: tuple[AttributeSource, ...]
    options: tuple[Option, ...]
    tags: tuple[str, ...]
    external_ids: dict[str, str]
    rating: Decimal | None
    created_at: datetime
    updated_at: datetime
    version: int
    variants: tuple[VariantSource, ...]  # in order, inactive ones too
    media: tuple[MediaSource, ...]
    publications: tuple[PublicationSource, ...]


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One change of a product, as the audit trail keeps it."""

    at: datetime
    actor: str
    action: str
    old: Any
    new: Any
    reason: str
    id: int = 0  # of the audit row: where the next page goes on
