"""Pages that the shop wrote, and the list of its articles."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from entrepot.growth import public as growth
from entrepot.growth.contracts import PageKind, PageView
from entrepot.web.storefront import structured, window
from entrepot.web.storefront.conditional import known_already, stamp
from entrepot.web.storefront.shop import Paths, channel_of, departments, language_of, page

_MOST_ARTICLES = 60


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
    found = growth.addresses(channel.id, language_of(channel), kind=PageKind.ARTICLE, limit=_MOST_ARTICLES)
    return page(request, "content/articles", {"articles": found, "indexed": True})


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
