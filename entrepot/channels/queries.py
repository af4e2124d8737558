"""Import runs and their issues; export runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from entrepot.channels.models import ExportRun, ImportIssue, ImportRun
from entrepot.kit import paging

_RUN = ("id", "kind", "file_name", "state", "rows", "total", "counts", "size", "options", "asked_by", "error",
        "corrects_id", "started_at", "began_at", "began_rows", "changed_at", "ended_at")
_EXPORT = ("id", "what", "file_name", "state", "rows", "total", "size", "options", "asked_by", "error", "started_at",
           "began_at", "changed_at", "ended_at")


def list_runs(*, after: Any = None, limit: int = paging.DEFAULT_LIMIT) -> list[dict[str, Any]]:
    """Import runs, newest first, after the id of the last one seen."""
    found = ImportRun.objects.order_by("-id")
    if after is not None:
        found = found.filter(pk__lt=after)
    return [_timed(run) for run in found.values(*_RUN)[:limit]]


def list_exports(*, after: Any = None, limit: int = paging.DEFAULT_LIMIT) -> list[dict[str, Any]]:
    """Export runs, newest first, after the id of the last one seen."""
    found = ExportRun.objects.order_by("-id")
    if after is not None:
        found = found.filter(pk__lt=after)
    return [_timed(run) for run in found.values(*_EXPORT)[:limit]]


def get_export(run_id: UUID) -> dict[str, Any] | None:
    """An export with its progress and remaining seconds."""
    found = ExportRun.objects.filter(pk=run_id).values(*_EXPORT).first()
    return _timed(found) if found else None


def _timed(run: Mapping[str, Any]) -> dict[str, Any]:
    """With the rate since the worker began and the time that remains at it; nothing while there is nothing to go by."""
    told = {**run, "rate": None, "remaining_s": None, "asked_by": run["asked_by"].get("label", "")}
    done, began = run["rows"] - run.get("began_rows", 0), run["began_at"]
    if run["state"] == "running" and began and run["changed_at"] and done > 0:
        seconds = max((run["changed_at"] - began).total_seconds(), 0.1)
        told["rate"] = round(done / seconds, 1)
        if run["total"]:
            told["remaining_s"] = round(max(0, run["total"] - run["rows"]) / told["rate"])
    return told


def get_run(run_id: UUID) -> dict[str, Any] | None:
    """An import with its progress and remaining seconds."""
    found = ImportRun.objects.filter(pk=run_id).values(*_RUN).first()
    return _timed(found) if found else None


def list_issues(run_id: UUID, *, after: int = 0, limit: int = paging.DEFAULT_LIMIT) -> list[dict[str, Any]]:
    """What was refused or flagged in a run, in the order of the file's reading."""
    found = ImportIssue.objects.filter(run_id=run_id, pk__gt=after).order_by("pk")
    return [dict(i) for i in found.values("id", "line", "column", "code", "reason", "refused", "row")[:limit]]


def latest_accounts(kind: str) -> list[dict[str, Any]]:
    """The newest finished run of each different file of a kind."""
    found = ImportRun.objects.filter(kind=kind, state="done").order_by("digest", "-id").distinct("digest")
    return [dict(r) for r in found.values("file_name", "rows", "counts", "ended_at")]
