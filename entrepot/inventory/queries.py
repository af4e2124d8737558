"""Reads of stock."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F

from entrepot.catalog import public as catalog
from entrepot.inventory import rules
from entrepot.inventory.contracts import (
    Allocation,
    Available,
    BalanceView,
    Demand,
    Destination,
    ShelfStock,
    StockLevel,
    StoreStock,
    TransferLineView,
    TransferState,
    TransferView,
    WarehouseInfo,
)
from entrepot.inventory.levels import LEVELS, at_level, with_sellable
from entrepot.inventory.models import Balance, Transfer, Warehouse
from entrepot.inventory.rules import Site, Stock
from entrepot.kit import db, paging
from entrepot.kit.errors import N_, InvalidInput, NotFound

SITES_SECONDS = 5.0  # how old the ranking facts of places may be; what they may give is always read under lock

_SITES = """
SELECT cw.channel_id, w.id, w.priority, w.address, w.latitude::float8 AS latitude, w.longitude::float8 AS longitude
  FROM inventory_channelwarehouse cw JOIN inventory_warehouse w ON w.id = cw.warehouse_id WHERE w.is_active
"""
_sites: tuple[float, dict[int, list[Site]]] = (float("-inf"), {})


def sites(channel_id: int) -> list[Site]:
    """The places that serve a channel, at most a few seconds old."""
    global _sites
    if time.monotonic() - _sites[0] > SITES_SECONDS:
        found: dict[int, list[Site]] = {}
        for r in db.rows(_SITES):
            found.setdefault(r.channel_id, []).append(Site(
                r.id, r.priority, r.address.get("country", ""), r.address.get("region", ""), r.address.get("city", ""),
                r.latitude, r.longitude))
        _sites = (time.monotonic(), found)
    return _sites[1].get(channel_id, [])


def forget_sites() -> None:
    """Drop this process's copy after a change of warehouses."""
    global _sites
    _sites = (float("-inf"), {})


_FREE = """
SELECT b.variant_id, b.warehouse_id, b.on_hand - b.reserved - b.safety - cw.buffer_qty AS free, b.backorder
  FROM inventory_balance b
  JOIN inventory_channelwarehouse cw ON cw.warehouse_id = b.warehouse_id AND cw.channel_id = %(channel)s
  JOIN inventory_warehouse w ON w.id = b.warehouse_id
 WHERE b.variant_id = ANY(%(variants)s) AND w.is_active
   AND CASE WHEN %(pickup)s::smallint IS NULL THEN w.ships ELSE w.pickup AND w.id = %(pickup)s::smallint END
"""


def _stock(channel_id: int, variant_ids: Iterable[UUID], pickup_warehouse_id: int | None) -> list[Stock]:
    zero = Decimal(0)
    found = []
    for r in db.rows(_FREE, {"channel": channel_id, "variants": list(variant_ids), "pickup": pickup_warehouse_id}):
        now = max(r.free, zero)
        found.append(Stock(r.variant_id, r.warehouse_id, now, max(r.free + r.backorder, zero) - now))
    return found


def available(channel_id: int, variant_ids: Iterable[UUID], *,
              pickup_warehouse_id: int | None = None) -> dict[UUID, Available]:
    """What the channel can sell now of each variant, shipped or collected at one store. One statement."""
    wanted = list(variant_ids)
    now, later = dict.fromkeys(wanted, Decimal(0)), dict.fromkeys(wanted, Decimal(0))
    for s in _stock(channel_id, wanted, pickup_warehouse_id):
        now[s.variant_id] += s.now
        later[s.variant_id] += s.later
    return {v: Available(v, now[v] + later[v], later[v] > 0, now[v]) for v in now}


_TOTALS = """
SELECT b.variant_id, sum(b.on_hand) AS on_hand, sum(greatest(b.on_hand - b.reserved - b.safety, 0)) AS sellable
  FROM inventory_balance b JOIN inventory_warehouse w ON w.id = b.warehouse_id AND w.is_active
 WHERE b.variant_id = ANY(%s) GROUP BY b.variant_id
"""


def stock_totals(variant_ids: Iterable[UUID]) -> dict[UUID, tuple[Decimal, Decimal]]:
    """What lies in all open places together and what of it can be sold. What was never booked is absent."""
    return {r.variant_id: (r.on_hand, r.sellable) for r in db.rows(_TOTALS, [list(variant_ids)])}


