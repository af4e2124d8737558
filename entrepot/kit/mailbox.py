"""What a mail can be sent to."""

from __future__ import annotations

import re

_LONGEST = 254
# what a name may have without quotes (RFC 5322 atoms and their dots, RFC 6531 letters of any script)
_NAME = re.compile(r"[^\s\x00-\x1f\x7f\"(),:;<>@\[\\\]]{1,64}")
_LABEL = re.compile(r"[^\W_]([\w-]{0,61}[^\W_])?")


def is_mailbox(address: str) -> bool:
    """Whether an address can stand in the head of a mail as it is: a name, and a domain of two parts or more."""
    name, at, domain = address.rpartition("@")
    labels = domain.split(".")
    if not at or len(address) > _LONGEST or not _NAME.fullmatch(name) or len(labels) < 2:
        return False
    try:
        domain.encode("idna")
    except UnicodeError:
        return False
    return all(_LABEL.fullmatch(label) for label in labels)
