"""Shapes of stock."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Demand:
    """`quantity` of a stocked variant for an order line (bundles come already split into components)."""

    line_id: UUID
    variant_id: UUID
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Destination:
    """Where goods go, as far as known; used by allocation strategies."""

    country: str = ""
    region: str = ""
    city: str = ""
    latitude: float | None = None
    longitude: float | None = None
    pickup_warehouse_id: int | None = None  # then only this place may serve


@dataclass(frozen=True, slots=True)
class Allocation:
    line_id: UUID
    variant_id: UUID
    warehouse_id: int
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Available:
    """What a channel can sell of a variant now: on hand - reserved - safety - buffer over its warehouses, plus backorder."""

    variant_id: UUID
    quantity: Decimal
    backorder: bool
