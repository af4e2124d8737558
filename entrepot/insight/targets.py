"""Sales targets: what a channel should sell in a month, or on one day that is unlike the others."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db import transaction

from entrepot.catalog import public as catalog
from entrepot.insight.models import SalesTarget
from entrepot.insight.permissions import READ, TARGETS
from entrepot.kit import audit
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, InvalidInput
from entrepot.kit.money import split_minor


class Span(StrEnum):
    """What a sales target is for."""

    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Target:
    """What a channel means to sell in a day or a month, in minor units; `starts_on` is its first day."""

    channel: str
    span: Span
    starts_on: date
    amount_minor: int
    currency: str


def set_target(channel: str, span: Span, on: date, amount_minor: int | None, *, actor: Actor) -> None:
    """Set, change or (without an amount) take away a target; a month is named by any of its days."""
    actor.require(TARGETS)
    if amount_minor is not None and amount_minor <= 0:
        raise InvalidInput("amount_minor", N_("A target is more than nothing."))
    sold_in = catalog.channel(channel)
    starts_on = on.replace(day=1) if span is Span.MONTH else on
    with transaction.atomic():
        found = SalesTarget.objects.filter(channel_id=sold_in.id, span=span, starts_on=starts_on)
        old = found.values_list("amount_minor", flat=True).first()
        if amount_minor is None:
            found.delete()
        else:
            SalesTarget.objects.update_or_create(channel_id=sold_in.id, span=span, starts_on=starts_on,
                                                 defaults={"amount_minor": amount_minor, "currency": sold_in.currency})
        audit.record(actor, "insight.set_target", "channel", sold_in.id, old={"amount_minor": old},
                     new={"amount_minor": amount_minor, "span": span, "starts_on": starts_on.isoformat()})


def list_targets(first_on: date, last_on: date, *, actor: Actor) -> list[Target]:
    """Targets that touch these business dates, months whole."""
    actor.require(READ)
    codes = {c.id: c.code for c in catalog.channels()}
    found = SalesTarget.objects.filter(starts_on__range=(first_on.replace(day=1), last_on)).order_by(
        "starts_on", "channel_id", "span")
    return [Target(codes.get(t.channel_id, ""), Span(t.span), t.starts_on, t.amount_minor, t.currency) for t in found]


def day_targets(days: Iterable[date], *, actor: Actor) -> dict[tuple[str, date], int]:
    """What each channel should sell on each day: the day's own target, else its share of the month's, whose days
    together are the month's to the cent."""
    wanted = sorted(days)
    known = {(t.channel, t.span, t.starts_on): t.amount_minor
             for t in list_targets(wanted[0], wanted[-1], actor=actor)} if wanted else {}
    found = {}
    for code in {channel for channel, _span, _on in known}:
        for day in wanted:
            whole_month = known.get((code, Span.MONTH, day.replace(day=1)))
            amount = known.get((code, Span.DAY, day))
            if amount is None and whole_month is not None:
                amount = split_minor(whole_month, [1] * monthrange(day.year, day.month)[1])[day.day - 1]
            if amount is not None:
                found[code, day] = amount
    return found
