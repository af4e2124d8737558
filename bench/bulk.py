"""The Online Retail history, imported into an empty database, beside a COPY of the same lines into a bare table."""

from __future__ import annotations

import time
from typing import Any

from bench import write_data
from bench.harness import ROOT, Job, Row, Stage, at_least, at_most

SOURCE = ROOT.parent / "shared" / "data" / "online_retail" / "online_retail.parquet"
DATABASE = "bench_retail"


def online_retail(stage: Stage) -> list[Row]:
    if not SOURCE.exists():
        raise SystemExit(f"the invoices are missing: {SOURCE}")
    stage.drop_database(DATABASE)
    stage.use_database(DATABASE)
    write_data.forget()
    try:
        copied = _copied()
        first, again = _imported(), _imported()
        broken = _broken()
    finally:
        stage.use_database("entrepot")
        write_data.forget()
        stage.drop_database(DATABASE)
    return [at_least("import of Online Retail", first.rows / first.seconds, "lines/s", limit=copied, least=20_000),
            at_least("import of Online Retail, a second time", again.rows / again.seconds, "lines/s", limit=copied),
            at_most("import of Online Retail, changes of the second time", int(again.changed), "changes", most=0),
            at_most("import of Online Retail, broken invariants", broken, "rows", most=0)]


def _imported() -> Any:
    from entrepot.channels.actions.import_online_retail import import_online_retail
    from entrepot.kit.actor import system

    return import_online_retail(SOURCE, actor=system("bench"))


def _copied() -> float:
    """Lines a second: read, COPY, commit; no keys, no indexes, no thought."""
    import polars
    from django.db import transaction

    from entrepot.kit import db

    started = time.perf_counter()
    lines = polars.read_parquet(SOURCE)
    with transaction.atomic():
        db.execute("CREATE TABLE bench_lines (" + ", ".join(f'"{name}" text' for name in lines.columns) + ")")
        count = db.copy_rows("COPY bench_lines FROM STDIN", lines.iter_rows())
    took = time.perf_counter() - started
    db.execute("DROP TABLE bench_lines")
    return count / took


def _broken() -> int:
    from entrepot.kit import db, invariants

    db.execute("SET statement_timeout = 0")
    found = invariants.violations()
    for violation in found[:5]:
        print(f"  {violation}", flush=True)
    return len(found)


JOBS = {"online_retail": Job(online_retail)}
