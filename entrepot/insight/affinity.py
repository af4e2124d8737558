"""Which goods go together and which sell best, counted over the orders of late and handed to the showcase."""

from __future__ import annotations

from datetime import date, timedelta

from entrepot.insight.permissions import READ
from entrepot.kit import clock, db
from entrepot.kit.actor import Actor
from entrepot.showcase import public as showcase

_DAYS = 180
_BEST, _COMPANIONS = 20_000, 8  # per channel: a shelf of anything can be put in this order
_MOST_LINES = 30  # an order with more is a dealer's, and says little of what goes together

# Sold and kept: lines of orders that were cancelled or never paid for leave with them.
_BOUGHT = """
WITH bought AS (
    SELECT DISTINCT l.order_id, l.channel_id, (l.facts->>'product_id')::uuid AS product_id
    FROM reporting.order_lines_v1 l
    WHERE l.entry = 'sale' AND l.line_kind = 'product' AND l.facts ? 'product_id' AND l.business_on >= %(since)s
      AND l.state NOT IN ('pending', 'expired', 'cancelled')
)"""
_PAIRS = _BOUGHT + """, small AS (
    SELECT order_id FROM bought GROUP BY order_id HAVING count(*) BETWEEN 2 AND %(most)s
), pair AS (
    SELECT a.product_id, b.product_id AS other_id, count(*)::int AS together
    FROM bought a JOIN small USING (order_id) JOIN bought b ON b.order_id = a.order_id AND b.product_id <> a.product_id
    GROUP BY 1, 2
), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY product_id ORDER BY together DESC, other_id) AS place FROM pair
)
SELECT product_id, other_id, together FROM ranked WHERE place <= %(companions)s
"""  # noqa: S608  the other half is ours too
_TOP = _BOUGHT + """, counted AS (
    SELECT channel_id, product_id, count(*)::int AS orders FROM bought GROUP BY 1, 2
), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY channel_id ORDER BY orders DESC, product_id) AS place FROM counted
)
SELECT channel_id, product_id, orders FROM ranked WHERE place <= %(best)s
"""  # noqa: S608  the other half is ours too


def refresh_affinity(today: date | None = None, *, actor: Actor) -> tuple[int, int]:
    """Count anew; returns how many pairs and how many bestsellers there are."""
    actor.require(READ)
    of = {"since": (today or clock.now().date()) - timedelta(days=_DAYS), "most": _MOST_LINES, "best": _BEST,
          "companions": _COMPANIONS}
    pairs = [tuple(r) for r in db.rows(_PAIRS, of)]
    best = [tuple(r) for r in db.rows(_TOP, of)]
    return showcase.keep_companions(pairs, actor=actor), showcase.keep_bestsellers(best, actor=actor)