def plan(demands: Sequence[Demand], *, channel_id: int, destination: Destination,
         strategy: str) -> tuple[list[Allocation], dict[UUID, Decimal]]:
    """Which places would serve these demands now, and what would be missing. Promises nothing, locks nothing."""
    stock = _stock(channel_id, rules.totals(demands), destination.pickup_warehouse_id)
    chosen = strategy_named(strategy)
    places = rules.choose(chosen, demands, stock, chosen.rank(sites(channel_id), destination))
    allocations = rules.fill(demands, stock, places)
    return allocations, rules.missing(demands, allocations)


def strategy_named(name: str) -> rules.Strategy:
    if name not in rules.STRATEGIES:
        raise InvalidInput("allocation", N_("There is no such allocation strategy."))
    return rules.STRATEGIES[name]


_STORES = """
SELECT w.id, v.id AS variant_id, greatest(coalesce(b.on_hand - b.reserved - b.safety - cw.buffer_qty, 0), 0) AS free
  FROM inventory_channelwarehouse cw
  JOIN inventory_warehouse w ON w.id = cw.warehouse_id AND w.pickup AND w.is_active
  CROSS JOIN unnest(%(variants)s::uuid[]) AS v(id)
  LEFT JOIN inventory_balance b ON b.warehouse_id = w.id AND b.variant_id = v.id
 WHERE cw.channel_id = %(channel)s ORDER BY w.priority, w.id
"""


_SHELF = """
SELECT b.variant_id, b.warehouse_id, b.on_hand - b.reserved - b.safety - cw.buffer_qty AS free, w.ships, w.pickup
  FROM inventory_balance b
  JOIN inventory_channelwarehouse cw ON cw.warehouse_id = b.warehouse_id AND cw.channel_id = %(channel)s
  JOIN inventory_warehouse w ON w.id = b.warehouse_id
 WHERE b.variant_id = ANY(%(variants)s) AND w.is_active
"""


def store_stock(variant_ids: Iterable[UUID], channel_id: int) -> list[StoreStock]:
    """The level of each variant in each pick-up store of the channel; exact counts only when few are left."""
    found = []
    for r in db.rows(_STORES, {"variants": list(variant_ids), "channel": channel_id}):
        told = rules.level(r.free)
        found.append(StoreStock(r.variant_id, r.id, told, r.free if told is StockLevel.FEW else None))
    return found


def shelf_stock(channel_id: int, variant_ids: Iterable[UUID]) -> ShelfStock:
    """What a product's page tells: how much can be sent of each variant, and its level in each pick-up store. One
    statement.
    """
    free: dict[UUID, Decimal] = {}
    stores: dict[UUID, dict[int, StoreStock]] = {}
    for r in db.rows(_SHELF, {"channel": channel_id, "variants": list(variant_ids)}):
        if r.ships:
            free[r.variant_id] = free.get(r.variant_id, Decimal(0)) + max(r.free, Decimal(0))
        if r.pickup:
            told = rules.level(max(r.free, Decimal(0)))
            stores.setdefault(r.variant_id, {})[r.warehouse_id] = StoreStock(
                r.variant_id, r.warehouse_id, told, r.free if told is StockLevel.FEW else None)
    return ShelfStock(free, stores)


def pickup_stores(channel_id: int) -> list[WarehouseInfo]:
    """Stores that serve the channel and hand out orders, in order of priority."""
    served = [s.warehouse_id for s in sites(channel_id)]
    found = Warehouse.objects.filter(id__in=served, pickup=True, is_active=True).order_by("priority", "id")
    return [warehouse_info(w) for w in found]


def warehouse_info(w: Warehouse) -> WarehouseInfo:
    return WarehouseInfo(
        w.id, w.code, w.name, w.kind, w.address, None if w.latitude is None else float(w.latitude),
        None if w.longitude is None else float(w.longitude), w.priority, w.ships, w.pickup, w.is_active)


def served_by(warehouse_code: str) -> list[str]:
    """The codes of the channels that sell from a place."""
    return [r.code for r in db.rows(
        "SELECT c.code FROM inventory_channelwarehouse s JOIN catalog_channel c ON c.id = s.channel_id"
        " JOIN inventory_warehouse w ON w.id = s.warehouse_id WHERE w.code = %s ORDER BY c.code", [warehouse_code])]


def warehouses() -> list[WarehouseInfo]:
    """All warehouses in order of priority, those closed too."""
    return [warehouse_info(w) for w in Warehouse.objects.order_by("priority", "id")]


def on_hand(variant_ids: Iterable[UUID]) -> dict[tuple[UUID, str], Decimal]:
    """What lies in each warehouse of these variants, by (variant, warehouse code); one statement."""
    return {(r.variant_id, r.code): r.on_hand for r in db.rows(
        "SELECT b.variant_id, w.code, b.on_hand FROM inventory_balance b"
        " JOIN inventory_warehouse w ON w.id = b.warehouse_id WHERE b.variant_id = ANY(%s)", [list(variant_ids)])}


