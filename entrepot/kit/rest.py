"""How contexts write HTTP: routes that must name a permission, problem details (RFC 9457), the actor of a request."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Set
from datetime import datetime, time
from typing import Annotated, Any, TypeVar, cast

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext
from ninja import Router, Schema
from ninja.params.models import ParamModel
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    WithJsonSchema,
)

from entrepot.kit import clock
from entrepot.kit.actor import ANONYMOUS, Actor, Permission
from entrepot.kit.amounts import money
from entrepot.kit.context import request_id
from entrepot.kit.errors import N_, DomainError, RepeatedParameter, UnknownParameter
from entrepot.kit.json import dumps

F = TypeVar("F", bound=Callable[..., Any])

PROBLEM = "application/problem+json"


def _reachable(moment: datetime) -> datetime:
    if not clock.is_in_reach(moment):
        raise ValueError("out of reach")
    return moment


AnyMoment = Annotated[datetime, AfterValidator(_reachable)]
Moment = Annotated[AwareDatetime, AfterValidator(_reachable)]  # with its time zone

_ON_THE_WALL = r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"


def _on_the_wall(given: Any) -> Any:
    if isinstance(given, time) or (isinstance(given, str) and re.fullmatch(_ON_THE_WALL, given)):
        return given
    raise ValueError("no time of day")


# A time of day where the shop is, to the second. It has no zone, and JSON Schema's own format of times asks for one.
WallTime = Annotated[
    time, BeforeValidator(_on_the_wall), PlainSerializer(lambda t: t.isoformat("seconds"), return_type=str),
    WithJsonSchema({"type": "string", "pattern": _ON_THE_WALL})]


class Problem(Schema):
    """RFC 9457 problem details, with a stable `code` and the parameters of the sentence."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: str = ""
    params: dict[str, Any] = {}
    errors: list[dict[str, Any]] = []


# A process answers few of the hundreds of operations: the checks of each are built when it is first asked.
for _base in (Schema, ParamModel):
    _base.model_config["defer_build"] = True


class Strict(BaseModel):
    """Base of request bodies: unknown fields are refused. Plain pydantic: ninja's own base looks into Django objects,
    which costs and which a body never holds."""

    model_config = ConfigDict(extra="forbid", defer_build=True)

    def dict(self, **options: Any) -> dict[str, Any]:  # type: ignore[override]  # ninja's name for model_dump
        return self.model_dump(**options)


# Any operation may answer with these problems; the composer of the API documents them on every operation.
PROBLEM_STATUSES = (400, 401, 403, 404, 405, 406, 409, 411, 412, 413, 415, 422, 429, 503)

# What is refused before a rule was asked, by code: status and sentence.
AT_THE_DOOR = {
    "bad_request": (400, N_("The request cannot be read.")),
    "csrf_failed": (403, N_("The request did not come from our own pages.")),
    "forbidden": (403, N_("This is not allowed.")),
    "not_found": (404, N_("There is nothing here.")),
    "method_not_allowed": (405, N_("This method is not possible here.")),
    "length_required": (411, N_("Say how long the request is (Content-Length).")),
    "too_large": (413, N_("The request is too large.")),
    "invalid_request": (422, N_("The request does not fit the schema.")),
    "internal": (500, N_("Something went wrong on our side.")),
}


def turned_away(code: str, errors: list[dict[str, Any]] | None = None) -> HttpResponse:
    """The problem response of a refusal at the door, in the reader's language."""
    status, text = AT_THE_DOOR[code]
    return problem(status, code, gettext(text), errors=errors)


def problem(status: int, code: str, detail: str, *, title: str = "", params: dict[str, Any] | None = None,
            errors: list[dict[str, Any]] | None = None) -> HttpResponse:
    """A problem response. `detail` is already in the reader's language."""
    body = {"type": f"urn:entrepot:problem:{code}", "title": title or detail, "status": status, "detail": detail,
            "code": code, "instance": request_id.get(), "params": params or {}, "errors": errors or []}
    return HttpResponse(dumps(body), status=status, content_type=PROBLEM)


def translated(error: DomainError) -> str:
    """The error's sentence in the active language; string parameters are translated too, amounts written."""
    params = {k: gettext(v) if isinstance(v, str) and v else v for k, v in error.told(money).items()}
    return gettext(error.text).format(**params)


def problem_of(error: DomainError) -> HttpResponse:
    response = problem(error.status, error.code, translated(error), params=error.params)
    if "seconds" in error.params:
        response["Retry-After"] = str(error.params["seconds"])
    return response


