"""Whom limits per customer count by, as it is stored."""

from __future__ import annotations

from entrepot.kit import digests


def kept_key(customer_key: str) -> str:
    """A customer's id as it is; of a guest's address only a keyed digest, which outlives the address."""
    if "@" not in customer_key:
        return customer_key[:120]
    return "guest:" + digests.keyed("ENTREPOT_PRICING_KEY", customer_key)
