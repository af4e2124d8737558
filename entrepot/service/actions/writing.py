"""What customers do: write, take back, find helpful."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.db import transaction

from entrepot.catalog import public as catalog
from entrepot.customers import public as customers
from entrepot.kit import audit, clock, db, outbox, private
from entrepot.kit.actor import Actor
from entrepot.kit.errors import NotFound, Unauthenticated
from entrepot.kit.ids import uuid7
from entrepot.orders import public as orders
from entrepot.service import queries, rules
from entrepot.service.contracts import ReviewInput, ReviewState, ReviewView
from entrepot.service.errors import NotReceived, OwnReview
from entrepot.service.events import ReviewWithdrawn, ReviewWritten
from entrepot.service.models import Review
from entrepot.service.permissions import OWN

_WRITE = """
INSERT INTO service_review (id, product_id, customer_id, order_id, author, language, rating, title, text, photos, state,
    reason, created_at, answer, helpful_count)
VALUES (%(id)s, %(product)s, %(customer)s, %(order)s, %(author)s, %(language)s, %(rating)s, %(title)s, %(text)s,
    %(photos)s, 'waiting', '', %(now)s, '', 0)
ON CONFLICT (customer_id, product_id) DO UPDATE SET rating = excluded.rating, title = excluded.title,
    text = excluded.text, language = excluded.language, photos = excluded.photos, state = 'waiting', reason = '',
    decided_at = NULL, answer = '', answered_at = NULL, created_at = excluded.created_at
RETURNING id
"""


def write_review(given: ReviewInput, *, actor: Actor) -> ReviewView:
    """Say what one thinks of a product that one has received; the shop looks at it before others see it."""
    actor.require(OWN)
    customer_id = _customer(actor)
    title, text = rules.check(given.rating, given.title, given.text, len(given.photos))
    order_id = _received_in(customer_id, given.product_id)
    pictures = {uuid4(): catalog.clean_picture(content) for content in given.photos}
    now, name = clock.now(), customers.get_customer(customer_id).name
    with transaction.atomic():
        before = Review.objects.select_for_update().filter(customer_id=customer_id, product_id=given.product_id).first()
        review_id = db.value(_WRITE, {
            "id": uuid7(), "product": given.product_id, "customer": customer_id, "order": order_id,
            "author": rules.shown_name(name), "language": given.language, "rating": given.rating, "title": title,
            "text": text, "photos": list(pictures), "now": now})
        for photo_id, content in pictures.items():
            private.keep(f"reviews/{review_id}/{photo_id}.webp", content)
        audit.record(actor, "service.write_review", "review", review_id, new={"rating": given.rating})
        if before is not None and before.state == ReviewState.PUBLISHED:
            outbox.publish(ReviewWithdrawn(before.id, given.product_id, before.rating))
        outbox.publish(ReviewWritten(review_id, given.product_id, given.rating))
    for photo_id in before.photos if before else ():
        private.drop(f"reviews/{review_id}/{photo_id}.webp")
    return queries.get_review(review_id, actor=actor)


def _customer(actor: Actor) -> UUID:
    if actor.customer_id is None:
        raise Unauthenticated
    return actor.customer_id


def _received_in(customer_id: UUID, product_id: UUID) -> UUID:
    """The order that brought the product."""
    variants = catalog.variants_of([product_id]).get(product_id)
    if not variants:
        raise NotFound("product")
    received = orders.received_by(customer_id, variants)
    if not received:
        raise NotReceived
    return received[0].order_id


def delete_review(review_id: UUID, *, actor: Actor) -> None:
    """The author takes their words back."""
    actor.require(OWN)
    with transaction.atomic():
        review = Review.objects.select_for_update().filter(pk=review_id, customer_id=_customer(actor)).first()
        if review is None:
            raise NotFound("review")
        review.delete()
        audit.record(actor, "service.delete_review", "review", review_id)
        if review.state == ReviewState.PUBLISHED:
            outbox.publish(ReviewWithdrawn(review_id, review.product_id, review.rating))
    private.drop(f"reviews/{review_id}")


_VOTE = """
WITH vote AS (INSERT INTO service_vote (review_id, customer_id) VALUES (%(review)s, %(customer)s)
              ON CONFLICT DO NOTHING RETURNING 1)
UPDATE service_review SET helpful_count = helpful_count + 1 WHERE id = %(review)s AND EXISTS (SELECT 1 FROM vote)
"""
_UNVOTE = """
WITH vote AS (DELETE FROM service_vote WHERE review_id = %(review)s AND customer_id = %(customer)s RETURNING 1)
UPDATE service_review SET helpful_count = helpful_count - 1 WHERE id = %(review)s AND EXISTS (SELECT 1 FROM vote)
"""


def vote(review_id: UUID, helpful: bool, *, actor: Actor) -> int:
    """Find a review helpful, once, or take that back. Returns how many find it so."""
    actor.require(OWN)
    customer_id = _customer(actor)
    with transaction.atomic():
        review = Review.objects.select_for_update().filter(pk=review_id, state=ReviewState.PUBLISHED).first()
        if review is None:
            raise NotFound("review")
        if review.customer_id == customer_id:
            raise OwnReview
        if db.execute(_VOTE if helpful else _UNVOTE, {"review": review_id, "customer": customer_id}):
            audit.record(actor, "service.vote", "review", review_id, new={"helpful": helpful})
        review.refresh_from_db(fields=["helpful_count"])
    return review.helpful_count


_FORGET_VOTES = """
WITH gone AS (DELETE FROM service_vote WHERE customer_id = %s RETURNING review_id)
UPDATE service_review SET helpful_count = helpful_count - 1 WHERE id IN (SELECT review_id FROM gone)
"""


def forget_customer(customer_id: UUID, *, actor: Actor) -> int:
    """The person has left: what they published stays without a name and without pictures, the rest goes."""
    actor.require(OWN)
    with transaction.atomic():
        db.execute(_FORGET_VOTES, [customer_id])
        own = list(Review.objects.select_for_update().filter(customer_id=customer_id))
        Review.objects.filter(customer_id=customer_id).exclude(state=ReviewState.PUBLISHED).delete()
        Review.objects.filter(customer_id=customer_id).update(customer=None, order=None, author="", photos=[])
        audit.record(actor, "service.forget_customer", "customer", customer_id, new={"reviews": len(own)})
    for review in own:
        private.drop(f"reviews/{review.id}")
    return len(own)
