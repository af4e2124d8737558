"""Pure decisions about reviews."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from entrepot.kit.errors import N_, InvalidInput
from entrepot.service.contracts import MAX_PHOTOS, TEXT_LENGTH, TITLE_LENGTH, ReviewState, ReviewSummary

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")

# What a moderator may do from each state; an author may rewrite or delete at any time.
DECISIONS: Mapping[tuple[ReviewState, str], ReviewState] = {
    (ReviewState.WAITING, "publish"): ReviewState.PUBLISHED,
    (ReviewState.WAITING, "refuse"): ReviewState.REFUSED,
    (ReviewState.PUBLISHED, "refuse"): ReviewState.REFUSED,
    (ReviewState.REFUSED, "publish"): ReviewState.PUBLISHED,
}


def check(rating: int, title: str, text: str, photos: int) -> tuple[str, str]:
    """The title and text as they are kept; raises InvalidInput for the first thing wrong."""
    if not 1 <= rating <= 5:
        raise InvalidInput("rating", N_("Give one to five stars."))
    title, text = " ".join(_CONTROL.sub("", title).split()), _CONTROL.sub("", text.replace("\r\n", "\n")).strip()
    if len(title) > TITLE_LENGTH:
        raise InvalidInput("title", N_("This is too long."))
    if not text:
        raise InvalidInput("text", N_("A few words help others most."))
    if len(text) > TEXT_LENGTH:
        raise InvalidInput("text", N_("This is too long."))
    if photos > MAX_PHOTOS:
        raise InvalidInput("photos", N_("At most four pictures."))
    return title, text


def shown_name(name: str) -> str:
    """How an author is named in public: the first name and an initial; a Chinese surname and stars."""
    parts = name.split()
    if not parts:
        return ""
    if len(parts) == 1:
        return parts[0][0] + "**" if "\u4e00" <= parts[0][0] <= "\u9fff" else parts[0]
    return f"{parts[0]} {parts[-1][0]}."


def summary(counts: Mapping[int, int]) -> ReviewSummary:
    """Count and average (to a tenth, half up) of how many gave how many stars."""
    count = sum(counts.values())
    if not count:
        return ReviewSummary(0, Decimal(0), {})
    total = sum(stars * n for stars, n in counts.items())
    average = (Decimal(total) / count).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return ReviewSummary(count, average, {stars: counts.get(stars, 0) for stars in range(5, 0, -1)})
