"""When stock counts as out, low, damaged or on its way: said here once, for today's page, the desks, the files, the
API and the office's lists."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import F, Q, QuerySet

from entrepot.inventory.models import Balance

_SELLABLE = F("on_hand") - F("reserved") - F("safety") + F("backorder")
LEVELS: Mapping[str, Q] = {
    "out": Q(sellable__lte=0),
    "low": Q(sellable__gt=0, safety__gt=0, on_hand__lte=F("reserved") + F("safety") * 2),
    "damaged": Q(damaged__gt=0),
    "incoming": Q(incoming__gt=0),
}


def with_sellable(balances: QuerySet[Balance]) -> QuerySet[Balance]:
    """`sellable`: what may still be promised (on hand - reserved - safety + backorder); below zero when too much is."""
    return balances.annotate(sellable=_SELLABLE)


def at_level(balances: QuerySet[Balance], level: str) -> QuerySet[Balance]:
    """Those in one state, with `sellable`.

    *out*: nothing can be sold any more. *low*: something still can, a safety stock was named, and what is free
    (on hand - reserved) is at most twice that, so that the next orders would reach it; what is out is not called low
    as well. *damaged* and *incoming*: some lies there set aside, or is on its way.
    """
    return with_sellable(balances).filter(LEVELS[level])
