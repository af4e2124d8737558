"""What search engines are told in schema.org's words, as JSON that cannot leave its script element."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from html import unescape
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _

from entrepot.catalog.contracts import ChannelInfo
from entrepot.kit.json import dumps
from entrepot.kit.money import exponent
from entrepot.service.contracts import ReviewSummary
from entrepot.web.storefront.shop import shop_name

_CONTEXT = "https://schema.org"
_TAG = re.compile(r"<[^>]*>")
_LONGEST = 5000
_PICTURES = 4
_GTIN_LENGTHS = (8, 12, 13, 14)


def written(*things: dict[str, Any]) -> str:
    text = dumps([{"@context": _CONTEXT, **thing} for thing in things]).decode()
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def shop(request: HttpRequest) -> str:
    home = request.build_absolute_uri(reverse("shop:home"))
    search = request.build_absolute_uri(reverse("shop:search"))
    return written(
        {"@type": "Organization", "name": shop_name(), "url": settings.BASE_URL,
         "logo": request.build_absolute_uri(static("storefront/mark.svg"))},
        {"@type": "WebSite", "name": shop_name(), "url": home, "potentialAction": {
            "@type": "SearchAction", "target": {"@type": "EntryPoint", "urlTemplate": f"{search}?q={{search_term}}"},
            "query-input": "required name=search_term"}})


def trail(request: HttpRequest, steps: Iterable[tuple[str, str]]) -> str:
    return written(_crumbs(request, steps))


def _crumbs(request: HttpRequest, steps: Iterable[tuple[str, str]]) -> dict[str, Any]:
    way = [(_("Home"), reverse("shop:home")), *steps]
    return {"@type": "BreadcrumbList", "itemListElement": [
        {"@type": "ListItem", "position": n, "name": name, "item": request.build_absolute_uri(path)}
        for n, (name, path) in enumerate(way, 1)]}


def product(request: HttpRequest, channel: ChannelInfo, data: dict[str, Any], variant: dict[str, Any] | None,
            media: Sequence[dict[str, Any]], rated: ReviewSummary) -> str:
    """The product with its offers and how it is rated, and the way to it."""
    here = request.build_absolute_uri(request.path)
    about: dict[str, Any] = {"@type": "Product", "name": data["name"], "url": here, "sku": variant and variant["sku"],
                             "description": plain(data["description"])[:_LONGEST],
                             "image": [request.build_absolute_uri(m.get("raster") or m["url"])
                                       for m in media[:_PICTURES]]}
    if variant and variant["barcode"].isdigit() and len(variant["barcode"]) in _GTIN_LENGTHS:
        about["gtin"] = variant["barcode"]
    if data["brand"]:
        about["brand"] = {"@type": "Brand", "name": data["brand"]["name"]}
    if rated.count:
        about["aggregateRating"] = {"@type": "AggregateRating", "ratingValue": str(rated.average),
                                    "reviewCount": rated.count}
    if offers := _offers(channel, data, here):
        about["offers"] = offers
    steps = [*((c["name"], reverse("shop:category", args=[c["slug"]])) for c in data["breadcrumb"]),
             (data["name"], request.path)]
    return written({k: v for k, v in about.items() if v}, _crumbs(request, steps))


def plain(html: str) -> str:
    return " ".join(unescape(_TAG.sub(" ", html)).split())


def _offers(channel: ChannelInfo, data: dict[str, Any], here: str) -> dict[str, Any] | None:
    """One offer, or the span of them when variants cost differently."""
    prices = [v["price"]["amount_minor"] for v in data["variants"] if v["price"]]
    if not prices:
        return None
    state = f"{_CONTEXT}/{'InStock' if data['in_stock'] else 'OutOfStock'}"
    low, high = (_amount(p, channel.currency) for p in (min(prices), max(prices)))
    common = {"priceCurrency": channel.currency, "availability": state, "url": here}
    if low == high:
        return {"@type": "Offer", "price": low, "itemCondition": f"{_CONTEXT}/NewCondition", **common}
    return {"@type": "AggregateOffer", "lowPrice": low, "highPrice": high, "offerCount": len(prices), **common}


def _amount(minor: int, currency: str) -> str:
    return format(Decimal(minor).scaleb(-exponent(currency)), "f")
