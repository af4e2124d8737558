"""Promotions: planned as drafts in plain words, tried on carts, rehearsed over past orders, started and ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from entrepot.catalog import public as catalog
from entrepot.kit import clock
from entrepot.kit.actor import Actor
from entrepot.kit.codes import CODE
from entrepot.kit.errors import N_, DomainError, InvalidInput, NotFound
from entrepot.kit.rest import actor_of
from entrepot.pricing import public as pricing
from entrepot.pricing.contracts import PromotionInfo, PromotionInput
from entrepot.pricing.permissions import MANAGE_COUPONS, MANAGE_PROMOTIONS
from entrepot.web.office.goods.choices import Catalogue
from entrepot.web.office.goods.sheet import Sheet
from entrepot.web.office.pages import acted, office_page, text_of, whole
from entrepot.web.office.prices import builder, rehearsal

DAYS = (30, 90, 365)
MOST = 500
_CODE_RULE = N_("A code has letters, digits, hyphens and underscores.")


def listed(request: HttpRequest) -> HttpResponse:
    """All promotions by state, each in a line of plain words."""
    status, query = request.GET.get("status", ""), request.GET.get("q", "").strip().lower()
    language, world = get_language() or "en", Catalogue.here()
    every = pricing.list_promotions("", MOST)
    found = [p for p in every if (not status or p.status == status)
             and (not query or query in p.code.lower() or query in " ".join(p.name.values()).lower())]
    order = {"active": 0, "draft": 1, "ended": 2}
    reduced = pricing.prices_reduced(p.id for p in found if _is_on_shelves(p))
    rows = [{"it": p, "title": catalog.in_language(p.name, language) or p.code, "words": builder.in_words(p, world),
             "on_shelves": _is_on_shelves(p), "reduced": reduced.get(p.id, 0)}
            for p in sorted(found, key=lambda p: (order.get(p.status, 3), -p.updated_at.timestamp()))]
    counts = [(code, label, sum(p.status == code for p in every)) for code, label in (
        ("active", _("running")), ("draft", _("drafts")), ("ended", _("ended")))]
    return office_page(request, "prices/promotions", _("Promotions"), {
        "rows": rows, "counts": counts, "status": status, "query": query, "kinds": builder.KINDS.items(),
        "may": _may(actor_of(request))})


def _is_on_shelves(promotion: PromotionInfo) -> bool:
    """A lower price of the catalogue, which nobody redeems; one with a quota counts its pieces."""
    return promotion.scope == "catalogue" and promotion.usage_limit is None and not promotion.used_count


def _may(actor: Actor) -> set[str]:
    return {code for code, p in (("manage", MANAGE_PROMOTIONS), ("coupons", MANAGE_COUPONS)) if actor.can(p)}


def new(request: HttpRequest, kind: str) -> HttpResponse:
    if kind not in builder.KINDS:
        raise Http404
    actor, sheet = actor_of(request), Sheet.of(request)
    actor.require(MANAGE_PROMOTIONS)
    trial: dict[str, Any] | None = None
    if request.method == "POST":
        code = sheet.text("code") or ""
        draft = _draft(kind, sheet, code)
        if draft is not None and "try" in request.POST:
            trial = rehearsal.tried(draft, sheet)
        elif draft is not None:
            try:
                pricing.create_promotion(draft, actor=actor)
            except DomainError as error:
                sheet.blame(error, {**builder.places(), "": "code"})
            else:
                messages.success(request, _("The draft is kept. Read the warnings, rehearse it, then start it."))
                return HttpResponseRedirect(reverse("admin:desk_promotion", args=[code]))
    return office_page(request, "prices/promotion", builder.KINDS[kind][0], {
        "form": builder.controls(kind, None, sheet), "sheet": sheet, "promotion": None, "may": _may(actor),
        "trial": trial, "cart": sheet.text("cart") or "", "kind": kind, "days": DAYS}, status=_status(sheet))


def _draft(kind: str, sheet: Sheet, code: str) -> PromotionInput | None:
    """The form as a promotion that the rules accept; None, with the mistakes in the sheet."""
    draft = builder.given(kind, sheet, code)
    if not CODE.fullmatch(code):
        sheet.errors["code"] = _(_CODE_RULE)
    if not draft.name:
        sheet.errors["name-en"] = _("Give it a name: buyers see it.")
    if not sheet.refused:
        try:
            pricing.check_promotion(draft)
        except DomainError as error:
            sheet.blame(error, builder.places())
    return None if sheet.refused else draft


def _status(sheet: Sheet) -> int:
    return 422 if sheet.refused else 200


def show(request: HttpRequest, code: str) -> HttpResponse:
    """One promotion: its form while it is a draft, what it gave since it runs, and what it would do."""
    actor, promotion = actor_of(request), pricing.get_promotion(code)
    kind = promotion.benefit["kind"]
    locked = promotion.status != "draft" or not actor.can(MANAGE_PROMOTIONS)
    sheet = Sheet.of(request, locked=locked)
    draft = as_input(promotion)
    if request.method == "POST":
        if "try" in request.POST:
            draft = _draft(kind, sheet, code) or draft
        elif _saved(request, promotion, kind, sheet, actor):
            return HttpResponseRedirect(reverse("admin:desk_promotion", args=[code]))
    return office_page(request, "prices/promotion", catalog.in_language(promotion.name, get_language() or "en"), {
        "form": builder.controls(kind, promotion, sheet), "sheet": sheet, "promotion": promotion, "kind": kind,
        "may": _may(actor), "trial": rehearsal.tried(draft, sheet) if promotion.status != "ended" else None,
        "cart": sheet.text("cart") or "", "use": _use(promotion), "days": DAYS,
        "words": builder.in_words(promotion, Catalogue.here()), "fixed": builder.NO_CHANGE_WHILE_ACTIVE,
        "batches": pricing.coupon_batches(code) if promotion.needs_coupon and actor.can(MANAGE_COUPONS) else []},
        status=_status(sheet))


def as_input(p: PromotionInfo) -> PromotionInput:
    names = {f.name for f in fields(PromotionInput)} - {"channel_ids"}
    return PromotionInput(**{n: getattr(p, n) for n in names}, channel_ids=tuple(p.channel_ids))


def _saved(request: HttpRequest, promotion: PromotionInfo, kind: str, sheet: Sheet, actor: Actor) -> bool:
    changes: Mapping[str, Any]
    if promotion.status == "draft":
        draft = _draft(kind, sheet, promotion.code)
        if draft is None:
            return False
        changes = {f.name: getattr(draft, f.name) for f in fields(PromotionInput) if f.name not in ("code", "scope")}
        if draft.scope != promotion.scope:
            changes = {**changes, "scope": draft.scope}
    else:
        changes = builder.changes_while_active(sheet, promotion)
        if sheet.refused:
            return False
    try:
        pricing.update_promotion(promotion.code, changes, actor=actor)
    except DomainError as error:
        sheet.blame(error, builder.places())
        return False
    messages.success(request, _("Saved."))
    return True


def _use(promotion: PromotionInfo) -> dict[str, Any]:
    """What it gave: sums by currency, and a line of the last days."""
    rows = pricing.promotion_use(promotion.code)
    sums: dict[str, dict[str, int]] = {}
    for r in rows:
        told = sums.setdefault(r.currency, {"orders": 0, "amount": 0})
        told["orders"] += r.orders
        told["amount"] += r.amount_minor
    return {"rows": rows[:30], "sums": [{"currency": c, **told, "each": told["amount"] // max(1, told["orders"])}
                                        for c, told in sorted(sums.items())],
            "spent": Decimal(promotion.used_minor) / promotion.budget_minor * 100 if promotion.budget_minor else None}


def try_it(request: HttpRequest) -> HttpResponse:
    """The preview alone, for the page's script: what was typed so far on sample carts, and what to look at."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    kind = text_of(request, "kind")
    if kind not in builder.KINDS:
        raise Http404
    sheet = Sheet.of(request)
    draft = _draft(kind, sheet, text_of(request, "code") or "draft")
    context = {"trial": rehearsal.tried(draft, sheet) if draft else None, "sheet": sheet}
    return HttpResponse(render_to_string("office/prices/_trial.html", context, request))


