"""The quote: one statement reads all that belongs to the cart; the rules of the shop are kept in the process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
import structlog

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import ChannelInfo, VariantFacts
from entrepot.kit import clock, db
from entrepot.kit.errors import InvalidInput
from entrepot.pricing.contracts import Quote, QuoteRequest
from entrepot.pricing.keys import kept_key
from entrepot.pricing.rules.prices import PriceRow, rank
from entrepot.pricing.rules.promotions import Promotion, read_promotion
from entrepot.pricing.rules.quoting import CouponRow, Found, Rulebook, Setting, normal_code, price_cart
from entrepot.pricing.rules.simulation import gift_variants as gifts_of
from entrepot.pricing.rules.tax import TaxTable, tax_of

log = structlog.get_logger(__name__)

PRICES_WIDTH = 5
_USES = ("SELECT json_agg(json_build_array(u.promotion_id, u.used_count))::text FROM pricing_customeruse u"
         " WHERE u.customer_key = {}")


def prices_statement(variants: str, *, channel: str, currency: str, group: str, company: str, customer: str,
                     coupons: str) -> str:
    """What the price of a cart depends on, for those who join it to their own statement: given SQL for its goods
    (uuid[]), its channel and that one's currency, the buyer's group and company, the key that uses are counted by, and
    the codes in capitals (text[]).

    One row of `PRICES_WIDTH` columns for `snapshot_of`, `%(now)s` the moment. All as of one snapshot: the stamp says
    whether the rules in memory are those of this very moment.
    """
    return f"""
SELECT (SELECT stamp::text FROM pricing_rulestate WHERE key = 'rules') AS stamp,
  (SELECT json_agg(json_build_array(v.n, l.priority,
                     (l.company_id IS NOT NULL)::int * 4 + (l.group_id IS NOT NULL)::int * 2
                     + (l.channel_id IS NOT NULL)::int, l.id, p.min_qty::text, p.amount_minor))::text
   FROM unnest({variants}) WITH ORDINALITY AS v(id, n)
   JOIN pricing_price p ON p.variant_id = v.id JOIN pricing_pricelist l ON l.id = p.price_list_id
   WHERE l.is_active AND l.currency = {currency} AND (l.channel_id IS NULL OR l.channel_id = {channel})
     AND (l.group_id IS NULL OR l.group_id = {group}) AND (l.company_id IS NULL OR l.company_id = {company})
     AND (l.from_at IS NULL OR l.from_at <= %(now)s) AND (l.until_at IS NULL OR l.until_at > %(now)s)) AS prices,
  (SELECT json_agg(json_build_array(id, used_count, used_minor))::text FROM pricing_promotion
   WHERE status = 'active' AND (usage_limit IS NOT NULL OR budget_minor IS NOT NULL)) AS used,
  (SELECT json_agg(json_build_array(upper(code), id, promotion_id, "limit" IS NOT NULL AND used_count >= "limit",
                                    staff_only, is_active))::text
   FROM pricing_coupon WHERE upper(code) = ANY({coupons})) AS coupons,
  ({_USES.format(customer)}) AS mine
"""  # noqa: S608 SQL of our own


_FOUND = prices_statement(
    "%(variants)s::uuid[]", channel="%(channel)s", currency="%(currency)s", group="%(group)s", company="%(company)s",
    customer="%(customer)s", coupons="%(coupons)s::text[]")

_RULES = """
SELECT (SELECT stamp::text FROM pricing_rulestate WHERE key = 'rules') AS stamp,
  (SELECT jsonb_agg(to_jsonb(p)) FROM pricing_promotion p WHERE status = 'active') AS promotions,
  (SELECT jsonb_agg(jsonb_build_array(country, region, tax_class, rate::text, from_on::text))
   FROM pricing_taxrate) AS rates
