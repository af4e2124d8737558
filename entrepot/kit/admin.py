"""The one admin base of the house. Admin never decides: fields that an action owns are read-only, ledgers are
read-only, and a button posts to an action through a confirmation page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import ModelAdmin, TabularInline
from django.contrib.admin.utils import quote
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied as Forbidden
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import ForeignKey
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from entrepot.kit import listing
from entrepot.kit.actor import Permission
from entrepot.kit.columns import added_columns, can_say, choosable, column_of, is_amount, label_of, name_of
from entrepot.kit.errors import DomainError
from entrepot.kit.lists import VIEW, Layout, Records, layout_of, plain_query
from entrepot.kit.permissions import EXPORT
from entrepot.kit.rest import actor_of, translated
from entrepot.kit.texts import LINES, TextsField


@dataclass(frozen=True, slots=True)
class NavItem:
    """A line of the office's navigation: a context lists its records in `ADMIN_NAV` of its admin module.

    `group` is one of sell, goods, stock, money, customers, content, system; who may see the records sees the line.
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
    page: str = ""  # the work page where it is done, if there is one, in place of the list


MOST_COUNTED = 1000


def count_some(found: models.QuerySet[Any]) -> int:
    """How many there are, not looking past a thousand: a count on a first screen must stay cheap."""
    return found.order_by()[:MOST_COUNTED].count()


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


# Django's stubs are stricter than Django: what its admin allows to override, they forbid.
_Inline: Any = TabularInline
_Admin: Any = ModelAdmin


def shown_fields(model: type[models.Model], names: Iterable[Any] | None, hidden: Iterable[str] = ()) -> list[Any]:
    """The fields of a record as its own page shows them; all but keys, bytes and versions where none are named."""
    fields = {f.name: f for f in model._meta.fields}
    if not names:
        unfit = (models.BinaryField, models.AutoField, models.BigAutoField, models.SmallAutoField)
        names = [n for n, f in fields.items() if not ((f.primary_key and n == "id") or n == "version"
                                                      or isinstance(f, unfit)) and can_say(f)]
    return [column_of(fields[n], linked=True) if isinstance(n, str) and n in fields else n
            for n in names if n not in tuple(hidden)]


class BaseInline(_Guard, _Inline):  # type: ignore[misc]  # see above
    extra = 0

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Who may not change the lines reads them as on a record's own page."""
        if self.has_change_permission(request, obj) and not self.readonly_fields:
            return []
        parent = {f.name for f in self.opts.fields if f.remote_field and f.remote_field.model is self.parent_model}
        named = self.readonly_fields or self.fields
        return shown_fields(self.model, named, () if named else {*parent, *(self.exclude or ())})

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        readonly = self.get_readonly_fields(request, obj)
        return readonly or list(super().get_fields(request, obj))


class ReadInline(BaseInline):
    """Lines that belong to what actions wrote: to read."""

    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class Button:
    """A state change offered on a record: a confirmation page on GET, the action on POST.

    `run(request, object_id, reason)` calls a context's action with `actor=actor_of(request)` and returns a message.
    With `bulk`, a list offers it for the chosen records too, each in its own transaction.
    """

    def __init__(self, code: str, label: Any, permission: Permission, run: Callable[[HttpRequest, str, str], Any],
                 *, asks_reason: bool = False, bulk: bool = False) -> None:
        self.code, self.label, self.permission, self.run = code, label, permission, run
        self.asks_reason, self.bulk = asks_reason, bulk


_STEPS = {"type": "datetime-local", "step": "1"}
# The browser's own fields for days and times: named by their label, and without Django's script.
_MOMENTS: dict[Any, dict[str, Any]] = {
    models.DateTimeField: {"form_class": forms.DateTimeField,
                           "widget": forms.DateTimeInput(_STEPS, format="%Y-%m-%dT%H:%M:%S")},
    models.DateField: {"widget": forms.DateInput({"type": "date"}, format="%Y-%m-%d")},
    models.TimeField: {"widget": forms.TimeInput({"type": "time"}, format="%H:%M:%S")},
}


