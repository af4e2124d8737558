"""What allauth tells us through its signals: enrolling a factor proves possession of it."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.signals import authenticator_added
from django.dispatch import receiver
from django.http import HttpRequest


@receiver(authenticator_added)
def on_authenticator_added(sender: Any, request: HttpRequest, user: Any, authenticator: Any, **kwargs: Any) -> None:
    """The code or the key was just shown: this session has its second factor."""
    if authenticator.type in ("totp", "webauthn") and request is not None:
        record_authentication(request, user, method="mfa", type=authenticator.type, id=authenticator.pk)
