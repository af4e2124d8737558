"""A part of a planned parcel leaves: the rest waits as a parcel of its own, with its stock, its money and its mail."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail

from entrepot.inventory import public as inventory
from entrepot.kit import invariants, outbox
from entrepot.kit.errors import Busy, NotFound
from entrepot.orders import policies, public
from entrepot.orders.contracts import OrderView
from entrepot.orders.errors import FulfilmentNot, MoreThanPlanned, NothingPacked, OperationRefused
from entrepot.orders.tests.factories import TEST, Shop, a_line, a_shop, bob, placed
from entrepot.orders.tests.test_api import call
from entrepot.orders.tests.test_capture import authorised, moves, now
from entrepot.orders.tests.test_concurrency import at_once
from entrepot.orders.tests.test_pieces import a_set
from entrepot.payments.errors import PaymentBusy

pytestmark = pytest.mark.django_db(transaction=True)

D = Decimal


@pytest.fixture(autouse=True)
def _all_invariants_hold(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("ENTREPOT_PAYMENT_SIMULATOR", "1")
    policies.forget()
    yield
    outbox.drain()
    assert invariants.violations() == []


def planned(order: OrderView) -> Any:
    [parcel] = public.plan_fulfilments(order.id, actor=TEST)
    return parcel


def held(order: OrderView) -> dict[Any, int]:
    """What is reserved, by (line, variant)."""
    return {(a.line_id, a.variant_id): int(a.quantity) for a in inventory.reservations_of(order.id)}


def told(order: OrderView) -> list[tuple[str, str, list[int]]]:
    """Every parcel with its state and how many of each line of the order it holds."""
    found = public.get_order(order.id, actor=TEST)
    return [(f.number, f.state.value, [int(dict(f.lines).get(line.id, 0)) for line in found.lines])
            for f in found.fulfilments]


def test_two_of_three_leave_and_the_rest_waits_where_it_was_planned() -> None:
    shop = a_shop()
    order = placed(shop)
    first, second = order.lines
    parcel = planned(order)
    sent = public.ship_fulfilment(parcel.id, "DHL", "1", lines=[(first.id, D(2))], actor=bob())
    assert (sent.id, sent.state, sent.lines) == (parcel.id, "shipped", [(first.id, D(2))])
    assert told(order) == [(f"{order.number}-1", "shipped", [2, 0]), (f"{order.number}-2", "pending", [1, 1])]
    after = public.get_order(order.id, actor=TEST)
    assert (after.state, {f.warehouse_id for f in after.fulfilments}) == ("partly_shipped", {shop.main})
    assert held(order) == {(first.id, shop.items[0]): 1, (second.id, shop.items[1]): 1}
    assert after.version > order.version
    public.ship_fulfilment(after.fulfilments[1].id, "DHL", "2", actor=bob())
    assert (public.get_order(order.id, actor=TEST).state, held(order)) == ("shipped", {})


def test_the_mail_lists_what_is_in_this_parcel() -> None:
    order = placed(a_shop())
    first, second = order.lines
    mail.outbox.clear()
    public.ship_fulfilment(planned(order).id, lines=[(first.id, D(2))], actor=bob())
    public.send_due(actor=TEST)
    [body] = [m.body for m in mail.outbox if "on its way" in m.subject]
    assert f"2 × {first.name}" in body
    assert second.name not in body


def test_each_part_takes_its_own_money() -> None:
    shop = a_shop()
    order = authorised(shop, [a_line(shop, 0, 3, discount_minor=100), a_line(shop, 1, 1)])
    first, second = (line.id for line in order.lines)
    public.ship_fulfilment(planned(order).id, lines=[(first, D(1))], actor=bob())
    rest = now(order).fulfilments[1]
    public.ship_fulfilment(rest.id, lines=[(first, D(1)), (second, D(1))], actor=bob())
    last = now(order).fulfilments[2]
    public.ship_fulfilment(last.id, lines=[(first, D(1))], actor=bob())  # named whole: no empty parcel stays
    after = now(order)
    assert moves(order) == [("authorisation", 5390), ("capture", 1457), ("capture", 2966), ("capture", 967)]
    assert (after.state, len(after.fulfilments), after.due_minor, after.authorised_minor) == ("shipped", 3, 0, 0)


def test_what_is_no_part_of_the_parcel_changes_nothing() -> None:
    shop = a_shop()
    order = authorised(shop, [a_line(shop, 0, 3), a_line(shop, 1, 1)])
    parcel, first = planned(order), order.lines[0].id
    before = told(order)
    for lines, refusal in (([(first, D(4))], MoreThanPlanned), ([(first, D(0))], MoreThanPlanned),
                           ([(first, D(-1))], MoreThanPlanned), ([(first, D(2)), (first, D(2))], MoreThanPlanned),
                           ([(first, D("0.5"))], OperationRefused), ([], NothingPacked), ([(uuid4(), D(1))], NotFound)):
        with pytest.raises(refusal):
            public.ship_fulfilment(parcel.id, lines=lines, actor=bob())
    assert (told(order), moves(order)) == (before, [("authorisation", order.total_minor)])


def test_a_part_of_bundles_takes_their_parts_along() -> None:
    shop = a_shop()
    a_set(shop, 2, 1)
    order = placed(shop, [a_line(shop, 3, 3)])
    line = order.lines[0].id
    public.ship_fulfilment(planned(order).id, lines=[(line, D(1))], actor=bob())
    assert held(order) == {(line, shop.items[0]): 4, (line, shop.items[1]): 2}
    assert told(order)[1] == (f"{order.number}-2", "pending", [2])
    public.ship_fulfilment(public.get_order(order.id, actor=TEST).fulfilments[1].id, actor=bob())


def test_a_part_waits_in_the_store() -> None:
    shop = a_shop()
    order = placed(shop, pickup_warehouse_id=shop.second, shipping_address=None)
    first, second = (line.id for line in order.lines)
    parcel = planned(order)
    public.mark_ready(parcel.id, lines=[(first, D(3))], actor=bob())
    assert told(order) == [(parcel.number, "ready", [3, 0]), (f"{order.number}-2", "pending", [0, 1])]
    public.record_delivery(parcel.id, actor=bob())
    assert held(order) == {(second, shop.items[1]): 1}


def test_two_clerks_pack_the_same_parcel_one_wins_and_the_other_is_told() -> None:
    shop: Shop = a_shop()
    order = authorised(shop, [a_line(shop, 0, 3), a_line(shop, 1, 1)])
    parcel, first = planned(order), order.lines[0].id
    wanted: list[Any] = [[(first, D(2))], [(first, D(1))], None]
    answers = at_once(3, lambda n: public.ship_fulfilment(parcel.id, lines=wanted[n], actor=bob()))
    assert sum(not isinstance(a, str) for a in answers) == 1
    assert {a for a in answers if isinstance(a, str)} <= {FulfilmentNot.code, Busy.code, PaymentBusy.code}
    after = now(order)
    assert [f.state for f in after.fulfilments].count("shipped") == 1
    assert sum(int(q) for f in after.fulfilments for _, q in f.lines) == 4


def test_programs_ship_and_hold_ready_a_part_too() -> None:
    shop = a_shop()
    order, ready = placed(shop), placed(shop, pickup_warehouse_id=shop.second, shipping_address=None)
    line = {"line_id": str(order.lines[0].id), "quantity": "2"}
    path = f"/admin/orders/fulfilments/{planned(order).id}/ship"
    assert call(bob(), "POST", path, {"lines": []})[0] == 422
    assert call(bob(), "POST", path, {"lines": [{**line, "quantity": "9"}]})[1]["code"] == "more_than_planned"
    status, sent, _ = call(bob(), "POST", path, {"carrier": "DHL", "lines": [line]})
    assert (status, sent["state"], len(sent["lines"])) == (200, "shipped", 1)
    assert call(bob(), "POST", path, {"lines": [line]})[1]["code"] == "fulfilment_state"
    path = f"/admin/orders/fulfilments/{planned(ready).id}/ready"
    status, held_ready, _ = call(bob(), "POST", path, {"lines": [{**line, "line_id": str(ready.lines[0].id)}]})
    assert (status, held_ready["state"]) == (200, "ready")
    rest = public.get_order(ready.id, actor=TEST).fulfilments[1]
    assert call(bob(), "POST", f"/admin/orders/fulfilments/{rest.id}/ready")[0] == 200  # all that is planned
