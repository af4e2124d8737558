"""Promises: holds of carts, firm reservations of orders, and their end. In-transaction helpers of higher actions,
which hold the lock of the cart or order concerned and have checked who may do this to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from entrepot.inventory import ledger, queries, rules
from entrepot.inventory.contracts import Allocation, Demand, Destination, LineMove
from entrepot.inventory.errors import NotReserved, OutOfStock
from entrepot.inventory.models import Movement
from entrepot.inventory.permissions import MAINTAIN, SERVE
from entrepot.kit import db
from entrepot.kit.actor import Actor

_RESERVE = """
SELECT * FROM inventory_reserve(
    %(lines)s::uuid[], %(variants)s::uuid[], %(quantities)s::numeric[], %(channel)s::smallint, %(ranking)s::smallint[],
    %(only)s, %(pickup)s, %(together)s, %(kind)s, %(owner)s, %(replaces)s, %(expires)s::timestamptz,
    %(now)s::timestamptz)
"""


def reserve(demands: Sequence[Demand], *, owner_id: UUID, channel_id: int, destination: Destination, strategy: str,
            now: datetime, replaces: UUID | None = None, actor: Actor) -> list[Allocation]:
    """Promise stock to an order, consuming the holds of the checkout `replaces`.

    One statement for any number of lines; a second only when a strategy must narrow the places after seeing the stock.
    Raises OutOfStock, with every line that falls short, and then nothing is changed.
    """
    actor.require(SERVE)
    return _promise(demands, "firm", owner_id, channel_id, destination, strategy, now, replaces, None)


def hold(checkout_id: UUID, demands: Sequence[Demand], *, channel_id: int, minutes: int, now: datetime,
         destination: Destination | None = None, strategy: str = "priority", first: bool = False,
         actor: Actor) -> list[Allocation]:
    """Keep stock for a cart for some minutes, where an order would take it from, instead of what it held before
    (`first`: it holds nothing, so there is nothing to look for). Raises OutOfStock as `reserve`."""
    actor.require(SERVE)
    return _promise(demands, "hold", checkout_id, channel_id, destination or Destination(), strategy, now,
                    None if first else checkout_id, now + timedelta(minutes=minutes))


_CONFIRM = """
WITH demand AS (
    SELECT line_id, variant_id, sum(quantity) AS quantity
      FROM unnest(%(lines)s::uuid[], %(variants)s::uuid[], %(quantities)s::numeric[])
           AS d(line_id, variant_id, quantity)
     GROUP BY 1, 2
), held AS MATERIALIZED (
    SELECT r.id, r.line_id, r.variant_id, r.quantity FROM inventory_reservation r
      JOIN inventory_channelwarehouse cw ON cw.warehouse_id = r.warehouse_id AND cw.channel_id = %(channel)s
      JOIN inventory_warehouse w ON w.id = r.warehouse_id AND w.is_active
     WHERE r.owner_id = %(held)s AND r.kind = 'hold' AND r.expires_at > %(now)s ORDER BY r.id FOR UPDATE OF r
), differing AS (
    SELECT FROM demand d FULL JOIN (SELECT line_id, variant_id, sum(quantity) AS quantity FROM held GROUP BY 1, 2) h
     USING (line_id, variant_id) WHERE d.quantity IS DISTINCT FROM h.quantity
)
UPDATE inventory_reservation r SET kind = 'firm', owner_id = %(owner)s, expires_at = NULL
  FROM held WHERE r.id = held.id AND NOT EXISTS (SELECT FROM differing)
