"""The one admin base of the house. Admin never decides: fields that an action owns are read-only, ledgers are
read-only, and a button posts to an action through a confirmation page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import messages
from django.db import models
from django.db.models import ForeignKey
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.paginator import InfinitePaginator

from entrepot.kit.actor import Permission
from entrepot.kit.errors import DomainError
from entrepot.kit.rest import actor_of, translated


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


class BaseInline(_Guard, TabularInline):  # type: ignore[misc]  # unfold is untyped
    extra = 0


class Button:
    """A state change offered on a record: a confirmation page on GET, the action on POST.

    `run(request, object_id, reason)` calls a context's action with `actor=actor_of(request)` and returns a message.
    """

    def __init__(self, code: str, label: Any, permission: Permission, run: Callable[[HttpRequest, str, str], Any],
                 *, asks_reason: bool = False) -> None:
        self.code, self.label, self.permission, self.run, self.asks_reason = code, label, permission, run, asks_reason


class BaseAdmin(_Guard, ModelAdmin):  # type: ignore[misc]  # unfold is untyped
    """Lists by a paginator that never counts the table, foreign keys by autocomplete, delete off."""

    paginator = InfinitePaginator
    show_full_result_count = False
    list_per_page = 50
    buttons: ClassVar[list[Button]] = []
    change_form_template = "kit/admin/change_form.html"

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
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "record_buttons": offered})

    def _do(self, request: HttpRequest, object_id: str, code: str) -> HttpResponse:
        button = next((b for b in self.buttons if b.code == code), None)
        if button is None:
            raise Http404
        actor_of(request).require(button.permission)
        back = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[object_id])
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

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> list[str]:
        return [f.name for f in self.opts.fields]
