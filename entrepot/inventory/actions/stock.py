"""Goods come, go bad, are counted and come back; levels; the rebuild of balances."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from entrepot.inventory import ledger, queries
from entrepot.inventory.contracts import BalanceView, Condition, StockRow
from entrepot.inventory.errors import NotEnoughDamaged, StockIsPromised
from entrepot.inventory.models import Movement
from entrepot.inventory.permissions import ADJUST, CONFIGURE, MAINTAIN, RECEIVE, SERVE
from entrepot.kit import audit, clock, db
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, InvalidInput, NotFound, StaleVersion

Entry = ledger.Entry


def receive(variant_id: UUID, warehouse_code: str, quantity: Decimal, *, reason: str = "", reference: str = "",
            actor: Actor) -> BalanceView:
    """Goods arrive on the shelf."""
    actor.require(RECEIVE)
    amount, now = ledger.quantity(quantity), clock.now()
    with transaction.atomic():
        place = (variant_id, queries.warehouse_id(warehouse_code))
        queries.require_variants([variant_id])
        ledger.lock([place], create=True)
        ledger.book(
            [Entry(*place, Movement.Kind.RECEIPT, on_hand=amount)],
            reason=reason,
            reference=reference,
            now=now,
            actor=actor,
        )
        return _audited("inventory.receive", place, {"quantity": amount, "reference": reference}, reason, actor)


def adjust(variant_id: UUID, warehouse_code: str, *, delta: Decimal | None = None, set_to: Decimal | None = None,
           expected_on_hand: Decimal | None = None, reason: str, reference: str = "", actor: Actor) -> BalanceView:
    """Correct what is on hand, by a difference or to a counted quantity.

    With `expected_on_hand`, a balance that differs by now raises StaleVersion and nothing changes. Holds of carts give
    way to a smaller count, the longest running first; what is promised to orders does not: StockIsPromised.
    """
    actor.require(ADJUST)
    if (delta is None) == (set_to is None):
        raise InvalidInput("delta", N_("Give either a difference or a counted quantity."))
    if not reason.strip():
        raise InvalidInput("reason", N_("Give a reason."))
    now = clock.now()
    with transaction.atomic():
        place = (variant_id, queries.warehouse_id(warehouse_code))
        queries.require_variants([variant_id])
        balance = ledger.lock([place], create=True)[place]
        if expected_on_hand is not None and balance.on_hand != expected_on_hand:
            raise StaleVersion
        change = _difference(balance.on_hand, delta, set_to)
        if change:
            make_room(balance, balance.on_hand + change, now)
            counted = Entry(*place, Movement.Kind.ADJUSTMENT, on_hand=change)
            ledger.book([counted], reason=reason, reference=reference, now=now,
                        actor=actor)
        return _audited("inventory.adjust", place, {"delta": change}, reason, actor, old={"on_hand": balance.on_hand})


def _difference(on_hand: Decimal, delta: Decimal | None, set_to: Decimal | None) -> Decimal:
    if set_to is not None:
        return ledger.quantity(set_to, "set_to", least=ledger.ZERO) - on_hand
    change = ledger.quantity(delta or ledger.ZERO, "delta", least=-ledger.MAX_QTY)
    if on_hand + change < 0:
        raise InvalidInput("delta", N_("This would leave less than nothing."))
    return change


# A hold may become an order's at this moment (`reserving.confirm`), which takes no lock of the balance: wait and see.
_YIELD = """
WITH held AS MATERIALIZED (
    SELECT id, quantity, expires_at FROM inventory_reservation
     WHERE variant_id = %s AND warehouse_id = %s AND kind = 'hold' ORDER BY id FOR UPDATE
), running AS (
    SELECT id, sum(quantity) OVER (ORDER BY expires_at, id) - quantity AS before FROM held
), gone AS (
    DELETE FROM inventory_reservation r USING running WHERE r.id = running.id AND running.before < %s
    RETURNING r.quantity
)
UPDATE inventory_balance SET reserved = reserved - (SELECT coalesce(sum(quantity), 0) FROM gone) WHERE id = %s
RETURNING reserved
"""


def make_room(balance: Any, on_hand: Decimal, now: datetime) -> None:  # lint: allow action-actor
    """Holds of carts end, those that would end first, until the rest fits into `on_hand` and the backorder limit."""
    excess = balance.reserved - on_hand - balance.backorder
    if excess <= 0:
        return
    reserved = db.value(_YIELD, [balance.variant_id, balance.warehouse_id, excess, balance.id])
    ledger.tell([balance.variant_id])
    if reserved > on_hand + balance.backorder:
        raise StockIsPromised(reserved=reserved)


def mark_damaged(variant_id: UUID, warehouse_code: str, quantity: Decimal, *, reason: str, actor: Actor) -> BalanceView:
    """Goods on the shelf turn out damaged: no longer for sale, still ours."""
    return _restate(variant_id, warehouse_code, ledger.quantity(quantity), Movement.Kind.DAMAGE, reason, actor)


def restore_damaged(
    variant_id: UUID, warehouse_code: str, quantity: Decimal, *, reason: str, actor: Actor
) -> BalanceView:
    """Damaged goods are good again."""
    return _restate(variant_id, warehouse_code, -ledger.quantity(quantity), Movement.Kind.DAMAGE, reason, actor)


def write_off(variant_id: UUID, warehouse_code: str, quantity: Decimal, *, reason: str, actor: Actor) -> BalanceView:
    """Damaged goods are thrown away."""
    return _restate(variant_id, warehouse_code, ledger.quantity(quantity), Movement.Kind.WRITE_OFF, reason, actor)


def _restate(
    variant_id: UUID, warehouse_code: str, amount: Decimal, kind: Movement.Kind, reason: str, actor: Actor
) -> BalanceView:
    """`amount` moves from the shelf to damaged (back when negative), or with WRITE_OFF from damaged to nowhere."""
    actor.require(ADJUST)
    if not reason.strip():
        raise InvalidInput("reason", N_("Give a reason."))
    now = clock.now()
    with transaction.atomic():
        place = (variant_id, queries.warehouse_id(warehouse_code))
        balance = ledger.lock([place]).get(place)
        to_damaged = -amount if kind is Movement.Kind.WRITE_OFF else amount
        if to_damaged < 0 and (balance is None or balance.damaged < -to_damaged):
            raise NotEnoughDamaged(damaged=balance.damaged if balance else ledger.ZERO)
        from_shelf = ledger.ZERO if kind is Movement.Kind.WRITE_OFF else amount
        if from_shelf > 0:
            balance = ledger.require_on_hand(balance, from_shelf)
            make_room(balance, balance.on_hand - from_shelf, now)
        ledger.book(
            [Entry(*place, kind, on_hand=-from_shelf, damaged=to_damaged)],
            reason=reason,
            reference="",
            now=now,
            actor=actor,
        )
        return _audited(f"inventory.{kind.value}", place, {"quantity": amount}, reason, actor)


def take_back(
    items: Sequence[tuple[UUID, int, Decimal, Condition | str]],
    *,
    reference: str,
    reason: str,
    now: datetime,
    actor: Actor,
) -> None:
    """Goods come back from a customer: good ones to the shelf, damaged ones aside; lost ones are booked in and written
    off, so that the ledger shows the loss. In-transaction helper of returns."""
    actor.require(SERVE)
    ledger.in_transaction()
    if not items:
        return
    entries: list[ledger.Entry] = []
    for variant_id, warehouse_id, quantity, condition in items:
        amount, state = ledger.quantity(quantity), Condition(condition)
        good = amount if state is Condition.GOOD else ledger.ZERO
        entries.append(Entry(variant_id, warehouse_id, Movement.Kind.RETURN, on_hand=good, damaged=amount - good))
        if state is Condition.LOST:
            entries.append(Entry(variant_id, warehouse_id, Movement.Kind.WRITE_OFF, damaged=-amount))
    ledger.lock(((e.variant_id, e.warehouse_id) for e in entries), create=True)
    ledger.book(entries, reason=reason, reference=reference, now=now, actor=actor)


_LEVELS = """
UPDATE inventory_balance b SET safety = coalesce(%s, b.safety), backorder = coalesce(%s, b.backorder) WHERE b.id = %s
RETURNING inventory_crossed(b.warehouse_id, old.on_hand - old.reserved - old.safety + old.backorder,
                            new.on_hand - new.reserved - new.safety + new.backorder) AS crossed
