"""Reads of the showcase: a document, a page of a shelf, cards by id, and what the index needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from entrepot.kit import clock, db, paging
from entrepot.kit.errors import N_, InvalidInput
from entrepot.showcase import engine, rules
from entrepot.showcase.contracts import ListingRequest, Neighbours, PinInfo, QueryReportRow, Sort, Status, SynonymInfo

DOCUMENT = """
SELECT body, etag FROM showcase_document WHERE channel_id = %s AND language = %s AND slug = %s
"""


def get_document(channel_id: int, language: str, slug: str) -> tuple[bytes, str] | None:
    """The product's bytes and their etag (one statement)."""
    found = db.packed(DOCUMENT, [channel_id, language, slug])
    return (found[0][0], found[0][1]) if found else None


def list_documents(channel_id: int, language: str, slugs: Sequence[str]) -> dict[str, bytes]:
    """Products' bytes by slug (one statement)."""
    return dict(db.packed("SELECT slug, body FROM showcase_document WHERE channel_id = %s AND language = %s"
                          " AND slug = ANY(%s::text[])", [channel_id, language, list(slugs)]))


# The shelf is looked up inside the statement, so that its id is a constant of the walk along the placement index. The
# limit is part of the text: as a parameter it makes the planner think of a tenth of the shelf and plan every call anew.
_PAGE = """
SELECT d.card, p.{key}, p.document_id
FROM showcase_placement p JOIN showcase_document d ON d.id = p.document_id
WHERE p.shelf_id = (SELECT id FROM showcase_shelf
                    WHERE channel_id = %s AND language = %s AND kind = %s AND slug = %s LIMIT 1)
  AND (p.{key}, p.document_id) {beyond} (%s, %s)
ORDER BY p.{key} {way}, p.document_id {way} LIMIT {limit}
"""

_LAST = 2**62


@dataclass(frozen=True, slots=True)
class _Order:
    key: str
    is_rising: bool
    start: int | bytes  # the key that no row is before


_ORDERS = {
    Sort.NEWEST: _Order("rank", False, _LAST),
    Sort.PRICE: _Order("price_minor", True, -1),
    Sort.PRICE_DESC: _Order("price_minor", False, _LAST),
    Sort.NAME: _Order("name_key", True, b""),
}


@lru_cache(len(Sort) * paging.MAX_LIMIT)
def _page_sql(sort: Sort, limit: int) -> str:
    order = _ORDERS[sort]
    return _PAGE.format(key=order.key, limit=int(limit) + 1, beyond=">" if order.is_rising else "<",
                        way="ASC" if order.is_rising else "DESC")


def page_statement(request: ListingRequest) -> tuple[str, list[Any]]:
    """The one statement of a listing and its parameters. One row more than the page tells whether another follows."""
    key, document_id = _after(request, _ORDERS[request.sort].start)
    kind, slug = _shelf(request)
    return _page_sql(request.sort, request.limit), [request.channel_id, request.language, kind, slug, key, document_id]


def _shelf(request: ListingRequest) -> tuple[str, str]:
    if request.category and request.collection:
        raise InvalidInput("collection", N_("Name a category or a collection, not both."))
    if request.category:
        return "category", request.category
    return ("collection", request.collection) if request.collection else ("all", "")


def _after(request: ListingRequest, start: int | bytes) -> tuple[int | bytes, int]:
    if not request.cursor:
        return start, _LAST if request.sort in (Sort.NEWEST, Sort.PRICE_DESC) else -1
    sort, key, document_id = paging.decode(request.cursor, size=3)
    if sort != request.sort or not _fits(document_id):
        raise paging.foreign()
    if isinstance(start, bytes):
        try:
            return bytes.fromhex(key), document_id
        except (TypeError, ValueError) as error:
            raise paging.foreign() from error
    if not _fits(key):
        raise paging.foreign()
    return key, document_id


