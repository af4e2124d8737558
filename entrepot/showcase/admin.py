"""Office pages: synonyms, pins, and what visitors search for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from entrepot.kit.admin import BaseAdmin, Button, NavItem, ReadOnlyAdmin
from entrepot.kit.rest import actor_of
from entrepot.showcase import public
from entrepot.showcase.actions import settings
from entrepot.showcase.models import Document, Pin, QueryCount, Synonym
from entrepot.showcase.permissions import MANAGE_SEARCH, REBUILD, SEE_SEARCH


def _delete_synonyms(request: HttpRequest, object_id: str, reason: str) -> str:
    settings.delete_synonyms(int(object_id), actor=actor_of(request))
    return _("Deleted.")


def _unpin(request: HttpRequest, object_id: str, reason: str) -> str:
    settings.unpin(int(object_id), actor=actor_of(request))
    return _("The pin is gone.")


def _rebuild(request: HttpRequest, object_id: str, reason: str) -> str:
    product_id: UUID = Document.objects.values_list("product_id", flat=True).get(pk=object_id)
    public.ask_rebuild([product_id], actor=actor_of(request))
    return _("The worker makes this product's documents anew.")



class _ByAction(BaseAdmin):
    """A form whose saving is an action."""

    view_permission = SEE_SEARCH
    change_permission = MANAGE_SEARCH

    def perform(self, request: HttpRequest, form: forms.ModelForm[Any]) -> int:
        raise NotImplementedError

    def save_form(self, request: HttpRequest, form: forms.ModelForm[Any], change: bool) -> Model:
        unsaved: Model = form.save(commit=False)
        return unsaved

    def save_model(self, request: HttpRequest, obj: Model, form: forms.ModelForm[Any], change: bool) -> None:
        obj.pk = self.perform(request, form)


@admin.register(Synonym)
class SynonymAdmin(_ByAction):
    list_display = ("language", "words")
    list_filter = ("language",)
    buttons = [Button("delete", gettext_lazy("Delete"), MANAGE_SEARCH, _delete_synonyms)]

    def perform(self, request: HttpRequest, form: forms.ModelForm[Any]) -> int:
        given = form.cleaned_data
        return settings.save_synonyms(given["language"], given["words"], synonym_id=form.instance.pk,
                                      actor=actor_of(request)).id


@admin.register(Pin)
class PinAdmin(_ByAction):
    list_display = ("query", "language", "product_id", "position")
    list_filter = ("language",)
    search_fields = ("query",)
    broken = {"showcase_pin_once": ("product_id", gettext_lazy(
        "This product has a place for this search already: change that one."))}
    buttons = [Button("unpin", gettext_lazy("Remove the pin"), MANAGE_SEARCH, _unpin)]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        return ("query", "language", "product_id") if obj else ()

    def perform(self, request: HttpRequest, form: forms.ModelForm[Any]) -> int:
        row: Pin = form.instance
        return settings.pin(row.query, row.language, row.product_id, row.position, actor=actor_of(request)).id


@admin.register(QueryCount)
class QueryCountAdmin(ReadOnlyAdmin):
    view_permission = SEE_SEARCH
    list_display = ("day", "language", "query", "asked", "empty")
    list_filter = ("language",)
    search_fields = ("query",)
    ordering = ("-id",)


@admin.register(Document)
class DocumentAdmin(ReadOnlyAdmin):
    view_permission = SEE_SEARCH
    fields = ("product_id", "channel_id", "language", "slug", "etag", "updated_at")
    list_display = ("slug", "channel_id", "language", "updated_at")
    search_fields = ("=slug",)
    ordering = ("-id",)
    buttons = [Button("rebuild", gettext_lazy("Make anew"), REBUILD, _rebuild)]


ADMIN_NAV = (
    NavItem("goods", Synonym, "match_word", 8),
    NavItem("goods", Pin, "push_pin", 8),
    NavItem("goods", QueryCount, "manage_search", 8),
    NavItem("system", Document, "article"),
)
