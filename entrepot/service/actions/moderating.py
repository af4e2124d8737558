"""What the shop does: publish, refuse, answer."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from entrepot.kit import audit, clock, outbox
from entrepot.kit.actor import Actor
from entrepot.kit.errors import N_, InvalidInput, NotFound
from entrepot.service import queries
from entrepot.service.contracts import TEXT_LENGTH, ReviewState, ReviewView
from entrepot.service.errors import ReviewNot
from entrepot.service.events import ReviewPublished, ReviewWithdrawn
from entrepot.service.models import Review
from entrepot.service.permissions import MODERATE
from entrepot.service.rules import DECISIONS


def publish_review(review_id: UUID, *, actor: Actor) -> ReviewView:
    """Others may read it from now on."""
    return _decide(review_id, "publish", "", actor)


def refuse_review(review_id: UUID, reason: str, *, actor: Actor) -> ReviewView:
    """Do not show it (any more); its author reads the reason."""
    if not reason.strip():
        raise InvalidInput("reason", N_("This field is required."))
    return _decide(review_id, "refuse", reason.strip()[:300], actor)


def _decide(review_id: UUID, verb: str, reason: str, actor: Actor) -> ReviewView:
    actor.require(MODERATE)
    with transaction.atomic():
        review = _locked(review_id)
        target = DECISIONS.get((ReviewState(review.state), verb))
        if target is None:
            raise ReviewNot
        was_shown = review.state == ReviewState.PUBLISHED
        review.state, review.reason, review.decided_at = target, reason, clock.now()
        review.save(update_fields=["state", "reason", "decided_at"])
        audit.record(actor, f"service.{verb}_review", "review", review_id, reason=reason)
        if target is ReviewState.PUBLISHED:
            outbox.publish(ReviewPublished(review_id, review.product_id, review.rating))
        elif was_shown:
            outbox.publish(ReviewWithdrawn(review_id, review.product_id, review.rating))
    return queries.get_review(review_id, actor=actor)


def answer_review(review_id: UUID, text: str, *, actor: Actor) -> ReviewView:
    """The shop's word below a review; an empty text takes it back."""
    actor.require(MODERATE)
    text = text.strip()
    if len(text) > TEXT_LENGTH:
        raise InvalidInput("text", N_("This is too long."))
    with transaction.atomic():
        review = _locked(review_id)
        review.answer, review.answered_at = text, clock.now() if text else None
        review.save(update_fields=["answer", "answered_at"])
        audit.record(actor, "service.answer_review", "review", review_id)
    return queries.get_review(review_id, actor=actor)


def _locked(review_id: UUID) -> Review:
    review = Review.objects.select_for_update().filter(pk=review_id).first()
    if review is None:
        raise NotFound("review")
    return review
