"""The question and the answer of pricing. All amounts are minor units of one currency."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """What is to be priced; the id is the asker's own and comes back in the quote."""

    id: UUID
    variant_id: UUID
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class QuoteRequest:
    """Who buys what, where and when; `now` is aware, `delivery_minor` is in the channel's currency."""

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
    gifts: frozenset[UUID] = frozenset()  # variants the buyer chose among the gifts on offer
    unavailable: frozenset[UUID] = frozenset()  # gift variants that cannot be delivered now: never given


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
    """net of discounts = goods_minor - discount_minor; tax_minor the tax on that, in or on top (see Quote)."""

    id: UUID
    variant_id: UUID
    quantity: Decimal
    unit_minor: int  # before cart promotions, listing promotions included
    regular_unit_minor: int  # before listing promotions that are not limited (those count as discounts)
    goods_minor: int
    discount_minor: int
    tax_rate: Decimal
    tax_minor: int
    discounts: tuple[AppliedDiscount, ...] = ()
    is_gift: bool = False  # added by a promotion, at no price; its id is derived from promotion, variant and cart
    listing_promotion_id: UUID | None = None  # the catalogue promotion inside unit_minor, if any


@dataclass(frozen=True, slots=True)
class Use:
    """A promotion with an effect on this quote: what placing the order will redeem.

    `uses` is 1, except for a flash price with quota, where every piece at that price is a use.
    """

    promotion_id: UUID
    amount_minor: int
    coupon_id: int | None = None
    uses: int = 1


@dataclass(frozen=True, slots=True)
class PriceProblem:
    """`text` is an English msgid; `code` is stable: no_price, coupon_unknown, coupon_disabled, coupon_expired,
    coupon_used_up, coupon_staff_only, coupon_no_effect, coupon_too_many. Coupon problems never stand in an order's way.
    """

    code: str
    text: str
    line_id: UUID | None = None
    coupon: str = ""


@dataclass(frozen=True, slots=True)
class GiftOffer:
    """A gift that this cart has earned: `chosen` is in the lines, any of `variant_ids` may be asked for instead."""

    promotion_id: UUID
    code: str
    label: dict[str, str]
    variant_ids: tuple[UUID, ...]
    chosen: UUID
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Quote:
    """Lines without a price are left out and named in `problems`.

    total = goods - discount + delivery, plus tax when prices exclude it. discount covers lines and delivery.
    """

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
    gift_offers: tuple[GiftOffer, ...] = ()


@dataclass(frozen=True, slots=True)
class ListingPriceInfo:
    """What one piece costs anyone. `lowest_prior_minor` is the lowest price of the 30 days before the reduction."""

    amount_minor: int
    regular_minor: int
    lowest_prior_minor: int | None
    currency: str
    promotion_label: dict[str, str] | None


@dataclass(frozen=True, slots=True)
class Tier:
    """The price of one piece, in minor units, from `min_qty` pieces on."""

    min_qty: Decimal
    amount_minor: int


@dataclass(frozen=True, slots=True)
class PriceListInput:
    """Empty conditions match everyone; the highest priority that has a price wins."""

    code: str
    name: dict[str, str]
    currency: str
    channel_id: int | None = None
    group_id: int | None = None
    company_id: UUID | None = None
    priority: int = 0
    from_at: datetime | None = None
    until_at: datetime | None = None
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class PromotionInput:
    """`conditions` and `benefit` are JSON as read by `rules.promotions`; docs/algorithms/pricing.md lists them."""

    code: str
    name: dict[str, str]
    benefit: Mapping[str, Any]
    conditions: Mapping[str, Any] = field(default_factory=dict)
    scope: str = "cart"  # or "catalogue": in the listing price
    lane: int = 0
    priority: int = 0
    is_exclusive: bool = True
    needs_coupon: bool = False
    channel_ids: tuple[int, ...] = ()  # none: all
    from_at: datetime | None = None
    until_at: datetime | None = None
    usage_limit: int | None = None
    customer_limit: int | None = None
    budget_minor: int | None = None
    budget_currency: str = ""


