"""Start is refused when a route has no declared permission, or when the database may forget what it acknowledged."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.urls import URLPattern, URLResolver

from entrepot.kit.rest import PERMISSION

# Packages that guard their own views: their pages are for people who sign in, the admin asks our roles (BaseAdmin).
GUARDED_ELSEWHERE = ("allauth.", "django.contrib.admin", "ninja.", "django.views.i18n",
                     "django.views.static", "django.conf.urls.i18n")


def walk(patterns: Sequence[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every route with its view."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns, route)
        else:
            yield route, pattern.callback


def permissions_of(view: Any) -> list[str] | None:
    """The permission codes of a view: one for a plain view, one per operation for the API; None when undeclared."""
    declared = getattr(view, PERMISSION, None)
    if declared is not None:
        return [declared.code]
    operations = _operations(view)
    if not operations:
        return None
    codes = [(o.openapi_extra or {}).get("x-permission") for o in operations]
    return None if None in codes else [str(c) for c in codes]


def operations_of(view: Any) -> list[tuple[str, str]]:
    """Method and permission code of everything a view can do; plain views answer GET and POST alike."""
    declared = getattr(view, PERMISSION, None)
    if declared is not None:
        return [("*", declared.code)]
    return [(method, o.openapi_extra["x-permission"]) for o in _operations(view) for method in o.methods]


def _operations(view: Any) -> list[Any]:
    """The ninja operations behind a view: it is a closure over its `PathView`."""
    for cell in getattr(view, "__closure__", None) or ():
        if hasattr(cell.cell_contents, "operations"):
            return list(cell.cell_contents.operations)
    return []


def undeclared() -> list[str]:
    """Routes of ours that declare no permission."""
    from django.urls import get_resolver

    return [route for route, view in walk(get_resolver().url_patterns)
            if not _elsewhere(view) and permissions_of(view) is None]


def _elsewhere(view: Any) -> bool:
    """True for views of packages that guard their own: they are named above, or belong to an admin site."""
    if _operations(view):
        return False
    if hasattr(view, "admin_site") or hasattr(view, "model_admin"):
        return True
    inner = getattr(view, "view_class", getattr(view, "func", view))  # a class-based view, a partial, or itself
    if str(getattr(inner, "__module__", "")).startswith(GUARDED_ELSEWHERE):
        return True
    return hasattr(getattr(getattr(view, "__wrapped__", None), "__self__", None), "admin_site")  # BaseAdmin's buttons


@register()
def every_route_has_a_permission(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    return [Error(f"route {route} declares no permission", hint="Use Routes or kit.rest.public_view.",
                  id="entrepot.E001") for route in undeclared()]


def refuse_forgetful_database() -> None:
    """Raise when commits are acknowledged before they are on disk: then an acknowledged order could vanish."""
    from entrepot.kit import db

    setting = db.value("SHOW synchronous_commit")
    if setting == "off" and os.environ.get("ENTREPOT_ALLOW_ASYNC_COMMIT") != "1":
        raise SystemExit("Refusing to start: synchronous_commit is off, so an acknowledged order could be lost.")
