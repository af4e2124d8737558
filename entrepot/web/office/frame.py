"""What surrounds every page of the office: navigation by right, the way there, language, look, help."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from entrepot.kit import notices
from entrepot.kit.errors import N_, InvalidInput
from entrepot.kit.rest import actor_of
from entrepot.web.office.help import help_of
from entrepot.web.office.nav import sidebar
from entrepot.web.office.pages import office_page, work_page
from entrepot.web.permissions import OFFICE

THEME, NAV, CLOSED = "office_theme", "office_nav", "office_closed"  # cookies: how this browser likes it
THEMES = {"auto": _("As the device"), "light": _("Light"), "dark": _("Dark")}


def frame(request: HttpRequest) -> dict[str, Any]:
    closed = request.COOKIES.get(CLOSED, "system").split(".")
    groups = sidebar(request)
    for group in groups:
        group["open"] = group["code"] not in closed or any(line["active"] for line in group["items"])
    unread = notices.count_unread(actor_of(request))
    theme = request.COOKIES.get(THEME, "auto")
    return {"brand": gettext("Entrepot"), "groups": groups, "crumbs": _way(request, groups),
            "language": get_language() or "en", "languages": settings.LANGUAGES, "themes": THEMES.items(),
            "theme": theme if theme in THEMES else "auto", "unread": unread, "help": help_of(request),
            "unread_told": f"{notices.MOST_COUNTED}+" if unread > notices.MOST_COUNTED else unread,
            "narrow": request.COOKIES.get(NAV) == "narrow"}


def _way(request: HttpRequest, groups: list[dict[str, Any]]) -> list[tuple[Any, str]]:
    """From the group of the navigation down to, but without, this page."""
    for group in groups:
        for line in group["items"]:
            if line["active"] and group["title"]:
                here = line["link"] == request.path
                return [(group["title"], ""), *([] if here else [(line["title"], line["link"])])]
    return [] if request.path == reverse("admin:index") else [(gettext("Today's work"), reverse("admin:index"))]


def look(request: HttpRequest) -> HttpResponse:
    """Light or dark, without script."""
    theme, back = request.POST.get("theme", ""), request.POST.get("next", "")
    if theme not in THEMES:
        raise InvalidInput("theme", N_("Choose one of the list."))
    allowed = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    answer = HttpResponseRedirect(back if allowed else reverse("admin:index"))
    answer.set_cookie(THEME, theme, max_age=365 * 86400, path="/office/", samesite="Lax", secure=request.is_secure())
    return answer


def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component by its class name, in the theme and language of the reader."""
    return office_page(request, "styleguide", "office.css", {
        "tones": ("good", "info", "warn", "bad"), "levels": ("info", "success", "warning", "error"),
        "line": [3, 5, 4, 8, 6, 9, 12]})


PAGES = (
    work_page("desk_look", "desk/look/", look, OFFICE),
    work_page("desk_styleguide", "desk/styleguide/", styleguide, OFFICE),
)
