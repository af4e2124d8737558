"""Shapes and states that orders show to others."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID


class OrderState(StrEnum):
    PENDING = "pending"  # placed, waiting for payment
    ON_HOLD = "on_hold"  # paid or payable, stopped for approval, review or by hand
    PROCESSING = "processing"  # may be packed and shipped
    PARTLY_SHIPPED = "partly_shipped"
    SHIPPED = "shipped"
    COMPLETED = "completed"  # delivered or picked up, nothing open
    CANCELLED = "cancelled"
    EXPIRED = "expired"  # never paid


class FulfilmentState(StrEnum):
    PENDING = "pending"
    SHIPPED = "shipped"
    READY = "ready"  # for pick-up
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


class HoldKind(StrEnum):
    APPROVAL = "approval"
    FRAUD = "fraud"
    MANUAL = "manual"
    STOCK = "stock"  # paid, but the goods are gone


class ChangeKind(StrEnum):
    EDIT = "edit"
    RETURN = "return"
    EXCHANGE = "exchange"
    CLAIM = "claim"


class ChangeState(StrEnum):
    DRAFT = "draft"
    REQUESTED = "requested"
    APPROVED = "approved"
    CONFIRMED = "confirmed"  # in effect, money settled or on its way
    DECLINED = "declined"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line to be written, priced by `pricing.public.quote`."""

    id: UUID
    variant_id: UUID | None
    sku: str
    name: str
    quantity: Decimal
    unit_minor: int
    goods_minor: int
    discount_minor: int
    tax_rate: Decimal
    tax_minor: int
    kind: str = "product"
    unit_cost: Decimal | None = None
    discounts: list[dict[str, Any]] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewOrder:
    """Everything an order is made of at the moment it is placed."""

    id: UUID
    channel_id: int
    currency: str
    lines: list[NewLine]
    goods_minor: int
    discount_minor: int
    delivery_minor: int
    tax_minor: int
    tax_included: bool
    total_minor: int
    placed_at: datetime
    business_on: date
    email: str = ""
    phone: str = ""
    language: str = "en"
    checkout_id: UUID | None = None
    customer_id: UUID | None = None
    shipping_address: dict[str, Any] | None = None
    billing_address: dict[str, Any] | None = None
    delivery: dict[str, Any] = field(default_factory=dict)
    pickup_warehouse_id: int | None = None
    invoice_data: dict[str, Any] | None = None
    gift_message: str = ""
    customer_note: str = ""
    tracking_secret_hash: str = ""
    tracking_expires_at: datetime | None = None
    expires_at: datetime | None = None
    holds: list[tuple[HoldKind, str]] = field(default_factory=list)
    origin: str = "checkout"


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """What the buyer gets back."""

    id: UUID
    number: str
    state: OrderState
    total_minor: int
    currency: str
