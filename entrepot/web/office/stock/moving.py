"""Transfers between places: drafted, sent, received with what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from entrepot.catalog import public as catalog
from entrepot.inventory import public as inventory
from entrepot.inventory.contracts import TransferView
from entrepot.inventory.permissions import READ
from entrepot.kit.errors import N_, InvalidInput
from entrepot.kit.rest import actor_of
from entrepot.web.office.orders.forms import Refused, pressed
from entrepot.web.office.pages import office_page, quantity_of, text_of, work_page
from entrepot.web.office.stock.items import rights
from entrepot.web.office.stock.ledger import warehouse_choices
from entrepot.web.office.stock.sheets import heads, sheet, wants_csv
from entrepot.web.templatetags.office import words

NEW_ROWS = 6
ROWS = 50


def _places() -> dict[int, str]:
    language = get_language() or "en"
    return {w.id: catalog.in_language(w.name, language) for w in inventory.warehouses()}


def show(request: HttpRequest, told: Refused | None = None) -> HttpResponse:
    """All transfers, newest first, and a form for a new one."""
    if request.method == "POST" and told is None:
        return pressed(request, "transfer", lambda: _create(request), _("The transfer is drafted."),
                       lambda made: reverse("admin:desk_transfer", args=[made.id]), lambda back: show(request, back))
    places = _places()
    if wants_csv(request):
        return sheet("transfers", heads("number", "from", "to", "state", "sku", "quantity", "received"),
                     ([t.number, places.get(t.source_id), places.get(t.target_id), words(t.state), line.sku,
                       line.quantity, line.received_qty] for t in _all(request) for line in t.lines))
    found, more = inventory.list_transfers(state=request.GET.get("state") or None, limit=ROWS,
                                           cursor=request.GET.get("cursor") or None)
    warehouses = warehouse_choices()[1:]
    context = {"rows": [(t, places.get(t.source_id), places.get(t.target_id)) for t in found], "more": more,
               "refused": told, "may": rights(request), "tab": "transfers", "warehouses": warehouses,
               "other": warehouses[1][0] if len(warehouses) > 1 else "",
               "new_rows": range(NEW_ROWS), "sku": request.GET.get("sku", "")}
    return office_page(request, "stock/transfers", _("Transfers"), context, status=422 if told else 200)


def _all(request: HttpRequest) -> Iterator[TransferView]:
    """Every transfer, a page of the database at a time."""
    cursor: str | None = None
    while True:
        found, cursor = inventory.list_transfers(state=request.GET.get("state") or None, limit=500, cursor=cursor)
        yield from found
        if cursor is None:
            return


def _create(request: HttpRequest) -> Any:
    if text_of(request, "source") == text_of(request, "target"):  # said before what the lines lack
        raise InvalidInput("target", N_("Choose two different places."))
    wanted: dict[UUID, Decimal] = {}
    for n in range(NEW_ROWS):
        if sku := text_of(request, f"sku-{n}"):
            item = catalog.find_variant(sku)
            if item is None:
                raise InvalidInput(f"sku-{n}", N_("There is no such SKU."))
            quantity = quantity_of(request, f"quantity-{n}")
            if quantity is None or quantity <= 0:
                raise InvalidInput(f"quantity-{n}", N_("Say how many pieces."))
            wanted[item.id] = wanted.get(item.id, Decimal(0)) + quantity
    if not wanted:
        raise InvalidInput("sku-0", N_("A transfer needs at least one line."))
    return inventory.create_transfer(text_of(request, "source"), text_of(request, "target"), wanted,
                                     note=text_of(request, "note"), actor=actor_of(request))


def one(request: HttpRequest, transfer_id: UUID, told: Refused | None = None) -> HttpResponse:
    """One transfer: send it, receive what came, close what never will."""
    if request.method == "POST" and told is None:
        return pressed(request, "transfer", lambda: _do(request, transfer_id), _("Done."),
                       lambda _done: reverse("admin:desk_transfer", args=[transfer_id]),
                       lambda back: one(request, transfer_id, back))
    transfer, language = inventory.get_transfer(transfer_id), get_language() or "en"
    facts = catalog.variant_facts({line.variant_id for line in transfer.lines})
    places = _places()
    lines = [{"it": line, "open": line.quantity - line.received_qty,
              "name": catalog.in_language(facts[line.variant_id].name, language) if line.variant_id in facts else ""}
             for line in transfer.lines]
    context = {"transfer": transfer, "lines": lines, "refused": told, "may": rights(request), "tab": "transfers",
               "source": places.get(transfer.source_id), "target": places.get(transfer.target_id)}
    return office_page(request, "stock/transfer", transfer.number, context, status=422 if told else 200)


def _do(request: HttpRequest, transfer_id: UUID) -> None:
    verb, actor = text_of(request, "verb"), actor_of(request)
    if verb == "send":
        inventory.send_transfer(transfer_id, actor=actor)
    elif verb == "cancel":
        inventory.cancel_transfer(transfer_id, actor=actor)
    elif verb == "receive":
        lines = inventory.get_transfer(transfer_id).lines
        came = {line.variant_id: quantity_of(request, f"quantity-{line.variant_id}") or Decimal(0) for line in lines}
        inventory.receive_transfer(transfer_id, came, close="close" in request.POST, actor=actor)
    else:
        raise InvalidInput("verb", N_("Choose one of the list."))


PAGES = (
    work_page("desk_transfers", "desk/stock/transfers/", show, READ),
    work_page("desk_transfer", "desk/stock/transfers/<uuid:transfer_id>/", one, READ),
)
