"""Codes: what people call things by in addresses, files and programs."""

from __future__ import annotations

import re

from entrepot.kit.errors import N_, InvalidInput

CODE = re.compile(r"[a-zA-Z0-9][-_a-zA-Z0-9]{0,49}")


def check_code(field: str, code: str) -> str:
    """Raises InvalidInput."""
    if not CODE.fullmatch(code):
        raise InvalidInput(field, N_("is a code of Latin letters, digits, hyphens and underscores, at most 50"))
    return code
