"""Signing in by password, for pages and API alike: limits that survive restarts, known devices, one answer for all.

Tries are counted before the password is looked at, so no burst slips through. A stranger's failures lock the account
for strangers only: a device that the owner signed in from before carries a signed cookie and has a count of its own.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import authenticate
from django.core import signing
from django.http import HttpRequest, HttpResponse

from entrepot.identity import mails
from entrepot.identity.errors import SecondFactorInvalid, SecondFactorRequired, SignInFailed
from entrepot.identity.models import User
from entrepot.kit import limits
from entrepot.kit.network import client_ip

FAILURES = 10
FAILURES_OF_ADDRESS = 100
LOCKED = timedelta(minutes=30)
DEVICE_COOKIE = "__Host-device" if settings.SECURE else "device"
_DEVICE_SALT = "identity.device"
_DEVICE_AGE = 365 * 24 * 3600


def account_key(email: str) -> str:
    """What stands for an account in counters: they tell nobody which addresses were tried."""
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()[:32]


def _counters(request: HttpRequest, email: str) -> list[tuple[str, int]]:
    account, ip = account_key(email), client_ip(request)
    if device := known_device(request, account):
        return [(f"signin:{account}:device:{device}", FAILURES)]
    return [(f"signin:{account}", FAILURES), (f"signin-ip:{ip}", FAILURES_OF_ADDRESS)]


def count_try(request: HttpRequest, email: str) -> None:
    """Count this try; TooManyRequests once an account has failed too often from devices we do not know."""
    for name, limit in _counters(request, email):
        limits.hit(name, limit, LOCKED)


def forgive(request: HttpRequest, email: str) -> None:
    """The right password came: earlier failures of this account and device are forgotten."""
    limits.forget(_counters(request, email)[0][0])


def unlock(email: str) -> None:
    """The owner proved themselves otherwise (a password reset by mail)."""
    limits.forget(f"signin:{account_key(email)}")


def known_device(request: HttpRequest, account: str) -> str | None:
    try:
        data = signing.loads(request.COOKIES.get(DEVICE_COOKIE, ""), salt=_DEVICE_SALT, max_age=_DEVICE_AGE)
    except signing.BadSignature:
        return None
    return str(data["device"]) if isinstance(data, dict) and account in data.get("accounts", []) else None


def remember_device(request: HttpRequest, response: HttpResponse, email: str) -> None:
    """Mark this browser as one the account has signed in from."""
    account = account_key(email)
    if known_device(request, account):
        return
    try:
        data = signing.loads(request.COOKIES.get(DEVICE_COOKIE, ""), salt=_DEVICE_SALT, max_age=_DEVICE_AGE)
    except signing.BadSignature:
        data = {"device": secrets.token_hex(8), "accounts": []}
    data["accounts"] = [*data["accounts"][-4:], account]
    response.set_cookie(DEVICE_COOKIE, signing.dumps(data, salt=_DEVICE_SALT), max_age=_DEVICE_AGE, httponly=True,
                        secure=settings.SECURE, samesite="Lax", path="/")


def check_password(request: HttpRequest, email: str, password: str) -> User:
    """The user, or SignInFailed: the same answer after the same work whether the account exists or not."""
    count_try(request, email)
    user = authenticate(request, email=email, password=password)
    if not isinstance(user, User):
        raise SignInFailed
    forgive(request, email)
    return user


def sign_in(request: HttpRequest, email: str, password: str, code: str | None) -> User:
    """Sign the request's session in. People with a second factor need its code; staff without one reach enrolment."""
    from allauth.account.adapter import get_adapter
    from allauth.account.internal.flows.login import record_authentication
    from allauth.usersessions.models import UserSession

    user = check_password(request, email, password)
    _check_address(user)
    factor = _check_code(user, code)
    record_authentication(request, user, method="password", email=user.email)
    if factor is not None:
        record_authentication(request, user, method="mfa", type=factor)
    get_adapter().login(request, user)
    UserSession.objects.create_from_request(request)
    return user


def _check_address(user: User) -> None:
    """Who has not followed the mailed link yet gets it anew, and the answer that a wrong password gets: otherwise
    opening an account and signing in would tell whether there was one before."""
    from allauth.account.models import EmailAddress

    address = EmailAddress.objects.filter(user=user, primary=True).first()
    if address is not None and not address.verified:
        mails.ask_to_confirm(address, user.language)
        raise SignInFailed


def _check_code(user: User, code: str | None) -> str | None:
    """The kind of factor that was given; None for people who have none."""
    from allauth.mfa.models import Authenticator

    factors = list(Authenticator.objects.filter(user=user))
    if not any(f.type in (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN) for f in factors):
        return None
    if not code:
        raise SecondFactorRequired
    limits.hit(f"signin-code:{user.pk}", FAILURES, LOCKED)
    for factor in factors:
        if factor.type != Authenticator.Type.WEBAUTHN and factor.wrap().validate_code(code):
            limits.forget(f"signin-code:{user.pk}")
            return str(factor.type)
    raise SecondFactorInvalid


def confirm(request: HttpRequest, password: str, code: str | None) -> None:
    """Prove anew who sits there, before a sensitive change."""
    from allauth.account.internal.flows.login import record_authentication

    user = request.user
    if not isinstance(user, User):
        raise SignInFailed
    checked = check_password(request, user.email, password)
    factor = _check_code(checked, code)
    record_authentication(request, user, method="password", reauthenticated=True)
    if factor is not None:
        record_authentication(request, user, method="mfa", type=factor, reauthenticated=True)

