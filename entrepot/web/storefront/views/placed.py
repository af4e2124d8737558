"""Right after the purchase: what was ordered, what happens next, and paying what is still to be paid."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from entrepot.catalog import public as catalog
from entrepot.checkout import public as checkout
from entrepot.inventory import public as inventory
from entrepot.kit.actor import Actor
from entrepot.kit.errors import DomainError, NotFound
from entrepot.kit.rest import actor_of, translated
from entrepot.orders import public as orders
from entrepot.orders.contracts import OrderView
from entrepot.payments import public as payments
from entrepot.web.storefront.cartshow import PART_LABELS
from entrepot.web.storefront.shop import Paths, page
from entrepot.web.storefront.views.checkout import PLACED, TRACKING, to_payer

_NO_PAGE = ("bank_transfer", "cash_on_delivery")


@never_cache
@require_safe
def placed(request: HttpRequest) -> HttpResponse:
    """The order that this browser placed last."""
    secret, actor = request.session.get(TRACKING, ""), actor_of(request)
    try:
        order = orders.track(secret, actor=actor) if secret else _own(request.session.get(PLACED, ""), actor)
    except DomainError:
        return redirect("shop:home")
    link = request.build_absolute_uri(reverse("shop:track-secret", args=[secret])) if secret else ""
    arriving = order.state == "pending" and any(p.state in ("authorised", "captured")
                                                for p in payments.payments_of(order.id))
    pay_link = reverse("shop:pay", args=[order.id]) if "pay" in order.can and is_paid_by_page(order) else ""
    return page(request, "placed", {
        "order": order, "tracking_link": link, "arriving": arriving, "pay_link": "" if arriving else pay_link,
        "payments": paid_ways(order), "store": store_of(order)})


def _own(order_id: str, actor: Actor) -> OrderView:
    try:
        return orders.get_order(UUID(order_id), actor=actor)
    except (ValueError, DomainError) as error:
        raise NotFound("order") from error


def is_paid_by_page(order: OrderView) -> bool:
    """Whether a payer's page would help: a transfer or cash needs none."""
    return any(p.provider not in _NO_PAGE and p.state in ("pending", "failed", "cancelled")
               for p in payments.payments_of(order.id))


def paid_ways(order: OrderView) -> list[dict[str, Any]]:
    """How the order is paid, and what the buyer still has to do for a transfer."""
    offered = {m.code: m for m in payments.methods(order.channel_id, order.currency)}
    names = {code: m.name for code, m in offered.items()} | {k: str(v) for k, v in PART_LABELS.items()}
    shown = []
    for paid in payments.payments_of(order.id):
        method = offered.get(paid.provider)
        waiting = paid.state == "pending" and order.state in ("pending", "processing", "on_hold")
        shown.append({"name": names.get(paid.provider) or paid.provider.replace("_", " ").capitalize(),
                      "amount_minor": paid.amount_minor, "failed": paid.state in ("failed", "cancelled"),
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


@never_cache
@require_safe
def pay(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """On to the payer's page of an order that is still to be paid."""
    actor = actor_of(request)
    back = reverse("shop:placed") if request.session.get(PLACED) == str(order_id) or actor.customer_id is None \
        else reverse("shop:order", args=[order_id])
    try:
        found = checkout.pay_order(order_id, return_url=request.build_absolute_uri(back),
                                   tracking_secret=request.session.get(TRACKING, ""), actor=actor)
    except DomainError as error:
        messages.error(request, translated(error))
        return redirect(back)
    action = next((p.action for p in found.payments if p.action and p.action.get("url")), None)
    return to_payer(request, str(action["url"]), order_id) if action else redirect(back)


PATHS: Paths = (
    ("checkout/placed/", placed, "placed"),
    ("orders/<uuid:order_id>/pay/", pay, "pay"),
)
