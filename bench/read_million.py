"""Does size matter? Listing and product in process, over 10,000 generated products and then over 1,000,000.

The documents are generated inside the database in the shape that a rebuild gives them: 5 departments with 10 categories
each, 100 collections, 1,000 brands, names of an adjective, a material and a noun. The reads are the real ones.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

from bench.harness import Job, Row, Stage, at_most, percentiles, timed

SMALL, LARGE = 10_000, 1_000_000
CALLS = 1500
STEP = 50_000
ADJECTIVES = ["classic", "modern", "compact", "sturdy", "elegant", "portable", "premium", "basic"] + [
    f"line{n}" for n in range(32)]
MATERIALS = ["wooden", "steel", "cotton", "leather", "glass", "ceramic", "bamboo", "plastic"] + [
    f"stuff{n}" for n in range(32)]
NOUNS = ["chair", "lamp", "bottle", "table", "shirt", "bag", "clock", "mug"] + [f"thing{n}" for n in range(52)]

_DOCUMENTS = """
WITH n AS (
    SELECT i, (i * 7919) %% 1000000007 AS r, i %% 5 AS department, i %% 50 AS category, (i * 31) %% 100 AS collection,
        (%(adjectives)s::text[])[1 + (i * 13) %% %(a)s] || ' ' || (%(materials)s::text[])[1 + (i / 7) %% %(m)s] || ' '
            || (%(nouns)s::text[])[1 + (i / 41) %% %(w)s] || ' ' || i AS name
    FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS i
), priced AS (
    SELECT *, jsonb_build_array(jsonb_build_object('slug', 'd' || department, 'name', 'Department ' || department),
                                jsonb_build_object('slug', 'c' || category, 'name', 'Category ' || category)) AS trail,
        100 + r %% 99900 AS price, gen_random_uuid() AS product_id, r %% 10 > 0 AS in_stock FROM n
), made AS (
    SELECT *, jsonb_build_object('id', product_id, 'slug', 'g-' || i, 'name', name, 'brand', 'Brand ' || r %% 1000,
        'image', jsonb_build_object('url', '/media/g/' || i || '.webp', 'alt', name, 'width', 1200, 'height', 1200,
            'renditions', '[]'::jsonb),
        'price', jsonb_build_object('amount_minor', price, 'regular_minor', price, 'lowest_prior_minor', NULL,
            'currency', 'USD', 'promotion', '', 'varies', false),
        'in_stock', in_stock, 'rating', NULL, 'variants', 1, 'variant_id', product_id) AS card
    FROM priced
)
INSERT INTO showcase_document (product_id, channel_id, language, slug, body, card, etag, updated_at)
SELECT product_id, %(channel)s, 'en', 'g-' || i, convert_to((card || jsonb_build_object(
        'description', '<p>' || repeat('A ' || name || ' made for every day, and for a long time. ', 8) || '</p>',
        'brand', jsonb_build_object('slug', 'brand-' || r %% 1000, 'name', 'Brand ' || r %% 1000),
        'breadcrumb', trail, 'categories', trail,
        'collections', '[]'::jsonb, 'options', '[]'::jsonb, 'media', '[]'::jsonb, 'tags', '[]'::jsonb,
        'attributes', jsonb_build_array(jsonb_build_object('code', 'color', 'name', 'Colour', 'kind', 'choice',
            'unit', '', 'value', 'c' || r %% 12, 'label', 'Colour ' || r %% 12,
            'labels', jsonb_build_array('Colour ' || r %% 12), 'is_facet', true)),
        'variants', jsonb_build_array(jsonb_build_object('id', product_id, 'sku', 'G-' || i, 'barcode', '', 'name', '',
            'options', '{}'::jsonb, 'attributes', '[]'::jsonb, 'price', card -> 'price', 'in_stock', in_stock)),
        'version', 1))::text, 'UTF8'), convert_to(card::text, 'UTF8'), md5(i::text), now()
