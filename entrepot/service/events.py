"""Facts that this context publishes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from entrepot.kit.event import Event


@dataclass(frozen=True, slots=True)
class _AboutReview(Event):
    review_id: UUID
    product_id: UUID
    rating: int

    @property
    def subject(self) -> str:
        return str(self.review_id)


@dataclass(frozen=True, slots=True)
class ReviewWritten(_AboutReview):
    """Somebody wrote a review; it waits to be looked at."""

    name: ClassVar[str] = "service.review_written"


@dataclass(frozen=True, slots=True)
class ReviewPublished(_AboutReview):
    """A review is to be seen from now on."""

    name: ClassVar[str] = "service.review_published"


@dataclass(frozen=True, slots=True)
class ReviewWithdrawn(_AboutReview):
    """No longer shown: refused after all, or taken back by its author."""

    name: ClassVar[str] = "service.review_withdrawn"
