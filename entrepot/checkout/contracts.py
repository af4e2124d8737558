"""What goes into a checkout and what comes out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from entrepot.customers.contracts import BuyerInfo
from entrepot.orders.contracts import PlacedOrder
from entrepot.payments.contracts import MethodInfo, PaymentInfo


class DeliveryKind(StrEnum):
    """Sent, or fetched from a store."""

    SHIPPING = "shipping"
    PICKUP = "pickup"


@dataclass(frozen=True, slots=True)
class DeliveryMethodInfo:
    """A way of delivery. `zones` empty: everywhere; `rates`: the first that fits the weight and the value holds."""

    id: int
    code: str
    name: dict[str, str]
    kind: str
    channels: tuple[int, ...]
    zones: tuple[dict[str, Any], ...]
    rates: tuple[dict[str, Any], ...]
    currency: str
    tax_class: str
    cut_off: time | None
    days_min: int
    days_max: int
    working_days: tuple[int, ...]
    closed_on: tuple[date, ...]
    position: int
    is_active: bool


@dataclass(frozen=True, slots=True)
class DeliveryPromise:
    """What one piece's page says of a way of delivery; `closes_in` is how long the days hold for an order today."""

    method_id: int
    name: dict[str, str]
    amount_minor: int
    currency: str
    earliest_on: date
    latest_on: date
    closes_in: timedelta | None


@dataclass(frozen=True, slots=True)
class LineInput:
    """What is put into a cart."""

    variant_id: UUID
    quantity: Decimal
    note: str = ""


@dataclass(frozen=True, slots=True)
class CartLine:
    """A line of a cart as it is kept."""

    id: UUID
    variant_id: UUID
    quantity: Decimal
    note: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a cart. `code` is stable, `text` a msgid with `params`; a blocking one stops the order."""

    code: str
    text: str
    line_id: UUID | None = None
    params: dict[str, Any] = field(default_factory=dict)
    is_blocking: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """A store where goods can be collected. `level`: in_stock, few or none for the whole cart."""

    warehouse_id: int
    name: dict[str, str]
    address: dict[str, Any]
    level: str


@dataclass(frozen=True, slots=True)
class DeliveryOption:
    """A way to get the goods, its price in minor units and the days it comes between."""

    method_id: int
    code: str
    name: str
    kind: str
    amount_minor: int
    currency: str
    earliest_on: date
    latest_on: date
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class ChosenDelivery:
    """The delivery that was chosen, at the price it had then, in minor units."""

    method_id: int
    code: str
    name: str
    kind: str
    amount_minor: int
    pickup_warehouse_id: int | None
    split: bool
    earliest_on: date
    latest_on: date
    collected_by: str = ""  # who comes to the store


@dataclass(frozen=True, slots=True)
class Discount:
    """What a promotion takes off, in minor units; `coupon` names the code that was needed."""

    code: str
    label: str
    amount_minor: int
    coupon: str = ""


@dataclass(frozen=True, slots=True)
class ViewLine:
    """A line as buyers see it; prices in minor units, None when it cannot be bought."""

    id: UUID
    variant_id: UUID
    product_id: UUID | None
    sku: str
    slug: str
    name: str
    image: str
    options: dict[str, str]
    quantity: Decimal
    qty_step: Decimal
    unit: str
    unit_minor: int | None
    regular_unit_minor: int | None
    goods_minor: int
    discount_minor: int
    tax_rate: Decimal
    tax_minor: int
    discounts: tuple[Discount, ...]
    is_gift: bool
    note: str


@dataclass(frozen=True, slots=True)
class PaymentPart:
    """What gift cards, store credit and points will pay. `quantity` is points, for points."""

    kind: str
    reference: str
    amount_minor: int
    quantity: int = 0


@dataclass(frozen=True, slots=True)
class CheckoutView:
    """A cart, priced as it would be placed now. `due_minor` is what is left to pay after the parts."""

    id: UUID
    state: str
    version: int
    channel: str
    currency: str
    language: str
    customer_id: UUID | None
    email: str
    phone: str
    shipping_address: dict[str, Any] | None
    billing_address: dict[str, Any] | None
    needs_delivery: bool
    delivery: ChosenDelivery | None
    lines: tuple[ViewLine, ...]
    coupons: tuple[str, ...]
    gift_offers: tuple[Any, ...]
    goods_minor: int
    discount_minor: int
    delivery_minor: int
    delivery_discounts: tuple[Discount, ...]
    tax_minor: int
    tax_included: bool
    total_minor: int
    parts: tuple[PaymentPart, ...]
    due_minor: int
    invoice_data: dict[str, Any] | None
    gift_message: str
    note: str
    held_until: datetime | None
    problems: tuple[Problem, ...]
    free_delivery_from_minor: int | None  # the value of goods (after discounts) from which delivery can be free
    order_id: UUID | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Parcel:
    """What one place would send or hand out: (line, pieces)."""

    warehouse_id: int
    items: tuple[tuple[UUID, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Wallet:
    """What a member could pay with. `points_minor`: what the points are worth here; 0 when they are not taken."""

    points: int
    points_minor: int
    minor_per_100: int
    credit_minor: int


@dataclass(frozen=True, slots=True)
class Overview:
    """A cart with everything that its buyer can choose from: one page of a shop."""

    cart: CheckoutView
    delivery_options: tuple[DeliveryOption, ...]
    parcels: tuple[Parcel, ...]
    payment_methods: tuple[MethodInfo, ...]
    wallet: Wallet | None
    buyer: BuyerInfo | None  # a member


@dataclass(frozen=True, slots=True)
class Placement:
    """The placed order. `tracking_secret` is told once; `is_replay`: this order was placed by an earlier request."""

    order: PlacedOrder
    payments: tuple[PaymentInfo, ...]
    tracking_secret: str | None
    is_replay: bool = False


@dataclass(frozen=True, slots=True)
class BuyNow:
    """A whole purchase in one request."""

    channel: str
    lines: tuple[LineInput, ...]
    email: str
    payment_method: str
    phone: str = ""
    language: str = ""
    shipping_address: dict[str, Any] | None = None
    billing_address: dict[str, Any] | None = None
    delivery_method: str = ""
    pickup_warehouse_id: int | None = None
    split: bool = False
    collected_by: str = ""
    coupons: tuple[str, ...] = ()
    gifts: tuple[UUID, ...] = ()
    gift_card_codes: tuple[str, ...] = ()
    points: int = 0
    credit_minor: int = 0
    invoice_data: dict[str, Any] | None = None
    gift_message: str = ""
    note: str = ""
    expected_total_minor: int | None = None
    expected_due_minor: int | None = None
    return_url: str = ""


@dataclass(frozen=True, slots=True)
class OpenCart:
    """A row of the office's list of open carts."""

    id: UUID
    channel_id: int
    customer_id: UUID | None
    email: str
    lines: int
    pieces: Decimal
    updated_at: datetime