def warehouse_id(code: str) -> int:
    found = db.value("SELECT id FROM inventory_warehouse WHERE code = %s", [code])
    if found is None:
        raise NotFound(N_("warehouse"))
    return int(found)


def channel_service(channel_id: int) -> list[dict[str, Any]]:
    """Which warehouses serve the channel, and what each keeps back from it."""
    found = db.rows(
        "SELECT w.code AS warehouse_code, cw.buffer_qty FROM inventory_channelwarehouse cw"
        " JOIN inventory_warehouse w ON w.id = cw.warehouse_id WHERE cw.channel_id = %s ORDER BY w.priority, w.id",
        [channel_id])
    return [r._asdict() for r in found]


def reservations_of(owner_id: UUID) -> list[Allocation]:
    """What is reserved for an order (or held for a checkout), where."""
    return [Allocation(r.line_id, r.variant_id, r.warehouse_id, r.quantity) for r in db.rows(
        "SELECT line_id, variant_id, warehouse_id, sum(quantity) AS quantity FROM inventory_reservation"
        " WHERE owner_id = %s GROUP BY 1, 2, 3 ORDER BY min(id)", [owner_id])]


def variant_id_of(sku: str) -> UUID:
    found = catalog.find_variant(sku)
    if found is None:
        raise NotFound(N_("variant"))
    return found.id


def require_variants(variant_ids: Iterable[UUID]) -> None:
    """Refuse ids that are no variants."""
    wanted = set(variant_ids)
    if wanted - catalog.variant_facts(wanted).keys():
        raise NotFound(N_("variant"))


def skus(variant_ids: Iterable[UUID]) -> dict[UUID, str]:
    return {v: facts.sku for v, facts in catalog.variant_facts(set(variant_ids)).items()}


Page = tuple[list[dict[str, Any]], str | None]


def _page(sql: str, params: Mapping[str, Any], limit: int) -> Page:
    return _paged([r._asdict() for r in db.rows(sql, {**params, "limit": limit + 1})], limit)


def _paged(found: list[dict[str, Any]], limit: int) -> Page:
    more = paging.encode([found[limit - 1]["id"]]) if len(found) > limit else None
    names = skus(r["variant_id"] for r in found[:limit]) if found else {}
    return [{**r, "sku": names.get(r["variant_id"], "")} for r in found[:limit]], more


_BALANCE = ("id", "variant_id", "on_hand", "reserved", "damaged", "incoming", "safety", "backorder")


def list_balances(*, warehouse: str | None, sku: str | None, level: str | None, limit: int, cursor: str | None,
                  variant_ids: list[UUID] | None = None) -> Page:
    """Stock by variant and warehouse; `level` narrows to what is out, low, damaged or on its way (`levels`)."""
    if level and level not in LEVELS:
        raise InvalidInput("level", N_("Choose out, low, damaged or incoming."))
    every = Balance.objects.all()
    found = at_level(every, level) if level else with_sellable(every)
    if sku:
        variant_ids = [variant_id_of(sku)]
    if variant_ids is not None:
        found = found.filter(variant_id__in=variant_ids)
    if warehouse:
        found = found.filter(warehouse__code=warehouse)
    if after := paging.number(cursor):
        found = found.filter(id__gt=after)
    rows = found.order_by("id").values(*_BALANCE, "sellable", warehouse_code=F("warehouse__code"))[:limit + 1]
    return _paged([{**r, "sellable": max(r["sellable"], Decimal(0))} for r in rows], limit)


def balance(variant_id: UUID, warehouse_id: int) -> BalanceView | None:
    r = db.row("SELECT id, variant_id, warehouse_id, on_hand, reserved, damaged, incoming, safety, backorder"
               " FROM inventory_balance WHERE variant_id = %s AND warehouse_id = %s", [variant_id, warehouse_id])
    return None if r is None else BalanceView(*r)


# What lay there after each movement is only summed for one item: the window reads all of its movements.
_SUMMED = "sum(m.on_hand_delta) OVER (PARTITION BY m.warehouse_id ORDER BY m.id)"
_LEDGER = """
SELECT * FROM (
    SELECT m.id, m.at, m.variant_id, w.code AS warehouse_code, m.kind, m.on_hand_delta, m.damaged_delta, m.reason,
           m.reference, m.actor, {balance} AS balance
      FROM inventory_movement m JOIN inventory_warehouse w ON w.id = m.warehouse_id
     WHERE (%(variant)s::uuid IS NULL OR m.variant_id = %(variant)s)
       AND (%(warehouse)s::text IS NULL OR w.code = %(warehouse)s)) l
 WHERE (%(after)s::bigint IS NULL OR id < %(after)s)
   AND (%(reference)s::text IS NULL OR reference = %(reference)s)
   AND (%(kind)s::text IS NULL OR kind = %(kind)s)
   AND (%(since)s::timestamptz IS NULL OR at >= %(since)s) AND (%(until)s::timestamptz IS NULL OR at < %(until)s)
 ORDER BY id DESC LIMIT %(limit)s
"""
_LEDGER_OF_ITEM, _LEDGER_OF_ALL = _LEDGER.format(balance=_SUMMED), _LEDGER.format(balance="NULL::numeric")


