"""Identifiers: UUIDv7 for what crosses borders, random secrets that are never derived from ids."""

from __future__ import annotations

import os
import secrets
import time
from uuid import UUID

_SECRET_BYTES = 24  # 192 bits; the house minimum is 128


def uuid7() -> UUID:
    """A time-ordered UUID (RFC 9562, version 7): 48 bits of milliseconds, 74 random bits."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


def secret_token() -> str:
    """A URL-safe secret of 192 random bits."""
    return secrets.token_urlsafe(_SECRET_BYTES)
