"""What other contexts may call."""

from entrepot.inventory.actions.load import import_movements
from entrepot.inventory.actions.places import create_warehouse, serve_channel, stop_serving, update_warehouse
from entrepot.inventory.actions.reserving import expire_holds, hold, reassign, release, reserve, ship
from entrepot.inventory.actions.stock import (
    adjust,
    bulk_receive,
    mark_damaged,
    rebuild_balances,
    receive,
    restore_damaged,
    set_levels,
    take_back,
    write_off,
)
from entrepot.inventory.actions.transfers import cancel_transfer, create_transfer, receive_transfer, send_transfer
from entrepot.inventory.outlook import outlook
from entrepot.inventory.queries import (
    available,
    get_transfer,
    list_balances,
    list_movements,
    list_transfers,
    on_hand,
    pickup_stores,
    plan,
    reservations_of,
    store_stock,
    warehouses,
)

__all__ = [
    "adjust",
    "available",
    "bulk_receive",
    "cancel_transfer",
    "create_transfer",
    "create_warehouse",
    "expire_holds",
    "get_transfer",
    "hold",
    "import_movements",
    "list_balances",
    "list_movements",
    "list_transfers",
    "mark_damaged",
    "on_hand",
    "outlook",
    "pickup_stores",
    "plan",
    "reassign",
    "rebuild_balances",
    "receive",
    "receive_transfer",
    "release",
    "reservations_of",
    "reserve",
    "restore_damaged",
    "send_transfer",
    "serve_channel",
    "set_levels",
    "ship",
    "stop_serving",
    "store_stock",
    "take_back",
    "update_warehouse",
    "warehouses",
    "write_off",
]
