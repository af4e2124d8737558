"""Nothing is reachable without a declared permission, and what each built-in role may do is a committed snapshot.

After an intended change: `UPDATE_SNAPSHOTS=1 pytest tests/architecture/test_permissions.py`, then read the difference.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.urls import get_resolver, path

from entrepot.identity.rules import BUILTIN_ROLES, permissions_of_role
from entrepot.kit import checks
from entrepot.kit.actor import declared

SNAPSHOT = Path(__file__).with_name("role_matrix.txt")


def granted() -> dict[str, set[str]]:
    codes = [code for code, p in declared().items() if not p.everyone]
    return {role.code: set(permissions_of_role(role, codes)) for role in BUILTIN_ROLES}


def line(what: str, code: str, roles: dict[str, set[str]]) -> str:
    who = "everyone" if declared()[code].everyone else " ".join(r for r, codes in roles.items() if code in codes)
    return f"{what}: {who}"


def matrix() -> str:
    roles = granted()
    lines = ["# permission: roles", *(line(code, code, roles) for code in sorted(declared()))]
    lines += ["", "# operation [permission]: roles"]
    operations = {(f"/{route}", method, code) for route, view in checks.walk(get_resolver().url_patterns)
                  for method, code in checks.operations_of(view)}
    lines += [line(f"{method} {route} [{code}]", code, roles) for route, method, code in sorted(operations)]
    return "\n".join(lines) + "\n"


def test_every_route_declares_its_permission() -> None:
    assert checks.undeclared() == []


def test_a_view_without_a_permission_is_found(monkeypatch: Any) -> None:
    resolver = get_resolver()
    naked = path("naked/", lambda request: None)
    monkeypatch.setitem(resolver.__dict__, "url_patterns", [naked])
    assert checks.undeclared() == ["naked/"]
    assert checks.every_route_has_a_permission(None)[0].id == "entrepot.E001"


def test_roles_and_operations_are_as_committed() -> None:
    now = matrix()
    if os.environ.get("UPDATE_SNAPSHOTS") == "1":
        SNAPSHOT.write_text(now)
    assert now == SNAPSHOT.read_text(), "the role matrix changed; see the head of this test"


def test_owner_holds_everything_and_auditor_changes_nothing() -> None:
    roles = granted()
    assert roles["owner"] == {c for c, p in declared().items() if not p.everyone}
    assert all(c.endswith(("read", "view")) for c in roles["auditor"])
    assert "identity.roles" not in roles["manager"]
