"""The one admin base of the house. Admin never decides: fields that an action owns are read-only, ledgers are
read-only, and a button posts to an action through a confirmation page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin, TabularInline
from django.contrib.admin.utils import quote
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.db import models
from django.db.models import ForeignKey
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from entrepot.kit.actor import Permission
from entrepot.kit.errors import DomainError
from entrepot.kit.money import Money
from entrepot.kit.rest import actor_of, translated


@dataclass(frozen=True, slots=True)
class NavItem:
    """A line of the office's navigation: a context lists its records in `ADMIN_NAV` of its admin module.

    `group` is one of sell, goods, stock, money, customers, system; who may see the records sees the line.
    """

    group: str
    model: type[models.Model]
    icon: str  # a Material symbol
    rank: int = 5  # within the group, lowest first


@dataclass(frozen=True, slots=True)
class Work:
    """Something that waits for somebody: how many, and the list that shows them."""

    code: str
    label: Any
    count: int
    model: type[models.Model]
    query: str  # of the list, without "?"
    urgent: bool = False


MOST_COUNTED = 1000


def count_some(found: models.QuerySet[Any]) -> int:
    """How many there are, not looking past a thousand: a count on a first screen must stay cheap."""
    return found.order_by()[:MOST_COUNTED].count()


@cache
def _money_column(name: str, label: Any) -> Any:
    @admin.display(description=label, ordering=name)
    def column(obj: models.Model) -> str:
        amount = getattr(obj, name)
        currency = getattr(obj, "currency", "") or getattr(getattr(obj, "order", None), "currency", "")
        if amount is None or not currency:
            return "" if amount is None else str(amount)
        return f"{number_format(Money(amount, currency).amount, force_grouping=True)} {currency}"

    column.__name__ = name
    return column


@cache
def _quantity_column(name: str, label: Any) -> Any:
    @admin.display(description=label, ordering=name)
    def column(obj: models.Model) -> str:
        value = getattr(obj, name)
        return "" if value is None else f"{value.normalize():f}"

    column.__name__ = name
    return column


def _column(field: models.Field[Any, Any]) -> Any:
    """How a field is shown: by a function for amounts and quantities, else as Django shows it."""
    if field.name.endswith("_minor"):
        return _money_column(field.name, field.verbose_name)
    if isinstance(field, models.DecimalField) and field.decimal_places == 3:
        return _quantity_column(field.name, field.verbose_name)
    return field.name


class _Guard:
    """Rights come from our roles, not from Django's model permissions."""

    view_permission: ClassVar[Permission | None] = None
    change_permission: ClassVar[Permission | None] = None

    def _may(self, request: HttpRequest, permission: Permission | None) -> bool:
        return permission is not None and actor_of(request).can(permission)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._may(request, self.view_permission)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, self.view_permission)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, self.change_permission)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, self.change_permission)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class BaseInline(_Guard, TabularInline):  # type: ignore[type-arg]  # generic in the stubs alone
    extra = 0


class _Records(ChangeList):
    """A list whose rows lead to the record's work page where there is one."""

    has_more = False

    def get_results(self, request: HttpRequest) -> None:
        """One page and whether there is another, by asking for one row more; the table is never counted."""
        begin = (self.page_num - 1) * self.list_per_page
        found = list(self.queryset[begin:begin + self.list_per_page + 1])
        self.has_more = len(found) > self.list_per_page
        self.result_list = found[:self.list_per_page]
        self.result_count = self.full_result_count = begin + len(found)
        self.show_full_result_count, self.show_admin_actions = False, bool(found)
        self.can_show_all, self.multi_page = False, self.has_more or self.page_num > 1
        self.paginator = self.model_admin.get_paginator(request, found, self.list_per_page)

    def address_before(self) -> str:
        return str(self.get_query_string({PAGE_VAR: self.page_num - 1})) if self.page_num > 1 else ""

    def address_after(self) -> str:
        return str(self.get_query_string({PAGE_VAR: self.page_num + 1})) if self.has_more else ""

    def url_for_result(self, result: models.Model) -> str:
        return self.model_admin.work_address(result) or str(super().url_for_result(result))


