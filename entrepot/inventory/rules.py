"""Allocation of demands over warehouses: pure. `docs/algorithms/allocation.md` has the reasoning and examples.

A strategy ranks the places that may serve. Demands are then filled in that order; what lies in any of the places is
used up before anything is back-ordered. A strategy may also narrow the places after seeing the stock. Equal ranks are
settled by priority and id, so that the same input always gives the same answer. The database function
`inventory_reserve` does the same filling under lock; a test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, islice
from math import asin, cos, radians, sin, sqrt
from uuid import UUID

from entrepot.inventory.contracts import Allocation, Demand, Destination, StockLevel

EARTH_RADIUS_KM = 6371.0088
FEW = Decimal(5)  # shoppers never learn a larger count
MAX_COMBINATIONS = 20_000  # sets of places tried before the greedy answer is taken


@dataclass(frozen=True, slots=True)
class Site:
    """What ranking needs to know of a warehouse."""

    warehouse_id: int
    priority: int = 0
    country: str = ""
    region: str = ""
    city: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Stock:
    """What a place can give of a variant: `now` from its shelves, `later` as a backorder."""

    variant_id: UUID
    warehouse_id: int
    now: Decimal
    later: Decimal = Decimal(0)


Rank = Callable[[Sequence[Site], Destination], list[int]]
Narrow = Callable[[Mapping[UUID, Decimal], Sequence[Stock], Sequence[int]], list[int]]


@dataclass(frozen=True, slots=True)
class Strategy:
    """`rank` orders places before stock is looked at; `narrow`, if any, picks some when no single one can do it."""

    rank: Rank
    narrow: Narrow | None = None


def distance_km(latitude_a: float, longitude_a: float, latitude_b: float, longitude_b: float) -> float:
    """Great-circle distance (haversine), in kilometres; inputs in degrees."""
    a, b = radians(latitude_a), radians(latitude_b)
    half = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(radians(longitude_b - longitude_a) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(half)))


def by_priority(sites: Sequence[Site], destination: Destination) -> list[int]:
    """Lowest priority number first."""
    return [s.warehouse_id for s in sorted(sites, key=lambda s: (s.priority, s.warehouse_id))]


def by_distance(sites: Sequence[Site], destination: Destination) -> list[int]:
    """Nearest first. Places without known distance come last, those of the same city, region, country before others."""
    return [
        s.warehouse_id for s in sorted(sites, key=lambda s: (*_remoteness(s, destination), s.priority, s.warehouse_id))
    ]


def _remoteness(site: Site, to: Destination) -> tuple[float, bool, bool, bool]:
    away = float("inf")
    if None not in (site.latitude, site.longitude, to.latitude, to.longitude):
        away = distance_km(site.latitude, site.longitude, to.latitude, to.longitude)  # type: ignore[arg-type]  # none is None
    return away, not _same(site.country, to.country), not _same(site.region, to.region), not _same(site.city, to.city)


def _same(a: str, b: str) -> bool:
    return bool(a) and a.casefold() == b.casefold()


def fewest_places(needs: Mapping[UUID, Decimal], stock: Sequence[Stock], ranking: Sequence[int]) -> list[int]:
    """The smallest set of places that covers all needs, in rank order.

    Of equally small sets, one that needs no backorder wins, then the best ranked. Exact up to `MAX_COMBINATIONS` sets;
    beyond that, places are added one by one, each time the one that covers most of what is still missing.
    Returns all places when even they do not cover the needs.
    """
    places = [w for w in ranking if any(s.warehouse_id == w and s.now + s.later > 0 for s in stock)]
    tried = 0
    for size in range(1, len(places) + 1):
        fallback: list[int] | None = None
        for chosen in islice(combinations(places, size), MAX_COMBINATIONS - tried):
            tried += 1
            if _covers(needs, stock, chosen, with_backorder=False):
                return list(chosen)
            if fallback is None and _covers(needs, stock, chosen, with_backorder=True):
                fallback = list(chosen)
        if fallback is not None:
            return fallback
        if tried >= MAX_COMBINATIONS:
            return _greedy(needs, stock, places)
    return places


def _given(stock: Iterable[Stock], places: Iterable[int], *, with_backorder: bool) -> dict[UUID, Decimal]:
    allowed, total = set(places), dict[UUID, Decimal]()
    for s in stock:
        if s.warehouse_id in allowed:
            total[s.variant_id] = total.get(s.variant_id, Decimal(0)) + s.now + (s.later if with_backorder else 0)
    return total


def _covers(
    needs: Mapping[UUID, Decimal], stock: Iterable[Stock], places: Iterable[int], *, with_backorder: bool
) -> bool:
    given = _given(stock, places, with_backorder=with_backorder)
    return all(given.get(v, Decimal(0)) >= q for v, q in needs.items())


def _greedy(needs: Mapping[UUID, Decimal], stock: Sequence[Stock], places: Sequence[int]) -> list[int]:
    chosen: list[int] = []
    while len(chosen) < len(places) and not _covers(needs, stock, chosen, with_backorder=True):
        def gain(place: int) -> Decimal:
            given = _given(stock, [*chosen, place], with_backorder=True)
            return sum((min(given.get(v, Decimal(0)), q) for v, q in needs.items()), Decimal(0))

        rest = [p for p in places if p not in chosen]
        chosen.append(max(rest, key=lambda p: (gain(p), -rest.index(p))))
    return sorted(chosen, key=list(places).index)


def totals(demands: Iterable[Demand]) -> dict[UUID, Decimal]:
    """Demand summed by variant: two bundles that share an item ask for it together."""
    needs: dict[UUID, Decimal] = {}
    for d in demands:
        needs[d.variant_id] = needs.get(d.variant_id, Decimal(0)) + d.quantity
    return needs


def choose(strategy: Strategy, demands: Sequence[Demand], stock: Sequence[Stock], ranking: Sequence[int]) -> list[int]:
    """The places to fill from, in order: one place that can do it all, else what the strategy narrows down to."""
    if strategy.narrow is None:
        return list(ranking)
    return strategy.narrow(totals(demands), stock, ranking)


def fill(demands: Sequence[Demand], stock: Iterable[Stock], places: Sequence[int]) -> list[Allocation]:
    """Serve demands in their order from `places` in theirs, shelves before backorders. Gives what there is: compare
    with `missing`."""
    order = {w: i for i, w in enumerate(places)}
    here = sorted((s for s in stock if s.warehouse_id in order), key=lambda s: (order[s.warehouse_id], s.warehouse_id))
    slots = [(s, s.now) for s in here] + [(s, s.later) for s in here]
    rest = [max(quantity, Decimal(0)) for _, quantity in slots]
    taken: dict[tuple[UUID, UUID, int], Decimal] = {}
    for d in demands:
        left = d.quantity
        for i, (s, _) in enumerate(slots):
            part = min(left, rest[i]) if s.variant_id == d.variant_id else Decimal(0)
            if part > 0:
                key = (d.line_id, d.variant_id, s.warehouse_id)
                taken[key] = taken.get(key, Decimal(0)) + part
                rest[i] -= part
                left -= part
    return [Allocation(*key, quantity) for key, quantity in taken.items()]


def missing(demands: Sequence[Demand], allocations: Iterable[Allocation]) -> dict[UUID, Decimal]:
    """By variant, what the allocations leave unserved."""
    left = totals(demands)
    for a in allocations:
        left[a.variant_id] -= a.quantity
    return {v: q for v, q in left.items() if q > 0}


def level(quantity: Decimal) -> StockLevel:
    """What a shopper is told."""
    if quantity <= 0:
        return StockLevel.NONE
    return StockLevel.FEW if quantity <= FEW else StockLevel.IN_STOCK


# The slot: channels name one of these.
STRATEGIES: dict[str, Strategy] = {
    "priority": Strategy(by_priority),
    "nearest": Strategy(by_distance),
    "fewest_splits": Strategy(by_distance, fewest_places),
}


def check_strategies(strategies: Mapping[str, Strategy]) -> None:
    """Run every strategy of the slot on a tiny case; raises ValueError for one that loses or invents a place."""
    sites, variant = [Site(2, 1), Site(1, 1)], UUID(int=1)
    stock = [Stock(variant, 1, Decimal(1)), Stock(variant, 2, Decimal(1))]
    for name, strategy in strategies.items():
        ranking = strategy.rank(sites, Destination())
        if sorted(ranking) != [1, 2]:
            raise ValueError(f"allocation strategy {name} must rank every place once")
        if strategy.narrow and sorted(strategy.narrow({variant: Decimal(2)}, stock, ranking)) != [1, 2]:
            raise ValueError(f"allocation strategy {name} must keep the places that are needed")
