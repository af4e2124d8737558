"""The one writer of products: the difference between two sets of states, in a constant number of statements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from entrepot.catalog.models import Publication
from entrepot.catalog.rules.state import MediaState, ProductState, PublicationState, VariantState
from entrepot.kit import db
from entrepot.kit.json import dumps_text

Row = dict[str, Any]
Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table, its columns with their types, and which of them identify a row."""

    name: str
    key: tuple[str, ...]
    columns: dict[str, str]

    def upsert(self, rows: Sequence[Row]) -> None:
        """Insert, or update what is there, in one statement."""
        names = ", ".join(self.columns)
        typed = ", ".join(f"{name} {kind}" for name, kind in self.columns.items())
        rest = ", ".join(f"{name} = excluded.{name}" for name in self.columns if name not in self.key)
        sql = (f"INSERT INTO {self.name} ({names})"  # noqa: S608 our own names
               f" SELECT {names} FROM jsonb_to_recordset(%s::jsonb) AS n({typed})"
               f" ON CONFLICT ({', '.join(self.key)}) DO " + (f"UPDATE SET {rest}" if rest else "NOTHING"))
        if rows:
            db.execute(sql, [dumps_text(rows)])

    def delete(self, rows: Sequence[Row]) -> None:
        typed = ", ".join(f"{name} {self.columns[name]}" for name in self.key)
        same = " AND ".join(f"t.{name} = n.{name}" for name in self.key)
        if rows:
            db.execute(f"DELETE FROM {self.name} t USING jsonb_to_recordset(%s::jsonb) AS n({typed}) WHERE {same}",  # noqa: S608 our own names
                       [dumps_text(rows)])


PRODUCT = Table("catalog_product", ("id",), {
    "id": "uuid", "type_id": "bigint", "slug": "text", "status": "text", "name": "jsonb", "description": "jsonb",
    "seo": "jsonb", "brand_id": "bigint", "category_id": "bigint", "tax_class": "text", "attributes": "jsonb",
    "options": "jsonb", "tags": "varchar[]", "external_ids": "jsonb", "created_at": "timestamptz",
    "updated_at": "timestamptz", "version": "integer"})
VARIANT = Table("catalog_variant", ("id",), {
    "id": "uuid", "product_id": "uuid", "sku": "text", "barcode": "text", "name": "jsonb", "options": "jsonb",
    "attributes": "jsonb", "position": "integer", "is_active": "boolean", "is_bundle": "boolean",
    "is_stocked": "boolean", "needs_shipping": "boolean", "weight_g": "integer", "dimensions_mm": "integer[]",
    "unit": "text", "qty_step": "numeric", "customs": "jsonb", "cost": "numeric", "cost_currency": "text",
    "external_ids": "jsonb"})
COMPONENT = Table("catalog_bundleitem", ("bundle_id", "component_id"),
                  {"bundle_id": "uuid", "component_id": "uuid", "quantity": "numeric"})
CATEGORY = Table("catalog_product_categories", ("product_id", "category_id"),
                 {"product_id": "uuid", "category_id": "bigint"})
EXTERNAL = Table("catalog_externalid", ("system", "value"), {"system": "text", "value": "text", "product_id": "uuid"})
MEDIA = Table("catalog_media", ("id",), {
    "id": "uuid", "product_id": "uuid", "variant_id": "uuid", "file": "text", "url": "text", "alt": "jsonb",
    "position": "integer", "width": "integer", "height": "integer", "renditions": "jsonb"})
PUBLICATION = Table("catalog_publication", ("product_id", "channel_id"), {
    "product_id": "uuid", "channel_id": "smallint", "from_at": "timestamptz", "until_at": "timestamptz",
    "state": "smallint"})

States = Mapping[UUID, ProductState]


def write(before: States, after: Sequence[ProductState], now: datetime) -> None:
    """Store `after`, of which `before` is what is stored now."""
    PRODUCT.upsert([_product(s, now) for s in after])
    _clear_moved(before, after)
    for table, rows_of in _CHILDREN:
        old = _keyed(table, rows_of, (before[s.id] for s in after if s.id in before), now)
        new = _keyed(table, rows_of, after, now)
        if table is not VARIANT:  # variants are never deleted, only switched off: orders and ledgers know them
            table.delete([{k: row[k] for k in table.key} for key, row in old.items() if key not in new])
        table.upsert([row for key, row in new.items() if old.get(key) != row])
    _redirect(before, after, now)


def _keyed(table: Table, rows_of: Callable[[ProductState, datetime], Iterable[Row]], states: Iterable[ProductState],
           now: datetime) -> dict[Key, Row]:
    return {tuple(row[k] for k in table.key): row for state in states for row in rows_of(state, now)}