RETURNING r.line_id, r.variant_id, r.warehouse_id, r.quantity
"""


def confirm(demands: Sequence[Demand], *, owner_id: UUID, channel_id: int, held_by: UUID, now: datetime,
            actor: Actor) -> list[Allocation]:
    """Turn a checkout's unexpired hold into the order's reservations where it lies, when it is just what is asked for
    and its places still serve the channel. Else nothing changes and nothing comes back: then `reserve`.

    No balance moves, so no balance is locked: buyers who hold the last pieces do not wait for each other.
    """
    actor.require(SERVE)
    ledger.in_transaction()
    return [Allocation(*r) for r in db.rows(_CONFIRM, {
        **_asked(demands), "channel": channel_id, "held": held_by, "owner": owner_id, "now": now})]


def _asked(demands: Sequence[Demand]) -> dict[str, Any]:
    return {"lines": db.array(d.line_id for d in demands), "variants": db.array(d.variant_id for d in demands),
            "quantities": db.array(ledger.quantity(d.quantity) for d in demands)}


def _promise(demands: Sequence[Demand], kind: str, owner_id: UUID, channel_id: int, destination: Destination,
             strategy: str, now: datetime, replaces: UUID | None, expires: datetime | None) -> list[Allocation]:
    ledger.in_transaction()
    if not demands:
        if replaces:
            _release(replaces, None)
        return []
    chosen, pickup = queries.strategy_named(strategy), destination.pickup_warehouse_id
    ranking = [pickup] if pickup is not None else chosen.rank(queries.sites(channel_id), destination)
    params = {
        **_asked(demands), "channel": channel_id, "ranking": db.array(ranking),
        "only": pickup is not None, "pickup": pickup is not None, "together": chosen.narrow is not None, "kind": kind,
        "owner": owner_id, "replaces": replaces, "expires": expires, "now": now,
    }
    found = db.rows(_RESERVE, params)
    if chosen.narrow is not None and found and found[0].outcome == "candidate":
        stock = [rules.Stock(r.variant_id, r.warehouse_id, r.quantity, r.later) for r in found]
        places = chosen.narrow(rules.totals(demands), stock, _all_ranked(ranking, stock))
        found = db.rows(_RESERVE, {**params, "ranking": db.array(places), "only": True, "together": False})
    return _outcome(found)


def _all_ranked(ranking: list[int], stock: Sequence[rules.Stock]) -> list[int]:
    """A warehouse that began to serve a moment ago is not in this process's ranking yet: it comes last."""
    return ranking + sorted({s.warehouse_id for s in stock} - set(ranking))


def _outcome(found: list[Any]) -> list[Allocation]:
    short = [{"line_id": r.line_id, "variant_id": r.variant_id, "available": r.quantity}
             for r in found if r.outcome == "short"]
    if short:
        raise OutOfStock(lines=short)
    ledger.tell(r.variant_id for r in found if r.outcome == "crossed")
    return [Allocation(r.line_id, r.variant_id, r.warehouse_id, r.quantity) for r in found if r.outcome == "taken"]


_OWNED = """
SELECT r.id, r.line_id, r.variant_id, r.warehouse_id, r.quantity FROM inventory_reservation r
 WHERE r.owner_id = %s ORDER BY r.id
"""


def _owned(owner_id: UUID) -> tuple[list[Any], dict[ledger.Place, Any]]:
    """The owner's reservations, read again under the locks of their balances, and these balances."""
    seen = db.rows(_OWNED, [owner_id])
    if not seen:
        return [], {}
    balances = ledger.lock((r.variant_id, r.warehouse_id) for r in seen)
    return db.rows(_OWNED, [owner_id]), balances


def release(owner_id: UUID, *, parts: Sequence[Allocation] | None = None, now: datetime,
            actor: Actor) -> list[Allocation]:
    """Give back what is reserved for an order or held for a cart: all, or these parts as far as they are still
    reserved there. Returns what was freed; releasing twice frees nothing more."""
    actor.require(SERVE)
    ledger.in_transaction()
    return _release(owner_id, parts)


