"""The front page and every page made of blocks: which blocks, and the goods and pictures that stand in them.

A block's template `storefront/blocks/<kind>.html` gets as `it` the block's own data (see `growth.blocks`) with what
the shop adds: `cards`, `tiles`, `promotion`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import CategoryNode, ChannelInfo
from entrepot.kit.json import dumps, loads
from entrepot.showcase import public as showcase
from entrepot.web.storefront.kept import Kept
from entrepot.web.storefront.structured import plain

_CARDS = 8
_kept: Kept[list[dict[str, Any]]] = Kept(15, most=200)

Card = dict[str, Any]


def dress(channel: ChannelInfo, language: str, blocks: Sequence[tuple[str, dict[str, Any]]],
          tree: Sequence[CategoryNode], seen: Sequence[UUID] = ()) -> list[dict[str, Any]]:
    """Blocks (kind, data) ready for their templates; what would stand empty is left out, but for what the visitor
    looked at: their browser may know (shop.js).

    The same for every visitor, so it is worked out by one visitor in fifteen seconds; only what this visitor saw last
    costs a statement of its own.
    """
    dressed = _kept.get((channel.id, language, dumps(blocks)), lambda: _Dresser(channel, language, tree).all(blocks))
    if any(block["kind"] == "recently_seen" for block in dressed):
        cards = [loads(c) for c in showcase.cards_of(channel.id, language, seen)] if seen else []
        dressed = [_with_seen(b, cards) for b in dressed]
    return dressed


def _with_seen(block: dict[str, Any], cards: list[Card]) -> dict[str, Any]:
    if block["kind"] != "recently_seen":
        return block
    return {**block, "it": {**block["it"], "cards": cards[:int(block["it"].get("count") or _CARDS)]}}


def arrangement(channel: ChannelInfo, language: str) -> list[tuple[str, dict[str, Any]]]:
    """The front page of a shop that has not arranged its own."""
    named = [("collection", {"slug": c.slug, "heading": catalog.in_language(c.name, language), "count": 4,
                             "text": plain(catalog.in_language(c.description, language)),
                             "link": reverse("shop:collection", args=[c.slug]), "link_label": _("See all")})
             for c in catalog.collections()]
    everything = reverse("shop:search")
    return [
        ("hero", {"heading": catalog.in_language(channel.name, language), "goods": True, "link": everything,
                  "link_label": _("See everything")}),
        ("facts", {}), ("categories", {"heading": _("Departments")}), ("campaign", {"heading": "", "offers": True}),
        *named[:2], ("recommended", {"heading": _("Bought most often"), "count": _CARDS}), *named[2:4],
        ("recently_seen", {"heading": _("You looked at"), "count": 6}),
        ("newest", {"heading": _("New in the shop"), "count": 4, "link": everything,
                    "link_label": _("See everything")}),
    ]


class _Dresser:
    """Collects the goods for one page's blocks; a shelf that several blocks want is read once."""

    def __init__(self, channel: ChannelInfo, language: str, tree: Sequence[CategoryNode]) -> None:
        self.channel, self.language, self.tree = channel, language, tree
        self.shelves: dict[str, list[Card]] = {}

    def all(self, blocks: Iterable[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
        made: list[dict[str, Any]] = [
            {"kind": kind, "template": f"storefront/blocks/{kind}.html", "it": it} for kind, data in blocks
            if (it := self.one(kind, data)) is not None]
        if made:
            made[0]["first"] = True
        return made

    def one(self, kind: str, data: dict[str, Any]) -> dict[str, Any] | None:
        """The block's data with its goods; None for a block that would be empty."""
        wanted = int(data.get("count") or _CARDS)
        if kind == "hero":
            return {**data, "cards": self.opening(3) if data.get("goods") and not data.get("picture") else []}
        if kind == "categories":
            return self._with("tiles", data, self.tiles(data.get("slugs") or []))
        if kind == "collection":
            return self._with("cards", data, self.page(collection=data["slug"], limit=wanted))
        if kind == "newest":
            return self._with("cards", data, self.page(limit=wanted))
        if kind == "recommended":
            best = [loads(c) for c in showcase.bestsellers(self.channel.id, self.language, wanted)]
            return self._with("cards", data, best or self.mixed(wanted))
        if kind == "products":
            return self._with("cards", data, [loads(c) for c in showcase.cards_by_slug(
                self.channel.id, self.language, data.get("slugs") or [])])
        return self._offers(data) if kind == "campaign" and data.get("offers") else data

    def _with(self, name: str, data: dict[str, Any], found: list[Any]) -> dict[str, Any] | None:
        return {**data, name: found} if found else None

    def page(self, *, collection: str = "", limit: int = 100) -> list[Card]:
        page = showcase.listing(self.channel.id, self.language, collection=collection, limit=limit)
        return list(loads(page)["items"])

    def shelf(self, slug: str) -> list[Card]:
        """What is in stock and has a picture, on a department's shelf."""
        if slug not in self.shelves:
            found = loads(showcase.listing(self.channel.id, self.language, category=slug, limit=100))["items"]
            self.shelves[slug] = [c for c in found if c["image"] and c["in_stock"]]
        return self.shelves[slug]

    def opening(self, most: int) -> list[Card]:
        """One thing of each of a few departments that lie apart, from the middle of their shelves."""
        shelves = [s for d in self.tree if (s := self.shelf(d.slug))]
        step = max(1, len(shelves) // most)
        return [s[len(s) // 3] for s in shelves[::step]][:most]

    def mixed(self, most: int) -> list[Card]:
        """A handful from all over the shop, one department after another."""
        shelves = [self.shelf(d.slug) for d in self.tree]
        longest = max(map(len, shelves), default=0)
        cards = [s[at] for at in range(longest) for s in shelves if at < len(s)]
        return list({c["slug"]: c for c in cards}.values())[:most]

    def tiles(self, slugs: Sequence[str]) -> list[dict[str, Any]]:
        known = {n.slug: n for n in walk(self.tree)}
        nodes = [known[s] for s in slugs if s in known] if slugs else list(self.tree)
        tiles = []
        for node in nodes:
            cards = self.shelf(node.slug)
            tiles.append({"slug": node.slug, "name": node.name, "below": [c.name for c in node.children[:4]],
                          "image": cards[len(cards) // 2]["image"] if cards else None})
        return tiles

    def _offers(self, data: dict[str, Any]) -> dict[str, Any] | None:
        """A campaign of what is reduced now, from every department, under the promotion's own name."""
        cards = [c for d in self.tree for c in self.shelf(d.slug)
                 if c["price"] and c["price"]["amount_minor"] < c["price"]["regular_minor"]]
        cards = list({c["slug"]: c for c in cards}.values())
        if not cards:
            return None
        by_name: dict[str, int] = {}
        for card in cards:
            by_name[card["price"]["promotion"]] = by_name.get(card["price"]["promotion"], 0) + 1
        name = max(by_name, key=lambda n: (bool(n), by_name[n]))
        cards.sort(key=lambda c: c["price"]["promotion"] != name)
        step = max(1, by_name[name] // 6)
        return {**data, "heading": name or _("On offer"), "cards": cards[:by_name[name]:step][:6] or cards[:6]}


def walk(nodes: Iterable[CategoryNode]) -> Iterable[CategoryNode]:
    for node in nodes:
        yield node
        yield from walk(node.children)
