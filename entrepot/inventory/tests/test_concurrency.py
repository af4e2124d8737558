"""Many buyers at once, on real connections: first the race without the guard, then with it."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from entrepot.inventory import public
from entrepot.inventory.contracts import Demand, Destination, StockRow
from entrepot.inventory.errors import OutOfStock
from entrepot.inventory.tests.factories import ALICE, BOB, TEST, Shop, make_shop
from entrepot.inventory.tests.test_actions import healthy
from entrepot.kit import clock, db
from entrepot.kit.ids import uuid7

pytestmark = pytest.mark.django_db(transaction=True)

D = Decimal


def at_once(jobs: Sequence[Callable[[], object]], *, threads: int = 16) -> Counter[str]:
    """Run jobs on real connections, started together; counts what they returned or raised."""
    results: Counter[str] = Counter()
    queue, guard, start = list(jobs), threading.Lock(), threading.Barrier(min(threads, len(jobs)))

    def worker() -> None:
        start.wait()
        try:
            while True:
                with guard:
                    if not queue:
                        return
                    job = queue.pop()
                try:
                    outcome = str(job())
                except Exception as error:
                    outcome = type(error).__name__
                with guard:
                    results[outcome] += 1
        finally:
            connection.close()

    workers = [threading.Thread(target=worker) for _ in range(start.parties)]
    for w in workers:
        w.start()
    for w in workers:
        w.join()
    return results


def buy(shop: Shop, demands: Sequence[Demand]) -> Callable[[], str]:
    def job() -> str:
        with transaction.atomic():
            public.reserve(demands, owner_id=uuid7(), channel_id=shop.channel_id, destination=Destination(),
                           strategy="priority", now=clock.now(), actor=ALICE)
        return "bought"
    return job


def test_read_then_write_oversells() -> None:
    """The trap is real: eight buyers read two pieces, all eight believe they may have one."""
    shop = make_shop({"main": [2]})
    all_have_read = threading.Barrier(8)

    def naive() -> str:
        with transaction.atomic():
            free = db.value("SELECT on_hand - reserved FROM inventory_balance WHERE variant_id = %s", [shop.items[0]])
            all_have_read.wait(timeout=20)
            if free < 1:
                return "refused"
            db.execute(
                "INSERT INTO inventory_reservation (variant_id, warehouse_id, kind, owner_id, quantity, created_at)"
                " VALUES (%s, %s, 'firm', %s, 1, now())",
                [shop.items[0], shop.places["main"].id, uuid7()],
            )
        return "bought"

    assert at_once([naive] * 8)["bought"] == 8  # of a stock of 2


def test_one_statement_computed_before_its_lock_breaks_against_the_constraint() -> None:
    """The subtler trap: lock and computation in one statement read the snapshot from before the wait."""
    shop = make_shop({"main": [50]})
    single = ("WITH free AS (SELECT id, on_hand - (SELECT coalesce(sum(quantity), 0) FROM inventory_reservation r"
              " WHERE r.variant_id = b.variant_id) AS n FROM inventory_balance b WHERE variant_id = %s FOR UPDATE)"
              " INSERT INTO inventory_reservation (variant_id, warehouse_id, kind, owner_id, quantity, created_at)"
              " SELECT %s, %s, 'firm', %s, 1, now() FROM free WHERE n >= 1")
    shop.reserve(shop.demand(49))
    locked = threading.Event()

    def buys() -> str:
        done = db.execute(single, [shop.items[0], shop.items[0], shop.places["main"].id, uuid7()])
        return "bought" if done else "refused"

    def first() -> str:
        with transaction.atomic():
            outcome = buys()
            locked.set()
            deadline = time.monotonic() + 30
            while time.monotonic() < deadline and not db.value(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                    " AND wait_event_type = 'Lock'"):
                time.sleep(0.01)
                db.execute("SELECT pg_stat_clear_snapshot()")
        return outcome

    def second() -> str:
        locked.wait(30)
        with transaction.atomic():
            return buys()

    assert at_once([first, second])["bought"] == 2  # one piece was left


def test_two_hundred_buyers_of_fifty_pieces() -> None:
    shop = make_shop({"main": [30], "second": [20]})
    results = at_once([buy(shop, shop.demand(1)) for _ in range(200)])
    assert results == {"bought": 50, "OutOfStock": 150}
    assert db.value("SELECT count(*) FROM inventory_reservation") == 50
    assert shop.available() == 0
    healthy()


def test_bundles_that_share_an_item_cannot_oversell_it() -> None:
    shop = make_shop({"main": [30, 100, 100]})
    shared, left, right = shop.items
    bundles = [[Demand(uuid7(), shared, D(1)), Demand(uuid7(), left, D(1))],
               [Demand(uuid7(), right, D(2)), Demand(uuid7(), shared, D(2))]]
    results = at_once([buy(shop, bundles[n % 2]) for n in range(60)])
    assert set(results) <= {"bought", "OutOfStock"}
    reserved = [shop.balance(i).reserved for i in range(3)]
    assert reserved[0] in (29, 30)
    assert reserved[0] == reserved[1] + reserved[2]
    healthy()


def test_lines_in_opposite_order_do_not_deadlock() -> None:
    shop = make_shop({"main": [500] * 6, "second": [500] * 6})
    chance, jobs = random.Random(7), []
    for _ in range(120):
        mixed = list(shop.items)
        chance.shuffle(mixed)
        jobs.append(buy(shop, [Demand(uuid7(), item, D(1)) for item in mixed]))
    assert at_once(jobs) == {"bought": 120}
    healthy()


def test_locks_out_of_order_deadlock() -> None:
    """The same two rows locked in opposite orders by plain updates: the database has to kill someone."""
    shop = make_shop({"main": [9, 9]})
    both = threading.Barrier(2)

    def crossing(first: UUID, second: UUID) -> Callable[[], str]:
        def job() -> str:
            with transaction.atomic():
                db.execute("UPDATE inventory_balance SET reserved = 0 WHERE variant_id = %s", [first])
                both.wait(timeout=20)
                db.execute("UPDATE inventory_balance SET reserved = 0 WHERE variant_id = %s", [second])
            return "done"
        return job

    results = at_once([crossing(*shop.items), crossing(*reversed(shop.items))])
    assert results["done"] == 1
    assert sum(results.values()) == 2


def test_carts_orders_expiry_shipping_counts_and_releases_together() -> None:
    """Everything that touches the same few balances at once: no deadlock, no error, books in order."""
    shop = make_shop({"main": [40, 40], "second": [40, 40]})
    chance = random.Random(11)

    def cart() -> str:
        checkout, demands = uuid7(), shop.demand(chance.randint(0, 2), chance.randint(1, 2))
        try:
            shop.hold(checkout, demands, minutes=chance.choice([-1, 15]))
            shop.reserve(demands, owner=checkout, replaces=checkout)
        except OutOfStock:
            return "short"
        return "order"

    def sell() -> str:
        order = uuid7()
        try:
            taken = shop.reserve(shop.demand(1, 1), owner=order)
        except OutOfStock:
            return "short"
        with transaction.atomic():
            if chance.random() < 0.5:
                public.ship(order, taken[:1], reference=str(order), now=clock.now(), actor=BOB)
            public.release(order, now=clock.now(), actor=ALICE)
        return "sold"

    def sweep() -> str:
        public.expire_holds(clock.now(), actor=TEST)
        return "swept"

    def receive() -> str:
        public.receive(chance.choice(shop.items), chance.choice(["main", "second"]), D(1), actor=BOB)
        return "received"

    def transfer() -> str:
        try:
            made = public.create_transfer("main", "second", {i: D(1) for i in shop.items}, actor=BOB)
            public.send_transfer(made.id, actor=BOB)
            public.receive_transfer(made.id, actor=BOB)
        except Exception as error:
            return "moved" if type(error).__name__ in ("StockIsPromised", "NotEnoughOnHand") else repr(error)
        return "moved"

    jobs = [cart] * 40 + [sell] * 40 + [sweep] * 15 + [receive] * 15 + [transfer] * 15
    chance.shuffle(jobs)
    results = at_once(jobs, threads=10)
    assert set(results) <= {"order", "short", "sold", "swept", "received", "moved"}
    healthy()


def test_a_hold_that_expires_while_it_is_bought_is_counted_once() -> None:
    shop = make_shop({"main": [20]})
    checkouts = [uuid7() for _ in range(20)]
    with clock.at(clock.now() - timedelta(hours=1)):
        for checkout in checkouts:
            shop.hold(checkout, shop.demand(1))

    def finish(checkout: UUID) -> Callable[[], str]:
        def job() -> str:
            shop.reserve(shop.demand(1), owner=checkout, replaces=checkout)
            return "bought"
        return job

    def sweep() -> str:
        public.expire_holds(clock.now(), actor=TEST)
        return "swept"

    results = at_once([finish(c) for c in checkouts] + [sweep] * 10)
    assert results == {"bought": 20, "swept": 10}
    assert shop.balance().reserved == 20
    healthy()


def test_a_hold_ends_or_is_bought_never_both() -> None:
    """Buyers confirm in the last moment of their holds while the sweep of the next moment runs."""
    shop = make_shop({"main": [40]})
    now, carts = clock.now(), {uuid7(): shop.demand(1) for _ in range(40)}
    for checkout, demands in carts.items():
        shop.hold(checkout, demands, minutes=15)

    def finish(checkout: UUID) -> Callable[[], str]:
        def job() -> str:
            return "bought" if shop.confirm(checkout, carts[checkout]) else "too late"
        return job

    def sweep() -> str:
        public.expire_holds(now + timedelta(hours=1), actor=TEST)
        return "swept"

    results = at_once([*map(finish, list(carts)[:20]), *[sweep] * 3, *map(finish, list(carts)[20:])])
    assert (results["bought"] + results["too late"], results["swept"]) == (40, 3)
    assert shop.balance().reserved == results["bought"]
    healthy()


def test_a_count_ends_no_hold_that_is_being_bought() -> None:
    """The count comes while the buyer's transaction is open, and waits for it."""
    shop = make_shop({"main": [5]})
    checkout, order, demands = uuid7(), uuid7(), shop.demand(4)
    shop.hold(checkout, demands)
    outcome: list[str] = []

    def count() -> None:
        try:
            public.adjust(shop.items[0], "main", set_to=D(1), reason="count", actor=BOB)
        except Exception as error:
            outcome.append(type(error).__name__)
        finally:
            connection.close()

    counting = threading.Thread(target=count)
    with transaction.atomic():
        shop.confirm(checkout, demands, owner=order)
        counting.start()
        while not db.value("SELECT count(*) FROM pg_locks WHERE NOT granted"):
            time.sleep(0.01)
    counting.join()
    assert outcome == ["StockIsPromised"]
    assert [a.quantity for a in public.reservations_of(order)] == [4]
    healthy()


