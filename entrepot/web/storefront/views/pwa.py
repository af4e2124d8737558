"""The shop as something to install: its manifest per language, and the worker that keeps an offline page."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from entrepot.kit.json import dumps, dumps_text
from entrepot.web.storefront.conditional import dress, known_already, stamp
from entrepot.web.storefront.shop import Paths, shop_name

_ICONS = (("icon-192.png", "192x192", "any"), ("icon-512.png", "512x512", "any"),
          ("maskable-512.png", "512x512", "maskable"))
# What every page needs, kept when the worker is installed; other static files follow as they are met.
_SHELL = ("storefront/main.css", "storefront/content.css", "storefront/mark.svg", "storefront/main.js")
# Pages of one visitor are never kept, whatever the worker meets.
_PERSONAL = ("/account", "/accounts/", "/cart/", "/checkout/", "/orders/", "/order/", "/track/", "/office/", "/api/",
             "/payments/", "/cookies/", "/pay/", "/placed/")


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    start = reverse("shop:home")
    body = dumps({
        "id": "/", "name": shop_name(), "short_name": shop_name(), "lang": _LANGS.get(get_language() or "en", "en"),
        "description": _("Order online at %(shop_name)s.") % {"shop_name": shop_name()}, "dir": "ltr",
        "start_url": f"{start}?utm_source=app", "scope": "/", "display": "standalone",
        "background_color": "#fbfcfb", "theme_color": "#fbfcfb", "categories": ["shopping"],
        "icons": [{"src": static(f"storefront/icons/{name}"), "sizes": sizes, "type": "image/png", "purpose": purpose}
                  for name, sizes, purpose in _ICONS],
        "shortcuts": [{"name": _("Search"), "url": reverse("shop:search")},
                      {"name": _("Cart"), "url": reverse("shop:cart")},
                      {"name": _("Track an order"), "url": reverse("shop:track")}]})
    etag = stamp(body)
    return known_already(request, etag) or dress(HttpResponse(body, content_type="application/manifest+json"), etag)


_LANGS = {"en": "en", "zh-hans": "zh-CN"}


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker; its version follows the static files, so a new program brings a new cache."""
    etag = stamp("worker", static_version())
    if answer := known_already(request, etag):
        answer["Cache-Control"] = "no-cache"
        return answer
    offline = {}
    for code in _LANGS:
        with override(code):
            offline[code] = reverse("shop:offline")
    text = render_to_string("storefront/content/worker.js", {
        "version": static_version(), "offline": dumps_text(offline), "personal": dumps_text(_PERSONAL),
        "shell": dumps_text([static(path) for path in _SHELL])})
    response = dress(HttpResponse(text, content_type="text/javascript; charset=utf-8"), etag)
    response["Cache-Control"] = "no-cache"  # browsers compare it byte by byte; the etag makes that cheap
    return response


@cache
def static_version() -> str:
    """A digest of the shop's static files; in service their names tell all."""
    told = blake2b(digest_size=8)
    for path in _SHELL:
        told.update(static(path).encode())
        found = finders.find(path)
        if isinstance(found, str):
            told.update(Path(found).read_bytes())
    return told.hexdigest()


PATHS: Paths = (
    ("manifest.webmanifest", manifest, "manifest"),
    ("sw.js", worker, "worker"),
)
