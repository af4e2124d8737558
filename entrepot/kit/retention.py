"""How long records of people are kept that no law asks us to keep: in days, which the shop decides. What is older goes
at night, in batches, so that a large table never stands still.

A context declares its own in `tasks.py`: `retention.declare("insight.events", N_("..."), 400, actions.forget_events)`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from entrepot.kit import audit, clock, db
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, InvalidInput, NotFound
from entrepot.kit.permissions import RETENTION, RETENTION_READ

BATCH = 5000
MOST_DAYS = 3650

Purge = Callable[[datetime, int], int]  # forgets at most so many rows from before a moment; how many it were


@dataclass(frozen=True, slots=True)
class Period:
    """How many days a kind of record is kept."""

    code: str
    text: str
    days: int
    default: int


@dataclass(frozen=True, slots=True)
class _Declared:
    text: str
    default: int
    purge: Purge


_all: dict[str, _Declared] = {}


def declare(code: str, text: str, days: int, purge: Purge) -> None:
    """Something that is kept for `days` unless the shop says otherwise; `text` is an English gettext msgid."""
    if code in _all:
        raise ValueError(f"retention of {code} is declared twice")
    _all[code] = _Declared(text, days, purge)


def periods(*, actor: Actor) -> list[Period]:
    """All periods, chosen or default."""
    actor.require(RETENTION_READ)
    return _periods()


def _periods() -> list[Period]:
    chosen = {r.code: r.days for r in db.rows("SELECT code, days FROM kit_retention")}
    return [Period(code, d.text, chosen.get(code, d.default), d.default) for code, d in sorted(_all.items())]


def days_of(code: str) -> int:
    """How long this is kept now."""
    found = next((p.days for p in _periods() if p.code == code), None)
    if found is None:
        raise NotFound(N_("kind of record"))
    return found


def set_days(code: str, days: int | None, *, actor: Actor) -> None:
    """Keep for so many days from now on; None goes back to what is usual."""
    actor.require(RETENTION)
    if code not in _all:
        raise NotFound(N_("kind of record"))
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise InvalidInput("days", N_("Between one day and ten years."))
    with transaction.atomic():
        old = db.value("SELECT days FROM kit_retention WHERE code = %s FOR UPDATE", [code])
        if days is None:
            db.execute("DELETE FROM kit_retention WHERE code = %s", [code])
        else:
            db.execute("INSERT INTO kit_retention (code, days) VALUES (%s, %s)"
                       " ON CONFLICT (code) DO UPDATE SET days = excluded.days", [code, days])
        audit.record(actor, "system.set_retention", "retention", code, old={"days": old}, new={"days": days})


def purge_all(now: datetime | None = None) -> dict[str, int]:  # lint: allow action-actor  housekeeping
    """Forget what is past its time. How many rows of each kind."""
    now = now or clock.now()
    return {p.code: _purge(_all[p.code].purge, now - timedelta(days=p.days)) for p in _periods()}


def _purge(purge: Purge, before: datetime) -> int:
    gone = 0
    while count := purge(before, BATCH):
        gone += count
    return gone
