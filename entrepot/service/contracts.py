"""Shapes of reviews as others see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

TITLE_LENGTH, TEXT_LENGTH, MAX_PHOTOS = 120, 4000, 4


class ReviewState(StrEnum):
    """Whether visitors see the review."""

    WAITING = "waiting"  # written, not looked at yet
    PUBLISHED = "published"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ReviewInput:
    """What a customer says; writing again replaces what they said before."""

    product_id: UUID
    rating: int
    title: str
    text: str
    language: str = "en"
    photos: Sequence[bytes] = ()  # as uploaded


@dataclass(frozen=True, slots=True)
class ReviewView:
    """A review; `rating` from 1 to 5, `is_verified` when the author bought it."""

    id: UUID
    product_id: UUID
    author: str
    language: str
    rating: int
    title: str
    text: str
    photos: list[str]  # ids
    is_verified: bool
    helpful_count: int
    created_at: datetime
    state: ReviewState
    answer: str
    answered_at: datetime | None
    reason: str = ""  # why it was refused; for its author and the shop


@dataclass(frozen=True, slots=True)
class ReviewSummary:
    """How a product is rated, by published reviews alone."""

    count: int
    average: Decimal  # one digit after the point; 0 without reviews
    by_rating: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reviewable:
    """Something received that may be reviewed, and the review where there is one already."""

    product_id: UUID
    slug: str
    name: str
    image: str
    order_id: UUID
    delivered_at: datetime
    review: ReviewView | None = None
