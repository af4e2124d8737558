"""The express lane: the public reads of the shop, which need no session, no account and no cookie.

`ExpressLane` stands first in MIDDLEWARE and answers these addresses itself, so that a request costs its one statement
and little more; everything else goes down the chain. What the chain would add that matters here is added here: security
headers, a request id, cache headers with an etag, problem details in the reader's language.

    GET /api/v1/products           a page of a category, a collection or everything
    GET /api/v1/products/{slug}    a product; a former slug leads to the present one by 301
    GET /api/v1/search             search with facets
    GET /api/v1/suggest            suggestions while typing
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from secrets import token_hex
from time import perf_counter
from urllib.parse import quote

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import translation
from prometheus_client import Counter, Histogram

from entrepot.catalog import public as catalog
from entrepot.kit import limits, paging, telemetry
from entrepot.kit.context import request_id
from entrepot.kit.errors import N_, DomainError, InvalidInput, NotFound, TooManyRequests
from entrepot.kit.json import dumps, loads
from entrepot.kit.middleware import DATABASE_GONE, unavailable
from entrepot.kit.network import client_ip, is_local
from entrepot.kit.rest import problem_of, public_view, turned_away
from entrepot.showcase import params, queries, search
from entrepot.showcase.contracts import ListingRequest, SearchRequest, SearchSort, Sort
from entrepot.showcase.documents import CARD_FIELDS, PAGE_FIELDS
from entrepot.showcase.errors import MethodNotAllowed
from entrepot.showcase.permissions import READ
from entrepot.showcase.rules import QUERY_LENGTH

log = structlog.get_logger(__name__)

PRODUCTS = "/api/v1/products"
_DETAIL = PRODUCTS + "/"
SEARCH = "/api/v1/search"
SUGGEST = "/api/v1/suggest"

_CACHE = "public, max-age=5, stale-while-revalidate=30"
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Vary": "Accept-Language",
}
if settings.SECURE:
    _HEADERS["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")

View = Callable[[HttpRequest], HttpResponse]


class ExpressLane:
    """The first middleware: answers the public reads, passes everything else on."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        lane = _lane(request.path_info)
        return self.get_response(request) if lane is None else lane.serve(request)


@dataclass(frozen=True, slots=True)
class Lane:
    """A public read with its route and what it counts."""

    route: str
    view: View
    answered: Counter
    known: Counter
    seconds: Histogram

    @classmethod
    def of(cls, route: str, view: View) -> Lane:
        counted = telemetry.REQUESTS.labels
        return cls(route, view, counted("GET", route, 200), counted("GET", route, 304), telemetry.SECONDS.labels(route))

    def serve(self, request: HttpRequest) -> HttpResponse:
        """The view's answer with the headers of the lane; refusals as problem details."""
        started = perf_counter()
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        id_ = given if given and _REQUEST_ID.fullmatch(given) else token_hex(16)
        token = request_id.set(id_)
        try:
            response = self._answer(request)
        finally:
            request_id.reset(token)
        headers = response.headers
        for name, value in _HEADERS.items():
            headers[name] = value
        headers["X-Request-Id"] = id_
        self._count(request, response.status_code, perf_counter() - started)
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        try:
            if request.method not in ("GET", "HEAD"):
                raise MethodNotAllowed
            _limit(request, self.route)
            return self.view(request)
        except DomainError as error:
            with translation.override(translation.get_language_from_request(request)):
                response = problem_of(error)
            if isinstance(error, MethodNotAllowed):
                response["Allow"] = "GET, HEAD"
        except DATABASE_GONE as error:
            log.error("database unavailable", error=type(error).__name__)
            response = unavailable()
        except Exception:
            log.exception("a public read failed", route=self.route)
            with translation.override(translation.get_language_from_request(request)):
                response = turned_away("internal")
        response["Cache-Control"] = "no-store"
        return response

    def _count(self, request: HttpRequest, status: int, seconds: float) -> None:
        if status == 200:
            self.answered.inc()
        elif status == 304:
            self.known.inc()
        else:
            telemetry.REQUESTS.labels(request.method, self.route, status).inc()
        self.seconds.observe(seconds)


