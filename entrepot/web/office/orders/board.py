"""The order board: what waits where, moved on by drag, by keyboard or by menu wherever an action does that."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from entrepot.catalog import public as catalog
from entrepot.inventory import public as inventory
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, DomainError
from entrepot.kit.rest import actor_of, translated
from entrepot.orders import public as orders
from entrepot.orders.contracts import HoldKind
from entrepot.orders.permissions import APPROVE, CANCEL, FULFIL, HOLD, READ
from entrepot.orders.public import BoardFilter
from entrepot.web.office.orders.forms import reason_of
from entrepot.web.office.pages import office_page, text_of, whole, work_page

TITLES = {"approve": N_("To approve"), "held": N_("On hold"), "pay": N_("To pay"), "pack": N_("To pack"),
          "packed": N_("Packed"), "shipped": N_("Shipped"), "problem": N_("Problem")}
EMPTY = {"approve": N_("No order waits for approval."), "held": N_("Nothing is on hold."),
         "pay": N_("No order waits for its money."), "pack": N_("Everything is packed."),
         "packed": N_("No parcel waits to leave."), "shipped": N_("Nothing is on its way."),
         "problem": N_("No refund failed, no return waits for a decision.")}

# verb -> what the menu says, what will happen, from which columns, into which, whose right, asks for a reason
MOVES: dict[str, tuple[str, str, tuple[str, ...], str, Any, bool]] = {
    "approve": (N_("Approve"), N_("The order may be packed and shipped."), ("approve",), "pack", APPROVE, False),
    "release": (N_("Release the hold"), N_("Every hold of it ends, and it goes on."), ("held",), "pack", HOLD, False),
    "hold": (N_("Put on hold"), N_("Nothing of it is packed or shipped until the hold is released."),
             ("pay", "pack", "packed"), "held", HOLD, True),
    "plan": (N_("Plan the parcels"), N_("One parcel per warehouse that has its goods reserved."), ("pack",), "packed",
             FULFIL, False),
    "unplan": (N_("Unpack"), N_("Its parcels are undone; the goods stay reserved."), ("packed",), "pack", FULFIL,
               False),
    "ship": (N_("Ship"), N_("Its parcels leave now, and the customer is told. Money set aside is taken."), ("packed",),
             "shipped", FULFIL, False),
    "deliver": (N_("It arrived"), N_("Its parcels count as delivered, and the customer is told."), ("shipped",), "",
                FULFIL, False),
    "cancel": (N_("Cancel the order"), N_("Stock is freed and what was paid goes back."),
               ("approve", "held", "pay", "pack", "packed"), "", CANCEL, True),
}
_PARTS = "X-Part"


def show(request: HttpRequest) -> HttpResponse:
    actor, filters = actor_of(request), _filters(request)
    moves: list[dict[str, Any]] = [
        {"code": code, "label": _(label), "text": _(text), "from": " ".join(source), "to": to, "reason": reason}
        for code, (label, text, source, to, right, reason) in MOVES.items() if actor.can(right)]
    columns: list[dict[str, Any]] = [
        {"it": column, "title": _(TITLES[column.code]), "empty": _(EMPTY[column.code]),
         "more": column.count - len(column.cards),
         "moves": [m for m in moves if column.code in m["from"].split()]}
        for column in orders.board(filters, actor=actor)]
    first = next((card.id for c in columns for card in c["it"].cards), None)  # where the keyboard enters the board
    context = {"columns": columns, "first": first, "moves": moves, "query": request.GET.urlencode(),
               **_choices(request)}
    if request.headers.get(_PARTS) == "columns":
        return HttpResponse(render_to_string("office/orders/_columns.html", context, request))
    return office_page(request, "orders/board", _("Order board"), context)


def _number(request: HttpRequest, name: str) -> int | None:
    return whole(request.GET.get(name, ""), 5)


def _filters(request: HttpRequest) -> BoardFilter:
    mine = actor_of(request).user_id if request.GET.get("mine") else None
    return BoardFilter(_number(request, "channel"), _number(request, "warehouse"), mine, bool(request.GET.get("late")))


def _choices(request: HttpRequest) -> dict[str, Any]:
    language, every = get_language() or "en", [("", _("All"))]
    return {
        "channels": every + [(c.id, catalog.in_language(c.name, language)) for c in catalog.channels()],
        "warehouses": every + [(w.id, catalog.in_language(w.name, language)) for w in inventory.warehouses()],
        "chosen": {"channel": _number(request, "channel") or "", "warehouse": _number(request, "warehouse") or "",
                   "late": bool(request.GET.get("late")), "mine": bool(request.GET.get("mine"))}}


def do(request: HttpRequest, verb: str) -> HttpResponse:
    """Move one order; the board comes back as it was filtered, and says what happened or why not."""
    if verb not in MOVES:
        raise Http404
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        order_id = UUID(text_of(request, "order"))
        number = _move(request, verb, order_id, actor_of(request))
        messages.success(request, _("{number}: {done}").format(number=number, done=_(MOVES[verb][0])))
    except ValueError as error:
        raise Http404 from error
    except DomainError as error:
        messages.error(request, translated(error))
    kept = text_of(request, "query")
    return HttpResponseRedirect(reverse("admin:desk_board") + (f"?{kept}" if kept else ""))


def _move(request: HttpRequest, verb: str, order_id: UUID, actor: Actor) -> str:
    order = orders.get_order(order_id, actor=actor)
    if verb == "approve":
        orders.approve(order_id, reason=text_of(request, "reason"), actor=actor)
    elif verb == "release":
        for kind in [h.kind for h in order.holds if h.released_at is None and h.kind is not HoldKind.APPROVAL]:
            orders.release_hold(order_id, kind, reason=text_of(request, "reason"), actor=actor)
    elif verb == "hold":
        orders.hold(order_id, reason=reason_of(request), actor=actor)
    elif verb == "plan":
        orders.plan_fulfilments(order_id, actor=actor)
    elif verb == "cancel":
        orders.cancel_order(order_id, reason=reason_of(request), actor=actor)
    else:
        _parcels(verb, order, actor)
    return order.number


def _parcels(verb: str, order: Any, actor: Actor) -> None:
    """What is done to every parcel of the order that it can be done to."""
    actor.require(FULFIL)
    for parcel in order.fulfilments:
        if verb == "ship" and parcel.state == "pending":
            orders.ship_fulfilment(parcel.id, actor=actor)
        elif verb == "unplan" and parcel.state in ("pending", "ready"):
            orders.cancel_fulfilment(parcel.id, actor=actor)
        elif verb == "deliver" and parcel.state in ("shipped", "ready"):
            orders.record_delivery(parcel.id, actor=actor)




PAGES = (
    work_page("desk_board", "desk/orders/", show, READ, gettext_lazy("Order board"), "view_kanban", "sell"),
    work_page("desk_board_do", "desk/orders/board/<slug:verb>/", do, READ),
)