"""


def set_levels(
    variant_id: UUID,
    warehouse_code: str,
    *,
    safety: Decimal | None = None,
    backorder: Decimal | None = None,
    actor: Actor,
) -> BalanceView:
    """Set the safety stock, which is never sold, and how far orders may exceed what is on hand."""
    actor.require(CONFIGURE)
    for name, value in (("safety", safety), ("backorder", backorder)):
        if value is not None:
            ledger.quantity(value, name, least=ledger.ZERO)
    with transaction.atomic():
        place = (variant_id, queries.warehouse_id(warehouse_code))
        queries.require_variants([variant_id])
        balance = ledger.lock([place], create=True)[place]
        limit = balance.backorder if backorder is None else backorder
        if balance.reserved > balance.on_hand + limit:
            raise StockIsPromised(reserved=balance.reserved)
        if db.value(_LEVELS, [safety, backorder, balance.id]):
            ledger.tell([variant_id])
        return _audited("inventory.set_levels", place, {"safety": safety, "backorder": backorder}, "", actor,
                        old={"safety": balance.safety, "backorder": balance.backorder})


def _audited(action: str, place: ledger.Place, new: dict[str, Any], reason: str, actor: Actor, *,
             old: dict[str, Any] | None = None) -> BalanceView:
    after = queries.balance(*place)
    assert after is not None  # locked and written a moment ago
    audit.record(
        actor, action, "inventory.balance", after.id, old=old, new={**new, "on_hand": after.on_hand}, reason=reason
    )
    return after


_STAGE = """
CREATE TEMP TABLE inventory_stage (variant_id uuid, warehouse_id smallint, quantity numeric(14,3), safety numeric(14,3))
ON COMMIT DROP
"""
# Ordered by balance id where there is one, so that locks are taken in the order of the house.
_RAISE = """
WITH total AS (
    SELECT variant_id, warehouse_id, sum(quantity) AS quantity, max(safety) AS safety FROM inventory_stage GROUP BY 1, 2
), changed AS (
    UPDATE inventory_balance b SET on_hand = b.on_hand + t.quantity, safety = coalesce(t.safety, b.safety) FROM total t
     WHERE b.variant_id = t.variant_id AND b.warehouse_id = t.warehouse_id
    RETURNING b.variant_id, inventory_crossed(b.warehouse_id,
        old.on_hand - old.reserved - old.safety + old.backorder,
        new.on_hand - new.reserved - new.safety + new.backorder) AS crossed
)
SELECT DISTINCT variant_id FROM changed WHERE crossed
"""


def bulk_receive(rows: Iterable[StockRow], *, reason: str = "", reference: str = "", actor: Actor) -> int:
    """Receive any number of items at once (opening stock, imports), by COPY; returns how many rows. All or nothing."""
    actor.require(RECEIVE)
    ids, now = {w.code: w.id for w in queries.warehouses()}, clock.now()

    def records() -> Iterable[tuple[UUID, int, Decimal, Decimal | None]]:
        for r in rows:
            if r.warehouse_code not in ids:
                raise NotFound(N_("warehouse"))
            safety = None if r.safety is None else ledger.quantity(r.safety, "safety", least=ledger.ZERO)
            yield r.variant_id, ids[r.warehouse_code], ledger.quantity(r.quantity, least=ledger.ZERO), safety

    with transaction.atomic():
        db.execute(_STAGE)
        sent = db.copy_rows("COPY inventory_stage FROM STDIN", records())
        db.execute("INSERT INTO inventory_balance"
                   " (variant_id, warehouse_id, on_hand, reserved, damaged, incoming, safety, backorder)"
                   " SELECT DISTINCT variant_id, warehouse_id, 0, 0, 0, 0, 0, 0 FROM inventory_stage ORDER BY 1, 2"
                   " ON CONFLICT (variant_id, warehouse_id) DO NOTHING")
        db.execute("SELECT b.id FROM inventory_balance b WHERE (b.variant_id, b.warehouse_id) IN"
                   " (SELECT variant_id, warehouse_id FROM inventory_stage) ORDER BY b.id FOR UPDATE")
        db.execute(
            "INSERT INTO inventory_movement (at, variant_id, warehouse_id, kind, on_hand_delta, damaged_delta, reason,"
            " reference, actor) SELECT %s, variant_id, warehouse_id, 'receipt', quantity, 0, %s, %s, %s"
            " FROM inventory_stage WHERE quantity > 0",
            [now, reason[:120], reference[:80], actor.label[:200]],
        )
        ledger.tell(r.variant_id for r in db.rows(_RAISE))
        db.execute("DROP TABLE inventory_stage")
        audit.record(actor, "inventory.bulk_receive", "inventory.balance", reference, new={"rows": sent}, reason=reason)
    return sent


# The truth behind every cached number, for all variants and warehouses that have any.
TRUTH = """
SELECT variant_id, warehouse_id, sum(on_hand) AS on_hand, sum(damaged) AS damaged, sum(reserved) AS reserved,
       sum(incoming) AS incoming
  FROM (SELECT variant_id, warehouse_id, on_hand_delta AS on_hand, damaged_delta AS damaged, 0 AS reserved,
               0 AS incoming
          FROM inventory_movement
        UNION ALL SELECT variant_id, warehouse_id, 0, 0, quantity, 0 FROM inventory_reservation
        UNION ALL SELECT l.variant_id, t.target_id, 0, 0, 0, l.quantity - l.received_qty
          FROM inventory_transferline l JOIN inventory_transfer t ON t.id = l.transfer_id AND t.state = 'sent') parts
 GROUP BY 1, 2
