"""Imports and exports over HTTP: upload a file, read the account of the run, fetch the refused rows to correct them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, File, Form, Query, Schema, UploadedFile

from entrepot.channels import public
from entrepot.channels.permissions import EXPORT, IMPORT
from entrepot.channels.tables import write_csv
from entrepot.kit import paging
from entrepot.kit.errors import N_, InvalidInput, NotFound
from entrepot.kit.rest import Routes, actor_of

routes = Routes()
ROUTES = [("/admin/channels", routes)]

MAX_BYTES = 200 * 1024 * 1024
SUFFIXES = (".csv", ".xlsx", ".parquet")
Limit = Annotated[int, Field(ge=1, le=paging.MAX_LIMIT)]


class RunOut(Schema):
    id: UUID
    kind: str
    file_name: str
    state: str
    rows: int
    counts: dict[str, int]
    started_at: datetime
    ended_at: datetime | None


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


@contextmanager
def _on_disk(file: UploadedFile) -> Iterator[Path]:
    """The upload under a name of our own, with the suffix that tells its kind."""
    suffix = Path(file.name or "").suffix.lower()
    if suffix not in SUFFIXES:
        raise InvalidInput("file", N_("This must be a CSV, XLSX or Parquet file."))
    if (file.size or 0) > MAX_BYTES:
        raise InvalidInput("file", N_("This file is too large."))
    with tempfile.NamedTemporaryFile(suffix=suffix) as copy:
        for chunk in file.chunks():
            copy.write(chunk)
        copy.flush()
        yield Path(copy.name)


@routes.post("/imports/catalogue", permission=IMPORT, response=RunOut)
def import_catalogue(request: HttpRequest, file: File[UploadedFile],
                     channel: Annotated[str, Form(max_length=50)] = "",
                     language: Annotated[str, Form(max_length=10)] = "",
                     warehouse: Annotated[str, Form(max_length=50)] = "") -> Any:
    """Import a catalogue file of any known format. The good rows are in; the others are listed as issues of the run."""
    with _on_disk(file) as path:
        done = public.import_catalogue(path, channel_code=channel, language=language, warehouse_code=warehouse,
                                       file_name=file.name or "", actor=actor_of(request))
    return public.get_run(UUID(done.run_id))


@routes.post("/imports/online-retail", permission=IMPORT, response=RunOut)
def import_online_retail(request: HttpRequest, file: File[UploadedFile]) -> Any:
    """Import invoice lines in the columns of the Online Retail table."""
    with _on_disk(file) as path:
        done = public.import_online_retail(path, actor=actor_of(request))
    return public.get_run(UUID(done.run_id))


@routes.get("/imports", permission=IMPORT, response=RunPage)
def imports(request: HttpRequest, limit: Limit = paging.DEFAULT_LIMIT,
            cursor: Annotated[str, Query(max_length=200)] = "") -> Any:
    after = _uuid(paging.decode(cursor, size=1)[0]) if cursor else None
    found = public.list_runs(after=after, limit=limit + 1)
    return {"items": found[:limit], "next": paging.encode([found[limit - 1]["id"]]) if len(found) > limit else None}


def _uuid(value: Any) -> UUID:
    try:
        return UUID(str(value))
    except ValueError as error:
        raise InvalidInput("cursor", N_("This cursor is not one of ours.")) from error


@routes.get("/imports/{uuid:run_id}", permission=IMPORT, response=RunOut)
def one_import(request: HttpRequest, run_id: UUID) -> Any:
    if (found := public.get_run(run_id)) is None:
        raise NotFound(N_("import"))
    return found


@routes.get("/imports/{uuid:run_id}/issues", permission=IMPORT, response=IssuePage)
def issues(request: HttpRequest, run_id: UUID, limit: Limit = paging.DEFAULT_LIMIT,
           cursor: Annotated[str, Query(max_length=200)] = "") -> Any:
    after = paging.decode(cursor, size=1)[0] if cursor else 0
    if not isinstance(after, int) or not 0 <= after < 2**63:
        raise InvalidInput("cursor", N_("This cursor is not one of ours."))
    found = public.list_issues(run_id, after=after, limit=limit + 1)
    return {"items": found[:limit], "next": paging.encode([found[limit - 1]["id"]]) if len(found) > limit else None}


@routes.get("/imports/{uuid:run_id}/refused.csv", permission=IMPORT, response={200: None},
            openapi_extra={"responses": {200: {"description": "CSV", "content": {"text/csv": {}}}}})
def refused(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The refused rows with line, column and reason; corrected, the file can be imported again as it is."""
    if public.get_run(run_id) is None:
        raise NotFound(N_("import"))
    body = write_csv(*public.refused_rows(run_id, actor=actor_of(request)))
    return HttpResponse(body, content_type="text/csv; charset=utf-8")


@routes.get("/exports/catalogue.csv", permission=EXPORT, response={200: None},
            openapi_extra={"responses": {200: {"description": "CSV", "content": {"text/csv": {}}}}})
def export_catalogue(request: HttpRequest, channel: Annotated[str, Query(max_length=50)] = "") -> HttpResponse:
    """The whole catalogue as our own table."""
    with tempfile.NamedTemporaryFile(suffix=".csv") as target:
        public.export_catalogue(Path(target.name), channel_code=channel, actor=actor_of(request))
        return HttpResponse(Path(target.name).read_bytes(), content_type="text/csv; charset=utf-8")
