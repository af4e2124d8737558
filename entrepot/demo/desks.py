"""What the order and stock desks find on the first morning: limits and windows set, orders in every column, a refund
that waits for a second person, a transfer under way and a shelf half counted."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from entrepot.catalog import public as catalog
from entrepot.identity import public as identity
from entrepot.inventory import public as inventory
from entrepot.kit import outbox
from entrepot.kit.actor import Actor, ActorKind
from entrepot.orders import public as orders
from entrepot.payments import public as payments

PARCELS, LIMITS = 4, (("GBP", 5_000), ("EUR", 5_000), ("CNY", 40_000))


def load(*, actor: Actor) -> None:
    for currency, limit_minor in LIMITS:
        payments.set_refund_limit(currency, limit_minor, actor=actor)
    for channel in catalog.channels():
        orders.set_return_window(channel.id, 30, actor=actor)
    clerk = _clerk(actor)
    waiting = orders.orders_to_plan(limit=PARCELS + 2, actor=actor)
    for order_id in waiting[:PARCELS]:
        orders.plan_fulfilments(order_id, actor=clerk)
    for order_id in waiting[PARCELS:PARCELS + 1]:
        orders.hold(order_id, reason="Address to be checked", actor=clerk)
    _refund(clerk, actor)
    _stock(actor)
    outbox.drain()


def _clerk(actor: Actor) -> Actor:
    """The demo's clerk as a person: limits bind people, not the house."""
    found = next((u for u in identity.list_users(staff=True, query="clerk@")), None)
    return replace(actor, kind=ActorKind.STAFF, id=str(found.id), label=found.name, user_id=found.id,
                   permissions=frozenset(p for r in identity.list_roles() if r.code == "manager"
                                         for p in r.permissions)) if found else actor


def _refund(clerk: Actor, actor: Actor) -> None:
    """A claim above what the clerk may give back alone."""
    shipped = next(column for column in orders.board(actor=actor) if column.code == "shipped").cards
    dear = max(shipped, key=lambda card: card.total_minor, default=None)
    limit = dict(LIMITS).get(dear.currency, 0) if dear else 0
    if dear is None or dear.total_minor < limit * 2:
        return
    change = orders.give_back_amount(dear.id, limit + 2_500, reason="Arrived damaged", actor=clerk)
    orders.confirm_change(change.id, expected_difference=change.difference_minor, actor=clerk)


def _stock(actor: Actor) -> None:
    """Goods on their way between the first two places, and a blind count that somebody has begun."""
    places = [place.code for place in inventory.warehouses() if place.is_active][:2]
    rows = inventory.list_balances(warehouse=places[0], sku=None, level=None, limit=12, cursor=None)[0]
    movable = [row for row in rows if row["on_hand"] - row["reserved"] - row["safety"] >= 4]
    if len(places) == 2 and len(movable) > 2:
        sent = inventory.create_transfer(places[0], places[1], {row["variant_id"]: Decimal(2) for row in movable[:3]},
                                         note="For the weekend", actor=actor)
        inventory.send_transfer(sent.id, actor=actor)
    count = inventory.open_count(places[0], skus=[row["sku"] for row in rows], note="First shelf", actor=actor)
    inventory.tally(count.id, {line.variant_id: Decimal(7) for line in count.lines[:4]}, actor=actor)
