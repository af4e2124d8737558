"""Stock counts: a sheet is opened, counted (blind or not), looked at, and its differences booked all at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from entrepot.catalog import public as catalog
from entrepot.inventory import counts, ledger, queries
from entrepot.inventory.actions.stock import make_room
from entrepot.inventory.contracts import CountState, CountView
from entrepot.inventory.errors import CountNotWhole, CountRefused, CountStateForbids, StockIsPromised, UnknownSkus
from entrepot.inventory.models import Count, CountLine, Movement
from entrepot.inventory.permissions import ADJUST, COUNT
from entrepot.kit import audit, clock, db
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, InvalidInput, NotFound

MOST = 2000  # items of one sheet
NAMED = 5  # of the SKUs that do not exist


def open_count(warehouse_code: str, *, category_id: int | None = None, skus: Iterable[str] = (), blind: bool = True,
               note: str = "", actor: Actor) -> CountView:
    """A sheet of everything that lies in a place, of a category of it, or of some SKUs."""
    actor.require(COUNT)
    wanted = [s for sku in skus if (s := sku.strip())]
    now = clock.now()
    with transaction.atomic():
        place = queries.warehouse_id(warehouse_code)
        items = _of_skus(wanted) if wanted else _lying_there(place, category_id)
        if not items:
            raise InvalidInput("warehouse", N_("There is nothing to count there."))
        if len(items) > MOST:
            raise InvalidInput("category", N_("That is too much for one sheet. Count one category at a time."))
        number = f"C{db.value('SELECT nextval(%s)', ['inventory_count_number']):06d}"
        count = Count.objects.create(number=number, warehouse_id=place, is_blind=blind, note=note[:200],
                                     opened_by=actor.label[:200], opened_at=now)
        CountLine.objects.bulk_create(CountLine(count=count, variant_id=v) for v in items)
        audit.record(actor, "inventory.open_count", "inventory.count", count.id,
                     new={"number": number, "warehouse": warehouse_code, "items": len(items), "blind": blind})
        return counts.get_count(count.id)


def _of_skus(skus: list[str]) -> list[UUID]:
    named = list(dict.fromkeys(skus))
    if len(named) > MOST:
        raise InvalidInput("skus", N_("That is too much for one sheet. Count one category at a time."))
    found = {sku: catalog.find_variant(sku) for sku in named}
    missing = [sku for sku, facts in found.items() if facts is None]
    if missing:
        raise UnknownSkus(field="skus", skus=", ".join(missing[:NAMED]) + (" …" if len(missing) > NAMED else ""))
    return [facts.id for facts in found.values() if facts]


def _lying_there(place: int, category_id: int | None) -> list[UUID]:
    held = [r.variant_id for r in db.rows(
        "SELECT variant_id FROM inventory_balance WHERE warehouse_id = %s"
        " AND (on_hand, reserved, damaged) <> (0, 0, 0) ORDER BY variant_id", [place])]
    if category_id is None:
        return held
    facts = catalog.variant_facts(held)
    return [v for v in held if v in facts and category_id in facts[v].category_ids]


def _locked(count_id: UUID, *states: CountState) -> Count:
    count = Count.objects.select_for_update().filter(id=count_id).first()
    if count is None:
        raise NotFound(N_("stock count"))
    if count.state not in states:
        raise CountStateForbids
    return count


_TALLY = """
INSERT INTO inventory_tally (line_id, counted_qty, expected_qty, at, actor)
SELECT l.id, c.quantity, coalesce(b.on_hand, 0), %(at)s, %(actor)s
  FROM unnest(%(variants)s::uuid[], %(quantities)s::numeric[]) AS c(variant_id, quantity)
  JOIN inventory_countline l ON l.count_id = %(count)s AND l.variant_id = c.variant_id
  LEFT JOIN inventory_balance b ON b.variant_id = c.variant_id AND b.warehouse_id = %(place)s
