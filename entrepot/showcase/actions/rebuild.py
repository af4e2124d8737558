"""Keep the documents right: marks in, finished documents out, in batches with a constant number of statements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError, transaction

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import ChannelInfo, ProductSource
from entrepot.inventory import public as inventory
from entrepot.kit import clock, db
from entrepot.kit.actor import Actor
from entrepot.kit.json import dumps_text
from entrepot.pricing import public as pricing
from entrepot.showcase.documents import Made, Offers, make
from entrepot.showcase.permissions import REBUILD

log = structlog.get_logger(__name__)

BATCH = 500
DATABASE_GONE = (OperationalError, InterfaceError)

# Rebuilds run one after another: otherwise the slower of two could write what it read before the faster's change.
# It also puts the ids of the feed in the order of their commits, which its followers rely on.
FEED_LOCK = "SELECT pg_advisory_xact_lock(hashtext('showcase.rebuild'))"


def mark_dirty(product_ids: Iterable[UUID], *, actor: Actor) -> int:
    """Note that these products' documents must be rebuilt (one statement, in the caller's transaction if any)."""
    actor.require(REBUILD)
    return db.execute("INSERT INTO showcase_dirty (product_id, marked_at) SELECT unnest(%s::uuid[]), %s",
                      [sorted(set(product_ids)), clock.now()])


_MARK_SHELF = """
INSERT INTO showcase_dirty (product_id, marked_at)
SELECT DISTINCT d.product_id, %s::timestamptz FROM showcase_shelf s
JOIN showcase_placement p ON p.shelf_id = s.id JOIN showcase_document d ON d.id = p.document_id
WHERE s.kind = %s AND s.target_id = %s
"""


def mark_category(category_id: int, *, actor: Actor) -> int:
    """A category was renamed or moved: everything in it and below names it."""
    actor.require(REBUILD)
    return db.execute(_MARK_SHELF, [clock.now(), "category", category_id])


_MARK_PARTS = """
INSERT INTO showcase_dirty (product_id, marked_at)
SELECT product_id, %s FROM (
    SELECT DISTINCT product_id FROM showcase_bundlepart WHERE variant_id = ANY(%s)
    UNION SELECT unnest(%s::uuid[])) AS touched
"""


def mark_variants(variant_ids: Sequence[UUID], *, actor: Actor) -> int:
    """Stock came or went: the products of these variants, and the bundles that take them."""
    actor.require(REBUILD)
    owners = {facts.product_id for facts in catalog.variant_facts(variant_ids).values()}
    return db.execute(_MARK_PARTS, [clock.now(), list(variant_ids), sorted(owners)])


_MARK_FORGOTTEN = """
INSERT INTO showcase_dirty (product_id, marked_at)
SELECT DISTINCT product_id, %s::timestamptz FROM showcase_document
WHERE product_id NOT IN (SELECT product_id FROM showcase_dirty)
"""


def mark_all(*, actor: Actor) -> int:
    """Every product of the catalogue, in steps that each stand alone."""
    actor.require(REBUILD)
    marked, after = 0, None
    while ids := catalog.product_ids(after=after, limit=10_000):
        marked += mark_dirty(ids, actor=actor)
        after = ids[-1]
    gone = db.execute(_MARK_FORGOTTEN, [clock.now()])
    return marked + gone


def rebuild_marked(*, actor: Actor, batch: int = BATCH, advance: Callable[[int], None] | None = None) -> int:
    """Rebuild until no mark is left. Each batch is a transaction of its own. Returns how many products it looked at.

    A product whose documents cannot be made holds up no other: it is logged, keeps the documents it had and its mark,
    so that the report of health tells of it and the next run tries again.
    """
    actor.require(REBUILD)
    looked, unmade = 0, set[UUID]()
    while done := _rebuild_batch(batch, unmade):
        looked += done
        if advance:
            advance(done)
    return looked


# With the oldest marks goes what was marked again since: the rebuild that begins now sees those changes too.
_TAKE = """
WITH oldest AS (SELECT id, product_id FROM showcase_dirty WHERE product_id <> ALL(%s) ORDER BY id LIMIT %s)
DELETE FROM showcase_dirty WHERE product_id IN (SELECT product_id FROM oldest)
   AND id BETWEEN (SELECT min(id) FROM oldest) AND (SELECT max(id) + 50000 FROM oldest)
