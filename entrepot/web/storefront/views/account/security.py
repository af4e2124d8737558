"""How one signs in, and where one is signed in. Passwords, addresses and factors are changed on allauth's pages."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from entrepot.identity import public as identity
from entrepot.kit.actor import Actor
from entrepot.kit.errors import NotFound
from entrepot.kit.rest import actor_of
from entrepot.web.devices import device
from entrepot.web.storefront.shop import Paths
from entrepot.web.storefront.views.account.common import account_page, member


@member
@require_safe
def security(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    assert actor.user_id is not None  # a signed-in customer
    living = identity.list_sessions(actor.user_id, request.session.session_key)
    sessions = [{"session": s, "device": device(s.user_agent)} for s in living]
    return account_page(request, "security", "security", {
        "sessions": sessions, "others": sum(not s.is_current for s in living),
        "factors": identity.factors_of(actor.user_id), "email": getattr(request.user, "email", "")})


@member
@require_POST
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    actor = actor_of(request)
    user_id = _user(actor)
    mine = {s.id: s for s in identity.list_sessions(user_id, request.session.session_key)}
    if session_id not in mine:
        raise Http404
    try:
        identity.end_sessions(user_id, session_id=session_id, actor=actor)
    except NotFound as error:
        raise Http404 from error
    if mine[session_id].is_current:
        logout(request)
        return redirect("shop:home")
    messages.success(request, gettext("That device is signed out."))
    return redirect("shop:security")


@member
@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    user_id = _user(actor)
    for session in identity.list_sessions(user_id, request.session.session_key):
        if not session.is_current:
            identity.end_sessions(user_id, session_id=session.id, actor=actor)
    messages.success(request, gettext("You are signed out everywhere else."))
    return redirect("shop:security")


def _user(actor: Actor) -> Any:
    return actor.user_id


PATHS: Paths = (
    ("account/security/", security, "security"),
    ("account/security/sessions/<int:session_id>/end/", end_session, "session-end"),
    ("account/security/sessions/end/", end_others, "sessions-end"),
)
