"""The gate every request passes, once in and once out.

In: a request id; the size of the body; rate, concurrency, CSRF of cookie-borne API calls, idempotency.
Out: security headers, problem details for the API, metrics, one log line for what changes something, fails or is slow.
An unreachable database is a 503 with Retry-After, not an error of ours.
"""

from __future__ import annotations

import os
import re
import secrets
import sys
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any, cast

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation.trans_real import parse_accept_lang_header

from entrepot.kit import csp, idempotency, limits, telemetry
from entrepot.kit.context import before_commit, request_id
from entrepot.kit.errors import DomainError, ServiceUnavailable, TooManyRequests
from entrepot.kit.network import client_ip, is_local
from entrepot.kit.rest import PROBLEM, actor_of, problem, problem_of, translated, turned_away

log = structlog.get_logger("entrepot.http")

GetResponse = Callable[[HttpRequest], HttpResponse]

API = "/api/"
BEACON = "/api/v1/events"  # events of a browser, sent while a page goes away
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
MAX_BODY = int(os.environ.get("ENTREPOT_MAX_BODY", str(2 * 2**20)))
MAX_UPLOAD = int(os.environ.get("ENTREPOT_MAX_UPLOAD", str(64 * 2**20)))
SLOW_SECONDS = float(os.environ.get("ENTREPOT_SLOW_SECONDS", "1"))
LOG_EVERYTHING = os.environ.get("ENTREPOT_ACCESS_LOG") == "all"
DATABASE_GONE = (OperationalError, InterfaceError)

_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(self), payment=(self)",
}


class Gate:
    """First in MIDDLEWARE."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        token = request_id.set(given if _ID.fullmatch(given) else secrets.token_hex(16))
        try:
            response = _unmeasured(request) or _too_large(request) or self._answer(request)
            response = _as_problem(request, response)
            _settle(request, response)
            _dress(request, response)
            _report(request, response, time.perf_counter() - started)
            return response
        finally:
            before_commit.set(None)
            request_id.reset(token)

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if not telemetry.tracing():
            return self.get_response(request)
        with telemetry.span(f"{request.method} {request.path_info.split('/')[1]}", **{"http.method": request.method}):
            return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Between finding the view and calling it: the route is known and nothing was done yet."""
        if "\x00" in request.path_info:
            raise Http404  # nothing has such a name, and the database could not even be asked
        if not request.path_info.startswith(API):
            return None
        try:
            _limit(request)
            if request.method in SAFE:
                return None
            return _forged(request) or _claim(request)
        except DomainError as error:
            return problem_of(error)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """What a view raised and nobody caught: the database is away, or a page met a refusal."""
        if isinstance(error, DATABASE_GONE):
            log.error("database unavailable", error=type(error).__name__)
            return unavailable()
        if isinstance(error, DomainError):
            return problem_of(error) if request.path_info.startswith(API) else refused(request, error)
        return None


def unavailable() -> HttpResponse:
    """503, and when to come back."""
    response = problem_of(ServiceUnavailable())
    response["Retry-After"] = "2"
    return response


def refused(request: HttpRequest, error: DomainError) -> HttpResponse:
    """A refusal on a page: visitors are sent to sign in, others read a sentence."""
    from django.contrib.auth.views import redirect_to_login
    from django.template.loader import render_to_string

    if error.status == 401:
        return redirect_to_login(request.get_full_path())
    html = render_to_string("kit/refused.html", {"text": translated(error), "status": error.status}, request)
    return HttpResponse(html, status=error.status)


def server_error(request: HttpRequest) -> HttpResponse:
    """`handler500`: also reached when a middleware failed, for example because the database is away."""
    if isinstance(sys.exc_info()[1], DATABASE_GONE):
        return unavailable()
    if request.path_info.startswith(API):
        return turned_away("internal")
    from django.views.defaults import server_error as page

    return page(request)


def _unmeasured(request: HttpRequest) -> HttpResponse | None:
    """WSGI hands over as much as was announced: a body sent in chunks would be taken for none."""
    if "chunked" not in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
        return None
    telemetry.REFUSED.labels("size").inc()
    return turned_away("length_required")


