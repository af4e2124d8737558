"""What stock and prices add to the list of products: three statements a page, however many products it has."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from entrepot.catalog import public as catalog
from entrepot.inventory import public as inventory
from entrepot.kit.amounts import money
from entrepot.kit.columns import add_columns
from entrepot.kit.said import NOTHING
from entrepot.pricing import public as pricing
from entrepot.pricing.contracts import ListingPriceInfo
from entrepot.web.templatetags.shop import qty

Stock = dict[UUID, tuple[Decimal, Decimal]]


def told(product_ids: list[UUID]) -> dict[UUID, dict[str, str]]:
    """Of each product's SKUs together what can be sold and what lies there, and the lowest price in the first shop."""
    by_product = catalog.variants_of(product_ids)
    variants = [v for ids in by_product.values() for v in ids]
    stock = inventory.stock_totals(variants)
    prices = pricing.listing_prices(catalog.default_channel().id, variants) if catalog.channels() else {}
    return {product: {"stock": _stock(stock, ids), **_price([prices[v] for v in ids if v in prices])}
            for product, ids in by_product.items()}


def _stock(stock: Stock, variants: Sequence[UUID]) -> str:
    known = [stock[v] for v in variants if v in stock]
    on_hand, free = (sum((s[n] for s in known), Decimal(0)) for n in (0, 1))
    return f"{qty(free)} / {qty(on_hand)}" if known else NOTHING


def _price(prices: Sequence[ListingPriceInfo]) -> dict[str, str]:
    """Nothing where none of the SKUs has a price there yet."""
    amounts = {p.amount_minor for p in prices}
    if not amounts:
        return {}
    lowest = money(min(amounts), prices[0].currency)
    return {"price": _("from {amount}").format(amount=lowest) if len(amounts) > 1 else lowest}


add_columns("catalog.product", {"stock": gettext_lazy("free / on hand"), "price": gettext_lazy("price")}, told)
