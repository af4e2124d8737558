"""Pages of this context: where providers report, and the gateway simulator's hosted page."""

from __future__ import annotations

import hmac
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from entrepot.kit.actor import ANONYMOUS
from entrepot.kit.errors import DomainError
from entrepot.kit.money import Money
from entrepot.kit.rest import translated
from entrepot.payments.actions.inbox import MAX_BODY_BYTES, receive_webhook
from entrepot.payments.models import Payment
from entrepot.payments.providers import find_provider, simulator

_LANGUAGES = {"en", "zh-hans"}
_CHOICES = {"pay", "authorise", "decline"}


@csrf_exempt
@require_POST
def webhook(request: HttpRequest, provider: str) -> HttpResponse:
    """Where providers report. The signature over the raw body is the only credential."""
    if int(request.headers.get("Content-Length") or 0) > MAX_BODY_BYTES:
        return HttpResponse(status=413)
    headers = {name.lower(): value for name, value in request.headers.items()}
    status = receive_webhook(provider, headers, request.body, actor=ANONYMOUS)
    adapter = find_provider(provider)
    if status != 200 or adapter is None:
        return HttpResponse(status=status, content_type="text/plain")
    content_type, body = adapter.acknowledgement
    return HttpResponse(body, content_type=content_type)


@csrf_exempt  # the secret in the address is the credential; there is no session to ride on
@never_cache
@require_http_methods(["GET", "POST"])
def simulator_page(request: HttpRequest, payment_id: UUID) -> HttpResponseBase:
    """The simulator's hosted page: pay, authorise only or decline. It then reports to our inbox as a provider would."""
    payment = _payment(payment_id, request.GET.get("secret", ""))
    language = request.GET.get("lang", "en")
    with translation.override(language if language in _LANGUAGES else "en"):
        if request.method == "GET":
            return _page(request, payment)
        choice = request.POST.get("choice", "")
        if choice not in _CHOICES:
            return _page(request, payment, problem=_("Please choose."), status=422)
        try:
            simulator.pay(payment.id, payment.currency, payment.amount_minor, choice)
        except DomainError as error:
            return _page(request, payment, problem=translated(error), status=error.status)
        headers, body = simulator.notice(payment.id)
        receive_webhook("simulator", headers, body, actor=ANONYMOUS)
        return _back(payment)


def _payment(payment_id: UUID, secret: str) -> Payment:
    payment = Payment.objects.filter(pk=payment_id, provider="simulator").first()
    if payment is None or not payment.secret or not hmac.compare_digest(payment.secret.encode(), secret.encode()):
        raise Http404
    if find_provider("simulator") is None:
        raise Http404
    return payment


def _page(request: HttpRequest, payment: Payment, *, problem: str = "", status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "payment": payment, "amount": Money(payment.amount_minor, payment.currency), "problem": problem,
        "is_open": payment.state in (Payment.State.PENDING, Payment.State.FAILED),
        "language": translation.get_language(),
    }
    response = render(request, "payments/simulator.html", context, status=status)
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _back(payment: Payment) -> HttpResponseRedirect:
    parts = urlsplit((payment.action or {}).get("return_url") or "/")
    query = "&".join(part for part in (parts.query, urlencode({"payment": str(payment.id)})) if part)
    response = HttpResponseRedirect(urlunsplit(parts._replace(query=query)))
    response.status_code = 303
    response["Referrer-Policy"] = "no-referrer"
    return response
