"""Permissions of this context."""

from __future__ import annotations

from entrepot.kit.actor import declare
from entrepot.kit.errors import N_

READ = declare("pricing.read", N_("See price lists, promotions and tax rates"))
SET_PRICES = declare("pricing.set_prices", N_("Change prices and price lists"))
MANAGE_PROMOTIONS = declare("pricing.manage_promotions", N_("Plan, start and end promotions"))
MANAGE_COUPONS = declare("pricing.manage_coupons", N_("Issue, export and disable coupons"))
SET_TAX = declare("pricing.set_tax", N_("Change tax rates"))
REDEEM = declare("pricing.redeem", N_("Use promotions with an order"), everyone=True)
REFRESH = declare("pricing.refresh", N_("Recompute listing prices"))
