"""How allauth's pages use our rules: limits, addresses from trusted proxies, encrypted factor secrets."""

from __future__ import annotations

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from entrepot.identity import mails, session, signin
from entrepot.kit import vault
from entrepot.kit.errors import TooManyRequests
from entrepot.kit.network import client_ip

WRONG_CODE = gettext_lazy("This code is not valid.")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Sign-in by allauth's pages counts tries as the API does."""

    error_messages = {**DefaultAccountAdapter.error_messages, "incorrect_code": WRONG_CODE,
                      "email_password_mismatch": gettext_lazy("The e-mail address or the password is not right.")}

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_ip(request) or "0.0.0.0"  # noqa: S104  an address for the list of sessions, nothing listens

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            signin.count_try(request, _email(credentials))
        except TooManyRequests as error:
            raise self.validation_error("too_many_login_attempts") from error

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        user = super().authenticate(request, **credentials)
        if user is not None:
            signin.forgive(request, _email(credentials))
        return user

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        signin.remember_device(request, response, user.email)
        return response

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that is away keeps nobody from the page."""
        with mails.forgiving():
            super().send_mail(template_prefix, email, context)

    def set_password(self, user: Any, password: str) -> None:
        super().set_password(user, password)
        signin.unlock(user.email)

    def is_reauthentication_required(self, *, app: str) -> bool:
        """A sign-in a moment ago is proof enough: enrolling right after it does not ask for the password again."""
        return not session.is_recent(context.request) and bool(super().is_reauthentication_required(app=app))

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return "/office/" if request.user.is_staff else "/account/"


def _email(credentials: dict[str, Any]) -> str:
    return str(credentials.get("email") or credentials.get("username") or "")


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth is untyped
    """Secrets of second factors are encrypted; staff keep at least one factor."""

    error_messages = {**DefaultMFAAdapter.error_messages, "incorrect_code": WRONG_CODE}

    def encrypt(self, text: str) -> str:
        return base64.b64encode(vault.encrypt(text.encode(), "mfa_authenticator")).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return vault.decrypt(base64.b64decode(encrypted_text), "mfa_authenticator").decode()

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        if not authenticator.user.is_staff or authenticator.type == "recovery_codes":
            return bool(super().can_delete_authenticator(authenticator))
        others = type(authenticator).objects.filter(user=authenticator.user, type__in=("totp", "webauthn"))
        return bool(others.exclude(pk=authenticator.pk).exists())
