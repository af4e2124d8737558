"""Listing prices: what one piece costs anyone, kept ready for lists and product pages.

Changes leave marks; the refresh takes marks away, computes anew and writes only what differs. One refresh runs at a
time, so an older computation never overwrites a newer one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import ChannelInfo, VariantFacts
from entrepot.kit import audit, clock, db, outbox
from entrepot.kit.actor import Actor
from entrepot.pricing.events import ListingPricesChanged
from entrepot.pricing.permissions import REFRESH
from entrepot.pricing.queries.quoting import current_rulebook
from entrepot.pricing.rules.prices import PRIOR_WINDOW, lowest_prior
from entrepot.pricing.rules.quoting import Rulebook, listing_of

BATCH = 2000
_PRODUCTS_PER_EVENT = 500

Key = tuple[UUID, int]  # variant and channel


def mark_listing_dirty(product_ids: Iterable[UUID] | None, *, actor: Actor) -> None:
    """The listing prices of these products (None: of everything) are computed anew by the next refresh."""
    actor.require(REFRESH)
    if product_ids is None:
        db.execute("INSERT INTO pricing_listingmark (variant_id) VALUES (NULL)")
        return
    db.execute("INSERT INTO pricing_listingmark (variant_id) SELECT DISTINCT variant_id FROM pricing_listingprice"
               " WHERE product_id = ANY(%s)", [list(product_ids)])


_DUE = """
WITH clock AS (
    INSERT INTO pricing_rulestate (key, at) VALUES ('clock', %(now)s)
    ON CONFLICT (key) DO UPDATE SET at = greatest(pricing_rulestate.at, excluded.at)
    RETURNING coalesce(old.at, '-infinity') AS since
)
INSERT INTO pricing_listingmark (promotion_id, price_list_id)
SELECT p.id, NULL::bigint FROM pricing_promotion p, clock
WHERE p.status = 'active' AND p.scope = 'catalogue'
  AND ((p.from_at > since AND p.from_at <= %(now)s) OR (p.until_at > since AND p.until_at <= %(now)s))
UNION ALL
SELECT NULL, l.id FROM pricing_pricelist l, clock
WHERE l.is_active AND l.group_id IS NULL AND l.company_id IS NULL
  AND ((l.from_at > since AND l.from_at <= %(now)s) OR (l.until_at > since AND l.until_at <= %(now)s))
"""

# Marks of promotions and price lists become marks of the variants that they are about.
_EXPAND = """
WITH wide AS (
    DELETE FROM pricing_listingmark WHERE id IN (
        SELECT id FROM pricing_listingmark WHERE variant_id IS NULL FOR UPDATE SKIP LOCKED)
    RETURNING promotion_id, price_list_id
), promotion AS (
    SELECT p.conditions -> 'products' AS of FROM pricing_promotion p WHERE p.id IN (SELECT promotion_id FROM wide)
), everything AS (
    SELECT EXISTS (SELECT 1 FROM wide WHERE promotion_id IS NULL AND price_list_id IS NULL)
        OR EXISTS (SELECT 1 FROM promotion WHERE of IS NULL OR of = '{}' OR of = 'null'
                   OR of ?| ARRAY['categories', 'collections', 'brands', 'types']) AS it
)
INSERT INTO pricing_listingmark (variant_id)
SELECT DISTINCT variant_id FROM pricing_price WHERE (SELECT it FROM everything)
UNION SELECT variant_id FROM pricing_price WHERE price_list_id IN (SELECT price_list_id FROM wide)
UNION SELECT v::uuid FROM promotion, jsonb_array_elements_text(of -> 'variants') v
UNION SELECT l.variant_id FROM promotion, jsonb_array_elements_text(of -> 'products') p
      JOIN pricing_listingprice l ON l.product_id = p::uuid
"""

_TAKE = """
WITH taken AS (
    DELETE FROM pricing_listingmark WHERE id IN (
        SELECT id FROM pricing_listingmark WHERE variant_id IS NOT NULL ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)
    RETURNING variant_id
) SELECT DISTINCT variant_id FROM taken
"""

# The same order of price lists as rules.prices.rank, for one piece and for anyone.
_REGULAR = """
SELECT DISTINCT ON (p.variant_id, c.id) p.variant_id, c.id AS channel_id, p.amount_minor
FROM pricing_price p JOIN pricing_pricelist l ON l.id = p.price_list_id
JOIN unnest(%(channels)s::int[], %(currencies)s::text[]) AS c(id, currency)
  ON l.currency = c.currency AND (l.channel_id IS NULL OR l.channel_id = c.id)