def _product(s: ProductState, now: datetime) -> Row:
    return {"id": s.id, "type_id": s.type_id, "slug": s.slug, "status": s.status, "name": s.name,
            "description": s.description, "seo": s.seo, "brand_id": s.brand_id, "category_id": s.category_id,
            "tax_class": s.tax_class, "attributes": s.attributes, "options": s.options, "tags": s.tags,
            "external_ids": s.external_ids, "created_at": s.created_at, "updated_at": now, "version": s.version + 1}


def _variant(product: UUID, v: VariantState) -> Row:
    return {"id": v.id, "product_id": product, "sku": v.sku, "barcode": v.barcode, "name": v.name,
            "options": v.options, "attributes": v.attributes, "position": v.position, "is_active": v.is_active,
            "is_bundle": v.is_bundle, "is_stocked": v.is_stocked, "needs_shipping": v.needs_shipping,
            "weight_g": v.weight_g, "dimensions_mm": v.dimensions_mm, "unit": v.unit, "qty_step": v.qty_step,
            "customs": v.customs, "cost": v.cost, "cost_currency": v.cost_currency, "external_ids": v.external_ids}


def _media(product: UUID, m: MediaState) -> Row:
    return {"id": m.id, "product_id": product, "variant_id": m.variant_id, "file": m.file, "url": m.url, "alt": m.alt,
            "position": m.position, "width": m.width, "height": m.height, "renditions": m.renditions}


def _publication(product: UUID, p: PublicationState, now: datetime) -> Row:
    return {"product_id": product, "channel_id": p.channel_id, "from_at": p.from_at, "until_at": p.until_at,
            "state": stage(p, now)}


def stage(p: PublicationState, now: datetime) -> int:
    """Where `now` stands to the dates of a publication."""
    if p.until_at is not None and p.until_at <= now:
        return Publication.State.ENDED
    return Publication.State.WAITING if p.from_at is not None and p.from_at > now else Publication.State.LIVE


_CHILDREN: list[tuple[Table, Callable[[ProductState, datetime], Iterable[Row]]]] = [
    (VARIANT, lambda s, now: (_variant(s.id, v) for v in s.variants)),
    (COMPONENT, lambda s, now: ({"bundle_id": v.id, "component_id": c, "quantity": q}
                                for v in s.variants for c, q in v.components)),
    (CATEGORY, lambda s, now: ({"product_id": s.id, "category_id": c} for c in s.category_ids)),
    (EXTERNAL, lambda s, now: ({"system": k, "value": v, "product_id": s.id} for k, v in s.external_ids.items())),
    (MEDIA, lambda s, now: (_media(s.id, m) for m in s.media)),
    (PUBLICATION, lambda s, now: (_publication(s.id, p, now) for p in s.publications)),
]


def _clear_moved(before: States, after: Sequence[ProductState]) -> None:
    """Two variants may swap SKUs or options: unique indexes look at each row at once, so the old values leave first."""
    moved = []
    for state in after:
        known = {v.id: v for v in before[state.id].variants} if state.id in before else {}
        moved += [v.id for v in state.variants
                  if v.id in known and (known[v.id].sku, known[v.id].options) != (v.sku, v.options)]
    if moved:
        db.execute("UPDATE catalog_variant SET sku = id::text, options = '{}' WHERE id = ANY(%s)", [moved])


def _redirect(before: States, after: Sequence[ProductState], now: datetime) -> None:
    renamed = [(before[s.id].slug, str(s.id)) for s in after if s.id in before and before[s.id].slug != s.slug]
    claimed = [s.slug for s in after if s.id not in before or before[s.id].slug != s.slug]
    keep_redirects("product", renamed, claimed, now)


_REDIRECTS = """
WITH claimed AS (
    DELETE FROM catalog_redirect WHERE kind = %(kind)s AND slug = ANY(%(claimed)s)
)
INSERT INTO catalog_redirect (kind, slug, target_id, created_at)
SELECT %(kind)s, slug, target, %(now)s FROM unnest(%(old)s::text[], %(targets)s::text[]) AS r(slug, target)
WHERE slug <> ALL(%(claimed)s)
ON CONFLICT (kind, slug) DO UPDATE SET target_id = excluded.target_id, created_at = excluded.created_at
"""


def keep_redirects(kind: str, renamed: Sequence[tuple[str, str]], claimed: Sequence[str], now: datetime) -> None:
    """Old slugs lead to the object, not to its next slug, so chains never form; a slug in use leads nowhere else."""
    if renamed or claimed:
        db.execute(_REDIRECTS, {"kind": kind, "claimed": list(claimed), "old": [slug for slug, _ in renamed],
                                "targets": [target for _, target in renamed], "now": now})