class _Constrained(forms.ModelForm):  # type: ignore[type-arg]  # of any model
    """Says beside its field what the database would not take, in the words that the admin has for the constraint."""

    broken: ClassVar[dict[str, tuple[str, Any]]]

    def _post_clean(self) -> None:
        """A model says that some constraint does not hold and not which: the form asks one by one instead."""
        vars(self.instance)["validate_constraints"] = lambda exclude=None: None
        try:
            super()._post_clean()  # type: ignore[misc]  # Django's own step, which its types leave out
        finally:
            del vars(self.instance)["validate_constraints"]
        self._check_constraints()

    def _check_constraints(self) -> None:
        skipped = self._get_validation_exclusions()  # type: ignore[attr-defined]  # as above
        for constraint in self._meta.model._meta.constraints:
            try:
                constraint.validate(self._meta.model, self.instance, exclude=skipped)
            except ValidationError as error:
                field, sentence = self.broken.get(constraint.name, ("", error))
                self.add_error(field if field in self.fields else None, sentence)


class _Autocomplete(AutocompleteSelect):
    """Shows the form again even when what was sent cannot be the id of anything."""

    def optgroups(self, name: str, value: Sequence[str], attr: Any = None) -> Any:
        return super().optgroups(name, [v for v in value if self._may_be(v)], attr)

    def _may_be(self, value: str) -> bool:
        try:
            self.field.target_field.to_python(value)
        except ValidationError:
            return False
        return True


class _Refused(forms.BaseForm):
    """A form that was right in itself, with what the action said to it."""

    refused: ClassVar[DomainError]

    def clean(self) -> Any:
        cleaned = super().clean()
        field, reason = str(self.refused.params.get("field", "")).partition(".")[0], self.refused.params.get("reason")
        if field in self.fields and reason:
            self.add_error(field, _(reason))
        else:
            self.add_error(None, translated(self.refused))
        return cleaned


