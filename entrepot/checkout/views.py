"""A cart as its buyer sees it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from entrepot.catalog import public as catalog
from entrepot.checkout import offers
from entrepot.checkout.carts import Cart
from entrepot.checkout.contracts import CheckoutView, ChosenDelivery, Discount, Problem, ViewLine
from entrepot.checkout.parts import parts_of
from entrepot.checkout.quoting import Priced, price, stock_problems
from entrepot.checkout.rules.delivery import estimate
from entrepot.checkout.together import Goods
from entrepot.customers.contracts import BuyerInfo
from entrepot.pricing.contracts import AppliedDiscount, PricedLine


def view_of(cart: Cart, now: datetime, *, goods: Goods | None = None,
            buyer: BuyerInfo | None = None) -> CheckoutView:
    """Price the cart and show everything about it: lines, totals, parts, problems."""
    priced = price(cart, now, goods=goods, buyer=buyer)
    return show(with_stock(priced, stock_problems(priced, now), now), now)


def with_stock(priced: Priced, stock: list[Problem], now: datetime) -> Priced:
    """The cart with the problems of its stock; what cannot be given is not promised."""
    gifts = frozenset(line.variant_id for line in priced.quote.lines if line.is_gift
                      and any(p.line_id == line.id for p in stock))
    if gifts:
        priced = price(priced.cart, now, goods=priced.goods, buyer=priced.buyer, unavailable=gifts)
        stock = [p for p in stock if any(line.id == p.line_id for line in priced.quote.lines)]
    priced.problems += stock
    return priced


def show(priced: Priced, now: datetime) -> CheckoutView:
    cart, quote, language = priced.cart, priced.quote, priced.cart.language
    parts = tuple(parts_of(priced, now))
    return CheckoutView(
        id=cart.id, state=cart.state, version=cart.version, channel=priced.channel.code, currency=quote.currency,
        language=language, customer_id=cart.customer_id, email=cart.email, phone=cart.phone,
        shipping_address=cart.shipping_address, billing_address=cart.billing_address,
        needs_delivery=priced.needs_delivery, delivery=chosen(priced, now), lines=_lines(priced),
        coupons=tuple(cart.coupons), gift_offers=quote.gift_offers, goods_minor=quote.goods_minor,
        discount_minor=quote.discount_minor, delivery_minor=quote.delivery_minor,
        delivery_discounts=_discounts(quote.delivery_discounts, language), tax_minor=quote.tax_minor,
        tax_included=quote.tax_included, total_minor=quote.total_minor, parts=parts,
        due_minor=quote.total_minor - sum(p.amount_minor for p in parts), invoice_data=cart.invoice_data,
        gift_message=cart.gift_message, note=cart.note, held_until=cart.held_until, problems=tuple(priced.problems),
        free_delivery_from_minor=_free_from(priced), order_id=cart.order_id, updated_at=cart.updated_at)


def _free_from(priced: Priced) -> int | None:
    """The value of goods from which delivery to the buyer (as far as we know where that is) is free."""
    country = (priced.cart.shipping_address or {}).get("country", "")
    return offers.free_from(priced.channel, country) if priced.needs_delivery else None


def chosen(priced: Priced, now: datetime) -> ChosenDelivery | None:
    """The chosen delivery with its price and dates."""
    method, choice = priced.method, priced.cart.delivery
    if method is None or choice is None:
        return None
    earliest, latest = estimate(method, now.astimezone(ZoneInfo(priced.channel.time_zone)))
    return ChosenDelivery(method.id, method.code, catalog.in_language(method.name, priced.cart.language), method.kind,
                          priced.delivery_minor, choice.get("pickup_warehouse_id"), bool(choice.get("split")), earliest,
                          latest, str(choice.get("collected_by") or ""))


def _lines(priced: Priced) -> tuple[ViewLine, ...]:
    """The cart's lines in their order, those without a price too, then the gifts."""
    quoted = {line.id: line for line in priced.quote.lines}
    own = [_line(priced, line.id, quoted.get(line.id), line.note) for line in priced.cart.lines]
    return (*own, *(_line(priced, line.id, line, "") for line in priced.quote.lines if line.is_gift))


def _line(priced: Priced, line_id: object, quoted: PricedLine | None, note: str) -> ViewLine:
    line = quoted or next(line for line in priced.cart.lines if line.id == line_id)
    fact, language = priced.facts.get(line.variant_id), priced.cart.language
    return ViewLine(
        id=line.id, variant_id=line.variant_id, product_id=fact.product_id if fact else None,
        sku=fact.sku if fact else "", slug=fact.slug if fact else "",
        name=catalog.in_language(fact.name, language) if fact else "", image=fact.image if fact else "",
        options=fact.options if fact else {}, quantity=line.quantity, qty_step=fact.qty_step if fact else Decimal(1),
        unit=fact.unit if fact else "", unit_minor=quoted.unit_minor if quoted else None,
        regular_unit_minor=quoted.regular_unit_minor if quoted else None,
        goods_minor=quoted.goods_minor if quoted else 0, discount_minor=quoted.discount_minor if quoted else 0,
        tax_rate=quoted.tax_rate if quoted else Decimal(0), tax_minor=quoted.tax_minor if quoted else 0,
        discounts=_discounts(quoted.discounts, language) if quoted else (), is_gift=bool(quoted and quoted.is_gift),
        note=note)


def _discounts(applied: Iterable[AppliedDiscount], language: str) -> tuple[Discount, ...]:
    return tuple(Discount(d.code, catalog.in_language(d.label, language), d.amount_minor, d.coupon) for d in applied)
