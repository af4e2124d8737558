"""Shapes and states that orders show to others."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from entrepot.kit.errors import N_


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


class Trigger(StrEnum):
    """What moves an order from state to state."""

    PAY = "pay"  # paid in full, or promised
    HOLD = "hold"
    RELEASE = "release"
    OWE = "owe"  # a change left something to pay
    SHIP = "ship"  # goods left, or the plan of what leaves changed
    DELIVER = "deliver"
    EXTEND = "extend"  # an exchange or claim added something to ship
    CANCEL = "cancel"
    EXPIRE = "expire"


class Condition(StrEnum):
    """How returned goods arrived."""

    GOOD = "good"
    DAMAGED = "damaged"
    LOST = "lost"  # accepted as returned, nothing to put back


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
class LineView:
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


@dataclass(frozen=True, slots=True)
class HoldView:
    id: int
    kind: HoldKind
    reason: str
    placed_at: datetime
    released_at: datetime | None
    released_by: str


@dataclass(frozen=True, slots=True)
class TimelineView:
    id: int
    at: datetime
    kind: str
    data: dict[str, Any]
    actor: str
    is_public: bool


@dataclass(frozen=True, slots=True)
class FulfilmentView:
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
class OrderFilter:
    states: tuple[OrderState, ...] = ()
    placed_from: datetime | None = None
    placed_until: datetime | None = None
    customer_id: UUID | None = None
    channel_id: int | None = None
    number: str = ""
    email: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class DayFigures:
    """Orders of one business date in one currency; the total is what they come to, tax included, less credits."""

    day: date
    currency: str
    orders: int
    total_minor: int


@dataclass(frozen=True, slots=True)
class ImportCount:
    """How much an import wrote, and how many records it knew already."""

    written: int
    lines: int
    known: int


# What people read for each code (English msgids).
TEXT_OF: dict[str, str] = {
    "pending": N_("pending"), "on_hold": N_("on hold"), "processing": N_("in work"),
    "partly_shipped": N_("partly shipped"), "shipped": N_("shipped"), "completed": N_("completed"),
    "cancelled": N_("cancelled"), "expired": N_("expired"), "ready": N_("ready to collect"),
    "delivered": N_("delivered"), "approval": N_("approval"), "fraud": N_("suspected fraud"),
    "manual": N_("stopped by hand"), "stock": N_("out of stock"), "edit": N_("edit"), "return": N_("return"),
    "exchange": N_("exchange"), "claim": N_("claim"), "draft": N_("draft"), "requested": N_("requested"),
    "approved": N_("approved"), "confirmed": N_("in effect"), "declined": N_("declined"),
    "pay": N_("paying"), "hold": N_("holding"), "release": N_("releasing"), "owe": N_("changing"),
    "ship": N_("shipping"), "deliver": N_("delivery"), "extend": N_("sending more"), "cancel": N_("cancelling"),
    "expire": N_("expiry"), "request": N_("requesting"), "approve": N_("approving"), "receive": N_("receiving"),
    "confirm": N_("confirming"), "decline": N_("declining"), "add": N_("adding"), "remove": N_("removing"),
}
