"""All routes; each context's own live beside it and are mounted by `web`."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from entrepot.kit import health
from entrepot.web.rest.api import described, mount

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("entrepot.showcase.express")),
    path("api/v1/openapi.json", described),
    path("api/v1/", mount().urls),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("office/", admin.site.urls),
    path("", include("entrepot.payments.urls")),
    path("", include(health)),
    *i18n_patterns(path("", include("entrepot.web.storefront.urls")), prefix_default_language=False),
]

handler403 = "entrepot.web.storefront.views.frame.forbidden"
handler404 = "entrepot.web.storefront.views.frame.not_found"
handler500 = "entrepot.kit.middleware.server_error"
