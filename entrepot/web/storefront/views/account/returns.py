"""Sending something back: what, why, with pictures, for money or for another variant."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from entrepot.catalog import public as catalog
from entrepot.kit.actor import Actor
from entrepot.kit.errors import DomainError, InvalidInput, NotFound
from entrepot.kit.rest import actor_of, translated
from entrepot.orders import public as orders
from entrepot.orders.contracts import AddLine, ChangeKind, Operation, OrderView, ReturnLine
from entrepot.web import reasons
from entrepot.web.storefront.shop import Paths
from entrepot.web.storefront.views.account.common import account_page, member
from entrepot.web.storefront.views.account.order import mine, returnable
from entrepot.web.storefront.views.account.track import guest_of, tracked_actor

_LONGEST, MOST_PHOTOS = 500, 6


@dataclass(slots=True)
class Asked:
    """A filled-in form: what was typed, and what is wrong with it."""

    typed: dict[str, str]
    quantities: dict[UUID, int] = field(default_factory=dict)
    swaps: dict[UUID, UUID] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        return ": ".join(x for x in (self.typed["why"], self.typed["reason"]) if x)[:_LONGEST]

    @property
    def kind(self) -> ChangeKind:
        return ChangeKind.EXCHANGE if self.typed["outcome"] == "exchange" else ChangeKind.RETURN

    def operations(self) -> list[Operation]:
        """Pieces that come back, and what goes out for them."""
        back: list[Operation] = [ReturnLine(line, Decimal(n), self.reason) for line, n in self.quantities.items()]
        if self.kind is ChangeKind.EXCHANGE:
            back += [AddLine(self.swaps[line], Decimal(n)) for line, n in self.quantities.items()]
        return back


def _read(request: HttpRequest, lines: list[dict[str, Any]]) -> Asked:
    post = request.POST
    asked = Asked({"why": post.get("why", "")[:80], "reason": post.get("reason", "").strip()[:_LONGEST],
                   "outcome": post.get("outcome", "refund")})
    for line in lines:
        typed = line["typed"] = post.get(line["field"], "")
        if typed.isascii() and typed.isdigit() and len(typed) < 9 and int(typed):
            asked.quantities[line["id"]] = int(typed)
            line["chosen"] = post.get(f"swap-{line['id']}", "")
            swap = next((v["id"] for v in line.get("variants", ()) if str(v["id"]) == line["chosen"]), None)
            if swap:
                asked.swaps[line["id"]] = swap
    if not asked.quantities:
        asked.errors["lines"] = gettext("Please say how many of which item come back.")
    if not asked.reason:
        asked.errors["why"] = gettext("Please say why: choose a reason, or write one below.")
    if asked.kind is ChangeKind.EXCHANGE and set(asked.quantities) - set(asked.swaps):
        asked.errors["outcome"] = gettext("Please choose what you would like instead.")
    if len(request.FILES.getlist("photos")) > MOST_PHOTOS:
        asked.errors["photos"] = gettext("At most six pictures.")
    return asked


@member
@require_http_methods(["GET", "HEAD", "POST"])
def ask_return(request: HttpRequest, order_id: UUID) -> HttpResponse:
    return _ask(request, mine(request, order_id), actor_of(request), reverse("shop:order", args=[order_id]))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask_return_tracked(request: HttpRequest) -> HttpResponse:
    """The same for a guest who follows the order."""
    try:
        order_id, guest = guest_of(request)
        return _ask(request, orders.get_order(order_id, actor=guest), guest, reverse("shop:tracked"))
    except NotFound:
        return redirect("shop:track")


def _ask(request: HttpRequest, order: OrderView, actor: Actor, back: str) -> HttpResponse:
    lines = _with_variants(order, returnable(order))
    if "return" not in order.can or not lines:
        messages.info(request, gettext("There is nothing in this order that could come back now."))
        return redirect(back)
    if len(lines) == 1 and lines[0]["open"] == 1:
        lines[0]["typed"] = "1"  # what else could come back?
    asked = _read(request, lines) if request.method == "POST" else Asked({"why": "", "reason": "", "outcome": "refund"})
    if request.method == "POST" and not asked.errors and _sent(request, order.id, asked, actor):
        messages.success(request, gettext("We have your request and will answer soon."))
        return redirect(back)
    return account_page(request, "return", "orders", {
        "order": order, "lines": lines, "asked": asked, "errors": asked.errors, "back": back,
        "reasons": [gettext(text) for text in reasons.OWN_RETURN],
        "can_exchange": any(line["variants"] for line in lines),
        "tracked": actor.customer_id is None}, status=422 if asked.errors else 200)


def _with_variants(order: OrderView, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What each line could be exchanged for: the other variants of its product."""
    facts = catalog.variant_facts([line["variant_id"] for line in lines if line["variant_id"]])
    siblings = catalog.variants_of([f.product_id for f in facts.values()])
    others = catalog.variant_facts([v for ids in siblings.values() for v in ids])
    language = get_language() or "en"
    for line in lines:
        fact = facts.get(line["variant_id"])
        line["variants"] = [
            {"id": v, "name": catalog.in_language(others[v].name, language),
             "options": orders.options_of(orders.kept_options(others[v]), language)}
            for v in (siblings.get(fact.product_id, []) if fact else [])
            if v != line["variant_id"] and others[v].is_sellable and order.channel_id in others[v].published_in]
    return lines


def _sent(request: HttpRequest, order_id: UUID, asked: Asked, actor: Actor) -> bool:
    """All of the request or nothing of it; what was wrong stands in `asked.errors`."""
    try:
        photos = [orders.add_photo(order_id, f.read(), actor=actor) for f in request.FILES.getlist("photos")]
    except DomainError as error:
        asked.errors["photos"] = translated(error)
        return False
    try:
        orders.request_return(order_id, asked.kind, asked.operations(), reason=asked.reason, photos=photos, actor=actor)
    except DomainError as error:
        named = "lines" if not isinstance(error, InvalidInput) else str(error.params.get("field", "lines"))
        asked.errors[named if named in ("photos", "reason") else "lines"] = translated(error)
        return False
    return True


@member
@require_POST
def withdraw(request: HttpRequest, order_id: UUID, change_id: UUID) -> HttpResponse:
    order = mine(request, order_id)
    if not any(c.id == change_id for c in order.changes):
        raise Http404
    try:
        orders.cancel_change(change_id, actor=actor_of(request))
        messages.success(request, gettext("Your request was withdrawn."))
    except DomainError as error:
        messages.error(request, translated(error))
    return redirect("shop:order", order_id)


@cache_control(private=True, max_age=3600)
@require_safe
def photo(request: HttpRequest, order_id: UUID, photo_id: UUID) -> HttpResponse:
    """A picture of a return: for the order's owner, the guest with its link, and the shop."""
    try:
        body = orders.photo(order_id, photo_id, actor=tracked_actor(request, order_id))
    except DomainError as error:
        raise Http404 from error
    return HttpResponse(body, content_type="image/webp", headers={"Content-Security-Policy": "default-src 'none'"})


PATHS: Paths = (
    ("account/orders/<uuid:order_id>/return/", ask_return, "order-return"),
    ("track/order/return/", ask_return_tracked, "tracked-return"),
    ("account/orders/<uuid:order_id>/returns/<uuid:change_id>/withdraw/", withdraw, "return-withdraw"),
    ("photos/<uuid:order_id>/<uuid:photo_id>/", photo, "photo"),
)
