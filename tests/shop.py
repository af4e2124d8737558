"""The demonstration company with a handful of goods: enough for every page, ready within a second or two."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import mkdtemp
from uuid import UUID

from django.core.cache import cache

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import Option, OptionValue, ProductInput, PublicationInput, VariantInput
from entrepot.catalog.queries import channels
from entrepot.checkout import offers
from entrepot.customers import public as customers
from entrepot.demo.art import picture
from entrepot.demo.company import Company, build_company, texts
from entrepot.demo.goods import COLOURS
from entrepot.demo.shelves import build_structure
from entrepot.identity import public as identity
from entrepot.identity.tests.factories import PASSWORD
from entrepot.inventory import public as inventory
from entrepot.inventory import queries as inventory_queries
from entrepot.kit import clock, outbox
from entrepot.kit.actor import system
from entrepot.kit.ids import uuid7
from entrepot.kit.json import loads
from entrepot.payments import queries as payment_queries
from entrepot.pricing import public as pricing
from entrepot.pricing.contracts import PromotionInput
from entrepot.showcase import merchandising
from entrepot.showcase import public as showcase
from entrepot.showcase.engine import store
from entrepot.web.storefront import kept
from tests import kept_rows

BOB = system("bob")
ALICE, CHARLIE = "alice@example.com", "charlie@example.com"
MUG, TEE, LAST, GONE = "plain-mug", "heavy-tee", "last-teapot", "gone-lamp"

__all__ = ["ALICE", "BOB", "CHARLIE", "GONE", "LAST", "MUG", "PASSWORD", "TEE", "Shop", "add_mugs", "forget",
           "open_shop", "person", "publish_changes"]


@dataclass(frozen=True, slots=True)
class Shop:
    company: Company
    variants: dict[str, UUID]  # by SKU


def forget() -> None:
    """Nothing that an earlier test's shop left in this process or on disk."""
    shutil.rmtree(store.folder(), ignore_errors=True)
    for remembered in (channels, offers, merchandising, kept):
        remembered.forget()
    inventory_queries.forget_sites()
    payment_queries._settings.clear()
    cache.clear()


@dataclass(frozen=True, slots=True)
class _Kept:
    """The shop as it was first opened in this process."""

    shop: Shop
    rows: kept_rows.Rows
    index: Path
    opened_at: datetime


_kept: _Kept | None = None
_FRESH = timedelta(hours=1)


def open_shop() -> Shop:
    """A mug, a T-shirt in colours and sizes, a last teapot, a lamp that is sold out; a coupon of ten per cent.

    Made by the shop's own actions once in a process; later tests with an empty database get a copy of what these made.
    """
    global _kept
    forget()
    if kept_rows.filled():
        return _made()
    if _kept is None or not timedelta() <= clock.now() - _kept.opened_at < _FRESH:
        shop = _made()
        _kept = _Kept(shop, kept_rows.keep(), Path(mkdtemp(prefix="entrepot-index-")), clock.now())
        shutil.copytree(store.folder(), _kept.index, dirs_exist_ok=True)
        return shop
    kept_rows.put_back(_kept.rows)
    _put_index_back(_kept.index)
    return _kept.shop


def _put_index_back(index: Path) -> None:
    """Under a new generation, for searchers of this process may still have the former open."""
    former = loads((index / "state.json").read_bytes())
    generation = uuid7().hex
    shutil.copytree(index / former["generation"], store.folder() / generation)
    store.save(store.State(**{**former, "generation": generation}))


