"""Tables for spreadsheets, written while they are read: CSV line by line, XLSX through a file on disk."""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, BinaryIO

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\x00")
_BELOW_ZERO = re.compile(r"-\d+(\.\d+)?", re.ASCII)
MOST_ROWS = 200_000


def guarded(value: Any) -> Any:
    """A text that a spreadsheet would run as a formula is kept a text; numbers and dates are what they are."""
    return f"'{value}" if isinstance(value, str) and is_formula(value) else value


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would work it out. A number below zero comes to itself, and goes as it is: with an
    apostrophe no program would read it as a number any more.
    """
    return text.startswith(FORMULA) and not _BELOW_ZERO.fullmatch(text)


class _Line:
    """What csv.writer writes to: it hands each line on instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Lines of CSV, safe to open in a spreadsheet."""
    writer = csv.writer(_Line())
    yield "\ufeff" + writer.writerow(header)  # the mark tells spreadsheets that it is UTF-8
    for row in rows:
        yield writer.writerow(["" if v is None else guarded(v) for v in row])


def xlsx_file(header: Sequence[str], rows: Iterable[Sequence[Any]], title: str) -> BinaryIO:
    """A workbook of one sheet, safe to open; the caller closes it."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    sheet.append(list(header))
    for row in rows:
        sheet.append([guarded(v) for v in row])
    file = tempfile.TemporaryFile()  # noqa: SIM115  the answer closes it
    book.save(file)
    file.seek(0)
    return file
