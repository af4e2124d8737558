"""A staff session reaches only enrolment until it has a second factor, and ends when idle or old."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from entrepot.identity import queries, session
from entrepot.identity.errors import SecondFactorRequired
from entrepot.kit.rest import problem_of

# Signing in and out, enrolment, one's own sessions.
_OPEN = ("/accounts/", "/api/v1/account/", "/static/", "/media/", "/i18n/", "/livez", "/csp-report", "/sw.js",
         "/manifest.webmanifest")


class StaffSessionMiddleware:
    """After allauth's middlewares: looks at every request that carries a session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated and user.is_staff:
            if session.is_expired(request):
                logout(request)
            elif not session.is_verified(request) and not request.path_info.startswith(_OPEN):
                return _to_enrolment(request)
            else:
                session.touch(request)
        return self.get_response(request)


def _to_enrolment(request: HttpRequest) -> HttpResponse:
    if request.path_info.startswith("/api/"):
        return problem_of(SecondFactorRequired())
    if queries.second_factors(int(request.user.pk or 0)):  # a factor exists, but was not given in this session
        logout(request)
        return HttpResponseRedirect(f"{reverse('account_login')}?next={request.path}")
    return HttpResponseRedirect(reverse("mfa_activate_totp"))
