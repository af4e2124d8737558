"""How a work page is drawn, and how what people press there is done and answered."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from entrepot.kit.actor import Permission
from entrepot.kit.errors import N_, DomainError, InvalidInput
from entrepot.kit.money import exponent
from entrepot.kit.rest import public_view, translated


class Page(NamedTuple):
    name: str
    route: str
    view: Callable[..., HttpResponse]
    permission: Permission
    title: Any = ""
    icon: str = ""
    group: str = ""  # none: reached from another page


def work_page(name: str, route: str, view: Callable[..., HttpResponse], permission: Permission, title: Any = "",
              icon: str = "", group: str = "") -> Page:
    """An entry of a desk's `PAGES`; in the navigation when it has a group."""
    return Page(name, route, public_view(permission)(view), permission, title, icon, group)


def office_page(request: HttpRequest, template: str, title: Any, context: dict[str, Any], *,
                status: int = 200) -> HttpResponse:
    frame = admin.site.each_context(request)
    return TemplateResponse(request, f"office/{template}.html", {**frame, "title": title, **context}, status=status)


def acted(request: HttpRequest, action: Callable[[], Any], back: str, done: Any = None) -> HttpResponse:
    """Do it, say so or say why not, and show the page again."""
    try:
        action()
        messages.success(request, str(done or _("Done.")))
    except DomainError as error:
        messages.error(request, translated(error))
    return HttpResponseRedirect(back)


def text_of(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").strip()


def whole(given: str, digits: int = 18) -> int | None:
    """A whole number of so many digits at most; not every sign that counts as a digit makes one."""
    return int(given) if given.isdecimal() and len(given) <= digits else None


def quantity_of(request: HttpRequest, name: str) -> Decimal | None:
    """A number that somebody typed; None when the field is empty."""
    given = text_of(request, name).replace(",", ".")
    if not given:
        return None
    try:
        value = Decimal(given)
    except InvalidOperation as error:
        raise InvalidInput(name, N_("Give a number.")) from error
    if not value.is_finite() or abs(value) >= 10**12:
        raise InvalidInput(name, N_("Give a number."))
    return value


def minor_of(request: HttpRequest, name: str, currency: str) -> int | None:
    """An amount that somebody typed in whole units, in minor ones; more decimals than the currency has are refused."""
    value = quantity_of(request, name)
    if value is None:
        return None
    minor = value.scaleb(exponent(currency))
    if minor != minor.to_integral_value():
        raise InvalidInput(name, N_("Too many decimals for this currency."))
    return int(minor)
