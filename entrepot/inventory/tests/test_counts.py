"""Counting: what was counted against what the books said at that moment, all differences booked or none."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from entrepot.identity.tests import factories as people
from entrepot.inventory import public
from entrepot.inventory.contracts import CountState
from entrepot.inventory.errors import CountNotWhole, CountRefused, CountStateForbids
from entrepot.inventory.permissions import COUNT
from entrepot.inventory.tests.factories import BOB, CHARLIE, TEST, make_shop
from entrepot.kit import db
from entrepot.kit.actor import Actor, ActorKind
from entrepot.kit.errors import InvalidInput, PermissionDenied

pytestmark = pytest.mark.django_db(transaction=True)

CLARA = Actor(ActorKind.STAFF, id="clara", label="Clara", permissions=frozenset({"inventory.count", "inventory.read"}))


def counted(count: Any, *quantities: int | None, by: Actor = CLARA) -> Any:
    found = {line.variant_id: Decimal(q) for line, q in zip(count.lines, quantities, strict=True) if q is not None}
    return public.tally(count.id, found, actor=by)


def test_a_sheet_holds_what_lies_there_and_nothing_else() -> None:
    make_shop({"main": [10, 0, 5], "shop": [3]})
    assert public.open_count("main", actor=CLARA).items == 2
    assert public.open_count("shop", skus=["SKU-2"], actor=CLARA).items == 1
    with pytest.raises(InvalidInput):
        public.open_count("main", category_id=12345, actor=CLARA)
    with pytest.raises(PermissionDenied):
        public.open_count("main", actor=CHARLIE)
    assert COUNT.code == "inventory.count"


def test_who_counts_blind_sees_nothing_of_the_books_until_it_is_over() -> None:
    make_shop({"main": [10, 5]})
    blind, open_eyed = public.open_count("main", actor=CLARA), public.open_count("main", blind=False, actor=CLARA)
    assert {line.expected_qty for line in counted(blind, 9, 5).lines} == {None}
    assert [line.difference for line in counted(open_eyed, 9, 5).lines] == [Decimal(-1), Decimal(0)]
    over = public.close_count(blind.id, actor=CLARA)
    assert (over.state, [line.expected_qty for line in over.lines]) == (CountState.REVIEW, [Decimal(10), Decimal(5)])


def test_two_sheets_with_the_same_item_book_its_difference_once() -> None:
    shop = make_shop({"main": [10, 5]})
    first, second = (public.open_count("main", blind=False, actor=CLARA) for _ in range(2))
    counted(first, 8, 5)
    counted(second, 8, 4)
    for count in (first, second):
        public.close_count(count.id, actor=CLARA)
    public.post_count(first.id, actor=BOB)
    assert [line.difference for line in public.get_count(second.id).lines] == [Decimal(0), Decimal(-1)]
    posted = public.post_count(second.id, actor=BOB)
    assert [shop.balance(n).on_hand for n in (0, 1)] == [Decimal(8), Decimal(4)]
    assert [line.difference for line in posted.lines] == [Decimal(0), Decimal(-1)]
    assert [line.difference for line in public.get_count(first.id).lines] == [Decimal(-2), Decimal(0)]


def test_of_two_sheets_the_later_tally_has_the_last_word() -> None:
    shop = make_shop({"main": [10, 10]})
    early, late = (public.open_count("main", blind=False, actor=CLARA) for _ in range(2))
    counted(early, 9, 10)
    counted(late, 8, 9)
    for count in (early, late):
        public.close_count(count.id, actor=CLARA)
    public.post_count(late.id, actor=BOB)
    public.post_count(early.id, actor=BOB)
    assert [shop.balance(n).on_hand for n in (0, 1)] == [Decimal(8), Decimal(9)]
    again = public.open_count("main", actor=CLARA)
    counted(again, 7, 9)
    public.close_count(again.id, actor=CLARA)
    public.post_count(again.id, actor=BOB)
    assert [shop.balance(n).on_hand for n in (0, 1)] == [Decimal(7), Decimal(9)]


def test_a_sheet_leaves_no_sku_out_in_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    make_shop({"main": [10, 5, 3]})
    monkeypatch.setattr("entrepot.inventory.actions.counts.MOST", 2)
    assert public.open_count("main", skus=["SKU-1", "SKU-2", "SKU-1"], actor=CLARA).items == 2
    with pytest.raises(InvalidInput):
        public.open_count("main", skus=["SKU-1", "SKU-2", "SKU-3"], actor=CLARA)


def test_movements_between_counting_and_booking_stay_as_they_are() -> None:
    shop = make_shop({"main": [10, 5]})
    count = public.open_count("main", actor=CLARA)
    counted(count, 8, 5)
    public.receive(shop.items[0], "main", Decimal(4), actor=TEST)
    public.close_count(count.id, actor=CLARA)
    with pytest.raises(PermissionDenied):
        public.post_count(count.id, actor=CLARA)
    public.post_count(count.id, reason="Sunday", actor=BOB)
    assert shop.balance(0).on_hand == 12  # 10 + 4 received - 2 missing
    last = public.running_ledger(sku="SKU-1", limit=1)[0][0]
    assert (last["on_hand_delta"], last["reason"], last["reference"]) == (-2, "Sunday", count.number)


def test_nothing_is_forgotten_and_a_recount_is_kept_beside_the_first() -> None:
    make_shop({"main": [10, 5]})
    count = public.open_count("main", actor=CLARA)
    with pytest.raises(CountNotWhole):
        public.close_count(count.id, actor=CLARA)
    counted(count, 7, None)
    counted(count, 9, None, by=BOB)
    over = public.close_count(count.id, missing_as_zero=True, actor=CLARA)
    assert [(line.counted_qty, line.tallies) for line in over.lines] == [
        (Decimal(9), 2), (Decimal(0), 1)]
    told = db.rows("SELECT counted_qty, actor FROM inventory_tally ORDER BY id")
    assert [(int(r.counted_qty), r.actor) for r in told] == [(7, "Clara"), (9, "Bob"), (0, "Clara")]
    with pytest.raises(Exception, match="append-only"):
        db.execute("UPDATE inventory_tally SET counted_qty = 10")


def test_what_is_promised_to_orders_stops_the_booking_of_everything() -> None:
    shop = make_shop({"main": [10, 5]})
    shop.reserve(shop.demand(8))
    count = public.open_count("main", actor=CLARA)
    counted(count, 3, 4)
    public.close_count(count.id, actor=CLARA)
    with pytest.raises(CountRefused) as refused:
        public.post_count(count.id, actor=BOB)
    assert refused.value.params == {"sku": "SKU-1", "reserved": 8, "counted": 3}
    assert (shop.balance(0).on_hand, shop.balance(1).on_hand) == (10, 5)


def test_a_count_ends_once_even_if_two_book_it() -> None:
    shop = make_shop({"main": [10]})
    count = public.open_count("main", actor=CLARA)
    counted(count, 7)
    public.close_count(count.id, actor=CLARA)

    def post(_n: int) -> str:
        try:
            return public.post_count(count.id, actor=BOB).state.value
        except CountStateForbids as error:
            return error.code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(post, range(2))) == ["count_state", "posted"]
    assert shop.balance(0).on_hand == 7
    for late in (public.reopen_count, public.cancel_count):
        with pytest.raises(CountStateForbids):
            late(count.id, actor=CLARA)


def test_counts_over_http() -> None:
    from django.test import Client

    make_shop({"main": [10]})
    key = people.key("inventory.read", "inventory.count", "inventory.adjust")
    api = Client(headers={"authorization": f"Bearer {key}"})
    path = "/api/v1/admin/inventory/counts"

    def post(address: str, **body: Any) -> Any:
        return api.post(address, body, content_type="application/json")

    made = post(path, warehouse_code="main").json()
    assert (made["items"], made["lines"][0]["expected_qty"]) == (1, None)
    one = f"{path}/{made['id']}"
    assert post(f"{one}/tallies", lines=[{"sku": "SKU-1", "quantity": -1}]).status_code == 422
    assert post(f"{one}/tallies", lines=[{"sku": "SKU-1", "quantity": 9}]).status_code == 200
    assert post(f"{one}/post").status_code == 409
    post(f"{one}/close")
    assert post(f"{one}/post", reason="x").json()["state"] == "posted"
    assert api.get(path).json()["items"][0]["state"] == "posted"
    assert Client().get(path).status_code == 401
