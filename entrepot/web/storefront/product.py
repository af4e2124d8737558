"""The product page: which variant the visitor looks at, where each option leads, what is said of price and stock."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import ChannelInfo
from entrepot.inventory import public as inventory
from entrepot.inventory.contracts import ShelfStock
from entrepot.kit.json import loads
from entrepot.kit.rest import actor_of
from entrepot.pricing import public as pricing
from entrepot.showcase import public as showcase
from entrepot.showcase.contracts import Neighbours
from entrepot.web.storefront import promise, structured
from entrepot.web.storefront.countries import COUNTRIES
from entrepot.web.storefront.kept import Kept
from entrepot.web.storefront.reviewed import reviews_of
from entrepot.web.storefront.seen import may_keep, seen_of, short
from entrepot.web.storefront.shop import language_of, stores_of

_FEW = 5
_BESIDE = 4
_beside: Kept[Neighbours] = Kept(5)
_SHOWN = ("/", "https://", "http://")
Variant = dict[str, Any]


def product_context(request: HttpRequest, channel: ChannelInfo, data: dict[str, Any]) -> dict[str, Any]:
    """Two statements beside the document: stock, price steps; neighbours and reviews now and then, what the visitor saw
    before with their consent.
    """
    language = language_of(channel)
    choices = Choices(data)
    variant = choices.find({o["code"]: request.GET.get(o["code"], "") for o in data["options"]})
    media = [m for m in data["media"] if m["url"].startswith(_SHOWN)]
    media.sort(key=choices.how_unlike(variant))
    ways = choices.ways_from(variant)
    stock = inventory.shelf_stock(channel.id, [UUID(v["id"]) for v in _once([variant, *(w[1] for w in ways)])])
    beside = _beside.get((channel.id, language, data["id"]),
                         lambda: showcase.neighbours(channel.id, language, data, limit=_BESIDE))
    together = [loads(c) for c in beside.together[:_BESIDE]]
    seen = [id_ for id_ in seen_of(request) if str(id_) != data["id"]]
    place, reviews = promise.place_of(request, channel), reviews_of(UUID(data["id"]), language)
    return {
        "product": data, "variant": variant, "media": media, "options": _options(data, variant, ways, stock),
        "step": variant["qty_step"] if variant else "1", "price": _price(data, variant),
        "left": _left(variant, stock), "place": place, "countries": COUNTRIES.items(),
        "promises": promise.promises(channel, place, variant, language) if variant and variant["in_stock"] else [],
        "stores": _stores(channel, variant, stock, language), **_prices(request, channel, variant),
        "similar": [loads(c) for c in beside.similar], "together": together if len(together) > 1 else [],
        "seen": [loads(c) for c in showcase.cards_of(channel.id, language, seen)] if seen else [], "indexed": True,
        "seen_id": short(UUID(data["id"])) if may_keep(request) else "",
        "reviews": reviews,
        "structured": structured.product(request, channel, data, variant, media, reviews["summary"]),
        "summary": structured.plain(data["description"]),
        "department": data["breadcrumb"][0]["slug"] if data["breadcrumb"] else ""}


def _once(variants: Iterable[Variant | None]) -> list[Variant]:
    return list({v["id"]: v for v in variants if v}.values())


class Choices:
    """A product's variants found by their options without looking through all of them for each."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data
        self.codes = [o["code"] for o in data["options"]]
        self.by_options = {self._key(v["options"]): v for v in data["variants"]}
        self.by_value: dict[tuple[str, str], list[Variant]] = {}
        for variant in data["variants"]:
            for pair in variant["options"].items():
                self.by_value.setdefault(pair, []).append(variant)

    def _key(self, options: dict[str, str]) -> tuple[str | None, ...]:
        return tuple(options.get(code) for code in self.codes)

    def how_unlike(self, variant: Variant | None) -> Callable[[dict[str, Any]], int]:
        """Pictures of the variant first, then those of variants of the same first option (its colour, mostly)."""
        first = self.codes[0] if self.codes else ""
        looks = variant["options"].get(first) if variant else None
        alike = {v["id"] for v in self.by_value.get((first, looks), ())} if looks else set()

        def rank(medium: dict[str, Any]) -> int:
            if variant and medium["variant_id"] == variant["id"]:
                return 0
            return 1 if medium["variant_id"] in alike else 2

        return rank

    def find(self, wanted: dict[str, str]) -> Variant | None:
        """The variant that was asked for, or else the nearest to it."""
        return self.by_options.get(self._key(wanted)) or choose(self.data["variants"], wanted)

    def ways_from(self, variant: Variant | None) -> list[tuple[tuple[str, str], Variant]]:
        """For each value of each option that any variant has: the variant it leads to from this one."""
        current = variant["options"] if variant else {}
        ways = []
        for option in self.data["options"]:
            for value in option["values"]:
                pair = (option["code"], value["code"])
                if pair in self.by_value:
                    wanted = {**current, pair[0]: pair[1]}
                    ways.append((pair, self.by_options.get(self._key(wanted)) or choose(self.by_value[pair], wanted)))
        return [(pair, found) for pair, found in ways if found]


