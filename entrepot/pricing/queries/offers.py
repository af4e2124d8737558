"""What a coupon code is worth to one customer now, for the list of those that they keep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from entrepot.kit import db
from entrepot.pricing.keys import kept_key
from entrepot.pricing.rules.quoting import normal_code


@dataclass(frozen=True, slots=True)
class CouponOffer:
    """`state`: usable, early (not begun), over, used (by this customer, or by anyone as often as it can be),
    elsewhere (not in this channel)."""

    code: str
    name: dict[str, str]
    state: str
    from_at: datetime | None
    until_at: datetime | None


_OFFERS = """
SELECT upper(c.code) AS code, p.name, p.from_at, p.until_at,
  CASE WHEN NOT c.is_active OR p.status <> 'active' OR p.until_at <= %(now)s THEN 'over'
       WHEN c."limit" <= c.used_count OR p.usage_limit <= p.used_count OR p.budget_minor <= p.used_minor
         OR p.customer_limit <= coalesce((SELECT u.used_count FROM pricing_customeruse u
                                          WHERE u.promotion_id = p.id AND u.customer_key = %(customer)s), 0) THEN 'used'
       WHEN p.from_at > %(now)s THEN 'early'
       WHEN p.channels <> '{}' AND NOT %(channel)s = ANY(p.channels) THEN 'elsewhere'
       ELSE 'usable' END AS state
FROM pricing_coupon c JOIN pricing_promotion p ON p.id = c.promotion_id
WHERE upper(c.code) = ANY(%(codes)s::text[]) AND NOT c.staff_only
"""


def coupon_offers(codes: Sequence[str], *, channel_id: int, customer_key: str, now: datetime) -> dict[str, CouponOffer]:
    """By code in capitals, in one statement; a code that does not exist is absent."""
    found = db.rows(_OFFERS, {"codes": [normal_code(c) for c in codes], "channel": channel_id,
                              "customer": kept_key(customer_key), "now": now})
    return {r.code: CouponOffer(r.code, r.name, r.state, r.from_at, r.until_at) for r in found}
