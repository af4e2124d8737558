"""The sign on the door: while the shop is closed for maintenance, visitors get a 503 that says when to come back."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from entrepot.catalog import public as catalog
from entrepot.growth import public as growth
from entrepot.growth.contracts import Closure
from entrepot.kit import clock
from entrepot.kit.actor import ActorKind
from entrepot.kit.errors import NotFound, ServiceUnavailable
from entrepot.kit.middleware import API, meant
from entrepot.kit.rest import actor_of, problem_of
from entrepot.web.storefront.shop import not_open_yet

# What goes on while the shop is closed: colleagues' work, signing in, programs that watch us, payments that come in.
_OPEN = ("/office/", "/accounts/", "/i18n/", "/livez", "/readyz", "/metrics", "/csp-report", "/robots.txt",
         "/static/", "/media/", "/webhooks/", "/pay/", "/api/v1/admin/", "/api/v1/payments/", "/api/v1/docs",
         "/api/v1/openapi", "/api/v1/account/csrf", "/api/v1/account/login", "/api/v1/account/logout")


class Closed:
    """After the actor is known: colleagues see the shop as it will be."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(_OPEN):
            return self.get_response(request)
        closure = growth.closure()
        if closure is None or actor_of(request).kind in (ActorKind.STAFF, ActorKind.KEY):
            return self.get_response(request)
        return _sorry(request, closure)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A page that finds no channel to sell in, because there is none at all."""
        missing = isinstance(error, NotFound) and not request.path_info.startswith(API)
        return not_open_yet(request) if missing and not catalog.channels(active_only=True) else None


def _sorry(request: HttpRequest, closure: Closure) -> HttpResponse:
    if request.path_info.startswith(API):
        response = problem_of(ServiceUnavailable())
    else:
        message = catalog.in_language(closure.message, get_language() or "en") if closure.message else ""
        with timezone.override(catalog.default_channel().time_zone):
            response = render(request, "storefront/content/closed.html", {"message": message, "until": closure.until},
                              status=503)
    seconds = int((closure.until - clock.now()).total_seconds())
    response["Retry-After"] = str(max(60, seconds))  # past its time the sign still hangs until somebody opens
    response["Cache-Control"] = "no-store"
    return meant(response)
