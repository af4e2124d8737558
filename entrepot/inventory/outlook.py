"""What a cart may expect of stock: what can be sold, what lies in stores, how it would come.

What the cart itself holds counts as free for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from entrepot.inventory import rules
from entrepot.inventory.contracts import Demand, Destination, Outlook, StockAt, StockLevel
from entrepot.inventory.queries import sites, strategy_named
from entrepot.inventory.rules import Stock
from entrepot.kit import db

_FREE = """b.on_hand - b.reserved - b.safety - cw.buffer_qty + coalesce(
           (SELECT sum(r.quantity) FROM inventory_reservation r WHERE r.owner_id = {owner}
               AND r.variant_id = b.variant_id AND r.warehouse_id = b.warehouse_id), 0)"""
_FROM = """
  FROM inventory_balance b
  JOIN inventory_channelwarehouse cw ON cw.warehouse_id = b.warehouse_id AND cw.channel_id = {channel}
  JOIN inventory_warehouse w ON w.id = b.warehouse_id
 WHERE b.variant_id = ANY({variants}::uuid[]) AND w.is_active
"""


def stock_statement(variants: str, *, channel: str, owner: str) -> str:
    """The same as `stock_at` for those who join it to their own statement, as one value that `stock_of_value` reads:
    `variants` is SQL for a uuid[], `channel` and `owner` for their ids."""
    return (f"(SELECT json_agg(json_build_array(b.variant_id, b.warehouse_id, w.ships, w.pickup, "
            f"({_FREE.format(owner=owner)})::text, b.backorder::text))"
            f"{_FROM.format(channel=channel, variants=variants)})")


# The array comes out of a sub-select so that one plan serves carts of every length; planning takes longer than reading.
_STOCK = (f"SELECT b.variant_id, b.warehouse_id, w.ships, w.pickup, {_FREE.format(owner='%(owner)s')} AS free, "
          f"b.backorder {_FROM.format(channel='%(channel)s', variants='(SELECT %(variants)s::uuid[])')}")


def stock_of_value(value: Sequence[Any] | None) -> tuple[StockAt, ...]:
    """What `stock_statement` found."""
    return tuple(StockAt(UUID(variant), place, ships, pickup, Decimal(free), Decimal(backorder))
                 for variant, place, ships, pickup, free, backorder in value or ())


def stock_at(variant_ids: Iterable[UUID], *, channel_id: int, owner_id: UUID) -> tuple[StockAt, ...]:
    """Where a channel has how much of the variants for this owner. One statement."""
    return tuple(StockAt(*r) for r in db.rows(
        _STOCK, {"owner": owner_id, "channel": channel_id, "variants": db.array(variant_ids)}))


def sellable(stock: Iterable[StockAt], variant_ids: Iterable[UUID], *,
             pickup_warehouse_id: int | None = None) -> dict[UUID, Decimal]:
    """What can be sold of each variant, backorders included, shipped or collected at one store."""
    found = dict.fromkeys(variant_ids, Decimal(0))
    for s in _usable(stock, pickup_warehouse_id):
        if s.variant_id in found:
            found[s.variant_id] += s.now + s.later
    return found


def _usable(stock: Iterable[StockAt], store: int | None) -> list[Stock]:
    """What the places that would serve can give."""
    zero, found = Decimal(0), list[Stock]()
    for s in stock:
        if s.ships if store is None else s.pickup and s.warehouse_id == store:
            now = max(s.free, zero)
            found.append(Stock(s.variant_id, s.warehouse_id, now, max(s.free + s.backorder, zero) - now))
    return found


def outlook(demands: Sequence[Demand], stock: Iterable[StockAt], *, channel_id: int, destination: Destination,
            strategy: str) -> Outlook:
    """What `stock` promises these demands. Promises nothing itself, locks nothing. No statement."""
    wanted = rules.totals(demands)
    if not wanted:
        return Outlook({}, ())
    here, stores = [s for s in stock if s.variant_id in wanted], dict[int, dict[UUID, Decimal]]()
    for s in here:
        if s.pickup:
            stores.setdefault(s.warehouse_id, {})[s.variant_id] = max(s.free, Decimal(0))
    usable, chosen = _usable(here, destination.pickup_warehouse_id), strategy_named(strategy)
    places = rules.choose(chosen, demands, usable, chosen.rank(sites(channel_id), destination))
    return Outlook({w: _worst(wanted, have) for w, have in stores.items()},
                   tuple(rules.fill(demands, usable, places)))


def _worst(wanted: dict[UUID, Decimal], have: dict[UUID, Decimal]) -> StockLevel:
    """The store's level for the whole cart: none as soon as one piece is missing."""
    if any(have.get(v, Decimal(0)) < quantity for v, quantity in wanted.items()):
        return StockLevel.NONE
    levels = {rules.level(have[v]) for v in wanted}
    return StockLevel.FEW if StockLevel.FEW in levels else StockLevel.IN_STOCK
