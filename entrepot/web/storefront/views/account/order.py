"""One order: how far it is, what happened, its papers; cancelling it, ordering the same again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from entrepot.catalog import public as catalog
from entrepot.checkout import public as checkout
from entrepot.checkout.contracts import LineInput
from entrepot.kit.errors import DomainError
from entrepot.kit.rest import actor_of, translated
from entrepot.orders import public as orders
from entrepot.orders.contracts import ChangeKind, ChangeState, OrderView
from entrepot.web import reasons
from entrepot.web.storefront.carts import ensure_cart, remember
from entrepot.web.storefront.shop import Paths
from entrepot.web.storefront.views.account.common import (
    CHANGES,
    CHANGES_NEXT,
    GONE,
    NEXT,
    STATES,
    account_page,
    member,
    steps_of,
    story_of,
)
from entrepot.web.storefront.views.placed import is_paid_by_page, paid_ways, store_of, way_of


def order_context(order: OrderView) -> dict[str, Any]:
    """What the page of an order shows, to its owner and to a guest with its link alike."""
    return {"order": order, "state": STATES.get(order.state, order.state), "story": story_of(order),
            "steps": steps_of(order), "next_step": NEXT.get(order.state, ""), "changes": _changes(order),
            "is_gone": order.state in GONE, "payments": paid_ways(order), "store": store_of(order),
            "way": way_of(order), "can_return": "return" in order.can and bool(returnable(order))}


def returnable(order: OrderView) -> list[dict[str, Any]]:
    """Lines of which pieces have arrived that nobody has asked to give back."""
    return [{"id": line.id, "name": line.name, "open": quantity, "options": line.options,
             "variant_id": line.variant_id, "field": f"line-{line.id}", "image": line.facts.get("image", "")}
            for line, quantity in orders.returnable(order)]


def _changes(order: OrderView) -> list[dict[str, Any]]:
    """Returns and exchanges with what happens next; photos by their own addresses only."""
    lines = {str(line.id): line for line in order.lines}
    shown = []
    for c in order.changes:
        if c.kind == ChangeKind.EDIT or c.state == ChangeState.DRAFT:
            continue
        pieces = [{"line": lines.get(str(op.get("line_id"))), "quantity": op.get("quantity")}
                  for op in c.operations if op.get("op") == "return_line"]
        shown.append({"id": c.id, "number": c.number, "state": c.state, "label": CHANGES.get(c.state, c.state),
                      "next": CHANGES_NEXT.get(c.state, ""), "reason": reasons.read(c.reason), "pieces": pieces,
                      "photos": [p for p in c.photos if p.startswith("/photos/")], "kind": c.kind,
                      "back_minor": -c.difference_minor if c.difference_minor < 0 else 0,
                      "can_withdraw": c.state in ("requested", "approved") and not c.receipts})
    return shown[::-1]


@member
@require_safe
def order_page(request: HttpRequest, order_id: UUID) -> HttpResponse:
    found = mine(request, order_id)
    pay = reverse("shop:pay", args=[found.id]) if "pay" in found.can and is_paid_by_page(found) else ""
    return account_page(request, "order", "orders", {
        **order_context(found), "pay_link": pay, "can_cancel": "cancel" in found.can, "invoices": found.invoices,
        "can_review": found.state == "completed", "own": True})


def mine(request: HttpRequest, order_id: UUID) -> OrderView:
    """The order if it is the visitor's own; another's is as little there as one that never was."""
    try:
        return orders.get_order(order_id, actor=actor_of(request))
    except DomainError as error:
        raise Http404 from error


@member
@require_POST
def cancel(request: HttpRequest, order_id: UUID) -> HttpResponse:
    mine(request, order_id)
    try:
        orders.cancel_order(order_id, reason=gettext(reasons.OWN_CANCEL), actor=actor_of(request))
        messages.success(request, gettext("Your order was cancelled."))
    except DomainError as error:
        messages.error(request, translated(error))
    return redirect("shop:order", order_id)


@member
@require_POST
def again(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Put into the cart what is still sold of this order."""
    found = mine(request, order_id)
    wanted = [LineInput(line.variant_id, line.quantity) for line in found.lines
              if line.variant_id and line.kind == "product" and line.quantity > 0]
    facts = catalog.variant_facts([line.variant_id for line in wanted])
    sold = [line for line in wanted if line.variant_id in facts and facts[line.variant_id].is_sellable]
    own, put = ensure_cart(request), 0
    assert own.id is not None
    view = None
    for line in sold:
        try:
            view = checkout.add_line(own.id, line.variant_id, line.quantity, **own.proof)
            put += 1
        except DomainError:
            continue  # sold out or not sold in this shop: the others still go in
    if put:
        messages.success(request, ngettext("%(number)d article is in your cart.",
                                           "%(number)d articles are in your cart.", put) % {"number": put})
    if put < len(wanted):
        messages.warning(request, gettext("Some articles of this order are no longer to be had."))
    return remember(request, redirect("shop:cart"), own, view or own.view())


@member
@require_safe
def invoice(request: HttpRequest, order_id: UUID, invoice_id: UUID) -> HttpResponse:
    found = mine(request, order_id)
    if all(i.id != invoice_id for i in found.invoices):
        raise Http404
    return as_pdf(orders.invoice_pdf(invoice_id, get_language() or "en", actor=actor_of(request)))


def as_pdf(body: orders.Paper) -> HttpResponse:
    response = HttpResponse(body, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{body.name}"'
    return response


PATHS: Paths = (
    ("account/orders/<uuid:order_id>/", order_page, "order"),
    ("account/orders/<uuid:order_id>/cancel/", cancel, "order-cancel"),
    ("account/orders/<uuid:order_id>/again/", again, "order-again"),
    ("account/orders/<uuid:order_id>/invoices/<uuid:invoice_id>/", invoice, "invoice"),
)
