"""HTTP of what surrounds the work: notices, kept views of lists, what waits for one, the set-up, the search of the
office. What is kept for a person is read and changed by that person; programs have their own lists."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query

from entrepot.kit import lists, notices, paging
from entrepot.kit.actor import Actor, ActorKind
from entrepot.kit.errors import N_, InvalidInput, NotFound, PermissionDenied, Unauthenticated
from entrepot.kit.rest import Routes, Strict, actor_of
from entrepot.web.permissions import OFFICE, SETTINGS

routes = Routes()

Limit = Annotated[int, Field(ge=1, le=paging.MAX_LIMIT)]
Name = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[a-z0-9_.]+$")]
Code = Annotated[str, Field(min_length=1, max_length=60)]
Id = Annotated[int, Field(ge=1, lt=2**63)]
PEOPLE: dict[str, Any] = {"x-people-only": True}  # the description then offers no key; `_person` refuses it


class NoticeOut(Strict):
    id: int
    at: datetime
    kind: str
    text: str
    params: dict[str, Any]
    address: str
    is_read: bool


class NoticePage(Strict):
    items: list[NoticeOut]
    next: str | None


class WishesIn(Strict):
    muted: list[Code] = Field(default=[], max_length=200)
    mailed: list[Code] = Field(default=[], max_length=200)


class ViewIn(Strict):
    list_name: Name
    name: str = Field(min_length=1, max_length=80)
    query: str = Field("", max_length=1000)
    columns: list[Name] = Field(default=[], max_length=60)
    is_shared: bool = False


class ViewOut(Strict):
    id: int
    list_name: str
    name: str
    query: str
    columns: list[str]
    is_shared: bool
    is_own: bool
    owner: str


class ViewsOut(Strict):
    columns: list[str]
    views: list[ViewOut]


class ColumnsIn(Strict):
    list_name: Name
    columns: list[Name] = Field(max_length=60)


class WaitingOut(Strict):
    code: str
    label: str
    count: int
    urgent: bool


class StepOut(Strict):
    code: str
    title: str
    done: bool
    told: str
    needed: bool


class HitOut(Strict):
    title: str
    more: str
    address: str


class KindOut(Strict):
    title: str
    hits: list[HitOut]


def _colleague(request: HttpRequest) -> Actor:
    """People and programs of the company; as at the door of the office itself."""
    actor = actor_of(request)
    if not actor.is_staff_side:
        raise Unauthenticated if actor.kind is ActorKind.ANONYMOUS else PermissionDenied(permission=OFFICE.code)
    return actor


def _person(request: HttpRequest) -> Actor:
    actor = _colleague(request)
    if actor.user_id is None:
        raise InvalidInput("actor", N_("This is kept for people."))
    return actor


@routes.get("/notices", permission=OFFICE, response=NoticePage, summary="What one is told, newest first")
def told(request: HttpRequest, limit: Limit = paging.DEFAULT_LIMIT, cursor: str = "") -> Any:
    from entrepot.web.office.notices import text_of_notice

    found = notices.latest(_colleague(request), limit=limit + 1, before=paging.number(cursor))
    return {"items": [{**asdict(n), "text": text_of_notice(n)} for n in found[:limit]],
            "next": paging.encode([found[limit - 1].id]) if len(found) > limit else None}


@routes.get("/notices/unread", permission=OFFICE, response=dict[str, int], summary="How many are new, up to a hundred")
def unread(request: HttpRequest) -> Any:
    return {"count": notices.count_unread(_colleague(request))}


@routes.post("/notices/read", permission=OFFICE, response={204: None}, openapi_extra=PEOPLE,
             summary="Mark all notices up to now as read")
def read_all(request: HttpRequest) -> None:
    notices.mark_all_read(actor=_person(request))


@routes.post("/notices/{notice_id}/read", permission=OFFICE, response={204: None}, openapi_extra=PEOPLE,
             summary="Mark a notice as read")
def read(request: HttpRequest, notice_id: Id) -> None:
    actor = _person(request)
    if notices.get_notice(notice_id, actor) is None:
        raise NotFound(N_("notice"))
    notices.mark_read(notice_id, actor=actor)


@routes.get("/notices/wishes", permission=OFFICE, response=WishesIn, summary="What one wants hidden, or by mail")
def wishes(request: HttpRequest) -> Any:
    found = notices.wishes_of(_colleague(request).user_id or 0)
    return {"muted": sorted(found.muted), "mailed": sorted(found.mailed)}


@routes.put("/notices/wishes", permission=OFFICE, response={204: None}, openapi_extra=PEOPLE,
            summary="Choose which notices one gets")
def wish(request: HttpRequest, body: WishesIn) -> None:
    notices.choose(muted=body.muted, mailed=body.mailed, actor=_person(request))


@routes.get("/views", permission=OFFICE, response=ViewsOut, openapi_extra=PEOPLE,
            summary="One's columns of a list, and the views of it")
def views(request: HttpRequest, list_name: Annotated[str, Query(max_length=80)]) -> Any:
    actor = _person(request)
    found = lists.layout_of(list_name, actor)
    return {"columns": found.columns, "views": [_view(v, actor) for v in found.views]}


def _view(view: Any, actor: Actor) -> dict[str, Any]:
    return {"id": view.pk, "list_name": view.list_name, "name": view.name, "query": view.query,
            "columns": view.columns, "is_shared": view.is_shared, "is_own": view.owner_id == actor.user_id,
            "owner": view.owner_label}


@routes.post("/views", permission=OFFICE, response={201: ViewOut}, openapi_extra=PEOPLE,
             summary="Keep a view under a name")
def save_view(request: HttpRequest, body: ViewIn) -> Any:
    actor = _person(request)
    made = lists.save_view(body.list_name, body.name, body.query, body.columns, shared=body.is_shared, actor=actor)
    return _view(made, actor)


@routes.delete("/views/{view_id}", permission=OFFICE, response={204: None}, openapi_extra=PEOPLE,
               summary="Delete a view of one's own making")
def delete_view(request: HttpRequest, view_id: Id) -> None:
    lists.delete_view(view_id, actor=_person(request))


@routes.put("/columns", permission=OFFICE, response={204: None}, openapi_extra=PEOPLE,
            summary="The columns one sees; none: the list's own")
def columns(request: HttpRequest, body: ColumnsIn) -> None:
    lists.remember_columns(body.list_name, body.columns, actor=_person(request))


@routes.get("/waiting", permission=OFFICE, response=list[WaitingOut], summary="What waits for one's work, and how much")
def waiting(request: HttpRequest) -> Any:
    from entrepot.web.office.notices import waiting_for

    return [{"code": w.code, "label": str(w.label), "count": w.count, "urgent": w.urgent}
            for w in waiting_for(_colleague(request))]


@routes.get("/setup", permission=SETTINGS, response=list[StepOut], summary="The steps to a shop that takes orders")
def setup(request: HttpRequest) -> Any:
    """What is done is seen, never ticked; each step is done by the operations of its context."""
    from entrepot.web.office.system.setup import STEPS, Facts

    facts = Facts()
    return [{"code": s.code, "title": str(s.title), "done": (done := s.done(facts)), "needed": s.needed,
             "told": s.told(facts) if done else ""} for s in STEPS]


@routes.get("/search", permission=OFFICE, response=list[KindOut], summary="Orders, customers, goods, pages by a word")
def search(request: HttpRequest, q: Annotated[str, Query(max_length=80)], limit: Limit = 6) -> Any:
    from entrepot.web.office.finder import find

    _colleague(request)
    kinds = [k for k in find(request, q.strip().replace("\0", ""), limit) if k.hits]
    return [{"title": str(k.title), "hits": [{"title": str(h.title), "more": str(h.more), "address": h.address}
                                             for h in k.hits[:limit]]} for k in kinds]