def _release(owner_id: UUID, parts: Sequence[Allocation] | None) -> list[Allocation]:
    left: dict[tuple[UUID, UUID, int], Decimal] = {}
    for a in parts or ():
        key = (a.line_id, a.variant_id, a.warehouse_id)
        left[key] = left.get(key, ledger.ZERO) + ledger.quantity(a.quantity)
    freed = []
    for r in reversed(_owned(owner_id)[0]):  # what was taken last is the first to go back
        key = (r.line_id, r.variant_id, r.warehouse_id)
        part = r.quantity if parts is None else min(left.get(key, ledger.ZERO), r.quantity)
        if part > 0:
            left[key] = left.get(key, ledger.ZERO) - part
            freed.append((r, part))
    _shrink(freed)
    return [Allocation(r.line_id, r.variant_id, r.warehouse_id, part) for r, part in freed]


_SHRINK = """
WITH part AS (SELECT * FROM unnest(%s::bigint[], %s::numeric[]) AS p(id, quantity)),
gone AS (DELETE FROM inventory_reservation r USING part p WHERE r.id = p.id AND r.quantity = p.quantity),
kept AS (UPDATE inventory_reservation r SET quantity = r.quantity - p.quantity FROM part p
          WHERE r.id = p.id AND r.quantity > p.quantity)
SELECT 1
"""
_FREE = """
WITH part AS (SELECT variant_id, warehouse_id, sum(quantity) AS quantity
                FROM unnest(%s::uuid[], %s::smallint[], %s::numeric[]) AS p(variant_id, warehouse_id, quantity)
               GROUP BY 1, 2),
changed AS (UPDATE inventory_balance b SET reserved = b.reserved - p.quantity FROM part p
             WHERE b.variant_id = p.variant_id AND b.warehouse_id = p.warehouse_id
            RETURNING b.variant_id, inventory_crossed(b.warehouse_id,
                old.on_hand - old.reserved - old.safety + old.backorder,
                new.on_hand - new.reserved - new.safety + new.backorder) AS crossed)
SELECT DISTINCT variant_id FROM changed WHERE crossed
"""


def _shrink(freed: Sequence[tuple[Any, Decimal]]) -> None:
    if not freed:
        return
    db.execute(_SHRINK, [[r.id for r, _ in freed], [part for _, part in freed]])
    crossed = db.rows(
        _FREE, [[r.variant_id for r, _ in freed], [r.warehouse_id for r, _ in freed], [p for _, p in freed]]
    )
    ledger.tell(r.variant_id for r in crossed)


def ship(owner_id: UUID, allocations: Sequence[Allocation], *, reference: str, now: datetime, actor: Actor) -> None:
    """Goods leave: reservations become sale movements. Partial is fine; more than is reserved there is not.

    Raises NotReserved, or NotEnoughOnHand when a backorder has not come in yet.
    """
    actor.require(SERVE)
    ledger.in_transaction()
    wanted = [Allocation(a.line_id, a.variant_id, a.warehouse_id, ledger.quantity(a.quantity)) for a in allocations]
    if not wanted:
        return
    owned, balances = _owned(owner_id)
    parts = _matching(owned, wanted)
    leaving: dict[ledger.Place, Decimal] = {}
    for a in wanted:
        leaving[a.variant_id, a.warehouse_id] = leaving.get((a.variant_id, a.warehouse_id), ledger.ZERO) + a.quantity
    for place, total in leaving.items():
        ledger.require_on_hand(balances[place], total)
    db.execute(_SHRINK, [[r.id for r, _ in parts], [part for _, part in parts]])
    entries = [ledger.Entry(v, w, Movement.Kind.SALE, on_hand=-total) for (v, w), total in leaving.items()]
    ledger.book(entries, reason="", reference=reference, now=now, actor=actor,
                freed=[(v, w, total) for (v, w), total in leaving.items()])


