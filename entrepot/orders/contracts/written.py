"""What others hand to orders: a new order, the operations of a change, a search."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from entrepot.orders.contracts.states import HoldKind, OrderState


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


@dataclass(frozen=True, slots=True)
class AddLine:
    """Edit, exchange: one more line, priced as today."""

    variant_id: UUID
    quantity: Decimal
    op: str = "add_line"


@dataclass(frozen=True, slots=True)
class SetQuantity:
    """Edit: the line's new quantity; 0 removes it. Fewer keep their exact share, more cost the line's unit price."""

    line_id: UUID
    quantity: Decimal
    op: str = "set_quantity"


@dataclass(frozen=True, slots=True)
class OverridePrice:
    """Edit: a unit price by hand, with its reason. Discounts of the line end, since this is the price."""

    line_id: UUID
    unit_minor: int
    reason: str
    op: str = "override_price"


@dataclass(frozen=True, slots=True)
class DiscountLine:
    """Edit: so much off a line, with its reason; the tax follows."""

    line_id: UUID
    amount_minor: int
    reason: str
    op: str = "discount_line"


@dataclass(frozen=True, slots=True)
class SetAddress:
    """Edit: another shipping or billing address in the same country."""

    which: str
    address: dict[str, Any]
    op: str = "set_address"


@dataclass(frozen=True, slots=True)
class SetDelivery:
    """Edit: another delivery choice at another charge."""

    delivery: dict[str, Any]
    delivery_minor: int
    op: str = "set_delivery"


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """Return, exchange: pieces that come back."""

    line_id: UUID
    quantity: Decimal
    reason: str = ""
    op: str = "return_line"


@dataclass(frozen=True, slots=True)
class Compensate:
    """Claim: money back for a line that stays with the customer (tax included in the amount)."""

    line_id: UUID
    amount_minor: int
    reason: str = ""
    op: str = "compensate"


@dataclass(frozen=True, slots=True)
class RefundDelivery:
    """Return, claim: (part of) the delivery charge back, tax included in the amount."""

    amount_minor: int
    op: str = "refund_delivery"


@dataclass(frozen=True, slots=True)
class Resend:
    """Claim: the same goods again, free of charge."""

    line_id: UUID
    quantity: Decimal
    op: str = "resend"


Operation = (AddLine | SetQuantity | OverridePrice | DiscountLine | SetAddress | SetDelivery | ReturnLine | Compensate
             | RefundDelivery | Resend)


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders; what is left empty does not narrow. Moments are aware, `placed_until` is excluded."""

    states: tuple[OrderState, ...] = ()
    placed_from: datetime | None = None
    placed_until: datetime | None = None
    customer_id: UUID | None = None
    channel_id: int | None = None
    number: str = ""
    email: str = ""
    origin: str = ""
