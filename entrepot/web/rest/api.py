"""`/api/v1`: every context's routes under one OpenAPI document."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from entrepot.kit.apps import contexts
from entrepot.kit.errors import DomainError
from entrepot.kit.rest import problem, problem_of

api = NinjaAPI(
    title="Entrepot", version="1.0.0", urls_namespace="api", docs_url="/docs", openapi_url="/openapi.json",
    description="Storefront and administration API of Entrepot (货栈).",
)


@api.exception_handler(DomainError)
def _domain_error(request: HttpRequest, error: DomainError) -> HttpResponse:
    return problem_of(error)


@api.exception_handler(ValidationError)
def _validation(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [{"loc": [str(p) for p in e["loc"]], "msg": e["msg"], "type": e["type"]} for e in error.errors]
    return problem(422, "invalid_request", gettext("The request does not fit the schema."), errors=errors)


@api.exception_handler(HttpError)
def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, "bad_request", gettext("The request cannot be read."))


def mount() -> NinjaAPI:
    """Add the routes of every context: `api.py` exports `routes` (prefix, router) pairs."""
    for context in contexts():
        if find_spec(f"{context.name}.api"):
            for prefix, router in import_module(f"{context.name}.api").ROUTES:
                api.add_router(prefix, router, tags=[context.label])
    return api
