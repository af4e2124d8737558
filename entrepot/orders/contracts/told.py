"""What orders show to others."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from entrepot.orders.contracts.states import ChangeKind, ChangeState, FulfilmentState, HoldKind, OrderState


@dataclass(frozen=True, slots=True)
class LineOption:
    """What was chosen of one option, in the order's language: the size, M."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class LineView:
    """A line with what became of it; amounts in minor units of the order's currency, for the whole line.

    `options` are size, colour and the like as the line was sold.
    """

    id: UUID
    position: int
    kind: str
    variant_id: UUID | None
    sku: str
    name: str
    quantity: Decimal
    fulfilled_qty: Decimal
    cancelled_qty: Decimal
    returned_qty: Decimal
    unit_minor: int
    goods_minor: int
    discount_minor: int
    tax_rate: Decimal
    tax_minor: int
    total_minor: int  # what the customer pays for it, tax included
    discounts: list[dict[str, Any]]
    components: list[dict[str, Any]]
    facts: dict[str, Any]
    unit_cost: Decimal | None = None  # company side only
    options: list[LineOption] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class HoldView:
    """What stops an order, or stopped it."""

    id: int
    kind: HoldKind
    reason: str
    placed_at: datetime
    released_at: datetime | None
    released_by: str


@dataclass(frozen=True, slots=True)
class TimelineView:
    """One thing that happened; `is_public` for what the buyer sees too."""

    id: int
    at: datetime
    kind: str
    data: dict[str, Any]
    actor: str
    is_public: bool


@dataclass(frozen=True, slots=True)
class FulfilmentView:
    """A parcel or pick-up; `lines` are (order line, quantity)."""

    id: UUID
    order_id: UUID
    number: str
    warehouse_id: int
    state: FulfilmentState
    carrier: str
    tracking_number: str
    tracking_url: str
    created_at: datetime
    shipped_at: datetime | None
    delivered_at: datetime | None
    lines: list[tuple[UUID, Decimal]]


@dataclass(frozen=True, slots=True)
class ChangeView:
    """An edit, return, exchange or claim; `difference_minor` positive: the customer owes more."""

    id: UUID
    order_id: UUID
    number: str
    kind: ChangeKind
    state: ChangeState
    base_version: int
    version: int
    operations: list[dict[str, Any]]
    receipts: list[dict[str, Any]]
    difference_minor: int
    currency: str
    reason: str
    photos: list[str]
    requested_by: str
    created_at: datetime
    settled_at: datetime | None
    approval_id: UUID | None = None  # of the second decision that it waits for


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """Money that goes back once a second person has agreed."""

    id: UUID
    order_id: UUID
    order_number: str
    change_id: UUID
    change_number: str
    kind: ChangeKind
    reason: str
    state: str
    amount_minor: int
    currency: str
    asked_by: str
    asked_at: datetime
    decided_by: str
    decided_at: datetime | None
    note: str
    is_own: bool = False  # asked for by whoever looks: they may not decide


@dataclass(frozen=True, slots=True)
class InvoiceView:
    """An invoice or credit note; amounts in minor units."""

    id: UUID
    order_id: UUID | None
    kind: str
    number: str
    currency: str
    total_minor: int
    tax_minor: int
    change_id: UUID | None
    issued_at: datetime
    business_on: date


@dataclass(frozen=True, slots=True)
class OrderSummary:
    """A row of a list of orders; amounts in minor units, as they are now."""

    id: UUID
    number: str
    channel_id: int
    state: OrderState
    origin: str
    customer_id: UUID | None
    email: str
    currency: str
    total_minor: int
    credited_minor: int
    paid_minor: int
    refunded_minor: int
    placed_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class OrderView:
    """One order, all of it. For customers: no internal notes, costs or hold reasons."""

    id: UUID
    number: str
    channel_id: int
    state: OrderState
    origin: str
    customer_id: UUID | None
    email: str
    phone: str
    language: str
    currency: str
    goods_minor: int
    discount_minor: int
    delivery_minor: int
    tax_minor: int
    tax_included: bool
    total_minor: int
    credited_minor: int
    paid_minor: int
    refunded_minor: int
    due_minor: int  # positive: to pay; negative: to give back
    is_promised: bool
    shipping_address: dict[str, Any] | None
    billing_address: dict[str, Any] | None
    delivery: dict[str, Any]
    pickup_warehouse_id: int | None
    invoice_data: dict[str, Any] | None
    gift_message: str
    customer_note: str
    external_id: str | None
    placed_at: datetime
    expires_at: datetime | None
    paid_at: datetime | None
    closed_at: datetime | None
    version: int
    can: list[str]  # what may be tried now: cancel, return, pay, edit, fulfil, hold, split
    lines: list[LineView]
    holds: list[HoldView]
    fulfilments: list[FulfilmentView]
    changes: list[ChangeView]
    invoices: list[InvoiceView]
    timeline: list[TimelineView]
    authorised_minor: int = 0  # set aside at the payer's, taken when goods leave
    assignee_id: int | None = None
    assignee: str = ""
    return_until: datetime | None = None  # until then customers may ask for a return on their own


@dataclass(frozen=True, slots=True)
class RelativeView:
    """An order that another was split from or merged with, or that shares a payment with it."""

    id: UUID
    number: str
    state: OrderState
    relation: str  # split_from, split_into, merged (into this one), merged_into (this one into it), or none but money
    paid_minor: int  # taken at its payments for this order; negative: at this order's payments for it
    set_aside_minor: int  # set aside at its payments for this order; negative: at this order's payments for it


@dataclass(frozen=True, slots=True)
class ChangePreview:
    """What confirming the change would do, to the cent."""

    change_id: UUID
    order_version: int
    currency: str
    difference_minor: int  # positive: the customer owes more
    total_minor: int  # of the order afterwards
    credited_minor: int
    refund_minor: int  # what would go back now
    due_minor: int  # what would be open to pay
    lines: list[dict[str, Any]]  # every line touched: before, after or given back


@dataclass(frozen=True, slots=True)
class ImportCount:
    """How much an import wrote, and how many records it knew already."""

    written: int
    lines: int
    known: int
