"""Looking around: home, categories, search, product."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import CategoryNode, ChannelInfo
from entrepot.kit.errors import DomainError
from entrepot.kit.json import loads
from entrepot.showcase import public as showcase
from entrepot.showcase.contracts import Facet, FacetValue, SearchRequest, SearchSort
from entrepot.web.storefront.product import product_context
from entrepot.web.storefront.shop import Paths, channel_of, departments, language_of, page, window
from entrepot.web.templatetags.shop import money

_NEWEST = (SearchSort.NEWEST, _("Newest"))
_BY_PRICE = [(SearchSort.PRICE, _("Price, low to high")), (SearchSort.PRICE_DESC, _("Price, high to low"))]
SHELF_SORTS = [_NEWEST, *_BY_PRICE]
SEARCH_SORTS = [(SearchSort.RELEVANCE, _("Best match")), _NEWEST, *_BY_PRICE]
_NEW_ONES = 8


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    channel = channel_of(request)
    language = language_of(channel)
    shown = window(channel, language)
    newest = loads(showcase.listing(channel.id, language, limit=_NEW_ONES))["items"]
    tiles = [{"slug": d.slug, "name": d.name, "image": shown.pictures.get(d.slug)} for d in departments(language)]
    return page(request, "home", {"tiles": tiles, "offers": shown.offers, "cards": newest, "hero": shown.picks[:3],
                                  "picks": shown.picks[3:], "indexed": True})


def _way_to(nodes: Iterable[CategoryNode], slug: str) -> list[CategoryNode]:
    """The nodes from the root down to the one with this slug."""
    for node in nodes:
        if node.slug == slug:
            return [node]
        if way := _way_to(node.children, slug):
            return [node, *way]
    return []


@require_safe
def category(request: HttpRequest, slug: str) -> HttpResponse:
    way = _way_to(departments(language_of(channel_of(request))), slug)
    if not way:
        return _moved("category", slug)
    context = _found(request, SHELF_SORTS, text="", within=slug)
    return page(request, "listing", {
        **context, "heading": way[-1].name, "crumbs": way[:-1], "below": way[-1].children, "indexed": True,
        "department": way[0].slug, "canonical_query": _page_of(request)})


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:120]
    context = _found(request, SEARCH_SORTS, text=text, within="")
    return page(request, "search", {**context, "text": text, "indexed": not text})


def _page_of(request: HttpRequest) -> dict[str, str]:
    """The part of the query that makes a page of its own for a search engine."""
    offset = _whole(request.GET.get("offset", ""))
    return {"offset": str(offset)} if offset else {}


def _whole(text: str) -> int:
    """What a visitor wrote as a whole number; anything else counts as nought."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 15 else 0


def _found(request: HttpRequest, sorts: list[tuple[SearchSort, Any]], *, text: str, within: str) -> dict[str, Any]:
    """What the visitor's words and filters find: cards, facets and the way on (one statement)."""
    channel = channel_of(request)
    asked = request.GET
    # a made-up sort counts as not asked
    sort = next((s for s, _label in sorts if s == asked.get("sort", "")), sorts[0][0])
    low, high = _price_range(asked.get("price", ""))
    offset = _whole(asked.get("offset", ""))
    try:
        found = showcase.search(SearchRequest(
            channel.id, language_of(channel), text=text,
            categories=(within,) if within else tuple(asked.getlist("category")), brands=tuple(asked.getlist("brand")),
            attributes={key[5:-1]: tuple(asked.getlist(key)) for key in asked
                        if key.startswith("attr[") and key.endswith("]")},
            price_from_minor=low, price_to_minor=high, in_stock=True if "in_stock" in asked else None, sort=sort,
            offset=offset))
    except DomainError as error:
        raise Http404 from error
    filters = [_filter(request, f, channel) for f in found.hits.facets
               if f.values and not (within and f.code == "category")]
    return {
        "cards": [loads(card) for card in found.cards], "total": found.hits.total, "sort": sort, "sorts": sorts,
        "filters": filters, "narrowed": any(key not in ("q", "sort", "offset") for key in asked),
        "did_you_mean": found.hits.did_you_mean, "relaxed": found.hits.relaxed, "next_offset": found.next_offset,
        "previous_offset": max(0, offset - 24) if offset else None}


_FACET_NAMES = {"category": _("Category"), "brand": _("Brand"), "price": _("Price"), "in_stock": _("Availability")}


def _filter(request: HttpRequest, facet: Facet, channel: ChannelInfo) -> dict[str, Any]:
    chosen = set(request.GET.getlist(facet.code))
    values = []
    for v in facet.values:
        if facet.code == "category" and v.parent and not chosen & {v.parent, v.value}:
            continue  # shelves show once their department is chosen
        values.append({"value": v.value, "label": _label(facet.code, v, channel), "count": v.count,
                       "selected": v.selected or v.value in chosen, "deep": bool(v.parent)})
    return {"code": facet.code, "label": facet.label or _FACET_NAMES.get(facet.code, facet.code), "values": values,
            "single": facet.code == "price"}


def _label(code: str, value: FacetValue, channel: ChannelInfo) -> Any:
    if code == "in_stock":
        return _("In stock")
    if code != "price":
        return value.label or value.value
    low, _dash, high = value.value.partition("-")
    if not high:
        return gettext("{amount} and more").format(amount=money(int(low), channel.currency))
    return f"{money(int(low or 0), channel.currency)} – {money(int(high), channel.currency)}"


def _price_range(value: str) -> tuple[int | None, int | None]:
    """Of a price band `low-high` in minor units, the upper end not included."""
    low, _dash, high = value.partition("-")
    return (_whole(low) if low.isdigit() else None), (max(0, _whole(high) - 1) if high.isdigit() else None)


@require_safe
def product(request: HttpRequest, slug: str) -> HttpResponse:
    channel = channel_of(request)
    found = showcase.document(channel.id, language_of(channel), slug)
    if found is None:
        return _moved("product", slug)
    return page(request, "product", product_context(request, channel, loads(found[0])))


def _moved(kind: str, slug: str) -> HttpResponse:
    """An old slug leads on to the new one; anything else is not there."""
    target = catalog.resolve_redirect(kind, slug)
    if target is None:
        raise Http404
    return HttpResponsePermanentRedirect(reverse(f"shop:{kind}", args=[target]))


PATHS: Paths = (
    ("", home, "home"),
    ("search/", search, "search"),
    ("c/<str:slug>/", category, "category"),
    ("p/<str:slug>/", product, "product"),
)
