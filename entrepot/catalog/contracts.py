"""What the catalogue tells others about channels and variants."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID


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
    is_stocked: bool
    needs_shipping: bool
    is_sellable: bool  # active, product active
    published_in: frozenset[int]  # channels where it is published at the moment asked for
    components: tuple[tuple[UUID, Decimal], ...] = ()  # of a bundle: variant and quantity per piece
    image: str = ""
    attributes: dict[str, Any] = field(default_factory=dict)
