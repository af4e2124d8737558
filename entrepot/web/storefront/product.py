"""The product page: which variant the visitor looks at, where each option leads, what search engines may know."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from entrepot.catalog.contracts import ChannelInfo
from entrepot.kit.json import dumps, loads
from entrepot.kit.money import exponent
from entrepot.showcase import public as showcase
from entrepot.web.storefront.shop import language_of

_SIMILAR = 4
_SHOWN = ("/", "https://", "http://")


def product_context(request: HttpRequest, channel: ChannelInfo, data: dict[str, Any]) -> dict[str, Any]:
    wanted = {o["code"]: request.GET.get(o["code"], "") for o in data["options"]}
    variant = choose(data["variants"], wanted)
    media = [m for m in data["media"] if m["url"].startswith(_SHOWN)]
    media.sort(key=lambda m: not (variant and m["variant_id"] == variant["id"]))
    step = variant["qty_step"] if variant else "1"
    return {
        "product": data, "variant": variant, "media": media, "options": _options(data, variant), "step": step,
        "price": _price(data, variant), "similar": _similar(channel, data), "indexed": True,
        "structured": structured_data(request, channel, data, media),
        "department": data["breadcrumb"][0]["slug"] if data["breadcrumb"] else ""}


def choose(variants: list[dict[str, Any]], wanted: dict[str, str]) -> dict[str, Any] | None:
    """The variant that has most of the wanted options; among equals one in stock, then the cheapest."""
    def rank(variant: dict[str, Any]) -> tuple[int, bool, int]:
        fits = sum(variant["options"].get(code) == value for code, value in wanted.items() if value)
        return fits, variant["in_stock"], -(variant["price"] or {"amount_minor": 2**62})["amount_minor"]

    return max(variants, key=rank, default=None)


def _options(data: dict[str, Any], variant: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Each option's values as links to the product with that value chosen, and whether that can be bought."""
    current = variant["options"] if variant else {}
    shown = []
    for option in data["options"]:
        values = []
        for value in option["values"]:
            query = {o["code"]: current[o["code"]] for o in data["options"] if o["code"] in current}
            query[option["code"]] = value["code"]
            there = next((v for v in data["variants"] if v["options"] == query), None)
            if there is None and not any(v["options"].get(option["code"]) == value["code"] for v in data["variants"]):
                continue
            values.append({"name": value["name"], "query": urlencode(query),
                           "in_stock": bool(there and there["in_stock"]),
                           "chosen": current.get(option["code"]) == value["code"]})
        chosen = next((v["name"] for v in values if v["chosen"]), "")
        shown.append({"code": option["code"], "name": option["name"], "values": values, "chosen": chosen})
    return shown


def _price(data: dict[str, Any], variant: dict[str, Any] | None) -> dict[str, Any] | None:
    price: dict[str, Any] | None = variant["price"] if variant and variant["price"] else data["price"]
    return {**price, "varies": False} if price else None


def _similar(channel: ChannelInfo, data: dict[str, Any]) -> list[dict[str, Any]]:
    """Neighbours on the same shelf (one statement)."""
    if not data["breadcrumb"]:
        return []
    found = loads(showcase.listing(channel.id, language_of(channel), category=data["breadcrumb"][-1]["slug"],
                                   limit=_SIMILAR + 1))
    return [card for card in found["items"] if card["id"] != data["id"]][:_SIMILAR]


def structured_data(request: HttpRequest, channel: ChannelInfo, data: dict[str, Any],
                    media: list[dict[str, Any]]) -> str:
    """schema.org Product as JSON that cannot leave its script element."""
    here = request.build_absolute_uri(request.path)
    about: dict[str, Any] = {"@context": "https://schema.org", "@type": "Product", "name": data["name"], "url": here,
                             "image": [request.build_absolute_uri(m["url"]) for m in media[:4]]}
    if data["brand"]:
        about["brand"] = {"@type": "Brand", "name": data["brand"]["name"]}
    if data["price"]:
        amount = format(Decimal(data["price"]["amount_minor"]).scaleb(-exponent(channel.currency)), "f")
        state = "InStock" if data["in_stock"] else "OutOfStock"
        about["offers"] = {"@type": "Offer", "price": amount, "priceCurrency": data["price"]["currency"], "url": here,
                           "availability": f"https://schema.org/{state}"}
    text = dumps(about).decode()
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
