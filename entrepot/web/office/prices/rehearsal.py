"""What a promotion would do: to sample carts, beside what else runs, and to the orders of the past."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import ChannelInfo, VariantFacts
from entrepot.catalog.public import ProductFilter
from entrepot.kit import clock
from entrepot.kit.ids import uuid7
from entrepot.pricing import public as pricing
from entrepot.pricing.contracts import (
    PromotionInput,
    PromotionWarning,
    Quote,
    QuoteLine,
    QuoteRequest,
    SimulationResult,
)
from entrepot.web.office.goods.sheet import Sheet
from entrepot.web.office.prices import replay

Cart = list[tuple[VariantFacts, Decimal]]

WARNINGS = {
    "free": (gettext_lazy("Goods that would cost nothing"), "bad"),
    "negative_margin": (gettext_lazy("Goods sold below their cost"), "bad"),
    "not_lower": (gettext_lazy("Not a reduction by law: they cost as little or less in the last 30 days"), "bad"),
    "together": (gettext_lazy("Adds to another promotion on the same goods"), "warn"),
    "either": (gettext_lazy("In one lane with another: buyers get the better of the two"), "info"),
    "new_lowest": (gettext_lazy("A new lowest price: later reductions are measured against it"), "info"),
    "no_goods": (gettext_lazy("No goods on sale fit it"), "bad"),
}
SURPRISES = {"margin_below_zero": gettext_lazy("orders fall below their cost"),
             "stacking": gettext_lazy("orders had another discount already"),
             "free_order": gettext_lazy("orders would cost nothing")}


def tried(draft: PromotionInput, sheet: Sheet) -> dict[str, Any]:
    """Warnings, and a few carts before and after: the one that was typed, or some of the goods that it names."""
    channel = _channel(draft)
    carts = _typed(sheet) or _samples(draft, channel)
    told = pricing.warnings(draft)
    facts = catalog.variant_facts({v for w in told for v in w.examples})
    return {"channel": channel, "carts": [_cart(draft, channel, cart) for cart in carts],
            "warnings": sorted((_warning(w, facts) for w in told), key=lambda w: list(WARNINGS).index(w["kind"]))}


def _channel(draft: PromotionInput) -> ChannelInfo:
    return next((c for c in catalog.channels() if c.id in draft.channel_ids), catalog.default_channel())


def _warning(w: PromotionWarning, facts: dict[UUID, VariantFacts]) -> dict[str, Any]:
    text, tone = WARNINGS[w.kind]
    return {"kind": w.kind, "text": text, "tone": tone, "goods": w.goods, "promotion": w.promotion,
            "name": catalog.in_language(w.name, get_language() or "en") if w.name else "",
            "examples": [facts[v].sku for v in w.examples if v in facts]}


def _typed(sheet: Sheet) -> list[Cart]:
    """"MUG-BLUE × 2" per line."""
    typed = (sheet.text("cart") or "").splitlines()
    lines = [re.split(r"\s*[×x*]\s*(?=\d+$)|\s{2,}|\t", line.strip()) for line in typed]
    wanted = {parts[0]: _quantity(parts[1:]) for parts in lines if parts[0]}
    by_sku = catalog.facts_by_sku(list(wanted)) if wanted else {}
    if unknown := [sku for sku in wanted if sku not in by_sku]:
        sheet.errors["cart"] = _("There is no such SKU: %(words)s") % {"words": ", ".join(unknown[:5])}
    cart = [(by_sku[sku], quantity) for sku, quantity in wanted.items() if sku in by_sku]
    return [cart] if cart else []


def _quantity(parts: Sequence[str]) -> Decimal:
    try:
        return max(Decimal(1), Decimal(parts[0])) if parts else Decimal(1)
    except InvalidOperation:
        return Decimal(1)


def _samples(draft: PromotionInput, channel: ChannelInfo) -> list[Cart]:
    """One piece, several, and a mix of what the promotion is about, published here and priced."""
    ids = pricing.promotion_goods(draft)
    facts = catalog.variant_facts(ids[:60])
    priced = pricing.listing_prices(channel.id, facts)
    goods = [facts[v] for v in ids[:60] if v in facts and v in priced and facts[v].is_sellable
             and channel.id in facts[v].published_in][:4]
    if not goods:
        return []
    several = [(goods[0], Decimal(pricing.pieces_needed(draft, priced[goods[0].id].amount_minor, channel.currency)))]
    mixed = [(f, Decimal(2 - n % 2)) for n, f in enumerate(goods)]
    return [[(goods[0], Decimal(1))], several, *([mixed] if len(goods) > 1 else [])]


def _cart(draft: PromotionInput, channel: ChannelInfo, cart: Cart) -> dict[str, Any]:
    lines = tuple(QuoteLine(uuid7(), f.id, quantity) for f, quantity in cart)
    asked = QuoteRequest(channel.id, clock.now(), lines, delivery_minor=_delivery(draft))
    gifts = [UUID(str(v)) for v in draft.benefit.get("variants") or ()]
    facts = catalog.variant_facts([*(f.id for f, _q in cart), *gifts, *pricing.gift_variants()])
    before, after = pricing.preview_draft(draft, asked, facts)
    return {"currency": before.currency, "before": before, "after": after,
            "lines": [_line(line, before, facts) for line in after.lines if line.variant_id in facts],
            "saved": before.total_minor - after.total_minor}


def _delivery(draft: PromotionInput) -> int:
    """Free delivery shows only where delivery costs something."""
    return 490 if draft.benefit["kind"] == "free_shipping" else 0


def _line(line: Any, before: Quote, facts: dict[UUID, VariantFacts]) -> dict[str, Any]:
    old = next((b for b in before.lines if b.id == line.id), None)
    about = facts[line.variant_id]
    return {"name": catalog.in_language(about.name, get_language() or "en"), "sku": about.sku,
            "quantity": line.quantity, "is_gift": line.is_gift,
            "before": old.goods_minor - old.discount_minor if old else None,
            "after": line.goods_minor - line.discount_minor}


# ---- over the past


def simulated(draft: PromotionInput, since: datetime) -> dict[str, Any]:
    """The result in figures and names."""
    orders = replay.past_orders(since)
    result = pricing.simulate(draft, orders)
    return {"result": result, "is_cut": len(orders) >= replay.MOST, "effects": [_effect(e) for e in result.effects],
            "goods": _goods(result), "customers": result.customers[:10],
            "surprises": [{"count": n, "text": SURPRISES[kind], "kind": kind, "examples": [
                s for s in result.surprises if s.kind == kind][:5]} for kind, n in result.surprise_counts.items()]}


def _effect(e: Any) -> dict[str, Any]:
    """What is left of the margin, and how much more would have to be sold to earn the same."""
    lost = e.margin_before_minor - e.margin_after_minor
    return {"it": e, "lost": lost, "share": _percent(e.orders_touched, e.orders),
            "discount": _percent(e.discount_minor, e.goods_minor),
            "more": _percent(lost, e.margin_after_minor) if e.margin_after_minor > 0 else None}


def _percent(part: int, whole: int) -> Decimal:
    return round(Decimal(part) * 100 / whole, 1) if whole else Decimal(0)


def _goods(result: SimulationResult) -> list[dict[str, Any]]:
    ids = tuple(g.product_id for g in result.goods[:10])
    names = {p["id"]: p for p in catalog.find_products(ProductFilter(ids=ids), limit=20)} if ids else {}
    language = get_language() or "en"
    return [{"it": g, "name": catalog.in_language(names[g.product_id]["name"], language)}
            for g in result.goods[:10] if g.product_id in names]
