"""Reads a Parquet file for `tables`, as a process of its own: `python -m entrepot.channels.parquet_rows FILE BYTES`.

How much a file holds shows only when it is unpacked, two thousand times its size or more, and a library that runs out
of memory ends its process. So this one may take so many bytes and no more, and what it finds goes out line by line:
first what there is, then the rows.
"""

from __future__ import annotations

import resource
import sys
from typing import Any, BinaryIO

from entrepot.channels.tables import MAX_CELLS, MAX_COLUMNS, text_of
from entrepot.kit.json import dumps


def main(path: str, out: BinaryIO) -> None:
    import polars

    def tell(what: Any) -> None:
        out.write(dumps(what) + b"\n")

    try:
        lazy = polars.scan_parquet(path)
        columns, rows = list(lazy.collect_schema()), lazy.select(polars.len()).collect().item()
        too_much = "columns" if len(columns) > MAX_COLUMNS else "cells" if rows * len(columns) > MAX_CELLS else ""
        tell({"refused": too_much} if too_much else {"columns": columns, "rows": rows})
        if too_much:
            return
        out.flush()
        for values in polars.read_parquet(path).iter_rows():
            tell(["" if v is None else text_of(v) for v in values])
        tell({"complete": True})
    except MemoryError:
        tell({"refused": "memory"})
    except polars.exceptions.PolarsError as error:
        tell({"refused": "unreadable", "why": type(error).__name__})


if __name__ == "__main__":
    most = int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    main(sys.argv[1], sys.stdout.buffer)
