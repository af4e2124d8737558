"""Pages about the shop itself: where it sells, and what visitors see when something is not there or not allowed."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from entrepot.catalog import public as catalog
from entrepot.web.storefront.shop import CHANNEL_COOKIE, Paths, language_of, page

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
    choices = [{"code": c.code, "name": catalog.in_language(c.name, language_of(c)), "currency": c.currency}
               for c in channels]
    return page(request, "region", {"choices": choices})


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """`handler404`"""
    return page(request, "error", {
        "heading": _("This page is not here"),
        "text": _("It may have moved, or the goods are no longer sold. The search finds everything we have.")},
        status=404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """`handler403`"""
    return page(request, "error", {
        "heading": _("This is not open to you"),
        "text": _("Sign in with an account that may see it, or go back to the shop.")}, status=403)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """`CSRF_FAILURE_VIEW`: the form did not come from our page, or the page was old."""
    return page(request, "error", {
        "heading": _("Please try once more"),
        "text": _("This form had been open for too long, or your browser refuses cookies. Nothing was changed.")},
        status=403)


PATHS: Paths = (
    ("region/", region, "region"),
)