def _made() -> Shop:
    now = clock.now()
    company = build_company(now, actor=BOB)
    build_structure(actor=BOB)
    skus = _goods([_mug(MUG, ("Plain Mug", "素色马克杯")), _tee(), _mug(LAST, ("Last Teapot", "最后一把茶壶")),
                   _mug(GONE, ("Gone Lamp", "售罄的灯"))])
    for sku, quantity in {MUG.upper(): 50, LAST.upper(): 3, **{s: 20 for s in skus if s.startswith("TEE-")}}.items():
        inventory.receive(skus[sku], "midlands", Decimal(quantity), actor=BOB)
    for sku in (MUG.upper(), LAST.upper()):
        inventory.receive(skus[sku], "london-store", Decimal(9), actor=BOB)
    pricing.create_promotion(PromotionInput(
        "welcome", texts(("Welcome: 10% off", "新客 9 折")), {"kind": "percent", "percent": 10}, needs_coupon=True,
        customer_limit=1, from_at=now - timedelta(days=1)), actor=BOB)
    pricing.activate_promotion("welcome", actor=BOB)
    pricing.create_coupons("welcome", codes=("WELCOME10",), limit=None, actor=BOB)
    publish_changes()
    return Shop(company, skus)


def publish_changes() -> None:
    """What the worker would do: prices, documents and index follow."""
    outbox.drain()
    while pricing.refresh_listing_prices(actor=BOB):
        continue
    outbox.drain()
    showcase.rebuild(None)
    kept.forget()


def add_mugs(count: int) -> None:
    """More goods on the same shelf."""
    skus = _goods([_mug(f"mug-{n}", (f"Mug No. {n}", f"{n} 号马克杯")) for n in range(count)])
    for n in range(count):
        inventory.receive(skus[f"MUG-{n}"], "midlands", Decimal(30), actor=BOB)
    publish_changes()


def person(email: str) -> UUID:
    """Someone who can sign in; the customer's id."""
    user_id = identity.create_login(email, PASSWORD, email.partition("@")[0].title(), "en")
    return customers.create_customer(email=email, name=email.partition("@")[0].title(), user_id=user_id, country="GB",
                                     actor=BOB).id


def _goods(inputs: list[ProductInput]) -> dict[str, UUID]:
    """The goods with prices in both channels and a picture; variants by SKU."""
    made = catalog.bulk_import_products(inputs, actor=BOB)
    assert not made.errors
    facts = catalog.facts_by_sku([v.sku for item in inputs for v in item.variants])
    drawn = [(picture("kitchen", "mug", COLOURS["navy"][1]), {"en": "Drawn", "zh-hans": "图"}, None)]
    catalog.add_generated_svgs({id_: drawn for id_ in made.ids if id_}, size=800, actor=BOB)
    prices = {"plain-mug": 1400, "heavy-tee": 2400, "last-teapot": 4200, "gone-lamp": 5900}
    for price_list, factor in (("base-shop", 1), ("base-china", 9)):
        pricing.set_prices(price_list, [(facts[v.sku].id, Decimal(1), prices.get(item.slug, 1500) * factor)
                                        for item in inputs for v in item.variants], actor=BOB)
    return {sku: fact.id for sku, fact in facts.items()}


_PUBLISHED = (PublicationInput("shop"), PublicationInput("china"))


def _mug(slug: str, name: tuple[str, str]) -> ProductInput:
    return ProductInput(type="kitchen", slug=slug, name=texts(name), category="tea-coffee", publications=_PUBLISHED,
                        description=texts(("<p>Keeps warm.</p>", "<p>保温。</p>")),
                        variants=(VariantInput(slug.upper(), weight_g=400),))


def _tee() -> ProductInput:
    colours = tuple(OptionValue(c, texts(COLOURS[c][0])) for c in ("rose", "navy"))
    sizes = tuple(OptionValue(c, texts((c.upper(), c.upper()))) for c in ("s", "m"))
    return ProductInput(
        type="clothing", slug=TEE, name=texts(("Heavy T-Shirt", "重磅T恤")), category="tops", publications=_PUBLISHED,
        options=(Option("colour", texts(("Colour", "颜色")), colours), Option("size", texts(("Size", "尺码")), sizes)),
        variants=tuple(VariantInput(f"TEE-{c.code}-{s.code}".upper(), options={"colour": c.code, "size": s.code},
                                    weight_g=200) for c in colours for s in sizes))
