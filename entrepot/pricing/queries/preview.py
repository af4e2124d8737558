"""Trying a promotion on a cart before it runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import VariantFacts
from entrepot.kit.ids import uuid7
from entrepot.pricing.contracts import PromotionInput, Quote, QuoteRequest
from entrepot.pricing.inputs import checked, columns
from entrepot.pricing.queries.quoting import find, quote, rulebook, setting_of
from entrepot.pricing.rules.promotions import Promotion, read_promotion
from entrepot.pricing.rules.quoting import Rulebook, price_cart


def preview(code: str, request: QuoteRequest, facts: Mapping[UUID, VariantFacts]) -> tuple[Quote, Quote]:
    """What a cart costs now, and what it would cost if the stored promotion ran now, for a buyer with its coupon."""
    from entrepot.pricing.queries.lists import get_promotion

    info = get_promotion(code)
    fields = {name: getattr(info, name) for name in PromotionInput.__dataclass_fields__ if name != "channel_ids"}
    rule = read_promotion({**fields, "id": info.id, "channels": info.channel_ids, **_AT_ONCE})
    return quote(request, facts), _with(rule, request, facts)


def preview_draft(given: PromotionInput, request: QuoteRequest,
                  facts: Mapping[UUID, VariantFacts]) -> tuple[Quote, Quote]:
    """A cart without and with a promotion that is not stored, or is stored otherwise (and runs) under the same code."""
    rule = rule_of(given)
    return _with(rule, request, facts, apply=False), _with(rule, request, facts)


def rule_of(given: PromotionInput) -> Promotion:
    """The draft as if it ran now, for anyone, with uses and budget left."""
    fields = {**columns(given), **_AT_ONCE, "id": uuid7()}
    if given.scope == "cart":
        fields |= {"usage_limit": None, "customer_limit": None, "budget_minor": None, "budget_currency": ""}
    return checked(fields)


_AT_ONCE: dict[str, Any] = {"needs_coupon": False, "from_at": None, "until_at": None}


def _with(rule: Promotion, request: QuoteRequest, facts: Mapping[UUID, VariantFacts], *, apply: bool = True) -> Quote:
    channel = catalog.channel(request.channel_id)
    known = find(request, channel)
    book = rulebook(known.stamp)
    others = [p for key, p in book.by_key.items() if key != rule.key and p.code != rule.code]
    then = Rulebook.of([*others, rule] if apply else others, book.taxes)
    return price_cart(request, facts, setting_of(channel, request.now), then, known.found)
