"""HTTP of stock counts."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Schema

from entrepot.inventory import counts, queries
from entrepot.inventory.actions import counts as actions
from entrepot.inventory.contracts import CountView
from entrepot.inventory.permissions import ADJUST, COUNT, READ
from entrepot.kit import paging
from entrepot.kit.rest import Routes, Strict, actor_of

routes = Routes()
Text = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]
Sku = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[^\x00]+$")]


class CountPage(Schema):
    items: list[CountView]
    next: str | None


class CountIn(Strict):
    """With `skus` those, else what lies in the warehouse, of one category if it is named."""

    warehouse_code: Annotated[str, Field(max_length=50, pattern=r"^[-\w]+$")]
    category_id: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    skus: Annotated[list[Sku], Field(max_length=500)] = []
    is_blind: bool = True
    note: Text = ""


class TallyLine(Strict):
    sku: Sku
    quantity: Annotated[Decimal, Field(ge=0, lt=Decimal(10) ** 10, decimal_places=3)]


class TallyIn(Strict):
    lines: Annotated[list[TallyLine], Field(min_length=1, max_length=2000)]


class CloseIn(Strict):
    """`missing_as_zero`: what nobody counted is not there."""

    missing_as_zero: bool = False


class PostIn(Strict):
    reason: Text = ""


@routes.get("/counts", permission=READ, response=CountPage, summary="Stock counts, newest first")
def list_counts(request: HttpRequest, state: Literal["counting", "review", "posted", "cancelled"] | None = None,
                limit: Annotated[int, Query(ge=1, le=paging.MAX_LIMIT)] = paging.DEFAULT_LIMIT,
                cursor: Annotated[str, Query(max_length=200)] = "") -> Any:
    items, more = counts.list_counts(state=state, limit=limit, cursor=cursor or None)
    return {"items": items, "next": more}


@routes.post("/counts", permission=COUNT, response={201: CountView}, summary="Open a sheet")
def open_count(request: HttpRequest, body: CountIn) -> Any:
    made = actions.open_count(body.warehouse_code, category_id=body.category_id, skus=body.skus, blind=body.is_blind,
                              note=body.note, actor=actor_of(request))
    return made


@routes.get("/counts/{uuid:count_id}", permission=READ, response=CountView,
            summary="One sheet; while it is counted blind, without what the books say")
def get_count(request: HttpRequest, count_id: UUID) -> Any:
    return counts.get_count(count_id)


@routes.post("/counts/{uuid:count_id}/tallies", permission=COUNT, response=CountView, summary="What was counted")
def tally(request: HttpRequest, count_id: UUID, body: TallyIn) -> Any:
    found = {queries.variant_id_of(line.sku): line.quantity for line in body.lines}
    return actions.tally(count_id, found, actor=actor_of(request))


@routes.post("/counts/{uuid:count_id}/close", permission=COUNT, response=CountView,
             summary="Counting is over: show the differences")
def close(request: HttpRequest, count_id: UUID, body: CloseIn) -> Any:
    return actions.close_count(count_id, missing_as_zero=body.missing_as_zero, actor=actor_of(request))


@routes.post("/counts/{uuid:count_id}/reopen", permission=COUNT, response=CountView, summary="Count again")
def reopen(request: HttpRequest, count_id: UUID) -> Any:
    return actions.reopen_count(count_id, actor=actor_of(request))


@routes.post("/counts/{uuid:count_id}/post", permission=ADJUST, response=CountView,
             summary="Book the differences, all or none")
def post(request: HttpRequest, count_id: UUID, body: PostIn) -> Any:
    return actions.post_count(count_id, reason=body.reason, actor=actor_of(request))


@routes.post("/counts/{uuid:count_id}/cancel", permission=COUNT, response=CountView,
             summary="Drop it; nothing is booked")
def cancel(request: HttpRequest, count_id: UUID) -> Any:
    return actions.cancel_count(count_id, actor=actor_of(request))
