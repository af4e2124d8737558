"""What people do with a whole list of the office: keep it as a view, take it away as a file, act on many rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    QueryDict,
    StreamingHttpResponse,
)
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from entrepot.kit import audit, clock, lists, sheets
from entrepot.kit.amounts import currency_of
from entrepot.kit.columns import ask_names, choosable, is_amount, label_of, name_of, written
from entrepot.kit.errors import DomainError
from entrepot.kit.permissions import EXPORT
from entrepot.kit.rest import actor_of, translated

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def list_address(model_admin: Any, query: str = "") -> str:
    """Where the office lists these records."""
    address = reverse(f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}_changelist")
    return f"{address}?{query}" if query else address


def keep(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """Remember columns, save a view or take one away."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    actor, name = actor_of(request), model_admin.opts.label_lower
    query, verb = lists.plain_query(request.POST.get("query", "")), request.POST.get("verb")
    possible = {name_of(c) for c in choosable(model_admin.model, model_admin.own_columns(request))}
    columns = [c for c in request.POST.getlist("column") if c in possible]
    if verb == "enter":  # a key and no button: what was typed decides
        verb = "save" if request.POST.get("name", "").strip() else "columns"
    try:
        if verb == "columns":
            lists.remember_columns(name, columns, actor=actor)
        elif verb == "save":
            view = lists.save_view(name, request.POST.get("name", ""), query, columns,
                                   shared="shared" in request.POST, actor=actor)
            messages.success(request, _("The view “{name}” is kept.").format(name=view.name))
            query = f"{view.query}&{lists.VIEW}={view.pk}".lstrip("&")
        elif verb == "delete":
            given = request.POST.get("view", "")
            lists.delete_view(int(given) if given.isdecimal() and len(given) < 19 else 0, actor=actor)
            messages.success(request, _("The view is gone."))
    except DomainError as error:
        messages.error(request, translated(error))
    return HttpResponseRedirect(list_address(model_admin, query))


def export(model_admin: Any, request: HttpRequest, kind: str) -> StreamingHttpResponse | FileResponse:
    """The list as it is filtered, sorted and cut to columns now, as CSV or XLSX; who took it away is on record."""
    actor = actor_of(request)
    actor.require(EXPORT)
    if kind not in ("csv", "xlsx"):
        raise Http404
    shown = model_admin.get_changelist_instance(request)
    amounts = [name_of(c) for c in shown.list_display if is_amount(name_of(c))]
    header = [label_of(c, model_admin.model, model_admin) for c in shown.list_display]
    header += [_("Currency")] if amounts else []
    with transaction.atomic():
        audit.record(actor, "kit.export_list", "list", model_admin.opts.label_lower,
                     new={"query": lists.plain_query(request.GET.urlencode()), "format": kind})
    rows = _rows(model_admin, shown, amounts[0] if amounts else "")
    name = f"{model_admin.opts.model_name}-{clock.now():%Y-%m-%d}.{kind}"
    if kind == "xlsx":
        file = sheets.xlsx_file(header, rows, str(model_admin.opts.verbose_name_plural))
        return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
    return StreamingHttpResponse(sheets.csv_lines(header, rows), content_type="text/csv; charset=utf-8",
                                 headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _rows(model_admin: Any, shown: Any, amount: str) -> Iterator[Sequence[Any]]:
    """Rows in parts, so that what ids mean is asked once a part; with the currency where there is an amount."""
    rest = shown.queryset[:sheets.MOST_ROWS].iterator(chunk_size=2000)
    while part := list(islice(rest, 2000)):
        ask_names(part, shown.list_display)
        for obj in part:
            told = [written(column, obj, model_admin) for column in shown.list_display]
            yield [*told, currency_of(obj, amount)] if amount else told


def bulk(model_admin: Any, request: HttpRequest, button: Any) -> HttpResponse:
    """Ask with the count, then do it record by record; what is refused is said with its reason."""
    if button is None:
        raise Http404
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    actor_of(request).require(button.permission)
    query = lists.plain_query(request.POST.get("query", ""))
    ids = _chosen(model_admin, request, query)
    back = list_address(model_admin, query)
    if not ids:
        messages.warning(request, _("Choose at least one row."))
        return HttpResponseRedirect(back)
    if "confirmed" not in request.POST:
        context = {**model_admin.admin_site.each_context(request), "button": button, "back": back, "ids": ids,
                   "query": query, "title": button.label, "opts": model_admin.opts}
        return TemplateResponse(request, "kit/admin/bulk.html", context)
    _run(request, button, ids)
    return HttpResponseRedirect(back)


def _chosen(model_admin: Any, request: HttpRequest, query: str) -> list[str]:
    if request.POST.get("all") != "1":
        return request.POST.getlist("chosen")[:lists.MOST_CHOSEN]
    asked = request.GET
    request.GET = QueryDict(query)  # type: ignore[assignment]  # the list reads its filters there
    try:
        found = model_admin.get_changelist_instance(request).queryset.values_list("pk", flat=True)
        return [str(pk) for pk in found[:lists.MOST_CHOSEN]]
    finally:
        request.GET = asked


def _run(request: HttpRequest, button: Any, ids: Sequence[str]) -> None:
    done, refused = 0, dict[str, int]()
    for object_id in ids:
        try:
            button.run(request, object_id, request.POST.get("reason", ""))
            done += 1
        except DomainError as error:
            text = translated(error)
            refused[text] = refused.get(text, 0) + 1
    if done:
        text = ngettext("{what}: done for {n} record.", "{what}: done for {n} records.", done)
        messages.success(request, text.format(what=button.label, n=done))
    for reason, count in refused.items():
        text = ngettext("{n} record was refused: {why}", "{n} records were refused: {why}", count)
        messages.error(request, text.format(n=count, why=reason))
