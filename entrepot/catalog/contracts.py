"""What the catalogue takes and tells: inputs, patches, and facts about channels, variants, products, categories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any, Final
from uuid import UUID

Texts = dict[str, str]  # language code -> text


class Unset(Enum):
    """Marks a field of a patch that stays as it is."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET


class Status(StrEnum):
    DRAFT = "draft"
    ACTIVE = "active"
    ARCHIVED = "archived"


# ---- channels


@dataclass(frozen=True, slots=True)
class ChannelInfo:
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
class ChannelInput:
    code: str
    name: Texts
    currency: str
    country: str
    languages: tuple[str, ...] = ("en",)
    time_zone: str = "UTC"
    prices_include_tax: bool = True
    guest_hold_minutes: int = 15
    member_hold_minutes: int = 60
    unpaid_expiry_minutes: int = 60
    approve_above_minor: int | None = None
    allocation: str = "priority"
    is_default: bool = False
    is_active: bool = True


# ---- what is written


@dataclass(frozen=True, slots=True)
class OptionValue:
    code: str
    name: Texts


@dataclass(frozen=True, slots=True)
class Option:
    """What a shopper chooses between: `Option("size", {"en": "Size"}, (OptionValue("s", {"en": "S"}), ...))`."""

    code: str
    name: Texts
    values: tuple[OptionValue, ...]


@dataclass(frozen=True, slots=True)
class Component:
    """A bundle takes `quantity` of the variant `sku` per piece."""

    sku: str
    quantity: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class VariantPatch:
    """Changes to one variant, found by `id` or else by `sku`; a SKU that the product does not have makes a new one."""

    id: UUID | None = None
    sku: str | Unset = UNSET
    barcode: str | Unset = UNSET
    name: Texts | Unset = UNSET
    options: dict[str, str] | Unset = UNSET
    attributes: dict[str, Any] | Unset = UNSET
    position: int | Unset = UNSET
    is_active: bool | Unset = UNSET
    is_stocked: bool | Unset = UNSET
    needs_shipping: bool | Unset = UNSET
    weight_g: int | Unset = UNSET
    dimensions_mm: tuple[int, int, int] | Unset | None = UNSET
    unit: str | Unset = UNSET
    qty_step: Decimal | Unset = UNSET
    customs: dict[str, str] | Unset = UNSET
    cost: Decimal | Unset | None = UNSET
    cost_currency: str | Unset = UNSET
    external_ids: dict[str, str] | Unset = UNSET
    components: tuple[Component, ...] | Unset = UNSET  # any: it is a bundle


@dataclass(frozen=True, slots=True)
class VariantInput:
    sku: str
    options: dict[str, str] = field(default_factory=dict)
    name: Texts = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)
    barcode: str = ""
    is_active: bool = True
    is_stocked: bool = True
    needs_shipping: bool = True
    weight_g: int = 0
    dimensions_mm: tuple[int, int, int] | None = None
    unit: str = ""  # "pcs" when new
    qty_step: Decimal | None = None  # 1 when new
    customs: dict[str, str] = field(default_factory=dict)
    cost: Decimal | None = None
    cost_currency: str = ""
    external_ids: dict[str, str] = field(default_factory=dict)
    components: tuple[Component, ...] = ()


@dataclass(frozen=True, slots=True)
class MediaInput:
    """An image that lives elsewhere, by address; files are uploaded with `add_media`."""

    url: str
    alt: Texts = field(default_factory=dict)
    variant_sku: str = ""


@dataclass(frozen=True, slots=True)
class PublicationInput:
    channel: str  # code
    from_at: datetime | None = None
    until_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ProductInput:
    """A whole product. In an import, what is empty here keeps what the stored product has."""

    type: str  # code
    name: Texts
    slug: str = ""  # made from the name when empty
    status: str = Status.ACTIVE
    description: Texts = field(default_factory=dict)  # HTML, sanitised on write
    seo: dict[str, Texts] = field(default_factory=dict)  # {language: {"title", "description"}}
    brand: str = ""  # slug
    category: str = ""  # slug of the main one; it counts among `categories` without being named there
    categories: tuple[str, ...] = ()
    tax_class: str = ""  # "standard" when new
    attributes: dict[str, Any] = field(default_factory=dict)
    options: tuple[Option, ...] = ()
    tags: tuple[str, ...] = ()
    external_ids: dict[str, str] = field(default_factory=dict)
    variants: tuple[VariantInput, ...] = ()
    media: tuple[MediaInput, ...] = ()
    publications: tuple[PublicationInput, ...] = ()


@dataclass(frozen=True, slots=True)
class ProductPatch:
    type: str | Unset = UNSET
    name: Texts | Unset = UNSET
    slug: str | Unset = UNSET
    status: str | Unset = UNSET
    description: Texts | Unset = UNSET
    seo: dict[str, Texts] | Unset = UNSET
    brand: str | Unset | None = UNSET
    category: str | Unset | None = UNSET
    categories: tuple[str, ...] | Unset = UNSET
    tax_class: str | Unset = UNSET
    attributes: dict[str, Any] | Unset = UNSET
    options: tuple[Option, ...] | Unset = UNSET
    tags: tuple[str, ...] | Unset = UNSET
    external_ids: dict[str, str] | Unset = UNSET
    variants: tuple[VariantPatch, ...] = ()


@dataclass(frozen=True, slots=True)
class BulkEdit:
    """One change for many products: what is set replaces, tags and categories are added and removed."""

    status: str | Unset = UNSET
    brand: str | Unset | None = UNSET
    category: str | Unset | None = UNSET
    tax_class: str | Unset = UNSET
    attributes: dict[str, Any] = field(default_factory=dict)  # merged; None removes
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    add_categories: tuple[str, ...] = ()
    remove_categories: tuple[str, ...] = ()
    publish: tuple[PublicationInput, ...] = ()
    unpublish: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RowError:
    """Why the product at `index` of the input was refused. `reason` is a translatable English sentence."""

    index: int
    code: str
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class BulkResult:
    """`ids[i]` is the product of input `i`, None where it was refused."""

    ids: tuple[UUID | None, ...]
    created: int
    updated: int
    unchanged: int
    errors: tuple[RowError, ...]


# ---- what is told


@dataclass(frozen=True, slots=True)
class AttributeInfo:
    code: str
    name: Texts
    kind: str
    unit: str = ""
    choices: dict[str, Texts] = field(default_factory=dict)
    is_facet: bool = False


@dataclass(frozen=True, slots=True)
class TypeInfo:
    id: int
    code: str
    attributes: Mapping[str, AttributeInfo]
    required: frozenset[str]
    per_variant: frozenset[str]


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


@dataclass(frozen=True, slots=True)
class CategoryRef:
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
    id: int
    slug: str
    name: Texts
    description: Texts
    is_visible: bool
    is_rule: bool


@dataclass(frozen=True, slots=True)
class BrandInfo:
    id: int
    slug: str
    name: Texts


@dataclass(frozen=True, slots=True)
class Rendition:
    url: str
    width: int
    height: int
    type: str


@dataclass(frozen=True, slots=True)
class MediaSource:
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
    at: datetime
    actor: str
    action: str
    old: Any
    new: Any
    reason: str
    id: int = 0  # of the audit row: where the next page goes on
