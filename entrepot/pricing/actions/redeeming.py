"""Uses of promotions: counted with the order that takes them, given back when it is undone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from entrepot.kit import db
from entrepot.kit.actor import Actor
from entrepot.pricing.contracts import Use
from entrepot.pricing.errors import PromotionUsedUp
from entrepot.pricing.keys import kept_key
from entrepot.pricing.permissions import REDEEM, REFRESH

# Rows are locked promotions first, then the customer's uses, then coupons, each in order of id: two orders never wait
# for each other in a circle. Promotions and coupons without a limit are not touched, so that orders do not queue there.
_REDEEM = """
WITH use AS MATERIALIZED (
    SELECT * FROM unnest(%(ids)s::uuid[], %(uses)s::int[], %(amounts)s::bigint[], %(coupons)s::bigint[])
        AS u(id, uses, amount, coupon)
), need AS MATERIALIZED (
    SELECT u.id, sum(u.uses)::int AS uses, sum(u.amount)::bigint AS amount FROM use u GROUP BY u.id
), rule AS MATERIALIZED (
    SELECT p.id, n.uses, n.amount, p.customer_limit, p.usage_limit IS NOT NULL OR p.budget_minor IS NOT NULL AS counts
    FROM need n JOIN pricing_promotion p ON p.id = n.id AND p.status = 'active'
), held AS MATERIALIZED (
    SELECT p.id, r.uses, r.amount FROM pricing_promotion p JOIN rule r ON r.id = p.id AND r.counts
    ORDER BY p.id FOR NO KEY UPDATE OF p
), counted AS (
    UPDATE pricing_promotion p SET used_count = p.used_count + h.uses, used_minor = p.used_minor + h.amount
    FROM held h WHERE p.id = h.id AND p.status = 'active'
      AND (p.usage_limit IS NULL OR p.used_count + h.uses <= p.usage_limit)
      AND (p.budget_minor IS NULL OR (p.used_minor + h.amount <= p.budget_minor AND p.budget_currency = %(currency)s))
    RETURNING p.id, p.scope, p.usage_limit IS NOT NULL AND p.used_count >= p.usage_limit AS is_gone
), mine AS (
    INSERT INTO pricing_customeruse AS c (customer_key, promotion_id, used_count, "limit")
    SELECT %(customer)s, r.id, r.uses, r.customer_limit FROM rule r
    WHERE r.uses <= r.customer_limit AND (SELECT count(*) FROM counted) >= 0
    ORDER BY r.id
    ON CONFLICT (customer_key, promotion_id) DO UPDATE
        SET used_count = c.used_count + excluded.used_count, "limit" = excluded."limit"
        WHERE c.used_count + excluded.used_count <= excluded."limit"
    RETURNING promotion_id
), ticket AS MATERIALIZED (
    SELECT k.id, k."limit" FROM pricing_coupon k
    WHERE k.id IN (SELECT coupon FROM use) AND k.is_active AND (SELECT count(*) FROM mine) >= 0
), held_ticket AS MATERIALIZED (
    SELECT k.id FROM pricing_coupon k JOIN ticket t ON t.id = k.id AND t."limit" IS NOT NULL
    ORDER BY k.id FOR NO KEY UPDATE OF k
), opened AS (
    UPDATE pricing_coupon k SET used_count = k.used_count + 1
    FROM held_ticket h WHERE k.id = h.id AND k.is_active AND (k."limit" IS NULL OR k.used_count < k."limit")
    RETURNING k.id
), ledger AS (
    INSERT INTO pricing_redemption (promotion_id, coupon_id, order_id, customer_key, uses, amount_minor, currency, at)
    SELECT u.id, u.coupon, %(order)s, %(customer)s, u.uses, u.amount, %(currency)s, %(now)s FROM use u
), marks AS (
    INSERT INTO pricing_listingmark (promotion_id) SELECT id FROM counted WHERE scope = 'catalogue' AND is_gone
)
SELECT (SELECT count(*) FROM rule) = (SELECT count(*) FROM need)
   AND (SELECT count(*) FROM counted) = (SELECT count(*) FROM rule WHERE counts)
   AND (SELECT count(*) FROM mine) = (SELECT count(*) FROM rule WHERE customer_limit IS NOT NULL)
   AND (SELECT count(*) FROM ticket) = (SELECT count(DISTINCT coupon) FROM use)
   AND (SELECT count(*) FROM opened) = (SELECT count(*) FROM ticket WHERE "limit" IS NOT NULL)
