"""What the contexts above may call."""

from entrepot.service.actions.moderating import answer_review, publish_review, refuse_review
from entrepot.service.actions.writing import delete_review, vote, write_review
from entrepot.service.queries import (
    find_reviews,
    get_review,
    list_reviews,
    product_reviews,
    review_photo,
    review_summaries,
    review_summary,
    reviewable,
    reviews_by,
)

__all__ = [
    "answer_review", "delete_review", "find_reviews", "get_review", "list_reviews", "product_reviews",
    "publish_review", "refuse_review", "review_photo", "review_summaries", "review_summary", "reviewable",
    "reviews_by", "vote", "write_review",
]