def _too_large(request: HttpRequest) -> HttpResponse | None:
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = -1
    upload = request.META.get("CONTENT_TYPE", "").startswith("multipart/form-data")
    if 0 <= length <= (MAX_UPLOAD if upload else MAX_BODY):
        return None
    telemetry.REFUSED.labels("size").inc()
    return turned_away("too_large" if length > 0 else "bad_request")


def _limit(request: HttpRequest) -> None:
    """One bucket per principal, method and route; another per address, which no made-up key can split."""
    ip = client_ip(request)
    if is_local(ip):
        return
    rate = limits.READS if request.method in SAFE else limits.WRITES
    principal = _principal(request, ip)
    route = request.resolver_match.route if request.resolver_match else ""
    verdict = limits.buckets.take(f"{principal} {request.method} {route}", rate)
    request.META["entrepot.rate"] = (rate, verdict)
    around = limits.buckets.take(f"ip:{ip}", limits.Rate(rate.amount * 10, rate.seconds))
    if not verdict.allowed or not around.allowed:
        telemetry.REFUSED.labels("rate").inc()
        raise TooManyRequests(seconds=max(1, verdict.reset_seconds, around.reset_seconds))
    if not limits.slots.enter(principal, limits.AT_ONCE):
        telemetry.REFUSED.labels("concurrency").inc()
        raise TooManyRequests(seconds=1)
    request.META["entrepot.slot"] = principal


def _principal(request: HttpRequest, ip: str | None) -> str:
    """Who to count for, without asking the database: the key's public prefix, the session, else the address."""
    authorization = str(request.META.get("HTTP_AUTHORIZATION", ""))
    if authorization:
        return "key:" + authorization[:30]
    session = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    return f"session:{session}" if session else f"ip:{ip}"


class _Csrf(CsrfViewMiddleware):
    """Django's check, answering with the reason instead of a page."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        telemetry.REFUSED.labels("csrf").inc()
        return turned_away("csrf_failed")


    def comes_from_us(self, request: HttpRequest) -> bool:
        """What the browser itself says of the origin; programs that are no browser say nothing."""
        return "HTTP_ORIGIN" not in request.META or bool(self._origin_verified(request))  # type: ignore[attr-defined]


def _nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


_csrf = _Csrf(_nothing)


def _forged(request: HttpRequest) -> HttpResponse | None:
    """Cookies travel by themselves, so a call that lives by them must carry a CSRF token; one with a key need not.

    Signing in has no cookie yet, and a beacon cannot carry a header: there a browser's own word on the origin must fit.
    """
    if request.META.get("HTTP_AUTHORIZATION") or getattr(request, "_dont_enforce_csrf_checks", False):
        return None
    if request.path_info == BEACON:
        return None if _csrf.comes_from_us(request) else _csrf._reject(request, "origin")
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        if "HTTP_IDEMPOTENCY_KEY" in request.META:
            _ = request.body  # the key is bound to it, and Django's check of a form leaves nothing of its stream
        request.csrf_processing_done = False  # type: ignore[attr-defined]  # API views are exempt from Django's own
        _csrf.process_request(request)
        return cast("HttpResponse | None", _csrf.process_view(request, _nothing, (), {}))
    if request.path_info.startswith("/api/v1/account/") and not _csrf.comes_from_us(request):
        return _csrf._reject(request, "origin")
    return None


def _claim(request: HttpRequest) -> HttpResponse | None:
    key = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if key is None or (request.resolver_match and idempotency.is_exempt(request.resolver_match.route)):
        return None
    begun = idempotency.begin(request, actor_of(request), key)
    if isinstance(begun, HttpResponse):
        return begun
    request.META["entrepot.claim"] = begun
    before_commit.set(begun.mark)
    return None


def _settle(request: HttpRequest, response: HttpResponse) -> None:
    """Keep the answer of an idempotent call, give the slot back."""
    claim = request.META.pop("entrepot.claim", None)
    if claim is not None:
        before_commit.set(None)
        try:
            idempotency.finish(claim, response)
        except DATABASE_GONE:  # the lease will end by itself
            log.warning("idempotent answer not stored")
    slot = request.META.pop("entrepot.slot", None)
    if slot is not None:
        limits.slots.leave(slot)


_BY_STATUS = {400: "bad_request", 403: "forbidden", 404: "not_found", 405: "method_not_allowed", 413: "too_large",
              500: "internal"}


def _as_problem(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Every refusal of the API is a problem document, also those that never reached a view."""
    if response.status_code < 400 or not request.path_info.startswith(API) \
            or response.get("Content-Type", "").startswith(PROBLEM):
        return response
    status = response.status_code
    if status in _BY_STATUS:
        made = turned_away(_BY_STATUS[status])
    else:
        made = problem(status, DomainError.code, gettext(DomainError.text))
    for name in ("Allow", "Retry-After", "WWW-Authenticate"):
        if response.has_header(name):
            made[name] = response[name]
    return made


