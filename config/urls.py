"""All routes; each context's own live beside it and are mounted by `web`."""

from django.urls import URLPattern, URLResolver, include, path

from entrepot.kit import health
from entrepot.web.rest.api import mount

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", mount().urls),
    path("accounts/", include("allauth.urls")),
    path("", include(health)),
]

handler500 = "entrepot.kit.middleware.server_error"
