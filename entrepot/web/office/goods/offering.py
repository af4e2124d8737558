"""What still keeps a published product from being bought: no SKU, no price, nothing there."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import ChannelInfo, VariantFacts
from entrepot.inventory import public as inventory
from entrepot.kit import clock
from entrepot.pricing import public as pricing
from entrepot.pricing.contracts import QuoteLine, QuoteRequest

_ASKED = 50  # variants of a product that are tried


def hindrances(product: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """By channel that a product on sale is published in: how grave it is (`warning`, `info`) and what is missing."""
    if product["status"] != "active" or not product["publications"]:
        return {}
    on_sale = [v["id"] for v in product["variants"] if v["is_active"]][:_ASKED]
    facts = catalog.variant_facts(on_sale) if on_sale else {}
    published = {p["channel"] for p in product["publications"]}
    found = {c.code: _hindrance(c, facts) for c in catalog.channels() if c.code in published}
    return {code: told for code, told in found.items() if told}


def _hindrance(channel: ChannelInfo, facts: Mapping[Any, VariantFacts]) -> tuple[str, str] | None:
    if not facts:
        return "warning", _("Published, but without a SKU nobody can buy it.")
    asked = QuoteRequest(channel.id, clock.now(), tuple(QuoteLine(v, v, Decimal(1)) for v in facts))
    priced = {line.variant_id for line in pricing.quote(asked, facts).lines if not line.is_gift}
    if not priced:
        return "warning", _("Published, but without a price nobody can buy it.")
    tracked = [v for v in priced if facts[v].is_stocked and not facts[v].components]
    if len(tracked) == len(priced) and not any(a.quantity for a in inventory.available(channel.id, tracked).values()):
        return "info", _("Published, but nothing of it is in stock.")
    return None


def tell(request: HttpRequest, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Beside “Saved.”: what is missing in the channels that the product came into just now."""
    was = {p["channel"] for p in before["publications"]} if before["status"] == "active" else set()
    for level, text in dict.fromkeys(told for code, told in hindrances(after).items() if code not in was):
        sentence = format_html('{} <a class="link" href="#variants">{}</a>', text, _("To the prices and the stock"))
        messages.add_message(request, messages.WARNING if level == "warning" else messages.INFO, sentence)