@dataclass(frozen=True, slots=True)
class PromotionInfo:
    """A promotion as stored, with what it has given so far."""

    id: UUID
    code: str
    name: dict[str, str]
    scope: str
    conditions: dict[str, Any]
    benefit: dict[str, Any]
    lane: int
    priority: int
    is_exclusive: bool
    needs_coupon: bool
    channel_ids: list[int]
    from_at: datetime | None
    until_at: datetime | None
    status: str
    usage_limit: int | None
    customer_limit: int | None
    budget_minor: int | None
    budget_currency: str
    used_count: int
    used_minor: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class CouponInfo:
    """A code and how often it was used; `limit` None has no end."""

    id: int
    code: str
    promotion_code: str
    batch: str
    limit: int | None
    used_count: int
    staff_only: bool
    is_active: bool


@dataclass(frozen=True, slots=True)
class ReplayLine:
    """A line of a past order. `discount_minor`: what promotions of the cart already took off; `regular_unit_minor`:
    the unit price before `listing_promotion_id` and others of the catalogue, when it was reduced; `unit_cost` is in
    major units."""

    id: UUID
    variant_id: UUID
    quantity: Decimal
    unit_minor: int
    discount_minor: int = 0
    tax_rate: Decimal = Decimal(0)
    unit_cost: Decimal | None = None
    regular_unit_minor: int | None = None
    listing_promotion_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ReplayOrder:
    """A past order as the simulator replays it."""

    id: UUID
    channel_id: int
    currency: str
    placed_at: datetime
    lines: tuple[ReplayLine, ...]
    tax_included: bool = True
    delivery_minor: int = 0
    customer_id: UUID | None = None
    customer_key: str = ""
    group_id: int | None = None
    company_id: UUID | None = None
    country: str = ""
    coupons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Surprise:
    """What the planner did not expect of an order: kind is margin_below_zero, stacking or free_order."""

    order_id: UUID
    kind: str
    amount_minor: int  # margin after, discount of the others, or goods given away


@dataclass(frozen=True, slots=True)
class CurrencyEffect:
    """Sums over the replayed orders of one currency. Margins are net of tax, over lines whose cost is known."""

    currency: str
    orders: int
    orders_touched: int
    goods_minor: int
    discount_minor: int  # given by the draft
    margin_before_minor: int
    margin_after_minor: int
    gifts: int


@dataclass(frozen=True, slots=True)
class GoodsEffect:
    """What the draft gives away on a product, and what is left on it."""

    product_id: UUID
    currency: str
    pieces: Decimal
    discount_minor: int
    margin_before_minor: int
    margin_after_minor: int


@dataclass(frozen=True, slots=True)
class CustomerEffect:
    """What a customer would have saved; the key names a customer's id or stands for a guest."""

    customer_key: str
    customer_id: UUID | None
    currency: str
    orders: int
    discount_minor: int


@dataclass(frozen=True, slots=True)
class SimulationResult:
    """What a draft would have done to past orders; `surprise_counts` counts all by kind."""

    orders: int
    orders_touched: int
    uses: int
    effects: tuple[CurrencyEffect, ...]
    surprise_counts: dict[str, int]
    surprises: tuple[Surprise, ...]  # the worst of each kind first, at most 100
    lines_without_cost: int
    goods: tuple[GoodsEffect, ...] = ()  # those that cost most margin first, at most 20
    customers: tuple[CustomerEffect, ...] = ()  # those that save most first, at most 20


@dataclass(frozen=True, slots=True)
class PromotionWarning:
    """What to look at before a promotion starts. `kind`: together (adds to `promotion`), either (only the better of
    the two holds), negative_margin, free, new_lowest, not_lower, no_goods. `goods` counts the variants, of those
    looked at.
    """

    kind: str
    goods: int
    examples: tuple[UUID, ...] = ()
    promotion: str = ""
    name: dict[str, str] = field(default_factory=dict)
