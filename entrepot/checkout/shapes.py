"""Bodies and answers of the API."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Schema

from entrepot.kit.rest import Strict, WallTime


class LineIn(Strict):
    variant_id: UUID
    quantity: Decimal = Field(gt=0, le=100_000, decimal_places=3)
    note: str = Field("", max_length=200)


class LinePatch(Strict):
    quantity: Decimal = Field(ge=0, le=100_000, decimal_places=3, description="Zero takes the line out.")
    note: str | None = Field(None, max_length=200)


class LinesIn(Strict):
    lines: list[LineIn] = Field(max_length=200)


class CartIn(Strict):
    channel: str = Field("", max_length=50)
    language: str = Field("", max_length=10)
    customer_id: UUID | None = Field(None, description="For staff: whose cart it will be.")
    lines: list[LineIn] = Field([], max_length=200)


class AddressIn(Strict):
    """China: region 省, city 市, district 区县."""

    name: str = Field(max_length=120)
    line1: str = Field(max_length=200)
    city: str = Field("", max_length=80)
    country: str = Field(min_length=2, max_length=2)
    line2: str = Field("", max_length=200)
    district: str = Field("", max_length=80)
    region: str = Field("", max_length=80)
    postcode: str = Field("", max_length=12)
    phone: str = Field("", max_length=40)
    company: str = Field("", max_length=120)


class InvoiceIn(Strict):
    """`standard`: name, tax_number, reference. `fapiao`: type, title_type, title, taxpayer_number and the rest."""

    kind: Literal["standard", "fapiao"] = "standard"
    name: str = Field("", max_length=200)
    tax_number: str = Field("", max_length=40)
    reference: str = Field("", max_length=80)
    type: Literal["", "normal", "special"] = ""
    title_type: Literal["", "personal", "company"] = ""
    title: str = Field("", max_length=200)
    taxpayer_number: str = Field("", max_length=20)
    email: str = Field("", max_length=254)
    phone: str = Field("", max_length=40)
    registered_address: str = Field("", max_length=200)
    bank_name: str = Field("", max_length=120)
    bank_account: str = Field("", max_length=40)


class CartPatch(Strict):
    """Whatever is named is set; null clears an address or the invoice data."""

    email: str = Field("", max_length=254)
    phone: str = Field("", max_length=40)
    language: str = Field("", max_length=10)
    shipping_address: AddressIn | None = None
    billing_address: AddressIn | None = None
    invoice_data: InvoiceIn | None = None
    gift_message: str = Field("", max_length=1000)
    note: str = Field("", max_length=2000)
    gifts: list[UUID] = Field([], max_length=20)


class ContactIn(Strict):
    email: str = Field(max_length=254)
    phone: str = Field("", max_length=40)


class AddressesIn(Strict):
    shipping: AddressIn | None = None
    billing: AddressIn | None = None


class DeliveryIn(Strict):
    method: str = Field(max_length=50, description="Code of the delivery method.")
    pickup_warehouse_id: int | None = Field(None, ge=1, le=32767)
    split: bool = False
    collected_by: str = Field("", max_length=120, description="Who comes to the store, for a pick-up.")


class CouponIn(Strict):
    code: str = Field(min_length=1, max_length=40)


class PartsIn(Strict):
    gift_card_codes: list[str] = Field([], max_length=5)
    points: int = Field(0, ge=0, le=10**12)
    credit_minor: int = Field(0, ge=0, le=10**12)


class PlaceIn(Strict):
    payment_method: str = Field("", max_length=20, description="Not needed where nothing is left to pay.")
    expected_total_minor: int | None = Field(None, ge=0, le=10**15, description="The total that the buyer saw.")
    expected_due_minor: int | None = Field(
        None, ge=0, le=10**15, description="What the buyer saw as left to pay after gift cards, points and credit.")
    return_url: str = Field("", max_length=500)


class PayIn(Strict):
    payment_method: str = Field("", max_length=20)
    return_url: str = Field("", max_length=500)


class BuyIn(PlaceIn):
    channel: str = Field("", max_length=50)
    language: str = Field("", max_length=10)
    lines: list[LineIn] = Field(min_length=1, max_length=200)
    email: str = Field(max_length=254)
    phone: str = Field("", max_length=40)
    shipping_address: AddressIn | None = None
    billing_address: AddressIn | None = None
    delivery: DeliveryIn | None = None
    coupons: list[str] = Field([], max_length=10)
    gifts: list[UUID] = Field([], max_length=20)
    gift_card_codes: list[str] = Field([], max_length=5)
    points: int = Field(0, ge=0, le=10**12)
    credit_minor: int = Field(0, ge=0, le=10**12)
    invoice_data: InvoiceIn | None = None
    gift_message: str = Field("", max_length=1000)
    note: str = Field("", max_length=2000)


class ProblemOut(Schema):
    code: str
    text: str
    line_id: UUID | None
    params: dict[str, Any]
    is_blocking: bool


class DiscountOut(Schema):
    code: str
    label: str
    amount_minor: int
    coupon: str


class LineOut(Schema):
    id: UUID
    variant_id: UUID
    product_id: UUID | None
    sku: str
    slug: str
    name: str
    image: str
    options: dict[str, Any]
    quantity: Decimal
    qty_step: Decimal
    unit: str
    unit_minor: int | None
    regular_unit_minor: int | None
    goods_minor: int
    discount_minor: int
    tax_rate: Decimal
    tax_minor: int
    discounts: list[DiscountOut]
    is_gift: bool
    note: str


class ChosenOut(Schema):
    method_id: int
    code: str
    name: str
    kind: str
    amount_minor: int
    pickup_warehouse_id: int | None
    split: bool
    earliest_on: date
    latest_on: date
    collected_by: str


class PartOut(Schema):
    kind: str
    reference: str
    amount_minor: int
    quantity: int


class GiftOfferOut(Schema):
    promotion_id: UUID
    code: str
    label: dict[str, str]
    variant_ids: list[UUID]
    chosen: UUID
    quantity: Decimal


class CartOut(Schema):
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
    delivery: ChosenOut | None
    lines: list[LineOut]
    coupons: list[str]
    gift_offers: list[GiftOfferOut]
    goods_minor: int
    discount_minor: int
    delivery_minor: int
    delivery_discounts: list[DiscountOut]
    tax_minor: int
    tax_included: bool
    total_minor: int
    parts: list[PartOut]
    due_minor: int
    invoice_data: dict[str, Any] | None
    gift_message: str
    note: str
    held_until: datetime | None
    problems: list[ProblemOut]
    free_delivery_from_minor: int | None
    order_id: UUID | None
    updated_at: datetime
    secret: str | None = None


class PlaceOut(Schema):
    warehouse_id: int
    name: dict[str, str]
    address: dict[str, Any]
    level: str


class OptionOut(Schema):
    method_id: int
    code: str
    name: str
    kind: str
    amount_minor: int
    currency: str
    earliest_on: date
    latest_on: date
    places: list[PlaceOut]


class OrderOut(Schema):
    id: UUID
    number: str
    state: str
    total_minor: int
    currency: str


class PaymentOut(Schema):
    id: UUID
    provider: str
    method: str
    state: str
    currency: str
    amount_minor: int
    authorised_minor: int
    captured_minor: int
    action: dict[str, Any] | None


class PlacementOut(Schema):
    order: OrderOut
    payments: list[PaymentOut]
    tracking_secret: str | None
    is_replay: bool


class ZoneIn(Strict):
    country: str = Field("", max_length=2)
    region: str = Field("", max_length=80)
    postcode_prefix: str = Field("", max_length=12)
    excluded: bool = False


class RateIn(Strict):
    up_to_g: int | None = Field(None, ge=1, le=10**9)
    from_minor: int | None = Field(None, ge=0, le=10**15)
    amount_minor: int = Field(ge=0, le=10**12)


class MethodIn(Strict):
    code: str = Field(max_length=50, pattern=r"^[-a-zA-Z0-9_]+$")
    name: dict[str, str]
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    rates: list[RateIn] = Field(min_length=1, max_length=100)
    kind: Literal["shipping", "pickup"] = "shipping"
    channels: list[str] = Field([], max_length=100)
    zones: list[ZoneIn] = Field([], max_length=1000)
    tax_class: str = Field("standard", max_length=20)
    cut_off: WallTime | None = None
    days_min: int = Field(1, ge=0, le=365)
    days_max: int = Field(3, ge=0, le=365)
    working_days: list[int] = Field([1, 2, 3, 4, 5], min_length=1, max_length=7)
    closed_on: list[date] = Field([], max_length=400)
    position: int = Field(0, ge=0, le=10**6)
    is_active: bool = True


class MethodPatch(Strict):
    name: dict[str, str] | None = None
    currency: str | None = Field(None, pattern=r"^[A-Z]{3}$")
    rates: list[RateIn] | None = Field(None, min_length=1, max_length=100)
    kind: Literal["shipping", "pickup"] | None = None
    channels: list[str] | None = Field(None, max_length=100)
    zones: list[ZoneIn] | None = Field(None, max_length=1000)
    tax_class: str | None = Field(None, max_length=20)
    cut_off: WallTime | None = None
    days_min: int | None = Field(None, ge=0, le=365)
    days_max: int | None = Field(None, ge=0, le=365)
    working_days: list[int] | None = Field(None, min_length=1, max_length=7)
    closed_on: list[date] | None = Field(None, max_length=400)
    position: int | None = Field(None, ge=0, le=10**6)
    is_active: bool | None = None


class MethodOut(Schema):
    id: int
    code: str
    name: dict[str, str]
    kind: str
    channels: list[int]
    zones: list[dict[str, Any]]
    rates: list[dict[str, Any]]
    currency: str
    tax_class: str
    cut_off: WallTime | None
    days_min: int
    days_max: int
    working_days: list[int]
    closed_on: list[date]
    position: int
    is_active: bool


class PointsRateIn(Strict):
    minor_per_100: int = Field(ge=0, le=10**9, description="Zero: points are not taken in this channel.")


class PointsRateOut(Schema):
    channel: str
    minor_per_100: int


class OpenCartOut(Schema):
    id: UUID
    channel_id: int
    customer_id: UUID | None
    email: str
    lines: int
    pieces: Decimal
    updated_at: datetime


class OpenCartPage(Schema):
    items: list[OpenCartOut]
    next: str | None
