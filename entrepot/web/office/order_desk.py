"""The order page: lines, money, parcels, changes and story of one order, and exactly what may be done with it now."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import reverse
from django.utils.translation import get_language

from entrepot.catalog import public as catalog
from entrepot.inventory import public as inventory
from entrepot.kit.actor import Actor
from entrepot.kit.rest import actor_of
from entrepot.orders import public as orders
from entrepot.orders.contracts import ChangeView, OrderView
from entrepot.orders.permissions import (
    APPROVE,
    CANCEL,
    CHANGE,
    FULFIL,
    HOLD,
    NOTE,
    READ,
    RECEIVE,
    RETURN,
)
from entrepot.payments import public as payments
from entrepot.payments.permissions import CAPTURE
from entrepot.payments.permissions import READ as SEE_PAYMENTS
from entrepot.payments.permissions import RECEIVE as RECEIVE_MONEY
from entrepot.web.office.order_actions import VERBS
from entrepot.web.office.pages import acted, office_page, work_page

BY_HAND = ("bank_transfer", "cash_on_delivery")  # money of these is recorded by people


def show(request: HttpRequest, order_id: UUID) -> HttpResponse:
    actor = actor_of(request)
    order = orders.get_order(order_id, actor=actor)
    places = {p.id: catalog.in_language(p.name, get_language() or "en") for p in inventory.warehouses()}
    paid = payments.payments_of(order.id) if actor.can(SEE_PAYMENTS) else []
    context = {
        "order": order, "may": offered(order, actor), "places": places, "payments": paid,
        "open_holds": [h for h in order.holds if h.released_at is None],
        "parcels": [_parcel(order, f, places) for f in order.fulfilments],
        "changes": [_change(order, c, actor) for c in reversed(order.changes)],
        "story": list(reversed(order.timeline)), "by_hand": BY_HAND,
        "channel": next((c for c in catalog.channels() if c.id == order.channel_id), None),
        "returnable": [(line, line.fulfilled_qty - line.returned_qty) for line in order.lines
                       if line.fulfilled_qty > line.returned_qty]}
    return office_page(request, "order", order.number, context)


def offered(order: OrderView, actor: Actor) -> set[str]:
    """What the order allows now and this person may do."""
    rights = {"cancel": CANCEL, "return": RETURN, "edit": CHANGE, "fulfil": FULFIL, "hold": HOLD, "split": CHANGE}
    may = {verb for verb in order.can if verb in rights and actor.can(rights[verb])}
    always = {"note": NOTE, "release": HOLD, "approve": APPROVE, "ship": FULFIL, "decide": RETURN, "receive": RECEIVE,
              "money": RECEIVE_MONEY, "capture": CAPTURE}
    return may | {verb for verb, permission in always.items() if actor.can(permission)}


def _parcel(order: OrderView, fulfilment: Any, places: dict[int, str]) -> dict[str, Any]:
    names = {line.id: line for line in order.lines}
    return {"it": fulfilment, "place": places.get(fulfilment.warehouse_id, ""),
            "lines": [(names[line_id], quantity) for line_id, quantity in fulfilment.lines if line_id in names]}


def _change(order: OrderView, change: ChangeView, actor: Actor) -> dict[str, Any]:
    """A return or edit with what it asks for; for an approved one also what confirming would do."""
    names = {str(line.id): line for line in order.lines}
    wanted = [(names.get(str(op.get("line_id"))), op) for op in change.operations]
    preview = orders.preview(change.id, actor=actor) if change.state == "approved" and actor.can(RETURN) else None
    return {"it": change, "wanted": wanted, "preview": preview,
            "coming": [(line, op["quantity"]) for line, op in wanted if line and op["op"] == "return_line"],
            "arrived": [(names.get(str(r["line_id"])), r) for r in change.receipts]}


def do(request: HttpRequest, order_id: UUID, verb: str) -> HttpResponse:
    if verb not in VERBS:
        raise Http404
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    return acted(request, lambda: VERBS[verb](request, order_id), reverse("admin:desk_order", args=[order_id]))


def invoice(request: HttpRequest, invoice_id: UUID) -> HttpResponse:
    return _pdf(orders.invoice_pdf(invoice_id, get_language() or "en", actor=actor_of(request)), str(invoice_id))


def packing_slip(request: HttpRequest, fulfilment_id: UUID) -> HttpResponse:
    return _pdf(orders.packing_slip_pdf(fulfilment_id, get_language() or "en", actor=actor_of(request)),
                str(fulfilment_id))


def _pdf(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(content, content_type="application/pdf",
                        headers={"Content-Disposition": f'inline; filename="{name}.pdf"'})


PAGES = (
    work_page("desk_order", "desk/orders/<uuid:order_id>/", show, READ),
    work_page("desk_order_do", "desk/orders/<uuid:order_id>/do/<slug:verb>/", do, READ),
    work_page("desk_invoice", "desk/invoices/<uuid:invoice_id>.pdf", invoice, READ),
    work_page("desk_slip", "desk/slips/<uuid:fulfilment_id>.pdf", packing_slip, READ),
)
