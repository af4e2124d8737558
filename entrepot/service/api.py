"""HTTP of reviews: reading for all, writing for buyers, moderation for the shop."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, File, Form
from ninja.files import UploadedFile

from entrepot.kit import paging
from entrepot.kit.errors import Unauthenticated
from entrepot.kit.rest import Routes, Strict, actor_of
from entrepot.service import public, queries
from entrepot.service.contracts import ReviewInput, ReviewState, ReviewSummary, ReviewView
from entrepot.service.permissions import BROWSE, MODERATE, OWN, READ

reviews = Routes()
account = Routes()
admin = Routes()
ROUTES = [("/reviews", reviews), ("/account/reviews", account), ("/admin/service/reviews", admin)]

Limit = Annotated[int, Field(ge=1, le=paging.MAX_LIMIT)]
Cursor = Annotated[str, Field(max_length=200)]


class ReviewForm(Strict):
    """A form rather than JSON, so that pictures travel with it."""

    product_id: UUID
    rating: int = Field(ge=1, le=5)
    title: str = Field("", max_length=120)
    text: str = Field(min_length=1, max_length=4000)
    language: str = Field("en", pattern="^(en|zh-hans)$")


class Published(Strict):
    summary: ReviewSummary
    items: list[ReviewView]
    next: str | None


class ReviewPage(Strict):
    items: list[ReviewView]
    next: str | None


class HelpfulIn(Strict):
    helpful: bool = True


class Helpful(Strict):
    helpful_count: int


class ReasonIn(Strict):
    reason: str = Field(min_length=1, max_length=300)


class AnswerIn(Strict):
    text: str = Field(max_length=4000)


@reviews.get("", permission=BROWSE, response=Published, summary="Published reviews of a product, newest first")
def published(request: HttpRequest, product_id: UUID, limit: Limit = paging.DEFAULT_LIMIT, cursor: Cursor = "") -> Any:
    found, after = public.list_reviews(product_id, cursor or None, limit, actor=actor_of(request))
    return {"summary": public.review_summary(product_id), "items": found, "next": after}


@reviews.post("/{uuid:review_id}/helpful", permission=OWN, response=Helpful, summary="Find a review helpful, or not")
def helpful(request: HttpRequest, review_id: UUID, body: HelpfulIn) -> Any:
    return {"helpful_count": public.vote(review_id, body.helpful, actor=actor_of(request))}


@reviews.get("/{uuid:review_id}/photos/{uuid:photo_id}", permission=BROWSE, summary="A picture of a review, as WebP")
def picture(request: HttpRequest, review_id: UUID, photo_id: UUID) -> HttpResponse:
    return HttpResponse(public.review_photo(review_id, photo_id, actor=actor_of(request)), content_type="image/webp")


@account.get("", permission=OWN, response=list[ReviewView], summary="What one has written")
def own(request: HttpRequest) -> Any:
    customer_id = actor_of(request).customer_id
    if customer_id is None:
        raise Unauthenticated
    return queries.reviews_by(customer_id)


@account.post("", permission=OWN, response={201: ReviewView}, summary="Review a product one has received")
def write(request: HttpRequest, body: Form[ReviewForm], photos: File[list[UploadedFile]] = []) -> Any:  # noqa: B006
    pictures = [p.read() for p in photos]
    return public.write_review(ReviewInput(**body.dict(), photos=pictures), actor=actor_of(request))


@account.delete("/{uuid:review_id}", permission=OWN, response={204: None}, summary="Take one's review back")
def delete(request: HttpRequest, review_id: UUID) -> None:
    public.delete_review(review_id, actor=actor_of(request))


@admin.get("", permission=READ, response=ReviewPage, summary="Reviews in any state, newest first")
def find(request: HttpRequest, state: ReviewState | None = None, product_id: UUID | None = None,
         limit: Limit = paging.DEFAULT_LIMIT, cursor: Cursor = "") -> Any:
    found, after = public.find_reviews(state=state or "", product_id=product_id, cursor=cursor or None, limit=limit,
                                       actor=actor_of(request))
    return {"items": found, "next": after}


@admin.post("/{uuid:review_id}/publish", permission=MODERATE, response=ReviewView, summary="Publish a review")
def publish(request: HttpRequest, review_id: UUID) -> Any:
    return public.publish_review(review_id, actor=actor_of(request))


@admin.post("/{uuid:review_id}/refuse", permission=MODERATE, response=ReviewView, summary="Refuse a review")
def refuse(request: HttpRequest, review_id: UUID, body: ReasonIn) -> Any:
    return public.refuse_review(review_id, body.reason, actor=actor_of(request))


@admin.post("/{uuid:review_id}/answer", permission=MODERATE, response=ReviewView, summary="Answer a review")
def answer(request: HttpRequest, review_id: UUID, body: AnswerIn) -> Any:
    return public.answer_review(review_id, body.text, actor=actor_of(request))
