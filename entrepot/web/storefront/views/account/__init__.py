"""The customer's own area: orders and what comes after them, what they keep, who they are, what we hold of them."""

from __future__ import annotations

from entrepot.web.storefront.shop import Paths
from entrepot.web.storefront.views.account import (
    addresses,
    home,
    keeping,
    order,
    privacy,
    returns,
    reviews,
    security,
    track,
)

PATHS: Paths = tuple(path for area in (home, order, returns, addresses, keeping, reviews, security, privacy, track)
                     for path in area.PATHS)
