"""Numbers of invoices and credit notes: without gaps, per kind and year."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.db import transaction

from entrepot.kit import audit, db
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, InvalidInput, NotFound
from entrepot.orders.models import Invoice, NumberFormat
from entrepot.orders.permissions import ISSUER, READ

_BUILT_IN = {Invoice.Kind.INVOICE.value: "INV", Invoice.Kind.CREDIT_NOTE.value: "CN"}
_PREFIX = re.compile(r"[A-Z0-9]{1,8}")  # no hyphen: the year is the second part

# The row stays locked until the number's document is committed, so no number is ever lost or given twice.
_NEXT = """
INSERT INTO orders_numberseries (code, last) VALUES (%s, 1)
ON CONFLICT (code) DO UPDATE SET last = orders_numberseries.last + 1 RETURNING last
"""


def next_number(kind: str, on: date) -> str:  # lint: allow action-actor
    """The next number of a kind of document, in the caller's transaction."""
    return _number(_prefixes()[kind], on.year, db.value(_NEXT, [f"{kind}-{on.year}"]))


def number_series(on: date, *, actor: Actor) -> list[dict[str, Any]]:
    """How documents are numbered: the beginning, the last number of this year and the one that comes next."""
    actor.require(READ)
    given = {r.code: r.last for r in db.rows("SELECT code, last FROM orders_numberseries")}
    rows = []
    for kind, prefix in _prefixes().items():
        last = given.get(f"{kind}-{on.year}", 0)
        rows.append({"kind": kind, "prefix": prefix, "year": on.year, "last": last,
                     "next": _number(prefix, on.year, last + 1)})
    return rows


def set_number_prefix(kind: str, prefix: str, *, actor: Actor) -> None:
    """How numbers of this kind begin from now on. Counting goes on; documents that exist keep their numbers."""
    actor.require(ISSUER)
    if kind not in _BUILT_IN:
        raise NotFound("number series")
    if not _PREFIX.fullmatch(prefix):
        raise InvalidInput("prefix", N_("One to eight capital letters or digits."))
    with transaction.atomic():
        before = _prefixes()
        if any(other == prefix for k, other in before.items() if k != kind):
            raise InvalidInput("prefix", N_("Another kind of document begins so already."))
        NumberFormat.objects.update_or_create(kind=kind, defaults={"prefix": prefix})
        audit.record(actor, "orders.set_number_prefix", "number_series", kind, old={"prefix": before[kind]},
                     new={"prefix": prefix})


def _prefixes() -> dict[str, str]:
    return _BUILT_IN | dict(NumberFormat.objects.values_list("kind", "prefix"))


def _number(prefix: str, year: int, serial: int) -> str:
    return f"{prefix}-{year}-{serial:06d}"
