"""A product with 500 variants: changed over HTTP, and shown, beside one with 5."""

from __future__ import annotations

import json
import statistics
import time
from datetime import timedelta
from typing import Any
from uuid import UUID

from bench import write_data
from bench.harness import Job, Row, Server, Stage, at_most, percentiles, timed
from bench.write_load import Browser

WIDE, NARROW = 500, 5
ROUNDS = 7


def variants(stage: Stage) -> list[Row]:
    with write_data.shop(stage):
        for count in (WIDE, NARROW):
            write_data.many_variants(count)
        _show()
        with stage.serving() as server:
            one, every = _updates(server)
            _show()
            pages = {count: _page_ms(server, f"/p/many-{count}/") for count in (WIDE, NARROW)}
            data = {count: _page_ms(server, f"/api/v1/products/many-{count}") for count in (WIDE, NARROW)}
    return [at_most("product with 500 variants: change its name", one, "ms", most=500),
            at_most("product with 500 variants: change every variant", every, "ms", most=500),
            at_most("product with 500 variants: page", pages[WIDE], "ms", limit=pages[NARROW], times=2),
            at_most("product with 500 variants: document over HTTP", data[WIDE], "ms", limit=data[NARROW])]


def _show() -> None:
    """Prices, documents and index as the worker would make them."""
    from entrepot.kit import outbox
    from entrepot.kit.actor import system
    from entrepot.pricing import public as pricing
    from entrepot.showcase import public as showcase

    while pricing.refresh_listing_prices(2000, actor=system("bench")):
        pass
    outbox.drain()
    showcase.rebuild([])


def _updates(server: Server) -> tuple[float, float]:
    """Median milliseconds to rename the product, and to change the weight of all variants, as one PATCH each."""
    from entrepot.catalog import public as catalog
    from entrepot.identity import public as identity
    from entrepot.kit import clock
    from entrepot.kit.actor import system

    _, token = identity.create_api_key("bench", ["catalog.read", "catalog.edit"], clock.now() + timedelta(days=1),
                                       actor=system("bench"))
    skus = [f"V{WIDE}-{n}" for n in range(WIDE)]
    path = f"/api/v1/admin/catalog/products/{_product_id(catalog.facts_by_sku(skus[:1])[skus[0]].id)}"
    browser, one, every = Browser(server.url), [], []

    def patch(body: dict[str, Any]) -> float:
        started = time.perf_counter()
        status, answer = browser.call("PATCH", path, json.dumps(body).encode(), f"Authorization: Bearer {token}\r\n")
        if status != 200:
            raise SystemExit(f"the change was refused: {answer[:300]!r}")
        return (time.perf_counter() - started) * 1000

    for n in range(ROUNDS):
        one.append(patch({"name": {"en": f"Thing of {WIDE}, take {n}"}}))
        every.append(patch({"variants": [{"sku": sku, "weight_g": 200 + n} for sku in skus]}))
    return statistics.median(one), statistics.median(every)


def _product_id(variant_id: UUID) -> UUID:
    from entrepot.catalog import public as catalog

    return catalog.variant_facts([variant_id])[variant_id].product_id


def _page_ms(server: Server, path: str) -> float:
    browser = Browser(server.url)

    def get() -> None:
        status, answer = browser.call("GET", path)
        if status != 200:
            raise SystemExit(f"{path}: {status} {answer[:200]!r}")

    timed([get] * 10)
    return percentiles(timed([get] * 60))[0]


JOBS = {"variants_500": Job(variants)}