class Button:
    """A state change offered on a record: a confirmation page on GET, the action on POST.

    `run(request, object_id, reason)` calls a context's action with `actor=actor_of(request)` and returns a message.
    """

    def __init__(self, code: str, label: Any, permission: Permission, run: Callable[[HttpRequest, str, str], Any],
                 *, asks_reason: bool = False) -> None:
        self.code, self.label, self.permission, self.run, self.asks_reason = code, label, permission, run, asks_reason


class BaseAdmin(_Guard, ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs alone
    """Lists that never count the table, foreign keys by autocomplete, delete off."""

    show_full_result_count = False
    list_per_page = 50
    buttons: ClassVar[list[Button]] = []
    autocomplete_fields: Any = ()
    work_page: ClassVar[str] = ""  # the name of the office page where this record is worked on
    change_form_template = "kit/admin/change_form.html"

    def work_address(self, obj: models.Model) -> str:
        """Where a row of the list leads instead of the record, if anywhere."""
        return reverse(f"admin:{self.work_page}", args=[obj.pk]) if self.work_page else ""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[Any]:
        return _Records

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        names = list(super().get_list_display(request))
        if "currency" in names and any(isinstance(n, str) and n.endswith("_minor") for n in names):
            names.remove("currency")  # the amounts say it
        return self._readable(names)

    def _readable(self, names: Iterable[Any]) -> list[Any]:
        """Amounts in minor units are shown as money, quantities without needless zeros."""
        fields = {f.name: f for f in self.opts.fields}
        return [_column(fields[n]) if isinstance(n, str) and n in fields else n for n in names]

    def formfield_for_foreignkey(self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        related = db_field.remote_field.model
        if related in self.admin_site._registry and self.admin_site._registry[related].search_fields:
            self.autocomplete_fields = tuple({*self.autocomplete_fields, db_field.name})
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        info = self.opts.app_label, self.opts.model_name
        own = path("<path:object_id>/do/<slug:code>/", self.admin_site.admin_view(self._do),
                   name="{}_{}_do".format(*info))
        return [own, *super().get_urls()]

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "",
                    extra_context: dict[str, Any] | None = None) -> HttpResponse:
        actor = actor_of(request)
        offered = [b for b in self.buttons if actor.can(b.permission)]
        work = reverse(f"admin:{self.work_page}", args=[object_id]) if self.work_page else ""
        context = {**(extra_context or {}), "record_buttons": offered, "work_page": work}
        shown: HttpResponse = super().change_view(request, object_id, form_url, context)
        return shown

    def _do(self, request: HttpRequest, object_id: str, code: str) -> HttpResponse:
        button = next((b for b in self.buttons if b.code == code), None)
        if button is None:
            raise Http404
        actor_of(request).require(button.permission)
        back = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[quote(object_id)])
        if request.method == "GET":
            context = {**self.admin_site.each_context(request), "button": button, "back": back, "title": button.label,
                       "object": self.get_object(request, object_id), "opts": self.opts}
            return TemplateResponse(request, "kit/admin/confirm.html", context)
        if request.method != "POST":
            return HttpResponseNotAllowed(["GET", "POST"])
        try:
            done = button.run(request, object_id, request.POST.get("reason", ""))
            messages.success(request, str(done or _("Done.")))
        except DomainError as error:
            messages.error(request, translated(error))
        return HttpResponseRedirect(back)


class ReadOnlyAdmin(BaseAdmin):
    """Ledgers, events, audit: to read, never to write."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> list[Any]:
        return self._readable(self.fields or [f.name for f in self.opts.fields])

    def get_fields(self, request: HttpRequest, obj: models.Model | None = None) -> list[Any]:
        return list(self.get_readonly_fields(request, obj))
