"""What the visitor allows: asked once, as easily refused as given, changed at any time."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from entrepot.customers import public as customers
from entrepot.insight import consent
from entrepot.insight.api import consent_of, number_of
from entrepot.kit.errors import N_
from entrepot.kit.rest import actor_of
from entrepot.web.storefront import seen
from entrepot.web.storefront.shop import Paths, channel_of, page, way_back

PURPOSE_TEXTS = {
    "analytics": (N_("Statistics"), N_("We count which pages and goods are looked at, under a random number, on our "
                                       "own server. Nobody else gets it.")),
    "marketing": (N_("Offers for you"), N_("We choose offers by what you looked at, here and in mail you asked for.")),
}


# No form token, for a token would be a cookie before anyone has agreed to any; the origin must be ours instead.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def cookies(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return page(request, "content/cookies", {"indexed": True})
    if not _comes_from_us(request):
        return HttpResponseForbidden()
    granted = _chosen(request)
    _write_down(request, granted)
    response = HttpResponse(status=204) if request.headers.get("X-Requested-With") == "fetch" else redirect(
        way_back(request, reverse("shop:cookies")))
    response.set_cookie(consent.COOKIE, consent.encode(granted), max_age=consent.KEEP_S, samesite="Lax",
                        secure=settings.SECURE)  # scripts may read it: they must know whether to be silent
    if "analytics" in granted and not consent_of(request).signal:
        number_of(request, response)  # before the first events, which may arrive together
    for purpose, name in (("analytics", consent.VISITOR_COOKIE), ("marketing", seen.COOKIE)):
        if purpose not in granted and name in request.COOKIES:
            response.delete_cookie(name, samesite="Lax")
    return response


def _comes_from_us(request: HttpRequest) -> bool:
    """What the browser says of the page that the form was on."""
    origin = request.headers.get("Origin")
    if origin is not None:
        return urlsplit(origin).netloc == request.get_host()
    return request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"


def _chosen(request: HttpRequest) -> list[str]:
    choice = request.POST.get("choice", "")
    if choice == "all":
        return list(consent.PURPOSES)
    return [p for p in consent.PURPOSES if choice == "some" and p in request.POST.getlist("purpose")]


def _write_down(request: HttpRequest, granted: list[str]) -> None:
    """A customer's word also stands in their record, with the notice they saw and where they said it."""
    actor = actor_of(request)
    if actor.customer_id is None:
        return
    for purpose in consent.PURPOSES:
        customers.record_consent(actor.customer_id, purpose, purpose in granted, consent.NOTICE,
                                 f"web-{channel_of(request).code}"[:40], actor=actor)


def purposes(request: HttpRequest) -> list[dict[str, object]]:
    """The purposes that may be refused, as a form shows them."""
    said = consent_of(request)
    return [{"code": code, "label": _(label), "about": _(about), "granted": said.allows(code)}
            for code, (label, about) in PURPOSE_TEXTS.items()]


PATHS: Paths = (
    ("cookies/", cookies, "cookies"),
)
