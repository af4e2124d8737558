"""Shapes of stock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple
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
    """How much of a line comes from which warehouse."""

    line_id: UUID
    variant_id: UUID
    warehouse_id: int
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class LineMove:
    """On a split or merge of orders: what is reserved for `line_id` (all, or `quantity` of each of its variants)
    serves `new_line_id` from now on."""

    line_id: UUID
    new_line_id: UUID
    quantity: Decimal | None = None
    variant_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Available:
    """What a channel can sell of a variant now: over its warehouses on hand - reserved - safety - buffer + backorder.

    `in_stock_qty` is the part that lies in the warehouses; `backorder` says that more than that may be ordered.
    """

    variant_id: UUID
    quantity: Decimal
    backorder: bool
    in_stock_qty: Decimal = Decimal(0)


class Condition(StrEnum):
    """In which state returned goods arrive."""

    GOOD = "good"
    DAMAGED = "damaged"
    LOST = "lost"


class StockLevel(StrEnum):
    """What a shopper learns of the stock of a store."""

    IN_STOCK = "in_stock"
    FEW = "few"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class StoreStock:
    """The level of a variant in a pick-up store; `few_qty` is told only when few are left."""

    variant_id: UUID
    warehouse_id: int
    level: StockLevel
    few_qty: Decimal | None = None


class StockAt(NamedTuple):
    """What a place has of a variant: `free` may be below zero where more is promised or kept back than is there."""

    variant_id: UUID
    warehouse_id: int
    ships: bool
    pickup: bool
    free: Decimal
    backorder: Decimal


@dataclass(frozen=True, slots=True)
class Outlook:
    """`stores` by warehouse for the whole demand; `parcels`: which place would send what."""

    stores: dict[int, StockLevel]
    parcels: tuple[Allocation, ...]


@dataclass(frozen=True, slots=True)
class ShelfStock:
    """For a product's page: what can be sent now by variant, and the stores' levels by variant and warehouse."""

    free: Mapping[UUID, Decimal]
    stores: Mapping[UUID, Mapping[int, StoreStock]]


@dataclass(frozen=True, slots=True)
class WarehouseInfo:
    """A place where stock is; `name` by language, the position in degrees."""

    id: int
    code: str
    name: dict[str, str]
    kind: str
    address: dict[str, Any]
    latitude: float | None
    longitude: float | None
    priority: int
    ships: bool
    pickup: bool
    is_active: bool


@dataclass(frozen=True, slots=True)
class BalanceView:
    """The stock of one variant in one warehouse."""

    id: int
    variant_id: UUID
    warehouse_id: int
    on_hand: Decimal
    reserved: Decimal
    damaged: Decimal
    incoming: Decimal
    safety: Decimal
    backorder: Decimal


@dataclass(frozen=True, slots=True)
class StockRow:
    """A line of a bulk receipt."""

    variant_id: UUID
    warehouse_code: str
    quantity: Decimal
    safety: Decimal | None = None


class CountState(StrEnum):
    """A stock count's life."""

    COUNTING = "counting"
    REVIEW = "review"
    POSTED = "posted"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class CountLineView:
    """`expected_qty` is what the books said when it was counted; None while it is not for the reader to know."""

    variant_id: UUID
    sku: str
    name: dict[str, str]
    counted_qty: Decimal | None
    expected_qty: Decimal | None
    difference: Decimal | None
    tallies: int
    counted_by: str
    counted_at: datetime | None


@dataclass(frozen=True, slots=True)
class CountView:
    """A stock count; a blind one does not show what should be there."""

    id: UUID
    number: str
    warehouse_id: int
    warehouse_code: str
    state: CountState
    is_blind: bool
    note: str
    opened_by: str
    opened_at: datetime
    closed_by: str
    closed_at: datetime | None
    items: int
    counted: int
    lines: tuple[CountLineView, ...] = ()


class TransferState(StrEnum):
    """A transfer's life."""

    DRAFT = "draft"
    SENT = "sent"
    RECEIVED = "received"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class TransferLineView:
    """What was sent, and what of it has arrived."""

    variant_id: UUID
    sku: str
    quantity: Decimal
    received_qty: Decimal


@dataclass(frozen=True, slots=True)
class TransferView:
    """Goods on their way between two warehouses."""

    id: UUID
    number: str
    source_id: int
    target_id: int
    state: TransferState
    note: str
    created_at: datetime
    sent_at: datetime | None
    received_at: datetime | None
    lines: tuple[TransferLineView, ...]
