"""The order that a priced cart becomes: pure shaping, no statement."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import VariantFacts
from entrepot.checkout.quoting import Priced
from entrepot.checkout.views import chosen
from entrepot.orders import public as orders
from entrepot.orders.contracts import HoldKind, NewLine, NewOrder
from entrepot.pricing.contracts import AppliedDiscount, PricedLine

TRACKING_DAYS = 180
TRANSFER_DAYS = 14  # a bank transfer may take its time; other ways to pay expire as the channel says
SLOW_METHODS = frozenset({"bank_transfer"})


@dataclass(frozen=True, slots=True)
class Terms:
    """What the request to place says beside the cart."""

    payment_method: str
    expected_total_minor: int | None = None
    expected_due_minor: int | None = None
    return_url: str = ""


def new_order(priced: Priced, order_id: UUID, terms: Terms, holds: list[tuple[HoldKind, str]], secret_hash: str,
              now: datetime) -> NewOrder:
    cart, quote, channel = priced.cart, priced.quote, priced.channel
    delivery = chosen(priced, now)
    return NewOrder(
        id=order_id, channel_id=channel.id, currency=quote.currency,
        lines=[_line(priced, line) for line in quote.lines], goods_minor=quote.goods_minor,
        discount_minor=quote.discount_minor, delivery_minor=quote.delivery_minor, tax_minor=quote.tax_minor,
        tax_included=quote.tax_included, total_minor=quote.total_minor, placed_at=now,
        business_on=now.astimezone(ZoneInfo(channel.time_zone)).date(), email=cart.email, phone=cart.phone,
        language=cart.language, checkout_id=cart.id, customer_id=cart.customer_id,
        shipping_address=cart.shipping_address, billing_address=cart.billing_address or cart.shipping_address,
        delivery=_delivery(priced, delivery), pickup_warehouse_id=delivery.pickup_warehouse_id if delivery else None,
        invoice_data=cart.invoice_data, gift_message=cart.gift_message, customer_note=cart.note,
        tracking_secret_hash=secret_hash, tracking_expires_at=now + timedelta(days=TRACKING_DAYS),
        expires_at=now + _patience(priced, terms.payment_method), holds=holds)


def _patience(priced: Priced, payment_method: str) -> timedelta:
    if payment_method in SLOW_METHODS:
        return timedelta(days=TRANSFER_DAYS)
    return timedelta(minutes=priced.channel.unpaid_expiry_minutes)


def _line(priced: Priced, line: PricedLine) -> NewLine:
    fact, cart = priced.facts[line.variant_id], priced.cart
    note = next((own.note for own in cart.lines if own.id == line.id), "")
    return NewLine(
        id=line.id, variant_id=line.variant_id, sku=fact.sku, name=catalog.in_language(fact.name, cart.language)[:300],
        quantity=line.quantity, unit_minor=line.unit_minor, goods_minor=line.goods_minor,
        discount_minor=line.discount_minor, tax_rate=line.tax_rate, tax_minor=line.tax_minor,
        kind="gift" if line.is_gift else "product", unit_cost=_cost(fact, priced.quote.currency),
        discounts=[_discount(d) for d in line.discounts],
        components=[{"variant_id": part, "quantity": each} for part, each in fact.components],
        facts=_facts(fact, line, note))


def _cost(fact: VariantFacts, currency: str) -> Decimal | None:
    """The unit cost of the day, where it is known in the currency of the sale."""
    return fact.cost if fact.cost_currency == currency else None


def _discount(discount: AppliedDiscount) -> dict[str, Any]:
    return {"promotion": discount.code, "promotion_id": discount.promotion_id, "amount_minor": discount.amount_minor,
            "label": discount.label, "coupon": discount.coupon}


def _facts(fact: VariantFacts, line: PricedLine, note: str) -> dict[str, Any]:
    """What the order shows of the goods even when the catalogue moves on."""
    told = {"product_id": fact.product_id, "slug": fact.slug, **orders.kept_options(fact), "image": fact.image,
            "unit": fact.unit, "needs_shipping": fact.needs_shipping, "is_stocked": fact.is_stocked,
            "weight_g": fact.weight_g}
    if line.regular_unit_minor != line.unit_minor:
        told["regular_unit_minor"] = line.regular_unit_minor
    if line.listing_promotion_id:
        told["listing_promotion_id"] = line.listing_promotion_id
    if note:
        told["note"] = note
    return told


def _delivery(priced: Priced, delivery: Any) -> dict[str, Any]:
    if delivery is None:
        return {}
    return {"method": delivery.code, "method_id": delivery.method_id, "name": delivery.name, "kind": delivery.kind,
            "split": delivery.split, "pickup_warehouse_id": delivery.pickup_warehouse_id,
            **({"collected_by": delivery.collected_by} if delivery.collected_by else {}),
            "earliest_on": delivery.earliest_on, "latest_on": delivery.latest_on, "weight_g": priced.weight_g,
            "discounts": [_discount(d) for d in priced.quote.delivery_discounts],
            "tax_minor": priced.quote.delivery_tax_minor}


def address_key(address: dict[str, Any] | None) -> str:
    """A fingerprint of where goods go, for velocity rules: no person can be read from it."""
    if not address:
        return ""
    text = "|".join(str(address.get(k, "")).casefold().replace(" ", "")
                    for k in ("country", "postcode", "region", "city", "district", "line1", "line2"))
    return hashlib.sha256(text.encode()).hexdigest()
