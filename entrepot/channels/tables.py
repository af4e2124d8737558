"""Tables in and out: CSV, XLSX and Parquet as rows of text with line numbers; output safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from entrepot.channels.contracts import Row
from entrepot.channels.errors import (
    TooLargeUnpacked,
    TooLongForSheet,
    TooManyCells,
    TooManyColumns,
    TooManyRows,
    UnreadableFile,
)
from entrepot.kit.json import loads
from entrepot.kit.sheets import FORMULA, is_formula

# XML says SyntaxError; undecodable text is a ValueError.
_BROKEN = (ValueError, SyntaxError, KeyError, EOFError, OSError, StopIteration, csv.Error, zlib.error,
           zipfile.BadZipFile)
MAX_CELL = 200_000
MAX_SHEET_ROWS = 1_048_576
MAX_SHEET_CELL = 32_767
MAX_COLUMNS = 1_000
MAX_CELLS = 20_000_000
MAX_UNPACKED = 1 << 30  # bytes of memory for reading a Parquet file


def open_table(path: Path) -> tuple[list[str], Iterator[tuple[int, Row]]]:
    """Header and numbered rows (the number is the line in the file). Raises UnreadableFile, also between the rows."""
    read = {".parquet": _parquet, ".xlsx": _xlsx}.get(path.suffix.lower(), _csv)
    with _readable():
        header, rows = read(path)
    return header, _guarded(rows)


@contextmanager
def _readable() -> Iterator[None]:
    """Whatever a broken file makes its reader raise is said as one refusal."""
    try:
        yield
    except _BROKEN as error:
        raise UnreadableFile(why=type(error).__name__) from error


def _guarded(rows: Iterator[tuple[int, Row]]) -> Iterator[tuple[int, Row]]:
    """A file may be sound at its beginning and broken further on."""
    with _readable():
        yield from rows


def _clean(header: Sequence[Any]) -> list[str]:
    return [str(h or "").strip() for h in header]


def _csv(path: Path) -> tuple[list[str], Iterator[tuple[int, Row]]]:
    csv.field_size_limit(MAX_CELL)
    handle = path.open(encoding="utf-8-sig", newline="")
    reader = csv.reader(handle, delimiter=_delimiter(handle.readline()))
    handle.seek(0)
    header = _clean(next(reader))

    def rows() -> Iterator[tuple[int, Row]]:
        with handle:
            start = reader.line_num + 1
            for cells in reader:
                if any(c.strip() for c in cells):
                    yield start, _row(header, cells)
                start = reader.line_num + 1

    return header, rows()


def _delimiter(first_line: str) -> str:
    """Spreadsheets of many countries write semicolons or tabs and still say CSV."""
    return max(",;\t", key=first_line.count)


def count_rows(path: Path) -> int:
    """How many rows follow the header, about: blank lines count too. Raises UnreadableFile."""
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        with _unpacked(path) as (told, _):
            return int(told["rows"])
    if suffix == ".xlsx":
        from openpyxl import load_workbook

        with _readable():
            return max(0, (load_workbook(path, read_only=True).worksheets[0].max_row or 1) - 1)
    return sum(1 for _ in open_table(path)[1])


def _row(header: list[str], cells: Sequence[str]) -> Row:
    return {h: unprotect(c) for h, c in zip(header, [*cells, *[""] * (len(header) - len(cells))], strict=False)}


def _xlsx(path: Path) -> tuple[list[str], Iterator[tuple[int, Row]]]:
    """What a sheet says of its own size is not believed: a small file may claim sixteen thousand million cells."""
    from openpyxl import load_workbook

    sheet = load_workbook(path, read_only=True, data_only=True).worksheets[0]
    sheet.reset_dimensions()
    header = _clean(next(sheet.iter_rows(max_row=1, values_only=True)))
    while header and not header[-1]:
        header.pop()
    if len(header) > MAX_COLUMNS:
        raise TooManyColumns(columns=f"{MAX_COLUMNS:,}")

    def rows() -> Iterator[tuple[int, Row]]:
        for line, cells in enumerate(sheet.iter_rows(min_row=2, max_col=max(len(header), 1), values_only=True), 2):
            if line > MAX_SHEET_ROWS:
                raise TooManyRows(rows=f"{MAX_SHEET_ROWS:,}")
            if cells.count(None) == len(cells):
                continue
            texts = ["" if c is None else text_of(c) for c in cells]
            if any(texts):
                yield line, _row(header, texts)

    return header, rows()


def text_of(value: Any) -> str:
    if isinstance(value, float):
        value = Decimal(repr(value))
        return format(value.to_integral() if value == value.to_integral() else value, "f")
    return str(value)


@contextmanager
def _unpacked(path: Path) -> Iterator[tuple[dict[str, Any], Iterator[list[str]]]]:
    """What a Parquet file holds, and its rows, as a process of its own reads them within its share of memory."""
    command = [sys.executable, "-m", "entrepot.channels.parquet_rows", str(path), str(MAX_UNPACKED)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          env={**os.environ, "POLARS_MAX_THREADS": "2"}) as process:
        try:
            yield _told(process), _rows_told(process)
        finally:
            process.kill()


def _told(process: subprocess.Popen[bytes]) -> Any:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line.endswith(b"\n"):  # it has come to its end in the middle: by a signal where memory ran out
        if process.wait() < 0:
            raise TooLargeUnpacked
        raise UnreadableFile(why="EOFError")
    told = loads(line)
    refused = told.get("refused") if isinstance(told, dict) else None
    if refused == "columns":
        raise TooManyColumns(columns=f"{MAX_COLUMNS:,}")
    if refused == "cells":
        raise TooManyCells(cells=f"{MAX_CELLS:,}")
    if refused == "memory":
        raise TooLargeUnpacked
    if refused:
        raise UnreadableFile(why=told["why"])
    return told


def _rows_told(process: subprocess.Popen[bytes]) -> Iterator[list[str]]:
    while isinstance(told := _told(process), list):
        yield told


def _parquet(path: Path) -> tuple[list[str], Iterator[tuple[int, Row]]]:
    with _unpacked(path) as (told, _):
        header: list[str] = told["columns"]

    def rows() -> Iterator[tuple[int, Row]]:
        with _unpacked(path) as (_, found):
            for line, values in enumerate(found, 1):
                yield line, dict(zip(header, values, strict=True))

    return header, rows()


def protect(text: str) -> str:
    """A cell that a spreadsheet would run as a formula gets an apostrophe in front (and loses it when read); a number
    is a number.
    """
    return f"'{text}" if is_formula(text) or text.startswith("'") else text


def unprotect(text: str) -> str:
    return text[1:] if text.startswith("'") and text[1:].startswith((*FORMULA, "'")) else text


def write_csv(header: Sequence[str], rows: Iterable[Row]) -> bytes:
    """UTF-8 with a byte order mark, so that spreadsheets show Chinese."""
    out = io.StringIO()
    _write_csv(header, rows, out)
    return out.getvalue().encode("utf-8-sig")


def _write_csv(header: Sequence[str], rows: Iterable[Row], target: TextIO) -> None:
    writer = csv.writer(target)
    writer.writerow(header)
    for row in rows:
        writer.writerow([protect(row.get(column, "")) for column in header])


def write_xlsx(header: Sequence[str], rows: Iterable[Row], target: BinaryIO) -> None:
    """Row by row, never the whole sheet in memory. Raises TooManyRows past what a sheet holds."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Entrepot")
    sheet.append(list(header))
    try:
        for number, row in enumerate(rows, 2):
            if number > MAX_SHEET_ROWS:
                raise TooManyRows(rows=f"{MAX_SHEET_ROWS:,}")
            sheet.append([_for_sheet(row.get(column, "")) for column in header])
    except BaseException:
        sheet.close()  # what it has written so far
        raise
    book.save(target)


def _for_sheet(text: str) -> str:
    """As a spreadsheet takes it: without control characters, and whole or not at all."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    cell: str = ILLEGAL_CHARACTERS_RE.sub("", protect(text))
    if len(cell) > MAX_SHEET_CELL:  # it would be cut off, and come back so
        raise TooLongForSheet(letters=f"{MAX_SHEET_CELL:,}")
    return cell


def write_table(path: Path, header: Sequence[str], rows: Iterable[Row]) -> None:
    """CSV or XLSX, as the name says."""
    if path.suffix.lower() == ".xlsx":
        with path.open("wb") as target:
            write_xlsx(header, rows, target)
    else:
        with path.open("w", encoding="utf-8-sig", newline="") as text:
            _write_csv(header, rows, text)
