"""Keys for programs: what each may do in words, shown once, until when, last used, revoked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from entrepot.identity import office
from entrepot.identity import public as identity
from entrepot.identity.permissions import KEYS
from entrepot.kit import clock
from entrepot.kit.errors import N_, DomainError, InvalidInput
from entrepot.kit.rest import actor_of, translated
from entrepot.web.office.pages import acted, office_page, text_of, work_page
from entrepot.web.office.system.access import by_area, in_words

DAYS = (7, 30, 90, 180, 365)


def index(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _create(request)
    return _index(request)


def _index(request: HttpRequest, *, error: str = "", token: str = "", status: int = 200) -> HttpResponse:
    now = clock.now()
    typed = request.POST if request.method == "POST" and not token else {}
    held = set(request.POST.getlist("scopes")) if typed else set()
    mine = actor_of(request).permissions
    keys: list[dict[str, Any]] = [
        {"key": k, "words": in_words(k.scopes), "state": "revoked" if k.revoked_at else "expired" if k.expires_at <= now
         else "soon" if k.expires_at - now < timedelta(days=14) else "living"} for k in office.list_keys()]
    areas = [(name, [r for r in found if r.code in mine]) for name, found in by_area(held)]
    context = {"keys": keys, "areas": [a for a in areas if a[1]], "days": DAYS, "error": error, "token": token,
               "typed": typed}
    return office_page(request, "system/keys", _("API keys"), context, status=status)


def _create(request: HttpRequest) -> HttpResponse:
    """The token is in this answer and nowhere else, so the page is not redirected to."""
    try:
        if not (name := text_of(request, "name")):
            raise InvalidInput("name", N_("Give a name."))
        if not (scopes := request.POST.getlist("scopes")):
            raise InvalidInput("scopes", N_("Choose what the key may do."))
        days = next((d for d in DAYS if str(d) == text_of(request, "days")), DAYS[2])
        _info, token = identity.create_api_key(name, scopes, clock.now() + timedelta(days=days),
                                               actor=actor_of(request))
    except InvalidInput as error:
        return _index(request, error=_(error.params["reason"]), status=422)
    except DomainError as error:
        return _index(request, error=translated(error), status=422)
    return _index(request, token=token)


def revoke(request: HttpRequest, key_id: int) -> HttpResponse:
    if request.method != "POST":
        return _index(request)
    return acted(request, lambda: identity.revoke_api_key(key_id, actor=actor_of(request)), reverse("admin:desk_keys"),
                 gettext_lazy("The key is revoked: its next request is refused."))


PAGES = (
    work_page("desk_keys", "desk/keys/", index, KEYS, gettext_lazy("API keys"), "key", "system"),
    work_page("desk_key_revoke", "desk/keys/<int:key_id>/revoke/", revoke, KEYS),
)
