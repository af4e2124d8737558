"""Drawings as pictures that others can read: search engines and messengers take no SVG.

Derived from the drawing and made anew whenever it is missing, so it is no edit: no version, no entry in the history.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from entrepot.catalog import images
from entrepot.catalog.actions.media import RENDER, stored
from entrepot.catalog.events import ProductsChanged
from entrepot.catalog.permissions import EDIT
from entrepot.kit import db, outbox
from entrepot.kit.actor import Actor

__all__ = ["RENDER", "render_drawings"]

SIDE = 1200  # what Google and OpenGraph ask for

# The main picture of each product; the others are shown by us alone.
_WAITING = """
SELECT m.id, m.product_id, m.file, m.width, m.height FROM catalog_media m
WHERE m.file LIKE '%%.svg' AND m.renditions = '[]'::jsonb
  AND m.position = (SELECT min(o.position) FROM catalog_media o WHERE o.product_id = m.product_id)
ORDER BY m.id LIMIT %s
"""
# A product that was edited meanwhile keeps what the edit said; the next job looks again.
_KEEP = """
UPDATE catalog_media m SET renditions = jsonb_build_array(jsonb_build_object(
    'file', n.name, 'width', n.width, 'height', n.height, 'type', 'image/png'))
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::int[], %s::int[]) AS n(id, file, name, width, height)
WHERE m.id = n.id AND m.file = n.file AND m.renditions = '[]'::jsonb RETURNING m.product_id
"""


def render_drawings(limit: int, *, actor: Actor) -> int:
    """Give up to `limit` main pictures that are drawings a PNG; returns how many got one."""
    actor.require(EDIT)
    made = [found for row in db.rows(_WAITING, [limit]) if (found := _drawn(row))]
    if not made:
        return 0
    columns = [list(column) for column in zip(*(m[:5] for m in made), strict=True)]
    with stored({m[2]: m[5] for m in made}), transaction.atomic():
        products = sorted({row.product_id for row in db.rows(_KEEP, columns)})
        if products:
            outbox.publish(ProductsChanged(products))
    return len(made)


def _drawn(row: Any) -> tuple[UUID, str, str, int, int, bytes] | None:
    """(id, drawing, our name for it, width, height, PNG); nothing when the file is not there."""
    import vl_convert

    drawing = Path(settings.MEDIA_ROOT) / row.file
    if not drawing.exists():
        return None
    scale = SIDE / max(row.width or SIDE, row.height or SIDE)
    content = vl_convert.svg_to_png(drawing.read_text(), scale=scale)
    size = (round((row.width or SIDE) * scale), round((row.height or SIDE) * scale))
    return row.id, row.file, images.name(row.id, "png", SIDE), *size, content
