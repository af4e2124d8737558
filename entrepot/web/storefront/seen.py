"""What a visitor looked at last: ids in a cookie of theirs, tied to nobody, kept only with their yes."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from entrepot.insight.api import consent_of

COOKIE = "seen"
MOST = 8
_MONTH_S = 30 * 86_400


def short(id_: UUID) -> str:
    return urlsafe_b64encode(id_.bytes).decode().rstrip("=")


def seen_of(request: HttpRequest) -> list[UUID]:
    """The products, the last one first; whatever else the cookie holds is passed over."""
    found = []
    for text in request.COOKIES.get(COOKIE, "").split(".")[:MOST]:
        try:
            found.append(UUID(bytes=urlsafe_b64decode(text + "==")))
        except (Error, ValueError):
            continue
    return found


def may_keep(request: HttpRequest) -> bool:
    return consent_of(request).allows("marketing")


def note(request: HttpRequest, response: HttpResponse, product_id: UUID) -> None:
    """Put the product first, if the visitor lets us. A page fetched in advance was not looked at: shop.js notes it when
    it is shown.
    """
    if not may_keep(request):
        return
    if "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", "")):
        return
    ids = [product_id, *(id_ for id_ in seen_of(request) if id_ != product_id)][:MOST]
    response.set_cookie(COOKIE, ".".join(map(short, ids)), max_age=_MONTH_S, samesite="Lax", secure=settings.SECURE)
