"""Texts in several languages as they come in: which languages there can be, and what a text may hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from entrepot.kit.errors import N_, InvalidInput

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})?")


@lru_cache(maxsize=1024)
def is_language(code: str) -> bool:
    return bool(_LANGUAGE.fullmatch(code))


def check_texts(field: str, given: object, *, limit: int = 500, one_line: bool = False,
                required: bool = False) -> dict[str, str]:
    """Translations trimmed, empty ones dropped; at least one when `required`. Raises InvalidInput."""
    if not isinstance(given, Mapping):
        raise InvalidInput(field, N_("is a text per language"))
    kept: dict[str, str] = {}
    for language, text in given.items():
        if not isinstance(language, str) or not is_language(language):
            raise InvalidInput(field, N_("is keyed by language codes such as “en” or “zh-hans”"))
        if not isinstance(text, str) or CONTROL.search(text) or (one_line and ("\n" in text or "\r" in text)):
            raise InvalidInput(field, N_("holds something else than text"))
        if len(text) > limit:
            raise InvalidInput(field, N_("is too long"))
        if stripped := text.replace("\r\n", "\n").strip():
            kept[language] = stripped
    if required and not kept:
        raise InvalidInput(field, N_("needs a text in at least one language"))
    return kept