def _matching(owned: Sequence[Any], wanted: Sequence[Allocation]) -> list[tuple[Any, Decimal]]:
    """Which part of which reservation serves the wanted allocations."""
    left = {r.id: r.quantity for r in owned}
    taken: dict[int, Decimal] = {}
    for a in wanted:
        missing = a.quantity
        for r in owned:
            if (r.line_id, r.variant_id, r.warehouse_id) == (a.line_id, a.variant_id, a.warehouse_id) and missing > 0:
                part = min(left[r.id], missing)
                left[r.id] -= part
                missing -= part
                taken[r.id] = taken.get(r.id, ledger.ZERO) + part
        if missing > 0:
            raise NotReserved(reserved=a.quantity - missing)
    return [(r, taken[r.id]) for r in owned if taken.get(r.id)]


_MOVE = """
INSERT INTO inventory_reservation (variant_id, warehouse_id, kind, owner_id, line_id, quantity, expires_at, created_at)
SELECT r.variant_id, r.warehouse_id, r.kind, %s, p.line_id, p.quantity, r.expires_at, r.created_at
  FROM unnest(%s::bigint[], %s::uuid[], %s::numeric[]) AS p(id, line_id, quantity)
  JOIN inventory_reservation r ON r.id = p.id ORDER BY r.id
"""


def reassign(owner_id: UUID, new_owner_id: UUID, moves: Sequence[LineMove], *, now: datetime, actor: Actor) -> None:
    """Orders were split or merged: reservations of some lines, or parts of them, serve lines of another order now.

    No quantity changes. Lines that are reserved less than the quantity asked for give what they have (the rest has
    shipped, or was never stocked).
    """
    actor.require(SERVE)
    ledger.in_transaction()
    left: dict[int, Decimal] = {}
    parts: list[tuple[Any, UUID, Decimal]] = []
    owned = _owned(owner_id)[0]
    for move in moves:
        wanted: dict[UUID, Decimal] = {}
        for r in reversed(owned):
            if r.line_id != move.line_id or (move.variant_id or r.variant_id) != r.variant_id:
                continue
            here = left.setdefault(r.id, r.quantity)
            part = here if move.quantity is None else min(wanted.setdefault(r.variant_id, move.quantity), here)
            if part > 0:
                left[r.id] -= part
                wanted[r.variant_id] = wanted.get(r.variant_id, part) - part
                parts.append((r, move.new_line_id, part))
    if not parts:
        return
    db.execute(
        _MOVE, [new_owner_id, [r.id for r, _, _ in parts], [line for _, line, _ in parts], [q for _, _, q in parts]]
    )
    moved: dict[int, tuple[Any, Decimal]] = {}
    for r, _, part in parts:
        moved[r.id] = (r, moved.get(r.id, (r, ledger.ZERO))[1] + part)
    db.execute(_SHRINK, [list(moved), [part for _, part in moved.values()]])


_EXPIRED = """
SELECT b.id FROM inventory_balance b WHERE b.id IN (
       SELECT o.id FROM (SELECT variant_id, warehouse_id FROM inventory_reservation
                          WHERE kind = 'hold' AND expires_at <= %s ORDER BY expires_at LIMIT 1000) r
         JOIN inventory_balance o ON o.variant_id = r.variant_id AND o.warehouse_id = r.warehouse_id)
 ORDER BY b.id FOR UPDATE
"""
OVERDUE = timedelta(minutes=1)  # a balance so busy that it was skipped this long is waited for


def expire_holds(now: datetime, *, actor: Actor) -> int:
    """Free the stock of expired holds; returns how many ended. Balances that someone works on are left for the next
    round (a reservation that runs short sweeps them itself), unless a hold there is long overdue."""
    actor.require(MAINTAIN)
    with transaction.atomic():
        freed = _expire(_EXPIRED + " SKIP LOCKED", now, now)
    with transaction.atomic():
        return freed + _expire(_EXPIRED, now - OVERDUE, now)


def _expire(select: str, until: datetime, now: datetime) -> int:
    balances = [r.id for r in db.rows(select, [until])]
    if not balances:
        return 0
    swept = db.row("SELECT freed, crossed FROM inventory_sweep(%s, %s)", [balances, now])
    ledger.tell(swept.crossed)
    return int(swept.freed)
