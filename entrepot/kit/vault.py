"""Secrets at rest: AES-256-GCM under a key of the installation, bound to the place where each is stored."""

from __future__ import annotations

import os
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from entrepot.kit.home import secret

_NONCE = 12
_VERSION = b"\x01"


@lru_cache(maxsize=1)
def _cipher() -> AESGCM:
    key = HKDF(hashes.SHA256(), 32, None, b"entrepot vault v1").derive(secret("ENTREPOT_VAULT_KEY").encode())
    return AESGCM(key)


def encrypt(plain: bytes, place: str) -> bytes:
    """`place` (table, column, row) is authenticated: a ciphertext moved elsewhere does not open."""
    nonce = os.urandom(_NONCE)
    return _VERSION + nonce + _cipher().encrypt(nonce, plain, place.encode())


def decrypt(sealed: bytes, place: str) -> bytes:
    """The plain bytes. Raises cryptography's InvalidTag for a changed or moved ciphertext or another key."""
    sealed = bytes(sealed)
    if sealed[:1] != _VERSION:
        raise ValueError("unknown format of a stored secret")
    return _cipher().decrypt(sealed[1:1 + _NONCE], sealed[1 + _NONCE:], place.encode())
