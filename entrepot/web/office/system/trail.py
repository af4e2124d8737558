"""The audit viewer: who did what when, what changed, whether the seals hold, and a copy with proof to take along."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from entrepot.catalog import public as catalog
from entrepot.kit import clock, said, seal, trail
from entrepot.kit.errors import NotFound
from entrepot.kit.json import dumps_text, pretty
from entrepot.kit.permissions import AUDIT_READ
from entrepot.kit.rest import actor_of
from entrepot.web.office.pages import office_page, whole, work_page
from entrepot.web.office.words import happened

PAGE = 50
KEYS = ("actor", "action", "object_type", "object_id", "since", "until")


def _zone() -> ZoneInfo:
    """Days of the trail are days of the shop."""
    return ZoneInfo(catalog.default_channel().time_zone if catalog.channels() else timezone.get_default_timezone_name())


def _typed(request: HttpRequest) -> dict[str, str]:
    return {key: request.GET.get(key, "").strip()[:100] for key in KEYS}


def _wanted(typed: dict[str, str]) -> trail.TrailFilter:
    return trail.TrailFilter(typed["actor"], typed["action"], typed["object_type"], typed["object_id"],
                             _moment(typed["since"], 0), _moment(typed["until"], 1))


def _moment(day: str, later: int) -> datetime | None:
    """The beginning of a day, or of the one after; what is no date is no bound."""
    try:
        return datetime.combine(date.fromisoformat(day) + timedelta(days=later), datetime.min.time(), _zone())
    except (ValueError, OverflowError):
        return None


def index(request: HttpRequest) -> HttpResponse:
    actor, typed, last = actor_of(request), _typed(request), whole(request.GET.get("before", ""))
    rows = trail.search(_wanted(typed), before=last, limit=PAGE + 1, actor=actor)
    for row in rows:
        row["changes"] = _readable(row)
    kept = {k: v for k, v in typed.items() if v}
    context = {"rows": rows[:PAGE], "typed": typed, "kinds": trail.object_types(actor=actor), "seals": trail.seals(5),
               "kept": urlencode(kept), "filtered": bool(kept),
               "next": urlencode({**kept, "before": rows[PAGE - 1]["id"]}) if len(rows) > PAGE else ""}
    return office_page(request, "system/trail", _("Audit trail"), context)


def _readable(row: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    return [(name, _text(name, was), _text(name, is_), kind)
            for name, was, is_, kind in trail.changes(row["old"], row["new"])]


def _text(name: str, value: Any) -> str:
    """As it is read; ids stay ids, for a list of fifty rows asks nothing more."""
    if value is None:
        return ""
    last = "state" if name == "value" else name.rpartition(".")[2]
    return value if isinstance(value, str) and said.is_reference(last) else said.value(last, value)


def show(request: HttpRequest, audit_id: int) -> HttpResponse:
    """One row, its difference field by field, and the proof that its seal holds it."""
    row = trail.get(audit_id, actor=actor_of(request))
    try:
        proof = pretty(seal.proof(audit_id))
    except NotFound:
        proof = ""
    context = {"row": row, "changes": _readable(row), "proof": proof}
    return office_page(request, "system/trail_row", f"{happened(row['action'])} · {row['id']}", context)


def verify(request: HttpRequest) -> HttpResponse:
    """Check every seal now, and say what was checked."""
    started = time.monotonic()
    findings = [{"kind": f.kind, "text": _(f.text), "where": dumps_text(f.where)} for f in seal.verify()]
    context = {"findings": findings, "seals": trail.seals(20), "at": clock.now(), "key": seal.public_key(),
               "seconds": round(time.monotonic() - started, 2), "files": [p.name for p in seal.checkpoint_files()]}
    return office_page(request, "system/trail_seals", _("Seals of the audit trail"), context)


def export(request: HttpRequest) -> HttpResponseBase:
    lines = trail.export(_wanted(_typed(request)), actor=actor_of(request))
    name = f"audit-{clock.now():%Y%m%d-%H%M}.jsonl"
    return StreamingHttpResponse(lines, content_type="application/jsonl",
                                 headers={"Content-Disposition": f'attachment; filename="{name}"'})


PAGES = (
    work_page("desk_trail", "desk/audit/", index, AUDIT_READ, gettext_lazy("Audit trail"), "history_edu", "system"),
    work_page("desk_trail_seals", "desk/audit/seals/", verify, AUDIT_READ),
    work_page("desk_trail_export", "desk/audit/export/", export, AUDIT_READ),  # type: ignore[arg-type]  # streams
    work_page("desk_trail_row", "desk/audit/<int:audit_id>/", show, AUDIT_READ),
)
