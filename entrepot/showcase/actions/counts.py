"""Write counted questions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from entrepot.kit import db
from entrepot.kit.actor import Actor
from entrepot.showcase.permissions import READ

_ADD = """
INSERT INTO showcase_querycount AS c (day, language, query, asked, empty)
SELECT %s, * FROM unnest(%s::text[], %s::text[], %s::int[], %s::int[])
ON CONFLICT (day, language, query) DO UPDATE SET asked = c.asked + excluded.asked, empty = c.empty + excluded.empty
"""


def add_counts(rows: Sequence[tuple[str, str, int, int]], *, day: date, actor: Actor) -> int:
    """(language, query, asked, without result), sorted, so that two processes never wait for each other in a ring."""
    actor.require(READ)
    languages, texts, asked, empty = (list(column) for column in zip(*rows, strict=True))
    return db.execute(_ADD, [day, languages, texts, asked, empty])


def forget_counts(before: date, *, actor: Actor) -> int:
    actor.require(READ)
    return db.execute("DELETE FROM showcase_querycount WHERE day < %s", [before])
