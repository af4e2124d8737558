"""HTTP of stock: administration under `/admin/inventory`, stores and levels for shoppers."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query

from entrepot.catalog import public as catalog
from entrepot.inventory import api_counts as counts
from entrepot.inventory import queries
from entrepot.inventory.actions import places, stock, transfers
from entrepot.inventory.contracts import BalanceView, Destination, StoreStock, TransferView, WarehouseInfo
from entrepot.inventory.contracts import Demand as DemandInput
from entrepot.inventory.permissions import ADJUST, BROWSE, CONFIGURE, MAINTAIN, READ, RECEIVE, TRANSFER
from entrepot.inventory.schemas import (
    AdjustInput,
    ArrivalInput,
    ArrivalLine,
    BalanceFilter,
    BalanceOutput,
    DamageInput,
    LevelsFilter,
    LevelsInput,
    LevelsPage,
    LineInput,
    ListPage,
    MovementFilter,
    PlanInput,
    PlanOutput,
    ReceiveInput,
    ReservationFilter,
    ServiceInput,
    ServiceOutput,
    StoreOutput,
    TransferFilter,
    TransferInput,
    TransferOutput,
    TransferPage,
    WarehouseInput,
    WarehousePatch,
)
from entrepot.kit.errors import N_, InvalidInput, NotFound
from entrepot.kit.ids import uuid7
from entrepot.kit.paging import sparse
from entrepot.kit.rest import Routes, actor_of

admin_routes, store_routes, stock_routes = Routes(), Routes(), Routes()
ROUTES = [("/admin/inventory", admin_routes), ("/admin/inventory", counts.routes), ("/stores", store_routes),
          ("/stock", stock_routes)]


def _no_nul(**values: str | None) -> None:
    for name, value in values.items():
        if value and "\x00" in value:
            raise InvalidInput(name, N_("This contains characters that cannot be stored."))


@admin_routes.get("/warehouses", permission=READ, response=list[WarehouseInfo], summary="Warehouses and stores")
def list_warehouses(request: HttpRequest) -> list[WarehouseInfo]:
    return queries.warehouses()


@admin_routes.post("/warehouses", permission=CONFIGURE, response={201: WarehouseInfo}, summary="Create a warehouse")
def create_warehouse(request: HttpRequest, body: WarehouseInput) -> WarehouseInfo:
    fields = body.dict()
    _no_nul(**fields["address"])
    return places.create_warehouse(fields.pop("code"), fields.pop("name"), **fields, actor=actor_of(request))


@admin_routes.patch("/warehouses/{code}", permission=CONFIGURE, response=WarehouseInfo, summary="Change a warehouse")
def update_warehouse(request: HttpRequest, code: str, body: WarehousePatch) -> WarehouseInfo:
    _no_nul(code=code)
    changes = body.dict(exclude_unset=True)
    for key, value in changes.items():
        if value is None and key not in ("latitude", "longitude"):
            raise InvalidInput(key, N_("This cannot be empty."))
    _no_nul(**changes.get("address", {}))
    return places.update_warehouse(code, actor=actor_of(request), **changes)


@admin_routes.get("/channels/{channel}/warehouses", permission=READ, response=list[ServiceOutput],
                  summary="Warehouses that serve a channel")
def list_service(request: HttpRequest, channel: str) -> list[dict[str, Any]]:
    """Which warehouses serve a channel, and what each keeps back from it."""
    _no_nul(channel=channel)
    return queries.channel_service(catalog.channel(channel).id)


@admin_routes.put("/channels/{channel}/warehouses/{code}", permission=CONFIGURE, response=list[ServiceOutput],
                  summary="Have a warehouse serve a channel")
def serve_channel(request: HttpRequest, channel: str, code: str, body: ServiceInput) -> list[dict[str, Any]]:
    _no_nul(channel=channel, code=code)
    places.serve_channel(channel, code, body.buffer_qty, actor=actor_of(request))
    return queries.channel_service(catalog.channel(channel).id)


@admin_routes.delete("/channels/{channel}/warehouses/{code}", permission=CONFIGURE, response={204: None},
                     summary="Stop a warehouse from serving a channel")
def stop_serving(request: HttpRequest, channel: str, code: str) -> None:
    _no_nul(channel=channel, code=code)
    places.stop_serving(channel, code, actor=actor_of(request))


_BALANCE_FIELDS = frozenset(
    [
        "id",
        "variant_id",
        "sku",
        "warehouse_code",
        "on_hand",
        "reserved",
        "damaged",
        "incoming",
        "safety",
        "backorder",
        "sellable",
    ]
)


@admin_routes.get("/balances", permission=READ, response=ListPage, summary="Stock by item and place")
def list_balances(request: HttpRequest, query: Query[BalanceFilter]) -> dict[str, Any]:
    _no_nul(warehouse=query.warehouse, sku=query.sku)
    items, more = queries.list_balances(warehouse=query.warehouse, sku=query.sku, level=query.level, limit=query.limit,
                                        cursor=query.cursor)
    return {"items": sparse(items, query.fields, _BALANCE_FIELDS), "next": more}


@admin_routes.post("/adjustments", permission=ADJUST, response=BalanceOutput, summary="Correct what is on hand")
def adjust(request: HttpRequest, body: AdjustInput) -> BalanceView:
    """Correct what is on hand. With `expected_on_hand`, 412 and no change if it is something else by now."""
    return stock.adjust(queries.variant_id_of(body.sku), body.warehouse_code, delta=body.delta, set_to=body.set_to,
                        expected_on_hand=body.expected_on_hand, reason=body.reason, reference=body.reference,
                        actor=actor_of(request))


@admin_routes.post("/receipts", permission=RECEIVE, response=BalanceOutput, summary="Receive goods")
def receive(request: HttpRequest, body: ReceiveInput) -> BalanceView:
    return stock.receive(queries.variant_id_of(body.sku), body.warehouse_code, body.quantity, reason=body.reason,
                         reference=body.reference, actor=actor_of(request))


@admin_routes.post("/damages", permission=ADJUST, response=BalanceOutput, summary="Set goods aside as damaged")
def damage(request: HttpRequest, body: DamageInput) -> BalanceView:
    """Set goods aside as damaged, put them back, or write them off."""
    act = {"damage": stock.mark_damaged, "restore": stock.restore_damaged, "write_off": stock.write_off}[body.change]
    return act(queries.variant_id_of(body.sku), body.warehouse_code, body.quantity, reason=body.reason,
               actor=actor_of(request))


@admin_routes.put("/levels", permission=CONFIGURE, response=BalanceOutput, summary="Set safety stock and backorder")
def set_levels(request: HttpRequest, body: LevelsInput) -> BalanceView:
    return stock.set_levels(queries.variant_id_of(body.sku), body.warehouse_code, safety=body.safety,
                            backorder=body.backorder, actor=actor_of(request))


_MOVEMENT_FIELDS = frozenset(["id", "at", "variant_id", "sku", "warehouse_code", "kind", "on_hand_delta",
                              "damaged_delta", "reason", "reference", "actor", "balance"])


@admin_routes.get("/movements", permission=READ, response=ListPage, summary="Stock movements, newest first")
def list_movements(request: HttpRequest, query: Query[MovementFilter]) -> dict[str, Any]:
    """The ledger, newest first. With `sku`, `balance` is what lay in the place after the movement."""
    _no_nul(warehouse=query.warehouse, sku=query.sku, reference=query.reference, kind=query.kind)
    items, more = queries.running_ledger(**query.dict(exclude={"fields"}))
    return {"items": sparse(items, query.fields, _MOVEMENT_FIELDS), "next": more}


_RESERVATION_FIELDS = frozenset(
    ["id", "variant_id", "sku", "warehouse_code", "kind", "owner_id", "line_id", "quantity", "expires_at", "created_at"]
)


@admin_routes.get("/reservations", permission=READ, response=ListPage, summary="Reservations of carts and orders")
def list_reservations(request: HttpRequest, query: Query[ReservationFilter]) -> dict[str, Any]:
    _no_nul(warehouse=query.warehouse, sku=query.sku)
    items, more = queries.list_reservations(sku=query.sku, warehouse=query.warehouse, owner_id=query.owner_id,
                                            kind=query.kind, limit=query.limit, cursor=query.cursor)
    return {"items": sparse(items, query.fields, _RESERVATION_FIELDS), "next": more}


@admin_routes.post("/allocation-plans", permission=READ, response=PlanOutput,
                   summary="Plan which places would serve some lines")
def plan_allocation(request: HttpRequest, body: PlanInput) -> dict[str, Any]:
    """Which places would serve these lines now. Promises nothing."""
    channel = catalog.channel(body.channel)
    found = {line.sku: queries.variant_id_of(line.sku) for line in body.lines}
    to = Destination(body.country, body.region, body.city, body.latitude, body.longitude)
    demands = [DemandInput(uuid7(), found[line.sku], line.quantity) for line in body.lines]
    allocations, missing = queries.plan(demands, channel_id=channel.id, destination=to,
                                        strategy=body.strategy or channel.allocation)
    names = {v: sku for sku, v in found.items()}
    return {"allocations": [{"sku": names[a.variant_id], **asdict(a)} for a in allocations],
            "missing": [{"sku": names[v], "missing": q} for v, q in missing.items()]}


@admin_routes.post("/balances/rebuild", permission=MAINTAIN, response=dict[str, int],
                   summary="Compute balances anew from the ledger")
def rebuild(request: HttpRequest) -> dict[str, int]:
    """Compute every balance anew from its movements, reservations and transfers."""
    return {"changed": stock.rebuild_balances(actor=actor_of(request))}


@admin_routes.get("/transfers", permission=READ, response=TransferPage, summary="Transfers between warehouses")
def list_transfers(request: HttpRequest, query: Query[TransferFilter]) -> dict[str, Any]:
    items, more = queries.list_transfers(state=query.state, limit=query.limit, cursor=query.cursor)
    return {"items": items, "next": more}


@admin_routes.post("/transfers", permission=TRANSFER, response={201: TransferOutput}, summary="Plan a transfer")
def create_transfer(request: HttpRequest, body: TransferInput) -> TransferView:
    return transfers.create_transfer(body.source_code, body.target_code, _by_variant(body.lines), note=body.note,
                                     actor=actor_of(request))


def _by_variant(lines: list[LineInput] | list[ArrivalLine]) -> dict[UUID, Decimal]:
    found: dict[UUID, Decimal] = {}
    for line in lines:
        variant_id = queries.variant_id_of(line.sku)
        if variant_id in found:
            raise InvalidInput("lines", N_("List each item once."))
        found[variant_id] = line.quantity
    return found


@admin_routes.get("/transfers/{uuid:transfer_id}", permission=READ, response=TransferOutput, summary="A transfer")
def get_transfer(request: HttpRequest, transfer_id: UUID) -> TransferView:
    return queries.get_transfer(transfer_id)


@admin_routes.post("/transfers/{uuid:transfer_id}/send", permission=TRANSFER, response=TransferOutput,
                   summary="Send a transfer on its way")
def send_transfer(request: HttpRequest, transfer_id: UUID) -> TransferView:
    return transfers.send_transfer(transfer_id, actor=actor_of(request))


@admin_routes.post("/transfers/{uuid:transfer_id}/receive", permission=TRANSFER, response=TransferOutput,
                   summary="Take in what came of a transfer")
def receive_transfer(request: HttpRequest, transfer_id: UUID, body: ArrivalInput) -> TransferView:
    arrived = None if body.lines is None else _by_variant(body.lines)
    return transfers.receive_transfer(transfer_id, arrived, close=body.close, actor=actor_of(request))


@admin_routes.post("/transfers/{uuid:transfer_id}/cancel", permission=TRANSFER, response=TransferOutput,
                   summary="Cancel a transfer")
def cancel_transfer(request: HttpRequest, transfer_id: UUID) -> TransferView:
    return transfers.cancel_transfer(transfer_id, actor=actor_of(request))


def _channel_id(code: str | None) -> int:
    _no_nul(channel=code)
    return (catalog.channel(code) if code else catalog.default_channel()).id


@store_routes.get("", permission=BROWSE, response=list[StoreOutput], summary="Stores for pick-up")
def list_stores(request: HttpRequest, channel: str | None = None) -> list[WarehouseInfo]:
    """Where an order can be picked up."""
    return queries.pickup_stores(_channel_id(channel))


@stock_routes.get("", permission=BROWSE, response=LevelsPage, summary="Whether stores have an item")
def store_levels(request: HttpRequest, query: Query[LevelsFilter]) -> dict[str, Any]:
    """Whether stores have an item: in stock, few left (then how many), none. Exact counts stay ours."""
    channel_id = _channel_id(query.channel)
    for sku in query.sku:
        _no_nul(sku=sku)
    named = {queries.variant_id_of(sku): sku for sku in query.sku}
    if not all(facts.published_in & {channel_id} for facts in catalog.variant_facts(named).values()):
        raise NotFound(N_("variant"))
    codes = {w.id: w.code for w in queries.pickup_stores(channel_id)}
    return {"items": [_told(level, named, codes) for level in queries.store_stock(named, channel_id)
                      if level.warehouse_id in codes]}


def _told(level: StoreStock, named: dict[UUID, str], codes: dict[int, str]) -> dict[str, Any]:
    return {"sku": named[level.variant_id], "store": codes[level.warehouse_id], "level": level.level.value,
            "few_qty": level.few_qty}