"""


def tally(count_id: UUID, found: Mapping[UUID, Decimal], *, actor: Actor) -> CountView:
    """Write down what was counted, beside what the books say at this moment; counting again is another tally."""
    actor.require(COUNT)
    quantities = {v: ledger.quantity(q, least=ledger.ZERO) for v, q in found.items()}
    now = clock.now()
    with transaction.atomic():
        count = _locked(count_id, CountState.COUNTING, CountState.REVIEW)
        ledger.lock((v, count.warehouse_id) for v in quantities)
        written = db.execute(_TALLY, {
            "at": now, "actor": actor.label[:200], "variants": list(quantities),
            "quantities": list(quantities.values()), "count": count.id, "place": count.warehouse_id})
        if written != len(quantities):
            raise InvalidInput("items", N_("An item is not on this sheet."))
        audit.record(actor, "inventory.tally", "inventory.count", count.id, new={"items": written})
        return counts.get_count(count.id)


def close_count(count_id: UUID, *, missing_as_zero: bool = False, actor: Actor) -> CountView:
    """Counting is over: the differences can be seen. What nobody counted must be, or counts as none at all."""
    actor.require(COUNT)
    with transaction.atomic():
        count = _locked(count_id, CountState.COUNTING)
        uncounted = [r.variant_id for r in counts.lines_of(count.id) if not r.tallies]
        if uncounted and not missing_as_zero:
            raise CountNotWhole(open=len(uncounted))
        if uncounted:
            tally(count.id, dict.fromkeys(uncounted, ledger.ZERO), actor=actor)
        return _to(count, CountState.REVIEW, "inventory.close_count", actor)


def reopen_count(count_id: UUID, *, actor: Actor) -> CountView:
    """Count again: differences that nobody believes."""
    actor.require(COUNT)
    with transaction.atomic():
        return _to(_locked(count_id, CountState.REVIEW), CountState.COUNTING, "inventory.reopen_count", actor)


def cancel_count(count_id: UUID, *, actor: Actor) -> CountView:
    """Nothing is booked; what was counted stays on record."""
    actor.require(COUNT)
    with transaction.atomic():
        count = _locked(count_id, CountState.COUNTING, CountState.REVIEW)
        return _to(count, CountState.CANCELLED, "inventory.cancel_count", actor, closed_at=clock.now())


def post_count(count_id: UUID, *, reason: str = "", actor: Actor) -> CountView:
    """Book every difference, all or none.

    A difference is what was counted less what the books said at that moment, so that what was sold or received since
    stays as it is. Holds of carts give way; what is promised to orders does not: CountRefused.
    """
    actor.require(ADJUST)
    now = clock.now()
    with transaction.atomic():
        count = _locked(count_id, CountState.REVIEW)
        counted = [r.variant_id for r in counts.lines_of(count.id) if r.difference]
        balances = ledger.lock(((v, count.warehouse_id) for v in counted), create=True)
        # read again: another count of the same items may have been booked while this one waited
        differences = {r.variant_id: r.difference for r in counts.lines_of(count.id)
                       if r.difference and (r.variant_id, count.warehouse_id) in balances}
        for variant_id, difference in differences.items():
            _require_possible(balances[variant_id, count.warehouse_id], difference, now)
        ledger.book([ledger.Entry(v, count.warehouse_id, Movement.Kind.ADJUSTMENT, on_hand=d)
                     for v, d in differences.items()],
                    reason=reason.strip() or count.note or "count", reference=count.number, now=now, actor=actor)
        return _to(count, CountState.POSTED, "inventory.post_count", actor, closed_at=now,
                   new={str(v): d for v, d in differences.items()})


def _require_possible(balance: Any, difference: Decimal, now: datetime) -> None:
    after = balance.on_hand + difference
    try:
        if after < 0:
            raise StockIsPromised(reserved=balance.reserved)
        make_room(balance, after, now)
    except StockIsPromised as error:
        sku = queries.skus([balance.variant_id]).get(balance.variant_id, "")
        raise CountRefused(sku=sku, reserved=balance.reserved, counted=max(after, ledger.ZERO)) from error


def _to(count: Count, state: CountState, action: str, actor: Actor, *, closed_at: datetime | None = None,
        new: Mapping[str, Decimal] | None = None) -> CountView:
    old = count.state
    Count.objects.filter(id=count.id).update(state=state, closed_at=closed_at,
                                             closed_by=actor.label[:200] if closed_at else "")
    audit.record(actor, action, "inventory.count", count.id, old={"state": str(old)},
                 new={"state": state, "differences": dict(new or {})})
    return counts.get_count(count.id)

