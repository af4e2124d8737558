"""Stock moves from one place to another: draft, sent, received."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from entrepot.inventory import ledger, queries
from entrepot.inventory.contracts import TransferState, TransferView
from entrepot.inventory.errors import StockIsPromised, TooMuchReceived, TransferStateForbids, WarehouseClosed
from entrepot.inventory.models import Movement, Transfer, TransferLine, Warehouse
from entrepot.inventory.permissions import TRANSFER
from entrepot.kit import audit, clock, db
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, InvalidInput, NotFound

Entry, Kind, State = ledger.Entry, Movement.Kind, TransferState


def create_transfer(source_code: str, target_code: str, quantities: Mapping[UUID, Decimal], *, note: str = "",
                    actor: Actor) -> TransferView:
    """A draft: nothing moves yet."""
    actor.require(TRANSFER)
    if not quantities:
        raise InvalidInput("lines", N_("A transfer needs at least one line."))
    lines = {variant: ledger.quantity(q) for variant, q in quantities.items()}
    with transaction.atomic():
        source, target = queries.warehouse_id(source_code), queries.warehouse_id(target_code)
        if source == target:
            raise InvalidInput("target", N_("Choose two different places."))
        queries.require_variants(lines)
        number = f"T{db.value('SELECT nextval(%s)', ['inventory_transfer_number']):06d}"
        transfer = Transfer.objects.create(number=number, source_id=source, target_id=target, note=note[:200],
                                           created_at=clock.now())
        TransferLine.objects.bulk_create(
            TransferLine(transfer=transfer, variant_id=v, quantity=q) for v, q in lines.items()
        )
        audit.record(
            actor,
            "inventory.create_transfer",
            "inventory.transfer",
            transfer.id,
            new={
                "number": number,
                "from": source_code,
                "to": target_code,
                "lines": {str(v): q for v, q in lines.items()},
            },
        )
        return queries.get_transfer(transfer.id)


def _locked(transfer_id: UUID, *states: TransferState) -> tuple[Transfer, list[TransferLine]]:
    transfer = Transfer.objects.select_for_update().filter(id=transfer_id).first()
    if transfer is None:
        raise NotFound(N_("transfer"))
    if transfer.state not in states:
        raise TransferStateForbids(state=str(transfer.state))
    return transfer, list(transfer.lines.order_by("id"))


_INCOMING = """
UPDATE inventory_balance b SET incoming = b.incoming + d.quantity
  FROM unnest(%s::uuid[], %s::numeric[]) AS d(variant_id, quantity)
 WHERE b.variant_id = d.variant_id AND b.warehouse_id = %s
