"""Delivery, invoice data, lines and payment parts; no database."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.checkout.contracts import CartLine, DeliveryMethodInfo, LineInput
from entrepot.checkout.errors import CartFull, InvoiceDataInvalid
from entrepot.checkout.rules import delivery, lines
from entrepot.checkout.rules.contact import checked_email
from entrepot.checkout.rules.invoice import _ALPHABET, is_taxpayer_number, normalise_invoice_data
from entrepot.checkout.rules.parts import share
from entrepot.inventory.contracts import Demand
from entrepot.kit.errors import InvalidInput


def _method(**more: Any) -> DeliveryMethodInfo:
    values: dict[str, Any] = {
        "id": 1, "code": "post", "name": {"en": "Post"}, "kind": "shipping", "channels": (), "zones": (), "rates": (),
        "currency": "EUR", "tax_class": "standard", "cut_off": time(14), "days_min": 1, "days_max": 2,
        "working_days": (1, 2, 3, 4, 5), "closed_on": (), "position": 0, "is_active": True, **more}
    return DeliveryMethodInfo(**values)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(("placed", "earliest", "latest"), [
    ("2026-03-02T13:59", "2026-03-03", "2026-03-04"),  # Monday before the cut-off
    ("2026-03-02T14:00:01", "2026-03-04", "2026-03-05"),  # Monday after it: handled on Tuesday
    ("2026-03-06T13:00", "2026-03-09", "2026-03-10"),  # Friday: arrives over the week-end
    ("2026-03-07T09:00", "2026-03-10", "2026-03-11"),  # Saturday: handled on Monday
    ("2026-12-24T18:00", "2026-12-29", "2026-12-30"),  # the 25th is a day off: handled on Monday the 28th
])
def test_arrival(placed: str, earliest: str, latest: str) -> None:
    method = _method(closed_on=(date(2026, 12, 25),))
    assert [d.isoformat() for d in delivery.estimate(method, _at(placed))] == [earliest, latest]


def test_same_day_delivery_and_a_method_that_never_works() -> None:
    assert delivery.estimate(_method(days_min=0, days_max=0), _at("2026-03-02T09:00")) == (date(2026, 3, 2),) * 2
    closed = delivery.estimate(_method(working_days=()), _at("2026-03-02T09:00"))
    assert closed[0] > date(2026, 3, 2)


def test_zones() -> None:
    method = _method(zones=({"country": "DE"}, {"country": "GB", "postcode_prefix": "SW1"},
                            {"country": "US", "region": "CA"},
                            {"country": "DE", "postcode_prefix": "27498", "excluded": True}))
    assert delivery.serves(method, {"country": "DE", "postcode": "10117"})
    assert not delivery.serves(method, {"country": "DE", "postcode": "27498"})
    assert delivery.serves(method, {"country": "GB", "postcode": "sw1a 1aa"})
    assert not delivery.serves(method, {"country": "GB", "postcode": "N1 1AA"})
    assert delivery.serves(method, {"country": "US", "region": "ca"})
    assert not delivery.serves(method, {"country": "FR"})
    assert delivery.serves(_method(), {"country": "FR"})


def test_first_rate_that_fits() -> None:
    method = _method(rates=({"from_minor": 5000, "up_to_g": 5000, "amount_minor": 0},
                            {"up_to_g": 2000, "amount_minor": 490}, {"up_to_g": 30_000, "amount_minor": 990}))
    assert delivery.rate_minor(method, 5000, 5000) == 0
    assert delivery.rate_minor(method, 2000, 4999) == 490
    assert delivery.rate_minor(method, 2001, 4999) == 990
    assert delivery.rate_minor(method, 30_001, 99_999) is None


@pytest.mark.parametrize("rates", [[], [{"amount_minor": -1}], [{"amount_minor": "5"}], [{"up_to_g": 5}],
                                   [{"amount_minor": 5, "colour": "red"}], [{"amount_minor": True}]])
def test_rates_of_the_wrong_shape_are_refused(rates: list[dict[str, Any]]) -> None:
    with pytest.raises(InvalidInput):
        delivery.checked_rates(rates)


@pytest.mark.parametrize("zone", [{"planet": "x"}, {"country": "DEU"}, {"region": "CA"}, {"country": 5}])
def test_zones_of_the_wrong_shape_are_refused(zone: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        delivery.checked_zones([zone])


KNOWN = ["91350100M000100Y43", "91110000802100433B", "91330100799655058B"]


@pytest.mark.parametrize("code", KNOWN)
def test_taxpayer_numbers_with_their_check_character(code: str) -> None:
    assert is_taxpayer_number(code)


@given(st.sampled_from(KNOWN), st.integers(0, 17), st.sampled_from(_ALPHABET))
def test_any_single_wrong_character_is_found(code: str, place: int, other: str) -> None:
    """The weights are powers of three modulo the prime 31: no single substitution keeps the sum."""
    changed = code[:place] + other + code[place + 1:]
    assert is_taxpayer_number(changed) == (changed == code)


def test_fapiao() -> None:
    company = {"kind": "fapiao", "title": " 上海 测试有限公司 ", "taxpayer_number": "91350100m000100y43"}
    assert normalise_invoice_data(company) == {
        "kind": "fapiao", "type": "normal", "title_type": "company", "title": "上海 测试有限公司",
        "taxpayer_number": "91350100M000100Y43"}
    assert normalise_invoice_data({"kind": "fapiao", "title": "王小明"})["title_type"] == "personal"


@pytest.mark.parametrize(("data", "field"), [
    ({"kind": "fapiao"}, "title"),
    ({"kind": "fapiao", "title": "x", "title_type": "company"}, "taxpayer_number"),
    ({"kind": "fapiao", "title": "x", "taxpayer_number": "91350100M000100Y44"}, "taxpayer_number"),
    ({"kind": "fapiao", "title": "x", "type": "special"}, "type"),
    ({"kind": "fapiao", "title": "x", "type": "red"}, "type"),
    ({"kind": "receipt"}, "kind"), ({"kind": "standard"}, "name"), ({"name": "x", "colour": "y"}, "colour"),
    ({"name": "x" * 201}, "name"), ({"name": 5}, "name"),
])
def test_invoice_data_refused(data: dict[str, Any], field: str) -> None:
    with pytest.raises(InvoiceDataInvalid) as refused:
        normalise_invoice_data(data)
    assert refused.value.params["field"] == field


A, B = UUID(int=1), UUID(int=2)


def test_lines_add_up_and_are_capped() -> None:
    cart = [CartLine(uuid4(), A, Decimal(2))]
    more = lines.added(cart, [LineInput(A, Decimal("1.5")), LineInput(B, Decimal(1)), LineInput(B, Decimal(1))])
    assert [(line.variant_id, line.quantity) for line in more] == [(A, Decimal("3.5")), (B, Decimal(2))]
    assert more[0].id == cart[0].id
    assert lines.added(more, [LineInput(A, lines.MAX_QUANTITY)])[0].quantity == lines.MAX_QUANTITY


@pytest.mark.parametrize("quantity", ["0", "-1", "NaN", "Infinity", "0.0001", "100001"])
def test_absurd_quantities(quantity: str) -> None:
    with pytest.raises(InvalidInput):
        lines.added([], [LineInput(A, Decimal(quantity))])


def test_a_cart_has_an_end() -> None:
    with pytest.raises(CartFull):
        lines.added([], [LineInput(uuid4(), Decimal(1)) for _ in range(lines.MAX_LINES + 1)])


def test_lines_that_share_an_item_are_short_together() -> None:
    first, second = uuid4(), uuid4()
    wanted = [Demand(first, A, Decimal(3)), Demand(second, A, Decimal(3))]
    assert lines.short_lines(wanted, {A: Decimal(5)}) == {second: (A, Decimal(2))}
    assert lines.short_lines(wanted, {A: Decimal(6)}) == {}
    assert set(lines.short_lines(wanted, {})) == {first, second}


def test_email() -> None:
    assert checked_email(" a@b.example ") == "a@b.example"
    for bad in ("a@b", "a b@c.de", "a@b..de", "@b.de", "a@b.de\x00", "x" * 65 + "@b.de"):
        with pytest.raises(InvalidInput):
            checked_email(bad)


amounts = st.integers(0, 10_000)


@given(amounts, st.lists(amounts, max_size=4), amounts, amounts, st.integers(0, 500))
def test_parts_never_exceed_the_total_nor_what_there_is(total: int, cards: list[int], credit: int, points: int,
                                                        rate: int) -> None:
    parts = share(total, gift_cards=[(str(n), c) for n, c in enumerate(cards)], credit=("c", credit),
                  points=("c", points), minor_per_100=rate)
    assert sum(p.amount_minor for p in parts) <= total
    assert all(p.amount_minor > 0 for p in parts)
    for part in parts:
        if part.kind == "points":
            assert part.quantity <= points
            assert part.amount_minor <= part.quantity * rate // 100
        else:
            assert part.amount_minor <= (credit if part.kind == "store_credit" else cards[int(part.reference)])


def test_points_pay_the_rest_with_no_more_than_needed() -> None:
    part, = share(1001, points=("c", 500), minor_per_100=300)
    assert (part.amount_minor, part.quantity) == (1001, 334)
