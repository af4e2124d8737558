"""The sign on the door."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from entrepot.growth import public as growth
from entrepot.kit.rest import actor_of
from entrepot.web.office.content.sheet import LANGUAGES, whole
from entrepot.web.office.pages import acted, office_page, text_of


def door(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        actor, back = actor_of(request), reverse("admin:desk_door")
        if request.POST.get("do") == "open":
            return acted(request, lambda: growth.open_shop(actor=actor), back, _("The shop is open."))
        minutes, message = text_of(request, "minutes"), {c: text_of(request, f"message-{c}") for c, _l in LANGUAGES}
        return acted(request, lambda: growth.close_shop(
            whole(minutes), message=message, actor=actor), back,
            _("The shop is closed for visitors."))
    return office_page(request, "content/door", _("Open and closed"), {"closed": growth.closure(),
                                                                       "languages": LANGUAGES})
