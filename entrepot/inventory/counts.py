"""Reads of stock counts. Who counts blind does not see what the books say until everything is counted."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import VariantFacts
from entrepot.inventory.contracts import CountLineView, CountState, CountView
from entrepot.kit import db, paging
from entrepot.kit.errors import N_, NotFound

_HEAD = """
SELECT c.id, c.number, c.warehouse_id, w.code AS warehouse_code, c.state, c.is_blind, c.note, c.opened_by, c.opened_at,
       c.closed_by, c.closed_at, (SELECT count(*) FROM inventory_countline l WHERE l.count_id = c.id) AS items,
       (SELECT count(*) FROM inventory_countline l WHERE l.count_id = c.id
           AND EXISTS (SELECT 1 FROM inventory_tally t WHERE t.line_id = l.id)) AS counted
  FROM inventory_count c JOIN inventory_warehouse w ON w.id = c.warehouse_id
"""
# The newest tally of every line. What another count of the same item has booked since is no difference any more, and
# where that one was counted later, it has the last word.
_LINES = """
SELECT l.id, l.variant_id, t.counted_qty, t.expected_qty,
       CASE WHEN EXISTS (
           SELECT FROM inventory_countline k JOIN inventory_count o ON o.id = k.count_id
             JOIN inventory_tally later ON later.line_id = k.id AND later.id > t.id
            WHERE k.variant_id = l.variant_id AND o.warehouse_id = c.warehouse_id AND o.id <> c.id
              AND o.state = 'posted' AND (c.closed_at IS NULL OR o.closed_at < c.closed_at)) THEN 0
       ELSE t.counted_qty - t.expected_qty - coalesce((
           SELECT sum(m.on_hand_delta) FROM inventory_movement m JOIN inventory_count o ON o.number = m.reference
            WHERE m.variant_id = l.variant_id AND m.warehouse_id = c.warehouse_id AND m.kind = 'adjustment'
              AND o.id <> c.id AND m.at > t.at AND (c.closed_at IS NULL OR m.at < c.closed_at)), 0) END
           AS difference,
       coalesce(t.tallies, 0) AS tallies, coalesce(t.actor, '') AS actor, t.at
  FROM inventory_countline l JOIN inventory_count c ON c.id = l.count_id
  LEFT JOIN LATERAL (SELECT t.id, t.counted_qty, t.expected_qty, t.actor, t.at, count(*) OVER () AS tallies
                       FROM inventory_tally t WHERE t.line_id = l.id ORDER BY t.id DESC LIMIT 1) t ON true
 WHERE l.count_id = %s ORDER BY l.id
"""


def lines_of(count_id: UUID) -> list[Any]:
    return db.rows(_LINES, [count_id])


def list_counts(*, state: str | None = None, limit: int,
                cursor: str | None = None) -> tuple[list[CountView], str | None]:
    """Newest first (ids are time-ordered)."""
    found = db.rows(_HEAD + " WHERE (%(state)s::text IS NULL OR c.state = %(state)s)"
                            " AND (%(after)s::uuid IS NULL OR c.id < %(after)s) ORDER BY c.id DESC LIMIT %(limit)s",
                    {"state": state or None, "after": paging.uuid(cursor), "limit": limit + 1})
    more = paging.encode([str(found[limit - 1].id)]) if len(found) > limit else None
    return [_view(r) for r in found[:limit]], more


def get_count(count_id: UUID) -> CountView:
    """The sheet in the order of SKUs. While it is counted blind, what the books say and differences are left out."""
    head = db.row(_HEAD + " WHERE c.id = %s", [count_id])
    if head is None:
        raise NotFound(N_("stock count"))
    hidden = head.is_blind and head.state == CountState.COUNTING
    rows = lines_of(count_id)
    facts = catalog.variant_facts({r.variant_id for r in rows})
    lines = [_line(r, facts.get(r.variant_id), hidden) for r in rows]
    return _view(head, tuple(sorted(lines, key=lambda line: line.sku)))


def _view(r: Any, lines: tuple[CountLineView, ...] = ()) -> CountView:
    return CountView(r.id, r.number, r.warehouse_id, r.warehouse_code, CountState(r.state), r.is_blind, r.note,
                     r.opened_by, r.opened_at, r.closed_by, r.closed_at, r.items, r.counted, lines)


def _line(r: Any, facts: VariantFacts | None, hidden: bool) -> CountLineView:
    return CountLineView(
        r.variant_id, facts.sku if facts else "", facts.name if facts else {}, r.counted_qty,
        None if hidden else r.expected_qty, None if hidden else r.difference, r.tallies, r.actor, r.at)
