"""Lists to take away: CSV that spreadsheets open as text and numbers, never as formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from entrepot.kit.errors import N_
from entrepot.kit.sheets import guarded

MOST = 50_000


def wants_csv(request: HttpRequest) -> bool:
    return request.GET.get("format") == "csv"


# What the columns are called, in the reader's language.
_HEADS = {
    "at": N_("When"), "sku": N_("SKU"), "name": N_("Name"), "warehouse": N_("Warehouse"), "kind": N_("Kind"),
    "on_hand": N_("on hand"), "reserved": N_("reserved"), "sellable": N_("can be sold"), "damaged": N_("damaged"),
    "incoming": N_("on the way"), "safety": N_("Safety stock"), "backorder": N_("Backorders"),
    "balance": N_("Balance"), "reason": N_("Reason"), "by": N_("By"), "number": N_("Number"), "from": N_("From"),
    "to": N_("To"), "state": N_("State"), "quantity": N_("Quantity"), "received": N_("Received"),
    "expected": N_("Expected"), "counted": N_("Counted"), "difference": N_("Difference")}


def heads(*names: str) -> list[str]:
    return [pgettext("stock", "Reference") if name == "reference" else _(_HEADS[name]) for name in names]


def sheet(name: str, heads: Iterable[Any], rows: Iterable[Iterable[Any]]) -> HttpResponse:
    """At most so many rows, written whole: what fails does so before anything is sent."""
    answer = HttpResponse(b"".join(_written(heads, rows)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _written(heads: Iterable[Any], rows: Iterable[Iterable[Any]]) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield "\ufeff".encode()
    for row in (heads, *_some(rows)):
        writer.writerow([_cell(value) for value in row])
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()


def _some(rows: Iterable[Iterable[Any]]) -> Iterator[Iterable[Any]]:
    for n, row in enumerate(rows):
        if n >= MOST:
            return
        yield row


def _cell(value: Any) -> Any:
    """Numbers stay numbers and moments are those of the reader's clock; a text is no formula."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(sep=" ", timespec="seconds")[:19]
    return guarded("" if value is None else str(value))
