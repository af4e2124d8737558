"""What search shows first: words that mean the same, products pinned or buried, and searches that found nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from entrepot.catalog import public as catalog
from entrepot.catalog.public import ProductFilter
from entrepot.kit import clock
from entrepot.kit.errors import N_, InvalidInput
from entrepot.kit.rest import actor_of
from entrepot.showcase import public as showcase
from entrepot.showcase.permissions import MANAGE_SEARCH
from entrepot.web.office.goods.sheet import LANGUAGES
from entrepot.web.office.pages import acted, office_page, text_of, whole

DAYS, MOST = 30, 50


def show(request: HttpRequest) -> HttpResponse:
    actor, query = actor_of(request), request.GET.get("q", "").strip()
    since = clock.now().date() - timedelta(days=DAYS)
    pins = showcase.list_pins(limit=500)
    names = {p["id"]: catalog.in_language(p["name"], get_language() or "en") for p in catalog.find_products(
        ProductFilter(ids=tuple({p.product_id for p in pins})), limit=500)} if pins else {}
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for pin in sorted(pins, key=lambda p: (p.query, p.language, p.position == 0, p.position)):
        groups.setdefault((pin.query, pin.language), []).append({"it": pin, "title": names.get(pin.product_id, "?")})
    return office_page(request, "goods/searching", _("Search desk"), {
        "synonyms": showcase.list_synonyms(limit=500), "pins": [(q, lang, rows) for (q, lang), rows in groups.items()],
        "empty": showcase.list_query_report(since, only_empty=True, limit=MOST),
        "asked": showcase.list_query_report(since, limit=MOST), "days": DAYS, "query": query, "languages": LANGUAGES,
        "found": _candidates(query), "may": {"manage"} if actor.can(MANAGE_SEARCH) else set()})


def _candidates(query: str) -> list[dict[str, Any]]:
    """Products whose name holds the words, to pin for a search that found nothing or the wrong things."""
    found = catalog.find_products(ProductFilter(query=query, status="active"), limit=12) if query else []
    return [{**p, "title": catalog.in_language(p["name"], get_language() or "en")} for p in found]


def do(request: HttpRequest, verb: str) -> HttpResponse:
    if verb not in VERBS:
        raise Http404
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    return acted(request, lambda: VERBS[verb](request), reverse("admin:desk_searching"))


def _number(request: HttpRequest, name: str) -> int:
    given = whole(text_of(request, name))
    if given is None:
        raise InvalidInput(name, N_("Give a number."))
    return given


def _language(request: HttpRequest) -> str:
    given = text_of(request, "language")
    if given not in dict(LANGUAGES):
        raise InvalidInput("language", N_("Choose one of the list."))
    return given


def _synonyms(request: HttpRequest) -> None:
    words = [w for w in re.split(r"[,，;；\n]+", text_of(request, "words")) if w.strip()]
    showcase.save_synonyms(_language(request), words, synonym_id=whole(text_of(request, "id")),
                           actor=actor_of(request))


def _pin(request: HttpRequest) -> None:
    """At a place from the top, or (0) below all others."""
    named = text_of(request, "product")
    facts = catalog.find_variant(named)
    product_id = facts.product_id if facts else catalog.product_id_of(named)
    if product_id is None:
        raise InvalidInput("product", N_("There is no such SKU or address."))
    showcase.pin(text_of(request, "query"), _language(request), product_id, _number(request, "position"),
                 actor=actor_of(request))


VERBS: dict[str, Callable[[HttpRequest], Any]] = {
    "synonyms": _synonyms, "pin": _pin,
    "no-synonyms": lambda request: showcase.delete_synonyms(_number(request, "id"), actor=actor_of(request)),
    "unpin": lambda request: showcase.unpin(_number(request, "id"), actor=actor_of(request))}
