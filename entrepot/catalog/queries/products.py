"""Products for the office: lists, one product whole, its history."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from entrepot.catalog.contracts import HistoryEntry
from entrepot.catalog.queries import states
from entrepot.catalog.queries.media import address
from entrepot.kit import db
from entrepot.kit.errors import N_, InvalidInput, NotFound

LIST_FIELDS = frozenset({"id", "slug", "name", "status", "type", "brand_id", "category_id", "tags", "variants", "sku",
                         "image", "external_ids", "created_at", "updated_at", "version"})


@dataclass(frozen=True, slots=True)
class ProductFilter:
    """Which products of the office list; empty fields do not narrow it."""

    query: str = ""  # part of a name, a slug, or the beginning of a SKU
    status: str = ""
    type: str = ""
    brand_id: int | None = None
    category_id: int | None = None  # those below it too
    collection_id: int | None = None
    channel: str = ""
    tag: str = ""
    ids: tuple[UUID, ...] = ()


_LIST = """
SELECT p.id, p.slug, p.name, p.status, t.code AS type, p.brand_id, p.category_id, p.tags, p.external_ids, p.created_at,
       p.updated_at, p.version,
       (SELECT count(*) FROM catalog_variant v WHERE v.product_id = p.id) AS variants,
       (SELECT v.sku FROM catalog_variant v WHERE v.product_id = p.id ORDER BY v.position, v.id LIMIT 1) AS sku,
       (SELECT ARRAY[m.file, m.url] FROM catalog_media m WHERE m.product_id = p.id ORDER BY m.position, m.id LIMIT 1)
           AS image
