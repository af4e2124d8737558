"""Reviews of what one has received, and their pictures."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from entrepot.kit.errors import DomainError
from entrepot.kit.rest import actor_of, translated
from entrepot.service import public as service
from entrepot.service.contracts import MAX_PHOTOS, TEXT_LENGTH, TITLE_LENGTH, Reviewable, ReviewInput
from entrepot.web.storefront.shop import Paths
from entrepot.web.storefront.views.account.common import account_page, customer_of, member

STATES = {"waiting": _("We are looking at it"), "published": _("Published"), "refused": _("Not published")}
STARS = ((5, _("Excellent")), (4, _("Good")), (3, _("All right")), (2, _("Poor")), (1, _("Bad")))


@member
@require_safe
def review_list(request: HttpRequest) -> HttpResponse:
    """What one could review, and what one has written."""
    customer_id, actor = customer_of(request)
    found = service.reviewable(customer_id, actor=actor)
    return account_page(request, "reviews", "reviews", {
        "open": [r for r in found if r.review is None],
        "written": [{"product": r, "review": r.review, "label": STATES[r.review.state]} for r in found if r.review]})


@member
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, product_id: UUID) -> HttpResponse:
    customer_id, actor = customer_of(request)
    product = next((r for r in service.reviewable(customer_id, actor=actor) if r.product_id == product_id), None)
    if product is None:
        raise Http404
    typed = _typed(request, product)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            service.write_review(_input(request, product_id, typed), actor=actor)
            messages.success(request, gettext("Thank you! Your review appears once we have looked at it."))
            return redirect("shop:reviews")
        except DomainError as error:
            named = str(error.params.get("field", "photos" if "media" in error.code else "text"))
            errors[named] = gettext(str(error.params["reason"])) if "field" in error.params else translated(error)
    return account_page(request, "review", "reviews", {
        "product": product, "typed": typed, "errors": errors, "stars": STARS, "most_photos": MAX_PHOTOS,
        "longest": TEXT_LENGTH, "longest_title": TITLE_LENGTH}, status=422 if errors else 200)


def _typed(request: HttpRequest, product: Reviewable) -> dict[str, Any]:
    if request.method == "POST":
        return {"rating": request.POST.get("rating", ""), "title": request.POST.get("title", ""),
                "text": request.POST.get("text", "")}
    known = product.review
    return {"rating": str(known.rating) if known else request.GET.get("stars", ""),
            "title": known.title if known else "", "text": known.text if known else ""}


def _input(request: HttpRequest, product_id: UUID, typed: dict[str, Any]) -> ReviewInput:
    rating = int(typed["rating"]) if typed["rating"] in ("1", "2", "3", "4", "5") else 0
    return ReviewInput(product_id, rating, typed["title"], typed["text"], get_language() or "en",
                       [f.read() for f in request.FILES.getlist("photos")[:MAX_PHOTOS + 1]])


@member
@require_POST
def delete(request: HttpRequest, review_id: UUID) -> HttpResponse:
    try:
        service.delete_review(review_id, actor=actor_of(request))
    except DomainError as error:
        raise Http404 from error
    messages.success(request, gettext("Your review is gone."))
    return redirect("shop:reviews")


@member
@require_POST
def helpful(request: HttpRequest, review_id: UUID) -> HttpResponse:
    try:
        service.vote(review_id, request.POST.get("do") != "remove", actor=actor_of(request))
        messages.success(request, gettext("Thank you for saying so."))
    except DomainError as error:
        if error.status == 404:
            raise Http404 from error
        messages.error(request, translated(error))
    slug = request.POST.get("slug", "")
    return redirect("shop:product", slug) if slug and "/" not in slug else redirect("shop:reviews")


@cache_control(private=True, max_age=3600)
@require_safe
def photo(request: HttpRequest, review_id: UUID, photo_id: UUID) -> HttpResponse:
    try:
        body = service.review_photo(review_id, photo_id, actor=actor_of(request))
    except DomainError as error:
        raise Http404 from error
    return HttpResponse(body, content_type="image/webp", headers={"Content-Security-Policy": "default-src 'none'"})


PATHS: Paths = (
    ("account/reviews/", review_list, "reviews"),
    ("account/reviews/<uuid:product_id>/", write, "review"),
    ("account/reviews/<uuid:review_id>/delete/", delete, "review-delete"),
    ("reviews/<uuid:review_id>/helpful/", helpful, "review-helpful"),
    ("reviews/<uuid:review_id>/photos/<uuid:photo_id>/", photo, "review-photo"),
)
