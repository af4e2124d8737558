"""The quote: prices, flash prices, lanes, tax and totals of one cart, from facts that were read before.

The steps, each on the result of the one before:
1. unit price of every line from its price list, less the catalogue promotions;
2. goods = unit price x quantity, rounded once;
3. flash prices, as far as their quota goes;
4. lanes of cart promotions (`lanes`);
5. tax per line on what is left, rounded once;
6. totals are sums of lines, so they add up whatever happened before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid5

from entrepot.catalog.contracts import VariantFacts
from entrepot.kit.errors import N_
from entrepot.kit.money import ratio_minor
from entrepot.pricing.contracts import (
    AppliedDiscount,
    GiftOffer,
    PricedLine,
    PriceProblem,
    Quote,
    QuoteRequest,
    Use,
)
from entrepot.pricing.rules.effects import Cart, Line
from entrepot.pricing.rules.lanes import Applied, Candidate, apply_lanes, in_order
from entrepot.pricing.rules.prices import PriceRow, after_benefit, pick_price, reduced_price
from entrepot.pricing.rules.promotions import FlashPrice, Gift, Promotion
from entrepot.pricing.rules.reading import milli
from entrepot.pricing.rules.tax import UNIT, TaxTable, tax_of

MAX_COUPONS = 4  # the combinations of coupons in a lane are tried one by one

PROBLEMS = {
    "no_price": N_("This product has no price here at the moment."),
    "coupon_unknown": N_("This coupon does not exist."),
    "coupon_disabled": N_("This coupon is no longer valid."),
    "coupon_expired": N_("This coupon is not valid at this time."),
    "coupon_used_up": N_("This coupon has been used up."),
    "coupon_staff_only": N_("Only our staff can use this coupon."),
    "coupon_no_effect": N_("This coupon changes nothing for this cart."),
    "coupon_too_many": N_("No more than four coupons can be used at once."),
}


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All active promotions and tax rates, as of `stamp`; each list in order of application."""

    stamp: str | None = None
    listing: tuple[Promotion, ...] = ()  # in the unit price
    flash: tuple[Promotion, ...] = ()
    cart: tuple[Promotion, ...] = ()
    taxes: TaxTable = field(default_factory=TaxTable)
    by_key: Mapping[str, Promotion] = field(default_factory=dict)
    limits_customers: bool = False

    @classmethod
    def of(cls, promotions: Sequence[Promotion], taxes: TaxTable, stamp: str | None = None) -> Rulebook:
        ordered = sorted(promotions, key=in_order)
        listing = [p for p in ordered if p.is_catalogue]
        return cls(stamp, tuple(p for p in listing if not isinstance(p.benefit, FlashPrice)),
                   tuple(p for p in listing if isinstance(p.benefit, FlashPrice)),
                   tuple(p for p in ordered if not p.is_catalogue), taxes, {p.key: p for p in ordered},
                   any(p.customer_limit is not None for p in ordered))


