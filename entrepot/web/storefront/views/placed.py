"""Right after the purchase: what was ordered, what happens next, and paying what is still to be paid."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from entrepot.catalog import public as catalog
from entrepot.checkout import public as checkout
from entrepot.inventory import public as inventory
from entrepot.kit.actor import Actor, system
from entrepot.kit.errors import DomainError, NotFound
from entrepot.kit.rest import actor_of, translated
from entrepot.orders import public as orders
from entrepot.orders.contracts import OrderView
from entrepot.payments import public as payments
from entrepot.payments.contracts import PaymentInfo
from entrepot.web.storefront.carts import PLACED, TRACKING
from entrepot.web.storefront.cartshow import PART_LABELS
from entrepot.web.storefront.shop import Paths, page
from entrepot.web.storefront.views.checkout import method_of, to_payer

_NO_PAGE = ("bank_transfer", "cash_on_delivery")
_ENDED = ("cancelled", "expired")


@never_cache
@require_safe
def placed(request: HttpRequest) -> HttpResponse:
    """The order that this browser placed last."""
    secret, actor = request.session.get(TRACKING, ""), actor_of(request)
    try:
        order = _placed_by(request, secret, actor)
    except DomainError:
        return redirect("shop:home")
    paid = payments.payments_of(order.id)
    arriving = order.state == "pending" and any(p.state in ("authorised", "captured") for p in paid)
    return page(request, "placed", {
        "order": order, "tracking_link": _tracking_link(request, secret), "arriving": arriving,
        "owes": _owes(order, paid) and not arriving, "failed": _has_failed(order, paid) and not arriving,
        "payments": paid_ways(order, paid), "store": store_of(order), "is_gone": order.state in _ENDED,
        "way": way_of(order), "transfers": any(p.provider == "bank_transfer" and p.state == "pending" for p in paid),
        "can_adopt": bool(secret) and order.customer_id is None and actor.customer_id is not None,
        "sign_up": _sign_up(order) if order.customer_id is None and actor.customer_id is None else ""})


def _placed_by(request: HttpRequest, secret: str, actor: Actor) -> OrderView:
    """By the secret that the browser was told; a member's also by who they are.

    A guest who pressed the button twice was answered twice, and the second answer knows no secret: their session says
    what they bought, and only who proved the cart has it say so.
    """
    if secret:
        return orders.track(secret, actor=actor)
    try:
        known = UUID(request.session.get(PLACED, ""))
        return orders.get_order(known, actor=actor if actor.customer_id else system("checkout"))
    except ValueError as error:
        raise NotFound("order") from error


def _tracking_link(request: HttpRequest, secret: str) -> str:
    return request.build_absolute_uri(reverse("shop:track-secret", args=[secret])) if secret else ""


def _sign_up(order: OrderView) -> str:
    back = {"email": order.email, "next": reverse("shop:placed")}
    return f"{reverse('account_signup')}?{urlencode(back)}"


def _owes(order: OrderView, paid: list[PaymentInfo]) -> bool:
    """Whether the buyer has to go to a payer's page."""
    return "pay" in order.can and order.due_minor > 0 and is_paid_by_page(order, paid)


def _has_failed(order: OrderView, paid: list[PaymentInfo]) -> bool:
    return "pay" in order.can and bool(paid) and paid[-1].state in ("failed", "cancelled", "voided")


def is_paid_by_page(order: OrderView, paid: list[PaymentInfo] | None = None) -> bool:
    """Whether a payer's page would help: a transfer or cash needs none."""
    return any(p.provider not in _NO_PAGE and p.state in ("pending", "failed", "cancelled")
               for p in (payments.payments_of(order.id) if paid is None else paid))


