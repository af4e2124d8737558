"""Mails of signing up. A mail server that is away keeps nobody from the page: the person asks for the link again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

log = structlog.get_logger(__name__)


def ask_to_confirm(address: Any, language: str) -> None:
    """The link that proves whose mailbox it is; `address` is allauth's EmailAddress."""
    from allauth.account.models import EmailConfirmationHMAC

    link = settings.BASE_URL + reverse("account_confirm_email", args=[EmailConfirmationHMAC(address).key])
    with translation.override(language):
        _send(address.email, _("Please confirm your e-mail address"), _(
            "Hello,\n\nyou have opened an account with this address. Please confirm that it is yours: {link}\n\n"
            "If it was not you, you need not do anything.").format(link=link))


def tell_taken(email: str, language: str) -> None:
    """For the owner of an account: somebody tried to open another with the same address."""
    link = settings.BASE_URL + reverse("account_reset_password")
    with translation.override(language):
        _send(email, _("You already have an account"), _(
            "Hello,\n\nsomebody, most likely you, wanted to open an account with this address. You have one already. "
            "If you forgot the password, set a new one here: {link}\n\nIf it was not you, you need not do anything."
        ).format(link=link))


def _send(to: str, subject: str, body: str) -> None:
    with forgiving():
        EmailMessage(subject, body, to=[to], headers={"Auto-Submitted": "auto-generated"}).send()


@contextmanager
def forgiving() -> Iterator[None]:
    """Around the sending of a mail: what the mail server refuses is noted, and the page goes on."""
    try:
        yield
    except OSError as error:  # SMTP's own errors are kinds of it
        log.error("mail not sent", error=type(error).__name__)
