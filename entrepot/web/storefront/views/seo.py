"""What engines ask for: robots.txt, sitemaps, the product feed."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import ChannelInfo
from entrepot.growth import public as growth
from entrepot.kit.errors import NotFound
from entrepot.showcase import public as showcase
from entrepot.web.storefront import feed, sitemap
from entrepot.web.storefront.conditional import dress, known_already, stamp

_HOUR = 3600
# Pages of one visitor, and the same goods in another order: nothing an engine should spend its visits on.
_CLOSED = ("/cart/", "/checkout/", "/account/", "/accounts/", "/orders/", "/track/", "/office/", "/api/", "/offline/",
           "/*?*sort=", "/*?*attr", "/*?*price=", "/*?*brand=", "/*?*in_stock=")


def _site(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _CLOSED), *(
        f"Disallow: /zh-hans{path}" for path in _CLOSED if "*" not in path and path not in ("/office/", "/api/")),
        "", f"Sitemap: {_site(request)}/sitemap.xml", ""]
    response = HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={_HOUR}"
    return response


@require_safe
def sitemap_index(request: HttpRequest) -> HttpResponse:
    change, modified = showcase.freshness()
    etag = stamp("sitemap", _site(request), change, [(c.id, c.languages) for c in catalog.channels(active_only=True)])
    return known_already(request, etag, modified) or dress(
        HttpResponse(sitemap.index(_site(request), modified), content_type="application/xml"), etag, modified,
        seconds=_HOUR)


@require_safe
def sitemap_part(request: HttpRequest, channel: str, language: str, kind: str, number: int) -> HttpResponseBase:
    sold = _place(channel)
    part = sitemap.Part(sold, language, kind, number)
    if not sitemap.is_there(part):
        raise Http404
    change, modified = showcase.freshness()
    pages = [(p.slug, p.changed_at) for p in growth.addresses(sold.id, language)] if kind == "pages" else ""
    etag = stamp("sitemap", _site(request), change, channel, language, kind, number, pages)
    if answer := known_already(request, etag, modified):
        return answer
    response = StreamingHttpResponse(sitemap.stream(_site(request), part), content_type="application/gzip")
    return dress(response, etag, modified, seconds=_HOUR)


@require_safe
def google_feed(request: HttpRequest, channel: str, language: str) -> HttpResponseBase:
    """Plain or gzipped, as the address says."""
    sold, packed = _place(channel), request.path.endswith(".gz")
    if language not in sold.languages:
        raise Http404
    change, modified = showcase.freshness()
    etag = stamp("feed", _site(request), change, channel, language, packed)
    if answer := known_already(request, etag, modified):
        return answer
    with override(language):
        title = f"{_('Entrepot')} · {catalog.in_language(sold.name, language)}"
    document = feed.stream(_site(request), sold, language, title)
    body = sitemap.gzipped(document) if packed else (piece.encode() for piece in document)
    response = StreamingHttpResponse(body, content_type="application/gzip" if packed else "application/xml")
    return dress(response, etag, modified, seconds=_HOUR)


def _place(code: str) -> ChannelInfo:
    try:
        found = catalog.channel(code)
    except NotFound as error:
        raise Http404 from error
    if not found.is_active:
        raise Http404
    return found


PATHS: tuple[tuple[str, Callable[..., HttpResponseBase], str], ...] = (
    ("robots.txt", robots, "robots"),
    ("sitemap.xml", sitemap_index, "sitemap"),
    ("sitemaps/<slug:channel>/<slug:language>/<slug:kind>-<int:number>.xml.gz", sitemap_part, "sitemap-part"),
    ("feeds/<slug:channel>/<slug:language>/google.xml", google_feed, "google-feed"),
    ("feeds/<slug:channel>/<slug:language>/google.xml.gz", google_feed, "google-feed-packed"),
)
