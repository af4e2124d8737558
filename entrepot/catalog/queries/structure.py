"""Categories, collections, brands, attributes and types as they are told."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from entrepot.catalog.contracts import BrandInfo, CategoryNode, CollectionInfo, Texts
from entrepot.kit import db


def in_language(texts: Texts, language: str) -> str:
    """The text in `language`, else English, else any."""
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")


def category_tree(language: str) -> list[CategoryNode]:
    """The whole tree, siblings in their order."""
    below: dict[int | None, list[Any]] = defaultdict(list)
    for r in db.rows("SELECT id, slug, name, description, parent_id FROM catalog_category ORDER BY position, id"):
        below[r.parent_id].append(r)

    def node(r: Any) -> CategoryNode:
        return CategoryNode(r.id, r.slug, in_language(r.name, language), in_language(r.description, language),
                            tuple(node(child) for child in below[r.id]))

    return [node(r) for r in below[None]]


_CATEGORIES = """
SELECT c.id, c.slug, c.name, c.description, c.parent_id, c.position, nlevel(c.path) AS depth, c.path::text AS path,
       (SELECT count(*) FROM catalog_product_categories pc WHERE pc.category_id = c.id) AS products
FROM catalog_category c
"""


def list_categories() -> list[dict[str, Any]]:
    """Every category with its own number of products, parents before children."""
    return [r._asdict() for r in db.rows(_CATEGORIES + " ORDER BY nlevel(c.path), c.position, c.id")]


def get_category(category_id: int) -> dict[str, Any] | None:
    row = db.row(_CATEGORIES + " WHERE c.id = %s", [category_id])
    return row._asdict() if row else None


def category_by_slug(slug: str) -> dict[str, Any] | None:
    """The category at this slug now, as the columns of `list_categories`."""
    row = db.row(_CATEGORIES + " WHERE c.slug = %s", [slug])
    return row._asdict() if row else None


def categories_below(category_id: int) -> list[int]:
    """The category and all below it."""
    return [r.id for r in db.rows("SELECT c.id FROM catalog_category top JOIN catalog_category c ON c.path <@ top.path"
                                  " WHERE top.id = %s ORDER BY c.id", [category_id])]


_COLLECTIONS = """
SELECT c.id, c.slug, c.name, c.description, c.is_visible, c.rule,
       (SELECT count(*) FROM catalog_collectionitem i WHERE i.collection_id = c.id) AS products
FROM catalog_collection c
"""


def list_collections(*, after: str = "", limit: int = 100) -> list[dict[str, Any]]:
    """Collections by slug with the number of their products, those after the slug `after`."""
    return [r._asdict() for r in db.rows(_COLLECTIONS + " WHERE c.slug > %s ORDER BY c.slug LIMIT %s", [after, limit])]


def get_collection(collection_id: int) -> dict[str, Any] | None:
    row = db.row(_COLLECTIONS + " WHERE c.id = %s", [collection_id])
    return row._asdict() if row else None


def collections(*, visible_only: bool = True) -> list[CollectionInfo]:
    """Collections by slug."""
    rows = db.rows("SELECT id, slug, name, description, is_visible, rule IS NOT NULL AS is_rule FROM catalog_collection"
                   " WHERE is_visible OR NOT %s ORDER BY slug", [visible_only])
    return [CollectionInfo(*r) for r in rows]


def collection_by_slug(slug: str) -> CollectionInfo | None:
    """The collection at this slug now."""
    row = db.row("SELECT id, slug, name, description, is_visible, rule IS NOT NULL AS is_rule FROM catalog_collection"
                 " WHERE slug = %s", [slug])
    return CollectionInfo(*row) if row else None


def collection_products(collection_id: int, *, after: tuple[int, int] = (-1, -1), limit: int = 100) -> list[Any]:
    """Members in order: (item id, position, product id, slug, name)."""
    return db.rows("SELECT i.id AS item_id, i.position, p.id, p.slug, p.name FROM catalog_collectionitem i"
                   " JOIN catalog_product p ON p.id = i.product_id WHERE i.collection_id = %s"
                   " AND (i.position, i.id) > (%s, %s) ORDER BY i.position, i.id LIMIT %s",
                   [collection_id, *after, limit])


def brands(*, after: str = "", limit: int = 1_000) -> list[BrandInfo]:
    """Brands by slug, those after the slug `after`."""
    return [BrandInfo(*r) for r in db.rows("SELECT id, slug, name FROM catalog_brand WHERE slug > %s"
                                           " ORDER BY slug LIMIT %s", [after, limit])]


def get_brand(brand_id: int) -> BrandInfo | None:
    row = db.row("SELECT id, slug, name FROM catalog_brand WHERE id = %s", [brand_id])
    return BrandInfo(*row) if row else None


def list_attributes(*, code: str = "", after: str = "", limit: int = 1_000) -> list[dict[str, Any]]:
    """Attributes by code, those after the code `after`; `code` finds one."""
    return [r._asdict() for r in db.rows(
        "SELECT code, name, kind, unit, choices, is_facet FROM catalog_attribute"
        " WHERE (%(code)s = '' OR code = %(code)s) AND code > %(after)s ORDER BY code LIMIT %(limit)s",
        {"code": code, "after": after, "limit": limit})]


def list_product_types(*, code: str = "", after: str = "", limit: int = 1_000) -> list[dict[str, Any]]:
    """Product types by code with the codes of their attributes; `code` finds one."""
    return [r._asdict() for r in db.rows(
        "SELECT t.id, t.code, t.name, t.required, t.per_variant,"
        " ARRAY(SELECT a.code FROM catalog_producttype_attributes ta JOIN catalog_attribute a ON a.id = ta.attribute_id"
        "       WHERE ta.producttype_id = t.id ORDER BY a.code) AS attributes FROM catalog_producttype t"
        " WHERE (%(code)s = '' OR t.code = %(code)s) AND t.code > %(after)s ORDER BY t.code LIMIT %(limit)s",
        {"code": code, "after": after, "limit": limit})]


_REDIRECT = {
    "product": "SELECT o.slug FROM catalog_redirect r JOIN catalog_product o ON o.id = r.target_id::uuid",
    "category": "SELECT o.slug FROM catalog_redirect r JOIN catalog_category o ON o.id = r.target_id::bigint",
    "collection": "SELECT o.slug FROM catalog_redirect r JOIN catalog_collection o ON o.id = r.target_id::bigint",
    "brand": "SELECT o.slug FROM catalog_redirect r JOIN catalog_brand o ON o.id = r.target_id::bigint",
}


def resolve_redirect(kind: str, slug: str) -> str | None:
    """The present slug of what once had this slug; None for a slug in use or never used."""
    found: str | None = db.value(_REDIRECT[kind] + " WHERE r.kind = %s AND r.slug = %s", [kind, slug])
    return found


def old_addresses(kind: str, target: object) -> list[str]:
    """Slugs that lead to it, newest first."""
    return [r.slug for r in db.rows("SELECT slug FROM catalog_redirect WHERE kind = %s AND target_id = %s"
                                    " ORDER BY id DESC LIMIT 20", [kind, str(target)])]
