"""Pure decisions."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.kit.ids import uuid7
from entrepot.payments import rules
from entrepot.payments.contracts import Fact
from entrepot.payments.rules import Refundable, has_card_number, is_safe_return, points_back, spread_refund

amounts = st.integers(0, 10_000)


@given(st.integers(1, 30_000), st.lists(amounts, max_size=5))
def test_refund_spreads_to_the_cent_or_not_at_all(amount: int, open_amounts: list[int]) -> None:
    payments = [Refundable(uuid7(), o) for o in open_amounts]
    parts = spread_refund(amount, payments)
    if sum(open_amounts) < amount:
        assert parts is None
    else:
        assert parts is not None
        assert sum(part for _, part in parts) == amount
        held: dict[UUID, int] = {p.payment_id: p.open_minor for p in payments}
        assert all(0 < part <= held[payment_id] for payment_id, part in parts)


@given(st.integers(1, 10_000), st.lists(st.integers(1, 500), min_size=1, max_size=10))
def test_points_come_back_whole(points: int, parts: list[int]) -> None:
    total, before, back = sum(parts), 0, 0
    for part in parts:
        given_back = points_back(points, total, before, before + part)
        assert given_back >= 0
        back, before = back + given_back, before + part
    assert back == points


@pytest.mark.parametrize("number", ["4242424242424242", "4242 4242 4242 4242", "5555-5555-5555-4444", "378282246310005",
                                    "6011111111111117", "2223003122003222", "30569309025904", "4222222222222"])
def test_card_numbers_are_recognised(number: str) -> None:
    assert has_card_number(f"card {number}, thanks")


@pytest.mark.parametrize("text", ["", "order 1001", "4242424242424241", "RF18 5390 0754 7034", "13812345678",
                                  "2026010122001000040700200176", "DE02120300000000202051", "0000000000000000",
                                  "017b6f7e-0000-7000-8000-000000000000",
                                  "TRF-019ab30c-54a2-7842-2523-7335b0d85dfc-1"])
def test_other_numbers_are_not(text: str) -> None:
    assert not has_card_number(text)


@pytest.mark.parametrize(("url", "safe"), [
    ("/orders/1", True), ("https://shop.example/x", True), ("http://shop.example:8000/x?y=1", True),
    ("//evil.example", False), ("https://evil.example/", False), ("https://shop.example@evil.example/", False),
    ("javascript:alert(1)", False), ("/\\evil.example", False), ("", False), ("data:text/html,x", False),
    (" https://shop.example", False), ("https://shop.example\n.evil.example/", False), ("ftp://shop.example/", False),
    ("https://shop.example:8443/done", True), ("https://shop.example:80.evil.example/", False),
    ("https://shop.example:99999/", False), ("https://[shop.example/", False),
])
def test_where_a_payer_may_return(url: str, safe: bool) -> None:
    assert is_safe_return(url, ["shop.example"]) is safe


@given(st.integers(0, 5 * 86_400))
def test_questions_thin_out_and_end(age: int) -> None:
    wait = rules.ask_again_seconds(age)
    assert (wait is None) == (age > 3 * 86_400)
    assert wait is None or 60 <= wait <= 6 * 3_600


def test_retries_last_about_a_day_and_end() -> None:
    waits = [rules.retry_seconds(n) for n in range(31)]
    assert waits[-1] is None
    assert 20 * 3_600 < sum(w or 0 for w in waits) < 30 * 3_600


def test_a_refund_that_came_back_is_taken_back_once() -> None:
    paid = rules.Books(1000, "EUR", 1000, 1000, keys=frozenset({"captured:pi_1"}))
    done = Fact("refunded:re_1", "pi_1", "refunded", 400, "EUR")
    failed = Fact("refund_failed:re_1", "pi_1", "refund_failed", 400, "EUR")
    books, new, left = rules.book(paid, [done])
    assert (books.refunded_minor, [f.kind for f in new], left) == (400, ["refunded"], [])
    books, new, left = rules.book(books, [failed, done])
    assert (books.refunded_minor, [f.kind for f in new], left) == (0, ["refund_failed"], [])
    assert rules.book(books, [failed, done])[1] == []
    assert rules.book(paid, [failed, done])[0].refunded_minor == 0  # both in one breath
    assert rules.book(paid, [failed])[1] == []  # never booked: nothing to take back


@pytest.mark.parametrize(("roles", "limits", "most"), [
    ([], {}, None), (["service"], {"": 100}, 100), (["service"], {"": 100, "service": 50}, 50),
    (["service", "finance"], {"service": 50, "finance": 900}, 900), (["sales"], {"service": 50}, None)])
def test_the_largest_limit_of_a_persons_roles_holds(roles: list[str], limits: dict[str, int], most: int | None) -> None:
    assert rules.limit_of(roles, [rules.Limit(r, m) for r, m in limits.items()]) == most
