"""A small site for the tests of the gate: the kit's and identity's routes, and operations that misbehave on purpose."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from ninja import NinjaAPI

from entrepot.identity.api import ROUTES as IDENTITY
from entrepot.kit import health
from entrepot.kit.api import ROUTES as KIT
from entrepot.kit.errors import Busy, DomainError, NotFound
from entrepot.kit.permissions import ANYONE, AUDIT_READ
from entrepot.kit.rest import Routes, Strict, problem_of, public_view

routes = Routes()
calls: list[str] = []


class Note(Strict):
    text: str


@routes.post("/notes", permission=ANYONE, response={201: dict[str, Any]})
def note(request: HttpRequest, body: Note) -> dict[str, Any]:
    calls.append(body.text)
    if body.text == "busy":
        raise Busy
    if body.text == "missing":
        raise NotFound("note")
    if body.text == "broken":
        raise ZeroDivisionError
    return {"n": len(calls)}


@routes.get("/gone", permission=ANYONE, response=dict[str, Any])
def gone(request: HttpRequest) -> dict[str, Any]:
    raise OperationalError("server closed the connection unexpectedly")


@routes.get("/guarded", permission=AUDIT_READ, response=dict[str, Any])
def guarded(request: HttpRequest) -> dict[str, Any]:
    return {"ok": True}


api = NinjaAPI(title="test", urls_namespace="gate-test")


@api.exception_handler(DomainError)
def _domain_error(request: HttpRequest, error: DomainError) -> HttpResponse:
    return problem_of(error)


for prefix, router in [*IDENTITY, *KIT, ("/test", routes)]:
    api.add_router(prefix, router)


@public_view(ANYONE)
def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"<script nonce='{request.csp_nonce}'></script>")  # type: ignore[attr-defined]


@public_view(AUDIT_READ)
def office(request: HttpRequest) -> HttpResponse:
    return HttpResponse("office")


urlpatterns = [
    path("api/v1/", api.urls),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("page/", page),
    path("records/", admin.site.urls),
    path("office/", office),
    path("", include(health)),
    path("", include("entrepot.web.storefront.urls")),  # the frame of allauth's pages leads there
]
handler500 = "entrepot.kit.middleware.server_error"