"""
_REBUILD = f"""
INSERT INTO inventory_balance AS b (variant_id, warehouse_id, on_hand, damaged, reserved, incoming, safety, backorder)
SELECT variant_id, warehouse_id, on_hand, damaged, reserved, incoming, 0, greatest(reserved - on_hand, 0)
  FROM (SELECT coalesce(t.variant_id, o.variant_id) AS variant_id,
               coalesce(t.warehouse_id, o.warehouse_id) AS warehouse_id, coalesce(t.on_hand, 0) AS on_hand,
               coalesce(t.damaged, 0) AS damaged, coalesce(t.reserved, 0) AS reserved,
               coalesce(t.incoming, 0) AS incoming
          FROM ({TRUTH}) t FULL JOIN inventory_balance o
            ON o.variant_id = t.variant_id AND o.warehouse_id = t.warehouse_id) n
ON CONFLICT (variant_id, warehouse_id) DO UPDATE
   SET on_hand = excluded.on_hand, damaged = excluded.damaged, reserved = excluded.reserved,
       incoming = excluded.incoming
 WHERE (b.on_hand, b.damaged, b.reserved, b.incoming)
       IS DISTINCT FROM (excluded.on_hand, excluded.damaged, excluded.reserved, excluded.incoming)
"""  # noqa: S608 our own SQL


def rebuild_balances(*, actor: Actor) -> int:
    """Compute every balance anew from movements, reservations and transfers; returns how many differed."""
    actor.require(MAINTAIN)
    with transaction.atomic():
        db.execute("LOCK TABLE inventory_balance IN EXCLUSIVE MODE")
        changed = db.execute(_REBUILD)
        audit.record(actor, "inventory.rebuild_balances", "inventory.balance", "", new={"changed": changed})
    return changed
