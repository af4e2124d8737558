"""Pieces and cents that orders divide: none is lost, none is halved, and what is packed stays where it lies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from entrepot.catalog import public as catalog
from entrepot.inventory import public as inventory
from entrepot.kit import invariants, outbox
from entrepot.orders import public
from entrepot.orders.contracts import ChangeKind, Condition, DiscountLine, OverridePrice, ReturnLine, SetQuantity
from entrepot.orders.errors import OperationRefused
from entrepot.orders.models import OrderLine
from entrepot.orders.rules import told_discounts
from entrepot.orders.tests.factories import TEST, Shop, a_line, a_shop, placed, shipped
from entrepot.orders.tests.test_changes import confirm, edit, now_of, on_hand

pytestmark = pytest.mark.django_db(transaction=True)

D = Decimal


@pytest.fixture(autouse=True)
def _all_invariants_hold() -> Iterator[None]:
    yield
    outbox.drain()
    assert invariants.violations() == []


def a_set(shop: Shop, *numbers: int) -> None:
    """One more item: a bundle with so many of the first items."""
    from entrepot.catalog.tests.factories import a_bundle

    skus = [catalog.variant_facts([item])[item].sku for item in shop.items]
    shop.items.append(a_bundle("Set", dict(zip(skus, numbers, strict=False))))


def test_an_edit_leaves_what_is_packed_where_it_lies() -> None:
    """One piece lies in the first warehouse and two in the second; the two are packed, and the buyer wants two."""
    shop = a_shop(stock=2)
    order = placed(shop, [a_line(shop, 0, 3)])
    line = order.lines[0].id
    parcel = public.create_fulfilment(order.id, [(line, D(1))], shop.second, actor=TEST)
    confirm(edit(now_of(order), SetQuantity(line, D(2))))
    left = {a.warehouse_id: a.quantity for a in inventory.reservations_of(order.id)}
    assert left == {shop.main: 1, shop.second: 1}
    public.ship_fulfilment(parcel.id, actor=TEST)


def test_an_edited_bundle_frees_its_parts_and_keeps_those_packed() -> None:
    shop = a_shop()
    a_set(shop, 2, 1)
    order = placed(shop, [a_line(shop, 3, 3)])
    line = order.lines[0].id
    parcel = public.create_fulfilment(order.id, [(line, D(1))], shop.main, actor=TEST)
    before = {a.variant_id: a.quantity for a in inventory.reservations_of(order.id)}
    confirm(edit(now_of(order), SetQuantity(line, D(2))))
    after = {a.variant_id: a.quantity for a in inventory.reservations_of(order.id)}
    assert (before, after) == ({shop.items[0]: 6, shop.items[1]: 3}, {shop.items[0]: 4, shop.items[1]: 2})
    public.ship_fulfilment(parcel.id, actor=TEST)


def test_no_parcel_holds_half_a_bundle() -> None:
    """Three of the parts lie in the first warehouse, a bundle takes two of them: one bundle goes from there."""
    shop = a_shop(stock=3)
    a_set(shop, 2)
    order = placed(shop, [a_line(shop, 3, 2)])
    inventory.receive(shop.items[0], "second", D(1), actor=TEST)
    planned = [[quantity for _, quantity in parcel.lines] for parcel in public.plan_fulfilments(order.id, actor=TEST)]
    assert planned == [[1]]


def test_one_of_two_bundles_comes_back_part_by_part() -> None:
    shop = a_shop()
    a_set(shop, 2, 1)
    order = shipped(shop, placed(shop, [a_line(shop, 3, 2)]))
    line = order.lines[0].id
    assert (on_hand(shop, 0), on_hand(shop, 1)) == (96, 98)
    change = public.open_change(order.id, ChangeKind.RETURN, reason="one too many", actor=TEST)
    public.add_operation(change.id, ReturnLine(line, D(1)), actor=TEST)
    public.approve_change(change.id, actor=TEST)
    public.receive_return(change.id, [(line, D(1), Condition.GOOD, shop.main)], actor=TEST)
    confirm(public.get_change(change.id, actor=TEST))
    assert (on_hand(shop, 0), on_hand(shop, 1)) == (98, 99)
    assert now_of(order).refunded_minor == 4000


def test_what_is_sold_by_the_piece_is_not_halved() -> None:
    shop = a_shop()
    order = placed(shop)
    line, half = order.lines[0].id, D("0.5")
    with pytest.raises(OperationRefused):
        public.split_order(order.id, [(line, half)], actor=TEST)
    with pytest.raises(OperationRefused):
        edit(order, SetQuantity(line, D("1.5")))
    with pytest.raises(OperationRefused):
        public.create_fulfilment(order.id, [(line, half)], shop.main, actor=TEST)
    order = shipped(shop, placed(shop))
    change = public.open_change(order.id, ChangeKind.RETURN, actor=TEST)
    with pytest.raises(OperationRefused):
        public.add_operation(change.id, ReturnLine(order.lines[0].id, half), actor=TEST)


def test_what_is_sold_by_the_metre_may_be_cut() -> None:
    from entrepot.catalog.contracts import VariantInput
    from entrepot.catalog.tests.factories import a_variant

    shop = a_shop()
    shop.items.append(a_variant("Cloth", variants=(VariantInput("CLOTH", qty_step=D("0.5"), unit="m"),)))
    inventory.receive(shop.items[3], "main", D(10), actor=TEST)
    order = placed(shop, [a_line(shop, 3, "2.5"), a_line(shop, 0, 1)])
    child = public.split_order(order.id, [(order.lines[0].id, D("1.5"))], actor=TEST)
    assert [li.quantity for li in child.lines] == [D("1.5")]


def with_discounts(shop: Shop, *amounts: int, quantity: int = 3) -> object:
    line = a_line(shop, 0, quantity, discount_minor=sum(amounts))
    told = [{"promotion": f"p{n}", "label": f"P{n}", "amount_minor": a} for n, a in enumerate(amounts)]
    return placed(shop, [replace(line, discounts=told), a_line(shop, 1, 1)])


def told(line_id: object) -> tuple[int, list[int]]:
    row = OrderLine.objects.get(pk=line_id)
    return row.discount_minor, [d["amount_minor"] for d in row.discounts]


def test_a_split_shares_what_is_said_of_discounts_to_the_cent() -> None:
    order = with_discounts(a_shop(), 100, 51)
    line = order.lines[0].id  # type: ignore[attr-defined]
    child = public.split_order(order.id, [(line, D(1))], actor=TEST)  # type: ignore[attr-defined]
    stays, goes = told(line), told(child.lines[0].id)
    assert stays[0] + goes[0] == 151
    assert (stays[0], goes[0]) == (sum(stays[1]), sum(goes[1]))
    assert goes == (50, [33, 17])


def test_an_edit_says_what_the_discounts_are_now() -> None:
    order = with_discounts(a_shop(), 100, 50)
    line = order.lines[0].id  # type: ignore[attr-defined]
    confirm(edit(order, SetQuantity(line, D(2))))  # type: ignore[arg-type]
    assert told(line) == (100, [67, 33])
    confirm(edit(now_of(order), DiscountLine(line, 25, "scratched")))  # type: ignore[arg-type]
    assert told(line) == (125, [67, 33, 25])
    assert OrderLine.objects.get(pk=line).discounts[-1]["label"] == "scratched"
    confirm(edit(now_of(order), OverridePrice(line, 900, "as agreed")))  # type: ignore[arg-type]
    assert told(line) == (0, [])


@pytest.mark.parametrize("run", [True, False])
@pytest.mark.parametrize("pay", ["test", "cash_on_delivery"])
def test_what_was_split_off_is_invoiced_once_and_credited(pay: str, run: bool) -> None:
    """The order's invoice names all its goods, also those that go on in another order, however soon it is split."""
    shop = a_shop()
    order = placed(shop, pay=pay, run=run)
    child = public.split_order(order.id, [(order.lines[1].id, D(1))], actor=TEST)
    assert [(i.kind, i.total_minor) for i in now_of(order).invoices] == [("invoice", 5490)]
    assert now_of(child).invoices == []
    confirm(edit(now_of(child), SetQuantity(child.lines[0].id, D(2))))
    if pay == "test":
        public.pay_order(child.id, provider="test", return_url="/", actor=TEST)
        assert [(i.kind, i.total_minor) for i in now_of(child).invoices] == [("invoice", 2000)]
    public.cancel_order(child.id, reason="by phone", actor=TEST)
    papers = [(i.kind, i.total_minor) for i in now_of(child).invoices]
    assert papers[-1] == ("credit_note", 4000)


def test_told_discounts_always_come_to_the_sum() -> None:
    stood = [{"promotion": "a", "label": "A", "amount_minor": n} for n in (1, 1, 1)]
    for total in range(6):
        assert sum(d["amount_minor"] for d in told_discounts(stood, total, by_hand="x")) == total
