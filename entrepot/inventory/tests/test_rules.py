"""Allocation rules: whatever the strategy, nothing is lost, invented or decided by chance."""

from __future__ import annotations

import random
from decimal import Decimal
from itertools import combinations
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.inventory import rules
from entrepot.inventory.contracts import Demand, Destination, StockLevel
from entrepot.inventory.rules import STRATEGIES, Site, Stock, Strategy

D = Decimal
PLACES = [1, 2, 3, 4]
ITEMS = [UUID(int=n) for n in (1, 2, 3)]
amounts = st.integers(0, 9).map(D)


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[Demand], list[Stock], list[int]]:
    demands = [Demand(UUID(int=100 + i), draw(st.sampled_from(ITEMS)), D(draw(st.integers(1, 9))))
               for i in range(draw(st.integers(1, 4)))]
    stock = [
        Stock(item, place, draw(amounts), draw(amounts)) for item in ITEMS for place in PLACES if draw(st.booleans())
    ]
    return demands, stock, list(draw(st.permutations(PLACES)))


@given(cases(), st.sampled_from(sorted(STRATEGIES)))
def test_an_allocation_gives_what_is_asked_and_there(
        case: tuple[list[Demand], list[Stock], list[int]], name: str) -> None:
    demands, stock, ranking = case
    taken = rules.fill(demands, stock, rules.choose(STRATEGIES[name], demands, stock, ranking))
    needs = rules.totals(demands)
    for item, need in needs.items():
        there = sum((s.now + s.later for s in stock if s.variant_id == item), D(0))
        assert sum((a.quantity for a in taken if a.variant_id == item), D(0)) <= min(need, there)
    for s in stock:
        given_here = sum(
            (a.quantity for a in taken if (a.variant_id, a.warehouse_id) == (s.variant_id, s.warehouse_id)), D(0)
        )
        assert given_here <= s.now + s.later
    for d in demands:
        assert sum((a.quantity for a in taken if a.line_id == d.line_id), D(0)) <= d.quantity
    enough = all(sum((s.now + s.later for s in stock if s.variant_id == i), D(0)) >= q for i, q in needs.items())
    assert (rules.missing(demands, taken) == {}) == enough


@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_what_was_read_never_matters(
        case: tuple[list[Demand], list[Stock], list[int]], chance: random.Random) -> None:
    demands, stock, ranking = case
    shuffled = list(stock)
    chance.shuffle(shuffled)
    for strategy in STRATEGIES.values():
        first = rules.fill(demands, stock, rules.choose(strategy, demands, stock, ranking))
        again = rules.fill(demands, shuffled, rules.choose(strategy, demands, shuffled, ranking))
        assert sorted(map(str, first)) == sorted(map(str, again))


@given(cases())
def test_backorders_wait_until_every_shelf_is_empty(case: tuple[list[Demand], list[Stock], list[int]]) -> None:
    demands, stock, ranking = case
    taken = rules.fill(demands, stock, ranking)
    for item in ITEMS:
        shelves = sum((s.now for s in stock if s.variant_id == item), D(0))
        total = sum((a.quantity for a in taken if a.variant_id == item), D(0))
        from_shelves = sum((min(s.now, sum((a.quantity for a in taken if (a.variant_id, a.warehouse_id) ==
                           (item, s.warehouse_id)), D(0))) for s in stock if s.variant_id == item), D(0))
        assert from_shelves == min(shelves, total)


@given(cases())
def test_fewest_places_is_the_true_minimum(case: tuple[list[Demand], list[Stock], list[int]]) -> None:
    demands, stock, ranking = case
    needs = rules.totals(demands)

    def covers(chosen: tuple[int, ...]) -> bool:
        return all(sum((s.now + s.later for s in stock if s.variant_id == i and s.warehouse_id in chosen), D(0)) >= q
                   for i, q in needs.items())

    sizes = [n for n in range(1, 5) if any(covers(c) for c in combinations(PLACES, n))]
    chosen = rules.fewest_places(needs, stock, ranking)
    if sizes:
        assert len(chosen) == sizes[0]
        assert covers(tuple(chosen))
    assert chosen == sorted(chosen, key=ranking.index)


def test_fewest_places_stays_quick_with_many_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MAX_COMBINATIONS", 50)
    stock = [Stock(ITEMS[0], n, D(1)) for n in range(1, 31)]
    chosen = rules.fewest_places({ITEMS[0]: D(5)}, stock, list(range(1, 31)))
    assert chosen == [1, 2, 3, 4, 5]


def test_ranking_by_distance_falls_back_to_the_address() -> None:
    sites = [
        Site(1, 0, "DE", "Bavaria", "Munich"),
        Site(2, 0, "CN", "上海市", "上海市"),
        Site(3, 0, "CN", "广东省", "深圳市"),
        Site(4, 1, "CN", "广东省", "深圳市", 22.54, 114.06),
    ]
    assert rules.by_distance(sites, Destination("CN", "广东省", "深圳市")) == [3, 4, 2, 1]
    assert rules.by_distance(sites, Destination("CN", "广东省", "深圳市", 23.13, 113.26))[0] == 4
    assert rules.by_priority(sites, Destination()) == [1, 2, 3, 4]


def test_the_distance_between_two_cities() -> None:
    assert rules.distance_km(52.5200, 13.4050, 48.8566, 2.3522) == pytest.approx(878, abs=2)  # Berlin, Paris
    assert rules.distance_km(0, 0, 0, 180) == pytest.approx(20015, abs=1)


@pytest.mark.parametrize(
    ("quantity", "told"), [("-1", "none"), ("0", "none"), ("0.5", "few"), ("5", "few"), ("6", "in_stock")]
)
def test_shoppers_learn_a_level_not_a_count(quantity: str, told: str) -> None:
    assert rules.level(D(quantity)) is StockLevel(told)


@pytest.mark.parametrize("broken", [
    Strategy(lambda sites, to: []), Strategy(lambda sites, to: [1, 2, 3]),
    Strategy(rules.by_priority, lambda needs, stock, ranking: [1])])
def test_a_broken_strategy_is_refused_at_start(broken: Strategy) -> None:
    rules.check_strategies(STRATEGIES)
    with pytest.raises(ValueError, match="allocation strategy odd"):
        rules.check_strategies({"odd": broken})
