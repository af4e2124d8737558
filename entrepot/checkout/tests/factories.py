"""A small shop that is ready to sell; other contexts' tests use it too."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import ChannelInfo
from entrepot.catalog.tests.factories import a_channel, a_product
from entrepot.checkout import offers, public
from entrepot.checkout.contracts import BuyNow, CheckoutView, DeliveryMethodInfo, LineInput
from entrepot.customers.tests.factories import LONDON
from entrepot.inventory import public as inventory
from entrepot.inventory import queries as inventory_queries
from entrepot.kit import db
from entrepot.kit.actor import ANONYMOUS, Actor, system
from entrepot.pricing import public as pricing
from entrepot.pricing.contracts import PriceListInput

BOB = system("bob")
BERLIN: dict[str, Any] = {"name": "Alice Buyer", "line1": "Unter den Linden 1", "city": "Berlin", "postcode": "10117",
                          "country": "DE", "phone": "+49 30 1234567"}

__all__ = ["BERLIN", "BOB", "LONDON", "a_cart", "a_method", "a_shop", "codes", "goods", "pieces_held", "purchase",
           "stock"]


def a_shop(**channel: Any) -> ChannelInfo:
    """A German channel in euros with 19 % tax included, one warehouse, standard delivery at 4.90 up to 30 kg."""
    offers.forget()
    inventory_queries.forget_sites()
    where = a_channel(**channel)
    pricing.set_tax_rate("DE", "standard", Decimal("0.19"), date(2020, 1, 1), actor=BOB)
    pricing.create_price_list(PriceListInput("base", {"en": "Base"}, where.currency), actor=BOB)
    inventory.create_warehouse("main", {"en": "Main"}, address={"country": "DE"}, actor=BOB)
    inventory.serve_channel(where.code, "main", actor=BOB)
    a_method()
    return where


def a_method(code: str = "standard", rates: list[dict[str, Any]] | None = None, **more: Any) -> DeliveryMethodInfo:
    rates = rates or [{"up_to_g": 30_000, "amount_minor": 490}]
    return public.create_delivery_method(code, {"en": code.title()}, currency="EUR", rates=rates, actor=BOB, **more)


def goods(*prices: int, stocked: int = 100, **product: Any) -> list[UUID]:
    """One product per price, published, priced and in stock; the variants' ids."""
    made = []
    for price in prices:
        product_id = a_product(**product)
        variant = catalog.variants_of([product_id])[product_id][0]
        pricing.set_prices("base", [(variant, Decimal(1), price)], actor=BOB)
        if stocked:
            stock(variant, stocked)
        made.append(variant)
    return made


def stock(variant_id: UUID, quantity: int, warehouse: str = "main") -> None:
    inventory.receive(variant_id, warehouse, Decimal(quantity), reason="test", actor=BOB)


def purchase(variants: list[UUID], quantity: int = 1, **more: Any) -> BuyNow:
    """A complete purchase of these variants, paid with the test method."""
    values: dict[str, Any] = {
        "channel": "web", "lines": tuple(LineInput(v, Decimal(quantity)) for v in variants),
        "email": "alice@example.com", "payment_method": "test", "shipping_address": BERLIN,
        "delivery_method": "standard", **more}
    return BuyNow(**values)


def a_cart(*variants: UUID, quantity: int = 1, actor: Actor = ANONYMOUS,
           ready: bool = False) -> tuple[CheckoutView, dict[str, Any]]:
    view, secret = public.create_checkout("web", lines=[LineInput(v, Decimal(quantity)) for v in variants], actor=actor)
    me: dict[str, Any] = {"secret": secret, "actor": actor}
    if ready:
        public.update(view.id, {"email": "alice@example.com", "shipping_address": BERLIN}, **me)
        view = public.choose_delivery(view.id, "standard", **me)
    return view, me


def codes(view: CheckoutView) -> set[str]:
    return {p.code for p in view.problems}


def pieces_held() -> int:
    return int(db.value("SELECT coalesce(sum(quantity), 0) FROM inventory_reservation WHERE kind = 'hold'"))
