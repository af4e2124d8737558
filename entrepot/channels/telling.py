"""Whoever asked for an import hears how it ended: under their bell, and by mail if they want that."""

from __future__ import annotations

from typing import Any

from entrepot.channels.models import ImportRun
from entrepot.kit import notices


def tell_done(run: ImportRun, rows: int) -> None:
    _tell(run, "import.done", f"import:{run.id}", {"file": run.file_name, "rows": rows})


def tell_failed(run: ImportRun) -> None:
    """Each time that it failed is told, for it may be started again."""
    assert run.changed_at is not None  # what failed has been begun
    _tell(run, "import.failed", f"import-failed:{run.id}:{run.changed_at:%Y%m%d%H%M%S%f}", {"file": run.file_name})


def _tell(run: ImportRun, kind: str, key: str, params: dict[str, Any]) -> None:
    """Programs and the command line look for themselves."""
    if user_id := run.asked_by.get("user_id"):
        notices.tell(kind, key=key, user_id=int(user_id), params=params, address=f"/office/desk/imports/{run.id}/")
