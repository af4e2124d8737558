"""The product feed for Google Merchant Center: RSS 2.0 with Google's attributes, one item per variant, streamed.

Left out is what Google would refuse: variants without a price or a picture it can read (a drawing as SVG is none).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

from entrepot.catalog.contracts import ChannelInfo
from entrepot.checkout import public as checkout
from entrepot.checkout.contracts import DeliveryMethodInfo
from entrepot.kit.json import loads
from entrepot.kit.money import exponent
from entrepot.showcase import public as showcase
from entrepot.web.storefront.addresses import whole

_TAG = re.compile(r"<[^>]*>")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
# What Google calls the options that make variants differ, by the codes that shops use for them.
_OPTIONS = {"colour": "color", "color": "color", "size": "size", "material": "material", "pattern": "pattern"}
_READABLE = (".webp", ".jpg", ".jpeg", ".png", ".gif")


def stream(site: str, channel: ChannelInfo, language: str, title: str) -> Iterator[str]:
    """The feed of a channel in a language. `site` is scheme and host."""
    home = whole(site, channel, language, "shop:home")
    yield ('<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0">'
           f"<channel><title>{_text(title, 150)}</title><link>{escape(home)}</link>"
           f"<description>{_text(title, 500)}</description>\n")
    methods = ways_home(channel)
    for body in showcase.bodies(channel.id, language):
        product = loads(body)
        for variant in product["variants"]:
            yield item(site, channel, language, product, variant, methods)
    yield "</channel></rss>\n"


def item(site: str, channel: ChannelInfo, language: str, product: dict[str, Any], variant: dict[str, Any],
         methods: list[DeliveryMethodInfo]) -> str:
    """One variant, or nothing when Google would refuse it."""
    price, images = variant["price"], _pictures(site, product, variant)
    if price is None or not images:
        return ""
    told = [*_about(site, channel, language, product, variant), *_money(price), *_identity(product, variant),
            ("image_link", images[0]), *(("additional_image_link", i) for i in images[1:11]),
            ("availability", "in_stock" if variant["in_stock"] and not variant["backorder"] else "out_of_stock"),
            ("condition", "new")]
    lines = "".join(f"<g:{name}>{value}</g:{name}>" for name, value in told)
    return f"<item>{lines}{_shipping(channel, language, variant, price, methods)}</item>\n"


def _about(site: str, channel: ChannelInfo, language: str, product: dict[str, Any],
           variant: dict[str, Any]) -> Iterator[tuple[str, str]]:
    names = {o["code"]: {v["code"]: v["name"] for v in o["values"]} for o in product["options"]}
    chosen = {code: names.get(code, {}).get(value, value) for code, value in variant["options"].items()}
    title = " ".join([product["name"], *(str(v) for v in chosen.values())])
    address = whole(site, channel, language, "shop:product", product["slug"], dict(variant["options"]))
    yield "id", _text(variant["sku"], 50)
    yield "title", _text(title, 150)
    yield "description", _text(html.unescape(_TAG.sub(" ", product["description"])).strip() or product["name"], 5000)
    yield "link", escape(address)
    if len(product["variants"]) > 1:
        yield "item_group_id", _text(product["slug"] if len(product["slug"]) <= 50 else product["id"], 50)
    for code, name in chosen.items():
        if code in _OPTIONS:
            yield _OPTIONS[code], _text(name, 100)
    if product["breadcrumb"]:
        yield "product_type", _text(" > ".join(c["name"] for c in product["breadcrumb"]), 750)
    if variant["weight_g"]:
        yield "shipping_weight", f"{variant['weight_g']} g"


def _money(price: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The regular price, and beside it the lower one when there is one."""
    yield "price", _amount(price["regular_minor"], price["currency"])
    if price["amount_minor"] < price["regular_minor"]:
        yield "sale_price", _amount(price["amount_minor"], price["currency"])


def _identity(product: dict[str, Any], variant: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if product["brand"]:
        yield "brand", _text(product["brand"]["name"], 70)
    if is_gtin(variant["barcode"]):
        yield "gtin", variant["barcode"]
    else:
        yield "identifier_exists", "no"


def is_gtin(code: str) -> bool:
    """Whether it is a trade item number: 8, 12, 13 or 14 digits of which the last one checks."""
    if len(code) not in (8, 12, 13, 14) or not (code.isascii() and code.isdigit()):
        return False
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(code)))
    return total % 10 == 0


def _shipping(channel: ChannelInfo, language: str, variant: dict[str, Any], price: dict[str, Any],
              methods: list[DeliveryMethodInfo]) -> str:
    """What it costs to send one piece home, by each way of delivery."""
    if not variant["needs_shipping"]:
        return ""
    lines = []
    for method in methods:
        amount = checkout.rate_minor(method, variant["weight_g"], price["amount_minor"])
        if amount is not None:
            name = method.name.get(language) or method.name.get("en") or method.code
            lines.append(f"<g:shipping><g:country>{channel.country}</g:country>"
                         f"<g:service>{_text(name, 100)}</g:service><g:price>"
                         f"{_amount(amount, channel.currency)}</g:price></g:shipping>")
    return "".join(lines)


def ways_home(channel: ChannelInfo) -> list[DeliveryMethodInfo]:
    """What delivers everywhere in the channel's own country."""
    def goes_everywhere(method: DeliveryMethodInfo) -> bool:
        wanted = [z for z in method.zones if not z.get("excluded")]
        return not wanted or any(z.get("country") in ("", None, channel.country) and not z.get("region")
                                 and not z.get("postcode_prefix") for z in wanted)

    return [m for m in checkout.delivery_methods().values()
            if m.kind == "shipping" and m.is_active and m.currency == channel.currency
            and (not m.channels or channel.id in m.channels) and goes_everywhere(m)]


def _pictures(site: str, product: dict[str, Any], variant: dict[str, Any]) -> list[str]:
    """Whole addresses of pictures that Google reads: the variant's own, those of its looks, those of none."""
    first = product["options"][0]["code"] if product["options"] else ""
    alike = {v["id"] for v in product["variants"] if v["options"].get(first) == variant["options"].get(first)}
    ranks = {variant["id"]: 0, None: 2}
    media = sorted((m for m in product["media"] if m["variant_id"] in alike or m["variant_id"] is None),
                   key=lambda m: ranks.get(m["variant_id"], 1))
    shown = [m.get("raster") or m["url"] for m in media]
    return [escape(url if url.startswith("http") else site + url) for url in shown
            if url.lower().endswith(_READABLE)]


def _amount(minor: int, currency: str) -> str:
    return f"{Decimal(minor).scaleb(-exponent(currency)):f} {currency}"


def _text(text: str, limit: int) -> str:
    return escape(" ".join(_CONTROL.sub("", str(text)).split())[:limit])
