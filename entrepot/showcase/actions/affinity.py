"""What goes together and what sells best, as whoever knows the orders worked it out: the old is replaced by the new."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from entrepot.kit import clock, db
from entrepot.kit.actor import Actor
from entrepot.showcase.actions.rebuild import FEED_LOCK
from entrepot.showcase.permissions import REBUILD

_COMPANIONS = """
INSERT INTO showcase_companion (product_id, position, other_id, together)
SELECT p, row_number() OVER (PARTITION BY p ORDER BY n DESC, o), o, n
FROM unnest(%s::uuid[], %s::uuid[], %s::int[]) AS t(p, o, n)
"""
_BESTSELLERS = """
INSERT INTO showcase_bestseller (channel_id, position, product_id, orders)
SELECT c, row_number() OVER (PARTITION BY c ORDER BY n DESC, p), p, n
FROM unnest(%s::smallint[], %s::uuid[], %s::int[]) AS t(c, p, n)
"""


def keep_companions(rows: Iterable[tuple[UUID, UUID, int]], *, actor: Actor) -> int:
    """(product, the other, in how many orders); both directions are given."""
    return _replace("showcase_companion", _COMPANIONS, rows, actor)


# What sold more or less than was known: the index sorts by it and follows this feed, which is written in id order.
_CHANGED = """
INSERT INTO showcase_indexchange (product_id, at)
SELECT DISTINCT product_id, %s::timestamptz
FROM unnest(%s::smallint[], %s::uuid[], %s::int[]) AS t(channel_id, product_id, orders)
FULL JOIN showcase_bestseller b USING (channel_id, product_id)
WHERE t.orders IS DISTINCT FROM b.orders
"""


def keep_bestsellers(rows: Iterable[tuple[int, UUID, int]], *, actor: Actor) -> int:
    """(channel, product, in how many orders). Joins the caller's transaction."""
    actor.require(REBUILD)
    found = list(rows)
    columns = [list(column) for column in zip(*found, strict=True)] or [[], [], []]
    with transaction.atomic():
        db.value(FEED_LOCK)
        db.execute(_CHANGED, [clock.now(), *columns])
        return _replace("showcase_bestseller", _BESTSELLERS, found, actor)


def _replace(table: str, insert: str, rows: Iterable[tuple[object, object, int]], actor: Actor) -> int:
    actor.require(REBUILD)
    columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], []]
    with transaction.atomic():
        db.execute(f"DELETE FROM {table}")  # noqa: S608 one of two names above
        return db.execute(insert, columns)
