"""Import the Online Retail invoices: every row is accounted for, and a second run changes nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from django.db import transaction

from entrepot.channels import files
from entrepot.channels.contracts import ImportResult
from entrepot.channels.errors import UnknownFormat, UnreadableFile
from entrepot.channels.models import ImportIssue, ImportRun
from entrepot.channels.permissions import IMPORT
from entrepot.channels.telling import tell_done
from entrepot.kit import audit, clock, db
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_

KIND = "online-retail"
REFUSED = N_("The row lacks an invoice, a stock code, a date or an amount, or its sign fits no kind of line.")


def import_online_retail(path: Path, *, step: Callable[[str, int], None] = lambda what, rows: None,
                         run: ImportRun | None = None, actor: Actor) -> ImportResult:
    """Read a Parquet or CSV file with the columns of the Online Retail table. Raises UnknownFormat, UnreadableFile."""
    actor.require(IMPORT)
    import polars as pl

    from entrepot.channels.online_retail.load import load
    from entrepot.channels.online_retail.transform import COLUMNS, classify, typed

    started, now = time.monotonic(), clock.now()
    table = _read(path)
    if missing := set(COLUMNS) - set(table.columns):
        raise UnknownFormat(formats=", ".join(sorted(missing)))
    found = classify(typed(table))
    with transaction.atomic():
        db.execute("SET LOCAL statement_timeout = '10min'")
        run = run or ImportRun.objects.create(kind=KIND, file_name=path.name[:200], started_at=now,
                                              digest=files.digest(path))
        loaded = load(found, step=step, actor=actor)
        as_found, refused = table.select(COLUMNS), found.rows.filter(pl.col("kind") == "refused")
        ImportIssue.objects.bulk_create([
            ImportIssue(run=run, line=n, code="refused", reason=REFUSED, refused=True,
                        row={c: "" if v is None else str(v) for c, v in zip(COLUMNS, as_found.row(n - 1), strict=True)})
            for n in refused["row"]])
        counts = {**found.counts, "invoices": found.rows["InvoiceNo"].n_unique(),
                  "customers": found.rows.filter(pl.col("CustomerID") != "")["CustomerID"].n_unique(),
                  "countries": found.rows["Country"].n_unique(), "matched_credit_lines": len(found.matches),
                  "duplicates_kept": int(found.rows["duplicate"].sum())}
        run.state, run.rows, run.counts, run.ended_at = "done", found.rows.height, counts, clock.now()
        run.save(update_fields=["state", "rows", "counts", "ended_at"])
        audit.record(actor, "channels.import_online_retail", "channels.import", run.id, new=counts)
        tell_done(run, run.rows)
    return ImportResult(str(run.id), run.kind, run.rows, counts, refused.height, loaded.changed,
                        time.monotonic() - started, now)


def _read(path: Path):  # type: ignore[no-untyped-def]  # a polars frame; polars is imported where it is used
    import polars as pl

    try:
        if path.suffix.lower() == ".parquet":
            return pl.read_parquet(path)
        return pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise UnreadableFile(why=type(error).__name__) from error
