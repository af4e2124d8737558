"""Pure decisions: sort keys, price bands, which spelling is nearest, where pinned products stand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

QUERY_LENGTH = 200
STALE_AFTER = timedelta(seconds=60)
CJK = re.compile(r"[㐀-䶿一-鿿豈-﫿]+")
_NAME_KEY_BYTES = 48
_MAX_BANDS = 6
_RANK_BITS = 42  # milliseconds until the year 2109
_MOST_SOLD = 2**20
_POPULAR = (5, 50)  # few, for each costs every search a little
MOST_POPULAR = len(_POPULAR)


def name_key(name: str) -> bytes:
    """What a name sorts by, byte by byte: case and accents aside; Han characters by their GB 18030 code.

    The common characters of that code stand in the order of their pinyin, which is how a Chinese reader expects a
    list to be sorted, and Latin letters come before them.
    """
    plain = name.casefold()
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return plain.strip().encode("gb18030", "replace")[:_NAME_KEY_BYTES]


def normalised_query(text: str) -> str:
    """One spelling per question: width and case folded, white space single."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())[:QUERY_LENGTH]


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def sales_key(sold: int, rank: int) -> int:
    """What the bestselling order sorts by: orders of late, and the newer first among equals (`rank` has 42 bits)."""
    return (min(sold, _MOST_SOLD) << _RANK_BITS) | max(0, min(rank, (1 << _RANK_BITS) - 1))


def popularity(sold: int) -> int:
    """How well something sells: 0, 1 from five orders of late on, 2 from fifty."""
    return sum(sold >= step for step in _POPULAR)


def edit_distance(left: str, right: str, *, at_most: int) -> int:
    """Optimal string alignment distance (insert, delete, replace, swap neighbours); `at_most + 1` when it is more."""
    if abs(len(left) - len(right)) > at_most:
        return at_most + 1
    before: list[int] = []
    previous = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        row = [i]
        for j, b in enumerate(right, 1):
            cost = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > at_most:
            return at_most + 1
        before, previous = previous, row
    return min(previous[-1], at_most + 1)


def allowed_typos(word: str) -> int:
    """Short words are too near each other to guess: none below four letters, one below eight, then two."""
    return 0 if len(word) < 4 or any(c.isdigit() for c in word) else 1 if len(word) < 8 else 2


def best_spelling(word: str, candidates: Iterable[tuple[str, int]]) -> str:
    """The nearest of (candidate, how many products have it); a kept first letter, then frequency, break ties."""
    limit = allowed_typos(word)
    ranked = [(edit_distance(word, other, at_most=limit), other[:1] != word[:1], -count, other)
              for other, count in candidates if count]
    return min((r for r in ranked if r[0] <= limit), default=(0, False, 0, ""))[3]


def band_edges(unit_minor: int) -> list[int]:
    """Edges of price bands, 1-2-5 per decade from 1 to 500,000 major units of `unit_minor` minor units each."""
    return [step * 10**power * unit_minor for power in range(6) for step in (1, 2, 5)]


@dataclass(frozen=True, slots=True)
class Band:
    """`from_minor` inclusive, `to_minor` exclusive; None is open."""

    from_minor: int | None
    to_minor: int | None
    count: int

    @property
    def value(self) -> str:
        return f"{'' if self.from_minor is None else self.from_minor}-{'' if self.to_minor is None else self.to_minor}"


def merge_bands(bands: Sequence[Band]) -> list[Band]:
    """Drop empty bands at both ends, then join the neighbours with the fewest products until few enough are left."""
    filled = [i for i, band in enumerate(bands) if band.count]
    if not filled:
        return []
    left = list(bands[filled[0]:filled[-1] + 1])
    while len(left) > _MAX_BANDS or any(band.count == 0 for band in left):
        at = min(range(len(left) - 1), key=lambda i: left[i].count + left[i + 1].count)
        if empty := [i for i, band in enumerate(left) if band.count == 0]:
            at = min(empty[0], len(left) - 2)
        joined = Band(left[at].from_minor, left[at + 1].to_minor, left[at].count + left[at + 1].count)
        left[at:at + 2] = [joined]
    return left


def arrange(found: Sequence[int], pinned: Sequence[tuple[int, int]], *, offset: int, limit: int) -> list[int]:
    """The page [offset, offset + limit) of the order in which each (position, id) of `pinned` stands at its position.

    `found` are the unpinned ids from the start; positions count from 1, and pins that collide move down.
    """
    ordered: list[int] = []
    rest = iter(found)
    waiting = sorted(pinned)
    while len(ordered) < offset + limit:
        if waiting and waiting[0][0] <= len(ordered) + 1:
            ordered.append(waiting.pop(0)[1])
            continue
        following = next(rest, None)
        if following is None:
            ordered += [id_ for _, id_ in waiting]
            break
        ordered.append(following)
    return ordered[offset:offset + limit]


def split_pins(pins: Iterable[tuple[UUID, int]]) -> tuple[dict[UUID, int], frozenset[UUID]]:
    """Pinned products with their position, and buried ones (position 0)."""
    listed = list(pins)
    return {p: at for p, at in listed if at > 0}, frozenset(p for p, at in listed if at == 0)


def is_fresh(now: datetime, oldest_mark_at: datetime | None, behind: int) -> bool:
    """Documents may lag a minute before the shop counts as stale; so may the index."""
    return (oldest_mark_at is None or now - oldest_mark_at <= STALE_AFTER) and behind == 0
