"""Each invariant finds the violation that is planted for it, and nothing before."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import transaction

from entrepot.inventory import public
from entrepot.inventory.tests.factories import BOB, make_shop
from entrepot.kit import db, invariants

pytestmark = pytest.mark.django_db(transaction=True)


def broken() -> set[str]:
    return {v.code for v in invariants.violations() if v.code.startswith("inventory.")}


@pytest.mark.parametrize(("code", "sql"), [
    ("inventory.on_hand_is_ledger", "UPDATE inventory_balance SET on_hand = on_hand + 1"),
    ("inventory.on_hand_is_ledger", "DELETE FROM inventory_movement WHERE kind = 'receipt'"),
    ("inventory.damaged_is_ledger", "UPDATE inventory_balance SET damaged = damaged + 1"),
    ("inventory.reserved_is_reservations", "DELETE FROM inventory_reservation"),
    ("inventory.incoming_is_transfers", "UPDATE inventory_balance SET incoming = 0"),
    ("inventory.transfer_conserved", "UPDATE inventory_transferline SET received_qty = 1"),
])
def test_a_planted_violation_is_found(code: str, sql: str) -> None:
    shop = make_shop({"main": [10], "store": [2]})
    shop.reserve(shop.demand(2))
    public.mark_damaged(shop.items[0], "main", Decimal(1), reason="fell", actor=BOB)
    moving = public.create_transfer("main", "store", {shop.items[0]: Decimal(2)}, actor=BOB)
    public.send_transfer(moving.id, actor=BOB)
    assert broken() == set()
    with transaction.atomic():
        db.execute("SET LOCAL session_replication_role = replica")
        db.execute(sql)
    assert code in broken()
