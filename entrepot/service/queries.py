"""Reads of reviews. The product page costs one statement, whatever the number of reviews."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from entrepot.catalog import public as catalog
from entrepot.kit import db, paging, private
from entrepot.kit.actor import Actor
from entrepot.kit.errors import NotFound
from entrepot.orders import public as orders
from entrepot.service import rules
from entrepot.service.contracts import Reviewable, ReviewState, ReviewSummary, ReviewView
from entrepot.service.permissions import BROWSE, OWN, READ

COLUMNS = ("r.id, r.product_id, r.author, r.language, r.rating, r.title, r.text, r.photos, r.order_id IS NOT NULL,"
           " r.helpful_count, r.created_at, r.state, r.answer, r.answered_at, r.reason")


def view_of(r: Any) -> ReviewView:
    fields = list(r)
    fields[7] = [str(p) for p in fields[7]]
    fields[11] = ReviewState(fields[11])
    return ReviewView(*fields)


_SUMMARY = """
SELECT product_id, rating, count(*)::int AS n FROM service_review
WHERE product_id = ANY(%s) AND state = 'published' GROUP BY 1, 2
"""


def review_summaries(product_ids: Iterable[UUID]) -> dict[UUID, ReviewSummary]:
    """How each product is rated (one statement); without reviews it is absent."""
    counts: dict[UUID, dict[int, int]] = {}
    for r in db.rows(_SUMMARY, [list(product_ids)]):
        counts.setdefault(r.product_id, {})[r.rating] = r.n
    return {product_id: rules.summary(stars) for product_id, stars in counts.items()}


def review_summary(product_id: UUID) -> ReviewSummary:
    """How the product is judged, by its published reviews."""
    return review_summaries([product_id]).get(product_id, rules.summary({}))


# What most helped others comes first, in the reader's own language before others.
_PRODUCT = f"""
WITH shown AS (
    SELECT {COLUMNS} FROM service_review r WHERE r.product_id = %(product)s AND r.state = 'published'
    ORDER BY (r.language = %(language)s) DESC, r.helpful_count DESC, r.id DESC LIMIT %(limit)s OFFSET %(offset)s
), stars AS (
    SELECT rating, count(*)::int AS n FROM service_review WHERE product_id = %(product)s AND state = 'published'
    GROUP BY rating
)
SELECT coalesce((SELECT jsonb_object_agg(rating, n) FROM stars), '{{}}') AS stars, shown.*
FROM (VALUES (1)) AS one LEFT JOIN shown ON true
"""  # noqa: S608  columns of our own


def product_reviews(product_id: UUID, language: str, *, limit: int = 5,
                    offset: int = 0) -> tuple[ReviewSummary, list[ReviewView]]:
    """The summary and the first reviews of a product, in one statement."""
    found = db.rows(_PRODUCT, {"product": product_id, "language": language, "limit": min(limit, paging.MAX_LIMIT),
                               "offset": offset})
    stars = {int(rating): n for rating, n in found[0].stars.items()}
    return rules.summary(stars), [view_of(r[1:]) for r in found if r.id is not None]


def list_reviews(product_id: UUID, cursor: str | None = None, limit: int = paging.DEFAULT_LIMIT, *,
                 actor: Actor) -> tuple[list[ReviewView], str | None]:
    """Published reviews of a product, newest first, and the cursor of the next page (one statement)."""
    actor.require(BROWSE)
    return _page("r.product_id = %(product)s AND r.state = 'published'", {"product": product_id}, cursor, limit)


def find_reviews(*, state: str = "", product_id: UUID | None = None, cursor: str | None = None,
                 limit: int = paging.DEFAULT_LIMIT, actor: Actor) -> tuple[list[ReviewView], str | None]:
    """The moderators' list, newest first."""
    actor.require(READ)
    where = "(%(state)s = '' OR r.state = %(state)s) AND (%(product)s::uuid IS NULL OR r.product_id = %(product)s)"
    return _page(where, {"state": state, "product": product_id}, cursor, limit)


def _page(where: str, about: dict[str, Any], cursor: str | None, limit: int) -> tuple[list[ReviewView], str | None]:
    limit, after = max(1, min(limit, paging.MAX_LIMIT)), paging.uuid(cursor)
    found = [view_of(r) for r in db.rows(
        f"SELECT {COLUMNS} FROM service_review r WHERE {where}"  # noqa: S608  texts of our own
        " AND (%(after)s::uuid IS NULL OR r.id < %(after)s) ORDER BY r.id DESC LIMIT %(limit)s",
        {**about, "after": after, "limit": limit + 1})]
    return found[:limit], paging.encode([found[limit - 1].id]) if len(found) > limit else None


def reviews_by(customer_id: UUID) -> list[ReviewView]:
    """All that one person has written, newest first."""
    return [view_of(r) for r in db.rows(
        f"SELECT {COLUMNS} FROM service_review r WHERE r.customer_id = %s ORDER BY r.id DESC",  # noqa: S608
        [customer_id])]


def get_review(review_id: UUID, *, actor: Actor) -> ReviewView:
    """A published review for anyone; others for their author and the shop."""
    found = db.row(f"SELECT {COLUMNS}, r.customer_id FROM service_review r WHERE r.id = %s", [review_id])  # noqa: S608
    if found is None:
        raise NotFound("review")
    own = actor.customer_id is not None and found.customer_id == actor.customer_id
    if found.state != ReviewState.PUBLISHED and not own and not actor.can(READ):
        raise NotFound("review")
    return view_of(found[:-1])


def review_photo(review_id: UUID, photo_id: UUID, *, actor: Actor) -> bytes:
    """A picture of a review as WebP, for whoever may see the review."""
    if str(photo_id) not in get_review(review_id, actor=actor).photos:
        raise NotFound("photo")
    content = private.content_of(f"reviews/{review_id}/{photo_id}.webp")
    if content is None:
        raise NotFound("photo")
    return content


def reviewable(customer_id: UUID, *, actor: Actor) -> list[Reviewable]:
    """What a customer has received, with their review where there is one; latest delivery first."""
    actor.require(OWN)
    received = orders.received_by(customer_id)
    facts = catalog.variant_facts([r.variant_id for r in received])
    written = {r.product_id: r for r in reviews_by(customer_id)}
    found: dict[UUID, Reviewable] = {}
    for r in received:
        if (fact := facts.get(r.variant_id)) is not None:
            found.setdefault(fact.product_id, Reviewable(fact.product_id, fact.slug, r.name, fact.image, r.order_id,
                                                         r.delivered_at, written.get(fact.product_id)))
    return list(found.values())
