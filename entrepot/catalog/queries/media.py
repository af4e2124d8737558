"""Pictures of products: where they are, and all of them together."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from entrepot.kit import db, paging


def address(file: str, url: str) -> str:
    """Where a browser finds it: our own file below MEDIA_URL, or where it lives."""
    return f"{settings.MEDIA_URL}{file}" if file else url


_PLAIN = str.maketrans({sign: f"\\{sign}" for sign in "\\%_"})  # wildcards of LIKE taken literally
_FOUND = """
SELECT m.id, m.file, m.url, m.alt, m.width, m.height, m.renditions, p.id AS product_id, p.name AS product_name, p.slug,
       (SELECT v.sku FROM catalog_variant v WHERE v.product_id = p.id ORDER BY v.id <> m.variant_id, v.position, v.id
        LIMIT 1) AS sku
FROM catalog_media m JOIN catalog_product p ON p.id = m.product_id
WHERE (%(after)s::uuid IS NULL OR m.id < %(after)s)
  AND (%(like)s = '%%' OR p.name::text ILIKE %(like)s OR p.slug ILIKE %(like)s OR m.alt::text ILIKE %(like)s
       OR EXISTS (SELECT FROM catalog_variant v WHERE v.product_id = p.id AND v.sku ILIKE %(like)s))
ORDER BY m.id DESC LIMIT %(limit)s
"""


def find_media(*, text: str = "", cursor: str = "", limit: int = 48) -> tuple[list[dict[str, Any]], str]:
    """Pictures of products by what they show or whose they are, newest first, and the cursor of the next ones;
    `renditions` are the addresses of smaller ones, the largest first.
    """
    like = f"%{text.translate(_PLAIN)}%" if text else "%"
    found = db.rows(_FOUND, {"after": paging.uuid(cursor), "like": like, "limit": limit + 1})
    following = paging.encode([str(found[limit - 1].id)]) if len(found) > limit else ""
    return [{**r._asdict(), "address": address(r.file, r.url), "renditions": [
        address(size["file"], "") for size in sorted(r.renditions, key=lambda size: -int(size["width"]))]}
        for r in found[:limit]], following
