"""The shop of the write jobs: 1,000 products at random prices with ample stock, taxes, delivery, running promotions."""

from __future__ import annotations

import json
import logging
import os
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import structlog

from bench.harness import Stage

DATABASE, PRODUCTS, PLENTY = "bench_write", 1000, 10_000_000
ENVIRONMENT = {"ENTREPOT_TEST_PAYMENTS": "1"}
ADDRESS = {"name": "Alice Buyer", "line1": "Unter den Linden 1", "city": "Berlin", "postcode": "10117", "country": "DE",
           "phone": "+49 30 1234567"}


@contextmanager
def shop(stage: Stage, name: str = DATABASE) -> Iterator[list[UUID]]:
    """A database with the shop, made anew by the first job that asks; yields the variants on sale."""
    before = database_name()
    os.environ.update(ENVIRONMENT)
    if name not in stage.notes:
        stage.drop_database(name)
    stage.notes[name] = True
    stage.use_database(name)
    forget()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    try:
        yield _variants() or _made()
    finally:
        stage.use_database(before)
        forget()


def database_name() -> str:
    from django.db import connection

    return str(connection.settings_dict["NAME"])


def forget() -> None:
    """What this process remembers of another database."""
    from entrepot.catalog.queries import channels
    from entrepot.checkout import offers
    from entrepot.inventory import queries as inventory
    from entrepot.payments import queries as payments

    for forgotten in (channels.forget, offers.forget, inventory.forget_sites, payments.forget_settings):
        forgotten()


def _variants() -> list[UUID]:
    from entrepot.kit import db

    return [r.id for r in db.rows("SELECT id FROM catalog_variant WHERE sku LIKE 'W-%%' ORDER BY sku")]


def _made() -> list[UUID]:
    from entrepot.catalog import public as catalog
    from entrepot.checkout import public as checkout
    from entrepot.inventory import public as inventory
    from entrepot.kit import db
    from entrepot.kit.actor import system
    from entrepot.pricing import public as pricing
    from entrepot.pricing.contracts import PriceListInput, PromotionInput

    actor = system("bench")
    channel = catalog.create_channel(_channel(), actor=actor)
    catalog.create_product_type("bench", {"en": "Goods"}, actor=actor)
    catalog.create_category("goods", {"en": "Goods"}, actor=actor)
    pricing.set_tax_rate("DE", "standard", Decimal("0.19"), date(2020, 1, 1), actor=actor)
    pricing.create_price_list(PriceListInput("base", {"en": "Base"}, channel.currency), actor=actor)
    for code, benefit, least in (("big-order", {"kind": "percent", "percent": "5"}, 500_000),
                                 ("bigger-order", {"kind": "percent", "percent": "8"}, 900_000)):
        pricing.create_promotion(PromotionInput(code, {"en": code}, benefit, {"min_spend": {"EUR": least}}),
                                 actor=actor)
        pricing.activate_promotion(code, actor=actor)
    inventory.create_warehouse("main", {"en": "Main"}, address={"country": "DE"}, actor=actor)
    inventory.serve_channel(channel.code, "main", actor=actor)
    checkout.create_delivery_method("standard", {"en": "Standard"}, currency="EUR", actor=actor,
                                    rates=[{"up_to_g": 30_000, "amount_minor": 490}])
    chosen = random.Random(5)
    made = add_goods([chosen.randrange(500, 20_000) for _ in range(PRODUCTS)], stocked=PLENTY)
    while pricing.refresh_listing_prices(PRODUCTS, actor=actor):
        pass
    db.execute("ANALYZE")
    return made


def _channel() -> Any:
    from entrepot.catalog.contracts import ChannelInput

    return ChannelInput("web", {"en": "Web shop"}, "EUR", "DE", ("en", "zh-hans"), is_default=True)


def add_goods(prices: Sequence[int], *, stocked: int, mark: str = "W") -> list[UUID]:
    """One product per price, on sale and in stock; the variants' ids."""
    from entrepot.catalog import public as catalog
    from entrepot.catalog.contracts import ProductInput, PublicationInput, VariantInput
    from entrepot.inventory import public as inventory
    from entrepot.inventory.contracts import StockRow
    from entrepot.kit.actor import system
    from entrepot.pricing import public as pricing

    actor = system("bench")
    skus = [f"{mark}-{n}" for n in range(len(prices))]
    result = catalog.bulk_import_products([
        ProductInput("bench", {"en": f"Thing {sku}"}, slug=f"thing-{sku.lower()}", category="goods",
                     description={"en": "<p>" + "A thing for every day. " * 20 + "</p>"},
                     variants=(VariantInput(sku, weight_g=200),), publications=(PublicationInput("web"),))
        for sku in skus], actor=actor)
    if result.errors:
        raise SystemExit(f"refused: {result.errors[:3]}")
    ids = {sku: facts.id for sku, facts in catalog.facts_by_sku(skus).items()}
    pricing.set_prices("base", [(ids[s], Decimal(1), p) for s, p in zip(skus, prices, strict=True)], actor=actor)
    inventory.bulk_receive([StockRow(ids[s], "main", Decimal(stocked)) for s in skus], reason="bench", actor=actor)
    return [ids[s] for s in skus]


def wide_variants() -> list[UUID]:
    """The variants of a product with 500 of them, made at first."""
    return many_variants(500)


def many_variants(count: int) -> list[UUID]:
    """The variants of a product with so many of them (20 sizes by so many colours), priced and in stock."""
    from entrepot.catalog import public as catalog
    from entrepot.catalog.contracts import Option, OptionValue, ProductInput, PublicationInput, VariantInput
    from entrepot.inventory import public as inventory
    from entrepot.inventory.contracts import StockRow
    from entrepot.kit.actor import system
    from entrepot.pricing import public as pricing

    skus = [f"V{count}-{n}" for n in range(count)]
    if known := catalog.facts_by_sku(skus):
        return [known[sku].id for sku in skus]
    actor = system("bench")
    sizes, colours = (tuple(OptionValue(f"{mark}{n}", {"en": f"{mark} {n}"}) for n in range(size))
                      for mark, size in (("size", 20), ("colour", -(-count // 20))))
    catalog.create_product(ProductInput(
        "bench", {"en": f"Thing of {count}"}, slug=f"many-{count}", category="goods",
        options=(Option("size", {"en": "Size"}, sizes), Option("colour", {"en": "Colour"}, colours)),
        variants=tuple(VariantInput(sku, {"size": f"size{n % 20}", "colour": f"colour{n // 20}"}, weight_g=200)
                       for n, sku in enumerate(skus)), publications=(PublicationInput("web"),)), actor=actor)
    ids = [facts.id for _, facts in sorted(catalog.facts_by_sku(skus).items(), key=lambda item: skus.index(item[0]))]
    pricing.set_prices("base", [(id_, Decimal(1), 1500) for id_ in ids], actor=actor)
    inventory.bulk_receive([StockRow(id_, "main", Decimal(1000)) for id_ in ids], reason="bench", actor=actor)
    return ids


def purchase(variants: Sequence[UUID], number: int, **more: Any) -> dict[str, Any]:
    """The body of a whole guest purchase."""
    return {"channel": "web", "email": f"buyer{number}@example.com", "payment_method": "test",
            "lines": [{"variant_id": str(v), "quantity": 1} for v in variants], "shipping_address": ADDRESS,
            "delivery": {"method": "standard"}, **more}


def purchases(variants: Sequence[UUID], count: int, lines: int = 2) -> list[bytes]:
    chosen = random.Random(9)
    return [json.dumps(purchase(chosen.sample(list(variants), lines), n)).encode() for n in range(count)]
