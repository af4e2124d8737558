"""Shapes of people, roles, keys and sessions as others see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class UserInfo:
    """Somebody who can sign in; `roles` are codes, empty for customers."""

    id: int
    email: str
    name: str
    is_staff: bool
    is_active: bool
    language: str
    roles: list[str]
    unit_id: int | None
    has_second_factor: bool


@dataclass(frozen=True, slots=True)
class RoleInfo:
    """A set of permissions under a name."""

    code: str
    name: str
    permissions: list[str]
    is_builtin: bool


@dataclass(frozen=True, slots=True)
class UnitInfo:
    """A part of the organisation."""

    id: int
    name: str
    parent_id: int | None


@dataclass(frozen=True, slots=True)
class ApiKeyInfo:
    """A key without its secret, which is shown once; `prefix` tells keys apart."""

    id: int
    name: str
    prefix: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_on: date | None


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """A place where somebody is signed in; moments are UTC."""

    id: int
    ip: str
    user_agent: str
    created_at: datetime
    last_seen_at: datetime
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class FactorInfo:
    """Something that proves a person besides the password: totp, webauthn (a passkey or key), recovery_codes."""

    type: str
    name: str
    created_at: datetime
    last_used_at: datetime | None