def _limit(request: HttpRequest, route: str) -> None:
    """The same buckets as for every other read, kept per address."""
    ip = client_ip(request)
    if is_local(ip):
        return
    verdict = limits.buckets.take(f"ip:{ip} GET {route}", limits.READS)
    if not verdict.allowed:
        telemetry.REFUSED.labels("rate").inc()
        raise TooManyRequests(seconds=max(1, verdict.reset_seconds))


def _sent(request: HttpRequest, body: bytes, etag: str = "") -> HttpResponse:
    """200 with an etag, or 304 when the reader has these bytes already."""
    tag = f'"{etag or blake2b(body, digest_size=12).hexdigest()}"'
    known = request.META.get("HTTP_IF_NONE_MATCH")
    if known is not None and (known == tag or known == "*" or tag in known):
        response = HttpResponse(status=304)
        del response.headers["Content-Type"]
    else:
        response = HttpResponse(body, content_type="application/json")
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = _CACHE
    return response


def _place(request: HttpRequest, given: dict[str, str]) -> params.Place:
    at = params.place(given, request.META.get("HTTP_ACCEPT_LANGUAGE", ""), catalog.channel, catalog.default_channel)
    if not at.channel.is_active:
        raise NotFound(N_("channel"))
    return at


# ---- listing

_LISTING = frozenset(("channel", "lang", "category", "collection", "sort", "cursor", "limit", "fields"))


def listing(request: HttpRequest) -> HttpResponse:
    given = params.parse(request.META["QUERY_STRING"], _LISTING)
    at = _place(request, given)
    wanted = ListingRequest(at.channel.id, at.language, given.get("category", ""), given.get("collection", ""),
                            params.choice(given, "sort", Sort, Sort.NEWEST), given.get("cursor", ""),
                            params.limit(given))
    body = queries.get_page(wanted)
    if body is None:
        return _empty_shelf(request, wanted, given)
    return _sent(request, _sparse_page(body, given))


def _empty_shelf(request: HttpRequest, wanted: ListingRequest, given: dict[str, str]) -> HttpResponse:
    """Nothing on this page: past the end, a shelf without products, a former slug, or no such shelf at all."""
    kind, slug = ("category", wanted.category) if wanted.category else ("collection", wanted.collection)
    if slug and not queries.has_shelf(wanted.channel_id, wanted.language, kind, slug):
        if present := catalog.resolve_redirect(kind, slug):
            rest = "&".join(f"{name}={quote(value)}" for name, value in {**given, kind: present}.items())
            return _moved(f"{PRODUCTS}?{rest}")
        if not _exists(kind, slug):
            raise NotFound(N_("category") if kind == "category" else N_("collection"))
    return _sent(request, b'{"items":[],"next":null}')


def _exists(kind: str, slug: str) -> bool:
    if kind == "category":
        return catalog.category_by_slug(slug) is not None
    return any(c.slug == slug for c in catalog.collections())


def _sparse_page(body: bytes, given: dict[str, str]) -> bytes:
    if not given.get("fields"):
        return body
    page = loads(body)
    return dumps({**page, "items": paging.sparse(page["items"], given["fields"], CARD_FIELDS)})


def _moved(location: str) -> HttpResponse:
    response = HttpResponse(status=301, content_type="application/json")
    response["Location"] = location
    response["Cache-Control"] = "public, max-age=300"
    return response


# ---- product

_PRODUCT = frozenset(("channel", "lang", "fields"))


