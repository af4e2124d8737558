"""What must be compared and must not be readable, such as an address: digests under a key of the installation."""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache

from entrepot.kit.home import secret


@lru_cache(maxsize=8)
def _key(name: str) -> bytes:
    return secret(name).encode()


def keyed(key: str, plain: str) -> str:
    """64 hexadecimal digits; without the secret called `key` nobody can try out addresses against them."""
    return hmac.new(_key(key), plain.encode(), hashlib.sha256).hexdigest()
