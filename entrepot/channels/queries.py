"""Import runs and their issues."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from entrepot.channels.models import ImportIssue, ImportRun
from entrepot.kit import paging

_RUN = ("id", "kind", "file_name", "state", "rows", "counts", "started_at", "ended_at")


def list_runs(*, after: Any = None, limit: int = paging.DEFAULT_LIMIT) -> list[dict[str, Any]]:
    """Import runs, newest first, after the id of the last one seen."""
    found = ImportRun.objects.order_by("-id")
    if after is not None:
        found = found.filter(pk__lt=after)
    return list(found.values(*_RUN)[:limit])


def get_run(run_id: UUID) -> dict[str, Any] | None:
    found: dict[str, Any] | None = ImportRun.objects.filter(pk=run_id).values(*_RUN).first()
    return found


def list_issues(run_id: UUID, *, after: int = 0, limit: int = paging.DEFAULT_LIMIT) -> list[dict[str, Any]]:
    """What was refused or flagged in a run, in the order of the file's reading."""
    found = ImportIssue.objects.filter(run_id=run_id, pk__gt=after).order_by("pk")
    return [dict(i) for i in found.values("id", "line", "column", "code", "reason", "refused", "row")[:limit]]


def latest_accounts(kind: str) -> list[dict[str, Any]]:
    """The newest finished run of each different file of a kind."""
    found = ImportRun.objects.filter(kind=kind, state="done").order_by("digest", "-id").distinct("digest")
    return [dict(r) for r in found.values("file_name", "rows", "counts", "ended_at")]
