"""Looking around: home, categories, collections, search, product."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import CategoryNode
from entrepot.kit.errors import DomainError
from entrepot.kit.json import loads
from entrepot.showcase import public as showcase
from entrepot.showcase.contracts import SearchRequest, SearchSort, Sort
from entrepot.web.storefront.shop import channel_of, language_of, page

LISTING_SORTS = [(Sort.NEWEST, _("Newest")), (Sort.PRICE, _("Price, low to high")),
                 (Sort.PRICE_DESC, _("Price, high to low")), (Sort.NAME, _("Name"))]
SEARCH_SORTS = [(SearchSort.RELEVANCE, _("Best match")), (SearchSort.NEWEST, _("Newest")),
                (SearchSort.PRICE, _("Price, low to high")), (SearchSort.PRICE_DESC, _("Price, high to low"))]


def _one_of(value: str, sorts: list[tuple[Any, Any]]) -> Any:
    """The sort the visitor asked for; a made-up one counts as not asked."""
    return next((sort for sort, _label in sorts if sort == value), sorts[0][0])


def _listing(request: HttpRequest, **shelf: str) -> dict[str, Any]:
    channel = channel_of(request)
    sort = _one_of(request.GET.get("sort", ""), LISTING_SORTS)
    try:
        found = loads(showcase.listing(channel.id, language_of(channel), sort=sort,
                                       cursor=request.GET.get("cursor", ""), **shelf))
    except DomainError as error:
        raise Http404 from error
    return {"cards": found["items"], "next": found["next"], "sort": sort, "sorts": LISTING_SORTS}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return page(request, "home", _listing(request))


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
    way = _way_to(catalog.category_tree(language_of(channel_of(request))), slug)
    if not way:
        return _moved("category", slug)
    context = _listing(request, category=slug)
    return page(request, "listing", {**context, "heading": way[-1].name, "crumbs": way[:-1], "below": way[-1].children,
                                     "current_department": way[0].slug})


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    channel = channel_of(request)
    text = request.GET.get("q", "").strip()[:120]
    sort = _one_of(request.GET.get("sort", ""), SEARCH_SORTS)
    attributes = {key[5:-1]: tuple(request.GET.getlist(key)) for key in request.GET
                  if key.startswith("attr[") and key.endswith("]")}
    low, high = _price_range(request.GET.get("price", ""))
    offset = request.GET.get("offset", "0")
    try:
        found = showcase.search(SearchRequest(
            channel.id, language_of(channel), text=text, categories=tuple(request.GET.getlist("category")),
            brands=tuple(request.GET.getlist("brand")), attributes=attributes, price_from_minor=low,
            price_to_minor=high, in_stock=True if "in_stock" in request.GET else None, sort=sort,
            offset=int(offset) if offset.isdigit() and len(offset) < 6 else 0))
    except DomainError as error:
        raise Http404 from error
    return page(request, "search", {
        "text": text, "hits": found.hits, "cards": [loads(card) for card in found.cards], "sort": sort,
        "sorts": SEARCH_SORTS, "next_offset": found.next_offset})


def _price_range(value: str) -> tuple[int | None, int | None]:
    low, _dash, high = value.partition("-")
    return (int(low) if low.isdigit() else None), (int(high) if high.isdigit() else None)


@require_safe
def product(request: HttpRequest, slug: str) -> HttpResponse:
    channel = channel_of(request)
    found = showcase.document(channel.id, language_of(channel), slug)
    if found is None:
        return _moved("product", slug)
    data = loads(found[0])
    names = {(o["code"], v["code"]): v["name"] for o in data["options"] for v in o["values"]}
    variants = [{**v, "label": " / ".join(names.get(pair, pair[1]) for pair in v["options"].items()) or v["sku"]}
                for v in data["variants"]]
    chosen = next((v["id"] for v in variants if v["in_stock"]), None)
    step = next((v["qty_step"] for v in variants if v["id"] == chosen), "1")
    return page(request, "product", {"product": data, "variants": variants, "chosen": chosen, "step": step,
                                     "media": [m for m in data["media"] if m["url"].startswith(("/", "http"))]})


def _moved(kind: str, slug: str) -> HttpResponse:
    """An old slug leads on to the new one; anything else is not there."""
    target = catalog.resolve_redirect(kind, slug)
    if target is None:
        raise Http404
    return HttpResponsePermanentRedirect(reverse(f"shop:{kind}", args=[target]))
