"""Lists and records of the administration, and the listing prices of the shop."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from entrepot.catalog import public as catalog
from entrepot.kit import clock, db
from entrepot.kit.errors import NotFound
from entrepot.pricing.contracts import CouponInfo, ListingPriceInfo, PriceListInput, PromotionInfo, Tier
from entrepot.pricing.models import PriceList, Promotion
from entrepot.pricing.rules.prices import PRIOR_WINDOW

_LISTING = """
SELECT l.variant_id, l.amount_minor, l.regular_minor, l.lowest_prior_minor, l.currency, p.name
FROM pricing_listingprice l LEFT JOIN pricing_promotion p ON p.id = l.promotion_id
WHERE l.channel_id = %s AND l.variant_id = ANY(%s)
"""


def listing_prices(channel_id: int, variant_ids: Iterable[UUID]) -> dict[UUID, ListingPriceInfo]:
    """What one piece of each variant costs anyone in the channel (one statement); without a price it is absent."""
    return {r.variant_id: ListingPriceInfo(*r[1:]) for r in db.rows(_LISTING, [channel_id, list(variant_ids)])}


_TIERS = """
SELECT p.min_qty, p.amount_minor FROM pricing_price p
WHERE p.variant_id = %(variant)s AND p.price_list_id = (
    SELECT l.id FROM pricing_price q JOIN pricing_pricelist l ON l.id = q.price_list_id
    LEFT JOIN customers_terms(%(customer)s::uuid) t ON true
    WHERE q.variant_id = %(variant)s AND l.is_active AND l.currency = %(currency)s
      AND (l.channel_id IS NULL OR l.channel_id = %(channel)s)
      AND (l.group_id IS NULL OR l.group_id = t.group_id) AND (l.company_id IS NULL OR l.company_id = t.company_id)
      AND (l.from_at IS NULL OR l.from_at <= %(now)s) AND (l.until_at IS NULL OR l.until_at > %(now)s)
      AND q.min_qty <= 1
    ORDER BY l.priority DESC, (l.company_id IS NOT NULL)::int * 4 + (l.group_id IS NOT NULL)::int * 2
             + (l.channel_id IS NOT NULL)::int DESC, l.id LIMIT 1)
ORDER BY p.min_qty
"""


def tiers(channel_id: int, variant_id: UUID, *, customer_id: UUID | None = None) -> list[Tier]:
    """The quantity steps of the price list that holds for this buyer, before promotions (one statement)."""
    channel = catalog.channel(channel_id)
    return [Tier(r.min_qty, r.amount_minor) for r in db.rows(_TIERS, {
        "variant": variant_id, "currency": channel.currency, "channel": channel.id,
        "customer": customer_id, "now": clock.now()})]


def price_list_info(row: PriceList) -> PriceListInput:
    return PriceListInput(row.code, row.name, row.currency, row.channel_id, row.group_id, row.company_id, row.priority,
                          row.from_at, row.until_at, row.is_active)


def get_price_list(code: str) -> PriceListInput:
    """Raises NotFound."""
    row = PriceList.objects.filter(code=code).first()
    if row is None:
        raise NotFound("price list")
    return price_list_info(row)


def list_price_lists(after: str, limit: int) -> list[PriceListInput]:
    """Price lists by code, those after the code `after`."""
    return [price_list_info(r) for r in PriceList.objects.filter(code__gt=after).order_by("code")[:limit]]


class PriceOfList(NamedTuple):
    variant_id: UUID
    min_qty: Decimal
    amount_minor: int


def list_prices(list_code: str, after: Sequence[Any] | None, limit: int) -> list[PriceOfList]:
    """The prices of a list by variant and quantity, after a (variant, quantity) pair."""
    get_price_list(list_code)
    variant, qty = after or (UUID(int=0), Decimal(0))
    return [PriceOfList(*r) for r in db.rows(
        "SELECT p.variant_id, p.min_qty, p.amount_minor FROM pricing_price p JOIN pricing_pricelist l"
        " ON l.id = p.price_list_id WHERE l.code = %s AND (p.variant_id, p.min_qty) > (%s::uuid, %s::numeric)"
        " ORDER BY p.variant_id, p.min_qty LIMIT %s", [list_code, variant, qty, limit])]


class PriceOfVariant(NamedTuple):
    list_code: str
    variant_id: UUID
    min_qty: Decimal
    amount_minor: int


def prices_of(variant_ids: Iterable[UUID]) -> list[PriceOfVariant]:
    """The prices of these variants in every list, tiers too (one statement)."""
    return [PriceOfVariant(*r) for r in db.rows(
        "SELECT l.code, p.variant_id, p.min_qty, p.amount_minor FROM pricing_price p JOIN pricing_pricelist l"
        " ON l.id = p.price_list_id WHERE p.variant_id = ANY(%s) ORDER BY l.code, p.variant_id, p.min_qty",
        [list(variant_ids)])]


def promotion_info(row: Promotion) -> PromotionInfo:
    return PromotionInfo(
        row.id, row.code, row.name, row.scope, row.conditions, row.benefit, row.lane, row.priority, row.is_exclusive,
        row.needs_coupon, list(row.channels), row.from_at, row.until_at, row.status, row.usage_limit,
        row.customer_limit, row.budget_minor, row.budget_currency, row.used_count, row.used_minor, row.updated_at)


def get_promotion(code: str) -> PromotionInfo:
    """With uses to the moment, also where they are not counted with every order."""
    row = Promotion.objects.filter(code=code).first()
    if row is None:
        raise NotFound("promotion")
    if row.usage_limit is None and row.budget_minor is None:
        row.used_count, row.used_minor = db.row(
            "SELECT coalesce(sum(uses), 0)::int AS uses, coalesce(sum(amount_minor), 0)::bigint AS amount"
            " FROM pricing_redemption WHERE promotion_id = %s", [row.id])
    return promotion_info(row)


def list_promotions(after: str, limit: int, *, status: str = "", scope: str = "") -> list[PromotionInfo]:
    """Promotions by code in any status, those after the code `after`."""
    found = Promotion.objects.filter(code__gt=after).order_by("code")
    if status:
        found = found.filter(status=status)
    if scope:
        found = found.filter(scope=scope)
    return [promotion_info(r) for r in found[:limit]]


_COUPONS = """
SELECT c.id, c.code, p.code AS promotion_code, c.batch, c."limit", c.used_count, c.staff_only, c.is_active
FROM pricing_coupon c JOIN pricing_promotion p ON p.id = c.promotion_id
WHERE c.id > %(after)s AND (%(promotion)s = '' OR p.code = %(promotion)s) AND (%(batch)s = '' OR c.batch = %(batch)s)
  AND (%(code)s = '' OR upper(c.code) = upper(%(code)s))
