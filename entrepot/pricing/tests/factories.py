"""Plain functions that price a small catalogue; other contexts' tests use them too."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

from entrepot.kit.actor import system
from entrepot.pricing import public
from entrepot.pricing.contracts import PriceListInput, PromotionInput
from entrepot.pricing.queries.lists import list_price_lists

BOB = system("bob")  # runs the shop

_number = count(1)


def a_price_list(code: str = "retail", currency: str = "EUR", **changes: Any) -> str:
    if code not in {known.code for known in list_price_lists("", 1000)}:
        public.create_price_list(PriceListInput(code, {"en": code.title()}, currency, **changes), actor=BOB)
    return code


def a_price(variant_id: UUID, amount_minor: int, *, min_qty: str | int = 1, price_list: str = "retail",
            currency: str = "EUR", **changes: Any) -> None:
    """The variant costs so much in the list, which is made when it is missing."""
    public.set_prices(a_price_list(price_list, currency, **changes), [(variant_id, Decimal(min_qty), amount_minor)],
                      actor=BOB)


def a_promotion(benefit: Mapping[str, Any], conditions: Mapping[str, Any] | None = None, *, code: str = "",
                is_active: bool = True, **changes: Any) -> UUID:
    """A running promotion (or a draft)."""
    code = code or f"promotion-{next(_number)}"
    given = PromotionInput(code, {"en": code, "zh-hans": code}, benefit, conditions or {}, **changes)
    promotion_id = public.create_promotion(given, actor=BOB)
    if is_active:
        public.activate_promotion(code, actor=BOB)
    return promotion_id


def a_coupon(code: str = "WELCOME", *, percent: str = "10", limit: int | None = 1, **changes: Any) -> str:
    """A coupon with a promotion of its own."""
    promotion = f"for-{code.lower()}"
    a_promotion({"kind": "percent", "percent": percent}, code=promotion, needs_coupon=True, **changes)
    return public.create_coupons(promotion, codes=[code], limit=limit, actor=BOB)[0]


def a_tax_rate(rate: str = "0.19", country: str = "DE", tax_class: str = "standard") -> None:
    public.set_tax_rate(country, tax_class, Decimal(rate), date(2020, 1, 1), actor=BOB)
