"""A small shop to show: a tree of categories, facets, stock, and prices in a plain dictionary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import ChannelInfo, PublicationInput, VariantInput
from entrepot.catalog.tests import factories as goods
from entrepot.inventory import public as inventory
from entrepot.kit import outbox
from entrepot.kit.actor import Actor, ActorKind, system
from entrepot.kit.json import loads
from entrepot.pricing.contracts import ListingPriceInfo
from entrepot.showcase import public
from entrepot.showcase.contracts import SearchHits, SearchRequest
from entrepot.showcase.search import hits

SHOP = system("test")
ALICE = Actor(ActorKind.CUSTOMER, id="alice", label="Alice")
BOB = Actor(ActorKind.STAFF, id="bob", label="Bob", permissions=frozenset(
    f"showcase.{verb}" for verb in ("see_search", "manage_search", "rebuild")))
CHARLIE = Actor(ActorKind.STAFF, id="charlie", label="Charlie")


@dataclass
class Prices:
    """Stands for the pricing context: what each variant costs in any channel."""

    amounts: dict[UUID, int] = field(default_factory=dict)
    otherwise: int = 1000
    regular: dict[UUID, int] = field(default_factory=dict)  # of what is reduced

    def listing_prices(self, channel_id: int, variant_ids: Iterable[UUID]) -> Mapping[UUID, ListingPriceInfo]:
        amounts = {v: self.amounts.get(v, self.otherwise) for v in variant_ids}
        return {v: ListingPriceInfo(a, self.regular.get(v, a), None, "EUR", None) for v, a in amounts.items() if a >= 0}


@dataclass
class Shop:
    channel: ChannelInfo
    prices: Prices

    def add(self, name: str, *, zh: str = "", price: int = 1000, stock: int = 10, **changes: Any) -> UUID:
        """A published product with a price and, unless `stock` is 0, goods on the shelf. Nothing is rebuilt."""
        texts = {"en": name, **({"zh-hans": zh} if zh else {})}
        code = goods.product_input(name, **changes)
        values = {f: getattr(code, f) for f in code.__slots__ if f not in ("name", "publications")}
        made = catalog.create_product(type(code)(name=texts, publications=(PublicationInput(self.channel.code),),
                                                 **values), actor=SHOP)
        for variant in goods.variants_of(made):
            self.prices.amounts[variant] = price
            if stock:
                inventory.receive(variant, "main", Decimal(stock), actor=SHOP)
        return made

    def show(self) -> None:
        """Let every event, mark and index change arrive."""
        outbox.drain()
        public.rebuild([])

    def page(self, **how: Any) -> dict[str, Any]:
        language = how.pop("language", "en")
        return loads(public.listing(self.channel.id, language, **how))

    def names(self, **how: Any) -> list[str]:
        return [item["name"] for item in self.page(**how)["items"]]

    def product(self, slug: str, language: str = "en") -> dict[str, Any] | None:
        found = public.document(self.channel.id, language, slug)
        return loads(found[0]) if found else None

    def find(self, text: str = "", *, language: str = "en", **how: Any) -> tuple[list[str], SearchHits]:
        found = hits(SearchRequest(self.channel.id, language, text, **how))
        return [loads(card)["name"] for card in public.cards(found.document_ids)], found


def open_shop(prices: Prices) -> Shop:
    channel = goods.a_channel("web")
    inventory.create_warehouse("main", {"en": "Main"}, actor=SHOP)
    inventory.serve_channel("web", "main", actor=SHOP)
    return Shop(channel, prices)


def a_tree() -> None:
    """electronics > audio > headphones, and toys."""
    catalog.create_category("electronics", {"en": "Electronics", "zh-hans": "电子产品"}, actor=SHOP)
    catalog.create_category("audio", {"en": "Audio", "zh-hans": "音频"}, "electronics", actor=SHOP)
    catalog.create_category("headphones", {"en": "Headphones", "zh-hans": "耳机"}, "audio", actor=SHOP)
    catalog.create_category("toys", {"en": "Toys", "zh-hans": "玩具"}, actor=SHOP)


def a_facet() -> str:
    """A product type whose `color` narrows searches; returns its code."""
    catalog.create_attribute("color", {"en": "Colour", "zh-hans": "颜色"}, "choice", choices={
        "red": {"en": "Red", "zh-hans": "红色"}, "blue": {"en": "Blue", "zh-hans": "蓝色"}}, is_facet=True, actor=SHOP)
    catalog.create_product_type("coloured", {"en": "Coloured"}, attributes=["color"], actor=SHOP)
    return "coloured"


def variant(sku: str, **changes: Any) -> VariantInput:
    return VariantInput(sku, **changes)
