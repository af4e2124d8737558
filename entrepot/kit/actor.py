"""Who acts, and what they may do. Every action takes a keyword-only `actor` and checks on its first line.

Permissions are declared once, in a context's `permissions.py`, and denied by default. `everyone=True` marks what any
visitor may try (browse, buy): there the scope is the object itself (own cart, own order), checked by the action.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from entrepot.kit.errors import PermissionDenied, Unauthenticated


class ActorKind(StrEnum):
    """Who can act: KEY is a program, SYSTEM is ourselves."""

    ANONYMOUS = "anonymous"
    CUSTOMER = "customer"
    STAFF = "staff"
    KEY = "key"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Permission:
    """A named right. `code` is `<context>.<verb>`; the texts are gettext msgids in English."""

    code: str
    text: str
    everyone: bool = False


_registry: dict[str, Permission] = {}


def declare(code: str, text: str, *, everyone: bool = False) -> Permission:
    """Register a permission at import. The same code twice is a programming error."""
    if code in _registry:
        raise ValueError(f"permission {code} is declared twice")
    _registry[code] = Permission(code, text, everyone)
    return _registry[code]


def declared() -> dict[str, Permission]:
    """All declared permissions by code."""
    return dict(_registry)


@dataclass(frozen=True, slots=True)
class Actor:
    """The acting person, key or process. `id` is stable and unique within `kind`; `label` is for people to read."""

    kind: ActorKind
    id: str = ""
    label: str = ""
    permissions: frozenset[str] = frozenset()
    customer_id: UUID | None = None
    user_id: int | None = None
    ip: str | None = None

    def can(self, permission: Permission) -> bool:
        return permission.everyone or self.kind is ActorKind.SYSTEM or permission.code in self.permissions

    def require(self, permission: Permission) -> None:
        """Raise Unauthenticated (401) for a visitor, PermissionDenied (403) for anyone else without the permission."""
        if self.can(permission):
            return
        if self.kind is ActorKind.ANONYMOUS:
            raise Unauthenticated
        raise PermissionDenied(permission=permission.code)

    @property
    def is_staff_side(self) -> bool:
        """True for people and programs of the company (staff, API keys, the system itself)."""
        return self.kind in (ActorKind.STAFF, ActorKind.KEY, ActorKind.SYSTEM)


ANONYMOUS = Actor(ActorKind.ANONYMOUS, label="guest")


def system(name: str) -> Actor:
    """The actor of a background process, e.g. `system("expiry")`."""
    return Actor(ActorKind.SYSTEM, id=name, label=name)