def product(request: HttpRequest) -> HttpResponse:
    slug = request.path_info[len(_DETAIL):]
    given = params.parse(request.META["QUERY_STRING"], _PRODUCT) if request.META["QUERY_STRING"] else {}
    at = _place(request, given)
    found = queries.get_document(at.channel.id, at.language, slug) if "\0" not in slug else None
    if found is None:
        present = catalog.resolve_redirect("product", slug) if "\0" not in slug else None
        if present is None:
            raise NotFound(N_("product"))
        query = request.META["QUERY_STRING"]
        return _moved(_DETAIL + quote(present) + (f"?{query}" if query else ""))
    body, etag = found
    if not given.get("fields"):
        return _sent(request, body, etag)
    return _sent(request, dumps(paging.sparse([loads(body)], given["fields"], PAGE_FIELDS)[0]))


# ---- search

_SEARCH = frozenset(("q", "channel", "lang", "category", "brand", "price_min", "price_max", "in_stock", "sort",
                     "on_offer", "collection", "cursor", "limit", "facets", "fields"))


def find(request: HttpRequest) -> HttpResponse:
    given = params.parse(request.META["QUERY_STRING"], _SEARCH, attributes=True)
    at = _place(request, given)
    found = search.search(_search_request(at, given))
    cursor = paging.encode([found.next_offset]) if found.next_offset else None
    return _sent(request, _sparse_page(search.result_bytes(found, cursor), given))


def _search_request(at: params.Place, given: dict[str, str]) -> SearchRequest:
    low, high = params.minor(given, "price_min"), params.minor(given, "price_max")
    if low is not None and high is not None and low > high:
        raise InvalidInput("price_max", N_("This must not be below the minimum."))
    return SearchRequest(
        at.channel.id, at.language, _text(given), params.several(given, "category"), params.several(given, "brand"),
        params.attributes(given), low, high, params.flag(given, "in_stock"),
        params.choice(given, "sort", SearchSort, SearchSort.RELEVANCE), _offset(given.get("cursor", "")),
        params.limit(given), params.flag(given, "facets") is not False, params.several(given, "collection"),
        params.flag(given, "on_offer"))


def _text(given: dict[str, str]) -> str:
    text = given.get("q", "")
    if len(text) > QUERY_LENGTH:
        raise InvalidInput("q", N_("Please search with fewer words."))
    return text


def _offset(cursor: str) -> int:
    if not cursor:
        return 0
    offset = paging.decode(cursor, size=1)[0]
    if not isinstance(offset, int) or not 0 < offset <= search.FARTHEST:
        raise paging.foreign()
    return offset


_SUGGEST = frozenset(("q", "channel", "lang", "limit"))
_MAX_SUGGESTIONS = 20


def suggest(request: HttpRequest) -> HttpResponse:
    given = params.parse(request.META["QUERY_STRING"], _SUGGEST)
    at = _place(request, given)
    count = min(params.limit(given), _MAX_SUGGESTIONS) if "limit" in given else 5
    found = search.suggest(at.channel.id, at.language, _text(given), limit=count)
    return _sent(request, search.suggestion_bytes(found))


_LANES = {PRODUCTS: Lane.of(PRODUCTS, listing), SEARCH: Lane.of(SEARCH, find), SUGGEST: Lane.of(SUGGEST, suggest)}
_PRODUCT_LANE = Lane.of(_DETAIL + "{slug}", product)


def _lane(path: str) -> Lane | None:
    found = _LANES.get(path)
    if found is None and path.startswith(_DETAIL) and len(path) > len(_DETAIL) and path.count("/") == 4:
        return _PRODUCT_LANE
    return found


def _mounted(lane: Lane) -> Callable[..., HttpResponse]:
    @public_view(READ)
    def view(request: HttpRequest, **of_path: str) -> HttpResponse:
        return lane.serve(request)

    return view


# The same addresses as ordinary routes: known to the role matrix, and served where the lane is not installed.
urlpatterns = [
    path("api/v1/products", _mounted(_LANES[PRODUCTS])),
    path("api/v1/products/<str:slug>", _mounted(_PRODUCT_LANE)),
    path("api/v1/search", _mounted(_LANES[SEARCH])),
    path("api/v1/suggest", _mounted(_LANES[SUGGEST])),
]
