"""What must always hold, as SQL that returns the rows that break it: after flow tests, nightly, by `entrepot check`.

A context registers its own in `invariants.py`: `register("inventory.stock_conserved", N_("..."), "SELECT ...")`.
Each has a twin test that plants a violation and sees it found.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from entrepot.kit import db


@dataclass(frozen=True, slots=True)
class Invariant:
    """`sql` selects at most a few identifying columns of every offending row; no row means it holds."""

    code: str
    text: str
    sql: str


@dataclass(frozen=True, slots=True)
class Violation:
    """A row that breaks an invariant."""

    code: str
    text: str
    row: dict[str, object]


_all: dict[str, Invariant] = {}


def register(code: str, text: str, sql: str) -> None:
    """Declare an invariant; `text` is an English gettext msgid that says what should be true."""
    if code in _all:
        raise ValueError(f"invariant {code} is declared twice")
    _all[code] = Invariant(code, text, sql)


def registered() -> list[Invariant]:
    """All invariants by code."""
    return [_all[code] for code in sorted(_all)]


def violations(*, limit: int = 20) -> list[Violation]:
    """Run every invariant; at most `limit` offending rows of each.

    They compare whole tables, often right after much was written: without the limit that holds for requests, and
    without nested loops, which a planner with old statistics would choose and which never end there.
    """
    found: list[Violation] = []
    with transaction.atomic():
        db.execute("SET LOCAL statement_timeout = 0")
        db.execute("SET LOCAL enable_nestloop = off")
        for invariant in registered():
            for row in db.rows(f"SELECT * FROM ({invariant.sql}) AS offending LIMIT {int(limit)}"):  # noqa: S608 our own SQL
                found.append(Violation(invariant.code, invariant.text, row._asdict()))
    return found
