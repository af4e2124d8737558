"""What to look at before a promotion starts: the same goods in others, margins, and what the law says of prices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import ChannelInfo, VariantFacts
from entrepot.catalog.public import ProductFilter
from entrepot.kit import clock
from entrepot.kit.ids import uuid7
from entrepot.kit.money import exponent, round_minor
from entrepot.pricing.contracts import PromotionInput, PromotionWarning, QuoteLine, QuoteRequest
from entrepot.pricing.inputs import read_input
from entrepot.pricing.queries.lists import listing_prices, lowest_recent
from entrepot.pricing.queries.preview import rule_of
from entrepot.pricing.queries.quoting import current_rulebook, find, setting_of
from entrepot.pricing.rules.promotions import BundlePrice, BuyXGetY, Promotion, Tiered
from entrepot.pricing.rules.quoting import Found, Rulebook, price_cart

MOST_GOODS, MOST_TRIED, MOST_PRODUCTS, EXAMPLES, MOST_PIECES = 500, 200, 250, 5, 50


@dataclass(frozen=True, slots=True)
class Trial:
    """A variant alone in a cart, as many pieces as the promotion asks for."""

    variant_id: UUID
    before_minor: int
    after_minor: int
    pieces: int
    margin_minor: int | None  # after, net of tax; None: no cost is known


def warnings(given: PromotionInput, variant_ids: Iterable[UUID] | None = None) -> list[PromotionWarning]:
    """Told in the order of their weight. Without `variant_ids`, the goods it names (the newest, up to 500)."""
    rule = read_input(given)
    facts = catalog.variant_facts(variant_ids if variant_ids is not None else candidates(rule))
    counting = [f for f in facts.values() if f.is_sellable and rule.counts(f)]
    if not counting:
        return [PromotionWarning("no_goods", 0)]
    book = current_rulebook()
    others = [p for p in book.by_key.values() if p.code != rule.code and _meet(rule, p)]
    found = [*_risks(given, rule, counting[:MOST_TRIED], facts, book)]
    for other in others:
        shared = [f.id for f in counting if other.counts(f)]
        if shared:
            found.append(PromotionWarning(_relation(rule, other), len(shared), tuple(shared[:EXAMPLES]), other.code,
                                          other.name))
    return found


def candidates(rule: Promotion) -> list[UUID]:
    """Variants to look at: of the goods that the promotion names, else the newest of the shop."""
    target, products = rule.conditions.products, list[UUID]()
    for wanted in (
            *(ProductFilter(category_id=c) for c in sorted(target.categories)),
            *(ProductFilter(collection_id=c) for c in sorted(target.collections)),
            *(ProductFilter(brand_id=b) for b in sorted(target.brands)),
            *(ProductFilter(type=t) for t in sorted(target.types)),
            *([ProductFilter(ids=tuple(target.products))] if target.products else []),
            *([ProductFilter(status="active")] if target.is_empty else [])):
        products += [p["id"] for p in catalog.find_products(wanted, limit=MOST_PRODUCTS)]
    variants = catalog.variants_of(list(dict.fromkeys(products))[:MOST_PRODUCTS]) if products else {}
    return [*sorted(target.variants), *(v for ids in variants.values() for v in ids)][:MOST_GOODS]


def _meet(a: Promotion, b: Promotion) -> bool:
    """Whether both can hold in one channel at one time."""
    channels = not a.channels or not b.channels or bool(a.channels & b.channels)
    return channels and (a.until_at is None or b.from_at is None or b.from_at < a.until_at) and (
        b.until_at is None or a.from_at is None or a.from_at < b.until_at)


def _relation(a: Promotion, b: Promotion) -> str:
    """In one lane an exclusive promotion stands alone; catalogue prices and carts always add up."""
    same = a.lane == b.lane and a.is_catalogue == b.is_catalogue
    return "either" if same and (a.is_exclusive or b.is_exclusive) else "together"


def _risks(given: PromotionInput, rule: Promotion, goods: Sequence[VariantFacts], facts: Mapping[UUID, VariantFacts],
           book: Rulebook) -> Iterable[PromotionWarning]:
    wanted = sorted(rule.channels) or [catalog.default_channel().id]
    channel = next((c for c in catalog.channels() if c.id == wanted[0]), catalog.default_channel())
    trials = rehearse(given, channel, goods, facts, book)
    free = [t.variant_id for t in trials if t.before_minor and not t.after_minor]
    losing = [t.variant_id for t in trials if t.margin_minor is not None and t.margin_minor < 0
              and t.after_minor < t.before_minor]
    for kind, ids in (("free", free), ("negative_margin", losing), *_prices(rule, channel, trials, book)):
        if ids:
            yield PromotionWarning(kind, len(ids), tuple(ids[:EXAMPLES]))


def _prices(rule: Promotion, channel: ChannelInfo, trials: Sequence[Trial],
            book: Rulebook) -> list[tuple[str, list[UUID]]]:
    """Of a reduced listing price that is to come: it must be compared with the lowest of the 30 days before."""
    if not rule.is_catalogue or any(p.code == rule.code for p in book.by_key.values()):
        return []
    ids = [t.variant_id for t in trials]
    lowest, now = lowest_recent(channel.id, ids), listing_prices(channel.id, ids)
    after = {t.variant_id: t.after_minor // t.pieces for t in trials if t.after_minor < t.before_minor}
    return [("not_lower", [v for v, price in after.items() if v in lowest and price >= lowest[v]]),
            ("new_lowest", [v for v, price in after.items() if v in lowest and v in now and price < lowest[v]])]


def rehearse(given: PromotionInput, channel: ChannelInfo, goods: Sequence[VariantFacts],
             facts: Mapping[UUID, VariantFacts], book: Rulebook) -> list[Trial]:
    """Each variant alone in a cart, before and after; one statement for all of them."""
    rule, now = rule_of(given), clock.now()
    lines = tuple(QuoteLine(uuid7(), f.id, Decimal(1)) for f in goods)
    found = find(QuoteRequest(channel.id, now, lines), channel).found
    others = [p for p in book.by_key.values() if p.code != rule.code]
    now_book, then_book = Rulebook.of(others, book.taxes), Rulebook.of([*others, rule], book.taxes)
    setting, trials = setting_of(channel, now), list[Trial]()
    for f in goods:
        pieces = _pieces(rule, f, found, channel.currency)
        asked = QuoteRequest(channel.id, now, (QuoteLine(uuid7(), f.id, Decimal(pieces)),))
        before = price_cart(asked, facts, setting, now_book, found)
        if not before.lines:
            continue
        after = price_cart(asked, facts, setting, then_book, found)
        paid = after.goods_minor - after.discount_minor
        net = paid - (after.tax_minor if after.tax_included else 0)
        cost = _cost(f, channel.currency, pieces)
        trials.append(Trial(f.id, before.goods_minor - before.discount_minor, paid, pieces,
                            None if cost is None else net - cost))
    return trials


def _pieces(rule: Promotion, f: VariantFacts, found: Found, currency: str) -> int:
    return _needed(rule, max((row.amount_minor for row in found.prices.get(f.id, ())), default=0), currency)


def _needed(rule: Promotion, unit_minor: int, currency: str) -> int:
    """Enough of it for the promotion to hold, within reason."""
    wanted = -(-rule.conditions.min_quantity // 1000) or 1
    spend = rule.conditions.min_spend.get(currency, 0)
    if isinstance(rule.benefit, BuyXGetY):
        wanted = max(wanted, rule.benefit.buy + rule.benefit.get)
    if isinstance(rule.benefit, BundlePrice):
        wanted = max(wanted, sum(p.pieces for p in rule.benefit.parts))
    if isinstance(rule.benefit, Tiered):
        spend = max(spend, rule.benefit.steps[0].spend.get(currency, 0))
        wanted = max(wanted, -(-rule.benefit.steps[0].quantity // 1000))
    if unit_minor and spend:
        wanted = max(wanted, -(-spend // unit_minor))
    return min(wanted, MOST_PIECES)


def promotion_goods(given: PromotionInput) -> list[UUID]:
    """Variants that the promotion is about, up to 500."""
    return candidates(read_input(given))


def pieces_needed(given: PromotionInput, unit_minor: int, currency: str) -> int:
    """How many pieces at this price a cart needs for the promotion to hold, at most 50."""
    return _needed(read_input(given), unit_minor, currency)


def check_promotion(given: PromotionInput) -> None:
    """Raises InvalidInput with the place of the mistake."""
    read_input(given)


def _cost(f: VariantFacts, currency: str, pieces: int) -> int | None:
    if f.cost is None or f.cost_currency != currency:
        return None
    return round_minor(f.cost.scaleb(exponent(currency)) * pieces)