WHERE p.variant_id = ANY(%(variants)s) AND p.min_qty <= 1
  AND l.is_active AND l.group_id IS NULL AND l.company_id IS NULL
  AND (l.from_at IS NULL OR l.from_at <= %(now)s) AND (l.until_at IS NULL OR l.until_at > %(now)s)
ORDER BY p.variant_id, c.id, l.priority DESC, (l.channel_id IS NOT NULL) DESC, l.id, p.min_qty DESC
"""

_SOLD_OUT = """
SELECT id FROM pricing_promotion WHERE status = 'active' AND scope = 'catalogue' AND used_count >= usage_limit
"""

_HELD = """
SELECT variant_id, channel_id, amount_minor, regular_minor, lowest_prior_minor, promotion_id, product_id
FROM pricing_listingprice WHERE variant_id = ANY(%s)
"""

_HISTORY = """
SELECT variant_id, channel_id, from_at, amount_minor FROM pricing_pricehistory h
WHERE variant_id = ANY(%(variants)s) AND from_at >= coalesce(
    (SELECT max(b.from_at) FROM pricing_pricehistory b
     WHERE b.variant_id = h.variant_id AND b.channel_id = h.channel_id AND b.from_at <= %(opens)s), '-infinity')
ORDER BY from_at, id
"""

_WRITE = """
WITH given AS (
    SELECT * FROM unnest(%(variants)s::uuid[], %(channels)s::int[], %(currencies)s::text[], %(amounts)s::bigint[],
                         %(regulars)s::bigint[], %(priors)s::bigint[], %(promotions)s::uuid[], %(products)s::uuid[])
        AS g(variant, channel, currency, amount, regular, prior, promotion, product)
), written AS (
    INSERT INTO pricing_listingprice (variant_id, channel_id, currency, amount_minor, regular_minor, lowest_prior_minor,
                                      promotion_id, product_id)
    SELECT variant, channel, currency, amount, regular, prior, promotion, product FROM given ORDER BY variant, channel
    ON CONFLICT (variant_id, channel_id) DO UPDATE SET
        currency = excluded.currency, amount_minor = excluded.amount_minor, regular_minor = excluded.regular_minor,
        lowest_prior_minor = excluded.lowest_prior_minor, promotion_id = excluded.promotion_id,
        product_id = excluded.product_id
    RETURNING variant_id, channel_id, old.amount_minor AS before, new.amount_minor AS after
)
INSERT INTO pricing_pricehistory (variant_id, channel_id, amount_minor, from_at)
SELECT variant_id, channel_id, after, %(now)s FROM written WHERE before IS DISTINCT FROM after
"""


@dataclass(frozen=True, slots=True)
class _Listing:
    amount_minor: int
    regular_minor: int
    prior_minor: int | None
    promotion_id: UUID | None
    product_id: UUID


def refresh_listing_prices(limit: int = BATCH, *, actor: Actor) -> int:
    """Compute the listing prices of up to `limit` marked variants. Returns how many variants were looked at.

    0 also when another refresh is at work.
    """
    actor.require(REFRESH)
    now = clock.now()
    with transaction.atomic():
        if not db.value("SELECT pg_try_advisory_xact_lock(hashtextextended('pricing.listing', 0))"):
            return 0
        db.execute(_DUE, {"now": now})
        db.execute(_EXPAND)
        variants = [r.variant_id for r in db.rows(_TAKE, [limit])]
        if variants:
            _refresh(variants, now, actor)
    return len(variants)


def _refresh(variants: Sequence[UUID], now: datetime, actor: Actor) -> None:
    """The new state of the variants, compared with the old; only differences are written and told."""
    channels = {c.id: c for c in catalog.channels()}
    held = {(r.variant_id, r.channel_id): _Listing(*r[2:]) for r in db.rows(_HELD, [variants])}
    new = _computed(variants, channels, held, now)
    gone = [key for key in held if key not in new]
    changed = {key: listing for key, listing in new.items() if held.get(key) != listing}
    if gone:
        db.execute("DELETE FROM pricing_listingprice l USING unnest(%s::uuid[], %s::int[]) AS g(variant, channel)"
                   " WHERE l.variant_id = g.variant AND l.channel_id = g.channel",
                   [[v for v, _ in gone], [c for _, c in gone]])
    if changed:
        _write(changed, channels, now)
    if changed or gone:
        products = sorted({x.product_id for x in changed.values()} | {held[key].product_id for key in gone})
        outbox.publish(*(ListingPricesChanged(products[i:i + _PRODUCTS_PER_EVENT])
                         for i in range(0, len(products), _PRODUCTS_PER_EVENT)))
        audit.record(actor, "pricing.refresh_listing_prices", "listing_price", "",
                     new={"changed": len(changed), "gone": len(gone)})


def _computed(variants: Sequence[UUID], channels: Mapping[int, ChannelInfo], held: Mapping[Key, _Listing],
              now: datetime) -> dict[Key, _Listing]:
    book = current_rulebook()
    facts = _facts(variants, held, book, now)
    sold_out = frozenset(str(r.id) for r in db.rows(_SOLD_OUT)) if book.flash else frozenset()
    prices: dict[Key, tuple[int, int, UUID | None]] = {}
    for variant, channel_id, regular in db.rows(_REGULAR, {
            "variants": variants, "channels": list(channels), "now": now,
            "currencies": [c.currency for c in channels.values()]}):
        about = facts.get(variant)
        if isinstance(about, VariantFacts):
            amount, cause = listing_of(regular, about, channel_id, channels[channel_id].currency, now, book, sold_out)
            prices[variant, channel_id] = amount, regular, cause.id if cause else None
        elif about:
            prices[variant, channel_id] = regular, regular, None
    priors = _priors(prices, held, now)
    return {key: _Listing(amount, regular, priors.get(key), promotion, _product(facts[key[0]]))
            for key, (amount, regular, promotion) in prices.items()}


def _facts(variants: Sequence[UUID], held: Mapping[Key, _Listing], book: Rulebook,
           now: datetime) -> dict[UUID, VariantFacts | UUID]:
    """Facts for promotions to judge by; where there are none, the product of known variants is enough."""
    known: dict[UUID, VariantFacts | UUID] = {}
    if not (book.listing or book.flash):
        known.update({variant: listing.product_id for (variant, _), listing in held.items()})
    known.update(catalog.variant_facts([v for v in variants if v not in known], now=now))
    return known


def _product(about: VariantFacts | UUID) -> UUID:
    return about.product_id if isinstance(about, VariantFacts) else about


def _priors(prices: Mapping[Key, tuple[int, int, Any]], held: Mapping[Key, _Listing],
            now: datetime) -> dict[Key, int | None]:
    """The lowest price of the 30 days before a reduction; while it lasts, deeper or not, the one it began with."""
    priors: dict[Key, int | None] = {}
    begins: set[Key] = set()
    for key, (amount, regular, _) in prices.items():
        before = held.get(key)
        if amount < regular and before and before.amount_minor < before.regular_minor:
            priors[key] = before.prior_minor
        elif amount < regular and before:
            begins.add(key)
    if begins:
        past: dict[Key, list[tuple[datetime, int]]] = {key: [] for key in begins}
        for r in db.rows(_HISTORY, {"variants": list({v for v, _ in begins}), "opens": now - PRIOR_WINDOW}):
            if (r.variant_id, r.channel_id) in past:
                past[r.variant_id, r.channel_id].append((r.from_at, r.amount_minor))
        priors.update({key: lowest_prior(history, now) for key, history in past.items()})
    return priors


def _write(changed: Mapping[Key, _Listing], channels: Mapping[int, ChannelInfo], now: datetime) -> None:
    assert connection.in_atomic_block
    listings = list(changed.values())
    db.execute(_WRITE, {
        "now": now, "variants": [v for v, _ in changed], "channels": [c for _, c in changed],
        "currencies": [channels[c].currency for _, c in changed], "amounts": [x.amount_minor for x in listings],
        "regulars": [x.regular_minor for x in listings], "priors": [x.prior_minor for x in listings],
        "promotions": [x.promotion_id for x in listings], "products": [x.product_id for x in listings]})
