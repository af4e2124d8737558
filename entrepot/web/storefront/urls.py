"""Addresses of the shop; the language is part of the path, English without a prefix."""

from django.urls import path

from entrepot.kit.rest import public_view
from entrepot.web.permissions import VISIT
from entrepot.web.storefront.views import (
    account,
    browse,
    cart,
    checkout,
    consent,
    content,
    frame,
    placed,
    product,
    pwa,
    seo,
)

app_name = "shop"
AREAS = (browse, product, frame, cart, checkout, placed, account, consent, content, seo, pwa)
urlpatterns = [path(route, public_view(VISIT)(view), name=name) for area in AREAS for route, view, name in area.PATHS]
