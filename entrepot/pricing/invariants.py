"""What must always hold of uses and listing prices."""

from __future__ import annotations

from entrepot.kit.errors import N_
from entrepot.kit.invariants import register

register("pricing.promotion_uses", N_("Counted uses and spending of a promotion are those of its ledger."), """
SELECT p.code, p.used_count, p.used_minor, coalesce(sum(r.uses), 0) AS uses, coalesce(sum(r.amount_minor), 0) AS amount
FROM pricing_promotion p LEFT JOIN pricing_redemption r ON r.promotion_id = p.id
WHERE p.usage_limit IS NOT NULL OR p.budget_minor IS NOT NULL
GROUP BY p.id HAVING p.used_count <> coalesce(sum(r.uses), 0) OR p.used_minor <> coalesce(sum(r.amount_minor), 0)
""")

register("pricing.coupon_uses", N_("Counted uses of a limited coupon are those of its ledger."), """
SELECT c.code, c.used_count, coalesce(sum(sign(r.uses)), 0) AS uses
FROM pricing_coupon c LEFT JOIN pricing_redemption r ON r.coupon_id = c.id
WHERE c."limit" IS NOT NULL GROUP BY c.id HAVING c.used_count <> coalesce(sum(sign(r.uses)), 0)
""")

register("pricing.customer_uses", N_("Counted uses per customer are those of the ledger."), """
SELECT u.promotion_id, u.customer_key, u.used_count, coalesce(sum(r.uses), 0) AS uses
FROM pricing_customeruse u
LEFT JOIN pricing_redemption r ON r.promotion_id = u.promotion_id AND r.customer_key = u.customer_key
GROUP BY u.id HAVING u.used_count <> coalesce(sum(r.uses), 0)
""")

register("pricing.nothing_given_back_twice", N_("No order gives back more of a promotion than it used."), """
SELECT order_id, promotion_id, sum(uses) AS uses, sum(amount_minor) AS amount
FROM pricing_redemption GROUP BY order_id, promotion_id HAVING sum(uses) < 0 OR sum(amount_minor) < 0
""")

register("pricing.listing_in_history", N_("Every listing price is the last entry of its history."), """
SELECT l.variant_id, l.channel_id, l.amount_minor, h.amount_minor AS last
FROM pricing_listingprice l LEFT JOIN LATERAL (
    SELECT amount_minor FROM pricing_pricehistory h WHERE h.variant_id = l.variant_id AND h.channel_id = l.channel_id
    ORDER BY from_at DESC, id DESC LIMIT 1) h ON true
WHERE h.amount_minor IS DISTINCT FROM l.amount_minor
""")
