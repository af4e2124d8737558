"""Administration of parcels and pick-ups."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query

from entrepot.kit import paging
from entrepot.kit.errors import N_, InvalidInput
from entrepot.kit.rest import AnyMoment, Routes, Strict, actor_of
from entrepot.orders import public
from entrepot.orders.api.common import Cursor, Limit, LineIn, PageOut, language_of, matching, page, pdf
from entrepot.orders.contracts import FulfilmentState, FulfilmentView
from entrepot.orders.permissions import FULFIL, READ

routes = Routes()


class FulfilmentIn(Strict):
    """Without lines: everything that is open, one fulfilment per warehouse that has it reserved."""

    warehouse_id: Annotated[int, Field(ge=1, le=32767)] | None = None
    lines: Annotated[list[LineIn], Field(max_length=500)] = []


class ShipIn(Strict):
    carrier: Annotated[str, Field(max_length=60)] = ""
    tracking_number: Annotated[str, Field(max_length=80)] = ""
    tracking_url: Annotated[str, Field(max_length=200, pattern=r"^(https?://\S+)?$")] = ""


class ShipPartIn(ShipIn):
    """Without lines: all that is planned. With lines: these pieces; the rest waits as a new parcel from there."""

    lines: Annotated[list[LineIn], Field(min_length=1, max_length=500)] | None = None


class ReadyIn(Strict):
    """Without lines: all that is planned. With lines: these pieces; the rest waits as a new parcel from there."""

    lines: Annotated[list[LineIn], Field(min_length=1, max_length=500)] | None = None


class SlipsIn(Strict):
    fulfilment_ids: Annotated[list[UUID], Field(min_length=1, max_length=100)]


class DeliverIn(Strict):
    delivered_at: AnyMoment | None = None


def _pieces(lines: list[LineIn] | None) -> list[tuple[UUID, Decimal]] | None:
    return None if lines is None else [(line.line_id, line.quantity) for line in lines]


@routes.post("/{uuid:order_id}/fulfilments", permission=FULFIL, response={201: list[FulfilmentView]},
             summary="Plan parcels or pick-ups")
def create(request: HttpRequest, order_id: UUID, body: FulfilmentIn) -> Any:
    actor = actor_of(request)
    with matching(request, order_id, actor):
        if not body.lines:
            return public.plan_fulfilments(order_id, actor=actor)
        if body.warehouse_id is None:
            raise InvalidInput("warehouse_id", N_("This field is required."))
        lines = [(line.line_id, line.quantity) for line in body.lines]
        return [public.create_fulfilment(order_id, lines, body.warehouse_id, actor=actor)]


@routes.get("/fulfilments", permission=READ, response=PageOut, summary="Parcels and pick-ups, newest first")
def find(request: HttpRequest, warehouse_id: Annotated[int | None, Query(ge=1, le=32767)] = None,
         state: FulfilmentState | None = None, fields: str = "", cursor: Cursor = "",
         limit: Limit = paging.DEFAULT_LIMIT) -> Any:
    return page(*public.find_fulfilments(warehouse_id=warehouse_id, state=state or "", cursor=cursor or None,
                                         limit=limit,
                                         actor=actor_of(request)), fields)


@routes.get("/fulfilments/{uuid:fulfilment_id}", permission=READ, response=FulfilmentView,
            summary="A parcel or pick-up")
def get(request: HttpRequest, fulfilment_id: UUID) -> Any:
    return public.get_fulfilment(fulfilment_id, actor=actor_of(request))


@routes.post("/fulfilments/{uuid:fulfilment_id}/ship", permission=FULFIL, response=FulfilmentView,
             summary="Tell that a parcel leaves")
def ship(request: HttpRequest, fulfilment_id: UUID, body: ShipPartIn) -> Any:
    return public.ship_fulfilment(fulfilment_id, body.carrier, body.tracking_number, body.tracking_url,
                                  lines=_pieces(body.lines), actor=actor_of(request))


@routes.post("/fulfilments/{uuid:fulfilment_id}/ready", permission=FULFIL, response=FulfilmentView,
             summary="Ready to collect in the store")
def ready(request: HttpRequest, fulfilment_id: UUID, body: ReadyIn | None = None) -> Any:
    return public.mark_ready(fulfilment_id, lines=_pieces(body.lines if body else None), actor=actor_of(request))


@routes.post("/fulfilments/{uuid:fulfilment_id}/deliver", permission=FULFIL, response=FulfilmentView,
             summary="Tell that a parcel arrived or was collected")
def deliver(request: HttpRequest, fulfilment_id: UUID, body: DeliverIn) -> Any:
    if body.delivered_at is not None and body.delivered_at.tzinfo is None:
        raise InvalidInput("delivered_at", N_("A moment needs its time zone."))
    return public.record_delivery(fulfilment_id, delivered_at=body.delivered_at, actor=actor_of(request))


@routes.post("/fulfilments/{uuid:fulfilment_id}/cancel", permission=FULFIL, response=FulfilmentView,
             summary="Cancel a parcel that has not left")
def cancel(request: HttpRequest, fulfilment_id: UUID) -> Any:
    return public.cancel_fulfilment(fulfilment_id, actor=actor_of(request))


@routes.put("/fulfilments/{uuid:fulfilment_id}/tracking", permission=FULFIL, response=FulfilmentView,
            summary="Correct the carrier or tracking number")
def tracking(request: HttpRequest, fulfilment_id: UUID, body: ShipIn) -> Any:
    return public.change_tracking(fulfilment_id, carrier=body.carrier, tracking_number=body.tracking_number,
                                  tracking_url=body.tracking_url, actor=actor_of(request))


@routes.get("/fulfilments/{uuid:fulfilment_id}/packing-slip", permission=READ,
            summary="The packing slip of a parcel, as PDF")
def packing_slip(request: HttpRequest, fulfilment_id: UUID, language: str = "") -> HttpResponse:
    """In the buyer's language where none is named: it lies in the parcel."""
    return pdf(public.packing_slip_pdf(fulfilment_id, language and language_of(language), actor=actor_of(request)))


@routes.post("/fulfilments/packing-slips", permission=READ, summary="The packing slips of many parcels, as one PDF")
def packing_slips(request: HttpRequest, body: SlipsIn, language: str = "") -> HttpResponse:
    """Each in its buyer's language where none is named."""
    return pdf(public.packing_slips_pdf(body.fulfilment_ids, language and language_of(language),
                                        actor=actor_of(request)))


@routes.get("/packing", permission=READ, response=list[dict[str, Any]],
            summary="Parcels that wait to be packed, the most urgent first")
def to_pack(request: HttpRequest, warehouse_id: Annotated[int | None, Query(ge=1, le=32767)] = None,
            limit: Limit = paging.DEFAULT_LIMIT) -> Any:
    parcels = public.parcels_to_pack(warehouse_id=warehouse_id, limit=limit, actor=actor_of(request))
    return [asdict(p) for p in parcels]
