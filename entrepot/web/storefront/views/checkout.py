"""The checkout on one page. Every button sends the whole form, so the page works without script; with it only the
parts that changed are put in place (`X-Part`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from entrepot.checkout import public as checkout
from entrepot.checkout.contracts import CheckoutView, Overview, Parcel
from entrepot.checkout.errors import CartPlaced
from entrepot.kit.errors import DomainError
from entrepot.kit.ids import secret_token
from entrepot.kit.rest import translated
from entrepot.payments import public as payments
from entrepot.payments.contracts import MethodInfo
from entrepot.web.storefront.buying import COLLECTED, Buying, missing, option_of
from entrepot.web.storefront.carts import PLACED, TRACKING, VisitorCart, cart_of, is_left
from entrepot.web.storefront.cartshow import problems_of, shown
from entrepot.web.storefront.shop import Paths, cart_cookie, channel_of, page
from entrepot.web.storefront.views.cart import try_coupon

_PLACED_BY = "placed-by"  # the key of the page whose button bought last
_SPENT = ("gift_card_unusable", "insufficient_balance")

# What a way to pay means for the buyer, by its flow; its own instructions come after the order.
_FLOWS = {
    "redirect": gettext_lazy("You pay on the provider’s secure page and come back here."),
    "qr": gettext_lazy("You scan a code with your telephone and confirm there."),
    "token": gettext_lazy("You pay on the provider’s secure page and come back here."),
    "instructions": gettext_lazy("You get our account by mail; we send the goods when the transfer has arrived."),
    "on_delivery": gettext_lazy("You pay the courier, or in the store, when you get the goods."),
    "immediate": gettext_lazy("For trying the shop out: nothing is charged."),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def checkout_page(request: HttpRequest) -> HttpResponse:
    own = cart_of(request)
    try:
        seen = own.overview()
        if seen is None or not seen.cart.lines:
            return _without_cart(request)
        said = request.POST if request.method == "POST" else None
        buying = Buying(own, seen.cart, channel_of(request), seen.buyer, said)
        return _posted(request, buying, seen) if said is not None else _show(request, buying, seen)
    except CartPlaced:  # before, or by another press of the button while this one was looked at
        return _place(request, own) if request.POST.get("do") == "place" else redirect("shop:placed")


def _without_cart(request: HttpRequest) -> HttpResponse:
    """A page that has bought already leads to what it bought, a member whose session has ended to signing in."""
    if request.POST.get("do") == "place" and request.POST.get("key") == request.session.get(_PLACED_BY, ""):
        return redirect("shop:placed")
    if is_left(request):
        messages.info(request, gettext("You are no longer signed in. Sign in, and your cart is as you left it."))
        return redirect(f"{reverse('account_login')}?{urlencode({'next': reverse('shop:checkout')})}")
    messages.info(request, gettext("Your cart is empty."))
    return redirect("shop:cart")


def _posted(request: HttpRequest, buying: Buying, seen: Overview) -> HttpResponse:
    """Check what was sent, keep what is right, then do what the pressed button says."""
    do, live = request.POST.get("do", "continue"), request.headers.get("X-Part") == "checkout"
    buying.check(strict=do in ("continue", "place"))
    buying.keep()
    _money(request, buying, seen, do)
    seen = _again(buying) or seen
    buying.keep_delivery(seen.delivery_options, strict=do == "place")
    seen = _again(buying) or seen
    if do == "place" and not buying.has_errors:
        return _place(request, buying.own, buying, seen)
    if live or buying.has_errors:
        return _show(request, buying, seen, status=200 if live else 422)
    query = {k: v for k, v in (("method", buying.method), ("way", request.POST.get("way", "")[:10])) if v}
    return redirect(f"{reverse('shop:checkout')}?{urlencode(query)}#{'delivery' if do == 'continue' else 'summary'}")


def _again(buying: Buying) -> Overview | None:
    """The cart as it is after a change."""
    seen = buying.own.overview()
    if seen is not None:
        buying.view = seen.cart
    return seen


def _money(request: HttpRequest, buying: Buying, seen: Overview, do: str) -> None:
    """Coupons, gift cards, points and credit. What stands in their fields counts as soon as any button is pressed."""
    own, post = buying.own, request.POST
    assert own.id is not None
    if dropped := post.get("drop_coupon", "")[:64]:
        checkout.remove_coupon(own.id, dropped, **own.proof)
    if (code := post.get("code", "").strip()[:64]) and do != "update" and (reason := try_coupon(request, own, own.id,
                                                                                             code)):
        buying.errors["coupon"] = reason
    cards = [p.reference for p in buying.view.parts if p.kind == "gift_card"]
    spent = {p.code: p.params for p in buying.view.problems if p.code in _SPENT}
    wanted = [c for n, c in enumerate(cards) if post.get("drop_card") != str(n)]
    card = post.get("gift_card", "").strip()[:64]
    if card and do != "update" and payments.normal_code(card) not in map(payments.normal_code, wanted):
        wanted.append(card)
    wallet, used = seen.wallet, {p.kind for p in buying.view.parts}
    points = wallet.points if wallet and wallet.points_minor and buying.uses("points") else 0
    credit = wallet.credit_minor if wallet and buying.uses("credit") else 0
    if "gift_card_unusable" in spent:
        buying.errors["gift_card"] = gettext(
            "The gift card that ends in {last4} cannot pay any more; we took it off.").format(
            last4=spent["gift_card_unusable"].get("last4", ""))
    if spent or wanted != cards or bool(points) != ("points" in used) or bool(credit) != ("store_credit" in used):
        buying.keep_parts(wanted, points, credit)
        if (fresh := _again(buying)) and any(p.code == "gift_card_unusable" for p in fresh.cart.problems):
            buying.errors["gift_card"] = gettext("This gift card cannot be used here: please check its number.")
            buying.keep_parts([c for c in wanted if c != card], points, credit)


def _show(request: HttpRequest, buying: Buying, seen: Overview, *, status: int = 200) -> HttpResponse:
    view, language = seen.cart, seen.cart.language
    buying.view = view
    options = [option_of(o, language) for o in seen.delivery_options]
    collects = buying.way == COLLECTED or request.GET.get("way") == COLLECTED
    context = {
        "cart": shown(view), "buying": buying, "from_book": buying.from_book, "collects": collects,
        "book": [{"id": str(a.id), "address": asdict(a.address)} for a in buying.book],
        "shipping": [o for o in options if o["kind"] != COLLECTED], "stores": [o for o in options
                                                                            if o["kind"] == COLLECTED],
        "undeliverable": bool(view.needs_delivery and view.shipping_address and not collects
                              and not any(o["kind"] != COLLECTED for o in options)),
        "missing": missing(view, collects=collects), "ready": _is_ready(view, collects),
        "parcels": _parcels(seen.parcels, view), "wallet": seen.wallet, "uses_points": buying.uses("points"),
        "uses_credit": buying.uses("credit"), "methods": [method_of(m) for m in seen.payment_methods],
        "method": buying.method or request.GET.get("method", "") or next((m.code for m in seen.payment_methods), ""),
        "key": secret_token(), "problems": problems_of(view, with_steps=False), "summary": buying.summary(),
        "typed_code": request.POST.get("code", "") if "coupon" in buying.errors else "",
        "typed_card": request.POST.get("gift_card", "") if "gift_card" in buying.errors else ""}
    template = "_checkout" if request.headers.get("X-Part") == "checkout" else "checkout"
    return page(request, template, context, status=status)


def _is_ready(view: CheckoutView, collects: bool) -> bool:
    """Whether only paying is left: we know whom to write to, and the goods come the way that was asked for."""
    comes = view.delivery is not None and (view.delivery.kind == COLLECTED) == collects
    return bool(view.email) and (comes or not view.needs_delivery)


def method_of(method: MethodInfo) -> dict[str, Any]:
    return {"code": method.code, "label": method.name, "explained": _FLOWS.get(method.flow, "")}


def _parcels(parcels: Iterable[Parcel], view: CheckoutView) -> list[list[dict[str, Any]]]:
    """What comes together; nothing to tell when all does."""
    names = {line.id: line.name for line in view.lines}
    found = [[{"name": names.get(line, ""), "quantity": quantity} for line, quantity in p.items] for p in parcels]
    return found if len(found) > 1 else []


def _place(request: HttpRequest, own: VisitorCart, buying: Buying | None = None,
           seen: Overview | None = None) -> HttpResponse:
    """Place the order, at most once however often the button is pressed."""
    assert own.id is not None
    expected, due, key = (request.POST.get(name, "")[:longest] for name, longest in (
        ("expected", 20), ("due", 20), ("key", 200)))
    method = request.POST.get("method", "")[:60]
    try:
        done = checkout.place_order(
            own.id, expected_total_minor=_amount(expected), expected_due_minor=_amount(due), payment_method=method,
            idempotency_key=key, fingerprint=f"{expected} {due} {method}",
            return_url=request.build_absolute_uri(reverse("shop:placed")), **own.proof)
    except DomainError as error:
        return _refused(request, error, buying)
    if buying is not None:
        buying.keep_address()
    if done.tracking_secret:
        request.session[TRACKING] = done.tracking_secret
    elif request.session.get(PLACED) != str(done.order.id):
        request.session.pop(TRACKING, None)  # that of an order before
    request.session[PLACED], request.session[_PLACED_BY] = str(done.order.id), key
    action = next((p.action for p in done.payments if p.action and p.action.get("url")), None)
    response = to_payer(request, str(action["url"]), done.order.id) if action else redirect("shop:placed")
    response.delete_cookie(cart_cookie(request), samesite="Lax")
    return response


def _amount(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None


def _refused(request: HttpRequest, error: DomainError, buying: Buying | None) -> HttpResponse:
    """The page again with the reason on top, and the total as it is now."""
    seen = _again(buying) if buying is not None else None
    if buying is None or seen is None:
        messages.error(request, translated(error))
        return redirect("shop:cart")
    if error.code != "not_ready":  # the page tells what that is
        field = "method" if error.code in ("method_not_offered", "invalid_input") else "checkout-form"
        buying.errors[field] = translated(error)
    return _show(request, buying, seen, status=422)


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
)