def paid_ways(order: OrderView, paid: list[PaymentInfo] | None = None) -> list[dict[str, Any]]:
    """How the order is paid, and what the buyer still has to do for a transfer or for cash."""
    offered = {m.code: m for m in payments.methods(order.channel_id, order.currency)}
    names = {code: m.name for code, m in offered.items()} | {k: str(v) for k, v in PART_LABELS.items()}
    shown = []
    for one in payments.payments_of(order.id) if paid is None else paid:
        method = offered.get(one.provider)
        waiting = one.state == "pending" and order.state in ("pending", "processing", "on_hold")
        shown.append({"name": names.get(one.provider) or one.provider.replace("_", " ").capitalize(),
                      "amount_minor": one.amount_minor, "failed": one.state in ("failed", "cancelled", "voided"),
                      "waiting": waiting, "code": one.provider,
                      "todo": method.instructions if method and waiting else ""})
    return shown


def store_of(order: OrderView) -> dict[str, Any] | None:
    """Where a pick-up waits."""
    if not order.pickup_warehouse_id:
        return None
    place = next((w for w in inventory.warehouses() if w.id == order.pickup_warehouse_id), None)
    if place is None:
        return None
    return {"name": catalog.in_language(place.name, get_language() or "en"), "address": place.address}


def way_of(order: OrderView) -> str:
    """What the way of delivery is called in the page's language, unless it was renamed since the order."""
    told = str(order.delivery.get("name") or "")
    method = checkout.delivery_methods().get(order.delivery.get("method_id") or 0)
    if method is None or told not in method.name.values():
        return told
    return catalog.in_language(method.name, get_language() or "en")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Pay an order that is still to be paid, again or by another method; a POST leads on to the payer's page."""
    actor, back = actor_of(request), _back(request, order_id)
    secret = request.session.get(TRACKING, "") if request.session.get(PLACED) == str(order_id) else ""
    if request.method == "POST":
        return _pay(request, order_id, back, secret, actor)
    try:
        order = orders.track(secret, actor=actor) if secret else orders.get_order(order_id, actor=actor)
    except DomainError:
        return redirect(back)
    if order.id != order_id or "pay" not in order.can or order.due_minor <= 0:
        return redirect(back)
    paid = payments.payments_of(order.id)
    ways = [method_of(m) for m in payments.methods(order.channel_id, order.currency)]
    return page(request, "pay", {
        "order": order, "ways": ways, "failed": _has_failed(order, paid), "back": back,
        "method": paid[-1].provider if paid and paid[-1].provider in {w["code"] for w in ways} else ""})


def _back(request: HttpRequest, order_id: UUID) -> str:
    """Where the order is looked at: on the page after the purchase, or in the account."""
    is_last = request.session.get(PLACED) == str(order_id)
    return reverse("shop:placed") if is_last or actor_of(request).customer_id is None \
        else reverse("shop:order", args=[order_id])


def _pay(request: HttpRequest, order_id: UUID, back: str, secret: str, actor: Actor) -> HttpResponse:
    try:
        found = checkout.pay_order(order_id, payment_method=request.POST.get("method", "")[:60],
                                   return_url=request.build_absolute_uri(back), tracking_secret=secret, actor=actor)
    except DomainError as error:
        messages.error(request, translated(error))
        return redirect(back)
    action = next((p.action for p in found.payments if p.action and p.action.get("url")), None)
    return to_payer(request, str(action["url"]), order_id) if action else redirect(back)


@require_POST
def adopt(request: HttpRequest) -> HttpResponse:
    """The order that was placed as a guest comes into the account that was opened since."""
    try:
        orders.adopt_order(request.session.get(TRACKING, ""), actor=actor_of(request))
    except NotFound as error:
        raise Http404 from error
    except DomainError as error:
        messages.error(request, translated(error))
        return redirect("shop:placed")
    messages.success(request, gettext("The order is in your account now."))
    return redirect("shop:placed")


PATHS: Paths = (
    ("checkout/placed/", placed, "placed"),
    ("checkout/adopt/", adopt, "adopt"),
    ("orders/<uuid:order_id>/pay/", pay, "pay"),
)
