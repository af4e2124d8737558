"""Write the catalogue as our own table: what is exported comes back unchanged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from django.db import transaction

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import AttributeSource, ChannelInfo, ProductSource, VariantFacts, VariantSource
from entrepot.channels.contracts import ImportedProduct, ImportedVariant, OptionNames, Settings
from entrepot.channels.formats import entrepot
from entrepot.channels.mapping import base_list
from entrepot.channels.permissions import EXPORT
from entrepot.channels.tables import write_table
from entrepot.inventory import public as inventory
from entrepot.kit import audit
from entrepot.kit.actor import Actor
from entrepot.kit.errors import NotFound
from entrepot.pricing import public as pricing

PORTION = 500


def export_catalogue(path: Path, *, channel_code: str = "", advance: Callable[[int], None] = lambda count: None,
                     actor: Actor) -> int:
    """Write every product that is not archived to a CSV or XLSX file; returns how many."""
    actor.require(EXPORT)
    channel = catalog.channel(channel_code) if channel_code else catalog.default_channel()
    settings = Settings(channel.currency, channel.languages[0])
    codes = {c.id: c.code for c in catalog.channels()}
    parents = {c["id"]: c["parent_id"] for c in catalog.list_categories()}
    regular, sale = _prices(base_list(channel)), _prices(f"sale-{channel.code}")
    products: list[ImportedProduct] = []
    for portion in _portions():
        sources = [s for s in catalog.product_sources(portion) if s.status != "archived"]
        facts = catalog.variant_facts([v.id for s in sources for v in s.variants])
        held = inventory.on_hand([v.id for s in sources for v in s.variants])
        stock: dict[UUID, dict[str, Decimal]] = {}
        for (variant_id, warehouse), quantity in held.items():
            stock.setdefault(variant_id, {})[warehouse] = quantity
        parts = catalog.variant_facts({c for f in facts.values() for c, _ in f.components})
        for source in sources:
            product = _product(source, codes, parents)
            product.variants = [
                _variant(v, source, regular, sale, stock.get(v.id, {}), parts, _cost(facts[v.id], channel))
                for v in source.variants if v.is_active]
            products.append(product)
        advance(len(sources))
    header = entrepot.header(products)
    rows = (row for product in products for row in entrepot.rows_of(product, settings))
    write_table(path, header, rows)
    with transaction.atomic():
        audit.record(actor, "channels.export_catalogue", "channel", channel.code, new={"products": len(products)})
    return len(products)


def _portions() -> Iterator[list[UUID]]:
    after: UUID | None = None
    while portion := catalog.product_ids(after=after, limit=PORTION):
        yield portion
        after = portion[-1]


def _prices(list_code: str) -> dict[UUID, int]:
    """The prices for one piece in a list; none when there is no such list."""
    found: dict[UUID, int] = {}
    after: tuple[UUID, Decimal] | None = None
    try:
        while page := pricing.list_prices(list_code, after, 5_000):
            found |= {p.variant_id: p.amount_minor for p in page if p.min_qty == 1}
            after = (page[-1].variant_id, page[-1].min_qty)
    except NotFound:
        return {}
    return found


def _cost(facts: VariantFacts, channel: ChannelInfo) -> Decimal | None:
    """Costs are read in the channel's currency: one in another would come back as so many of that."""
    return facts.cost if facts.cost_currency in ("", channel.currency) else None


def _product(source: ProductSource, channels: dict[int, str], parents: dict[int, int | None]) -> ImportedProduct:
    product = ImportedProduct(0, source.slug, dict(source.name), dict(source.description), dict(source.seo),
                              source.type_code, source.brand.slug if source.brand else "")
    main = [source.breadcrumb[-1]] if source.breadcrumb else []
    above = {parents.get(c.id) for c in source.categories} | {c.id for c in main}  # membership of these is implied
    product.categories = [(c.slug,) for c in [*main, *(c for c in source.categories if c.id not in above)]]
    product.tags, product.tax_class = list(source.tags), source.tax_class
    product.images = [m.url for m in source.media]
    product.attributes = {a.code: _value(a) for a in source.attributes}
    product.is_active = source.status == "active"
    product.channels = tuple(channels[p.channel_id] for p in source.publications if p.channel_id in channels)
    product.external_ids = dict(source.external_ids)
    product.option_names = tuple(
        OptionNames(o.code, dict(o.name), {v.code: dict(v.name) for v in o.values}) for o in source.options)
    return product


def _value(attribute: AttributeSource) -> str:
    if isinstance(attribute.value, bool):
        return "yes" if attribute.value else "no"
    return "|".join(map(str, attribute.value)) if isinstance(attribute.value, list) else str(attribute.value)


def _variant(source: VariantSource, product: ProductSource, regular: dict[UUID, int], sale: dict[UUID, int],
             stock: dict[str, Decimal], parts: dict[UUID, VariantFacts], cost: Decimal | None) -> ImportedVariant:
    return ImportedVariant(
        0, source.sku, options=dict(source.options), price_minor=regular.get(source.id),
        sale_minor=sale.get(source.id), stock=stock, is_stocked=source.is_stocked,
        needs_shipping=source.needs_shipping, barcode=source.barcode, weight_g=source.weight_g,
        dimensions_mm=source.dimensions_mm, unit=source.unit, qty_step=source.qty_step, cost=cost,
        components=tuple((parts[c].sku, quantity) for c, quantity in source.components))