def running_ledger(*, sku: str | None = None, warehouse: str | None = None, reference: str | None = None,
                   kind: str | None = None, since: datetime | None = None, until: datetime | None = None, limit: int,
                   cursor: str | None = None) -> Page:
    """The ledger from `since` until before `until`, newest first; for one item each movement says what lay there
    after it (`balance`).
    """
    variant = variant_id_of(sku) if sku else None
    return _page(_LEDGER_OF_ITEM if variant else _LEDGER_OF_ALL, {
        "after": paging.number(cursor), "variant": variant, "warehouse": warehouse or None,
        "reference": reference or None, "kind": kind or None, "since": since, "until": until}, limit)


_RESERVATIONS = """
SELECT r.id, r.variant_id, w.code AS warehouse_code, r.kind, r.owner_id, r.line_id, r.quantity, r.expires_at,
       r.created_at
  FROM inventory_reservation r JOIN inventory_warehouse w ON w.id = r.warehouse_id
 WHERE (%(after)s::bigint IS NULL OR r.id < %(after)s::bigint)
   AND (%(variant)s::uuid IS NULL OR r.variant_id = %(variant)s::uuid)
   AND (%(owner)s::uuid IS NULL OR r.owner_id = %(owner)s::uuid)
   AND (%(warehouse)s::text IS NULL OR w.code = %(warehouse)s::text)
   AND (%(kind)s::text IS NULL OR r.kind = %(kind)s::text)
 ORDER BY r.id DESC LIMIT %(limit)s
"""


def list_reservations(*, sku: str | None, warehouse: str | None, owner_id: UUID | None, kind: str | None, limit: int,
                      cursor: str | None) -> Page:
    """Open holds and firm reservations, newest first."""
    return _page(_RESERVATIONS, {
        "after": paging.number(cursor), "variant": variant_id_of(sku) if sku else None, "owner": owner_id,
        "warehouse": warehouse or None, "kind": kind or None}, limit)


def get_transfer(transfer_id: UUID) -> TransferView:
    """Raises NotFound."""
    found = Transfer.objects.filter(id=transfer_id).first()
    if found is None:
        raise NotFound(N_("transfer"))
    return _views([found])[0]


def list_transfers(*, state: str | None, limit: int, cursor: str | None) -> tuple[list[TransferView], str | None]:
    """Newest first (ids are time-ordered)."""
    query = Transfer.objects.order_by("-id")
    if state:
        query = query.filter(state=state)
    if after := paging.uuid(cursor):
        query = query.filter(id__lt=after)
    found = list(query[:limit + 1])
    return _views(found[:limit]), paging.encode([found[limit - 1].id]) if len(found) > limit else None


def _views(transfers: list[Transfer]) -> list[TransferView]:
    found = db.rows("SELECT transfer_id, variant_id, quantity, received_qty FROM inventory_transferline"
                    " WHERE transfer_id = ANY(%s) ORDER BY id", [[t.id for t in transfers]])
    names = skus(r.variant_id for r in found) if found else {}
    lines: dict[UUID, list[TransferLineView]] = {}
    for r in found:
        lines.setdefault(r.transfer_id, []).append(
            TransferLineView(r.variant_id, names.get(r.variant_id, ""), r.quantity, r.received_qty))
    return [
        TransferView(
            t.id,
            t.number,
            t.source_id,
            t.target_id,
            TransferState(t.state),
            t.note,
            t.created_at,
            t.sent_at,
            t.received_at,
            tuple(lines.get(t.id, ())),
        )
        for t in transfers
    ]


_PAPERS = """
SELECT number, id, 'transfer' AS kind FROM inventory_transfer WHERE number = ANY(%(numbers)s)
UNION ALL SELECT number, id, 'count' FROM inventory_count WHERE number = ANY(%(numbers)s)
"""


def papers(numbers: Iterable[str]) -> dict[str, tuple[str, UUID]]:
    """Which of these numbers are transfers or counts: the kind and the id, by number. One statement."""
    return {r.number: (r.kind, r.id) for r in db.rows(_PAPERS, {"numbers": list(numbers)})}