def simulate(request: HttpRequest, code: str) -> HttpResponse:
    """The draft over past orders, as if everything else had been the same."""
    promotion = pricing.get_promotion(code)
    wanted = whole(request.GET.get("days", ""))
    days = wanted if wanted in DAYS else DAYS[1]
    told = rehearsal.simulated(as_input(promotion), clock.now() - timedelta(days=days))
    return office_page(request, "prices/simulation", _("Rehearsal"), {
        "promotion": promotion, "days": DAYS, "chosen": days, "told": told, "may": _may(actor_of(request)),
        "words": builder.in_words(promotion, Catalogue.here()),
        "title_here": catalog.in_language(promotion.name, get_language() or "en")})


def by_id(request: HttpRequest, promotion_id: UUID) -> HttpResponse:
    """From a record to its page."""
    found = next((p for p in pricing.list_promotions("", 100_000) if p.id == promotion_id), None)
    if found is None:
        raise NotFound("promotion")
    return HttpResponseRedirect(reverse("admin:desk_promotion", args=[found.code]))


# ---- buttons


def do(request: HttpRequest, code: str, verb: str) -> HttpResponse:
    if verb not in VERBS:
        raise Http404
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    back = {"copy": _new_code, "delete": lambda *_a: ""}.get(verb, lambda _r, c: c)(request, code)
    pages = reverse("admin:desk_promotions")
    return acted(request, lambda: VERBS[verb](request, code),
                 reverse("admin:desk_promotion", args=[back]) if back and _exists_after(verb, back) else pages)


def _exists_after(verb: str, code: str) -> bool:
    return verb != "copy" or CODE.fullmatch(code) is not None


def _new_code(request: HttpRequest, code: str) -> str:
    return text_of(request, "code") or f"{code[:44]}-copy"


def _copy(request: HttpRequest, code: str) -> None:
    old = as_input(pricing.get_promotion(code))
    given = {f.name: getattr(old, f.name) for f in fields(PromotionInput)}
    if not CODE.fullmatch(_new_code(request, code)):  # it stands in addresses
        raise InvalidInput("code", _CODE_RULE)
    pricing.create_promotion(PromotionInput(**{**given, "code": _new_code(request, code), "from_at": None,
                                               "until_at": None}), actor=actor_of(request))


def _end(request: HttpRequest, code: str) -> None:
    pricing.end_promotion(code, reason=text_of(request, "reason"), actor=actor_of(request))


VERBS: dict[str, Callable[[HttpRequest, str], None]] = {
    "activate": lambda request, code: pricing.activate_promotion(code, actor=actor_of(request)), "end": _end,
    "copy": _copy, "delete": lambda request, code: pricing.delete_promotion(code, actor=actor_of(request))}
