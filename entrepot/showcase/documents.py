"""Makes the bytes that the shop sends, from what catalogue, prices and stock say. Pure: no database, no clock."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import blake2b
from typing import Any
from uuid import UUID

from entrepot.catalog.contracts import (
    AttributeSource,
    ChannelInfo,
    CollectionInfo,
    MediaSource,
    ProductSource,
    VariantSource,
)
from entrepot.inventory.contracts import Available
from entrepot.kit.json import dumps, loads
from entrepot.pricing.contracts import ListingPriceInfo
from entrepot.showcase import rules
from entrepot.showcase.contracts import SearchDocument

_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Offers:
    """What a channel sells the variants of a batch for, and what it has of them (components of bundles included)."""

    channel: ChannelInfo
    prices: Mapping[UUID, ListingPriceInfo]
    stock: Mapping[UUID, Available]


@dataclass(frozen=True, slots=True)
class Made:
    """A finished document with the shelves it stands on: (kind, target id, slug, name)."""

    product_id: UUID
    channel_id: int
    language: str
    slug: str
    body: bytes
    card: bytes
    etag: str
    rank: int
    price_minor: int | None
    name_key: bytes
    shelves: tuple[tuple[str, int, str, str], ...]


def say(texts: Mapping[str, str] | None, language: str) -> str:
    """The text in `language`, else English, else any."""
    if not texts:
        return ""
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")


def make(source: ProductSource, offers: Offers, language: str, collections: Mapping[int, CollectionInfo]) -> Made:
    """The document of one product in one channel and language."""
    sold = [_variant(v, source, offers, language) for v in source.variants if v.is_active]
    page = _page(source, language, sold, collections)
    card = dumps(_card(page, sold))
    body = dumps(page)
    shelves = tuple(_shelves(source, language, collections))
    digest = blake2b(body, digest_size=16)
    digest.update(card)
    digest.update(dumps(shelves))
    return Made(source.id, offers.channel.id, language, source.slug, body, card, digest.hexdigest(),
                rules.milliseconds(source.created_at), page["price"]["amount_minor"] if page["price"] else None,
                rules.name_key(page["name"]), shelves)


def _shelves(source: ProductSource, language: str,
             collections: Mapping[int, CollectionInfo]) -> Iterator[tuple[str, int, str, str]]:
    yield "all", 0, "", ""
    for category in source.categories:
        yield "category", category.id, category.slug, say(category.name, language)
    for id_ in source.collection_ids:
        if id_ in collections:
            yield "collection", id_, collections[id_].slug, say(collections[id_].name, language)


def _page(source: ProductSource, language: str, sold: list[dict[str, Any]],
          collections: Mapping[int, CollectionInfo]) -> dict[str, Any]:
    seo = source.seo.get(language) or source.seo.get("en") or {}
    return {
        "id": source.id, "slug": source.slug, "type": source.type_code, "name": say(source.name, language),
        "names": {other: text for other, text in source.name.items() if text and other != language},
        "description": say(source.description, language),
        "seo": {"title": seo.get("title", ""), "description": seo.get("description", "")},
        "brand": {"slug": source.brand.slug, "name": say(source.brand.name, language)} if source.brand else None,
        "breadcrumb": [{"slug": c.slug, "name": say(c.name, language)} for c in source.breadcrumb],
        "categories": [{"slug": c.slug, "name": say(c.name, language)} for c in source.categories],
        "collections": [{"slug": collections[i].slug, "name": say(collections[i].name, language)}
                        for i in source.collection_ids if i in collections and collections[i].is_visible],
        "attributes": [_attribute(a, language) for a in source.attributes],
        "options": [{"code": o.code, "name": say(o.name, language),
                     "values": [{"code": v.code, "name": say(v.name, language)} for v in o.values]}
                    for o in source.options],
        "variants": sold, "media": [_media(m, language) for m in source.media], "tags": list(source.tags),
        "rating": source.rating, "price": _lead_price(sold), "in_stock": any(v["in_stock"] for v in sold),
        "created_at": source.created_at, "version": source.version,
    }


def _attribute(source: AttributeSource, language: str) -> dict[str, Any]:
    values = source.value if isinstance(source.value, list) else [source.value]
    labels = [say(texts, language) for texts in source.labels] or [_plain(v) for v in values]
    return {"code": source.code, "name": say(source.name, language), "kind": source.kind, "unit": source.unit,
            "value": source.value, "label": ", ".join(labels), "labels": labels, "is_facet": source.is_facet}


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _media(source: MediaSource, language: str) -> dict[str, Any]:
    """A drawing's PNG is for those who read no drawings (`raster`); browsers get the drawing."""
    told = {"id": source.id, "url": source.url, "alt": say(source.alt, language), "width": source.width,
            "height": source.height, "variant_id": source.variant_id}
    sizes = [{"url": r.url, "width": r.width, "height": r.height, "type": r.type} for r in source.renditions]
    if source.url.endswith(".svg"):
        return {**told, "renditions": [], **({"raster": sizes[0]["url"]} if sizes else {})}
    return {**told, "renditions": sizes}


def _variant(source: VariantSource, product: ProductSource, offers: Offers, language: str) -> dict[str, Any]:
    in_stock, backorder = availability(source, offers.stock)
    price = offers.prices.get(source.id)
    return {
        "id": source.id, "sku": source.sku, "barcode": source.barcode, "name": say(source.name, language),
        "options": source.options, "attributes": [_attribute(a, language) for a in source.attributes],
        "price": _price(price, language), "in_stock": in_stock and price is not None, "backorder": backorder,
        "unit": source.unit, "qty_step": source.qty_step, "weight_g": source.weight_g,
        "needs_shipping": source.needs_shipping, "is_bundle": source.is_bundle,
        "image": next((m.url for m in product.media if m.variant_id == source.id), ""),
    }