def test_two_counts_of_the_same_shelf_one_wins() -> None:
    shop = make_shop({"main": [10]})

    def count(found: int) -> Callable[[], str]:
        def job() -> str:
            public.adjust(shop.items[0], "main", set_to=D(found), expected_on_hand=D(10), reason="count", actor=BOB)
            return "counted"
        return job

    assert at_once([count(8), count(12)]) == {"counted": 1, "StaleVersion": 1}
    assert shop.balance().on_hand in (8, 12)
    healthy()


def test_the_constraint_stands_even_without_our_code() -> None:
    shop = make_shop({"main": [3]})

    def grab() -> str:
        with transaction.atomic():
            db.execute("UPDATE inventory_balance SET reserved = reserved + 1 WHERE variant_id = %s", [shop.items[0]])
        return "bought"

    results = at_once([grab] * 12)
    assert results["bought"] == 3
    assert shop.balance().reserved == 3
    with pytest.raises(DatabaseError), transaction.atomic():
        grab()


def waits_for_a_lock() -> bool:
    db.value("SELECT pg_stat_clear_snapshot() IS NULL")  # or a transaction sees the sessions of its first look
    return bool(db.value("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                         " AND wait_event_type = 'Lock'"))


def test_history_that_is_imported_while_goods_leave_counts_what_left() -> None:
    """The import sums the ledger behind the lock of the balance: a sale that commits meanwhile is in the sum."""
    shop = make_shop({"main": [10]})
    order = uuid7()
    taken = shop.reserve(shop.demand(4), owner=order)
    before = clock.now() - timedelta(days=3)

    def load() -> None:
        try:
            public.import_movements("main", [(before, shop.items[0], "receipt", D(7), "", "old-1")], actor=TEST)
        finally:
            connection.close()

    loading = threading.Thread(target=load)
    with transaction.atomic():
        public.ship(order, taken, reference="O-1", now=clock.now(), actor=BOB)
        loading.start()
        deadline = time.monotonic() + 30
        while not waits_for_a_lock() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert waits_for_a_lock()
    loading.join()
    assert shop.balance().on_hand == 13
    healthy()


def test_two_imports_of_one_history_at_once_book_it_once() -> None:
    shop = make_shop({"main": [10]})
    history = [(clock.now() - timedelta(days=3), shop.items[0], "receipt", D(1), "", f"old-{n}") for n in range(50)]
    at_once([lambda: public.import_movements("main", history, actor=TEST)] * 4)
    assert shop.balance().on_hand == 60
    healthy()


def test_goods_that_arrive_while_they_are_sold_are_all_accounted_for() -> None:
    shop = make_shop({"main": [5]})
    rows = [StockRow(shop.items[0], "main", D(3)), StockRow(shop.items[0], "main", D(4))]
    jobs: list[Callable[[], object]] = [buy(shop, shop.demand(2)) for _ in range(30)]
    for n in range(6):
        jobs.insert(n * 5, lambda: public.bulk_receive(rows, reference="import", actor=BOB))
    done = at_once(jobs)
    left = shop.balance()
    assert (left.on_hand, done["2"]) == (5 + 6 * 7, 6)
    assert left.reserved == 2 * done["bought"]
    assert done["bought"] + done["OutOfStock"] == 30
    assert left.on_hand - left.reserved >= 0
    healthy()
