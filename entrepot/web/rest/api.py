"""`/api/v1`: every context's routes under one OpenAPI document."""

from __future__ import annotations

from http import HTTPStatus
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import structlog
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from entrepot.kit.apps import contexts
from entrepot.kit.errors import DomainError, Unstorable
from entrepot.kit.permissions import ANYONE
from entrepot.kit.rest import PROBLEM, PROBLEM_STATUSES, Problem, problem_of, public_view, turned_away
from entrepot.web.rest import document, names, terms

log = structlog.get_logger(__name__)


class Api(NinjaAPI):
    """One document for ninja's operations and the plain views of the express lane; made once per process."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.plain_paths: dict[str, Any] = {}
        self._document: OpenAPISchema | None = None

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        if self._document is None:
            with names.full_names():
                schema = super().get_openapi_schema(**kwargs)
            names.shorten(schema)
            schema["components"]["schemas"]["Problem"] = Problem.model_json_schema()
            for operation in (o for path in schema["paths"].values() for o in path.values()):
                for status in PROBLEM_STATUSES:
                    operation["responses"].setdefault(status, _problem_response(status))
            schema["paths"].update(self.plain_paths)
            for path, operations in schema["paths"].items():
                for method, operation in operations.items():
                    operation["operationId"] = names.operation_id(method, path)
            terms.complete(schema)
            self._document = schema
        return self._document


def _problem_response(status: int) -> dict[str, Any]:
    # declared once instead of by every operation: building the schema of each takes ninja a while
    return {"description": HTTPStatus(status).phrase,
            "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}}


api = Api(
    title="Entrepot", version="1.0.0", urls_namespace="api", docs_url="/docs", openapi_url="/openapi.json",
)


@api.exception_handler(DomainError)
def _domain_error(request: HttpRequest, error: DomainError) -> HttpResponse:
    return problem_of(error)


@api.exception_handler(ValidationError)
def _validation(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [{"loc": [str(p) for p in e["loc"]], "msg": e["msg"], "type": e["type"]} for e in error.errors]
    return turned_away("invalid_request", errors)


@api.exception_handler(DataError)
def _unstorable(request: HttpRequest, error: DataError) -> HttpResponse:
    """What fits the schema and not the database: a NUL character deep in a text, a time zone of 19 hours."""
    log.warning("unstorable input", error=str(error).partition("\n")[0])
    return problem_of(Unstorable())


@api.exception_handler(HttpError)
def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return turned_away("bad_request")


@require_safe
@public_view(ANYONE)
def described(request: HttpRequest) -> HttpResponse:
    """In the reader's language."""
    language = get_language() or document.ENGLISH
    response = HttpResponse(document.read(language), content_type="application/json")
    response["Content-Language"] = language
    patch_vary_headers(response, ["Accept-Language"])
    return response


def mount() -> NinjaAPI:
    """Add the routes of every context: `api.py` exports `routes` (prefix, router) pairs."""
    # patterns are tried in turn: those of the purchase flow, which is looked up most, come first
    for context in sorted(contexts(), key=lambda context: context.label != "checkout"):
        if find_spec(f"{context.name}.api"):
            for prefix, router in import_module(f"{context.name}.api").ROUTES:
                api.add_router(prefix, router, tags=[context.label])
        if find_spec(f"{context.name}.openapi"):
            api.plain_paths.update(import_module(f"{context.name}.openapi").OPENAPI_PATHS)
    return api
