"""Stock actions: what they change, and that a refusal changes nothing."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test.utils import CaptureQueriesContext

from entrepot.inventory import public, queries
from entrepot.inventory.contracts import Allocation, Demand, Destination, LineMove, StockRow
from entrepot.inventory.errors import NotEnoughDamaged, NotEnoughOnHand, NotReserved, OutOfStock, StockIsPromised
from entrepot.inventory.tests.factories import ALICE, BOB, CHARLIE, TEST, make_shop, make_variants
from entrepot.kit import clock, db, invariants
from entrepot.kit.errors import InvalidInput, NotFound, PermissionDenied, StaleVersion
from entrepot.kit.ids import uuid7

pytestmark = pytest.mark.django_db(transaction=True)

D = Decimal


def healthy() -> None:
    found = [v for v in invariants.violations() if v.code.startswith("inventory.")]
    assert found == []


def events() -> int:
    return int(db.value("SELECT count(*) FROM kit_event WHERE name = 'inventory.availability_changed'"))


def test_reserving_is_one_statement_for_any_number_of_lines() -> None:
    shop = make_shop({"main": [50] * 12})
    shop.reserve(shop.demand(1))  # the places are cached now
    for lines in (1, 2, 12):
        with transaction.atomic(), CaptureQueriesContext(connection) as seen:
            public.reserve(
                shop.demand(*[1] * lines),
                owner_id=uuid7(),
                channel_id=shop.channel_id,
                destination=Destination(),
                strategy="priority",
                now=clock.now(),
                actor=ALICE,
            )
        assert len(seen.captured_queries) == 1
    healthy()


def test_a_shortage_names_every_short_line_and_changes_nothing() -> None:
    shop = make_shop({"main": [5, 1, 9]})
    a, b, c = shop.demand(6, 2, 1)
    with pytest.raises(OutOfStock) as refused:
        shop.reserve([a, b, c])
    assert refused.value.params["lines"] == [
        {"line_id": a.line_id, "variant_id": a.variant_id, "available": D(5)},
        {"line_id": b.line_id, "variant_id": b.variant_id, "available": D(1)}]
    assert [shop.balance(i).reserved for i in range(3)] == [0, 0, 0]
    assert db.value("SELECT count(*) FROM inventory_reservation") == 0


def test_an_item_without_any_stock_row_is_short() -> None:
    shop = make_shop()
    with pytest.raises(OutOfStock) as refused:
        shop.reserve([Demand(uuid7(), make_variants(1)[0], D(1))])
    assert refused.value.params["lines"][0]["available"] == 0


def test_lines_that_share_an_item_are_summed() -> None:
    shop = make_shop({"main": [5]})
    first, second = uuid7(), uuid7()
    with pytest.raises(OutOfStock):
        shop.reserve([Demand(first, shop.items[0], D(3)), Demand(second, shop.items[0], D(3))])
    taken = shop.reserve([Demand(first, shop.items[0], D(3)), Demand(second, shop.items[0], D(2))])
    assert {(a.line_id, a.quantity) for a in taken} == {(first, D(3)), (second, D(2))}
    assert shop.available() == 0


def test_a_line_is_split_over_places_in_rank_order() -> None:
    shop = make_shop({"main": [3], "second": [10]})
    taken = shop.reserve(shop.demand(5))
    assert [(a.warehouse_id, a.quantity) for a in sorted(taken, key=lambda a: a.warehouse_id)] == [
        (shop.places["main"].id, D(3)), (shop.places["second"].id, D(2))]


def test_fewest_splits_takes_one_place_that_has_all() -> None:
    shop = make_shop({"main": [3, 0], "second": [1, 5], "third": [9, 9]})
    taken = shop.reserve(shop.demand(2, 1), strategy="fewest_splits")
    assert {a.warehouse_id for a in taken} == {shop.places["third"].id}


def test_fewest_splits_narrows_in_a_second_statement() -> None:
    shop = make_shop({"a": [1, 1, 1], "b": [2, 0, 0], "c": [0, 2, 2]})
    shop.reserve(shop.demand(1), strategy="fewest_splits")
    with transaction.atomic(), CaptureQueriesContext(connection) as seen:
        taken = public.reserve(shop.demand(2, 2, 2), owner_id=uuid7(), channel_id=shop.channel_id,
                               destination=Destination(), strategy="fewest_splits", now=clock.now(), actor=ALICE)
    statements = [q for q in seen.captured_queries if "inventory_reserve" in q["sql"]]
    assert len(statements) == 2
    assert {a.warehouse_id for a in taken} == {shop.places["b"].id, shop.places["c"].id}
    healthy()


def test_nearest_serves_from_the_closer_place() -> None:
    shop = make_shop({"berlin": [5], "madrid": [5]}, details={
        "berlin": {"latitude": 52.52, "longitude": 13.40}, "madrid": {"latitude": 40.42, "longitude": -3.70}})
    to_lisbon = Destination(country="PT", latitude=38.72, longitude=-9.14)
    assert shop.reserve(shop.demand(1), strategy="nearest", to=to_lisbon)[0].warehouse_id == shop.places["madrid"].id


def test_pick_up_is_served_by_that_store_only() -> None:
    shop = make_shop({"main": [9], "store": [2]}, details={"store": {"kind": "store", "pickup": True, "ships": False}})
    here = Destination(pickup_warehouse_id=shop.places["store"].id)
    assert shop.reserve(shop.demand(2), to=here)[0].warehouse_id == shop.places["store"].id
    with pytest.raises(OutOfStock):
        shop.reserve(shop.demand(1), to=here)
    with pytest.raises(OutOfStock):  # a warehouse is no pick-up place
        shop.reserve(shop.demand(1), to=Destination(pickup_warehouse_id=shop.places["main"].id))


def test_a_store_that_does_not_ship_serves_no_parcel() -> None:
    shop = make_shop({"main": [1], "store": [5]}, details={"store": {"pickup": True, "ships": False}})
    with pytest.raises(OutOfStock) as refused:
        shop.reserve(shop.demand(2))
    assert refused.value.params["lines"][0]["available"] == 1
    assert shop.available() == 1


def test_safety_stock_and_buffer_are_kept_back() -> None:
    shop = make_shop({"main": [10]})
    public.set_levels(shop.items[0], "main", safety=D(3), actor=BOB)
    public.serve_channel("web", "main", D(2), actor=BOB)
    assert shop.available() == 5
    shop.reserve(shop.demand(5))
    with pytest.raises(OutOfStock):
        shop.reserve(shop.demand(1))


def test_shelves_of_all_places_come_before_backorders() -> None:
    shop = make_shop({"main": [1], "second": [1]})
    public.set_levels(shop.items[0], "main", backorder=D(4), actor=BOB)
    known = public.available(shop.channel_id, shop.items)[shop.items[0]]
    assert (known.quantity, known.in_stock_qty, known.backorder) == (6, 2, True)
    taken = {a.warehouse_id: a.quantity for a in shop.reserve(shop.demand(3))}
    assert taken == {shop.places["main"].id: 2, shop.places["second"].id: 1}
    healthy()


def test_a_checkout_uses_up_its_own_hold() -> None:
    shop = make_shop({"main": [5]})
    checkout = uuid7()
    shop.hold(checkout, shop.demand(5))
    with pytest.raises(OutOfStock):
        shop.reserve(shop.demand(1))
    shop.reserve(shop.demand(4), replaces=checkout)
    assert shop.balance().reserved == 4
    assert public.reservations_of(checkout) == []
    healthy()


def test_a_hold_becomes_the_orders_where_it_lies() -> None:
    shop = make_shop({"main": [2, 9], "second": [5, 9]})
    checkout, order, demands = uuid7(), uuid7(), shop.demand(4, 1)
    shop.hold(checkout, demands)
    held, before = public.reservations_of(checkout), [shop.balance(0, p).reserved for p in shop.places]
    with CaptureQueriesContext(connection) as seen:
        taken = shop.confirm(checkout, demands, owner=order)
    assert len([q for q in seen if "inventory_" in q["sql"]]) == 1
    assert sorted(map(str, taken)) == sorted(map(str, held)) == sorted(map(str, public.reservations_of(order)))
    assert len(held) == 3
    assert [shop.balance(0, p).reserved for p in shop.places] == before
    assert public.reservations_of(checkout) == []
    assert public.expire_holds(clock.now() + timedelta(days=1), actor=TEST) == 0
    healthy()


@pytest.mark.parametrize("why", ["more", "less", "another line", "too late", "a place that serves no longer"])
def test_a_hold_that_is_not_just_what_is_asked_for_stays_as_it_is(why: str) -> None:
    shop = make_shop({"main": [5]})
    checkout, demands, late = uuid7(), shop.demand(3), timedelta(0)
    shop.hold(checkout, demands)
    line = demands[0].line_id
    if why in ("more", "less"):
        demands = shop.demand({"more": 4, "less": 2}[why], line_ids=[line])
    elif why == "another line":
        demands = shop.demand(3)
    elif why == "too late":
        late = timedelta(minutes=16)
    else:
        public.stop_serving("web", "main", actor=TEST)
    before = public.reservations_of(checkout)
    with clock.at(clock.now() + late):
        assert shop.confirm(checkout, demands) == []
    assert (public.reservations_of(checkout), shop.balance().reserved) == (before, 3)
    healthy()


def test_a_refused_new_hold_leaves_the_old_one() -> None:
    shop = make_shop({"main": [5]})
    checkout = uuid7()
    shop.hold(checkout, shop.demand(2))
    with pytest.raises(OutOfStock):
        shop.hold(checkout, shop.demand(6))
    assert [a.quantity for a in public.reservations_of(checkout)] == [2]
    shop.hold(checkout, [])
    assert shop.balance().reserved == 0


def test_expired_holds_give_way_at_once_when_stock_runs_short() -> None:
    shop = make_shop({"main": [5]})
    with clock.at(clock.now() - timedelta(hours=1)):
        shop.hold(uuid7(), shop.demand(5))
    assert shop.reserve(shop.demand(5))[0].quantity == 5
    healthy()


def test_holds_expire_on_schedule() -> None:
    shop = make_shop({"main": [5]})
    shop.hold(uuid7(), shop.demand(2), minutes=15)
    shop.hold(uuid7(), shop.demand(3), minutes=60)
    before = events()
    assert public.expire_holds(clock.now() + timedelta(minutes=16), actor=TEST) == 1
    assert shop.available() == 2
    assert events() == before + 1  # it was sold out and came back
    assert public.expire_holds(clock.now() + timedelta(minutes=16), actor=TEST) == 0
    healthy()


def test_an_event_only_when_stock_runs_out_or_comes_back() -> None:
    shop = make_shop({"main": [3]})
    before = events()
    shop.reserve(shop.demand(1))
    assert events() == before
    shop.reserve(shop.demand(2))
    assert events() == before + 1
    public.receive(shop.items[0], "main", D(1), actor=BOB)
    assert events() == before + 2
    public.receive(shop.items[0], "main", D(1), actor=BOB)
    assert events() == before + 2


def release(shop: object, owner: object, **more: object) -> list[Allocation]:
    with transaction.atomic():
        return public.release(owner, now=clock.now(), actor=ALICE, **more)  # type: ignore[arg-type]


def test_release_whole_and_in_part() -> None:
    shop = make_shop({"main": [3], "second": [5]})
    order, line = uuid7(), uuid7()
    shop.reserve(shop.demand(5, line_ids=[line]), owner=order)
    main, second = shop.places["main"].id, shop.places["second"].id
    wanted = [Allocation(line, shop.items[0], main, D(1)), Allocation(line, shop.items[0], second, D(9))]
    freed = release(shop, order, parts=wanted)  # as far as it is reserved there
    assert {a.warehouse_id: a.quantity for a in freed} == {main: 1, second: 2}
    assert shop.balance().reserved == 2
    assert sum(a.quantity for a in release(shop, order)) == 2
    assert release(shop, order) == []
    healthy()


def ship(order: object, allocations: list[Allocation]) -> None:
    with transaction.atomic():
        public.ship(order, allocations, reference="O-1", now=clock.now(), actor=BOB)  # type: ignore[arg-type]


def test_ship_in_parts() -> None:
    shop = make_shop({"main": [5]})
    order, line = uuid7(), uuid7()
    (whole,) = shop.reserve(shop.demand(4, line_ids=[line]), owner=order)
    ship(order, [Allocation(line, whole.variant_id, whole.warehouse_id, D(1))])
    assert (shop.balance().on_hand, shop.balance().reserved) == (4, 3)
    with pytest.raises(NotReserved):
        ship(order, [Allocation(line, whole.variant_id, whole.warehouse_id, D(4))])
    ship(order, [Allocation(line, whole.variant_id, whole.warehouse_id, D(3))])
    assert (shop.balance().on_hand, shop.balance().reserved) == (1, 0)
    sold = db.rows("SELECT kind, on_hand_delta, reference FROM inventory_movement WHERE kind = 'sale' ORDER BY id")
    assert [(r.on_hand_delta, r.reference) for r in sold] == [(-1, "O-1"), (-3, "O-1")]
    healthy()


def test_a_backorder_ships_only_when_goods_are_there() -> None:
    shop = make_shop({"main": [1]})
    public.set_levels(shop.items[0], "main", backorder=D(5), actor=BOB)
    order = uuid7()
    taken = shop.reserve(shop.demand(3), owner=order)
    with pytest.raises(NotEnoughOnHand):
        ship(order, taken)
    public.receive(shop.items[0], "main", D(2), actor=BOB)
    ship(order, taken)
    assert shop.balance().on_hand == 0
    healthy()


def test_split_and_merge_of_orders_move_promises() -> None:
    shop = make_shop({"main": [3], "second": [5]})
    order, other, line, moved = uuid7(), uuid7(), uuid7(), uuid7()
    shop.reserve(shop.demand(5, line_ids=[line]), owner=order)
    with transaction.atomic():
        public.reassign(order, other, [LineMove(line, moved, D(3))], now=clock.now(), actor=BOB)
    assert sum(a.quantity for a in public.reservations_of(order)) == 2
    assert {(a.line_id, a.warehouse_id, a.quantity) for a in public.reservations_of(other)} == {
        (moved, shop.places["second"].id, D(2)), (moved, shop.places["main"].id, D(1))}
    healthy()
    with transaction.atomic():
        public.reassign(other, order, [LineMove(moved, line)], now=clock.now(), actor=BOB)
    assert sum(a.quantity for a in public.reservations_of(order)) == 5
    assert public.reservations_of(other) == []
    healthy()


def test_goods_come_back_good_damaged_or_not_at_all() -> None:
    shop = make_shop({"main": [1]})
    item, place = shop.items[0], shop.places["main"].id
    with transaction.atomic():
        public.take_back([(item, place, D(1), "good"), (item, place, D(2), "damaged"), (item, place, D(3), "lost")],
                         reference="R-1", reason="return", now=clock.now(), actor=BOB)
    assert (shop.balance().on_hand, shop.balance().damaged) == (2, 2)
    assert db.value("SELECT sum(damaged_delta) FROM inventory_movement WHERE kind = 'write_off'") == -3
    healthy()


def test_a_count_with_a_stale_expectation_changes_nothing() -> None:
    shop = make_shop({"main": [5]})
    with pytest.raises(StaleVersion):
        public.adjust(shop.items[0], "main", set_to=D(9), expected_on_hand=D(4), reason="count", actor=BOB)
    assert shop.balance().on_hand == 5
    assert (
        public.adjust(shop.items[0], "main", set_to=D(9), expected_on_hand=D(5), reason="count", actor=BOB).on_hand == 9
    )
    assert public.adjust(shop.items[0], "main", delta=D("-0.5"), reason="spill", actor=BOB).on_hand == D("8.5")
    healthy()


def test_holds_yield_to_a_count_but_orders_do_not() -> None:
    shop = make_shop({"main": [10]})
    order, soon, later = uuid7(), uuid7(), uuid7()
    shop.reserve(shop.demand(4), owner=order)
    shop.hold(soon, shop.demand(3), minutes=5)
    shop.hold(later, shop.demand(3), minutes=50)
    public.adjust(shop.items[0], "main", set_to=D(7), reason="count", actor=BOB)
    assert public.reservations_of(soon) == []
    assert len(public.reservations_of(later)) == 1
    with pytest.raises(StockIsPromised):
        public.adjust(shop.items[0], "main", set_to=D(3), reason="count", actor=BOB)
    assert len(public.reservations_of(later)) == 1  # the refusal took nothing
    healthy()


@pytest.mark.parametrize("bad", [{"delta": D(-6)}, {"set_to": D(-1)}, {}, {"delta": D(1), "set_to": D(1)},
                                 {"delta": D("0.0001")}, {"set_to": D("NaN")}, {"delta": D("1e30")}])
def test_impossible_adjustments_are_refused(bad: dict[str, Decimal]) -> None:
    shop = make_shop({"main": [5]})
    with pytest.raises(InvalidInput):
        public.adjust(shop.items[0], "main", reason="count", actor=BOB, **bad)  # type: ignore[arg-type]
    assert shop.balance().on_hand == 5


def test_damage_restore_and_write_off() -> None:
    shop = make_shop({"main": [5]})
    item = shop.items[0]
    public.mark_damaged(item, "main", D(3), reason="dropped", actor=BOB)
    public.restore_damaged(item, "main", D(1), reason="repaired", actor=BOB)
    after = public.write_off(item, "main", D(2), reason="scrap", actor=BOB)
    assert (after.on_hand, after.damaged) == (3, 0)
    with pytest.raises(NotEnoughDamaged):
        public.write_off(item, "main", D(1), reason="scrap", actor=BOB)
    with pytest.raises(NotEnoughOnHand):
        public.mark_damaged(item, "main", D(4), reason="dropped", actor=BOB)
    healthy()


def test_bulk_receipt_by_copy() -> None:
    shop = make_shop({"main": [1, 0, 0]})
    rows = [StockRow(i, "main", D(7), safety=D(1)) for i in shop.items] + [StockRow(shop.items[0], "main", D(2))]
    assert public.bulk_receive(rows, reference="import", actor=BOB) == 4
    assert [shop.balance(i).on_hand for i in range(3)] == [10, 7, 7]
    with pytest.raises(NotFound):
        public.bulk_receive([StockRow(shop.items[0], "nowhere", D(1))], actor=BOB)
    assert shop.balance().on_hand == 10
    healthy()


def test_strangers_change_nothing() -> None:
    shop = make_shop({"main": [5]})
    item = shop.items[0]
    for act in (lambda: public.adjust(item, "main", delta=D(1), reason="x", actor=CHARLIE),
                lambda: public.receive(item, "main", D(1), actor=CHARLIE),
                lambda: public.set_levels(item, "main", safety=D(1), actor=CHARLIE),
                lambda: public.mark_damaged(item, "main", D(1), reason="x", actor=CHARLIE),
                lambda: public.create_warehouse("x", {"en": "X"}, actor=CHARLIE),
                lambda: public.serve_channel("web", "main", actor=CHARLIE),
                lambda: public.create_transfer("main", "main", {item: D(1)}, actor=CHARLIE),
                lambda: public.rebuild_balances(actor=CHARLIE),
                lambda: public.bulk_receive([], actor=CHARLIE)):
        with pytest.raises(PermissionDenied):
            act()
    assert shop.balance().on_hand == 5


def test_unknown_items_and_places_are_refused() -> None:
    shop = make_shop()
    before, _ = queries.running_ledger(limit=10)
    with pytest.raises(NotFound):
        public.receive(uuid7(), "main", D(1), actor=BOB)
    with pytest.raises(NotFound):
        public.receive(shop.items[0], "nowhere", D(1), actor=BOB)
    with pytest.raises(InvalidInput):
        shop.reserve(shop.demand(1), strategy="astrology")
    assert queries.running_ledger(limit=10)[0] == before


def test_the_ledger_refuses_changes() -> None:
    make_shop()
    for sql in ("UPDATE inventory_movement SET on_hand_delta = 99", "DELETE FROM inventory_movement",
                "TRUNCATE inventory_movement"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            db.execute(sql)
    assert db.value("SELECT on_hand_delta FROM inventory_movement") == 10


@pytest.mark.parametrize(
    "sql", ["on_hand = -1", "reserved = -1", "damaged = -1", "incoming = -1", "reserved = on_hand + 1"]
)
def test_the_database_refuses_impossible_balances(sql: str) -> None:
    make_shop()
    with pytest.raises(DatabaseError), transaction.atomic():
        db.execute(f"UPDATE inventory_balance SET {sql}")  # noqa: S608 our own SQL
    healthy()


def test_a_history_of_stock_is_told_and_takes_nothing_that_orders_were_promised() -> None:
    shop = make_shop({"main": [10, 0]})
    shop.reserve(shop.demand(8))
    found = [(clock.now(), shop.items[1], "adjustment", D(5), "found", "row:1")]
    before = events()
    assert public.import_movements("main", found, actor=TEST) == 1
    assert public.import_movements("main", found, actor=TEST) == 0
    assert (events() - before, shop.balance(1).on_hand) == (1, 5)
    with pytest.raises(StockIsPromised):
        public.import_movements("main", [(clock.now(), shop.items[0], "adjustment", D(-5), "lost", "row:2")],
                                actor=TEST)
    assert shop.balance().on_hand == 10