def actor_of(request: HttpRequest) -> Actor:
    """Who makes this request; the actor middleware sets it, lazily. The plain value is kept from the first call on."""
    actor = getattr(request, "actor", ANONYMOUS)
    if isinstance(actor, SimpleLazyObject):
        bool(actor.kind)  # works it out
        actor = request.actor = actor._wrapped  # type: ignore[attr-defined]  # ours, set by the middleware
    return cast(Actor, actor)


class Routes(Router):
    """A ninja router whose every operation declares its permission: `@routes.get("/x", permission=READ)`.

    Parameters in the address that the operation does not declare are refused. Problems are raised, not returned, so no
    operation declares them. `routes.permissions` feeds the role matrix.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.permissions: dict[tuple[str, str], Permission] = {}

    def api_operation(self, methods: list[str], path: str, *, permission: Permission | None = None,  # type: ignore[override]
                      response: Any = None, **kwargs: Any) -> Callable[[F], F]:
        if permission is None:
            raise TypeError(f"{methods} {path}: an operation without a permission")
        responses = dict(response) if isinstance(response, dict) else {200: response}
        extra = kwargs.pop("openapi_extra", None) or {}
        extra.setdefault("x-permission", permission.code)
        for method in methods:
            self.permissions[(method, path)] = permission
        decorate = super().api_operation(methods, path, response=responses, openapi_extra=extra, **kwargs)

        def register(view: F) -> F:
            known: set[str] = set()
            several: set[str] = set()
            guarded = decorate(_guarded(view, permission, known, several))
            added = self.path_operations[path.replace("{uuid:", "{uuidstr:")]  # as ninja files it
            for model in added.operations[-1].models:
                if model.__ninja_param_source__ == "query":
                    known.update(model.__ninja_flatten_map__)
                    several.update(model.__ninja_collection_fields__)
            return guarded

        return register

    def get(self, path: str, *, permission: Permission, **kwargs: Any) -> Callable[[F], F]:  # type: ignore[override]
        return self.api_operation(["GET"], path, permission=permission, **kwargs)

    def post(self, path: str, *, permission: Permission, **kwargs: Any) -> Callable[[F], F]:  # type: ignore[override]
        return self.api_operation(["POST"], path, permission=permission, **kwargs)

    def put(self, path: str, *, permission: Permission, **kwargs: Any) -> Callable[[F], F]:  # type: ignore[override]
        return self.api_operation(["PUT"], path, permission=permission, **kwargs)

    def patch(self, path: str, *, permission: Permission, **kwargs: Any) -> Callable[[F], F]:  # type: ignore[override]
        return self.api_operation(["PATCH"], path, permission=permission, **kwargs)

    def delete(self, path: str, *, permission: Permission, **kwargs: Any) -> Callable[[F], F]:  # type: ignore[override]
        return self.api_operation(["DELETE"], path, permission=permission, **kwargs)


def _guarded(view: F, permission: Permission, known: Set[str], several: Set[str]) -> F:
    """The permission is checked before the body is read by the view; the action checks it again. Parameters that are
    not `known` are refused, for a misspelt filter would silently be none; and so is one that is said twice and is not
    one of `several` values, for one of the two would silently count."""
    from functools import wraps

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        actor_of(request).require(permission)
        if request.META.get("QUERY_STRING"):
            _check_parameters(request.GET, known, several)
        return view(request, *args, **kwargs)

    # ninja reads annotations in the globals of what it is given: ours, where the view's own types are unknown
    guarded.__signature__ = inspect.signature(view, eval_str=True)  # type: ignore[attr-defined]
    return cast(F, guarded)


def _check_parameters(given: QueryDict, known: Set[str], several: Set[str]) -> None:
    if unknown := given.keys() - known:
        raise UnknownParameter(name=min(unknown)[:60])
    if repeated := {name for name, values in given.lists() if len(values) > 1} - several:
        raise RepeatedParameter(name=min(repeated))


PERMISSION = "entrepot_permission"


def public_view(permission: Permission) -> Callable[[F], F]:
    """Declare and check the permission of a plain Django view. A route without one is refused at start."""
    from functools import wraps

    def decorate(view: F) -> F:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if not permission.everyone:
                actor_of(request).require(permission)
            return view(request, *args, **kwargs)

        setattr(guarded, PERMISSION, permission)
        return cast(F, guarded)

    return decorate
