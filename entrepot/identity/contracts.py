"""Shapes of people, roles, keys and sessions as others see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class UserInfo:
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
    code: str
    name: str
    permissions: list[str]
    is_builtin: bool


@dataclass(frozen=True, slots=True)
class UnitInfo:
    id: int
    name: str
    parent_id: int | None


@dataclass(frozen=True, slots=True)
class ApiKeyInfo:
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
