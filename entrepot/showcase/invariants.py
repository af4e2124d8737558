"""What must hold of documents and shelves; and the part of the health report that tells how fresh they are."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from entrepot.kit.errors import N_
from entrepot.kit.health import also, part
from entrepot.kit.invariants import register

register("showcase.placement_stands", N_("Every placement has its document and its shelf."), """
    SELECT p.document_id, p.shelf_id FROM showcase_placement p
    LEFT JOIN showcase_document d ON d.id = p.document_id LEFT JOIN showcase_shelf s ON s.id = p.shelf_id
    WHERE d.id IS NULL OR s.id IS NULL OR (s.channel_id, s.language) <> (d.channel_id, d.language)
""")

register("showcase.document_listed", N_("Every document stands on the shelf of everything and tells its slug."), """
    SELECT d.id AS document_id, d.slug FROM showcase_document d
    WHERE convert_from(d.body, 'UTF8')::jsonb ->> 'slug' <> d.slug
       OR NOT EXISTS (SELECT 1 FROM showcase_placement p JOIN showcase_shelf s ON s.id = p.shelf_id
                      WHERE p.document_id = d.id AND s.kind = 'all')
""")

register("showcase.document_price", N_("A listing is sorted by the price that its card shows."), """
    SELECT p.document_id, p.price_minor FROM showcase_placement p JOIN showcase_document d ON d.id = p.document_id
    WHERE p.price_minor IS DISTINCT FROM (convert_from(d.card, 'UTF8')::jsonb -> 'price' ->> 'amount_minor')::bigint
""")


@also
def freshness() -> dict[str, Any]:
    """Documents and this machine's index, for readiness and `entrepot doctor`."""
    from entrepot.showcase.queries import get_status

    status = get_status()
    behind = status.last_change - status.index_applied
    return part("showcase", status.is_fresh, _("{n} products wait, index {behind} changes behind").format(
        n=status.waiting, behind=behind))
