"""Bodies and answers of the administration API."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, get_type_hints
from uuid import UUID

from ninja import Schema
from pydantic import Field, create_model

from entrepot.kit.rest import Moment, Strict
from entrepot.pricing import contracts

Code = Field(min_length=1, max_length=50, pattern=r"^[a-zA-Z0-9_-]+$")
Small = Field(default=0, ge=-32_768, le=32_767)
Minor = Field(ge=0, le=10**15)
Quantity = Field(gt=0, le=10**11, decimal_places=3)
Texts = dict[str, str]


def _told(shape: type, name: str) -> type[Schema]:
    """The answer that says what a contract holds, field by field."""
    fields = {field: (kind, ...) for field, kind in get_type_hints(shape).items()}
    made: type[Schema] = create_model(name, __base__=Schema, **fields)  # type: ignore[call-overload]  # fields by name
    return made


PriceListOut = _told(contracts.PriceListInput, "PriceListOut")
PromotionOut = _told(contracts.PromotionInfo, "PromotionOut")
CouponOut = _told(contracts.CouponInfo, "CouponOut")


class PriceListBody(Strict):
    code: str = Code
    name: Texts
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    channel_id: int | None = Field(default=None, ge=1, le=32_767)
    group_id: int | None = Field(default=None, ge=1, le=2**31 - 1)
    company_id: UUID | None = None
    priority: int = Small
    from_at: Moment | None = None
    until_at: Moment | None = None
    is_active: bool = True


class PriceListPatch(Strict):
    name: Texts = {}
    channel_id: int | None = Field(default=None, ge=1, le=32_767)
    group_id: int | None = Field(default=None, ge=1, le=2**31 - 1)
    company_id: UUID | None = None
    priority: int = Small
    from_at: Moment | None = None
    until_at: Moment | None = None
    is_active: bool = True


class PriceBody(Strict):
    """`amount_minor` null takes the price away."""

    variant_id: UUID
    min_qty: Decimal = Field(default=Decimal(1), gt=0, le=10**11, decimal_places=3)
    amount_minor: int | None = Minor


class PricesBody(Strict):
    prices: list[PriceBody] = Field(min_length=1, max_length=20_000)


class PriceOut(Schema):
    variant_id: UUID
    min_qty: Decimal
    amount_minor: int


class Changed(Schema):
    changed: int


class _Promotion(Strict):
    conditions: dict[str, Any] = {}
    lane: int = Small
    priority: int = Small
    is_exclusive: bool = True
    needs_coupon: bool = False
    channel_ids: list[int] = Field(default=[], max_length=100)
    from_at: Moment | None = None
    until_at: Moment | None = None
    usage_limit: int | None = Field(default=None, ge=1, le=2**31 - 1)
    customer_limit: int | None = Field(default=None, ge=1, le=2**31 - 1)
    budget_minor: int | None = Field(default=None, ge=1, le=2**31 - 1)
    budget_currency: str = Field(default="", pattern=r"^([A-Z]{3})?$")


class PromotionBody(_Promotion):
    """`conditions` and `benefit` as in docs/algorithms/pricing.md."""

    code: str = Code
    name: Texts
    benefit: dict[str, Any]
    scope: Literal["cart", "catalogue"] = "cart"


class PromotionPatch(_Promotion):
    name: Texts = {}
    benefit: dict[str, Any] = {}


class Reason(Strict):
    reason: str = Field(default="", max_length=500)


class QuoteLineBody(Strict):
    variant_id: UUID
    quantity: Decimal = Quantity


class PreviewBody(Strict):
    """A cart to try a promotion on, as if it ran now."""

    channel: str
    lines: list[QuoteLineBody] = Field(min_length=1, max_length=200)
    coupons: list[str] = Field(default=[], max_length=10)
    group_id: int | None = None
    company_id: UUID | None = None
    customer_id: UUID | None = None
    country: str = Field(default="", pattern=r"^([A-Z]{2})?$")
    region: str = Field(default="", max_length=40)
    delivery_minor: int = Field(default=0, ge=0, le=10**12)


class QuoteLineOut(Schema):
    variant_id: UUID
    quantity: Decimal
    unit_minor: int
    regular_unit_minor: int
    goods_minor: int
    discount_minor: int
    tax_rate: Decimal
    tax_minor: int
    discounts: list[contracts.AppliedDiscount]
    is_gift: bool


class ProblemOut(Schema):
    code: str
    text: str
    coupon: str


class QuoteOut(Schema):
    currency: str
    tax_included: bool
    lines: list[QuoteLineOut]
    goods_minor: int
    discount_minor: int
    delivery_minor: int
    delivery_discount_minor: int
    delivery_tax_minor: int
    tax_minor: int
    total_minor: int
    delivery_discounts: list[contracts.AppliedDiscount]
    problems: list[ProblemOut]


class PreviewOut(Schema):
    """The cart as it costs now, and with the promotion."""

    before: QuoteOut
    after: QuoteOut


class ReplayLineBody(Strict):
    id: UUID
    variant_id: UUID
    quantity: Decimal = Quantity
    unit_minor: int = Minor
    discount_minor: int = Field(default=0, ge=0, le=10**15)
    tax_rate: Decimal = Field(default=Decimal(0), ge=0, lt=1)
    unit_cost: Decimal | None = Field(default=None, ge=0, le=10**12)
    regular_unit_minor: int | None = Field(default=None, ge=0, le=10**12)
    listing_promotion_id: UUID | None = None


class ReplayOrderBody(Strict):
    id: UUID
    channel_id: int
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    placed_at: Moment
    lines: list[ReplayLineBody] = Field(max_length=1000)
    tax_included: bool = True
    delivery_minor: int = Field(default=0, ge=0, le=10**12)
    customer_id: UUID | None = None
    customer_key: str = Field(default="", max_length=120)
    group_id: int | None = None
    company_id: UUID | None = None
    country: str = Field(default="", pattern=r"^([A-Z]{2})?$")


class SimulateBody(Strict):
    draft: PromotionBody
    orders: list[ReplayOrderBody] = Field(max_length=5000)


class WarningsBody(Strict):
    """Without variants: the newest ones of the shop, up to 500."""

    draft: PromotionBody
    variant_ids: list[UUID] = Field(default=[], max_length=500)


class DraftPreviewBody(Strict):
    draft: PromotionBody
    cart: PreviewBody


class CouponsBody(Strict):
    """Either `codes` or a `count` of random ones; `limit` null is without limit."""

    count: int = Field(default=0, ge=0, le=200_000)
    codes: list[str] = Field(default=[], max_length=10_000)
    limit: int | None = Field(default=1, ge=1, le=2**31 - 1)
    prefix: str = Field(default="", max_length=20)
    batch: str = Field(default="", max_length=40)
    staff_only: bool = False


class CouponsOut(Schema):
    created: int
    codes: list[str]


class DisableBody(Strict):
    codes: list[str] = Field(default=[], max_length=10_000)
    promotion: str = ""
    batch: str = ""


class BatchOut(Schema):
    batch: str
    coupons: int
    uses: int
    used: int
    active: int
    limit: int | None
    staff_only: bool


class UseOut(Schema):
    day: date
    currency: str
    orders: int
    uses: int
    amount_minor: int


class TaxRateBody(Strict):
    country: str = Field(pattern=r"^[A-Z]{2}$")
    tax_class: str = Field(default="standard", pattern=r"^[a-z0-9_-]{1,20}$")
    rate: Decimal = Field(ge=0, lt=1, decimal_places=4)
    from_on: date
    region: str = Field(default="", max_length=40)
    name: str = Field(default="", max_length=40)


class TaxRateOut(Schema):
    id: int
    country: str
    region: str
    tax_class: str
    rate: Decimal
    name: str
    from_on: date


class RefreshBody(Strict):
    """Without product ids: everything."""

    product_ids: list[UUID] | None = Field(default=None, max_length=10_000)


class ListingOut(Schema):
    variant_id: UUID
    amount_minor: int
    regular_minor: int
    lowest_prior_minor: int | None
    currency: str
    promotion_label: Texts | None


class HistoryOut(Schema):
    from_at: datetime
    amount_minor: int
