"""Pages about the shop itself: where it sells, and what visitors see when something is not there or not allowed."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from entrepot.catalog import public as catalog
from entrepot.kit.home import home
from entrepot.kit.json import loads
from entrepot.showcase import public as showcase
from entrepot.web.storefront import theme
from entrepot.web.storefront.countries import COUNTRIES
from entrepot.web.storefront.shop import CHANNEL_COOKIE, Paths, channel_of, language_of, page

_YEAR_S = 365 * 86_400


@require_http_methods(["GET", "HEAD", "POST"])
def region(request: HttpRequest) -> HttpResponse:
    """Choose the channel: country, currency and assortment."""
    channels = catalog.channels(active_only=True)
    if request.method == "POST":
        chosen = next((c for c in channels if c.code == request.POST.get("channel", "")), None)
        if chosen is not None:
            response = redirect("shop:home")
            response.set_cookie(CHANNEL_COOKIE, chosen.code, max_age=_YEAR_S, httponly=True, samesite="Lax",
                                secure=settings.SECURE)
            return response
    choices = [{"code": c.code, "name": catalog.in_language(c.name, language_of(c)), "currency": c.currency,
                "country": COUNTRIES.get(c.country, c.country)}
               for c in channels]
    return page(request, "region", {"choices": choices})


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """`handler404`"""
    return page(request, "error", {
        "number": 404, "heading": _("This page is not here"),
        "text": _("It may have moved, or the goods are no longer sold. The search finds everything we have.")},
        status=404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """`handler403`"""
    return page(request, "error", {
        "number": 403, "heading": _("This is not open to you"),
        "text": _("Sign in with an account that may see it, or go back to the shop.")}, status=403)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """`CSRF_FAILURE_VIEW`: the form did not come from our page, or the page was old.

    Who signed in or out in another window has pages of before: they get the page anew.
    """
    came_from = request.headers.get("Referer", "")
    if (request.headers.get("Sec-Fetch-Site") == "same-origin" and settings.CSRF_COOKIE_NAME in request.COOKIES
            and url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())):
        messages.warning(request, _("You signed in or out in another window meanwhile. Nothing was changed yet:"
                                    " please press the button once more."))
        return redirect(came_from)
    return page(request, "error", {
        "heading": _("Please try once more"),
        "text": _("This form had been open for too long, or your browser refuses cookies. Nothing was changed.")},
        status=403)


@require_safe
def theme_file(request: HttpRequest, name: str) -> FileResponse:
    """A file of the shopkeeper's theme; the tokens' address carries their version."""
    path = theme.file(name)
    if path is None:
        raise Http404
    response = FileResponse(path.open("rb"), content_type=theme.TYPES[path.suffix])
    response["Cache-Control"] = "public, max-age=31536000" if request.GET.get("v") else "public, max-age=300"
    return response


_COLOURS = ("ink", "ink-soft", "paper", "card", "wash", "line", "edge", "accent", "accent-wash", "brand", "deep",
            "good", "bad", "warn", "sale", "star")


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Tokens and components as the pages use them; for those who build, so not on a shop in service."""
    if not (settings.DEBUG or (home() / "demo-complete").exists()):
        raise Http404
    channel = channel_of(request)
    cards = loads(showcase.listing(channel.id, language_of(channel), limit=4))["items"]
    reduced = {"amount_minor": 4800, "regular_minor": 5900, "lowest_prior_minor": 5200, "currency": channel.currency}
    return page(request, "styleguide", {"colours": _COLOURS, "sizes": range(7, -1, -1), "spaces": range(1, 9),
                                        "cards": cards, "reduced": reduced})


PATHS: Paths = (
    ("region/", region, "region"),
    ("styleguide/", styleguide, "styleguide"),
    ("theme/<path:name>", theme_file, "theme"),
)
