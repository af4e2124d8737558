"""All that the shop shows in a channel and language, for sitemaps and feeds: streamed, never all in memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from entrepot.kit import db

_BATCH = 2000


def freshness() -> tuple[int, datetime | None]:
    """A number that grows with every change of a document, and when the last one was (one cheap statement)."""
    found = db.row("SELECT id, at FROM showcase_indexchange ORDER BY id DESC LIMIT 1")
    return (found.id, found.at) if found else (0, None)


def count_products(channel_id: int, language: str) -> int:
    """How many products visitors of the channel see in this language."""
    return int(db.value("SELECT count(*) FROM showcase_document WHERE channel_id = %s AND language = %s",
                        [channel_id, language]))


_ADDRESSES = """
SELECT slug, updated_at FROM showcase_document WHERE channel_id = %s AND language = %s AND slug > %s
ORDER BY slug LIMIT %s
"""
_NTH = "SELECT slug FROM showcase_document WHERE channel_id = %s AND language = %s ORDER BY slug OFFSET %s LIMIT 1"


def products(channel_id: int, language: str, *, skip: int = 0, limit: int = 50_000) -> Iterator[tuple[str, datetime]]:
    """(slug, last change) in the order of slugs, from the one after `skip` others."""
    last = db.value(_NTH, [channel_id, language, skip - 1]) if skip else ""
    while limit > 0 and last is not None:
        found = db.rows(_ADDRESSES, [channel_id, language, last, min(limit, _BATCH)])
        yield from ((r.slug, r.updated_at) for r in found)
        limit -= len(found)
        last = found[-1].slug if len(found) == _BATCH else None


_BODIES = """
SELECT slug, body FROM showcase_document WHERE channel_id = %s AND language = %s AND slug > %s ORDER BY slug LIMIT %s
"""


def bodies(channel_id: int, language: str, *, batch: int = 200) -> Iterator[bytes]:
    """The page data of every product, in the order of slugs."""
    last: str | None = ""
    while last is not None:
        found = db.packed(_BODIES, [channel_id, language, last, batch])
        yield from (bytes(body) for _slug, body in found)
        last = found[-1][0] if len(found) == batch else None


_SHELVES = """
SELECT s.slug, (SELECT p.rank FROM showcase_placement p WHERE p.shelf_id = s.id ORDER BY p.rank DESC LIMIT 1) AS rank
FROM showcase_shelf s WHERE s.channel_id = %s AND s.language = %s AND s.kind = %s ORDER BY s.slug LIMIT 50000
"""


def shelves(channel_id: int, language: str, kind: str) -> Iterator[tuple[str, datetime]]:
    """(slug, when its newest product came) of the categories or collections that have something to show."""
    for r in db.rows(_SHELVES, [channel_id, language, kind]):
        if r.rank is not None:
            yield r.slug, datetime.fromtimestamp(r.rank / 1000, UTC)
