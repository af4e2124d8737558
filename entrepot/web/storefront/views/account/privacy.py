"""What one has agreed to, what we hold, and leaving."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from entrepot.customers import public as customers
from entrepot.kit.errors import DomainError
from entrepot.kit.rest import translated
from entrepot.orders import public as orders
from entrepot.orders.contracts import OrderFilter
from entrepot.web import export
from entrepot.web.storefront.shop import Paths
from entrepot.web.storefront.views.account.common import account_page, customer_of, member, proven
from entrepot.web.storefront.views.account.home import OPEN

NOTICE = "2026-11"
# purpose, what it is called, what it means
PURPOSES = (
    ("email_marketing", _("Offers by e-mail"), _("News and offers, at most once a week.")),
    ("sms_marketing", _("Offers by text message"), _("Offers by text message or WeChat, now and then.")),
    ("profiling", _("Suggestions made for you"), _("We look at what you have bought and viewed to suggest goods.")),
    ("analytics", _("Help us make the shop better"), _("We count how pages are used, without looking at you alone.")),
)
_NAMES = {code: name for code, name, _meaning in PURPOSES}


@member
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    customer_id, _actor = customer_of(request)
    history = customers.consent_history(customer_id)
    latest = {c.purpose: c for c in history}
    purposes = [{"code": code, "name": name, "meaning": meaning, "given": code in latest and latest[code].granted,
                 "at": latest[code].at if code in latest else None} for code, name, meaning in PURPOSES]
    return account_page(request, "privacy", "privacy", {
        "purposes": purposes, "history": [{"entry": c, "name": _NAMES.get(c.purpose, c.purpose)}
                                          for c in history[::-1]]})


@member
@require_POST
def consents(request: HttpRequest) -> HttpResponse:
    """Only what changed is written down: each word keeps the notice it was given on."""
    customer_id, actor = customer_of(request)
    known = {c.purpose: c.granted for c in customers.list_consents(customer_id)}
    changed = 0
    for code, _name, _meaning in PURPOSES:
        given = request.POST.get(code) == "on"
        if given != known.get(code, False):
            customers.record_consent(customer_id, code, given, NOTICE, "account", actor=actor)
            changed += 1
    messages.success(request, gettext("Your choices are saved.") if changed else gettext("Nothing was changed."))
    return redirect("shop:privacy")


@proven
@require_http_methods(["GET", "HEAD", "POST"])
def download(request: HttpRequest) -> HttpResponse:
    """Everything we hold about the person, as one ZIP file."""
    if request.method != "POST":
        return redirect("shop:privacy")
    response = HttpResponse(export.as_zip(export.gather(customer_of(request)[1])), content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="entrepot-account.zip"'
    return response


@proven
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest) -> HttpResponse:
    customer_id, actor = customer_of(request)
    open_orders, _more = orders.find_orders(OrderFilter(states=OPEN), limit=5, actor=actor)
    error = ""
    if request.method == "POST" and not open_orders:
        if request.POST.get("sure") != "on":
            error = gettext("Please tick the box first.")
        else:
            try:
                customers.close_account(customer_id, actor=actor)
            except DomainError as refusal:
                error = translated(refusal)
            else:
                logout(request)
                messages.success(request, gettext("Your account is closed. Thank you for having been with us."))
                return redirect("shop:home")
    context: dict[str, Any] = {"open_orders": open_orders, "error": error,
                               "points": customers.balance(customer_id, "points")}
    return account_page(request, "close", "privacy", context, status=422 if error else 200)


PATHS: Paths = (
    ("account/privacy/", privacy, "privacy"),
    ("account/privacy/consents/", consents, "consents"),
    ("account/privacy/download/", download, "export"),
    ("account/close/", close, "close"),
)
