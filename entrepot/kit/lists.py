"""Lists of the office: pages without counting, a person's columns, views kept by name, alone or shared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import parse_qsl, urlencode

from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.db import models
from django.db.models import Q
from django.http import HttpRequest

from entrepot.kit import clock
from entrepot.kit.actor import Actor
from entrepot.kit.amounts import currency_relation
from entrepot.kit.columns import ask_names, is_amount, name_of
from entrepot.kit.errors import N_, InvalidInput, NotFound
from entrepot.kit.models import ListView

VIEW = "view"  # the parameter that names a kept view
MOST_CHOSEN = 1000  # records that one bulk action takes
MOST_VIEWS = 50
_LAST_PAGE = 10**9  # whatever an address says
_NOT_KEPT = (PAGE_VAR, VIEW, "e")


@dataclass(frozen=True, slots=True)
class Layout:
    """What a person keeps for one list: the columns they like, and the views that they may open."""

    columns: tuple[str, ...]
    views: tuple[ListView, ...]


def layout_of(list_name: str, actor: Actor, chosen: str = "") -> Layout:
    """The person's own columns (or those of the view named by `chosen`) and their views, in one statement."""
    kept = list(ListView.objects.filter(Q(owner_id=actor.user_id) | Q(is_shared=True), list_name=list_name)
                .order_by("name", "id")[:MOST_VIEWS])
    views = tuple(v for v in kept if v.name)
    own = next((v for v in kept if not v.name and v.owner_id == actor.user_id), None)
    opened = next((v for v in views if str(v.pk) == chosen), None)
    source = opened if opened and opened.columns else own
    return Layout(tuple(source.columns) if source else (), views)


def remember_columns(list_name: str, columns: Sequence[str], *, actor: Actor) -> None:
    """The columns that this person sees from now on; none: the list's own."""
    found = ListView.objects.filter(owner_id=_person(actor), list_name=list_name, name="")
    if not columns:
        found.delete()
    elif not found.update(columns=list(columns)):
        ListView.objects.create(owner_id=_person(actor), list_name=list_name, columns=list(columns),
                                created_at=clock.now())


def save_view(list_name: str, name: str, query: str, columns: Sequence[str], *, shared: bool, actor: Actor) -> ListView:
    """Keep filters, search, order and columns under a name; the same name of the same person is written over."""
    name = name.strip()[:80]
    if not name:
        raise InvalidInput("name", N_("Give the view a name."))
    view, _made = ListView.objects.update_or_create(
        owner_id=_person(actor), list_name=list_name, name=name,
        defaults={"query": plain_query(query), "columns": list(columns), "is_shared": shared,
                  "owner_label": actor.label[:200], "created_at": clock.now()})
    return view


def delete_view(view_id: int, *, actor: Actor) -> None:
    """Only who made a view takes it away."""
    if not ListView.objects.filter(pk=view_id, owner_id=_person(actor)).exclude(name="").delete()[0]:
        raise NotFound(N_("view"))


def _person(actor: Actor) -> int:
    if actor.user_id is None:
        raise InvalidInput("actor", N_("Views are kept for people."))
    return actor.user_id


def plain_query(query: str) -> str:
    """Filters, search and order of a list, without the page and the view, in a fixed order."""
    pairs = sorted((k, v) for k, v in parse_qsl(query[:1000]) if k not in _NOT_KEPT and v)
    return urlencode(pairs)


_List: Any = ChangeList  # its stubs know no list of ours


class Records(_List):  # type: ignore[misc]  # see above
    """A list whose rows lead to the record's work page where there is one, and whose table is never counted."""

    page_num: int
    has_more = False

    def get_filters_params(self, params: Any = None) -> Any:
        kept = super().get_filters_params(params)
        kept.pop(VIEW, None)
        return kept

    def get_results(self, request: HttpRequest) -> None:
        """One page and whether there is another, by asking for one row more."""
        self.page_num = min(max(self.page_num, 1), _LAST_PAGE)
        begin = (self.page_num - 1) * self.list_per_page
        found = list(self._slice(begin, begin + self.list_per_page + 1))
        self.has_more = len(found) > self.list_per_page
        self.result_list = found[:self.list_per_page]
        ask_names(self.result_list, self.list_display)
        self.result_count = self.full_result_count = begin + len(found)
        self.show_full_result_count, self.show_admin_actions = False, bool(found)
        self.can_show_all, self.multi_page = False, self.has_more or self.page_num > 1
        self.paginator = self.model_admin.get_paginator(request, found, self.list_per_page)

    def _slice(self, begin: int, end: int) -> Iterable[Any]:
        """Deep pages walk an index of keys, and read rows for this page alone."""
        if begin == 0:
            return cast("models.QuerySet[Any]", self.queryset[begin:end])
        keys = self.queryset.select_related(None).values("pk")[begin:end]
        rows = self.root_queryset.filter(pk__in=keys).order_by(*self.queryset.query.order_by)
        return self.apply_select_related(rows)

    def apply_select_related(self, qs: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """What the list names, and whatever a person's own columns lead to."""
        named = self.list_select_related if isinstance(self.list_select_related, (list, tuple)) else ()
        columns = [n for n in map(name_of, self.list_display) if n in {f.name for f in self.opts.concrete_fields}]
        related = {*named, *(n for n in columns if self.opts.get_field(n).is_relation),
                   *(currency_relation(self.model, n) for n in columns if is_amount(n))} - {""}
        return qs.select_related(*sorted(related)) if related else qs

    def address_before(self) -> str:
        return str(self.get_query_string({PAGE_VAR: self.page_num - 1})) if self.page_num > 1 else ""

    def address_after(self) -> str:
        return str(self.get_query_string({PAGE_VAR: self.page_num + 1})) if self.has_more else ""

    def url_for_result(self, result: models.Model) -> str:
        return self.model_admin.work_address(result) or str(super().url_for_result(result))
