"""A product's page, and the place that deliveries are promised to."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from entrepot.kit.json import loads
from entrepot.showcase import public as showcase
from entrepot.web.storefront import promise, seen
from entrepot.web.storefront.product import product_context
from entrepot.web.storefront.shop import Paths, channel_of, language_of, page, way_back
from entrepot.web.storefront.views.browse import moved


@require_safe
def product(request: HttpRequest, slug: str) -> HttpResponse:
    channel = channel_of(request)
    found = showcase.document(channel.id, language_of(channel), slug)
    if found is None:
        return moved("product", slug)
    data = loads(found[0])
    response = page(request, "product", product_context(request, channel, data))
    seen.note(request, response, UUID(data["id"]))
    return response


@require_POST
def place(request: HttpRequest) -> HttpResponse:
    """Remember where the visitor wants things sent, and go on."""
    back = redirect(way_back(request, reverse("shop:home")))
    return promise.remember(back, request.POST.get("country", ""), request.POST.get("postcode", ""))


PATHS: Paths = (
    ("p/<str:slug>/", product, "product"),
    ("place/", place, "place"),
)