def _price(price: ListingPriceInfo | None, language: str) -> dict[str, Any] | None:
    if price is None:
        return None
    return {"amount_minor": price.amount_minor, "regular_minor": price.regular_minor,
            "lowest_prior_minor": price.lowest_prior_minor, "currency": price.currency,
            "promotion": say(price.promotion_label, language)}


def availability(source: VariantSource, stock: Mapping[UUID, Available]) -> tuple[bool, bool]:
    """Whether one step of the variant can be sold now, and whether that would be a back order. A bundle has what all
    its components have.
    """
    if not source.is_stocked:
        return True, False
    needs = source.components or ((source.id, source.qty_step),)
    backorder = False
    for variant_id, quantity in needs:
        have = stock.get(variant_id)
        if have is None:
            return False, False
        if have.quantity < quantity:
            if not have.backorder:
                return False, False
            backorder = True
    return True, backorder


def _lead_price(sold: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """The cheapest variant's price, of those in stock when any is, and whether others cost more."""
    priced = [v for v in sold if v["price"]]
    if not priced:
        return None
    lead = min([v for v in priced if v["in_stock"]] or priced, key=lambda v: v["price"]["amount_minor"])
    varies = any(v["price"]["amount_minor"] != lead["price"]["amount_minor"] for v in priced)
    return {**lead["price"], "varies": varies}


def _card(page: dict[str, Any], sold: list[dict[str, Any]]) -> dict[str, Any]:
    image = page["media"][0] if page["media"] else None
    other = next((m for m in page["media"][1:] if m["url"] != (image or {})["url"]), None)
    return {
        "id": page["id"], "slug": page["slug"], "name": page["name"], "brand": page["brand"] and page["brand"]["name"],
        "image": image and {key: image[key] for key in (*_PICTURE, "raster") if key in image},
        "other": other and {key: other[key] for key in _PICTURE},
        "swatches": _swatches(page, sold),
        "price": page["price"], "in_stock": page["in_stock"], "rating": page["rating"], "variants": len(sold),
        "variant_id": sold[0]["id"] if len(sold) == 1 else None,
    }


_PICTURE = ("url", "alt", "width", "height", "renditions")
_COLOUR_OPTIONS = ("colour", "color")
_MAX_SWATCHES = 6


def _swatches(page: dict[str, Any], sold: list[dict[str, Any]]) -> list[str]:
    """Codes of the colours that the product comes in."""
    used = {v["options"].get(code) for v in sold for code in _COLOUR_OPTIONS}
    codes = [value["code"] for o in page["options"] if o["code"] in _COLOUR_OPTIONS for value in o["values"]]
    return [code for code in codes if code in used][:_MAX_SWATCHES]


CARD_FIELDS = frozenset(("id", "slug", "name", "brand", "image", "other", "swatches", "price", "in_stock", "rating",
                         "variants", "variant_id"))
PAGE_FIELDS = frozenset((
    "id", "slug", "type", "name", "names", "description", "seo", "brand", "breadcrumb", "categories", "collections",
    "attributes", "options", "variants", "media", "tags", "rating", "price", "in_stock", "created_at", "version"))


def searchable(document_id: int, product_id: UUID, body: bytes, rank: int, sold: int = 0) -> SearchDocument:
    """What the index takes from a finished document."""
    page = loads(body)
    attributes = tuple(_facet_values(page))
    words = [page["name"], *page.get("names", {}).values(),  # visitors also type what a thing is called elsewhere
             page["brand"]["name"] if page["brand"] else "", *page["tags"],
             *(c["name"] for c in page["categories"]), *(a["label"] for a in page["attributes"]),
             *(v["name"] for v in page["variants"]), *(v["name"] for o in page["options"] for v in o["values"]),
             html.unescape(_TAG.sub(" ", page["description"]))]
    return SearchDocument(
        document_id, product_id, page["name"], " ".join(filter(None, words)),
        tuple(code for v in page["variants"] for code in (v["sku"], v["barcode"]) if code),
        tuple(_category_path(page)), (page["brand"]["slug"], page["brand"]["name"]) if page["brand"] else None,
        attributes, page["price"]["amount_minor"] if page["price"] else None, page["in_stock"], rank,
        tuple(c["slug"] for c in page["collections"]), _is_reduced(page["price"]), sold)


def _is_reduced(price: dict[str, Any] | None) -> bool:
    return price is not None and price["amount_minor"] < price["regular_minor"]


def _category_path(page: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    crumbs = [c["slug"] for c in page["breadcrumb"]]
    for category in page["categories"]:
        at = crumbs.index(category["slug"]) if category["slug"] in crumbs else 0
        yield category["slug"], crumbs[at - 1] if at else "", category["name"]


def _facet_values(page: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """Every facet value that the product or any of its variants has, options included, each once."""
    seen: set[tuple[str, str]] = set()
    described = [*page["attributes"], *(a for v in page["variants"] for a in v["attributes"])]
    for attribute in described:
        if attribute["is_facet"]:
            values = attribute["value"] if isinstance(attribute["value"], list) else [attribute["value"]]
            for value, label in zip(values, attribute["labels"], strict=False):
                if (key := (attribute["code"], _plain(value))) not in seen:
                    seen.add(key)
                    yield attribute["code"], attribute["name"], key[1], label
    used = {(code, value) for v in page["variants"] for code, value in v["options"].items()}
    for option in page["options"]:
        for value in option["values"]:
            if (key := (option["code"], value["code"])) in used and key not in seen:
                seen.add(key)
                yield option["code"], option["name"], value["code"], value["name"]