_STORED = {name.lower(): (name, value) for name, value in _HEADERS.items()}


def _dress(request: HttpRequest, response: HttpResponse) -> None:
    headers = response.headers
    # The constant ones go straight into the mapping: Django checks and encodes each value anew, 2 microseconds apiece.
    headers._store = {**_STORED, **headers._store}  # type: ignore[attr-defined]
    headers["X-Request-Id"] = request_id.get()
    if settings.SECURE:
        headers.setdefault("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
    if headers.get("Content-Type", "").startswith("text/html"):
        headers.setdefault("Content-Security-Policy", csp.header(request, response))
    if "Cache-Control" not in headers:
        personal = settings.SESSION_COOKIE_NAME in request.COOKIES or "HTTP_AUTHORIZATION" in request.META
        headers["Cache-Control"] = "private, no-store" if personal or request.method not in SAFE else "no-cache"
    limited = request.META.get("entrepot.rate")
    if limited is not None:
        rate, verdict = limited
        headers["RateLimit-Policy"] = f'"default";q={rate.amount};w={rate.seconds}'
        headers["RateLimit"] = f'"default";r={verdict.remaining};t={verdict.reset_seconds}'
    if response.status_code == 401 and request.path_info.startswith(API):
        headers.setdefault("WWW-Authenticate", "Bearer")


def meant(response: HttpResponse) -> HttpResponse:
    """An answer like 503 that the shopkeeper asked for, or that has no shop yet: no error for the log."""
    response.is_meant = response._has_been_logged = True  # type: ignore[attr-defined]  # the latter is Django's own
    return response


def _report(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    match = getattr(request, "resolver_match", None)
    route = match.route if match else "unmatched"
    telemetry.answered(request.method or "", route, response.status_code, seconds)
    failed = response.status_code >= 500 and not getattr(response, "is_meant", False)
    if failed or LOG_EVERYTHING or request.method not in SAFE or seconds > SLOW_SECONDS:
        write = log.error if failed else log.info
        write("request", method=request.method, route=route, status=response.status_code,
              milliseconds=round(seconds * 1000, 1), ip=client_ip(request))


class Light:
    """Second in MIDDLEWARE, with an `Inner` last: API calls without a cookie skip sessions, messages and account pages.

    They need none of it, and it is half of the time of a hot answer.
    """

    inner: GetResponse

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _is_light(request):
            return self.get_response(request)
        translation.activate(_language(request.META.get("HTTP_ACCEPT_LANGUAGE", "")))
        return Light.inner(request)


@lru_cache(maxsize=2000)
def _language(accepted: str) -> str:
    """Of the languages that we speak, the one the caller likes best. Programs have no language cookie."""
    for code, _ in parse_accept_lang_header(accepted.lower()[:500]):
        if code == "*":
            break
        try:
            return translation.get_supported_language_variant(code)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


def _is_light(request: HttpRequest) -> bool:
    path = request.path_info
    return path.startswith((API, "/livez", "/readyz", "/metrics")) \
        and settings.SESSION_COOKIE_NAME not in request.COOKIES and not path.startswith("/api/v1/account")


class Inner:
    """Base of the last middleware before the view: where `Light` hands over."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        Light.inner = self  # type: ignore[assignment]  # an instance that is called

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)
