"""Looking around: home, categories, collections, search."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import CategoryNode
from entrepot.growth import public as growth
from entrepot.kit.json import loads
from entrepot.showcase import public as showcase
from entrepot.web.storefront import structured, window
from entrepot.web.storefront.seen import seen_of
from entrepot.web.storefront.shelf import SEARCH_SORTS, SHELF_SORTS, stand_at, whole
from entrepot.web.storefront.shop import Paths, channel_of, departments, language_of, page

_BEST = 4


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The shop's own arrangement of blocks, else ours."""
    channel = channel_of(request)
    language = language_of(channel)
    own = [(b.kind, b.data) for b in growth.home_blocks(channel.id, language)]
    arranged = [*own[:1], ("facts", {}), *own[1:]] if own else window.arrangement(channel, language)
    blocks = window.dress(channel, language, arranged, departments(language), seen_of(request))
    has_goods = any(block["it"].get("cards") for block in blocks)
    return page(request, "home", {"blocks": blocks, "has_goods": has_goods, "indexed": True,
                                  "structured": structured.shop(request)})


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
        return moved("category", slug)
    trail = [(node.name, reverse("shop:category", args=[node.slug])) for node in way]
    return page(request, "listing", {
        **stand_at(request, SHELF_SORTS, category=slug), "heading": way[-1].name, "crumbs": trail[:-1],
        "below": way[-1].children, "indexed": True, "department": way[0].slug, "canonical_query": _page_of(request),
        "structured": structured.trail(request, trail)})


@require_safe
def collection(request: HttpRequest, slug: str) -> HttpResponse:
    found = catalog.collection_by_slug(slug)
    if found is None or not found.is_visible:
        return moved("collection", slug)
    language = language_of(channel_of(request))
    name = catalog.in_language(found.name, language)
    return page(request, "listing", {
        **stand_at(request, SHELF_SORTS, collection=slug), "heading": name, "crumbs": [],
        "about": structured.plain(catalog.in_language(found.description, language)), "indexed": True,
        "canonical_query": _page_of(request),
        "structured": structured.trail(request, [(name, reverse("shop:collection", args=[slug]))])})


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    channel = channel_of(request)
    text = request.GET.get("q", "").strip()[:120]
    context = stand_at(request, SEARCH_SORTS, text=text)
    if not context["cards"]:
        context["best"] = [loads(c) for c in showcase.bestsellers(channel.id, language_of(channel), _BEST)]
    return page(request, "search", {**context, "text": text, "indexed": not text and not context["narrowed"],
                                    "canonical_query": _page_of(request)})


def _page_of(request: HttpRequest) -> dict[str, str]:
    """The part of the query that makes a page of its own for a search engine."""
    number = whole(request.GET.get("page", ""))
    return {"page": str(number)} if number > 1 else {}


def moved(kind: str, slug: str) -> HttpResponse:
    """An old slug leads on to the new one; anything else is not there."""
    target = catalog.resolve_redirect(kind, slug)
    if target is None:
        raise Http404
    return HttpResponsePermanentRedirect(reverse(f"shop:{kind}", args=[target]))


PATHS: Paths = (
    ("", home, "home"),
    ("search/", search, "search"),
    ("c/<str:slug>/", category, "category"),
    ("collections/<str:slug>/", collection, "collection"),
)