"""

_book = Rulebook()
_zones: dict[str, ZoneInfo] = {}


def rulebook(stamp: str | None) -> Rulebook:
    """The rules as of `stamp`: from memory, or read anew (one statement) when they have changed since.

    No stamp means that no rule was ever written: then there are none.
    """
    global _book
    if stamp is None:
        return Rulebook()
    book = _book
    if book.stamp != stamp:
        book = _book = _read_rules()
    return book  # and not what another thread has put there meanwhile


def current_rulebook() -> Rulebook:
    return rulebook(db.value("SELECT stamp::text FROM pricing_rulestate WHERE key = 'rules'"))


def _read_rules() -> Rulebook:
    found = db.row(_RULES)
    promotions = [p for fields in found.promotions or () if (p := _promotion(fields))]
    taxes = TaxTable.of((c, r, k, Decimal(rate), date.fromisoformat(on)) for c, r, k, rate, on in found.rates or ())
    return Rulebook.of(promotions, taxes, found.stamp)


def _promotion(fields: dict[str, Any]) -> Promotion | None:
    """A promotion that cannot be read must not take the shop down: it is left out, and told."""
    try:
        return read_promotion({**fields, "id": UUID(fields["id"]), "from_at": _moment(fields["from_at"]),
                               "until_at": _moment(fields["until_at"])})
    except InvalidInput as error:
        log.error("promotion cannot be read", promotion=fields["code"], reason=str(error))
        return None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def quote(request: QuoteRequest, facts: Mapping[UUID, VariantFacts]) -> Quote:
    """Price a cart: one statement, and one more when the rules have changed since this process last looked."""
    return quoting(request, facts)(request)


@dataclass(frozen=True, slots=True)
class PriceSnapshot:
    """What the price of a cart depends on, as of one moment: the stamp of the rules, and what was read for the cart."""

    stamp: str | None
    found: Found


def quoting(request: QuoteRequest, facts: Mapping[UUID, VariantFacts],
            snapshot: PriceSnapshot | None = None) -> Callable[[QuoteRequest], Quote]:
    """Read once what belongs to the cart, where the caller has not, and price it as often as another delivery is tried.

    A snapshot that came with the cart does not know the uses of a guest, whose key the database cannot make: they are
    one statement more, for shops where something is limited per customer.
    """
    channel = catalog.channel(request.channel_id)
    known = snapshot or find(request, channel)
    setting, rules, found = setting_of(channel, request.now), rulebook(known.stamp), known.found
    if snapshot and rules.limits_customers and request.customer_key and request.customer_id is None:
        uses = db.value(_USES.format("%s"), [kept_key(request.customer_key)])
        found = replace(found, mine=dict(_items(uses)))
    return lambda asked: price_cart(asked, facts, setting, rules, found)


def find(request: QuoteRequest, channel: ChannelInfo) -> PriceSnapshot:
    """The stamp of the rules, and the prices, coupons and uses that belong to the cart."""
    variants = list({line.variant_id for line in request.lines})
    row = db.row(_FOUND, {
        "variants": db.array(variants), "currency": channel.currency, "channel": channel.id, "group": request.group_id,
        "company": request.company_id, "now": request.now, "customer": kept_key(request.customer_key) or None,
        "coupons": [normal_code(c) for c in request.coupons]})
    return snapshot_of(row, variants)


def snapshot_of(columns: Sequence[Any], variants: Sequence[UUID]) -> PriceSnapshot:
    """From the columns of `prices_statement` for these goods, in their order."""
    stamp, rows, used, coupons, mine = columns
    prices: dict[UUID, list[PriceRow]] = {}
    for n, priority, specificity, list_id, min_qty, amount in _items(rows):
        from_qty = 1000 if min_qty == "1.000" else int(Decimal(min_qty) * 1000)
        prices.setdefault(variants[n - 1], []).append(PriceRow(rank(priority, specificity, list_id), from_qty, amount))
    return PriceSnapshot(stamp, Found(prices, {c: CouponRow(*rest) for c, *rest in _items(coupons)},
                                      {key: (uses, amount) for key, uses, amount in _items(used)},
                                      dict(_items(mine))))


def _items(text: str | None) -> Iterable[Any]:
    return orjson.loads(text) if text else ()


def setting_of(channel: ChannelInfo, now: datetime) -> Setting:
    zone = _zones.get(channel.time_zone)
    if zone is None:
        zone = _zones.setdefault(channel.time_zone, ZoneInfo(channel.time_zone))
    return Setting(channel.currency, channel.prices_include_tax, channel.country, now.astimezone(zone).date())


def net_prices(channel_id: int, prices: Iterable[tuple[str, int]]) -> list[int]:
    """Prices of a channel (tax class, minor units) without the tax that is in them today, where it is in them."""
    channel = catalog.channel(channel_id)
    if not channel.prices_include_tax:
        return [amount for _class, amount in prices]
    taxes, setting = current_rulebook().taxes, setting_of(channel, clock.now())
    return [amount - tax_of(amount, taxes.rate(channel.country, "", tax_class, setting.on), True)
            for tax_class, amount in prices]


def gift_variants() -> frozenset[UUID]:
    """Variants that running promotions may add to a cart, as this process last knew them (no statement)."""
    return gifts_of(_book.cart)
