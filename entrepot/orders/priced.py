"""Lines that a change adds: priced as today by pricing, or free where goods are sent again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import VariantFacts
from entrepot.customers import public as customers
from entrepot.kit.errors import N_
from entrepot.kit.ids import uuid7
from entrepot.orders import options
from entrepot.orders.contracts import AddLine, NewLine, Operation, Resend
from entrepot.orders.errors import OperationRefused
from entrepot.orders.models import Order
from entrepot.pricing import public as pricing
from entrepot.pricing.contracts import PricedLine, Quote, QuoteLine, QuoteRequest, Use


def price_lines(order: Order, operations: Sequence[Operation], now: datetime) -> tuple[list[NewLine], tuple[Use, ...]]:
    """The new lines of a change and the promotions they use.

    What was agreed for the old lines stays as it is: only the new ones are quoted.
    """
    adds = [o for o in operations if isinstance(o, AddLine)]
    resends = [o for o in operations if isinstance(o, Resend)]
    if not adds and not resends:
        return [], ()
    old = {line.id: line for line in order.lines.all()}
    again = {o.line_id: old[o.line_id].variant_id for o in resends if o.line_id in old and old[o.line_id].variant_id}
    facts = catalog.variant_facts({o.variant_id for o in adds} | {v for v in again.values() if v}, now=now)
    quoted = _quote(order, adds, facts, now) if adds else None
    priced = {line.id: line for line in quoted[0].lines} if quoted else {}
    fresh = [_new_line(order, facts[o.variant_id], o.quantity, priced[line_id])
             for o, line_id in zip(adds, quoted[1] if quoted else [], strict=True)]
    free = [_free_line(order, facts[variant_id], o) for o in resends
            if (variant_id := again.get(o.line_id)) and variant_id in facts]
    return fresh + free, quoted[0].uses if quoted else ()


def _quote(order: Order, adds: Sequence[AddLine], facts: dict[UUID, VariantFacts],
           now: datetime) -> tuple[Quote, list[UUID]]:
    for add in adds:
        found = facts.get(add.variant_id)
        if found is None or not found.is_sellable or order.channel_id not in found.published_in:
            raise OperationRefused(N_("This item is not for sale in the order's channel."))
        if add.quantity <= 0 or add.quantity % found.qty_step:
            raise OperationRefused(N_("The quantity does not fit the item's steps."))
    ids = [uuid7() for _ in adds]
    address = order.shipping_address or {}
    customer = customers.get_customer(order.customer_id) if order.customer_id else None
    quote = pricing.quote(QuoteRequest(
        channel_id=order.channel_id, now=now, customer_id=order.customer_id,
        lines=tuple(QuoteLine(i, a.variant_id, a.quantity) for i, a in zip(ids, adds, strict=True)),
        customer_key=customer_key(order), group_id=customer.group_id if customer else None,
        company_id=customer.company_id if customer else None, country=address.get("country", ""),
        region=address.get("region", "")), facts)
    if problem := next((p for p in quote.problems if p.line_id in ids), None):
        raise OperationRefused(problem.text)
    if quote.tax_included != order.tax_included or quote.currency != order.currency:
        raise OperationRefused(N_("Prices of this channel are made otherwise now; place a new order instead."))
    return quote, ids


def customer_key(order: Order) -> str:
    """What per-customer limits of promotions count by."""
    return str(order.customer_id) if order.customer_id else order.email.lower()


def _describe(order: Order, facts: VariantFacts, line_id: UUID, quantity: Decimal) -> NewLine:
    name = facts.name.get(order.language) or facts.name.get("en") or facts.sku
    return NewLine(
        id=line_id, variant_id=facts.id, sku=facts.sku, name=name[:300], quantity=quantity, unit_minor=0, goods_minor=0,
        discount_minor=0, tax_rate=Decimal(0), tax_minor=0,
        unit_cost=facts.cost if facts.cost_currency == order.currency else None,
        components=[{"variant_id": str(v), "quantity": str(q)} for v, q in facts.components],
        facts={**options.kept(facts), "image": facts.image, "unit": facts.unit, "slug": facts.slug})


def _new_line(order: Order, facts: VariantFacts, quantity: Decimal, priced: PricedLine) -> NewLine:
    return replace(
        _describe(order, facts, priced.id, quantity), unit_minor=priced.unit_minor, goods_minor=priced.goods_minor,
        discount_minor=priced.discount_minor, tax_rate=priced.tax_rate, tax_minor=priced.tax_minor,
        discounts=[{"promotion": d.code, "label": d.label, "amount_minor": d.amount_minor} for d in priced.discounts])


def _free_line(order: Order, facts: VariantFacts, resend: Resend) -> NewLine:
    line = _describe(order, facts, uuid7(), resend.quantity)
    line.facts["replaces"] = str(resend.line_id)
    return line
