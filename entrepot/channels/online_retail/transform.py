"""What each invoice line is. Pure: a frame in, frames out.

| line | becomes |
|---|---|
| number of digits, positive price | order line: product, postage, fee or adjustment by its stock code |
| price zero, with customer | gift line of the order |
| price zero, without customer | stock adjustment (found, damaged, lost, thrown away) |
| invoice `C...`, or `A...` with negative price | credit note line, matched to what it cancels where that is possible |
| invoice `A...` with positive price | order line: adjustment |
| anything else (no invoice, no date, no code, no amount) | refused, with the reason |

Amounts are rounded to the penny per line, half away from zero, which reproduces the published net of the table.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from entrepot.channels.contracts import HISTORY_COLUMNS as COLUMNS

__all__ = ["COLUMNS", "Classified", "classify", "typed"]

POSTAGE = ("POST", "DOT", "C2")
FEES = ("BANK CHARGES", "AMAZONFEE", "CRUK")
ADJUSTMENTS = ("M", "D", "S", "B", "PADS")

COUNTRIES = {
    "United Kingdom": "GB", "Portugal": "PT", "Canada": "CA", "Singapore": "SG", "Brazil": "BR", "Netherlands": "NL",
    "Finland": "FI", "Hong Kong": "HK", "Germany": "DE", "Iceland": "IS", "France": "FR",
    "United Arab Emirates": "AE", "Belgium": "BE", "Channel Islands": "JE", "Italy": "IT", "Greece": "GR",
    "Poland": "PL", "Japan": "JP", "Spain": "ES", "Australia": "AU", "Lithuania": "LT", "RSA": "ZA", "Sweden": "SE",
    "USA": "US", "Austria": "AT", "Czech Republic": "CZ", "Malta": "MT", "Norway": "NO", "EIRE": "IE",
    "Switzerland": "CH", "Saudi Arabia": "SA", "Israel": "IL", "Lebanon": "LB", "Denmark": "DK", "Cyprus": "CY",
    "Bahrain": "BH",  # "Unspecified" and "European Community" are no country: kept as found, code empty
}


@dataclass(frozen=True, slots=True)
class Classified:
    """All rows with their `kind`, numbered by `row` from 1, and what they add up to."""

    rows: pl.DataFrame
    matches: dict[int, list[tuple[int, int]]]  # credit row -> [(order row, pieces)]

    @property
    def counts(self) -> dict[str, int]:
        return dict(self.rows.group_by("kind").len().sort("kind").iter_rows())


_DATES = ("%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%m/%d/%Y %H:%M",
          "%m/%d/%y %H:%M")  # the last two are those of the table as it was published
_MOST = 10**8  # pieces, and pounds for one: more is no line of an invoice
_MAX_CODE = 80


def typed(table: pl.DataFrame) -> pl.DataFrame:
    """The columns as numbers and moments, whatever the file kept them as; what is none becomes empty and so refused."""
    when = pl.col("InvoiceDate")
    if table.schema["InvoiceDate"] == pl.String:
        plain = when.str.strip_chars()
        when = pl.coalesce(plain.str.to_datetime(form, strict=False, time_unit="us") for form in _DATES)
    elif table.schema["InvoiceDate"].is_temporal():
        when = when.cast(pl.Datetime("us"), strict=False)
    else:
        when = pl.lit(None, pl.Datetime("us"))
    pieces, price = pl.col("Quantity").cast(pl.Int64, strict=False), pl.col("UnitPrice").cast(pl.Float64, strict=False)
    code = pl.col("StockCode").cast(pl.String)
    return table.select(COLUMNS).with_columns(
        InvoiceDate=when, Quantity=pl.when(pieces.abs() <= _MOST).then(pieces),
        UnitPrice=pl.when(price.is_finite() & (price.abs() <= _MOST)).then(price),
        StockCode=pl.when(code.str.len_chars() <= _MAX_CODE).then(code))


def classify(table: pl.DataFrame) -> Classified:
    """Give every row a kind. `table` has COLUMNS; extra columns are ignored."""
    digits = pl.col("InvoiceNo").str.contains(r"^\d+$")
    code = pl.col("StockCode").str.to_uppercase()
    named = pl.col("CustomerID") != ""
    line_kind = (
        pl.when(pl.col("InvoiceNo").str.starts_with("A")).then(pl.lit("adjustment"))
        .when(pl.col("UnitPrice") == 0).then(pl.lit("gift"))
        .when(code.is_in(POSTAGE)).then(pl.lit("postage"))
        .when(code.is_in(FEES)).then(pl.lit("fee"))
        .when(code.is_in(ADJUSTMENTS)).then(pl.lit("adjustment"))
        .otherwise(pl.lit("product"))
    )
    whole = (pl.col("InvoiceNo") != "") & (pl.col("StockCode") != "") & pl.col("InvoiceDate").is_not_null()
    kind = (
        pl.when(~whole | pl.col("Quantity").is_null() | pl.col("UnitPrice").is_null()).then(pl.lit("refused"))
        .when((pl.col("UnitPrice") == 0) & ~named & digits).then(pl.lit("stock_adjustment"))
        .when(pl.col("InvoiceNo").str.starts_with("C") & (pl.col("Quantity") < 0) & (pl.col("UnitPrice") >= 0))
        .then(pl.lit("credit_line"))
        .when(pl.col("InvoiceNo").str.starts_with("A") & (pl.col("UnitPrice") * pl.col("Quantity") < 0))
        .then(pl.lit("credit_line"))
        .when((digits | pl.col("InvoiceNo").str.starts_with("A")) & (pl.col("Quantity") > 0)
              & (pl.col("UnitPrice") >= 0)).then(pl.lit("order_line"))
        .otherwise(pl.lit("refused"))
    )
    text = [pl.col(c).fill_null("").cast(pl.String).str.replace_all(r"[\x00-\x1f\x7f]+", " ").str.strip_chars() for c in
            ("InvoiceNo", "StockCode", "Description", "CustomerID", "Country")]
    rows = table.select(COLUMNS).with_columns(text).with_columns(
        row=pl.int_range(1, pl.len() + 1),
        CustomerID=pl.col("CustomerID").str.replace(r"\.0$", ""),
        duplicate=pl.struct(COLUMNS).is_first_distinct().not_(),
    )
    rows = rows.with_columns(
        kind=kind, line_kind=line_kind,
        minor=_half_away((pl.col("Quantity") * pl.col("UnitPrice")).abs() * 100),
        unit_minor=_half_away(pl.col("UnitPrice").abs() * 100),
    )
    return Classified(rows, match_credits(rows))


def _half_away(pence: pl.Expr) -> pl.Expr:
    """Half away from zero for non-negative pence; the nudge undoes the binary error of prices like 1.255."""
    return (pence + 0.5 + 1e-6).floor().cast(pl.Int64)


def match_credits(rows: pl.DataFrame) -> dict[int, list[tuple[int, int]]]:
    """Which order rows each credit row cancels: same customer, code and price, earlier, the latest first.

    A credit row is matched only as a whole: pieces that cannot all be found leave it standing alone.
    """
    keys = ["CustomerID", "StockCode", "unit_minor"]
    wanted = rows.filter((pl.col("kind") == "credit_line") & (pl.col("CustomerID") != ""))
    sold = (
        rows.filter(pl.col("kind") == "order_line").join(wanted.select(keys).unique(), on=keys, how="semi")
        .select(*keys, "row", "Quantity", "InvoiceDate").sort("InvoiceDate", "row")
    )
    open_rows: dict[tuple[str, str, int], list[_Sold]] = defaultdict(list)
    for customer, code, unit, row, quantity, at in sold.iter_rows():
        open_rows[customer, code, unit].append(_Sold(row, quantity, at))
    matches: dict[int, list[tuple[int, int]]] = {}
    for customer, code, unit, row, quantity, at in (
        wanted.select(*keys, "row", "Quantity", "InvoiceDate").sort("InvoiceDate", "row").iter_rows()
    ):
        if found := _take(open_rows[customer, code, unit], -quantity, at):
            matches[row] = found
    return matches


@dataclass(slots=True)
class _Sold:
    """An order row and how many of its pieces no credit has taken back yet."""

    row: int
    free: int
    at: datetime


def _take(candidates: list[_Sold], pieces: int, before: datetime) -> list[tuple[int, int]]:
    """Take `pieces` from the latest candidates not after `before`; all or nothing."""
    plan, left = [], pieces
    for candidate in reversed(candidates):
        if candidate.at <= before and candidate.free > 0:
            used = min(left, candidate.free)
            plan.append((candidate, used))
            left -= used
            if left == 0:
                break
    if left:
        return []
    for candidate, used in plan:
        candidate.free -= used
    return [(candidate.row, used) for candidate, used in plan]
