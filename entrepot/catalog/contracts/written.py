"""What the catalogue takes: inputs, patches and imports, and what it answers to them."""

from __future__ import annotations

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
    """A product's life; only an active one can be for sale."""

    DRAFT = "draft"
    ACTIVE = "active"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class ChannelInput:
    """A channel to be made; money in minor units of its currency."""

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


@dataclass(frozen=True, slots=True)
class OptionValue:
    """A value of an option, such as a size, named by language."""

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
    """A variant to be made; weight in grams, dimensions in millimetres."""

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
    """When a product is for sale on a channel; None has no bound, moments are aware."""

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
    """Changes of a product: what is UNSET stays as it is."""

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
