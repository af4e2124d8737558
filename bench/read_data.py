"""The catalogue of the read jobs: the 24,576 real products, priced and stocked, imported through the contexts."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from bench.harness import ROOT, Stage

SOURCE = ROOT.parent / "shared" / "data" / "vespa_amazon_catalogue" / "products.parquet"
BATCH = 2000


def frame() -> Any:
    import polars

    if not SOURCE.exists():
        raise SystemExit(f"the catalogue is missing: {SOURCE}")
    return polars.read_parquet(SOURCE)


def inputs() -> Iterator[Any]:
    """The rows as product inputs; the brand is the title's first word, the rating a facet."""
    from entrepot.catalog.contracts import ProductInput, PublicationInput, VariantInput

    publication = (PublicationInput("bench"),)
    for row in frame().iter_rows(named=True):
        text = html.escape(re.sub(r"^##[^\n]*\n+", "", row["description"]))
        yield ProductInput(
            "bench", {"en": row["title"].strip()[:200] or "Untitled"}, slug=f"p-{row['id']}",
            description={"en": f"<p>{text}</p>"}, brand=brand_of(row["title"]),
            category=row["category"].lower().replace("_", "-"),
            attributes={"stars": str(round(row["average_rating"] or 0))}, external_ids={"bench": str(row["id"])},
            variants=(VariantInput(f"B-{row['id']}"),), publications=publication)


def brand_of(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", (title.split() or ["none"])[0].lower()) or "none"


def prepare_structure(actor: Any) -> None:
    from entrepot.catalog import public as catalog
    from entrepot.catalog.contracts import ChannelInput
    from entrepot.inventory import public as inventory

    catalog.create_channel(ChannelInput("bench", {"en": "Bench"}, "USD", "US", is_default=True), actor=actor)
    stars = {str(n): {"en": f"{n} stars"} for n in range(6)}
    catalog.create_attribute("stars", {"en": "Stars"}, "choice", choices=stars, is_facet=True, actor=actor)
    catalog.create_product_type("bench", {"en": "Goods"}, attributes=["stars"], actor=actor)
    data = frame()
    for name in data["category"].unique().to_list():
        catalog.create_category(name.lower().replace("_", "-"), {"en": name.replace("_", " ")}, actor=actor)
    catalog.ensure_brands(sorted({brand_of(title) for title in data["title"]}), actor=actor)
    inventory.create_warehouse("bench", {"en": "Bench"}, actor=actor)
    inventory.serve_channel("bench", "bench", actor=actor)


def import_watched(timeout_s: float = 600) -> dict[str, float]:
    """Import into an empty shop while a worker makes documents and index; seconds until each has everything."""
    from entrepot.kit import db
    from entrepot.kit.actor import system
    from entrepot.showcase.engine import store

    actor, took = system("bench"), {}
    prepare_structure(actor)
    listed = list(inputs())
    started = time.perf_counter()
    _import(listed, actor)
    took["import"] = time.perf_counter() - started
    deadline = time.monotonic() + timeout_s
    while (db.value("SELECT count(*) FROM showcase_document") < len(listed)
           or store.state().applied < db.value("SELECT max(id) FROM showcase_indexchange")):
        if time.monotonic() > deadline:
            raise SystemExit("the worker did not finish")
        time.sleep(0.05)
    return {**took, "shown": time.perf_counter() - started, "products": float(len(listed))}


def _import(listed: list[Any], actor: Any) -> None:
    from entrepot.catalog import public as catalog

    for at in range(0, len(listed), BATCH):
        result = catalog.bulk_import_products(listed[at:at + BATCH], actor=actor)
        if result.errors:
            raise SystemExit(f"refused: {result.errors[:3]}")


def load(stage: Stage) -> None:
    """Have the whole catalogue, priced and stocked; nothing is done when it is there already."""
    from entrepot.kit import db, outbox
    from entrepot.kit.actor import system
    from entrepot.showcase import public as showcase
    from entrepot.showcase.actions import index

    actor = system("bench")
    if db.value("SELECT count(*) FROM showcase_placement WHERE price_minor > 0") > 24_000:
        index.follow_changes(actor=actor)  # one of another version is built anew
        return
    prepare_structure(actor)
    _import(list(inputs()), actor)
    _price_and_stock(actor)
    outbox.drain()
    showcase.rebuild([])
    db.execute("ANALYZE")


def _price_and_stock(actor: Any) -> None:
    from entrepot.catalog import public as catalog
    from entrepot.inventory import public as inventory
    from entrepot.inventory.contracts import StockRow
    from entrepot.pricing import public as pricing
    from entrepot.pricing.contracts import PriceListInput

    rows = {f"B-{r['id']}": r for r in frame().iter_rows(named=True)}
    pricing.create_price_list(PriceListInput("bench", {"en": "Bench"}, "USD"), actor=actor)
    skus = sorted(rows)
    for at in range(0, len(skus), BATCH):
        facts = catalog.facts_by_sku(skus[at:at + BATCH])
        pricing.set_prices("bench", [(f.id, 1, max(1, rows[sku]["price"])) for sku, f in facts.items()], actor=actor)
        inventory.bulk_receive([StockRow(f.id, "bench", Decimal(rows[sku]["quantity"])) for sku, f in facts.items()
                                if rows[sku]["quantity"]], reason="bench", actor=actor)
    while pricing.refresh_listing_prices(BATCH, actor=actor):
        pass


