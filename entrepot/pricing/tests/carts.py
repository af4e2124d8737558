"""Carts without a database: facts, promotions and a quote in one call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from entrepot.catalog.contracts import VariantFacts
from entrepot.pricing.contracts import Quote, QuoteLine, QuoteRequest
from entrepot.pricing.rules.prices import PriceRow, rank
from entrepot.pricing.rules.promotions import Promotion, read_promotion
from entrepot.pricing.rules.quoting import CouponRow, Found, Rulebook, Setting, price_cart
from entrepot.pricing.rules.tax import TaxTable

NOW = datetime(2026, 11, 11, 12, tzinfo=UTC)
_SPACE = UUID(int=7)


def uid(name: str) -> UUID:
    return uuid5(_SPACE, name)


def facts(name: str, **changes: Any) -> VariantFacts:
    """A variant called `name`; categories, tax_class and the like by keyword."""
    known = VariantFacts(
        id=uid(name), product_id=uid(f"product {name}"), sku=name, slug=name, name={"en": name}, options={},
        type_code="general", brand_id=None, category_ids=frozenset(), collection_ids=frozenset(), tax_class="standard",
        weight_g=0, qty_step=Decimal(1), unit="pcs", cost=None, cost_currency="", is_stocked=True, needs_shipping=True,
        is_sellable=True, published_in=frozenset({1}))
    return replace(known, **{k: frozenset(v) if k.endswith("_ids") else v for k, v in changes.items()})


def promotion(code: str, benefit: Mapping[str, Any], conditions: Mapping[str, Any] | None = None,
              **changes: Any) -> Promotion:
    fields = {
        "id": uid(code), "code": code, "name": {"en": code}, "scope": "cart", "conditions": conditions or {},
        "benefit": benefit, "lane": 0, "priority": 0, "is_exclusive": True, "needs_coupon": False, "channels": [],
        "from_at": None, "until_at": None, "usage_limit": None, "customer_limit": None, "budget_minor": None,
        "budget_currency": "", **changes}
    return read_promotion(fields)


def price(goods: Sequence[tuple[VariantFacts, str | int, int]], promotions: Sequence[Promotion] = (), *,
          coupons: Mapping[str, Promotion] | None = None, used: Mapping[str, tuple[int, int]] | None = None,
          mine: Mapping[str, int] | None = None, rates: Mapping[str, str] | None = None, tax_included: bool = True,
          currency: str = "EUR", **request: Any) -> Quote:
    """A quote for (variant, quantity, unit price); `coupons` are entered, and open their promotions."""
    lines = tuple(QuoteLine(uid(f"line {n}"), about.id, Decimal(qty)) for n, (about, qty, _) in enumerate(goods))
    coupons = coupons or {}
    every = [*promotions, *(p for p in coupons.values() if p not in promotions)]
    taxes = TaxTable.of(("DE", "", k, Decimal(r), date(2020, 1, 1)) for k, r in (rates or {}).items())
    found = Found({about.id: [PriceRow(rank(0, 0, 1), 1000, unit)] for about, _, unit in goods},
                  {code: CouponRow(n, p.key, False, False, True) for n, (code, p) in enumerate(coupons.items())},
                  {str(uid(k)): v for k, v in (used or {}).items()},
                  {str(uid(k)): v for k, v in (mine or {}).items()})
    asked = QuoteRequest(1, NOW, lines, coupons=tuple(coupons), **request)
    setting = Setting(currency, tax_included, "DE", NOW.date())
    return price_cart(asked, {about.id: about for about, _, _ in goods}, setting, Rulebook.of(every, taxes), found)


def adds_up(quote: Quote) -> None:
    """Every sum that a quote promises."""
    assert quote.goods_minor == sum(line.goods_minor for line in quote.lines)
    assert quote.discount_minor == sum(line.discount_minor for line in quote.lines) + quote.delivery_discount_minor
    assert quote.tax_minor == sum(line.tax_minor for line in quote.lines) + quote.delivery_tax_minor
    on_top = 0 if quote.tax_included else quote.tax_minor
    assert quote.total_minor == quote.goods_minor - quote.discount_minor + quote.delivery_minor + on_top
    assert sum(u.amount_minor for u in quote.uses) == quote.discount_minor
    assert quote.delivery_discount_minor == sum(d.amount_minor for d in quote.delivery_discounts)
    assert 0 <= quote.delivery_discount_minor <= quote.delivery_minor
    for line in quote.lines:
        assert 0 <= line.discount_minor <= line.goods_minor
        assert line.discount_minor == sum(d.amount_minor for d in line.discounts)
        assert 0 <= line.tax_minor <= max(line.goods_minor, 0) + 1
