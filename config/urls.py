"""All routes; each context's own live beside it and are mounted by `web`."""

from django.urls import URLPattern, URLResolver, path

from entrepot.web.rest.api import mount

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", mount().urls),
]
