"""The import centre: upload, look at what the file becomes, run with progress, take the refused rows home and back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from entrepot.catalog import public as catalog
from entrepot.channels import public as channels
from entrepot.channels.permissions import EXPORT, IMPORT
from entrepot.inventory import public as inventory
from entrepot.kit.errors import N_, DomainError, InvalidInput, NotFound
from entrepot.kit.rest import actor_of, translated
from entrepot.web.office.pages import acted, office_page, text_of, whole, work_page

PAGE = 50
LIVE = ("queued", "running")
FORMATS = {  # what people call the formats that the reader knows
    "entrepot": N_("our own table"), "shopify": "Shopify", "woocommerce": "WooCommerce", "vendure": "Vendure",
    "flat": N_("a flat table"), "online-retail": N_("order history (Online Retail)")}
COUNTS = {
    "imported": N_("rows taken"), "refused": N_("rows refused"), "flagged": N_("rows with a remark"),
    "products": N_("products read"), "created": N_("products new"), "updated": N_("products changed"),
    "collections": N_("collections"), "prices_left_out": N_("prices left out: you may not set prices"),
    "stock_left_out": N_("stock left out: you may not book stock"), "invoices": N_("invoices"),
    "customers": N_("customers"), "order_line": N_("order lines"), "credit_line": N_("credit lines"),
    "stock_adjustment": N_("stock corrections")}


def index(request: HttpRequest) -> HttpResponse:
    """What was imported, newest first, and the way in for the next file."""
    return _index(request)


def _index(request: HttpRequest, error: str = "", status: int = 200) -> HttpResponse:
    before = request.GET.get("before", "")
    runs = channels.list_runs(after=_uuid(before) if before else None, limit=PAGE + 1)
    context = {"runs": [_named(run) for run in runs[:PAGE]], "error": error, "formats": list(FORMATS.items())[:4],
               "next": runs[PAGE - 1]["id"] if len(runs) > PAGE else None, "may_export": actor_of(request).can(EXPORT)}
    return office_page(request, "system/imports", _("Imports"), context, status=status)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error


def _named(run: dict[str, Any]) -> dict[str, Any]:
    name = run["kind"].rpartition(":")[2]
    percent = min(100, run["rows"] * 100 // run["total"]) if run["total"] else None
    return {**run, "format": _(FORMATS[name]) if name in FORMATS else name, "percent": percent,
            "live": run["state"] in LIVE, "refused": run["counts"].get("refused", 0), "why": _why(run["error"])}


def _why(error: dict[str, Any]) -> str:
    if not error:
        return ""
    return _(error["text"]).format(**{k: _(v) if isinstance(v, str) and v else v for k, v in error["params"].items()})


def upload(request: HttpRequest) -> HttpResponse:
    """Take the file in; refused, the page comes back with the reason beside the field."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("admin:desk_imports"))
    file, corrects = request.FILES.get("file"), text_of(request, "corrects")
    try:
        if file is None:
            raise InvalidInput("file", N_("Choose a file."))
        run_id = channels.receive_file(file.name or "", file.chunks(), corrects=_uuid(corrects) if corrects else None,
                                       actor=actor_of(request))
    except InvalidInput as error:
        return _index(request, _(error.params["reason"]), 422)
    except DomainError as error:
        return _index(request, translated(error), 422)
    return HttpResponseRedirect(reverse("admin:desk_import", args=[run_id]))


def show(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """One run: before its start what it would do, then how far it is, then what became of every row."""
    run = _run(run_id)
    context: dict[str, Any] = {"run": run, "counts": _counts(run), "corrects": run["corrects_id"]}
    if run["state"] == "uploaded":
        context |= _before(request, run)
    elif not run["live"]:
        context |= _after(request, run)
    return office_page(request, "system/import", run["file_name"], context)


def _run(run_id: UUID) -> dict[str, Any]:
    if (run := channels.get_run(run_id)) is None:
        raise NotFound(N_("import"))
    return _named(run)


def _counts(run: dict[str, Any]) -> list[tuple[str, str, int]]:
    return [(code, _(COUNTS.get(code, code)), count) for code, count in run["counts"].items() if count]


def _before(request: HttpRequest, run: dict[str, Any]) -> dict[str, Any]:
    chosen = {key: request.GET.get(key, run["options"].get(key, "")) for key in ("channel", "language", "warehouse")}
    context: dict[str, Any] = {
        "chosen": chosen, "channels": catalog.channels(), "languages": settings.LANGUAGES,
        "warehouses": inventory.warehouses(), "seen": None, "problem": ""}
    if not catalog.channels():
        return context
    try:
        context["seen"] = channels.preview(run["id"], channel_code=chosen["channel"], language=chosen["language"],
                                           actor=actor_of(request))
    except DomainError as error:
        context["problem"] = translated(error)
    return context


def _after(request: HttpRequest, run: dict[str, Any]) -> dict[str, Any]:
    after = request.GET.get("after", "")
    issues = channels.list_issues(run["id"], after=whole(after) or 0, limit=PAGE + 1)
    for issue in issues:
        issue["why"] = _(issue["reason"])
        issue["told"] = "  ·  ".join(f"{v}" for v in issue["row"].values() if v)[:160]
        issue["value"] = issue["row"].get(issue["column"], "")[:60]
    return {"issues": issues[:PAGE], "more": issues[PAGE - 1]["id"] if len(issues) > PAGE else None}


def progress(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The part of the page that changes while a worker is at it."""
    run = _run(run_id)
    return TemplateResponse(request, "office/system/_import_progress.html", {"run": run, "counts": _counts(run)})


def do(request: HttpRequest, run_id: UUID, verb: str) -> HttpResponse:
    if verb not in ("start", "stop", "discard"):
        raise Http404
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    actor, back = actor_of(request), reverse("admin:desk_import", args=[run_id])
    if verb == "start":
        return acted(request, lambda: channels.start_import(
            run_id, channel_code=text_of(request, "channel"), language=text_of(request, "language"),
            warehouse_code=text_of(request, "warehouse"), actor=actor), back,
            gettext_lazy("The import is in the queue. You may leave this page."))
    if verb == "stop":
        return acted(request, lambda: channels.stop_import(run_id, actor=actor), back,
                     gettext_lazy("The import stops after the rows at hand. What is in stays in."))
    return acted(request, lambda: channels.discard_import(run_id, actor=actor), reverse("admin:desk_imports"),
                 gettext_lazy("The file is forgotten; nothing was imported."))


def refused(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The refused rows as a file of the kind that came in."""
    kind = request.GET.get("as", "")
    return channels.refused_file(run_id, kind if kind in ("csv", "xlsx") else "", actor=actor_of(request))


def template(request: HttpRequest) -> HttpResponse:
    """An empty table of our own with two products as an example."""
    return channels.example_file(actor=actor_of(request))


PAGES = (
    work_page("desk_imports", "desk/imports/", index, IMPORT, gettext_lazy("Imports"), "upload_file", "system"),
    work_page("desk_import_upload", "desk/imports/upload/", upload, IMPORT),
    work_page("desk_import_template", "desk/imports/example/", template, IMPORT),
    work_page("desk_import", "desk/imports/<uuid:run_id>/", show, IMPORT),
    work_page("desk_import_progress", "desk/imports/<uuid:run_id>/progress/", progress, IMPORT),
    work_page("desk_import_refused", "desk/imports/<uuid:run_id>/refused/", refused, IMPORT),
    work_page("desk_import_do", "desk/imports/<uuid:run_id>/do/<slug:verb>/", do, IMPORT),
)
