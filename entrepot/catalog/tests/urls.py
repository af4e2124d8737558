"""The catalogue's API alone, and an office, for tests; `Acting` says who asks."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import path
from ninja import NinjaAPI

from entrepot.catalog.api import ROUTES
from entrepot.kit.actor import ANONYMOUS, Actor
from entrepot.kit.errors import DomainError
from entrepot.kit.rest import problem_of

api = NinjaAPI(urls_namespace="catalog-tests")
api.add_exception_handler(DomainError, lambda request, error: problem_of(error))
for prefix, routes in ROUTES:
    api.add_router(prefix, routes)

urlpatterns = [path("api/", api.urls), path("office/", admin.site.urls)]


class Acting:
    """Middleware: every request is made by `Acting.actor`."""

    actor: Actor = ANONYMOUS

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = Acting.actor  # type: ignore[attr-defined]
        return self.get_response(request)
