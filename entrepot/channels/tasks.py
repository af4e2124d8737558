"""Jobs: imports and exports that somebody asked for; once a night, forget old files."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from procrastinate.contrib.django import app

from entrepot.channels.actions import export, upload


@app.task(name="channels.run_import", queue="default")
def run_import(run_id: str) -> None:
    upload.run_import(UUID(run_id))


@app.task(name="channels.run_export", queue="default")
def run_export(run_id: str) -> None:
    export.run_export(UUID(run_id))


@app.periodic(cron="41 3 * * *")
@app.task(name="channels.forget_files", queue="default", pass_context=False)
def forget_files(timestamp: int) -> None:
    export.forget_files(datetime.fromtimestamp(timestamp, UTC))
