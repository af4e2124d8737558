"""The cart: each change is a form that works without script."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from entrepot.catalog import public as catalog
from entrepot.checkout import public as checkout
from entrepot.checkout.contracts import CheckoutView, Problem
from entrepot.kit.errors import DomainError
from entrepot.kit.json import loads
from entrepot.kit.rest import translated
from entrepot.showcase import public as showcase
from entrepot.web.storefront.carts import VisitorCart, cart_of, ensure_cart, remember
from entrepot.web.storefront.shop import Paths, language_of, page

PART_LABELS = {"gift_card": gettext_lazy("Gift card"), "points": gettext_lazy("Points"),
                "credit": gettext_lazy("Store credit")}
_STEPS = frozenset({"contact_missing", "shipping_address_missing", "delivery_missing", "empty_cart"})


def shown(view: CheckoutView | None) -> dict[str, Any] | None:
    """The cart with what the templates need beside it: each line with its own problems and its options by name."""
    if view is None:
        return None
    of_line: dict[UUID | None, list[str]] = {}
    for problem in view.problems:
        of_line.setdefault(problem.line_id, []).append(_said(problem))
    names = _option_names(view)
    lines = [{**asdict(line), "net_minor": line.goods_minor - line.discount_minor,
              "problems": of_line.get(line.id, []),
              "choice": [said for (slug, code, value), said in names.items()
                         if slug == line.slug and line.options.get(code) == value]}
             for line in view.lines]
    parts = [{**asdict(part), "label": PART_LABELS.get(part.kind, part.kind)} for part in view.parts]
    return {**asdict(view), "lines": lines, "parts": parts}


def _option_names(view: CheckoutView) -> dict[tuple[str, str, str], str]:
    """(product, option, value) -> what the value is called (one statement if any line has options)."""
    slugs = {line.slug for line in view.lines if line.options}
    if not slugs:
        return {}
    channel = catalog.channel(view.channel)
    found = showcase.documents(channel.id, language_of(channel), slugs)
    return {(slug, o["code"], v["code"]): v["name"] for slug, body in found.items() for o in loads(body)["options"]
            for v in o["values"]}


def _said(problem: Problem) -> str:
    return gettext(problem.text).format(**problem.params)


def problems_of(view: CheckoutView | None, *, with_steps: bool = True) -> list[str]:
    """What stands in the way, as sentences. A step that is still to come is no problem yet."""
    if view is None:
        return []
    names = {line.id: line.name for line in view.lines}
    said = []
    for problem in view.problems:
        if with_steps or problem.code not in _STEPS:
            name = names.get(problem.line_id) if problem.line_id else None
            said.append(f"{name}: {_said(problem)}" if name else _said(problem))
    return said


def attempt(request: HttpRequest, work: Callable[[], object]) -> bool:
    """Run an action; a refusal becomes a message on the next page."""
    try:
        work()
    except DomainError as error:
        messages.error(request, translated(error))
        return False
    return True


def _quantity(text: str) -> Decimal | None:
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() and 0 <= value < 10**9 and value == round(value, 3) else None


@never_cache
@require_safe
def cart(request: HttpRequest) -> HttpResponse:
    own = cart_of(request)
    view = own.view()
    response = page(request, "cart", {"cart": shown(view), "problems": problems_of(view, with_steps=False),
                                      "pieces": int(sum(line.quantity for line in view.lines)) if view else 0})
    return remember(request, response, own, view)


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    try:
        variant = UUID(request.POST.get("variant", ""))
    except ValueError:
        messages.error(request, gettext("Please choose a variant."))
        return redirect(_back(request))
    quantity = _quantity(request.POST.get("quantity", "1"))
    if not quantity:
        messages.error(request, gettext("Please give a quantity."))
        return redirect(_back(request))
    own = ensure_cart(request)
    assert own.id is not None
    cart_id = own.id
    if not attempt(request, lambda: checkout.add_line(cart_id, variant, quantity, **own.proof)):
        return _remembered(request, redirect(_back(request)), own)
    messages.success(request, gettext("Added to your cart."))
    return _remembered(request, redirect("shop:cart"), own)


def _back(request: HttpRequest) -> str:
    """The page the visitor came from, if it is one of ours."""
    came_from = request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
    return came_from if safe else reverse("shop:cart")


def _remembered(request: HttpRequest, response: HttpResponse, own: VisitorCart) -> HttpResponse:
    own.seen = None
    return remember(request, response, own, own.view())


@require_POST
def change_line(request: HttpRequest, line_id: UUID) -> HttpResponse:
    own = cart_of(request)
    quantity = Decimal(0) if "remove" in request.POST else _quantity(request.POST.get("quantity", ""))
    if quantity is None:
        messages.error(request, gettext("Please give a quantity."))
    elif own.id is not None:
        cart_id = own.id
        attempt(request, lambda: checkout.update_line(cart_id, line_id, quantity, **own.proof))
    return redirect("shop:cart")


def _try_coupon(request: HttpRequest, own: VisitorCart, cart_id: UUID, code: str) -> None:
    """Keep a coupon only if it counts; the reason why not becomes a message."""
    try:
        view = checkout.add_coupon(cart_id, code, **own.proof)
        refusal = next((p for p in view.problems if str(p.params.get("coupon", "")).upper() == code.upper()), None)
        if refusal is None:
            messages.success(request, gettext("The coupon counts."))
            return
        checkout.remove_coupon(cart_id, code, **own.proof)
        messages.error(request, _said(refusal))
    except DomainError as error:
        messages.error(request, translated(error))


@require_POST
def coupon(request: HttpRequest) -> HttpResponse:
    own = cart_of(request)
    if own.id is None:
        return redirect("shop:cart")
    cart_id = own.id
    if unwanted := request.POST.get("remove"):
        attempt(request, lambda: checkout.remove_coupon(cart_id, unwanted, **own.proof))
    elif code := request.POST.get("code", "").strip()[:64]:
        _try_coupon(request, own, cart_id, code)
    else:
        messages.error(request, gettext("Please enter a coupon."))
    return redirect("shop:checkout" if request.POST.get("then") == "checkout" else "shop:cart")


PATHS: Paths = (
    ("cart/", cart, "cart"),
    ("cart/add/", add, "add"),
    ("cart/line/<uuid:line_id>/", change_line, "cart-line"),
    ("cart/coupon/", coupon, "coupon"),
)
