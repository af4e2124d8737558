"""The export centre: ask for a table, follow it, take it home."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from entrepot.catalog import public as catalog
from entrepot.channels import public as channels
from entrepot.channels.permissions import EXPORT, IMPORT
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, DomainError, InvalidInput
from entrepot.kit.rest import actor_of, translated
from entrepot.web.office.pages import office_page, text_of, work_page
from entrepot.web.office.system.imports import LIVE, _why

PAGE = 50
WHAT = {  # what can be taken out, and what is in it
    "catalogue": (N_("Products"), N_("Every product with texts in all languages, options, prices and stock per"
                                     " warehouse. Change it in a spreadsheet and import it again.")),
    "orders": (N_("Orders"), N_("One row per order: number, time, state, customer, total, paid, refunded.")),
    "order_lines": (N_("Order lines"), N_("One row per thing sold or taken back, with tax and net amounts:"
                                          " for accounts and analysis.")),
    "customers": (N_("Customers"), N_("Names and addresses of customers: personal data. Keep the file safe and"
                                      " delete it after use; the audit trail notes who took it."))}


def index(request: HttpRequest) -> HttpResponse:
    """Ask for an export, and those asked for before."""
    if request.method == "POST":
        return _ask(request)
    return _index(request, {}, {})


def _index(request: HttpRequest, typed: dict[str, str], errors: dict[str, str], status: int = 200) -> HttpResponse:
    actor = actor_of(request)
    offered = [{"code": code, "name": _(name), "text": _(text)} for code, (name, text) in WHAT.items()
               if channels.may_export(code, actor)]
    context = {"offered": offered, "channels": catalog.channels(), "typed": typed, "errors": errors,
               "may_import": actor.can(IMPORT), **_runs(actor)}
    return office_page(request, "system/exports", _("Exports"), context, status=status)


def _runs(actor: Actor) -> dict[str, Any]:
    runs = [{**run, "name": _(WHAT[run["what"]][0]), "live": run["state"] in LIVE, "why": _why(run["error"])}
            for run in channels.list_exports(limit=PAGE) if channels.may_export(run["what"], actor)]
    return {"runs": runs, "live": any(run["live"] for run in runs)}


def _ask(request: HttpRequest) -> HttpResponse:
    try:
        channels.ask_export(
            text_of(request, "what"), as_xlsx=text_of(request, "format") == "xlsx",
            channel_code=text_of(request, "channel"), since=_day(request, "since"), until=_day(request, "until"),
            actor=actor_of(request))
    except DomainError as error:
        field = error.params.get("field", "what")
        reason = _(error.params["reason"]) if "reason" in error.params else translated(error)
        return _index(request, request.POST.dict(), {field: reason}, 422)  # type: ignore[arg-type]  # plain fields only
    return HttpResponseRedirect(reverse("admin:desk_exports"))


def _day(request: HttpRequest, name: str) -> date | None:
    given = text_of(request, name)
    if not given:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        raise InvalidInput(name, N_("This is not a date (year-month-day).")) from error


def progress(request: HttpRequest) -> HttpResponse:
    return TemplateResponse(request, "office/system/_exports.html", _runs(actor_of(request)))


def file(request: HttpRequest, run_id: UUID) -> HttpResponseBase:
    return channels.export_file(run_id, actor=actor_of(request))


PAGES = (
    work_page("desk_exports", "desk/exports/", index, EXPORT, gettext_lazy("Exports"), "download", "system"),
    work_page("desk_exports_progress", "desk/exports/progress/", progress, EXPORT),
    work_page("desk_export_file", "desk/exports/<uuid:run_id>/file/", file, EXPORT),  # type: ignore[arg-type]  # streams
)
