"""Whether mails can leave at all, told to who can do something about it."""

from __future__ import annotations

import os

from django.conf import settings

from entrepot.kit.actor import Actor
from entrepot.orders import public as orders
from entrepot.orders.permissions import MAIL, READ

_SMTP = "django.core.mail.backends.smtp.EmailBackend"


def is_named() -> bool:
    """Without a server of its own the installation tries port 25 of its machine, where mostly nobody listens."""
    return settings.EMAIL_BACKEND != _SMTP or bool(os.environ.get("ENTREPOT_SMTP"))


def warns(actor: Actor) -> bool:
    """Mails wait because no server is named: a statement is spent only where none is."""
    return not is_named() and actor.can(MAIL) and actor.can(READ) and orders.mails_wait(actor=actor)
