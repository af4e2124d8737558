"""How to reach the buyer, and free text."""

from __future__ import annotations

import re

from entrepot.kit.errors import N_, InvalidInput
from entrepot.kit.mailbox import is_mailbox

_PHONE = re.compile(r"\+?[\d\s().\-/]{5,30}( ?(x|ext\.?) ?\d{1,6})?")


def checked_email(value: str) -> str:
    """Trimmed; nothing is fine. Raises InvalidInput."""
    value = value.strip()
    if value and not is_mailbox(value):
        raise InvalidInput("email", N_("This is not an e-mail address."))
    return value


def checked_phone(value: str) -> str:
    """Trimmed; nothing is fine. Raises InvalidInput."""
    value = value.strip()
    if value and not _PHONE.fullmatch(value):
        raise InvalidInput("phone", N_("This is not a telephone number."))
    return value


def checked_text(field: str, value: str, limit: int) -> str:
    """Trimmed and printable. Raises InvalidInput."""
    value = value.strip()
    if "\x00" in value:
        raise InvalidInput(field, N_("This contains characters that cannot be printed."))
    if len(value) > limit:
        raise InvalidInput(field, N_("This is too long."))
    return value