def choose(variants: list[Variant], wanted: dict[str, str]) -> Variant | None:
    """The variant that has most of the wanted options; among equals one in stock, then the cheapest."""
    def rank(variant: Variant) -> tuple[int, bool, int]:
        fits = sum(variant["options"].get(code) == value for code, value in wanted.items() if value)
        return fits, variant["in_stock"], -(variant["price"] or {"amount_minor": 2**62})["amount_minor"]

    return max(variants, key=rank, default=None)


def _options(data: dict[str, Any], variant: Variant | None, ways: list[tuple[tuple[str, str], Variant]],
             stock: ShelfStock) -> list[dict[str, Any]]:
    """Each option's values as links to the product with that value chosen, and what is left of it."""
    current = variant["options"] if variant else {}
    leads, codes = dict(ways), [o["code"] for o in data["options"]]
    shown = []
    for option in data["options"]:
        values = []
        for value in option["values"]:
            there = leads.get((option["code"], value["code"]))
            if there is None:
                continue
            wanted = {**current, option["code"]: value["code"]}
            leads_to = {code: there["options"][code] for code in codes if code in there["options"]}
            values.append({"name": value["name"], "code": value["code"], "query": urlencode(leads_to),
                           "in_stock": there["in_stock"] and there["options"] == wanted,
                           "left": _left(there, stock), "chosen": current.get(option["code"]) == value["code"]})
        chosen = next((v["name"] for v in values if v["chosen"]), "")
        shown.append({"code": option["code"], "name": option["name"], "values": values, "chosen": chosen})
    return shown


def _left(variant: Variant | None, stock: ShelfStock) -> int:
    """How many are left when it is worth saying, else 0."""
    if not variant or not variant["in_stock"] or variant["backorder"] or variant["is_bundle"]:
        return 0
    free = stock.free.get(UUID(variant["id"]))
    return int(free) if free is not None and 0 < free <= _FEW else 0


def _price(data: dict[str, Any], variant: Variant | None) -> dict[str, Any] | None:
    price: dict[str, Any] | None = variant["price"] if variant and variant["price"] else data["price"]
    return {**price, "varies": False} if price else None


def _prices(request: HttpRequest, channel: ChannelInfo, variant: Variant | None) -> dict[str, Any]:
    """The steps of the price for larger quantities, and a member's own price when it is lower."""
    if variant is None or not variant["price"]:
        return {"tiers": [], "own_price": None}
    customer_id = actor_of(request).customer_id
    steps = pricing.tiers(channel.id, UUID(variant["id"]), customer_id=customer_id)
    shown = variant["price"]["amount_minor"]
    first = next((s.amount_minor for s in steps if s.min_qty <= 1), shown)
    own = first if customer_id and first < shown else None
    return {"own_price": own, "tiers": [s for s in steps if s.min_qty > 1 and s.amount_minor < (own or shown)]}


def _stores(channel: ChannelInfo, variant: Variant | None, stock: ShelfStock, language: str) -> list[dict[str, Any]]:
    """Each pick-up store with the level of this variant there."""
    if variant is None or not variant["needs_shipping"] or variant["is_bundle"]:
        return []
    levels = stock.stores.get(UUID(variant["id"]), {})
    return [{"name": catalog.in_language(s.name, language), "address": s.address,
             "level": str(levels[s.id].level) if s.id in levels else "none",
             "left": levels[s.id].few_qty if s.id in levels else None} for s in stores_of(channel)]
