"""The monitor of background work: what failed and why, retry or give up, what waits, the schedule, health."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from entrepot.kit import maintenance, monitor
from entrepot.kit.errors import N_
from entrepot.kit.json import dumps_text
from entrepot.kit.permissions import JOBS_READ, JOBS_RETRY
from entrepot.kit.rest import actor_of
from entrepot.web.office.pages import acted, office_page, text_of, whole, work_page

PAGE = 50
VIEWS = {"failed": gettext_lazy("Failed jobs"), "parked": gettext_lazy("Parked events"),
         "open": gettext_lazy("Waiting and running"), "schedule": gettext_lazy("Schedule"),
         "health": gettext_lazy("Health")}
PARTS = {
    "database": N_("Database"), "showcase": N_("Shop pages"),
    "durability": N_("Writes are safe on disk"), "migrations": N_("Tables of this version"),
    "worker": N_("Worker"), "jobs": N_("Jobs and events"), "audit": N_("Seals of the audit trail"),
    "search": N_("Search index"), "mail": N_("Mail")}


def index(request: HttpRequest) -> HttpResponse:
    view = request.GET.get("view", "failed")
    if view not in VIEWS:
        raise Http404
    queues = monitor.queues()
    parked = monitor.deliveries(limit=PAGE + 1)
    context = {"view": view, "views": VIEWS.items(), "queues": queues, "may": actor_of(request).can(JOBS_RETRY),
               "failed": sum(q["failed"] for q in queues), "waiting": sum(q["waiting"] for q in queues),
               "running": sum(q["running"] for q in queues), "parked_count": _told(len(parked)),
               "lag": max((q["lag_s"] for q in queues), default=0), **_of(request, view, parked)}
    return office_page(request, "system/jobs", _("Jobs and events"), context)


def _told(count: int) -> str:
    return f"{PAGE}+" if count > PAGE else str(count)


def _of(request: HttpRequest, view: str, parked: list[dict[str, Any]]) -> dict[str, Any]:
    last = whole(request.GET.get("before", ""))
    if view == "parked":
        found = monitor.deliveries(before=last, limit=PAGE + 1) if last else parked
        return _page(found)
    if view == "failed":
        return _page(monitor.jobs(status="failed", before=last, limit=PAGE + 1))
    if view == "open":
        rows = monitor.jobs(status="doing", limit=PAGE) + monitor.jobs(status="todo", before=last, limit=PAGE + 1)
        return _page(rows)
    if view == "schedule":
        return {"schedule": monitor.schedule()}
    state = monitor.state()
    for part in state["parts"]:
        part["name"] = _(PARTS[part["part"]]) if part["part"] in PARTS else part["part"]
    return {"state": state}


def _page(found: list[dict[str, Any]]) -> dict[str, Any]:
    for row in found:
        row["what"] = row.get("task") or row["event"]
        row["told"] = dumps_text(row["args"])[:300] if "args" in row else row["subject"]
        row["first_line"] = row["error"].strip().splitlines()[0][:200] if row["error"].strip() else ""
    return {"rows": found[:PAGE], "next": found[PAGE - 1]["id"] if len(found) > PAGE else None}


def do(request: HttpRequest, kind: str, verb: str) -> HttpResponse:
    """Retry or give up what was chosen."""
    if kind not in ("job", "delivery") or verb not in ("retry", "drop"):
        raise Http404
    back = f"{reverse('admin:desk_jobs')}?view={'failed' if kind == 'job' else 'parked'}"
    if request.method != "POST":
        return HttpResponseRedirect(back)
    ids, actor = [i for i in map(whole, request.POST.getlist("id")) if i], actor_of(request)
    if verb == "drop":
        done = ngettext("%(n)d given up.", "%(n)d given up.", len(ids)) % {"n": len(ids)}
        return acted(request, lambda: maintenance.drop_all(kind, ids, reason=text_of(request, "reason"), actor=actor),
                     back, done)
    done = ngettext("%(n)d back in the queue.", "%(n)d back in the queue.", len(ids)) % {"n": len(ids)}
    return acted(request, lambda: maintenance.retry_all(kind, ids, actor=actor), back, done)


PAGES = (
    work_page("desk_jobs", "desk/jobs/", index, JOBS_READ, gettext_lazy("Jobs and events"), "manufacturing", "system"),
    work_page("desk_jobs_do", "desk/jobs/<slug:kind>/<slug:verb>/", do, JOBS_RETRY),
)
