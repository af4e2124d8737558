"""Pure rules: sort keys, spelling, price bands, the places of pins."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from entrepot.showcase import rules
from entrepot.showcase.rules import Band

WORD = st.text("abcde", max_size=8)


def test_name_keys_put_letters_before_characters_and_ignore_case_and_accents() -> None:
    assert rules.name_key("Éclair") == rules.name_key("eclair")
    assert rules.name_key("zebra") < rules.name_key("啊") < rules.name_key("中")


def test_one_edit_is_a_distance_of_one() -> None:
    for left, right in (("guitar", "guitr"), ("guitar", "giutar"), ("guitar", "guitarr"), ("guitar", "gultar")):
        assert rules.edit_distance(left, right, at_most=2) == 1
    assert rules.edit_distance("guitar", "piano", at_most=2) == 3


@given(WORD, WORD)
def test_distance_is_symmetric_and_zero_only_for_equals(left: str, right: str) -> None:
    assert rules.edit_distance(left, right, at_most=9) == rules.edit_distance(right, left, at_most=9)
    assert (rules.edit_distance(left, right, at_most=9) == 0) is (left == right)


def test_spelling_prefers_near_then_the_same_beginning_then_frequent() -> None:
    assert rules.best_spelling("guitr", [("guitar", 1), ("guilt", 900)]) == "guitar"
    assert rules.best_spelling("bloe", [("floe", 50), ("blue", 5), ("blow", 3)]) == "blue"
    assert rules.best_spelling("abc", [("abd", 10)]) == ""  # too short to guess
    assert rules.best_spelling("guitr", [("guitar", 0)]) == ""  # nothing is called that any more


@given(st.lists(st.integers(0, 50), min_size=1, max_size=20))
def test_merged_bands_keep_every_product_and_are_few_and_filled(counts: list[int]) -> None:
    bands = [Band(i, i + 1, n) for i, n in enumerate(counts)]
    merged = rules.merge_bands(bands)
    assert sum(b.count for b in merged) == sum(counts)
    assert len(merged) <= 6
    assert all(b.count for b in merged)
    assert all(a.to_minor == b.from_minor for a, b in pairwise(merged))


@given(st.lists(st.integers(100, 200), unique=True, max_size=30),
       st.lists(st.tuples(st.integers(1, 40), st.integers(1, 99)), max_size=5, unique_by=lambda p: p[1]),
       st.integers(1, 7))
def test_pages_with_pins_show_everything_once(found: list[int], pinned: list[tuple[int, int]], limit: int) -> None:
    pages, offset = [], 0
    while page := rules.arrange(found, pinned, offset=offset, limit=limit):
        pages += page
        offset += limit
    assert sorted(pages) == sorted([*found, *(id_ for _, id_ in pinned)])
    if found and pinned and min(pinned)[0] == 1:
        assert pages[0] == min(pinned)[1]


def test_the_worked_example_of_price_bands() -> None:
    prices, edges = [300, 400, 700, 800, 3000, 90000], [None, *rules.band_edges(100), None]
    bands = [Band(low, high, sum((low or 0) <= p < (high or 10**12) for p in prices)) for low, high in pairwise(edges)]
    assert [(b.value, b.count) for b in rules.merge_bands(bands)] == [
        ("200-500", 2), ("500-1000", 2), ("1000-5000", 1), ("5000-100000", 1)]


def test_a_pin_stands_at_its_position() -> None:
    assert rules.arrange([10, 11, 12], [(2, 99)], offset=0, limit=3) == [10, 99, 11]
    assert rules.arrange([10, 11, 12], [(2, 99)], offset=3, limit=3) == [12]


def test_a_minute_old_mark_makes_the_shop_stale() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert rules.is_fresh(now, None, 0)
    assert rules.is_fresh(now, now - timedelta(seconds=59), 0)
    assert not rules.is_fresh(now, now - timedelta(seconds=61), 0)
    assert not rules.is_fresh(now, None, 1)


def test_questions_are_told_apart_by_their_words_only() -> None:
    assert rules.normalised_query("  ＵＳＢ　Cable ") == "usb cable"


def test_sales_decide_and_the_newer_wins_among_equals() -> None:
    old, new = 1_700_000_000_000, 1_900_000_000_000
    assert rules.sales_key(2, old) > rules.sales_key(1, new) > rules.sales_key(1, old) > rules.sales_key(0, new)
    assert rules.sales_key(10**9, 2**60) < 2**63