class BaseAdmin(_Guard, _Admin):  # type: ignore[misc]  # see above
    """Lists that never count the table, foreign keys by autocomplete, delete off."""

    list_per_page = 50
    formfield_overrides = _MOMENTS
    actions = None  # a list's actions are the buttons with `bulk`
    buttons: ClassVar[list[Button]] = []
    autocomplete_fields: Any = ()
    broken: ClassVar[dict[str, tuple[str, Any]]] = {}  # constraint: the field to mend, and what is wrong with it
    lost_hint: ClassVar[Any] = ""  # where else to look for what a search of this list did not find
    work_page: ClassVar[str] = ""  # the name of the office page where this record is worked on
    change_form_template = "kit/admin/change_form.html"

    def work_address(self, obj: models.Model) -> str:
        """Where a row of the list leads instead of the record, if anywhere."""
        return reverse(f"admin:{self.work_page}", args=[obj.pk]) if self.work_page else ""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[Any]:
        return Records

    def layout(self, request: HttpRequest) -> Layout:
        """What this person keeps for this list; asked for once a request."""
        known: dict[str, Layout] = request.__dict__.setdefault("_layouts", {})
        name = self.opts.label_lower
        if name not in known:
            known[name] = layout_of(name, actor_of(request), request.GET.get(VIEW, ""))
        return known[name]

    def own_columns(self, request: HttpRequest) -> list[Any]:
        names = list(super().get_list_display(request))
        if "currency" in names and any(isinstance(n, str) and is_amount(n) for n in names):
            names.remove("currency")  # the amounts say it
        return names + added_columns(self.model)

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        own = self.own_columns(request)
        possible = choosable(self.model, own)
        by_name = {name_of(p): p for p in possible}
        chosen = [by_name[c] for c in self.layout(request).columns if c in by_name]
        return self._readable(chosen or own)

    def _readable(self, names: Iterable[Any]) -> list[Any]:
        """Amounts in minor units are shown as money, quantities without needless zeros, states as badges."""
        fields = {f.name: f for f in self.opts.fields}
        return [column_of(fields[n]) if isinstance(n, str) and n in fields else n for n in names]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Without the little windows to make related records: those have pages of their own."""
        if isinstance(db_field, models.JSONField) and db_field.name in LINES:
            kwargs["form_class"] = TextsField
        if isinstance(db_field, models.CharField) and db_field.name == "language" and not db_field.choices:
            return forms.ChoiceField(choices=settings.LANGUAGES, label=db_field.verbose_name,
                                     initial=settings.LANGUAGE_CODE, help_text=db_field.help_text)
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        inner = getattr(getattr(field, "widget", None), "widget", None)
        if inner is not None and hasattr(field.widget, "can_add_related"):
            field.widget = inner
        return field

    def formfield_for_foreignkey(self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        related = db_field.remote_field.model
        if related in self.admin_site._registry and self.admin_site._registry[related].search_fields:
            self.autocomplete_fields = tuple({*self.autocomplete_fields, db_field.name})
            kwargs.setdefault("widget", _Autocomplete(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        info = f"{self.opts.app_label}_{self.opts.model_name}"

        def own(route: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
            guarded: Callable[..., HttpResponse] = self.admin_site.admin_view(view)
            return path(route, guarded, name=f"{info}_{name}")

        return [own("keep/", self._keep, "keep"), own("export/<slug:kind>/", self._export, "export"),
                own("bulk/<slug:code>/", self._bulk, "bulk"),
                own("<path:object_id>/do/<slug:code>/", self._do, "do"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        layout = self.layout(request)
        shown = [name_of(c) for c in self.get_list_display(request)]
        possible = choosable(self.model, self.own_columns(request))
        query = plain_query(request.GET.urlencode())
        actor = actor_of(request)
        context = {
            "title": str(self.opts.verbose_name_plural), "views": layout.views, "list_query": query,
            "opened": next((v for v in layout.views if str(v.pk) == request.GET.get(VIEW)
                            or (v.query == query and VIEW not in request.GET and query)), None),
            "columns": [(name_of(c), label_of(c, self.model, self), name_of(c) in shown)
                        for c in self._readable(possible)],
            "bulk": [b for b in self.buttons if b.bulk and actor.can(b.permission)],
            "may_export": actor.can(EXPORT), "lost_hint": self.lost_hint, **(extra_context or {})}
        shown_list: HttpResponse = super().changelist_view(request, context)
        return shown_list

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "",
                    extra_context: dict[str, Any] | None = None) -> HttpResponse:
        actor = actor_of(request)
        offered = [b for b in self.buttons if actor.can(b.permission)]
        shown: HttpResponse = super().change_view(request, object_id, form_url,
                                                  {**(extra_context or {}), "record_buttons": offered})
        return shown

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], add: bool = False,
                           change: bool = False, form_url: str = "", obj: models.Model | None = None) -> HttpResponse:
        context["work_page"] = self.work_address(obj) if obj else ""
        shown: HttpResponse = super().render_change_form(request, context, add, change, form_url, obj)
        return shown

    def changeform_view(self, request: HttpRequest, object_id: str | None = None, form_url: str = "",
                        extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """What form or action refuses is said beside its field, and the form keeps what was typed."""
        try:
            shown: HttpResponse = super().changeform_view(request, object_id, form_url, extra_context)
        except DomainError as error:
            if request.method != "POST" or error.status in (401, 403, 404):
                raise
            request.__dict__["_refused"] = error
            shown = super().changeform_view(request, object_id, form_url, extra_context)
        if request.method == "POST" and isinstance(shown, TemplateResponse):
            shown.status_code = 422
        return shown

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        made = super().get_form(request, obj, change, **kwargs)
        form = type(made.__name__, (_Constrained, made), {"broken": self.broken})
        refused = request.__dict__.get("_refused")
        return type(form.__name__, (_Refused, form), {"refused": refused}) if refused else form

    def _keep(self, request: HttpRequest) -> HttpResponse:
        self._require_view(request)
        return listing.keep(self, request)

    def _export(self, request: HttpRequest, kind: str) -> Any:
        self._require_view(request)
        return listing.export(self, request, kind)

    def _bulk(self, request: HttpRequest, code: str) -> HttpResponse:
        self._require_view(request)
        return listing.bulk(self, request, next((b for b in self.buttons if b.code == code and b.bulk), None))

    def _require_view(self, request: HttpRequest) -> None:
        if self.view_permission is None:
            raise Http404
        actor_of(request).require(self.view_permission)

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
    """Ledgers, events, audit: to read, never to write; `add_address` is where a new one is made, if anywhere."""

    def add_address(self) -> str:
        return ""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(self.add_address()) and self._may(request, self.change_permission)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise Forbidden
        return HttpResponseRedirect(self.add_address())

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> list[Any]:
        return shown_fields(self.model, self.fields, self.exclude or ())

    def get_fields(self, request: HttpRequest, obj: models.Model | None = None) -> list[Any]:
        return list(self.get_readonly_fields(request, obj))


class SettingAdmin(ReadOnlyAdmin):
    """A record that is made and changed by a form of the settings; here it is to read, and leads there."""

    setting: ClassVar[str]

    def setting_key(self, obj: Any) -> str:
        """What the settings know the record by."""
        return str(obj.code)

    def work_address(self, obj: Any) -> str:
        return reverse("admin:desk_setting_edit", args=[self.setting, self.setting_key(obj)])

    def add_address(self) -> str:
        return reverse("admin:desk_setting_edit", args=[self.setting, "new"])
