"""Imports and exports over HTTP: upload a file, read the account of the run, fetch the refused rows to correct them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from ninja import Field, File, Form, Query, Schema, UploadedFile

from entrepot.channels import files, public
from entrepot.channels.permissions import EXPORT, IMPORT
from entrepot.kit import paging
from entrepot.kit.errors import N_, NotFound
from entrepot.kit.rest import Routes, Strict, actor_of

routes = Routes()
ROUTES = [("/admin/channels", routes)]

Limit = Annotated[int, Field(ge=1, le=paging.MAX_LIMIT)]


class ProgressOut(Schema):
    """A run that a worker sees to. `rate` is rows per second, `remaining_s` what is left at that rate."""

    id: UUID
    file_name: str
    state: str
    rows: int
    total: int | None
    size: int
    options: dict[str, Any]
    asked_by: str
    error: dict[str, Any]
    rate: float | None
    remaining_s: int | None
    started_at: datetime
    changed_at: datetime | None
    ended_at: datetime | None


class RunOut(ProgressOut):
    kind: str
    counts: dict[str, int]
    corrects_id: UUID | None


class ExportOut(ProgressOut):
    what: str


class ExportPage(Schema):
    items: list[ExportOut]
    next: str | None


class RunPage(Schema):
    items: list[RunOut]
    next: str | None


class IssueOut(Schema):
    id: int
    line: int
    column: str
    code: str
    reason: str
    refused: bool
    row: dict[str, str]


class IssuePage(Schema):
    items: list[IssueOut]
    next: str | None


class PreviewOut(Schema):
    """How the first rows will be read. `unread` are columns that the format does not know."""

    header: list[str]
    unread: list[str]
    rows: list[tuple[int, list[str]]]
    products: list[dict[str, Any]]
    issues: list[dict[str, Any]]
    looked_at: int
    currency: str


class Start(Strict):
    channel: str = Field("", max_length=50)
    language: str = Field("", max_length=10)
    warehouse: str = Field("", max_length=50)


class ExportIn(Strict):
    what: Literal["catalogue", "orders", "order_lines", "customers"]
    file_format: Literal["csv", "xlsx"] = "csv"
    channel: str = Field("", max_length=50)
    since: date | None = None
    until: date | None = None


@contextmanager
def _on_disk(file: UploadedFile) -> Iterator[Path]:
    with files.on_disk(file.name or "", file.chunks()) as path:
        files.check(path)
        yield path


@routes.post("/imports/catalogue", permission=IMPORT, response=RunOut, summary="Import a catalogue file at once")
def import_catalogue(request: HttpRequest, file: File[UploadedFile],
                     channel: Annotated[str, Form(max_length=50)] = "",
                     language: Annotated[str, Form(max_length=10)] = "",
                     warehouse: Annotated[str, Form(max_length=50)] = "") -> Any:
    """Import a catalogue file of any known format. The good rows are in; the others are listed as issues of the run."""
    with _on_disk(file) as path:
        done = public.import_catalogue(path, channel_code=channel, language=language, warehouse_code=warehouse,
                                       file_name=file.name or "", actor=actor_of(request))
    return public.get_run(UUID(done.run_id))


@routes.post("/imports/online-retail", permission=IMPORT, response=RunOut,
             summary="Import an Online Retail file at once")
def import_online_retail(request: HttpRequest, file: File[UploadedFile]) -> Any:
    """Import invoice lines in the columns of the Online Retail table."""
    with _on_disk(file) as path:
        done = public.import_online_retail(path, actor=actor_of(request))
    return public.get_run(UUID(done.run_id))


@routes.get("/imports", permission=IMPORT, response=RunPage, summary="Imports, newest first")
def imports(request: HttpRequest, limit: Limit = paging.DEFAULT_LIMIT,
            cursor: Annotated[str, Query(max_length=200)] = "") -> Any:
    after = paging.uuid(cursor)
    found = public.list_runs(after=after, limit=limit + 1)
    return {"items": found[:limit], "next": paging.encode([found[limit - 1]["id"]]) if len(found) > limit else None}


@routes.get("/imports/{uuid:run_id}", permission=IMPORT, response=RunOut, summary="An import")
def one_import(request: HttpRequest, run_id: UUID) -> Any:
    if (found := public.get_run(run_id)) is None:
        raise NotFound(N_("import"))
    return found


@routes.post("/imports", permission=IMPORT, response={201: RunOut}, summary="Upload a file to be imported")
def upload(request: HttpRequest, file: File[UploadedFile],
           corrects: Annotated[UUID | None, Form()] = None) -> Any:
    """Take a file in and say what it is; `start` has a worker import it. `corrects`: the run that it mends."""
    run_id = public.receive_file(file.name or "", file.chunks(), corrects=corrects, actor=actor_of(request))
    return public.get_run(run_id)


@routes.get("/imports/{uuid:run_id}/preview", permission=IMPORT, response=PreviewOut,
            summary="What the first rows would become")
def preview(request: HttpRequest, run_id: UUID, channel: Annotated[str, Query(max_length=50)] = "",
            language: Annotated[str, Query(max_length=10)] = "") -> Any:
    """The first rows, and what they become in this channel and language."""
    return asdict(public.preview(run_id, channel_code=channel, language=language, actor=actor_of(request)))


@routes.post("/imports/{uuid:run_id}/start", permission=IMPORT, response={202: RunOut},
             summary="Start or continue an import")
def start(request: HttpRequest, run_id: UUID, body: Start) -> Any:
    """Have a worker import the file; a run that was stopped or failed goes on where it was."""
    public.start_import(run_id, channel_code=body.channel, language=body.language, warehouse_code=body.warehouse,
                        actor=actor_of(request))
    return public.get_run(run_id)


@routes.post("/imports/{uuid:run_id}/stop", permission=IMPORT, response=RunOut, summary="Stop an import")
def stop(request: HttpRequest, run_id: UUID) -> Any:
    """Stop after the batch at hand; what is in stays in."""
    public.stop_import(run_id, actor=actor_of(request))
    return public.get_run(run_id)


@routes.delete("/imports/{uuid:run_id}", permission=IMPORT, response={204: None},
               summary="Forget an upload that was never started")
def discard(request: HttpRequest, run_id: UUID) -> None:
    """Forget a file that was never started."""
    public.discard_import(run_id, actor=actor_of(request))


@routes.get("/imports/{uuid:run_id}/issues", permission=IMPORT, response=IssuePage,
            summary="Rows that were refused, and why")
def issues(request: HttpRequest, run_id: UUID, limit: Limit = paging.DEFAULT_LIMIT,
           cursor: Annotated[str, Query(max_length=200)] = "") -> Any:
    found = public.list_issues(run_id, after=paging.number(cursor) or 0, limit=limit + 1)
    return {"items": found[:limit], "next": paging.encode([found[limit - 1]["id"]]) if len(found) > limit else None}


@routes.get("/imports/{uuid:run_id}/refused.csv", permission=IMPORT, response={200: None},
            openapi_extra={"responses": {200: {"description": "CSV", "content": {"text/csv": {}}}}},
            summary="Refused rows as CSV, to be corrected")
def refused(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The refused rows with line, column and reason; corrected, the file can be imported again as it is."""
    return public.refused_file(run_id, "csv", actor=actor_of(request))