"""


def _expect(target_id: int, quantities: Mapping[UUID, Decimal]) -> None:
    db.execute(_INCOMING, [list(quantities), list(quantities.values()), target_id])


def send_transfer(transfer_id: UUID, *, actor: Actor) -> TransferView:
    """The goods leave the source; the target expects them. Only what is free may go: promises stay covered."""
    actor.require(TRANSFER)
    now = clock.now()
    with transaction.atomic():
        transfer, lines = _locked(transfer_id, State.DRAFT)
        _require_open(transfer.target_id)
        places = {(line.variant_id, w) for line in lines for w in (transfer.source_id, transfer.target_id)}
        balances = ledger.lock(places, create=True)
        for line in lines:
            _require_free(balances[line.variant_id, transfer.source_id], line.quantity)
        out = [Entry(line.variant_id, transfer.source_id, Kind.TRANSFER_OUT, on_hand=-line.quantity) for line in lines]
        ledger.book(out, reason="", reference=transfer.number, now=now, actor=actor)
        _expect(transfer.target_id, {line.variant_id: line.quantity for line in lines})
        return _to(transfer, State.SENT, actor, "inventory.send_transfer", sent_at=now)


def _require_open(place_id: int) -> None:
    """Not closed, nor by anybody else before this is done: who closes it looks whether something is expected there."""
    place = Warehouse.objects.select_for_update(no_key=True).get(pk=place_id)
    if not place.is_active:
        raise WarehouseClosed(place=place.code)


def _require_free(balance: Any, wanted: Decimal) -> None:
    ledger.require_on_hand(balance, wanted)
    if balance.on_hand - wanted + balance.backorder < balance.reserved:
        raise StockIsPromised(reserved=balance.reserved)


def receive_transfer(transfer_id: UUID, quantities: Mapping[UUID, Decimal] | None = None, *, close: bool = False,
                     actor: Actor) -> TransferView:
    """All that is still on its way arrives, or the given quantities. `close` writes off what never arrived."""
    actor.require(TRANSFER)
    now = clock.now()
    with transaction.atomic():
        transfer, lines = _locked(transfer_id, State.SENT)
        open_qty = {line.variant_id: line.quantity - line.received_qty for line in lines}
        arrived = _arriving(open_qty, quantities)
        lost = {v: q - arrived.get(v, ledger.ZERO) for v, q in open_qty.items()} if close else {}
        ledger.lock((v, transfer.target_id) for v in open_qty)
        target = transfer.target_id
        entries = [Entry(v, target, Kind.TRANSFER_IN, on_hand=q) for v, q in arrived.items() if q]
        for v, q in lost.items():
            if q:
                entries += [Entry(v, target, Kind.TRANSFER_IN, on_hand=q), Entry(v, target, Kind.WRITE_OFF, on_hand=-q)]
        ledger.book(entries, reason="", reference=transfer.number, now=now, actor=actor)
        settled = {v: arrived.get(v, ledger.ZERO) + lost.get(v, ledger.ZERO) for v in open_qty}
        _expect(target, {v: -q for v, q in settled.items()})
        _note_received(lines, settled)
        done = all(line.received_qty == line.quantity for line in lines)
        return _to(transfer, State.RECEIVED if done else State.SENT, actor, "inventory.receive_transfer",
                   received_at=now if done else None, new={"arrived": arrived, "lost": lost})


def _arriving(open_qty: Mapping[UUID, Decimal], quantities: Mapping[UUID, Decimal] | None) -> dict[UUID, Decimal]:
    if quantities is None:
        return dict(open_qty)
    for variant_id, amount in quantities.items():
        ledger.quantity(amount, least=ledger.ZERO)
        if amount > open_qty.get(variant_id, ledger.ZERO):
            raise TooMuchReceived(open=open_qty.get(variant_id, ledger.ZERO))
    return dict(quantities)


def _note_received(lines: list[TransferLine], settled: Mapping[UUID, Decimal]) -> None:
    for line in lines:
        line.received_qty += settled.get(line.variant_id, ledger.ZERO)
    TransferLine.objects.bulk_update(lines, ["received_qty"])


def cancel_transfer(transfer_id: UUID, *, actor: Actor) -> TransferView:
    """A draft is dropped; of a sent one, what has not arrived goes back to the source."""
    actor.require(TRANSFER)
    now = clock.now()
    with transaction.atomic():
        transfer, lines = _locked(transfer_id, State.DRAFT, State.SENT)
        back = {line.variant_id: line.quantity - line.received_qty for line in lines}
        if transfer.state == State.SENT:
            ledger.lock(((v, w) for v in back for w in (transfer.source_id, transfer.target_id)), create=True)
            entries = [Entry(v, transfer.source_id, Kind.TRANSFER_IN, on_hand=q) for v, q in back.items() if q]
            ledger.book(entries, reason="", reference=transfer.number, now=now, actor=actor)
            _expect(transfer.target_id, {v: -q for v, q in back.items()})
        return _to(transfer, State.CANCELLED, actor, "inventory.cancel_transfer")


def _to(transfer: Transfer, state: TransferState, actor: Actor, action: str, *, new: Any = None,
        **stamps: Any) -> TransferView:
    old = transfer.state
    fields = {"state": state.value, **stamps}
    Transfer.objects.filter(id=transfer.id).update(**fields)
    details = {k: {str(v): q for v, q in part.items()} for k, part in (new or {}).items()}
    audit.record(
        actor, action, "inventory.transfer", transfer.id, old={"state": str(old)}, new={"state": state, **details}
    )
    return queries.get_transfer(transfer.id)
