"""Warehouses, stores, and which channels they serve."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from entrepot.catalog import public as catalog
from entrepot.inventory import ledger, queries
from entrepot.inventory.contracts import WarehouseInfo
from entrepot.inventory.errors import CodeTaken, WarehouseNotEmpty
from entrepot.inventory.models import ChannelWarehouse, Warehouse
from entrepot.inventory.permissions import CONFIGURE
from entrepot.kit import audit, db
from entrepot.kit.actor import Actor
from entrepot.kit.bylanguage import check_texts
from entrepot.kit.errors import N_, InvalidInput, NotFound


def create_warehouse(
    code: str,
    name: dict[str, str],
    *,
    kind: str = "warehouse",
    address: dict[str, Any] | None = None,
    latitude: float | None = None,
    longitude: float | None = None,
    priority: int = 0,
    ships: bool = True,
    pickup: bool = False,
    actor: Actor,
) -> WarehouseInfo:
    """Open a place that holds stock. It serves no channel until `serve_channel`."""
    actor.require(CONFIGURE)
    fields = {"name": name, "kind": kind, "address": address or {}, "latitude": latitude, "longitude": longitude,
              "priority": priority, "ships": ships, "pickup": pickup}
    fields["name"] = _check(fields)
    try:
        with transaction.atomic():
            made = Warehouse.objects.create(code=code, **_stored(fields))
            audit.record(
                actor, "inventory.create_warehouse", "inventory.warehouse", made.id, new={"code": code, **fields}
            )
    except IntegrityError as error:
        raise CodeTaken(value=code) from error
    queries.forget_sites()
    return queries.warehouse_info(made)


def update_warehouse(code: str, *, actor: Actor, **changes: Any) -> WarehouseInfo:
    """Change what is said of a place. One that still holds or expects stock cannot be closed."""
    actor.require(CONFIGURE)
    with transaction.atomic():
        found = Warehouse.objects.select_for_update().filter(code=code).first()
        if found is None:
            raise NotFound(N_("warehouse"))
        old = asdict(queries.warehouse_info(found))
        name = _check({**old, **changes})
        changes = {**changes, "name": name} if "name" in changes else changes
        if found.is_active and changes.get("is_active") is False and _in_use(found.id):
            raise WarehouseNotEmpty
        for key, value in _stored(changes).items():
            setattr(found, key, value)
        found.save(update_fields=list(changes))
        if {"is_active", "ships", "pickup"} & changes.keys():
            ledger.tell(_sellable(found.id, "b.on_hand - b.reserved - b.safety + b.backorder > 0", []))
        audit.record(actor, "inventory.update_warehouse", "inventory.warehouse", found.id,
                     old={k: old[k] for k in changes}, new=changes)
    queries.forget_sites()
    return queries.warehouse_info(found)


def _stored(fields: dict[str, Any]) -> dict[str, Any]:
    return {k: Decimal(str(v)).quantize(Decimal("0.00001")) if k in ("latitude", "longitude") and v is not None else v
            for k, v in fields.items()}


def _check(fields: dict[str, Any]) -> dict[str, str]:
    """The name as it is kept."""
    if not (name := check_texts("name", fields["name"], limit=200)):
        raise InvalidInput("name", N_("Give a name."))
    if fields["kind"] not in Warehouse.Kind.values:
        raise InvalidInput("kind", N_("Choose warehouse or store."))
    if (fields["latitude"] is None) != (fields["longitude"] is None):
        raise InvalidInput("latitude", N_("Give both coordinates or none."))
    if fields["latitude"] is not None and not (-90 <= fields["latitude"] <= 90 and -180 <= fields["longitude"] <= 180):
        raise InvalidInput("latitude", N_("Coordinates are in degrees: -90 to 90 and -180 to 180."))
    return name


def _in_use(warehouse_id: int) -> bool:
    return bool(db.value("SELECT EXISTS (SELECT FROM inventory_balance WHERE warehouse_id = %s"
                         " AND (on_hand > 0 OR reserved > 0 OR damaged > 0 OR incoming > 0))", [warehouse_id]))


def _sellable(warehouse_id: int, condition: str, params: list[Any]) -> list[Any]:
    return [r.variant_id for r in db.rows(
        f"SELECT b.variant_id FROM inventory_balance b WHERE b.warehouse_id = %s AND {condition}",  # noqa: S608 our own SQL
        [warehouse_id, *params])]


_FREE = "b.on_hand - b.reserved - b.safety + b.backorder"


def serve_channel(channel_code: str, warehouse_code: str, buffer_qty: Decimal = ledger.ZERO, *, actor: Actor) -> None:
    """The warehouse serves the channel and keeps `buffer_qty` of each item back from it. Again changes the buffer."""
    actor.require(CONFIGURE)
    buffer = ledger.quantity(buffer_qty, "buffer_qty", least=ledger.ZERO)
    with transaction.atomic():
        channel, warehouse = catalog.channel(channel_code), queries.warehouse_id(warehouse_code)
        service = (
            ChannelWarehouse.objects.select_for_update().filter(channel_id=channel.id, warehouse_id=warehouse).first()
        )
        old = service.buffer_qty if service else None
        ChannelWarehouse.objects.update_or_create(channel_id=channel.id, warehouse_id=warehouse,
                                                  defaults={"buffer_qty": buffer})
        if old is None:
            ledger.tell(_sellable(warehouse, f"{_FREE} > %s", [buffer]))
        else:
            ledger.tell(_sellable(warehouse, f"({_FREE} > %s) <> ({_FREE} > %s)", [old, buffer]))
        audit.record(actor, "inventory.serve_channel", "inventory.warehouse", warehouse,
                     old=None if old is None else {"channel": channel_code, "buffer_qty": old},
                     new={"channel": channel_code, "buffer_qty": buffer})
    queries.forget_sites()


def stop_serving(channel_code: str, warehouse_code: str, *, actor: Actor) -> None:
    """The channel no longer sells from this warehouse. What is reserved there stays reserved."""
    actor.require(CONFIGURE)
    with transaction.atomic():
        channel, warehouse = catalog.channel(channel_code), queries.warehouse_id(warehouse_code)
        service = (
            ChannelWarehouse.objects.select_for_update().filter(channel_id=channel.id, warehouse_id=warehouse).first()
        )
        if service is None:
            raise NotFound(N_("channel service"))
        service.delete()
        ledger.tell(_sellable(warehouse, f"{_FREE} > %s", [service.buffer_qty]))
        audit.record(actor, "inventory.stop_serving", "inventory.warehouse", warehouse, old={"channel": channel_code})
    queries.forget_sites()