RETURNING product_id, marked_at
"""

_MARK_AGAIN = "INSERT INTO showcase_dirty (product_id, marked_at) SELECT * FROM unnest(%s::uuid[], %s::timestamptz[])"


def _rebuild_batch(size: int, unmade: set[UUID]) -> int:
    """The oldest marks but those of `unmade`, to which it adds. Returns how many products it looked at."""
    with transaction.atomic(durable=True):
        db.value(FEED_LOCK)
        marked: dict[UUID, datetime] = {}
        for row in db.rows(_TAKE, [list(unmade), size]):
            marked[row.product_id] = min(row.marked_at, marked.get(row.product_id, row.marked_at))
        failed = _rebuild_each(sorted(marked), clock.now()) if marked else []
        if failed:
            db.execute(_MARK_AGAIN, [failed, [marked[product] for product in failed]])
            unmade.update(failed)
    return len(marked)


def _rebuild_each(ids: Sequence[UUID], now: datetime) -> list[UUID]:
    """Rebuild all at once; what fails is halved until the culprits are left, which it returns."""
    try:
        with transaction.atomic():
            _rebuild(ids, now)
    except DATABASE_GONE:
        raise
    except Exception:
        if len(ids) == 1:
            log.exception("a product's documents cannot be made", product=str(ids[0]))
            return list(ids)
        middle = len(ids) // 2
        return _rebuild_each(ids[:middle], now) + _rebuild_each(ids[middle:], now)
    return []


def _rebuild(ids: Sequence[UUID], now: datetime) -> None:
    made, parts = _make_all(catalog.product_sources(ids), now)
    _clear(ids, made)
    changed = _write(made, now) if made else {}
    _place([m for m in made if (m.product_id, m.channel_id, m.language) in changed], changed)
    _note_parts(ids, parts)


def _make_all(sources: Sequence[ProductSource], now: datetime) -> tuple[list[Made], set[tuple[UUID, UUID]]]:
    collections = {c.id: c for c in catalog.collections()}
    channels = [c for c in catalog.channels() if c.is_active]
    made: list[Made] = []
    for channel in channels:
        shown = [s for s in sources if _is_shown(s, channel, now)]
        if not shown:
            continue
        variants = [v for s in shown for v in s.variants if v.is_active]
        wanted = {v.id for v in variants} | {c for v in variants for c, _ in v.components}
        offers = Offers(channel, pricing.listing_prices(channel.id, [v.id for v in variants]),
                        inventory.available(channel.id, sorted(wanted)))
        made += [make(s, offers, language, collections) for s in shown for language in channel.languages]
    parts = {(part, s.id) for s in sources for v in s.variants for part, _ in v.components}
    return made, parts


def _is_shown(source: ProductSource, channel: ChannelInfo, now: datetime) -> bool:
    return source.status == "active" and any(v.is_active for v in source.variants) and any(
        p.channel_id == channel.id and p.is_live(now) for p in source.publications)


# Documents of these products that are no more, and those of others that still hold a slug given to one of these.
_CLEAR = """
WITH kept AS (
    SELECT * FROM unnest(%(products)s::uuid[], %(channels)s::smallint[], %(languages)s::text[], %(slugs)s::text[])
        AS k(product_id, channel_id, language, slug)
), doomed AS (
    SELECT d.id FROM showcase_document d
    WHERE d.product_id = ANY(%(ids)s) AND NOT EXISTS (
        SELECT 1 FROM kept k WHERE k.product_id = d.product_id AND k.channel_id = d.channel_id
           AND k.language = d.language)
    UNION
    SELECT d.id FROM kept k JOIN showcase_document d USING (channel_id, language, slug)
    WHERE d.product_id <> k.product_id
), gone AS (
    DELETE FROM showcase_document WHERE id IN (SELECT id FROM doomed) RETURNING id, product_id
), placements AS (
    DELETE FROM showcase_placement WHERE document_id IN (SELECT id FROM gone)
)
INSERT INTO showcase_indexchange (product_id, at) SELECT DISTINCT product_id, %(now)s::timestamptz FROM gone
"""


def _clear(ids: Sequence[UUID], made: Sequence[Made]) -> None:
    db.execute(_CLEAR, {
        "ids": list(ids), "products": [m.product_id for m in made], "channels": [m.channel_id for m in made],
        "languages": [m.language for m in made], "slugs": [m.slug for m in made], "now": clock.now()})


_WRITE = """
WITH written AS (
    INSERT INTO showcase_document AS d (product_id, channel_id, language, slug, body, card, etag, updated_at)
    SELECT n.*, %(now)s FROM unnest(%(products)b::uuid[], %(channels)s::smallint[], %(languages)s::text[],
        %(slugs)s::text[], %(bodies)b::bytea[], %(cards)b::bytea[], %(etags)s::text[]) AS n
    ON CONFLICT (product_id, channel_id, language) DO UPDATE SET slug = excluded.slug, body = excluded.body,
        card = excluded.card, etag = excluded.etag, updated_at = excluded.updated_at
    WHERE d.etag <> excluded.etag
    RETURNING d.id, d.product_id, d.channel_id, d.language
), feed AS (
    INSERT INTO showcase_indexchange (product_id, at) SELECT DISTINCT product_id, %(now)s::timestamptz FROM written
)
SELECT id, product_id, channel_id, language FROM written
"""


def _write(made: Sequence[Made], now: datetime) -> dict[tuple[UUID, int, str], int]:
    """Insert what is new, update what differs; the ids of both by product, channel and language."""
    rows = db.packed(_WRITE, {
        "products": [m.product_id for m in made], "channels": [m.channel_id for m in made],
        "languages": [m.language for m in made], "slugs": [m.slug for m in made], "bodies": [m.body for m in made],
        "cards": [m.card for m in made], "etags": [m.etag for m in made], "now": now})
    return {(row[1], row[2], row[3]): row[0] for row in rows}


_SHELVES = """
INSERT INTO showcase_shelf AS s (channel_id, language, kind, target_id, slug, name)
SELECT * FROM jsonb_to_recordset(%s::jsonb)
    AS n(channel_id smallint, language text, kind text, target_id bigint, slug text, name text)