@dataclass(frozen=True, slots=True)
class CouponRow:
    """A code that the buyer gave, and whether it still counts."""

    id: int
    promotion_key: str
    is_used_up: bool
    staff_only: bool
    is_active: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What was read for this cart: price rows by variant, coupons by code, uses by promotion key."""

    prices: Mapping[UUID, Sequence[PriceRow]]
    coupons: Mapping[str, CouponRow] = field(default_factory=dict)
    used: Mapping[str, tuple[int, int]] = field(default_factory=dict)  # uses and amount
    mine: Mapping[str, int] = field(default_factory=dict)  # uses of this customer


@dataclass(frozen=True, slots=True)
class Setting:
    """Where and when: the channel's currency and tax habit, the country it sells from, the shop's date."""

    currency: str
    tax_included: bool
    country: str
    on: date


def price_cart(request: QuoteRequest, facts: Mapping[UUID, VariantFacts], setting: Setting, book: Rulebook,
               found: Found) -> Quote:
    """Price a cart. Pure: the same question gives the same answer, whatever the order of its lines."""
    problems: list[PriceProblem] = []
    cart = _cart(request, facts, setting, book, found, problems)
    flash_uses = _apply_flash(cart, [p for p in book.flash if p.runs(request.channel_id, request.now)], found)
    candidates = _candidates(request, setting, book, found, problems)
    applied = apply_lanes(candidates, cart) if candidates and cart.lines else []
    if request.coupons:
        effective = {c.coupon for c, _ in applied}
        problems += [_problem("coupon_no_effect", coupon=c.coupon) for c in candidates
                     if c.coupon and c.coupon not in effective]
    return _quote(request, cart, flash_uses, applied, problems)


def _problem(code: str, line_id: UUID | None = None, coupon: str = "") -> PriceProblem:
    return PriceProblem(code, PROBLEMS[code], line_id, coupon)


def _cart(request: QuoteRequest, facts: Mapping[UUID, VariantFacts], setting: Setting, book: Rulebook, found: Found,
          problems: list[PriceProblem]) -> Cart:
    """Lines with their unit price (tiers count all lines of a variant together), goods and tax rate."""
    asked = sorted(request.lines, key=lambda line: line.id.int)
    quantities = {line.id: milli(line.quantity) for line in asked}
    totals: dict[UUID, int] = {}
    for line in asked:
        totals[line.variant_id] = totals.get(line.variant_id, 0) + quantities[line.id]
    running = [p for p in book.listing if p.runs(request.channel_id, request.now)]
    country = request.country or setting.country
    lines: list[Line] = []
    for line in asked:
        about = facts.get(line.variant_id)
        regular = pick_price(found.prices.get(line.variant_id, ()), totals[line.variant_id]) if about else None
        if about is None or regular is None:
            problems.append(_problem("no_price", line.id))
            continue
        unit, cause = reduced_price(regular, about, running, setting.currency) if running else (regular, None)
        goods = ratio_minor(unit, quantities[line.id], 1000)
        rate = book.taxes.rate(country, request.region, about.tax_class, setting.on)
        lines.append(Line(line.id, about, line.quantity, quantities[line.id], unit, regular, goods, rate, cause))
    return Cart(setting.currency, lines, [line.goods_minor for line in lines], request.delivery_minor,
                book.taxes.rate(country, request.region, request.delivery_tax_class, setting.on),
                setting.tax_included, request.gifts, request.unavailable)


def _quota(promotion: Promotion, found: Found) -> int:
    """Uses that are left, in total and for this customer."""
    left = 1_000_000_000
    if promotion.usage_limit is not None:
        left = promotion.usage_limit - found.used.get(promotion.key, (0, 0))[0]
    if promotion.customer_limit is not None:
        left = min(left, promotion.customer_limit - found.mine.get(promotion.key, 0))
    return left


def _apply_flash(cart: Cart, running: Sequence[Promotion], found: Found) -> list[Use]:
    """Flash prices go where they save most per piece, until their pieces are gone; a line takes one of them."""
    if not running:
        return []
    offers = [(line.unit_minor - after_benefit(line.unit_minor, p, cart.currency), i, p)
              for i, line in enumerate(cart.lines) for p in running if p.counts(line.facts)]
    quota = {p.key: _quota(p, found) for p in running}
    taken: dict[str, tuple[Promotion, int, int]] = {}
    for saving, i, promotion in sorted(offers, key=lambda o: (-o[0], o[1], o[2].code)):
        line, pieces = cart.lines[i], quota[promotion.key]
        if saving <= 0 or pieces <= 0 or line.is_flash:
            continue
        needed = -(-line.milli // 1000)
        if pieces >= needed:
            cut, pieces = cart.left[i] - ratio_minor(line.unit_minor - saving, line.milli, 1000), needed
        else:
            cut = saving * pieces
        if cut <= 0 or not _affords(promotion, taken, cut, found, cart.currency):
            continue
        cart.left[i] -= cut
        line.is_flash = True
        line.cuts.append((promotion, cut, ""))
        quota[promotion.key] -= pieces
        _, amount, uses = taken.get(promotion.key, (promotion, 0, 0))
        taken[promotion.key] = (promotion, amount + cut, uses + pieces)
    return [Use(p.id, amount, None, uses) for p, amount, uses in taken.values()]


def _affords(promotion: Promotion, taken: Mapping[str, tuple[Promotion, int, int]], cut: int, found: Found,
             currency: str) -> bool:
    if promotion.budget_minor is None:
        return True
    spent = found.used.get(promotion.key, (0, 0))[1] + taken.get(promotion.key, (promotion, 0, 0))[1]
    return promotion.budget_currency == currency and spent + cut <= promotion.budget_minor


def _candidates(request: QuoteRequest, setting: Setting, book: Rulebook, found: Found,
                problems: list[PriceProblem]) -> list[Candidate]:
    """The promotions that are open to this buyer, in order of application."""
    opened = _opened(request, book, found, problems) if request.coupons else {}
    result: list[Candidate] = []
    for promotion in book.cart:
        code, coupon_id = opened.get(promotion.key, ("", None))
        if promotion.needs_coupon and not code:
            continue
        if not promotion.runs(request.channel_id, request.now):
            continue
        reason = _closed(promotion, request, setting, found)
        if reason is None:
            budget = promotion.budget_minor
            spent = found.used.get(promotion.key, (0, 0))[1]
            result.append(Candidate(promotion, code, coupon_id, None if budget is None else budget - spent))
        elif code:
            problems.append(_problem(reason, coupon=code))
    return result


def _opened(request: QuoteRequest, book: Rulebook, found: Found,
            problems: list[PriceProblem]) -> dict[str, tuple[str, int]]:
    """Promotion key -> (coupon code, coupon id) for the coupons that are good; the others become problems."""
    opened: dict[str, tuple[str, int]] = {}
    codes = list(dict.fromkeys(normal_code(c) for c in request.coupons))
    for n, code in enumerate(codes):
        row = found.coupons.get(code)
        promotion = book.by_key.get(row.promotion_key) if row else None
        if n >= MAX_COUPONS:
            reason = "coupon_too_many"
        elif row is None:
            reason = "coupon_unknown"
        elif not row.is_active:
            reason = "coupon_disabled"
        elif row.staff_only and not request.is_staff:
            reason = "coupon_staff_only"
        elif promotion is None or not promotion.runs(request.channel_id, request.now):
            reason = "coupon_expired"
        elif row.is_used_up:
            reason = "coupon_used_up"
        elif row.promotion_key in opened:
            reason = "coupon_no_effect"  # another coupon opens the same promotion already
        else:
            opened[row.promotion_key] = (code, row.id)
            continue
        problems.append(_problem(reason, coupon=code))
    return opened


def normal_code(code: str) -> str:
    """Coupons are the same in capitals and small letters, and blanks around them do not count."""
    return code.strip().upper()


def _closed(promotion: Promotion, request: QuoteRequest, setting: Setting, found: Found) -> str | None:
    """Why a running promotion is not for this buyer (a problem code), or None when it is."""
    c = promotion.conditions
    if ((c.members_only and request.customer_id is None) or (c.staff_only and not request.is_staff)
            or (c.groups and request.group_id not in c.groups)
            or (c.companies and request.company_id not in c.companies)
            or (c.countries and (request.country or setting.country) not in c.countries)):
        return "coupon_no_effect"
    if (promotion.usage_limit is not None or promotion.customer_limit is not None) and _quota(promotion, found) < 1:
        return "coupon_used_up"
    if promotion.budget_minor is not None and promotion.budget_currency != setting.currency:
        return "coupon_no_effect"
    return None


def _discounts(line: Line) -> tuple[AppliedDiscount, ...]:
    return tuple(AppliedDiscount(p.id, p.code, p.name, amount, coupon) for p, amount, coupon in line.cuts)


def _priced(line: Line, left: int, included: bool) -> PricedLine:
    return PricedLine(
        line.id, line.facts.id, line.quantity, line.unit_minor, line.regular_minor, line.goods_minor,
        line.goods_minor - left, Decimal(line.rate) / UNIT, tax_of(left, line.rate, included),
        _discounts(line) if line.cuts else (), False, line.reduced_by.id if line.reduced_by else None)


def _gift_lines(request: QuoteRequest, applied: Sequence[Applied]) -> tuple[list[PricedLine], list[GiftOffer]]:
    lines: list[PricedLine] = []
    offers: list[GiftOffer] = []
    for candidate, effect in applied:
        promotion = candidate.promotion
        if effect.gift is None or not isinstance(promotion.benefit, Gift):
            continue
        first = min(line.id.int for line in request.lines)
        pieces = Decimal(effect.gift_pieces)
        lines.append(PricedLine(
            uuid5(promotion.id, f"{effect.gift}{first}"), effect.gift, pieces, 0, 0, 0, 0, Decimal(0), 0,
            (AppliedDiscount(promotion.id, promotion.code, promotion.name, 0, candidate.coupon),), True))
        possible = tuple(v for v in promotion.benefit.variants if v not in request.unavailable)
        offers.append(GiftOffer(promotion.id, promotion.code, promotion.name, possible, effect.gift, pieces))
    return lines, offers


def _quote(request: QuoteRequest, cart: Cart, flash_uses: list[Use], applied: Sequence[Applied],
           problems: list[PriceProblem]) -> Quote:
    by_id = {line.id: _priced(line, left, cart.tax_included)
             for line, left in zip(cart.lines, cart.left, strict=True)}
    lines = [by_id[line.id] for line in request.lines if line.id in by_id]
    gifts, offers = _gift_lines(request, applied) if applied else ([], [])
    delivery_tax = tax_of(cart.delivery_left, cart.delivery_rate, cart.tax_included)
    delivery_off = request.delivery_minor - cart.delivery_left
    goods, discount = sum(line.goods_minor for line in lines), sum(line.discount_minor for line in lines) + delivery_off
    tax = sum(line.tax_minor for line in lines) + delivery_tax
    return Quote(
        currency=cart.currency, tax_included=cart.tax_included, lines=(*lines, *gifts), goods_minor=goods,
        discount_minor=discount, delivery_minor=request.delivery_minor, delivery_discount_minor=delivery_off,
        delivery_tax_minor=delivery_tax, tax_minor=tax,
        total_minor=goods - discount + request.delivery_minor + (0 if cart.tax_included else tax),
        delivery_discounts=tuple(AppliedDiscount(c.promotion.id, c.promotion.code, c.promotion.name, e.delivery_minor,
                                                 c.coupon) for c, e in applied if e.delivery_minor),
        uses=(*flash_uses, *(Use(c.promotion.id, e.amount_minor, c.coupon_id) for c, e in applied)),
        problems=tuple(problems), gift_offers=tuple(offers))


def listing_of(regular_minor: int, facts: VariantFacts, channel_id: int, currency: str, now: datetime, book: Rulebook,
               sold_out: frozenset[str] = frozenset()) -> tuple[int, Promotion | None]:
    """What one piece costs anyone: catalogue promotions, and flash prices whose pieces are not gone."""
    unit, cause = reduced_price(regular_minor, facts, [p for p in book.listing if p.runs(channel_id, now)], currency)
    for promotion in book.flash:
        if promotion.runs(channel_id, now) and promotion.key not in sold_out and promotion.counts(facts):
            after = after_benefit(unit, promotion, currency)
            if after < unit:
                unit, cause = after, promotion
    return unit, cause
