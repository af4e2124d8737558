"""Whose is what is set aside? A provider divides no authorisation: the payment stays with the order it was made for
(its home), and earmarks say how much of it is meant for other orders.

Earmarks are locked after orders and never before them, by their ids. An order whose share of the money changed is told
by an event and looks at its money behind its own lock.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from entrepot.kit import db, outbox
from entrepot.orders.events import MoneyShared
from entrepot.orders.models import Earmark, Order, Transfer

_ADD = """
INSERT INTO orders_earmark (source_id, target_id, amount_minor) VALUES (%s, %s, %s)
ON CONFLICT (source_id, target_id) DO UPDATE SET amount_minor = orders_earmark.amount_minor + EXCLUDED.amount_minor
"""


def hand_over(order: Order, to: Order, amount_minor: int, free_minor: int) -> None:  # lint: allow action-actor
    """So much of what is set aside for one order is for another from now on: first of its own payments, of which
    `free_minor` is meant for nobody else, then of what other homes hold for it."""
    own = min(amount_minor, free_minor)
    if own > 0:
        db.execute(_ADD, [order.id, to.id, own])
        amount_minor -= own
    for mark in Earmark.objects.select_for_update().filter(target=order).order_by("id"):
        source_id = mark.source_id
        if part := _lower(mark, amount_minor):
            amount_minor -= part
            if source_id != to.id:
                db.execute(_ADD, [source_id, to.id, part])


def serve(home: Order, spare_minor: int, held_minor: int, now: datetime,  # lint: allow action-actor
          first: UUID | None = None) -> bool:
    """What a home has taken beyond its own needs pays for those it holds money for; what is no longer set aside is
    meant for nobody. True when something moved."""
    marks = list(Earmark.objects.select_for_update().filter(source=home).order_by("id"))
    marks.sort(key=lambda mark: mark.target_id != first)
    paid = cut = 0
    for mark in marks:
        paid += pay(mark, spare_minor - paid, now)
    lacking = sum(mark.amount_minor for mark in marks) - held_minor
    for mark in reversed(marks):
        cut += _lower(mark, lacking - cut)
    return bool(paid or cut)


def pay(mark: Earmark, most_minor: int, now: datetime) -> int:  # lint: allow action-actor
    """Money that was taken goes to the order it was set aside for; returns how much."""
    source_id, target_id = mark.source_id, mark.target_id
    part = _lower(mark, most_minor)
    if part:
        Transfer.objects.create(source_id=source_id, target_id=target_id, amount_minor=part, reason="earmark", at=now)
    return part


def give_back(order: Order) -> None:  # lint: allow action-actor
    """The order needs no more: what homes hold for it is theirs again."""
    for mark in Earmark.objects.select_for_update().filter(target=order).order_by("id"):
        outbox.publish(MoneyShared(mark.source_id))
        mark.delete()


def _lower(mark: Earmark, most_minor: int) -> int:
    part = min(most_minor, mark.amount_minor)
    if part <= 0:
        return 0
    mark.amount_minor -= part
    if mark.amount_minor:
        mark.save(update_fields=["amount_minor"])
    else:
        mark.delete()
    outbox.publish(MoneyShared(mark.target_id))
    return part
