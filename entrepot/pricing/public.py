"""What other contexts may call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import VariantFacts
from entrepot.pricing.actions.coupons import create_coupons, disable_coupons, note_export
from entrepot.pricing.actions.listing import mark_listing_dirty, refresh_listing_prices
from entrepot.pricing.actions.prices import create_price_list, set_prices, update_price_list
from entrepot.pricing.actions.promotions import (
    activate_promotion,
    create_promotion,
    delete_promotion,
    end_promotion,
    update_promotion,
)
from entrepot.pricing.actions.redeeming import redeem, reverse
from entrepot.pricing.actions.taxes import remove_tax_rate, set_tax_rate
from entrepot.pricing.contracts import PromotionInput, ReplayOrder, SimulationResult
from entrepot.pricing.inputs import read_input
from entrepot.pricing.queries.lists import (
    coupon_batches,
    get_price_list,
    get_promotion,
    iter_coupons,
    list_coupons,
    list_price_lists,
    list_prices,
    list_promotions,
    list_tax_rates,
    listing_prices,
    lowest_recent,
    prices_of,
    prices_reduced,
    promotion_use,
    tiers,
)
from entrepot.pricing.queries.offers import CouponOffer, coupon_offers
from entrepot.pricing.queries.past import past_of
from entrepot.pricing.queries.preview import preview_draft
from entrepot.pricing.queries.quoting import (
    PRICES_WIDTH,
    PriceSnapshot,
    gift_variants,
    net_prices,
    prices_statement,
    quote,
    quoting,
    snapshot_of,
)
from entrepot.pricing.queries.warnings import check_promotion, pieces_needed, promotion_goods, warnings
from entrepot.pricing.rules import simulation


def simulate(draft: PromotionInput, orders: Iterable[ReplayOrder],
             facts: Mapping[UUID, VariantFacts] | None = None) -> SimulationResult:
    """Replay past orders through a draft. Facts of the variants are read (one statement) unless they are given; what
    gave the orders what they were given is read from our own books."""
    rule, replayed = read_input(draft), list(orders)
    if facts is None:
        wanted = {line.variant_id for order in replayed for line in order.lines} | simulation.gift_variants([rule])
        facts = catalog.variant_facts(wanted)
    return simulation.simulate(rule, replayed, facts, past_of(replayed))


__all__ = [
    "PRICES_WIDTH", "CouponOffer", "PriceSnapshot", "activate_promotion", "check_promotion", "coupon_batches",
    "coupon_offers", "create_coupons", "create_price_list", "create_promotion", "delete_promotion", "disable_coupons",
    "end_promotion", "get_price_list", "get_promotion", "gift_variants", "iter_coupons", "list_coupons",
    "list_price_lists", "list_prices", "list_promotions", "list_tax_rates", "listing_prices", "lowest_recent",
    "mark_listing_dirty", "net_prices", "note_export", "pieces_needed", "preview_draft", "prices_of",
    "prices_reduced", "prices_statement", "promotion_goods", "promotion_use", "quote", "quoting", "redeem",
    "refresh_listing_prices",
    "remove_tax_rate", "reverse", "set_prices", "set_tax_rate", "simulate", "snapshot_of", "tiers", "update_price_list",
    "update_promotion", "warnings",
]