WHERE NOT EXISTS (SELECT 1 FROM showcase_shelf o WHERE o.channel_id = n.channel_id AND o.language = n.language
    AND o.kind = n.kind AND o.target_id = n.target_id AND o.slug = n.slug AND o.name = n.name)
ON CONFLICT (channel_id, language, kind, target_id) DO UPDATE SET slug = excluded.slug, name = excluded.name
"""

_SHELF_IDS = """
SELECT s.channel_id, s.language, s.kind, s.target_id, s.id
FROM unnest(%s::smallint[], %s::text[], %s::text[], %s::bigint[]) AS n(channel_id, language, kind, target_id)
JOIN showcase_shelf s USING (channel_id, language, kind, target_id)
"""

_PLACE = """
WITH wanted AS (
    SELECT d.document_id, p.shelf_id, d.rank, d.price_minor, d.name_key
    FROM unnest(%(documents)s::bigint[], %(ranks)s::bigint[], %(prices)s::bigint[], %(names)b::bytea[])
        AS d(document_id, rank, price_minor, name_key)
    JOIN unnest(%(placed)s::bigint[], %(shelves)s::bigint[]) AS p(document_id, shelf_id) USING (document_id)
), gone AS (
    DELETE FROM showcase_placement p WHERE p.document_id = ANY(%(documents)s)
       AND NOT EXISTS (SELECT 1 FROM wanted w WHERE w.document_id = p.document_id AND w.shelf_id = p.shelf_id)
)
INSERT INTO showcase_placement AS p (document_id, shelf_id, rank, price_minor, name_key) SELECT * FROM wanted
ON CONFLICT (document_id, shelf_id) DO UPDATE
    SET rank = excluded.rank, price_minor = excluded.price_minor, name_key = excluded.name_key
    WHERE (p.rank, p.price_minor, p.name_key) IS DISTINCT FROM (excluded.rank, excluded.price_minor, excluded.name_key)
"""


def _place(made: Sequence[Made], ids: dict[tuple[UUID, int, str], int]) -> None:
    """Put changed documents on exactly the shelves they name."""
    if not made:
        return
    shelf_ids = _shelves(made)
    documents = [ids[m.product_id, m.channel_id, m.language] for m in made]
    placed = [(document, shelf_ids[m.channel_id, m.language, shelf[0], shelf[1]])
              for document, m in zip(documents, made, strict=True) for shelf in m.shelves]
    db.execute(_PLACE, {
        "documents": documents, "ranks": [m.rank for m in made], "prices": [m.price_minor for m in made],
        "names": [m.name_key for m in made], "placed": [d for d, _ in placed], "shelves": [s for _, s in placed]})


def _shelves(made: Sequence[Made]) -> dict[tuple[int, str, str, int], int]:
    """Ids of the shelves that these documents name; new ones are put up, renamed ones told their name."""
    named = sorted({(m.channel_id, m.language, *shelf) for m in made for shelf in m.shelves})
    names = ("channel_id", "language", "kind", "target_id", "slug", "name")
    db.execute(_SHELVES, [dumps_text([dict(zip(names, shelf, strict=True)) for shelf in named])])
    columns = [list(column) for column in zip(*named, strict=True)]
    return {(row[0], row[1], row[2], row[3]): row[4] for row in db.packed(_SHELF_IDS, columns[:4])}


_PARTS = """
WITH wanted AS (SELECT * FROM unnest(%(variants)s::uuid[], %(products)s::uuid[]) AS w(variant_id, product_id)),
gone AS (
    DELETE FROM showcase_bundlepart b WHERE b.product_id = ANY(%(ids)s)
       AND NOT EXISTS (SELECT 1 FROM wanted w WHERE w.variant_id = b.variant_id AND w.product_id = b.product_id)
)
INSERT INTO showcase_bundlepart (variant_id, product_id) SELECT * FROM wanted ON CONFLICT DO NOTHING
"""


def _note_parts(ids: Sequence[UUID], parts: set[tuple[UUID, UUID]]) -> None:
    db.execute(_PARTS, {"ids": list(ids), "variants": [v for v, _ in parts], "products": [p for _, p in parts]})


def trim_feed(before: datetime, *, actor: Actor) -> int:
    """Forget changes that every index has long seen; one that slept longer is rebuilt instead of following."""
    actor.require(REBUILD)
    return db.execute("DELETE FROM showcase_indexchange WHERE at < %s AND id < (SELECT max(id) FROM"
                      " showcase_indexchange)", [before])
