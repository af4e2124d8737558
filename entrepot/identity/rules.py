"""Pure decisions: what the built-in roles may do, how a key is written, who may grant what."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import NamedTuple

from entrepot.kit.actor import Actor, ActorKind
from entrepot.kit.errors import N_


class BuiltinRole(NamedTuple):
    code: str
    name: str
    patterns: tuple[str, ...]
    without: tuple[str, ...] = ()


# A permission that no pattern covers is held by the owner alone.
BUILTIN_ROLES = (
    BuiltinRole("owner", N_("Owner"), ("*",)),
    BuiltinRole("manager", N_("Manager"), ("*",), ("identity.manage", "identity.roles", "identity.keys",
                                                   "identity.sessions", "system.webhooks_manage")),
    BuiltinRole("catalogue", N_("Catalogue"), ("catalog.*", "showcase.*", "pricing.read", "inventory.read",
                                              "channels.import*", "channels.export*", "growth.*"),
                ("growth.close_shop",)),
    BuiltinRole("sales", N_("Sales"), ("orders.*", "customers.*", "checkout.*", "catalog.read", "pricing.*",
                                      "inventory.read", "payments.read", "insight.read", "web.settings"),
                ("customers.adjust*", "orders.import", "orders.issuer", "checkout.maintain", "pricing.set_tax")),
    BuiltinRole("warehouse", N_("Warehouse"), ("inventory.*", "catalog.read", "orders.read", "orders.fulfil*",
                                              "orders.ship*", "orders.receive*", "web.settings")),
    BuiltinRole("service", N_("Customer service"), ("customers.read", "customers.manage", "customers.write",
                                                    "orders.read", "orders.hold*", "orders.change*", "orders.cancel*",
                                                    "orders.return*", "orders.note", "orders.mail", "catalog.read",
                                                    "inventory.read", "payments.read", "service.*")),
    BuiltinRole("finance", N_("Finance"), ("payments.*", "orders.read", "customers.read", "pricing.read",
                                          "pricing.set_tax", "insight.read", "fraud.read", "web.settings")),
    BuiltinRole("auditor", N_("Auditor"), ("*.read", "*.*_read", "*.view", "*.*_view")),
)


def permissions_of_role(role: BuiltinRole, declared: Iterable[str]) -> list[str]:
    """The declared codes that the role's patterns cover."""

    def covered(code: str, patterns: tuple[str, ...]) -> bool:
        return any(fnmatchcase(code, p) for p in patterns)

    return sorted(c for c in declared if covered(c, role.patterns) and not covered(c, role.without))


_KEY = re.compile(r"ek_([a-z2-7]{12})_([A-Za-z0-9_-]{32,64})")


def parse_key(token: str) -> tuple[str, str] | None:
    """Prefix and hash of a key token, or None when it cannot be one."""
    match = _KEY.fullmatch(token)
    return (match[1], hash_key(token)) if match else None


def hash_key(token: str) -> str:
    """SHA-256 suffices: a token has 192 random bits, so there is nothing to guess."""
    return hashlib.sha256(token.encode()).hexdigest()


def not_grantable(actor: Actor, codes: Iterable[str]) -> list[str]:
    """The codes that the actor may not hand out because they do not hold them."""
    if actor.kind is ActorKind.SYSTEM:
        return []
    return sorted(set(codes) - actor.permissions)
