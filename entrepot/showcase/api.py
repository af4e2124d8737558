"""Administration over HTTP: synonyms, pins, the report of queries, rebuilding. The public reads are in `express`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Schema

from entrepot.kit import clock, paging
from entrepot.kit.rest import Routes, Strict, actor_of
from entrepot.showcase import public, queries
from entrepot.showcase.actions import settings
from entrepot.showcase.permissions import MANAGE_SEARCH, REBUILD, SEE_SEARCH

routes = Routes()
ROUTES = [("/admin/showcase", routes)]

Limit = Annotated[int, Field(ge=1, le=paging.MAX_LIMIT)]
LANGUAGE = r"^[a-z]{2,3}(-[a-z0-9]{2,8})*$"


class SynonymsIn(Strict):
    language: str = Field(max_length=10, pattern=LANGUAGE)
    words: list[str] = Field(min_length=2, max_length=30)


class SynonymsOut(Schema):
    id: int
    language: str
    words: list[str]


class PinIn(Strict):
    query: str = Field(min_length=1, max_length=120)
    language: str = Field(max_length=10, pattern=LANGUAGE)
    product_id: UUID
    position: int = Field(ge=0, le=100, description="1 is the top; 0 buries the product below all others.")


class PinOut(Schema):
    id: int
    query: str
    language: str
    product_id: UUID
    position: int


class QueryOut(Schema):
    query: str
    language: str
    asked: int
    empty: int


class StatusOut(Schema):
    documents: int
    waiting: int
    oldest_mark_at: datetime | None
    last_change: int
    index_applied: int
    index_generation: str
    is_fresh: bool


class RebuildIn(Strict):
    product_ids: list[UUID] | None = Field(None, max_length=1000, description="Leave out for every product.")


class Marked(Schema):
    marked: int


class SynonymsPage(Schema):
    items: list[SynonymsOut]
    next: str | None


class PinsPage(Schema):
    items: list[PinOut]
    next: str | None


class QueriesPage(Schema):
    items: list[QueryOut]
    next: str | None


def _page(rows: list[Any], limit: int) -> dict[str, Any]:
    """A page of rows that were read with one more than `limit`."""
    more = len(rows) > limit
    kept = rows[:limit]
    return {"items": kept, "next": paging.encode([kept[-1].id]) if more else None}


@routes.get("/synonyms", permission=SEE_SEARCH, response=SynonymsPage, summary="Groups of synonyms")
def list_synonyms(request: HttpRequest, language: str = "", cursor: str = "",
                  limit: Limit = paging.DEFAULT_LIMIT) -> Any:
    """Groups of words that searches treat alike."""
    return _page(queries.list_synonyms(language, after=paging.number(cursor) or 0, limit=limit + 1), limit)


@routes.post("/synonyms", permission=MANAGE_SEARCH, response={201: SynonymsOut}, summary="Create a group of synonyms")
def create_synonyms(request: HttpRequest, body: SynonymsIn) -> Any:
    return settings.save_synonyms(body.language, body.words, actor=actor_of(request))


@routes.put("/synonyms/{int:synonym_id}", permission=MANAGE_SEARCH, response=SynonymsOut,
            summary="Change a group of synonyms")
def update_synonyms(request: HttpRequest, synonym_id: int, body: SynonymsIn) -> Any:
    return settings.save_synonyms(body.language, body.words, synonym_id=synonym_id, actor=actor_of(request))


@routes.delete("/synonyms/{int:synonym_id}", permission=MANAGE_SEARCH, response={204: None},
               summary="Delete a group of synonyms")
def delete_synonyms(request: HttpRequest, synonym_id: int) -> None:
    settings.delete_synonyms(synonym_id, actor=actor_of(request))


@routes.get("/pins", permission=SEE_SEARCH, response=PinsPage, summary="Pinned and buried products")
def list_pins(request: HttpRequest, query: str = "", cursor: str = "",
              limit: Limit = paging.DEFAULT_LIMIT) -> Any:
    """Products pinned to a position of a query's result, and buried ones."""
    return _page(queries.list_pins(query, after=paging.number(cursor) or 0, limit=limit + 1), limit)


@routes.post("/pins", permission=MANAGE_SEARCH, response={201: PinOut}, summary="Pin or bury a product for a query")
def pin(request: HttpRequest, body: PinIn) -> Any:
    """Pin a product, or move its pin: one per query, language and product."""
    return settings.pin(body.query, body.language, body.product_id, body.position, actor=actor_of(request))


@routes.delete("/pins/{int:pin_id}", permission=MANAGE_SEARCH, response={204: None}, summary="Remove a pin")
def unpin(request: HttpRequest, pin_id: int) -> None:
    settings.unpin(pin_id, actor=actor_of(request))


@routes.get("/queries", permission=SEE_SEARCH, response=QueriesPage, summary="What visitors search for")
def report_queries(request: HttpRequest, days: Annotated[int, Field(ge=1, le=400)] = 30, language: str = "",
                   only_empty: bool = False,
                   limit: Limit = paging.DEFAULT_LIMIT) -> Any:
    """What visitors searched for, or what found nothing; the top of the list, so there is no next page."""
    since = clock.now().date() - timedelta(days=days)
    rows = queries.list_query_report(since, language=language, only_empty=only_empty, limit=limit)
    return {"items": rows, "next": None}


@routes.get("/status", permission=SEE_SEARCH, response=StatusOut, summary="How fresh documents and index are")
def status(request: HttpRequest) -> Any:
    """How fresh the shop's documents and this machine's search index are."""
    return queries.get_status()


@routes.post("/rebuild-documents", permission=REBUILD, response={202: Marked}, summary="Make the shop's documents anew")
def rebuild_documents(request: HttpRequest, body: RebuildIn) -> Any:
    """Have documents made anew by the worker."""
    return {"marked": public.ask_rebuild(body.product_ids, actor=actor_of(request))}


@routes.post("/rebuild-index", permission=REBUILD, response={202: None}, summary="Build the search index anew")
def rebuild_index(request: HttpRequest) -> None:
    """Have the search index built anew by the worker."""
    public.ask_reindex(actor=actor_of(request))
