"""The checkout on one page: where it goes, how it comes, how it is paid. What is settled folds into a summary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from entrepot.catalog import public as catalog
from entrepot.checkout import public as checkout
from entrepot.checkout.contracts import CheckoutView, DeliveryOption
from entrepot.customers import public as customers
from entrepot.kit.errors import DomainError
from entrepot.kit.ids import secret_token
from entrepot.kit.rest import translated
from entrepot.payments import public as payments
from entrepot.web.storefront.carts import VisitorCart, cart_of
from entrepot.web.storefront.forms import AddressForm
from entrepot.web.storefront.shop import Paths, cart_cookie, channel_of, page
from entrepot.web.storefront.views.cart import attempt, problems_of, shown

TRACKING, PLACED, PAYING = "order-secret", "placed", "paying"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def checkout_page(request: HttpRequest) -> HttpResponse:
    own = cart_of(request)
    view = own.view()
    if view is None or not view.lines:
        messages.info(request, gettext("Your cart is empty."))
        return redirect("shop:cart")
    channel = channel_of(request)
    form = AddressForm(request.POST if request.method == "POST" else None, initial=_known(own, view, channel.country),
                       country=channel.country)
    if request.method == "POST" and form.is_valid():
        changes = {"email": form.cleaned_data["email"], "phone": form.cleaned_data["phone"],
                   "shipping_address": form.address(), "billing_address": form.address()}
        try:
            checkout.update(view.id, changes, **own.proof)
            return redirect(reverse("shop:checkout") + "#delivery")
        except DomainError as error:
            form.add_error(None, translated(error))
    return _show(request, own, view, form)


def _known(own: VisitorCart, view: CheckoutView, country: str) -> dict[str, Any]:
    """What we know of the buyer already: this cart's address, else the first of the address book."""
    if view.shipping_address or own.actor.customer_id is None:
        return {"country": country, **(view.shipping_address or {}), "email": view.email, "phone": view.phone}
    person = customers.get_customer(own.actor.customer_id)
    book = customers.list_addresses(own.actor.customer_id)
    return {"country": country, "name": person.name, "phone": person.phone,
            **(asdict(book[0].address) if book else {}), "email": view.email or person.email}


def _show(request: HttpRequest, own: VisitorCart, view: CheckoutView, form: AddressForm) -> HttpResponse:
    channel = channel_of(request)
    settled = bool(view.shipping_address and view.email)
    editing = not settled or form.is_bound or request.GET.get("edit") == "address"
    options = checkout.delivery_options(view.id, **own.proof) if settled and view.needs_delivery else []
    ready = settled and (view.delivery is not None or not view.needs_delivery)
    methods = payments.methods(channel.id, view.currency, channel.country) if ready else []
    return page(request, "checkout", {
        "cart": shown(view), "form": form, "editing": editing, "settled": settled, "ready": ready and not editing,
        "problems": [str(e) for e in form.non_field_errors()] + problems_of(view, with_steps=False),
        "methods": [{"code": m.code, "label": m.name} for m in methods], "key": secret_token(),
        "options": [_option(o, view.language) for o in options], "store": _chosen_store(view, options),
        "undeliverable": settled and view.needs_delivery and not options,
        "choosing": view.delivery is None or request.GET.get("edit") == "delivery"},
        status=422 if form.errors else 200)


def _chosen_store(view: CheckoutView, options: Sequence[DeliveryOption]) -> str:
    wanted = view.delivery.pickup_warehouse_id if view.delivery else None
    return next((catalog.in_language(p.name, view.language) for o in options for p in o.places
                 if p.warehouse_id == wanted), "") if wanted else ""


def _option(option: DeliveryOption, language: str) -> dict[str, Any]:
    places = [{**asdict(p), "label": catalog.in_language(p.name, language)} for p in option.places if p.level != "none"]
    return {**asdict(option), "places": places}


@require_POST
def delivery(request: HttpRequest) -> HttpResponse:
    own = cart_of(request)
    method, _sep, place = request.POST.get("delivery", "").partition(":")
    if own.id is None:
        return redirect("shop:cart")
    if not (method.isascii() and method.isdigit() and len(method) < 10):
        messages.error(request, gettext("Please choose a way of delivery."))
        return redirect(reverse("shop:checkout") + "#delivery")
    store = int(place) if place.isascii() and place.isdigit() and len(place) < 10 else None
    cart_id = own.id
    chosen = attempt(request, lambda: checkout.choose_delivery(cart_id, int(method), pickup_warehouse_id=store,
                                                               **own.proof))
    return redirect(reverse("shop:checkout") + ("#pay" if chosen else "#delivery"))


@never_cache
@require_POST
def place(request: HttpRequest) -> HttpResponse:
    own = cart_of(request)
    if own.id is None:
        return redirect("shop:cart")
    expected, key = request.POST.get("expected", "")[:20], request.POST.get("key", "")[:200]
    method = request.POST.get("method", "")[:60]
    try:
        done = checkout.place_order(
            own.id, expected_total_minor=int(expected) if expected.isascii() and expected.isdigit() else None,
            payment_method=method, idempotency_key=key, fingerprint=f"{expected} {method}",
            return_url=request.build_absolute_uri(reverse("shop:placed")), **own.proof)
    except DomainError as error:
        messages.error(request, translated(error))
        return redirect("shop:checkout")
    if done.tracking_secret:
        request.session[TRACKING] = done.tracking_secret
    request.session[PLACED] = str(done.order.id)
    action = next((p.action for p in done.payments if p.action and p.action.get("url")), None)
    response = to_payer(request, str(action["url"]), done.order.id) if action else redirect("shop:placed")
    response.delete_cookie(cart_cookie(request), samesite="Lax")
    return response


def to_payer(request: HttpRequest, address: str, order_id: UUID) -> HttpResponse:
    """To the provider's page. A form may only end on our own origin (CSP), so others are reached by a page between."""
    parts = urlsplit(address)
    if parts.scheme not in ("", "http", "https"):
        return redirect("shop:placed")
    if not parts.netloc or (parts.scheme, parts.netloc) == (request.scheme, request.get_host()):
        return redirect(address)
    return page(request, "to_payer", {"address": address, "order_id": order_id})


PATHS: Paths = (
    ("checkout/", checkout_page, "checkout"),
    ("checkout/delivery/", delivery, "delivery"),
    ("checkout/place/", place, "place"),
)
