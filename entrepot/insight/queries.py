"""Figures from the reporting views: the only thing that insight reads of other contexts."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from entrepot.catalog import public as catalog
from entrepot.insight.contracts import Figures
from entrepot.kit import db

# Orders that were never paid for are no sales: they and their reversal leave together.
_FIGURES = """
WITH line AS (
    SELECT l.*, l.entry = 'sale' AND l.gross_minor >= 0 AS is_sale FROM reporting.order_lines_v1 l
    WHERE (%(channel)s::smallint IS NULL OR l.channel_id = %(channel)s)
      AND (%(first)s::date IS NULL OR l.business_on >= %(first)s)
      AND (%(last)s::date IS NULL OR l.business_on <= %(last)s)
      AND (l.state IS NULL OR l.state NOT IN ('pending', 'expired'))
), money AS (
    SELECT channel_id, currency, sum(paid_minor) AS paid, sum(refunded_minor) AS refunded,
           count(DISTINCT order_id) AS orders,
           count(*) FILTER (WHERE customer_id IS NULL) AS guests, count(DISTINCT country_name) AS countries
    FROM (SELECT o.channel_id, o.currency, o.paid_minor, o.refunded_minor, o.order_id, o.customer_id,
                 coalesce(o.country_name, o.country) AS country_name FROM reporting.orders_v1 o
          WHERE o.state NOT IN ('pending', 'expired') AND (%(channel)s::smallint IS NULL OR o.channel_id = %(channel)s)
            AND (%(first)s::date IS NULL OR o.business_on >= %(first)s)
            AND (%(last)s::date IS NULL OR o.business_on <= %(last)s)) o
    GROUP BY channel_id, currency
)
SELECT l.channel_id, l.currency, min(l.business_on) AS first_on, max(l.business_on) AS last_on,
       coalesce(max(m.orders), 0) AS orders, count(DISTINCT l.customer_id) AS customers,
       coalesce(max(m.guests), 0) AS guests, coalesce(max(m.countries), 0) AS countries,
       count(DISTINCT l.sku) FILTER (WHERE l.is_sale AND l.line_kind = 'product') AS products,
       count(*) FILTER (WHERE l.is_sale AND l.line_kind <> 'delivery') AS order_lines,
       count(*) FILTER (WHERE NOT l.is_sale) AS credit_lines,
       count(DISTINCT l.invoice_id) FILTER (WHERE NOT l.is_sale) AS credit_notes,
       coalesce(sum(l.quantity) FILTER (WHERE l.line_kind = 'product'), 0) AS units,
       coalesce(sum(l.gross_minor) FILTER (WHERE l.is_sale), 0) AS sold,
       -coalesce(sum(l.gross_minor) FILTER (WHERE NOT l.is_sale), 0) AS credited,
       coalesce(sum(l.gross_minor), 0) AS net, coalesce(sum(l.tax_minor), 0) AS tax,
       coalesce(max(m.paid), 0) AS paid, coalesce(max(m.refunded), 0) AS refunded
FROM line l LEFT JOIN money m ON m.channel_id = l.channel_id AND m.currency = l.currency
GROUP BY l.channel_id, l.currency ORDER BY l.channel_id, l.currency
"""


def get_figures(*, channel: str = "", first_on: date | None = None, last_on: date | None = None) -> list[Figures]:
    """What was sold per channel and currency, between two business dates (both included) when given."""
    codes = {c.id: c.code for c in catalog.channels()}
    channel_id = catalog.channel(channel).id if channel else None
    rows = db.rows(_FIGURES, {"channel": channel_id, "first": first_on, "last": last_on})
    return [
        Figures(codes.get(r.channel_id, str(r.channel_id)), r.currency, r.first_on, r.last_on, r.orders, r.customers,
                r.guests, r.countries, r.products, r.order_lines, r.credit_lines, r.credit_notes, r.units, int(r.sold),
                int(r.credited), int(r.net), int(r.tax), int(r.paid), int(r.refunded))
        for r in rows]


def events_of(customer_id: UUID) -> list[dict[str, Any]]:
    """What one customer did, as far as they allowed it to be noted, newest first."""
    return [r._asdict() for r in db.rows(
        "SELECT at, name, value_minor, currency, params FROM insight_commerceevent WHERE subject = %s ORDER BY id DESC",
        [str(customer_id)])]
