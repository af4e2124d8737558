"""The question and the answer of pricing. All amounts are minor units of one currency."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class QuoteLine:
    id: UUID
    variant_id: UUID
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class QuoteRequest:
    channel_id: int
    now: datetime
    lines: tuple[QuoteLine, ...]
    customer_id: UUID | None = None
    customer_key: str = ""  # what per-customer limits count by: customer id, or a guest's e-mail in lower case
    group_id: int | None = None
    company_id: UUID | None = None
    coupons: tuple[str, ...] = ()
    country: str = ""  # of the destination; empty: the channel's
    region: str = ""
    delivery_minor: int = 0
    delivery_tax_class: str = "standard"
    is_staff: bool = False


@dataclass(frozen=True, slots=True)
class AppliedDiscount:
    """What a promotion took off a line or the delivery (positive)."""

    promotion_id: UUID
    code: str
    label: dict[str, str]
    amount_minor: int
    coupon: str = ""


@dataclass(frozen=True, slots=True)
class PricedLine:
    """net of discounts = goods_minor - discount_minor; tax_minor is the tax on that, inside or on top (Quote.tax_included)."""

    id: UUID
    variant_id: UUID
    quantity: Decimal
    unit_minor: int  # before cart promotions, listing promotions included
    regular_unit_minor: int  # before listing promotions
    goods_minor: int
    discount_minor: int
    tax_rate: Decimal
    tax_minor: int
    discounts: tuple[AppliedDiscount, ...] = ()
    is_gift: bool = False  # added by a promotion


@dataclass(frozen=True, slots=True)
class Use:
    """A promotion with an effect on this quote: what placing the order will redeem."""

    promotion_id: UUID
    amount_minor: int
    coupon_id: int | None = None


@dataclass(frozen=True, slots=True)
class PriceProblem:
    """`code` is stable (no_price, coupon_unknown, coupon_expired, coupon_used_up, coupon_no_effect, ...); `text` an English msgid."""

    code: str
    text: str
    line_id: UUID | None = None
    coupon: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """total = goods - discount + delivery, plus tax when prices exclude it. discount covers lines and delivery."""

    currency: str
    tax_included: bool
    lines: tuple[PricedLine, ...]
    goods_minor: int
    discount_minor: int
    delivery_minor: int
    delivery_discount_minor: int  # part of discount_minor
    delivery_tax_minor: int
    tax_minor: int  # all tax, delivery included
    total_minor: int
    delivery_discounts: tuple[AppliedDiscount, ...] = ()
    uses: tuple[Use, ...] = ()
    problems: tuple[PriceProblem, ...] = field(default=())