FROM catalog_product p JOIN catalog_producttype t ON t.id = p.type_id
WHERE {where} ORDER BY p.created_at DESC, p.id DESC LIMIT %(limit)s
"""


def find_products(wanted: ProductFilter, *, after: tuple[datetime, UUID] | None = None,
                  limit: int = 24) -> list[dict[str, Any]]:
    """Newest first; `after` is (created_at, id) of the last one seen."""
    where, params = _conditions(wanted)
    if after:
        where.append("(p.created_at, p.id) < (%(at)s::timestamptz, %(id)s::uuid)")
        params |= {"at": after[0], "id": after[1]}
    sql = _LIST.format(where=" AND ".join(where) or "true")
    return [{**r._asdict(), "image": address(*r.image) if r.image else ""}
            for r in db.rows(sql, {**params, "limit": limit})]


def _conditions(f: ProductFilter) -> tuple[list[str], dict[str, Any]]:
    possible: list[tuple[object, str, dict[str, Any]]] = [
        (f.status, "p.status = %(status)s", {"status": f.status}),
        (f.type, "t.code = %(type)s", {"type": f.type}),
        (f.brand_id, "p.brand_id = %(brand)s", {"brand": f.brand_id}),
        (f.ids, "p.id = ANY(%(ids)s::uuid[])", {"ids": list(f.ids)}),
        (f.tag, "%(tag)s = ANY(p.tags)", {"tag": f.tag}),
        (f.category_id, "EXISTS (SELECT 1 FROM catalog_product_categories pc JOIN catalog_category c"
         " ON c.id = pc.category_id JOIN catalog_category top ON c.path <@ top.path"
         " WHERE pc.product_id = p.id AND top.id = %(category)s)", {"category": f.category_id}),
        (f.collection_id, "EXISTS (SELECT 1 FROM catalog_collectionitem i WHERE i.product_id = p.id"
         " AND i.collection_id = %(collection)s)", {"collection": f.collection_id}),
        (f.channel, "EXISTS (SELECT 1 FROM catalog_publication u JOIN catalog_channel ch ON ch.id = u.channel_id"
         " WHERE u.product_id = p.id AND ch.code = %(channel)s)", {"channel": f.channel}),
        # two index look-ups rather than one scan: trigrams of name and slug, and the SKUs
        (f.query, "p.id IN (SELECT s.id FROM catalog_product s WHERE (s.name::text || ' ' || s.slug) ILIKE %(part)s"
         " UNION SELECT v.product_id FROM catalog_variant v WHERE v.sku LIKE %(start)s)",
         {"part": f"%{_plain(f.query)}%", "start": f"{_plain(f.query)}%"}),
    ]
    chosen = [(sql, params) for given, sql, params in possible if given]
    if any("\x00" in str(v) for _, params in chosen for v in params.values()):
        raise InvalidInput("query", N_("is too long or holds characters that are not allowed"))
    return [sql for sql, _ in chosen], {k: v for _, params in chosen for k, v in params.items()}


def _plain(query: str) -> str:
    """The words with the wildcards of LIKE taken literally."""
    return query.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def get_product(product_id: UUID) -> dict[str, Any] | None:
    """One product whole, ready for JSON, with the codes and slugs of what it refers to."""
    state = states.load([product_id]).get(product_id)
    if state is None:
        return None
    names = db.row(
        "SELECT (SELECT code FROM catalog_producttype WHERE id = %(type)s) AS type,"
        " (SELECT slug FROM catalog_brand WHERE id = %(brand)s) AS brand, p.updated_at, p.rating,"
        " (SELECT jsonb_object_agg(id, slug) FROM catalog_category WHERE id = ANY(%(categories)s)) AS categories,"
        " (SELECT jsonb_object_agg(id, code) FROM catalog_channel WHERE id = ANY(%(channels)s)) AS channels,"
        " ARRAY(SELECT collection_id FROM catalog_collectionitem WHERE product_id = p.id ORDER BY 1) AS collection_ids,"
        " (SELECT jsonb_object_agg(id, sku) FROM catalog_variant WHERE id = ANY(%(parts)s)) AS skus"
        " FROM catalog_product p WHERE p.id = %(id)s",
        {"id": product_id, "type": state.type_id, "brand": state.brand_id, "categories": list(state.category_ids),
         "channels": [p.channel_id for p in state.publications],
         "parts": [c for v in state.variants for c, _ in v.components]})
    categories, channels, skus = names.categories or {}, names.channels or {}, names.skus or {}
    told = asdict(state)
    del told["type_id"], told["brand_id"], told["category_id"], told["category_ids"]
    for variant in told["variants"]:
        variant["components"] = [{"sku": skus[str(c)], "variant_id": c, "quantity": q}
                                 for c, q in variant["components"]]
    for medium in told["media"]:
        medium["url"] = address(medium.pop("file"), medium["url"])
        medium["renditions"] = [{**{k: r[k] for k in ("width", "height", "type")}, "url": address(r["file"], "")}
                                for r in medium["renditions"]]
    told["publications"] = [{"channel": channels[str(p.channel_id)], "from_at": p.from_at, "until_at": p.until_at}
                            for p in state.publications]
    return {**told, "type": names.type, "brand": names.brand, "rating": names.rating, "updated_at": names.updated_at,
            "category": categories.get(str(state.category_id)),
            "categories": [categories[str(c)] for c in state.category_ids], "collection_ids": names.collection_ids}


def product_version(product_id: UUID) -> int | None:
    version: int | None = db.value("SELECT version FROM catalog_product WHERE id = %s", [product_id])
    return version


_HISTORY = """
SELECT id, at, actor_label AS actor, action, old, new, reason FROM kit_audit
WHERE object_type = 'catalog.product' AND object_id = %s AND id < %s ORDER BY id DESC LIMIT %s
"""


def product_history(product_id: UUID, *, before: int = 2**62, limit: int = 100) -> list[HistoryEntry]:
    """Who did what to the product, newest first, from the audit trail."""
    return [HistoryEntry(r.at, r.actor, r.action, r.old, r.new, r.reason, r.id)
            for r in db.rows(_HISTORY, [str(product_id), before, limit])]


def product_ids(*, after: UUID | None = None, limit: int = 5_000, changed_since: datetime | None = None) -> list[UUID]:
    """Ids in order, a portion at a time: for rebuilding documents and for exports."""
    return [r.id for r in db.rows(
        "SELECT id FROM catalog_product WHERE (%(after)s::uuid IS NULL OR id > %(after)s)"
        " AND (%(since)s::timestamptz IS NULL OR updated_at >= %(since)s) ORDER BY id LIMIT %(limit)s",
        {"after": after, "since": changed_since, "limit": limit})]


def product_id_of(slug: str) -> UUID | None:
    """The product that is at this slug now; former slugs are `resolve_redirect`'s."""
    found: UUID | None = db.value("SELECT id FROM catalog_product WHERE slug = %s", [slug])
    return found


def variants_of(product_ids: list[UUID]) -> dict[UUID, list[UUID]]:
    """Variant ids by product, in one statement."""
    found: dict[UUID, list[UUID]] = {}
    for r in db.rows("SELECT product_id, id FROM catalog_variant WHERE product_id = ANY(%s) ORDER BY position, id",
                     [product_ids]):
        found.setdefault(r.product_id, []).append(r.id)
    return found


def product_of(variant_id: UUID) -> UUID:
    found = db.value("SELECT product_id FROM catalog_variant WHERE id = %s", [variant_id])
    if found is None:
        raise NotFound("variant")
    return UUID(str(found))
