"""Reactions: what others change is marked here; a job then rebuilds what is marked, many marks at once."""

from __future__ import annotations

from entrepot.catalog.events import CategoryChanged, ChannelChanged, ProductsChanged
from entrepot.inventory.events import AvailabilityChanged
from entrepot.kit.actor import system
from entrepot.kit.outbox import on
from entrepot.pricing.events import ListingPricesChanged
from entrepot.showcase.actions import rebuild
from entrepot.showcase.tasks import rebuild_soon

_ACTOR = system("showcase")


@on(ProductsChanged)
def on_products_changed(event: ProductsChanged) -> None:
    rebuild.mark_dirty(event.product_ids, actor=_ACTOR)
    rebuild_soon()


@on(ListingPricesChanged)
def on_listing_prices_changed(event: ListingPricesChanged) -> None:
    rebuild.mark_dirty(event.product_ids, actor=_ACTOR)
    rebuild_soon()


@on(CategoryChanged)
def on_category_changed(event: CategoryChanged) -> None:
    rebuild.mark_category(event.category_id, actor=_ACTOR)
    rebuild_soon()


@on(ChannelChanged)
def on_channel_changed(event: ChannelChanged) -> None:
    rebuild.mark_all(actor=_ACTOR)
    rebuild_soon()


@on(AvailabilityChanged)
def on_availability_changed(event: AvailabilityChanged) -> None:
    rebuild.mark_variants(event.variant_ids, actor=_ACTOR)
    rebuild_soon()