@routes.post("/exports", permission=EXPORT, response={202: ExportOut}, summary="Ask for an export")
def ask_export(request: HttpRequest, body: ExportIn) -> Any:
    """Have a worker write a table; fetch it at `/exports/{id}/file` when its state is done."""
    run_id = public.ask_export(body.what, as_xlsx=body.file_format == "xlsx", channel_code=body.channel,
                               since=body.since, until=body.until, actor=actor_of(request))
    return public.get_export(run_id)


@routes.get("/exports", permission=EXPORT, response=ExportPage, summary="Exports, newest first")
def exports(request: HttpRequest, limit: Limit = paging.DEFAULT_LIMIT,
            cursor: Annotated[str, Query(max_length=200)] = "") -> Any:
    after = paging.uuid(cursor)
    found = public.list_exports(after=after, limit=limit + 1)
    return {"items": found[:limit], "next": paging.encode([found[limit - 1]["id"]]) if len(found) > limit else None}


@routes.get("/exports/{uuid:run_id}", permission=EXPORT, response=ExportOut, summary="An export")
def one_export(request: HttpRequest, run_id: UUID) -> Any:
    if (found := public.get_export(run_id)) is None:
        raise NotFound(N_("export"))
    return found


@routes.get("/exports/{uuid:run_id}/file", permission=EXPORT, response={200: None},
            openapi_extra={"responses": {200: {"description": "CSV or XLSX", "content": {
                "text/csv": {}, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {}}}}},
            summary="The file of an export")
def exported_file(request: HttpRequest, run_id: UUID) -> StreamingHttpResponse:
    """The file, for whoever may read what is in it."""
    return public.export_file(run_id, actor=actor_of(request))


@routes.get("/exports/catalogue.csv", permission=EXPORT, response={200: None},
            openapi_extra={"responses": {200: {"description": "CSV", "content": {"text/csv": {}}}}},
            summary="The whole catalogue as CSV")
def export_catalogue(request: HttpRequest, channel: Annotated[str, Query(max_length=50)] = "") -> HttpResponse:
    """The whole catalogue as our own table."""
    with tempfile.NamedTemporaryFile(suffix=".csv") as target:
        public.export_catalogue(Path(target.name), channel_code=channel, actor=actor_of(request))
        return HttpResponse(Path(target.name).read_bytes(), content_type="text/csv; charset=utf-8")