"""


def redeem(order_id: UUID, customer_key: str, uses: Sequence[Use], currency: str, now: datetime, *,
           actor: Actor) -> None:
    """Count the uses of an order in the caller's transaction: all of them, or PromotionUsedUp and the caller undoes.

    One statement for any number of promotions and coupons, none for an order without.
    """
    actor.require(REDEEM)
    if not uses:
        return
    if not connection.in_atomic_block:
        raise RuntimeError("uses are counted in the transaction of the order that takes them")
    if not db.value(_REDEEM, {
            "ids": [u.promotion_id for u in uses], "uses": [u.uses for u in uses],
            "amounts": [u.amount_minor for u in uses], "coupons": [u.coupon_id for u in uses],
            "customer": kept_key(customer_key), "order": order_id, "currency": currency, "now": now}):
        raise PromotionUsedUp


# What an order still has, taken back: by new entries, and off the counters where uses are counted.
_REVERSE = """
WITH open AS MATERIALIZED (
    SELECT r.promotion_id, r.coupon_id, r.customer_key, r.currency, sum(r.uses)::int AS uses,
           sum(r.amount_minor)::bigint AS amount
    FROM pricing_redemption r WHERE r.order_id = %(order)s
    GROUP BY 1, 2, 3, 4 HAVING sum(r.uses) > 0
), need AS MATERIALIZED (
    SELECT promotion_id AS id, sum(uses)::int AS uses, sum(amount)::bigint AS amount FROM open GROUP BY 1
), held AS MATERIALIZED (
    SELECT p.id, n.uses, n.amount, p.usage_limit IS NOT NULL AND p.used_count >= p.usage_limit AS was_gone
    FROM pricing_promotion p JOIN need n ON n.id = p.id
    WHERE p.usage_limit IS NOT NULL OR p.budget_minor IS NOT NULL ORDER BY p.id FOR NO KEY UPDATE OF p
), counted AS (
    UPDATE pricing_promotion p SET used_count = p.used_count - h.uses, used_minor = p.used_minor - h.amount
    FROM held h WHERE p.id = h.id RETURNING p.id, p.scope, h.was_gone
), mine AS (
    UPDATE pricing_customeruse c SET used_count = c.used_count - o.uses
    FROM (SELECT promotion_id, customer_key, sum(uses)::int AS uses FROM open GROUP BY 1, 2) o
    WHERE c.promotion_id = o.promotion_id AND c.customer_key = o.customer_key
      AND (SELECT count(*) FROM counted) >= 0 RETURNING c.id
), opened AS (
    UPDATE pricing_coupon k SET used_count = k.used_count - 1 FROM open o
    WHERE k.id = o.coupon_id AND k."limit" IS NOT NULL AND (SELECT count(*) FROM mine) >= 0
), marks AS (
    INSERT INTO pricing_listingmark (promotion_id) SELECT id FROM counted WHERE scope = 'catalogue' AND was_gone
)
INSERT INTO pricing_redemption (promotion_id, coupon_id, order_id, customer_key, uses, amount_minor, currency, at)
SELECT promotion_id, coupon_id, %(order)s, customer_key, -uses, -amount, currency, %(now)s FROM open
"""


def reverse(order_id: UUID, *, now: datetime, actor: Actor) -> None:
    """Give back what an order used (it was cancelled or has expired), in the caller's transaction. Twice is once."""
    actor.require(REDEEM)
    if not connection.in_atomic_block:
        raise RuntimeError("uses are given back in the transaction that undoes the order")
    db.execute("SELECT pg_advisory_xact_lock(hashtextextended('pricing.reverse:' || %s, 0))", [str(order_id)])
    db.execute(_REVERSE, {"order": order_id, "now": now})


def roll_up_uses(*, actor: Actor) -> int:
    """Bring the counters of promotions and coupons without limit up to the ledger. Returns how many changed."""
    actor.require(REFRESH)
    return db.execute(_ROLL_UP) + db.execute(_ROLL_UP_COUPONS)


_ROLL_UP = """
UPDATE pricing_promotion p SET used_count = r.uses, used_minor = r.amount
FROM (SELECT r.promotion_id, sum(r.uses)::int AS uses, sum(r.amount_minor)::bigint AS amount
      FROM pricing_promotion q JOIN pricing_redemption r ON r.promotion_id = q.id
      WHERE q.usage_limit IS NULL AND q.budget_minor IS NULL GROUP BY 1) r
WHERE p.id = r.promotion_id AND (p.used_count, p.used_minor) IS DISTINCT FROM (r.uses, r.amount)
"""

_ROLL_UP_COUPONS = """
UPDATE pricing_coupon k SET used_count = r.uses
FROM (SELECT r.coupon_id, sum(sign(r.uses))::int AS uses
      FROM pricing_coupon c JOIN pricing_redemption r ON r.coupon_id = c.id
      WHERE c."limit" IS NULL GROUP BY 1) r
WHERE k.id = r.coupon_id AND k.used_count IS DISTINCT FROM r.uses
"""
