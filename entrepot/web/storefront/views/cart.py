"""Cart and checkout: each step is a form that works without script."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from entrepot.catalog import public as catalog
from entrepot.checkout import public as checkout
from entrepot.checkout.contracts import CheckoutView, DeliveryOption
from entrepot.kit.errors import DomainError
from entrepot.kit.ids import secret_token
from entrepot.kit.rest import translated
from entrepot.payments import public as payments
from entrepot.web.storefront.carts import VisitorCart, cart_of, ensure_cart, remember
from entrepot.web.storefront.forms import AddressForm
from entrepot.web.storefront.shop import channel_of, page

TRACKING = "order-secret"
_PART_LABELS = {"gift_card": gettext_lazy("Gift card"), "points": gettext_lazy("Points"),
                "credit": gettext_lazy("Store credit")}


def _shown(view: CheckoutView | None) -> dict[str, Any] | None:
    """The cart with what the templates need beside it."""
    if view is None:
        return None
    lines = [{**asdict(line), "net_minor": line.goods_minor - line.discount_minor} for line in view.lines]
    parts = [{**asdict(part), "label": _PART_LABELS.get(part.kind, part.kind)} for part in view.parts]
    return {**asdict(view), "lines": lines, "parts": parts}


def _problems(view: CheckoutView | None, *, all_of_them: bool = True) -> list[str]:
    """The cart's problems as sentences; while steps are still open only those that are not about missing steps."""
    if view is None:
        return []
    later = {"email_missing", "address_missing", "delivery_missing"}
    return [gettext(p.text).format(**p.params) for p in view.problems if all_of_them or p.code not in later]


def _attempt(request: HttpRequest, work: Any) -> bool:
    """Run an action; a refusal becomes a message on the next page."""
    try:
        work()
    except DomainError as error:
        messages.error(request, translated(error))
        return False
    return True


def _quantity(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return Decimal(0)
    return value if value.is_finite() and 0 <= value < 10**9 else Decimal(0)


@require_safe
def cart(request: HttpRequest) -> HttpResponse:
    own = cart_of(request)
    view = own.view()
    context = {"cart": _shown(view), "problems": _problems(view, all_of_them=False)}
    return remember(page(request, "cart", context), own) if view else page(request, "cart", context)


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    own = ensure_cart(request)
    try:
        variant = UUID(request.POST.get("variant", ""))
    except ValueError:
        messages.error(request, gettext("Please choose a variant."))
        return redirect(request.headers.get("Referer") or reverse("shop:cart"))
    quantity = _quantity(request.POST.get("quantity", "1"))
    assert own.id is not None
    if _attempt(request, lambda: checkout.add_line(own.id, variant, quantity, **own.proof)):
        messages.success(request, gettext("Added to your cart."))
    return remember(redirect("shop:cart"), own)


@require_POST
def change_line(request: HttpRequest, line_id: UUID) -> HttpResponse:
    own = cart_of(request)
    quantity = Decimal(0) if "remove" in request.POST else _quantity(request.POST.get("quantity", ""))
    if own.id is not None:
        _attempt(request, lambda: checkout.update_line(own.id, line_id, quantity, **own.proof))
    return redirect("shop:cart")


@require_POST
def coupon(request: HttpRequest) -> HttpResponse:
    own = cart_of(request)
    if own.id is not None:
        if code := request.POST.get("remove"):
            _attempt(request, lambda: checkout.remove_coupon(own.id, code, **own.proof))
        else:
            code = request.POST.get("code", "")
            _attempt(request, lambda: checkout.add_coupon(own.id, code, **own.proof))
    return redirect("shop:cart")


@require_http_methods(["GET", "HEAD", "POST"])
def checkout_page(request: HttpRequest) -> HttpResponse:
    own = cart_of(request)
    view = own.view()
    if view is None or not view.lines:
        return redirect("shop:cart")
    form = AddressForm(request.POST or None, initial={**(view.shipping_address or {}), "email": view.email,
                                                      "country": channel_of(request).country})
    if request.method == "POST" and form.is_valid():
        changes = {"email": form.cleaned_data["email"], "phone": form.cleaned_data["phone"],
                   "shipping_address": form.address(), "billing_address": form.address()}
        try:
            checkout.update(view.id, changes, **own.proof)
            return redirect("shop:checkout")
        except DomainError as error:
            form.add_error(None, translated(error))
    return _checkout_page(request, own, view, form)


def _checkout_page(request: HttpRequest, own: VisitorCart, view: CheckoutView, form: AddressForm) -> HttpResponse:
    channel = channel_of(request)
    options = checkout.delivery_options(view.id, **own.proof) if view.shipping_address else []
    problems = [str(e) for e in form.non_field_errors()] + _problems(view, all_of_them=view.delivery is not None)
    methods = [{"code": m.code, "label": m.name} for m in payments.methods(channel.id, view.currency, channel.country)]
    return page(request, "checkout", {
        "cart": _shown(view), "form": form, "problems": problems, "methods": methods, "key": secret_token(),
        "options": [_option(o) for o in options]})


def _option(option: DeliveryOption) -> dict[str, Any]:
    places = [{**asdict(p), "label": catalog.in_language(p.name)} for p in option.places if p.level != "none"]
    return {**asdict(option), "places": places}


@require_POST
def delivery(request: HttpRequest) -> HttpResponse:
    own = cart_of(request)
    method, _sep, place = request.POST.get("delivery", "").partition(":")
    if own.id is not None and method.isdigit():
        store = int(place) if place.isdigit() else None
        _attempt(request, lambda: checkout.choose_delivery(own.id, int(method), pickup_warehouse_id=store, **own.proof))
    return redirect("shop:checkout")


@require_POST
def place(request: HttpRequest) -> HttpResponse:
    own = cart_of(request)
    if own.id is None:
        return redirect("shop:cart")
    expected, key = request.POST.get("expected", ""), request.POST.get("key", "")[:200]
    back = request.build_absolute_uri(reverse("shop:placed"))
    try:
        done = checkout.place_order(
            own.id, expected_total_minor=int(expected) if expected.isdigit() else None,
            payment_method=request.POST.get("method", ""), idempotency_key=key, fingerprint=expected, return_url=back,
            **own.proof)
    except DomainError as error:
        messages.error(request, translated(error))
        return redirect("shop:checkout")
    if done.tracking_secret:
        request.session[TRACKING] = done.tracking_secret
    request.session["placed"] = str(done.order.id)
    action = next((p.action for p in done.payments if p.action and p.action.get("url")), None)
    response = HttpResponseRedirect(action["url"]) if action else redirect("shop:placed")
    response.delete_cookie("cart")
    return response
