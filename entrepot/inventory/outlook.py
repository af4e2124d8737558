"""What a cart may expect of stock, in one statement: what can be sold, what lies in stores, how it would come.

What the cart itself holds counts as free for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from entrepot.inventory import rules
from entrepot.inventory.contracts import Demand, Destination, Outlook, StockLevel
from entrepot.inventory.queries import sites, strategy_named
from entrepot.inventory.rules import Stock
from entrepot.kit import db

# The array comes out of a sub-select so that one plan serves carts of every length; planning takes longer than reading.
_PLACES = """
SELECT b.variant_id, b.warehouse_id, w.ships, w.pickup, b.backorder,
       b.on_hand - b.reserved - b.safety - cw.buffer_qty + coalesce(
           (SELECT sum(r.quantity) FROM inventory_reservation r WHERE r.owner_id = %(owner)s
               AND r.variant_id = b.variant_id AND r.warehouse_id = b.warehouse_id), 0) AS free
  FROM inventory_balance b
  JOIN inventory_channelwarehouse cw ON cw.warehouse_id = b.warehouse_id AND cw.channel_id = %(channel)s
  JOIN inventory_warehouse w ON w.id = b.warehouse_id
 WHERE b.variant_id = ANY((SELECT %(variants)s::uuid[])::uuid[]) AND w.is_active
"""


def outlook(demands: Sequence[Demand], *, channel_id: int, owner_id: UUID, destination: Destination,
            strategy: str) -> Outlook:
    """Promises nothing, locks nothing. One statement, none without demands."""
    wanted, zero = rules.totals(demands), Decimal(0)
    if not wanted:
        return Outlook({}, {}, ())
    found = db.rows(_PLACES, {"owner": owner_id, "channel": channel_id, "variants": db.array(wanted)})
    store, usable, stores = destination.pickup_warehouse_id, list[Stock](), dict[int, dict[UUID, Decimal]]()
    for r in found:
        now = max(r.free, zero)
        if r.ships if store is None else r.pickup and r.warehouse_id == store:
            usable.append(Stock(r.variant_id, r.warehouse_id, now, max(r.free + r.backorder, zero) - now))
        if r.pickup:
            stores.setdefault(r.warehouse_id, {})[r.variant_id] = now
    sellable = {v: sum((s.now + s.later for s in usable if s.variant_id == v), zero) for v in wanted}
    chosen = strategy_named(strategy)
    places = rules.choose(chosen, demands, usable, chosen.rank(sites(channel_id), destination))
    return Outlook(sellable, {w: _worst(wanted, have) for w, have in stores.items()},
                   tuple(rules.fill(demands, usable, places)))


def _worst(wanted: dict[UUID, Decimal], have: dict[UUID, Decimal]) -> StockLevel:
    """The store's level for the whole cart: none as soon as one piece is missing."""
    if any(have.get(v, Decimal(0)) < quantity for v, quantity in wanted.items()):
        return StockLevel.NONE
    levels = {rules.level(have[v]) for v in wanted}
    return StockLevel.FEW if StockLevel.FEW in levels else StockLevel.IN_STOCK
