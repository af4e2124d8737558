"""What promotions gave to orders of the past, for the simulator."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from django.db.models import Sum

from entrepot.pricing.contracts import ReplayOrder
from entrepot.pricing.models import Promotion, Redemption
from entrepot.pricing.rules.simulation import Past, Ran


def past_of(orders: Sequence[ReplayOrder]) -> Past:
    """Two statements. Free delivery took nothing off the goods, so it is left out."""
    given: dict[UUID, dict[UUID, int]] = defaultdict(dict)
    sums = Redemption.objects.filter(order_id__in=[o.id for o in orders]).exclude(
        promotion__benefit__kind="free_shipping")
    for row in sums.values("order_id", "promotion_id").annotate(amount=Sum("amount_minor")):
        given[row["order_id"]][row["promotion_id"]] = row["amount"]
    ids = {key for amounts in given.values() for key in amounts}
    ids |= {line.listing_promotion_id for order in orders for line in order.lines if line.listing_promotion_id}
    ran = {p.id: Ran(p.code, p.lane, p.is_exclusive, p.scope == Promotion.Scope.CATALOGUE)
           for p in Promotion.objects.filter(pk__in=ids).only("code", "lane", "is_exclusive", "scope")}
    return Past(ran, given)
