"""Test people: Alice buys, Bob runs the shop, Charlie is a stranger who must get nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from entrepot.identity import public
from entrepot.identity.models import Role, User
from entrepot.kit import clock
from entrepot.kit.actor import Actor, system

SETUP = system("test")
PASSWORD = "correct horse battery staple"


def bob(*roles: str) -> Actor:
    """A colleague with the given built-in roles (owner when none is named)."""
    public.ensure_roles()
    existing = User.objects.filter(email="bob@example.com").first()
    if existing:
        existing.roles.set(Role.objects.filter(code__in=roles or ["owner"]))
        user_id = existing.id
    else:
        user_id = public.create_staff("bob@example.com", "Bob", PASSWORD, roles or ["owner"], actor=SETUP)
    actor = public.actor_of_user(user_id)
    assert actor is not None
    return actor


def alice_login() -> int:
    return public.create_login("alice@example.com", PASSWORD, "Alice", "en")


def charlie_login() -> int:
    return public.create_login("charlie@example.com", PASSWORD, "Charlie", "en")


def key(*scopes: str, **changes: Any) -> str:
    """The token of a key with these scopes."""
    until = changes.pop("expires_at", clock.now() + timedelta(days=30))
    return public.create_api_key("test", list(scopes), until, actor=SETUP)[1]
