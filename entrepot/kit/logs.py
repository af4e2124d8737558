"""Structured logs: one JSON object per line, with the request's id, without secrets or personal data."""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, BinaryIO, cast
from uuid import UUID

import orjson
import structlog

from entrepot.kit.context import request_id

GONE = "[redacted]"
_LONGEST = 10_000
_DEPTH = 6

_SECRET_NAME = re.compile(
    r"passw|secret|token|authori[sz]ation|cookie|api_?key|private_?key|credential|csrf|session_?key|otp|totp|cvv|cvc"
    r"|card_?number|^pan$|iban|signature|recovery_code", re.IGNORECASE)
_PERSONAL_NAME = re.compile(r"e_?mail|phone|mobile|^line1$|^line2$|postcode|^address$|id_?card", re.IGNORECASE)

_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[^\s\"',;]{4,}")
_KEYS = re.compile(r"ek_[A-Za-z0-9]{2,}_[A-Za-z0-9_-]+|whsec_[A-Za-z0-9+/=_-]+|[srp]k_(?:live|test)_[A-Za-z0-9]+"
                   r"|eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)?")
_PARAMETER = re.compile(r"(?i)\b(password|passwd|secret|token|key|code|signature|sig|session|otp)=[^\s&\"'#]+")
_MAIL = re.compile(r"[^\s@<>\"',;:()\[\]{}]{1,64}@[^\s@<>\"',;:()\[\]{}]{1,190}\.[^\s@<>\"',;:()\[\]{}.]{2,24}")
_CARD = re.compile(r"(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)")
_PHONE = re.compile(r"(?<!\d)(?:\+\d(?:[ ().-]{0,2}\d){7,14}|(?:0086|86)?1[3-9]\d{9}|1[3-9]\d[ -]\d{4}[ -]\d{4})(?!\d)")


# What every pattern above needs to be there: most words of a log have none of it and are let through at once.
_SUSPECT = re.compile(r"[@=]|\d(?:[ ().-]{0,2}\d){6}|ek_|whsec_|[srp]k_|eyJ|(?i:bearer|basic)")


def _luhn(digits: str) -> bool:
    total = 0
    for position, character in enumerate(reversed(digits)):
        digit = int(character) * (1 + position % 2)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0


def _card(match: re.Match[str]) -> str:
    return GONE if _luhn(re.sub(r"\D", "", match[0])) else match[0]


def redact_text(text: str) -> str:
    """The text without credentials, e-mail addresses, telephone and card numbers."""
    if len(text) > _LONGEST:
        text = text[:_LONGEST] + "…"
    if not _SUSPECT.search(text) or _is_uuid(text):
        return text
    text = _PARAMETER.sub(rf"\1={GONE}", _KEYS.sub(GONE, _BEARER.sub(rf"\1 {GONE}", text)))
    if "@" in text:
        text = _MAIL.sub(GONE, text)
    return _PHONE.sub(GONE, _CARD.sub(_card, text))


def _is_uuid(text: str) -> bool:
    if len(text) not in (32, 36):
        return False
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def redact(value: Any, depth: int = 0) -> Any:
    """The value with everything secret or personal replaced, whatever its shape."""
    if value is None or isinstance(value, (bool, float, UUID)):
        return value
    if isinstance(value, int):
        return value if abs(value) < 10**10 else _number(value)
    if isinstance(value, str):
        return redact_text(value)
    if depth >= _DEPTH:
        return "…"
    if isinstance(value, Mapping):
        return {redact_text(str(k)): GONE if _is_secret_name(str(k)) else redact(v, depth + 1)
                for k, v in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [redact(v, depth + 1) for v in value]
    return redact_text(value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value))


def _number(value: int) -> int | str:
    text = str(value)
    return value if redact_text(text) == text else GONE


@lru_cache(maxsize=1000)
def _is_secret_name(name: str) -> bool:
    return bool(_SECRET_NAME.search(name) or _PERSONAL_NAME.search(name))


def _redacting(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return {k: v if k in ("timestamp", "level", "logger", "_record", "_from_structlog")
            else GONE if _is_secret_name(k) else redact(v) for k, v in event.items()}


def _with_request(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    if current := request_id.get():
        event.setdefault("request_id", current)
    return event


def _line(_: Any, __: str, event: structlog.typing.EventDict) -> bytes:
    return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS)


def _text_line(logger: Any, name: str, event: structlog.typing.EventDict) -> str:
    return _line(logger, name, event).decode()


_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    _with_request,
    _redacting,
]


class _Stderr:
    """Standard error as it is when a line is written: somebody may have put another stream there meanwhile."""

    def write(self, line: bytes) -> int:
        return sys.stderr.buffer.write(line)

    def flush(self) -> None:
        sys.stderr.flush()


_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def configure() -> None:
    """Send structlog's events to standard error as JSON lines, from `ENTREPOT_LOG_LEVEL` (info) upwards."""
    least = os.environ.get("ENTREPOT_LOG_LEVEL", "info").lower()
    structlog.configure(processors=[*_SHARED, _line], cache_logger_on_first_use=True,
                        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS.get(least, logging.INFO)),
                        logger_factory=structlog.BytesLoggerFactory(file=cast(BinaryIO, _Stderr())))


def standard_library() -> dict[str, Any]:
    """Django's LOGGING: what libraries log goes the same way, in the same form."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "structlog.stdlib.ProcessorFormatter", "foreign_pre_chain": _SHARED,
                                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, _redacting,
                                               _text_line]}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {"django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
                    "django.request": {"handlers": ["stderr"], "level": "ERROR", "propagate": False}},
    }
