"""Coupons of a promotion: batches made, downloaded, watched and revoked."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    StreamingHttpResponse,
)
from django.urls import reverse
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from entrepot.catalog import public as catalog
from entrepot.kit import clock
from entrepot.kit.errors import N_, DomainError, InvalidInput
from entrepot.kit.rest import actor_of
from entrepot.kit.sheets import guarded
from entrepot.pricing import public as pricing
from entrepot.web.office.goods.sheet import Sheet
from entrepot.web.office.pages import acted, office_page, text_of

SHOWN = 50


def listed(request: HttpRequest) -> HttpResponse:
    """Promotions that take coupons, with their batches; and where a single code leads."""
    query, language = request.GET.get("q", "").strip(), get_language() or "en"
    promotions: list[dict[str, Any]] = [{"it": p, "title": catalog.in_language(p.name, language) or p.code,
                   "batches": pricing.coupon_batches(p.code)}
                  for p in pricing.list_promotions("", 500) if p.needs_coupon]
    promotions.sort(key=lambda p: {"active": 0, "draft": 1}.get(p["it"].status, 2))
    return office_page(request, "prices/coupons", _("Coupon desk"), {
        "promotions": promotions, "query": query, "found": pricing.list_coupons(0, 20, code=query) if query else []})


def show(request: HttpRequest, code: str) -> HttpResponse:
    """The coupons of one promotion; sent back, a new batch of them."""
    promotion, sheet = pricing.get_promotion(code), Sheet.of(request)
    made: list[str] = []
    if request.method == "POST":
        made = _made(code, sheet, request)
    batch = request.GET.get("batch", "")
    context = {
        "promotion": promotion, "sheet": sheet, "made": made[:200], "made_count": len(made), "batch": batch,
        "batches": pricing.coupon_batches(code), "fields": _fields(sheet, promotion.code),
        "title_here": catalog.in_language(promotion.name, get_language() or "en"),
        "coupons": pricing.list_coupons(0, SHOWN, promotion=code, batch=batch)}
    return office_page(request, "prices/coupon", _("Coupons"), context, status=422 if sheet.refused else 200)


def _fields(sheet: Sheet, code: str) -> dict[str, Any]:
    today = clock.now().strftime("%Y-%m-%d")
    return {"kind": sheet.field("kind", "single", _("What kind"), "select", choices=[
                ("single", _("many codes, each used once")), ("shared", _("one code that many people use"))]),
            "count": sheet.field("count", "100", _("How many"), "number"),
            "prefix": sheet.field("prefix", code[:8].upper().strip("-_"), _("They begin with")),
            "code": sheet.field("code", "", _("The shared code"), hint=_("only for one that many people use")),
            "limit": sheet.field("limit", "", _("Uses of the shared code"), "number", hint=_("empty: without limit")),
            "batch": sheet.field("batch", f"{today}", _("Name of the batch"), hint=_("to find and revoke it later")),
            "staff_only": sheet.field("staff_only", False, _("Only our staff may use them"), "check")}


def _made(code: str, sheet: Sheet, request: HttpRequest) -> list[str]:
    shared = sheet.text("kind") == "shared"
    count, limit = sheet.number("count", whole=True, least=1), sheet.number("limit", whole=True, least=1)
    if shared and not sheet.text("code"):
        sheet.errors["code"] = _("Give the code.")
    if not shared and count is None:
        sheet.errors.setdefault("count", _("Give a number."))
    if sheet.refused:
        return []
    about: dict[str, Any] = {"batch": sheet.text("batch") or "", "staff_only": sheet.flag("staff_only") or False}
    try:
        if shared:
            return pricing.create_coupons(code, codes=[sheet.text("code") or ""], limit=None if limit is None else
                                          int(limit), **about, actor=actor_of(request))
        return pricing.create_coupons(code, count=int(count or 0), prefix=sheet.text("prefix") or "", **about,
                                      actor=actor_of(request))
    except DomainError as error:
        sheet.blame(error, {"codes": "code", "promotion": "kind", "": "code"})
        return []


def download(request: HttpRequest, code: str) -> HttpResponse:
    """The codes as CSV. Who took them is written down: codes are money."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    batch = text_of(request, "batch")
    pricing.note_export(code, batch, actor=actor_of(request))
    answer = StreamingHttpResponse(_csv(code, batch), content_type="text/csv; charset=utf-8")
    name = "".join(c for c in f"{code}-{batch}".strip("-") if c.isalnum() or c in "-_")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer  # type: ignore[return-value]  # a page that streams


def _csv(code: str, batch: str) -> Iterator[str]:
    """With a mark at the start, by which spreadsheets know that it is Unicode."""
    out = io.StringIO()
    writer = csv.writer(out)
    yield "\ufeff"
    writer.writerow([pgettext("name", "Code"), _("Batch"), _("Uses"), _("Used"), _("Valid")])
    for n, c in enumerate(pricing.iter_coupons(code, batch), 1):
        writer.writerow([guarded(c.code), guarded(c.batch), "" if c.limit is None else c.limit, c.used_count,
                         int(c.is_active)])
        if n % 1000 == 0:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()


def do(request: HttpRequest, code: str, verb: str) -> HttpResponse:
    if verb not in VERBS:
        raise Http404
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    revoked: list[int] = []
    answer = acted(request, lambda: revoked.append(VERBS[verb](request, code)),
                   reverse("admin:desk_coupons", args=[code]), _Told(revoked))
    return answer


class _Told:
    """Said after the deed, when the number is known."""

    def __init__(self, counted: list[int]) -> None:
        self.counted = counted

    def __str__(self) -> str:
        n = sum(self.counted)
        return ngettext("%(n)s coupon is no longer valid.", "%(n)s coupons are no longer valid.", n) % {"n": n}


def _revoke(request: HttpRequest, code: str) -> int:
    batch = text_of(request, "batch")
    if not batch:
        raise InvalidInput("batch", N_("Only a batch with a name can be revoked whole."))
    return pricing.disable_coupons(promotion_code=code, batch=batch, actor=actor_of(request))


def _revoke_one(request: HttpRequest, code: str) -> int:
    return pricing.disable_coupons(codes=[text_of(request, "code")], actor=actor_of(request))


VERBS: dict[str, Callable[[HttpRequest, str], int]] = {"revoke": _revoke, "revoke-one": _revoke_one}