ORDER BY c.id LIMIT %(limit)s
"""


def list_coupons(after: int, limit: int, *, promotion: str = "", batch: str = "", code: str = "") -> list[CouponInfo]:
    """Coupons by id, those after the id `after`."""
    return [CouponInfo(*r) for r in db.rows(_COUPONS, {"after": after, "limit": limit, "promotion": promotion,
                                                       "batch": batch, "code": code})]


def iter_coupons(promotion: str, batch: str = "") -> Iterator[CouponInfo]:
    """All coupons of a promotion, read in slices (export)."""
    after = 0
    while page := list_coupons(after, 5000, promotion=promotion, batch=batch):
        yield from page
        after = page[-1].id


class DayOfUse(NamedTuple):
    day: date
    currency: str
    orders: int
    uses: int
    amount_minor: int


def promotion_use(code: str) -> list[DayOfUse]:
    """What a promotion gave by day and currency, less what was taken back, the newest day first."""
    return [DayOfUse(*r) for r in db.rows(
        "SELECT r.at::date AS day, r.currency, count(DISTINCT r.order_id) AS orders, sum(r.uses)::int AS uses,"
        " sum(r.amount_minor)::bigint AS amount"
        " FROM pricing_redemption r JOIN pricing_promotion p ON p.id = r.promotion_id WHERE p.code = %s"
        " GROUP BY 1, 2 ORDER BY 1 DESC, 2 LIMIT 400", [code])]


def prices_reduced(promotion_ids: Iterable[UUID]) -> dict[UUID, int]:
    """How many prices of shelves each promotion of the catalogue makes lower now; one that lowers none is absent."""
    return {r.promotion_id: r.n for r in db.rows(
        "SELECT promotion_id, count(*) AS n FROM pricing_listingprice WHERE promotion_id = ANY(%s) GROUP BY 1",
        [list(promotion_ids)])}


class CouponBatch(NamedTuple):
    batch: str
    coupons: int
    uses: int
    used: int  # coupons that were used at least once
    active: int
    limit: int | None
    staff_only: bool


def coupon_batches(promotion: str) -> list[CouponBatch]:
    """The coupons of a promotion by batch, with how far they are used."""
    return [CouponBatch(*r) for r in db.rows(
        'SELECT c.batch, count(*) AS coupons, sum(c.used_count)::int AS uses,'
        ' count(*) FILTER (WHERE c.used_count > 0) AS used, count(*) FILTER (WHERE c.is_active) AS active,'
        ' max(c."limit") AS most, bool_or(c.staff_only) AS staff'
        " FROM pricing_coupon c JOIN pricing_promotion p ON p.id = c.promotion_id WHERE p.code = %s"
        " GROUP BY c.batch ORDER BY min(c.id) DESC", [promotion])]


class TaxRateRow(NamedTuple):
    id: int
    country: str
    region: str
    tax_class: str
    rate: Decimal
    name: str
    from_on: date


def list_tax_rates(after: int, limit: int, *, country: str = "") -> list[TaxRateRow]:
    """Tax rates by id, those after the id `after`; 0.2 is 20 %."""
    return [TaxRateRow(*r) for r in db.rows(
        "SELECT id, country, region, tax_class, rate, name, from_on FROM pricing_taxrate"
        " WHERE id > %s AND (%s = '' OR country = %s) ORDER BY id LIMIT %s", [after, country, country, limit])]


class PricePoint(NamedTuple):
    from_at: Any
    amount_minor: int


def price_history(channel_id: int, variant_id: UUID, limit: int = 100) -> list[PricePoint]:
    """The listing price over time, newest first."""
    return [PricePoint(*r) for r in db.rows(
        "SELECT from_at, amount_minor FROM pricing_pricehistory WHERE variant_id = %s AND channel_id = %s"
        " ORDER BY from_at DESC, id DESC LIMIT %s", [variant_id, channel_id, limit])]


_LOWEST = """
SELECT h.variant_id, min(h.amount_minor) AS amount FROM pricing_pricehistory h
WHERE h.channel_id = %(channel)s AND h.variant_id = ANY(%(variants)s) AND h.from_at >= coalesce(
    (SELECT max(b.from_at) FROM pricing_pricehistory b
     WHERE b.variant_id = h.variant_id AND b.channel_id = h.channel_id AND b.from_at <= %(opens)s), '-infinity')
GROUP BY h.variant_id
"""


def lowest_recent(channel_id: int, variant_ids: Iterable[UUID]) -> dict[UUID, int]:
    """The lowest price in force during the last 30 days (one statement)."""
    return {r.variant_id: r.amount for r in db.rows(_LOWEST, {
        "channel": channel_id, "variants": list(variant_ids), "opens": clock.now() - PRIOR_WINDOW})}
