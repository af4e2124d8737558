"""Pages that the shop wrote, and the list of its articles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from entrepot.growth import public as growth
from entrepot.growth.contracts import PageKind, PageView
from entrepot.kit.json import loads
from entrepot.showcase import public as showcase
from entrepot.web.storefront import structured, window
from entrepot.web.storefront.conditional import known_already, stamp
from entrepot.web.storefront.kept import Kept
from entrepot.web.storefront.shop import Paths, channel_of, departments, language_of, page

_MOST_ARTICLES = 60
_kept: Kept[list[dict[str, Any]]] = Kept(5)


@require_safe
def content_page(request: HttpRequest, slug: str) -> HttpResponse:
    channel = channel_of(request)
    language = language_of(channel)
    found = growth.page(channel.id, language, slug)
    if found is None:
        raise Http404
    return shown(request, found)


def shown(request: HttpRequest, found: PageView, *, preview: bool = False) -> HttpResponse:
    """A page as visitors get it; a preview is for nobody else, so no engine may keep it."""
    channel = channel_of(request)
    language = language_of(channel)
    blocks = window.dress(channel, language, [(b.kind, b.data) for b in found.blocks], departments(language))
    trail = [(_("Articles"), reverse("shop:articles"))] if found.kind is PageKind.ARTICLE else []
    response = page(request, "content/page", {
        "it": found, "blocks": blocks, "crumbs": trail, "preview": preview, "indexed": not preview,
        "wide": found.kind in (PageKind.LANDING, PageKind.HOME),
        "structured": [_about(request, found), structured.trail(request, [*trail, (found.title, request.path)])]})
    if preview:
        response["Cache-Control"] = "private, no-store"
    return response


def _about(request: HttpRequest, found: PageView) -> str:
    return structured.written({
        "@type": "Article" if found.kind is PageKind.ARTICLE else "WebPage", "headline": found.title,
        "url": request.build_absolute_uri(request.path), "inLanguage": get_language() or "en",
        "description": found.seo_description, "datePublished": found.published_at.isoformat(),
        "dateModified": found.changed_at.isoformat()})


@require_safe
def articles(request: HttpRequest) -> HttpResponse:
    channel = channel_of(request)
    language = language_of(channel)
    found = _kept.get((channel.id, language), lambda: _teasers(channel.id, language))
    return page(request, "content/articles", {"articles": found, "indexed": True})


def _teasers(channel_id: int, language: str) -> list[dict[str, Any]]:
    """Each article with its first picture, or that of the first goods it speaks of."""
    found = growth.articles(channel_id, language, _MOST_ARTICLES)
    goods = {a.slug: slug for a in found if (slug := _first(a, "slugs", lambda slugs: slugs[0]))}
    cards = {c["slug"]: c for c in map(loads, showcase.cards_by_slug(channel_id, language, list(goods.values())))}
    return [{"it": a, "picture": _first(a, "picture", lambda picture: picture)
             or cards.get(goods.get(a.slug, ""), {}).get("image")} for a in found]


def _first(article: PageView, name: str, pick: Callable[[Any], Any]) -> Any:
    """What the first block that has it says."""
    return next((pick(b.data[name]) for b in article.blocks if b.data.get(name)), None)


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What the service worker keeps for when there is no network: whole in itself, the same for everyone."""
    tag = stamp("offline", get_language())
    return known_already(request, tag) or page(request, "content/offline", {})


PATHS: Paths = (
    ("pages/", articles, "articles"),
    ("pages/<str:slug>/", content_page, "page"),
    ("offline/", offline, "offline"),
)
