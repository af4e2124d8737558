"""What a cart costs now, and what stands in its way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from entrepot.catalog import public as catalog
from entrepot.catalog.contracts import ChannelInfo
from entrepot.checkout import offers
from entrepot.checkout.carts import Cart
from entrepot.checkout.contracts import DeliveryKind, DeliveryMethodInfo, Problem
from entrepot.checkout.rules import delivery as delivery_rules
from entrepot.checkout.rules import lines as line_rules
from entrepot.checkout.together import Facts, Goods, goods_of
from entrepot.customers import public as customers
from entrepot.customers.contracts import BuyerInfo
from entrepot.inventory import public as inventory
from entrepot.inventory.contracts import Demand, Destination, StockAt
from entrepot.kit.errors import N_
from entrepot.pricing import public as pricing
from entrepot.pricing.contracts import Quote, QuoteLine, QuoteRequest


@dataclass(slots=True)
class Priced:
    """A cart with what is known of its goods, its quote and its delivery."""

    cart: Cart
    channel: ChannelInfo
    goods: Goods
    quote: Quote
    weight_g: int
    needs_delivery: bool
    method: DeliveryMethodInfo | None  # chosen, and offered here
    delivery_minor: int
    demands: list[Demand]
    problems: list[Problem] = field(default_factory=list)
    buyer: BuyerInfo | None = None  # where the member came with the cart

    def balance(self, kind: str, currency: str) -> int:
        """What the cart's customer has of it now."""
        if self.buyer is not None:
            return next((b.balance for b in self.buyer.balances if (b.kind, b.currency) == (kind, currency)), 0)
        return customers.balance(self.cart.customer_id, kind, currency) if self.cart.customer_id else 0

    @property
    def facts(self) -> Facts:
        return self.goods.facts

    @property
    def goods_minor(self) -> int:
        """What the goods cost after discounts: what rates by value go by."""
        return goods_value(self.quote)

    @property
    def blocking(self) -> list[Problem]:
        return [p for p in self.problems if p.is_blocking]


def goods_value(quote: Quote) -> int:
    return quote.goods_minor - (quote.discount_minor - quote.delivery_discount_minor)


def price(cart: Cart, now: datetime, *, goods: Goods | None = None, buyer: BuyerInfo | None = None,
          unavailable: frozenset[UUID] = frozenset()) -> Priced:
    """Price the cart and say what stands in the way, stock apart. No statement where its goods are given.

    Delivery by value needs the value of the goods first: the value found at the last quote is tried, and the quote is
    repeated when that chose the wrong rate. Gifts that were gone when the goods were held stay left out.
    """
    unavailable |= {UUID(variant) for variant in (cart.delivery or {}).get("gone", ())}
    channel = catalog.channel(cart.channel_id)
    goods = goods or goods_of(cart, now, stock=False)
    facts = goods.facts
    sold = [line for line in cart.lines if line_rules.is_sold_in(facts.get(line.variant_id), channel.id)]
    weight = line_rules.weight_g(sold, facts)
    needs_delivery = any(facts[line.variant_id].needs_shipping for line in sold)
    method = _chosen(cart, channel) if needs_delivery else None
    guess = (cart.delivery or {}).get("goods_minor", 0)
    amount = _rate(method, weight, guess)
    lines = tuple(QuoteLine(line.id, line.variant_id, line.quantity) for line in sold)
    request = _request(cart, lines, amount, method, now, unavailable)
    quoted = pricing.quoting(request, facts, goods.prices)
    quote = quoted(request)
    right = _rate(method, weight, goods_value(quote))
    if right != amount:
        amount = right
        quote = quoted(_request(cart, lines, amount, method, now, unavailable))
    if unheard := {line.variant_id for line in quote.lines} - facts.keys():
        facts = {**facts, **catalog.variant_facts(unheard, now=now)}  # gifts of rules that this process read just now
        goods = Goods(facts, goods.prices)
    demands = line_rules.demands(((line.id, line.variant_id, line.quantity) for line in quote.lines), facts)
    priced = Priced(cart, channel, goods, quote, weight, needs_delivery, method, amount or 0, demands,
                    buyer=buyer)
    priced.problems = _line_problems(priced) + _step_problems(priced, amount) + _price_problems(priced)
    return priced