def _fits(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _LAST


def get_page(request: ListingRequest) -> bytes | None:
    """A page of a shelf, ready to send: `{"items": [...], "next": cursor or null}`; None when nothing is on it."""
    sql, params = page_statement(request)
    found = db.packed(sql, params)
    if not found:
        return None
    more = len(found) > request.limit
    if more:
        found.pop()
    items = b",".join([row[0] for row in found])
    return b'{"items":[' + items + b'],"next":' + (_cursor(request.sort, found[-1]) if more else b"null") + b"}"


def _cursor(sort: Sort, last: tuple[Any, ...]) -> bytes:
    key = last[1].hex() if isinstance(last[1], bytes) else last[1]
    return b'"' + paging.encode([sort.value, key, last[2]]).encode() + b'"'


def has_shelf(channel_id: int, language: str, kind: str, slug: str) -> bool:
    return db.value("SELECT 1 FROM showcase_shelf WHERE channel_id = %s AND language = %s AND kind = %s AND slug = %s"
                    " LIMIT 1", [channel_id, language, kind, slug]) is not None


def list_cards(document_ids: Sequence[int]) -> list[bytes]:
    """The cards of these documents in this order; one that is gone meanwhile is left out (one statement)."""
    if not document_ids:
        return []
    found = dict(db.packed("SELECT id, card FROM showcase_document WHERE id = ANY(%s::bigint[])", [list(document_ids)]))
    return [found[id_] for id_ in document_ids if id_ in found]


_PAST = """
SELECT query FROM showcase_querycount
WHERE language = %s AND query >= %s AND query < %s AND day >= %s
GROUP BY query HAVING sum(asked) >= %s AND sum(empty) * 2 < sum(asked)
ORDER BY sum(asked) DESC, query LIMIT %s
"""
_PAST_ASKED = 3  # a question that only one visitor asked may be about that visitor


def find_past_queries(language: str, prefix: str, since: date, limit: int) -> list[str]:
    """What others asked that begins like this and mostly found something."""
    return [r.query for r in db.rows(_PAST, [language, prefix, prefix + "\U0010ffff", since, _PAST_ASKED, limit])]


_CATEGORIES = """
SELECT DISTINCT ON (target_id) slug, name FROM showcase_shelf
WHERE channel_id = %s AND language = %s AND kind = 'category' ORDER BY target_id
"""


def list_categories(channel_id: int, language: str) -> list[tuple[str, str]]:
    return [(r.slug, r.name) for r in db.rows(_CATEGORIES, [channel_id, language])]


_REPORT = """
SELECT query, language, sum(asked)::bigint AS asked, sum(empty)::bigint AS empty FROM showcase_querycount
WHERE day >= %s AND (%s = '' OR language = %s)
GROUP BY query, language HAVING NOT %s OR sum(empty) > 0
ORDER BY CASE WHEN %s THEN sum(empty) ELSE sum(asked) END DESC, query, language LIMIT %s
"""


def list_query_report(since: date, *, language: str = "", only_empty: bool = False,
                      limit: int = 100) -> list[QueryReportRow]:
    """What visitors searched for since a day, the most asked first, or what found nothing, the most missed first."""
    rows = db.rows(_REPORT, [since, language, language, only_empty, only_empty, limit])
    return [QueryReportRow(r.query, r.language, r.asked, r.empty) for r in rows]


def list_synonyms(language: str = "", *, after: int = 0, limit: int = 10_000) -> list[SynonymInfo]:
    """Groups of synonyms by id, of one language or of all."""
    rows = db.rows("SELECT id, language, words FROM showcase_synonym WHERE (%s = '' OR language = %s) AND id > %s"
                   " ORDER BY id LIMIT %s", [language, language, after, limit])
    return [SynonymInfo(r.id, r.language, tuple(r.words)) for r in rows]


def list_pins(query: str = "", *, after: int = 0, limit: int = 10_000) -> list[PinInfo]:
    """Pins by id, of one query or of all."""
    rows = db.rows("SELECT id, query, language, product_id, position FROM showcase_pin"
                   " WHERE (%s = '' OR query = %s) AND id > %s ORDER BY id LIMIT %s", [query, query, after, limit])
    return [PinInfo(r.id, r.query, r.language, r.product_id, r.position) for r in rows]


_STATUS = """
SELECT (SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'showcase_document'::regclass) AS documents,
       (SELECT count(*) FROM (SELECT 1 FROM showcase_dirty LIMIT 100000) AS marks) AS waiting,
       (SELECT marked_at FROM showcase_dirty ORDER BY id LIMIT 1) AS oldest,
       (SELECT coalesce(max(id), 0) FROM showcase_indexchange) AS last_change,
       (SELECT at FROM showcase_indexchange WHERE id > %s ORDER BY id LIMIT 1) AS unseen
"""


def get_status(now: datetime | None = None) -> Status:
    """How fresh documents and this machine's index are (one statement; `documents` is an estimate)."""
    now = now or clock.now()
    state = engine.state()
    found = db.row(_STATUS, [state.applied])
    behind = int(found.unseen is not None and now - found.unseen > rules.STALE_AFTER)
    return Status(found.documents, found.waiting, found.oldest, found.last_change, state.applied, state.generation,
                  rules.is_fresh(now, found.oldest, behind))


# ---- what the index is built from


@dataclass(frozen=True, slots=True)
class StoredDocument:
    id: int
    product_id: UUID
    channel_id: int
    language: str
    body: bytes
    rank: int
    sold: int


_OF_PRODUCTS = """
SELECT d.id, d.product_id, d.channel_id, d.language, d.body, coalesce(p.rank, 0), coalesce(b.orders, 0)
FROM showcase_document d
LEFT JOIN showcase_shelf s ON s.channel_id = d.channel_id AND s.language = d.language AND s.kind = 'all'
LEFT JOIN showcase_placement p ON p.document_id = d.id AND p.shelf_id = s.id
LEFT JOIN showcase_bestseller b ON b.channel_id = d.channel_id AND b.product_id = d.product_id
WHERE {which} ORDER BY d.id LIMIT {limit}
"""
_BATCH = 2000


def list_documents_of(product_ids: Sequence[UUID]) -> list[StoredDocument]:
    sql = _OF_PRODUCTS.format(which="d.product_id = ANY(%s)", limit="ALL")
    return [StoredDocument(*row) for row in db.packed(sql, [list(product_ids)])]


def each_document() -> Iterator[StoredDocument]:
    """Every document, in batches, by id."""
    sql, last = _OF_PRODUCTS.format(which="d.id > %s", limit=str(_BATCH)), 0
    while found := db.packed(sql, [last]):
        yield from (StoredDocument(*row) for row in found)
        last = found[-1][0]


def last_change() -> int:
    return int(db.value("SELECT coalesce(max(id), 0) FROM showcase_indexchange"))


def first_change() -> int:
    return int(db.value("SELECT coalesce(min(id), 0) FROM showcase_indexchange"))


def list_changes(after: int, limit: int) -> list[tuple[int, UUID]]:
    """The feed beyond a change: (id, product)."""
    rows = db.packed("SELECT id, product_id FROM showcase_indexchange WHERE id > %s ORDER BY id LIMIT %s",
                     [after, limit])
    return [(row[0], row[1]) for row in rows]


def count_documents() -> int:
    return int(db.value("SELECT count(*) FROM showcase_document"))


_NEIGHBOURS = """
SELECT w.kind, d.card FROM (
    SELECT other_id AS product_id, 'together' AS kind, position::int AS place FROM showcase_companion
    WHERE product_id = %(product)s
    UNION ALL SELECT o.product_id, 'similar', t.at::int
    FROM unnest(%(similar)s::bigint[]) WITH ORDINALITY AS t(id, at) JOIN showcase_document o ON o.id = t.id
) w JOIN showcase_document d ON d.product_id = w.product_id AND d.channel_id = %(channel)s AND d.language = %(language)s
ORDER BY w.kind, w.place
"""


def list_neighbours(channel_id: int, language: str, product_id: UUID, similar: Sequence[int]) -> Neighbours:
    """Cards that stand beside a product (one statement); `similar` are ids of documents."""
    found: dict[str, list[bytes]] = {"together": [], "similar": []}
    for kind, card in db.packed(_NEIGHBOURS, {"product": product_id, "channel": channel_id, "language": language,
                                              "similar": list(similar)}):
        found[kind].append(card)
    return Neighbours(tuple(found["together"]), tuple(found["similar"]))


_BESTSELLERS = """
SELECT d.card FROM showcase_bestseller b JOIN showcase_document d
  ON d.product_id = b.product_id AND d.channel_id = b.channel_id AND d.language = %s
WHERE b.channel_id = %s ORDER BY b.position LIMIT %s
"""


def list_bestsellers(channel_id: int, language: str, limit: int) -> list[bytes]:
    """Cards of what sells best in a channel (one statement)."""
    return [row[0] for row in db.packed(_BESTSELLERS, [language, channel_id, limit])]


_CARDS_OF = """
SELECT product_id, card FROM showcase_document WHERE channel_id = %s AND language = %s AND product_id = ANY(%s::uuid[])
"""


def list_cards_of(channel_id: int, language: str, product_ids: Sequence[UUID]) -> list[bytes]:
    found = dict(db.packed(_CARDS_OF, [channel_id, language, list(product_ids)]))
    return [found[id_] for id_ in product_ids if id_ in found]


def list_cards_by_slug(channel_id: int, language: str, slugs: Sequence[str]) -> list[bytes]:
    found = dict(db.packed("SELECT slug, card FROM showcase_document WHERE channel_id = %s AND language = %s"
                           " AND slug = ANY(%s::text[])", [channel_id, language, list(slugs)]))
    return [found[slug] for slug in slugs if slug in found]
