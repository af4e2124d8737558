"""The packing bench: what waits, one parcel checked off piece by piece, off with it, and the next one."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from entrepot.catalog import public as catalog
from entrepot.inventory import public as inventory
from entrepot.kit.errors import N_, DomainError, InvalidInput
from entrepot.kit.rest import actor_of, translated
from entrepot.orders import public as orders
from entrepot.orders.contracts import FulfilmentState, FulfilmentView
from entrepot.orders.permissions import FULFIL, READ
from entrepot.web.office.orders import reading
from entrepot.web.office.orders.forms import Refused, pressed
from entrepot.web.office.pages import office_page, quantity_of, text_of, whole, work_page

PLANNED_AT_ONCE = 50
NAMED = 10  # parcels that a notice names


def show(request: HttpRequest) -> HttpResponse:
    """Parcels that wait, the most urgent first, and how many orders have none yet."""
    actor, place = actor_of(request), _place(request)
    language = get_language() or "en"
    places = {w.id: catalog.in_language(w.name, language) for w in inventory.warehouses()}
    parcels = orders.parcels_to_pack(warehouse_id=place, limit=100, actor=actor)
    waiting = orders.orders_to_plan(warehouse_id=place, limit=PLANNED_AT_ONCE + 1, actor=actor)
    context = {"parcels": [(p, places.get(p.warehouse_id, "")) for p in parcels], "may": actor.can(FULFIL),
               "waiting": min(len(waiting), PLANNED_AT_ONCE), "more": len(waiting) > PLANNED_AT_ONCE, "place": place,
               "warehouses": [("", _("All")), *places.items()]}
    return office_page(request, "orders/packing", _("Pack"), context)


def _place(request: HttpRequest) -> int | None:
    return whole(request.GET.get("warehouse", "") or request.POST.get("warehouse", ""), 5)


def _bench(place: int | None) -> str:
    return reverse("admin:desk_packing") + (f"?warehouse={place}" if place else "")


def plan(request: HttpRequest) -> HttpResponse:
    """Parcels for the orders that have none, the oldest first; those that cannot be planned say why."""
    actor, place = actor_of(request), _place(request)
    actor.require(FULFIL)
    if request.method != "POST":
        return HttpResponseRedirect(_bench(place))
    made = 0
    for order_id in orders.orders_to_plan(warehouse_id=place, limit=PLANNED_AT_ONCE, actor=actor):
        try:
            made += len(orders.plan_fulfilments(order_id, actor=actor))
        except DomainError as error:
            messages.error(request, translated(error))
    messages.success(request, ngettext("{n} parcel planned.", "{n} parcels planned.", made).format(n=made))
    return HttpResponseRedirect(_bench(place))


def pack(request: HttpRequest, fulfilment_id: UUID) -> HttpResponse:
    """One parcel: check every line off, by hand or by scanner, then ship it."""
    if request.method != "POST":
        return _pack_page(request, fulfilment_id, None)
    actor, place = actor_of(request), _place(request)
    actor.require(FULFIL)
    queue = orders.parcels_to_pack(warehouse_id=place, limit=100, actor=actor)
    return pressed(request, "ship", lambda: _shipped(request, fulfilment_id), _left,
                   lambda _done: _next(request, queue, fulfilment_id, place),
                   lambda told: _pack_page(request, fulfilment_id, told))


def _pack_page(request: HttpRequest, fulfilment_id: UUID, told: Refused | None) -> HttpResponse:
    actor = actor_of(request)
    parcel = orders.get_fulfilment(fulfilment_id, actor=actor)
    order = reading.read(orders.get_order(parcel.order_id, actor=actor))
    names = {line.id: line for line in order.lines}
    places = {w.id: catalog.in_language(w.name, get_language() or "en") for w in inventory.warehouses()}
    lines = [{"it": names[line_id], "quantity": quantity, "scans": int(quantity.to_integral_value("ROUND_CEILING"))}
             for line_id, quantity in parcel.lines if line_id in names]
    queue = orders.parcels_to_pack(warehouse_id=_place(request), limit=100, actor=actor)
    context = {"parcel": parcel, "order": order, "lines": lines, "refused": told, "may": actor.can(FULFIL),
               "place": _place(request), "where": places.get(parcel.warehouse_id, ""),
               "after": _after(queue, parcel.id), "left": len(queue)}
    return office_page(request, "orders/pack", parcel.number, context, status=422 if told else 200)


def _shipped(request: HttpRequest, fulfilment_id: UUID) -> tuple[FulfilmentView, FulfilmentView | None]:
    """What went off, and the parcel of what stayed behind."""
    actor = actor_of(request)
    parcel = orders.get_fulfilment(fulfilment_id, actor=actor)
    known = {f.id for f in orders.get_order(parcel.order_id, actor=actor).fulfilments}
    # where a colleague was faster, what was counted here is beside the point, and the action says so
    lines = _counted(request, parcel) if parcel.state == FulfilmentState.PENDING else None
    if "ready" in request.POST:
        sent = orders.mark_ready(fulfilment_id, lines=lines, actor=actor)
    else:
        sent = orders.ship_fulfilment(fulfilment_id, text_of(request, "carrier"), text_of(request, "tracking"),
                                      text_of(request, "tracking_url"), lines=lines, actor=actor)
    after = orders.get_order(parcel.order_id, actor=actor).fulfilments
    return sent, next((f for f in after if f.id not in known), None)


def _counted(request: HttpRequest, parcel: FulfilmentView) -> list[tuple[UUID, Decimal]]:
    """How many of each line are in the parcel: a line is ticked, or another number than the planned one is typed."""
    counted = []
    for line_id, planned in parcel.lines:
        typed = quantity_of(request, f"count-{line_id}")
        if typed is not None and not 0 <= typed <= planned:
            raise InvalidInput(f"count-{line_id}", N_("Give a number from 0 to what is planned."))
        if typed in (None, planned) and not text_of(request, f"packed-{line_id}"):
            raise InvalidInput(f"count-{line_id}", N_("Tick this line, or type how many of it are in the parcel."))
        if typed != 0:
            counted.append((line_id, planned if typed is None else typed))
    return counted


def _left(done: tuple[FulfilmentView, FulfilmentView | None]) -> str:
    sent, rest = done
    if sent.state == FulfilmentState.READY:
        said = _("Parcel {number} is ready to collect.")
    else:
        said = _("Parcel {number} is on its way.")
    told = said.format(number=sent.number)
    if rest is None:
        return told
    kept = _("What stayed behind waits as parcel {number}.").format(number=rest.number)
    return format_html('{} {} <a class="link" href="{}">{}</a>', told, kept, reverse("admin:desk_pack", args=[rest.id]),
                       _("Pack it"))


def _after(queue: list[orders.Parcel], parcel_id: UUID) -> orders.Parcel | None:
    """Whatever follows on the bench, and from its end on the first again."""
    at = next((n for n, p in enumerate(queue) if p.id == parcel_id), len(queue))
    return next((p for p in queue[at + 1:] + queue[:at] if p.id != parcel_id), None)


def _next(request: HttpRequest, before: list[orders.Parcel], done: UUID, place: int | None) -> str:
    """What followed on the bench and waits still, else the bench itself; what stayed behind just now is not next."""
    waiting = {p.id for p in orders.parcels_to_pack(warehouse_id=place, limit=200, actor=actor_of(request))}
    following = _after([p for p in before if p.id in waiting or p.id == done], done)
    if following is None:
        return _bench(place)
    return reverse("admin:desk_pack", args=[following.id]) + (f"?warehouse={place}" if place else "")


def ship_many(request: HttpRequest) -> HttpResponse:
    """The ticked parcels leave together with one carrier; each keeps the tracking number typed beside it."""
    actor = actor_of(request)
    actor.require(FULFIL)
    sent: list[str] = []
    for given in request.POST.getlist("id")[:200]:  # empty but for a POST
        try:
            sent.append(orders.ship_fulfilment(_uuid(given), text_of(request, "carrier"),
                                               text_of(request, f"tracking-{given}"), actor=actor).number)
        except DomainError as error:
            messages.error(request, translated(error))
    if sent:
        told = ngettext("{n} parcel left: {numbers}", "{n} parcels left: {numbers}", len(sent))
        named = ", ".join(sent[:NAMED]) + (" …" if len(sent) > NAMED else "")
        messages.success(request, told.format(n=len(sent), numbers=named))
    return HttpResponseRedirect(_bench(_place(request)))


def _uuid(given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError as error:
        raise InvalidInput("id", N_("This is not an id.")) from error


PAGES = (
    work_page("desk_packing", "desk/packing/", show, READ, gettext_lazy("Pack"), "package_2", "sell"),
    work_page("desk_packing_plan", "desk/packing/plan/", plan, FULFIL),
    work_page("desk_packing_ship", "desk/packing/ship/", ship_many, FULFIL),
    work_page("desk_pack", "desk/packing/<uuid:fulfilment_id>/", pack, READ),
)