def _chosen(cart: Cart, channel: ChannelInfo) -> DeliveryMethodInfo | None:
    if cart.delivery is None:
        return None
    return next((m for m in offers.offered_in(channel.id, channel.currency)
                 if m.id == cart.delivery["method_id"]), None)


def _rate(method: DeliveryMethodInfo | None, weight_g: int, goods_minor: int) -> int | None:
    return delivery_rules.rate_minor(method, weight_g, goods_minor) if method else None


def _request(cart: Cart, lines: tuple[QuoteLine, ...], amount: int | None, method: DeliveryMethodInfo | None,
             now: datetime, unavailable: frozenset[UUID]) -> QuoteRequest:
    address = cart.shipping_address or cart.billing_address or {}
    return QuoteRequest(
        channel_id=cart.channel_id, now=now, lines=lines, customer_id=cart.customer_id, customer_key=cart.customer_key,
        group_id=cart.group_id, company_id=cart.company_id, coupons=tuple(cart.coupons),
        country=address.get("country", ""), region=address.get("region", ""), delivery_minor=amount or 0,
        delivery_tax_class=method.tax_class if method else "standard", gifts=frozenset(cart.gifts),
        unavailable=unavailable)


def _line_problems(priced: Priced) -> list[Problem]:
    if not priced.cart.lines:
        return [Problem("empty_cart", N_("The cart is empty."))]
    found = []
    for line in priced.cart.lines:
        fact = priced.facts.get(line.variant_id)
        if fact is None or not line_rules.is_sold_in(fact, priced.channel.id):
            found.append(Problem("not_sold_here", N_("This item is not sold here."), line.id))
        elif not line_rules.fits_step(line.quantity, fact.qty_step):
            found.append(Problem("quantity_step", N_("The quantity must be a multiple of {step}."), line.id,
                                 {"step": format(fact.qty_step.normalize(), "f")}))
    return found


def _step_problems(priced: Priced, amount: int | None) -> list[Problem]:
    cart, found = priced.cart, []
    if not cart.email:
        found.append(Problem("contact_missing", N_("Please tell us your e-mail address.")))
    if not priced.needs_delivery:
        return found
    if cart.delivery is None:
        found.append(Problem("delivery_missing", N_("Please choose a way of delivery.")))
    is_pickup = priced.method is not None and priced.method.kind == DeliveryKind.PICKUP
    if cart.shipping_address is None and not is_pickup:
        found.append(Problem("shipping_address_missing", N_("Please tell us where to deliver.")))
    elif cart.delivery is not None and (
            priced.method is None or amount is None
            or not (is_pickup or delivery_rules.serves(priced.method, cart.shipping_address or {}))):
        found.append(Problem("delivery_not_available",
                             N_("This way of delivery is not offered for your address or goods.")))
    return found


def _price_problems(priced: Priced) -> list[Problem]:
    """As pricing tells them: a line without price stops the order, a coupon without effect does not."""
    return [Problem(p.code, p.text, p.line_id, {"coupon": p.coupon} if p.coupon else {}, is_blocking=not p.coupon)
            for p in priced.quote.problems]


def stock_problems(priced: Priced, now: datetime) -> list[Problem]:
    """Lines that ask for more than there is. What the cart holds is its own, so then there is nothing to ask."""
    cart = priced.cart
    if not priced.demands or (cart.held_until is not None and cart.held_until > now):
        return []
    have = inventory.sellable(stock_of(priced), {d.variant_id for d in priced.demands},
                              pickup_warehouse_id=(cart.delivery or {}).get("pickup_warehouse_id"))
    return [Problem("insufficient_stock", N_("Only {available} left."), line_id,
                    {"available": format(left.normalize(), "f"), "variant_id": str(variant_id)})
            for line_id, (variant_id, left) in line_rules.short_lines(priced.demands, have).items()]


def stock_of(priced: Priced) -> Sequence[StockAt]:
    """Where the goods lie: as it came with them, else in a statement of its own."""
    if priced.goods.stock is not None:
        return priced.goods.stock
    return inventory.stock_at({d.variant_id for d in priced.demands}, channel_id=priced.channel.id,
                              owner_id=priced.cart.id)


def destination(cart: Cart) -> Destination:
    address, choice = cart.shipping_address or {}, cart.delivery or {}
    return Destination(country=address.get("country", ""), region=address.get("region", ""),
                       city=address.get("city", ""), pickup_warehouse_id=choice.get("pickup_warehouse_id"))
