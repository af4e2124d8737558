"""What changes in the catalogue may change what goods cost."""

from __future__ import annotations

from entrepot.catalog.events import CategoryChanged, ChannelChanged, ProductsChanged
from entrepot.kit.actor import system
from entrepot.kit.outbox import on
from entrepot.pricing.actions.listing import mark_listing_dirty
from entrepot.pricing.queries.quoting import current_rulebook

_US = system("pricing")


def _has_catalogue_promotions() -> bool:
    book = current_rulebook()
    return bool(book.listing or book.flash)


@on(ProductsChanged)
def on_products_changed(event: ProductsChanged) -> None:
    """Other categories, collections or brands may bring other promotions. (New prices leave marks of their own.)"""
    if _has_catalogue_promotions():
        mark_listing_dirty(event.product_ids, actor=_US)


@on(CategoryChanged)
def on_category_changed(event: CategoryChanged) -> None:
    """A category that moved has other ancestors, and promotions may name those."""
    if _has_catalogue_promotions():
        mark_listing_dirty(None, actor=_US)


@on(ChannelChanged)
def on_channel_changed(event: ChannelChanged) -> None:
    """A new channel, or another currency: everything is listed anew."""
    mark_listing_dirty(None, actor=_US)
