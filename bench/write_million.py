"""Does size matter to a cart? Filling one, over 10,000 products and then over 1,000,000."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from functools import partial
from statistics import median
from typing import Any
from uuid import UUID

from bench import write_data
from bench.harness import Job, Row, Stage, at_most, percentiles, timed

SMALL, LARGE = 10_000, 1_000_000
CALLS, STEP = 400, 100_000

_NUMBER = "lpad(to_hex(i), 12, '0')"
_PRODUCT = f"('0198a0de-0000-7000-8000-' || {_NUMBER})"
_VARIANT = f"('0198a0de-0000-7000-9000-' || {_NUMBER})"
# By table: the row of the first product that is copied, and what is its own in each copy.
_COPIES = {
    "catalog_product": ("t.id = %(product)s", f"'id', {_PRODUCT}, 'slug', 'copy-' || i"),
    "catalog_variant": ("t.id = %(variant)s", f"'id', {_VARIANT}, 'product_id', {_PRODUCT}, 'sku', 'COPY-' || i"),
    "catalog_publication": ("t.product_id = %(product)s", f"'id', 10000000 + i, 'product_id', {_PRODUCT}"),
    "catalog_product_categories": ("t.product_id = %(product)s", f"'id', 10000000 + i, 'product_id', {_PRODUCT}"),
    "pricing_price": ("t.variant_id = %(variant)s",
                      f"'id', 10000000 + i, 'variant_id', {_VARIANT}, 'amount_minor', 100 + i %% 99900"),
    "inventory_balance": ("t.variant_id = %(variant)s", f"'id', 10000000 + i, 'variant_id', {_VARIANT}"),
}


def cart_million(stage: Stage) -> list[Row]:
    with write_data.shop(stage, "bench_carts") as variants:
        found = {}
        for size in (SMALL, LARGE):
            _fill(variants[0], size)
            found[size] = {name: median(_tries(make, size)) for name, make in _VERBS.items()}
    return [at_most(f"{name} at 1,000,000 products, median", found[LARGE][name], "ms", limit=found[SMALL][name],
                    times=1.5) for name in _VERBS]


def _fill(variant: UUID, size: int) -> None:
    """Copies of one product up to this many: what a cart reads of each, without the events of making it."""
    from entrepot.kit import db

    product = db.value("SELECT product_id FROM catalog_variant WHERE id = %s", [variant])
    have = db.value("SELECT count(*) FROM catalog_variant WHERE sku LIKE 'COPY-%%'")
    db.execute("SET statement_timeout = 0")
    db.execute("SET session_replication_role = replica")
    for first in range(have + 1, size + 1, STEP):
        for table, (source, own) in _COPIES.items():
            db.execute(
                f"INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT r.* FROM {table} t,"
                " generate_series(%(first)s::bigint, %(last)s::bigint) AS i,"
                f" LATERAL jsonb_populate_record(t, jsonb_build_object({own})) AS r WHERE {source}",
                {"product": product, "variant": variant, "first": first, "last": min(size, first + STEP - 1)})
    db.execute("SET session_replication_role = origin")
    db.execute("VACUUM (ANALYZE) " + ", ".join(_COPIES))


def _ids(size: int, count: int, seed: int = 1) -> list[str]:
    chosen = random.Random(seed)
    return [f"0198a0de-0000-7000-9000-{chosen.randrange(1, size + 1):012x}" for _ in range(count)]


def _new_cart(client: Any, ids: Sequence[str]) -> Any:
    answer = client.post("/api/v1/carts", {"channel": "web", "lines": [
        {"variant_id": v, "quantity": 1} for v in ids]}, "application/json")
    if answer.status_code != 201:
        raise SystemExit(f"a cart was refused: {answer.content[:300]!r}")
    return json.loads(answer.content)


def _add(client: Any, cart: Any, variant: str) -> None:
    answer = client.post(f"/api/v1/carts/{cart['id']}/lines", {"lines": [{"variant_id": variant, "quantity": 1}]},
                         "application/json", headers={"Cart-Secret": cart["secret"]})
    if answer.status_code != 200:
        raise SystemExit(f"a line was refused: {answer.content[:300]!r}")


def _creating(client: Any, size: int) -> list[Callable[[], Any]]:
    ids = _ids(size, CALLS + 1)
    return [partial(_new_cart, client, ids[n:n + 2]) for n in range(CALLS)]


def _adding(client: Any, size: int) -> list[Callable[[], Any]]:
    ids, carts = _ids(size, CALLS), [_new_cart(client, [v]) for v in _ids(size, CALLS, seed=2)]
    return [partial(_add, client, cart, variant) for cart, variant in zip(carts, ids, strict=True)]


_VERBS = {"new cart of two lines": _creating, "add to cart": _adding}


def _tries(make: Callable[[Any, int], list[Callable[[], Any]]], size: int) -> list[float]:
    from django.test import Client

    client = Client(HTTP_HOST="localhost")
    timed(make(client, size)[:50])
    return [percentiles(timed(make(client, size)))[0] for _ in range(5)]


JOBS = {"cart_million": Job(cart_million, slow=True)}