FROM made
"""

_SHELVES = """
INSERT INTO showcase_shelf (channel_id, language, kind, target_id, slug, name)
SELECT %(channel)s, 'en', 'all', 0, '', '' UNION ALL
SELECT %(channel)s, 'en', 'category', 1000 + d, 'd' || d, 'Department ' || d FROM generate_series(0, 4) AS d UNION ALL
SELECT %(channel)s, 'en', 'category', c, 'c' || c, 'Category ' || c FROM generate_series(0, 49) AS c UNION ALL
SELECT %(channel)s, 'en', 'collection', c, 'k' || c, 'Collection ' || c FROM generate_series(0, 99) AS c
"""

_PLACEMENTS = """
INSERT INTO showcase_placement (document_id, shelf_id, rank, price_minor, name_key)
SELECT d.id, s.id, 1700000000000 + d.n * 1000, d.price, convert_to(left(d.name, 48), 'UTF8')
FROM (SELECT id, substr(slug, 3)::bigint AS n,
             (convert_from(card, 'UTF8')::jsonb #>> '{price,amount_minor}')::bigint AS price,
             convert_from(card, 'UTF8')::jsonb ->> 'name' AS name
      FROM showcase_document WHERE id > %(after)s) AS d
JOIN showcase_shelf s ON s.kind = 'all'
    OR (s.kind = 'category' AND s.target_id IN (1000 + d.n %% 5, d.n %% 50))
    OR (s.kind = 'collection' AND s.target_id = (d.n * 31) %% 100)
"""


def _fill(channel_id: int, size: int) -> None:
    from entrepot.kit import db

    have = db.value("SELECT count(*) FROM showcase_document")
    if not have:
        db.execute(_SHELVES, {"channel": channel_id})
    for first in range(have + 1, size + 1, STEP):
        after = db.value("SELECT coalesce(max(id), 0) FROM showcase_document")
        db.execute("SET statement_timeout = 0")
        db.execute(_DOCUMENTS, {"first": first, "last": min(size, first + STEP - 1), "channel": channel_id,
                                "adjectives": ADJECTIVES, "a": len(ADJECTIVES), "materials": MATERIALS,
                                "m": len(MATERIALS), "nouns": NOUNS, "w": len(NOUNS)})
        db.execute(_PLACEMENTS, {"after": after})
    if have < size:
        db.execute("VACUUM (ANALYZE) showcase_document, showcase_placement, showcase_shelf")


@contextmanager
def filled(stage: Stage, size: int) -> Iterator[int]:
    """A database of `size` generated products; yields the channel. It is kept for the next run."""
    from bench.read_api import _forget

    name = f"bench_{size}"
    stage.use_database(name)
    _forget()
    try:
        channel_id = _channel()
        _fill(channel_id, size)
        yield channel_id
    finally:
        stage.use_database("entrepot")
        _forget()


def _channel() -> int:
    from entrepot.catalog import public as catalog
    from entrepot.catalog.contracts import ChannelInput
    from entrepot.kit.actor import system

    if not catalog.channels():
        catalog.create_channel(ChannelInput("bench", {"en": "Bench"}, "USD", "US", is_default=True),
                               actor=system("bench"))
    return int(catalog.default_channel().id)


def indexed() -> None:
    """An index over all documents, built when there is none."""
    from entrepot.showcase import public, queries
    from entrepot.showcase.engine import store

    if not store.state().generation or store.state().applied != queries.last_change():
        public.rebuild_index()


def questions(count: int, seed: int = 11) -> list[str]:
    chosen, found = random.Random(seed), []
    for _ in range(count):
        words = [chosen.choice(ADJECTIVES), chosen.choice(MATERIALS), chosen.choice(NOUNS)]
        found.append(" ".join(chosen.sample(words, chosen.choice((1, 2, 2, 3)))))
    return found


def _calls(channel_id: int, size: int) -> dict[str, list[Any]]:
    """The same mix at either size: first and later pages of big and small shelves in every order; products anywhere."""
    import json

    from entrepot.showcase import public

    chosen, pages = random.Random(3), []
    for _ in range(CALLS):
        shelf = chosen.choice(({}, {"category": f"d{chosen.randrange(5)}"}, {"category": f"c{chosen.randrange(50)}"},
                               {"collection": f"k{chosen.randrange(100)}"}))
        sort = chosen.choice(("newest", "newest", "price", "-price", "name"))
        pages.append({**shelf, "sort": sort, "cursor": ""})
    for page in pages[::3]:
        page["cursor"] = json.loads(public.listing(channel_id, "en", **page))["next"] or ""
    slugs = [f"g-{chosen.randrange(1, size + 1)}" for _ in range(CALLS)]
    return {"listing": [lambda p=p: public.listing(channel_id, "en", **p) for p in pages],
            "product": [lambda s=s: public.document(channel_id, "en", s) for s in slugs]}


def million(stage: Stage) -> list[Row]:
    """Both sizes in turn, the middle of seven medians of each.

    A call takes one of two times, by whether the system keeps both ends of the connection on one core: the best of a
    few would compare one lucky size with one that was not.
    """
    found: dict[tuple[int, str], list[float]] = defaultdict(list)
    for _ in range(7):
        for size in (SMALL, LARGE):
            with filled(stage, size) as channel_id:
                for name, calls in _calls(channel_id, size).items():
                    timed(calls)
                    found[size, name].append(percentiles(timed(calls))[0])
    return [at_most(f"{name} at 1,000,000, median", median(found[LARGE, name]), "ms",
                    limit=median(found[SMALL, name]), times=1.5) for name in ("listing", "product")]


JOBS = {"million": Job(million, slow=True)}
