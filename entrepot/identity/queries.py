"""Reads: who an id or a token stands for, lists for the office."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from typing import Any

from entrepot.identity import rules
from entrepot.identity.contracts import ApiKeyInfo, FactorInfo, RoleInfo, SessionInfo, UnitInfo, UserInfo
from entrepot.identity.errors import InvalidApiKey
from entrepot.identity.models import ApiKey, OrganisationUnit, Role, User
from entrepot.kit import clock, db
from entrepot.kit.actor import Actor, ActorKind
from entrepot.kit.errors import NotFound

_ACTOR = """
SELECT u.email, u.name, u.is_staff,
       coalesce((SELECT array_agg(DISTINCT p) FROM identity_user_roles ur JOIN identity_role r ON r.id = ur.role_id,
                 unnest(r.permissions) AS p WHERE ur.user_id = u.id), '{}') AS permissions
FROM identity_user u WHERE u.id = %s AND u.is_active
"""


def actor_of_user(user_id: int, ip: str | None = None) -> Actor | None:
    """The actor a signed-in user is right now (roles read anew), or None when the account is gone or closed."""
    found = db.row(_ACTOR, [user_id])
    if found is None:
        return None
    kind = ActorKind.STAFF if found.is_staff else ActorKind.CUSTOMER
    permissions = frozenset(found.permissions) if found.is_staff else frozenset()
    return Actor(kind, str(user_id), found.name or found.email, permissions, user_id=user_id, ip=ip)


def actor_of_signed_in(user: User, ip: str | None = None) -> Actor | None:
    """The same for whom this request has read just now: a customer, who has no roles, is not asked for again."""
    if user.is_staff:
        return actor_of_user(user.pk, ip)
    return Actor(ActorKind.CUSTOMER, str(user.pk), user.name or user.email, frozenset(), user_id=user.pk,
                 ip=ip) if user.is_active else None


_KEY = "SELECT id, name, hash, scopes, last_used_on FROM identity_apikey" \
       " WHERE prefix = %s AND revoked_at IS NULL AND expires_at > %s"


def actor_of_key(token: str, ip: str | None = None) -> Actor:
    """The actor of a key token. One answer for unknown, wrong, expired and revoked."""
    now = clock.now()
    parsed = rules.parse_key(token)
    found = db.row(_KEY, [parsed[0], now]) if parsed else None
    if parsed is None or found is None or not hmac.compare_digest(found.hash, parsed[1]):
        raise InvalidApiKey
    if found.last_used_on != now.date():  # one write a day, not one per request
        db.execute("UPDATE identity_apikey SET last_used_on = %s WHERE id = %s", [now.date(), found.id])
    return Actor(ActorKind.KEY, id=str(found.id), label=found.name, permissions=frozenset(found.scopes), ip=ip)


def actor_of_key_id(key_id: int) -> Actor | None:
    """The actor of a key that asked for something to be done later, with its scopes; None once it is unusable."""
    found = db.row("SELECT name, scopes FROM identity_apikey WHERE id = %s AND revoked_at IS NULL AND expires_at > %s",
                   [key_id, clock.now()])
    if found is None:
        return None
    return Actor(ActorKind.KEY, id=str(key_id), label=found.name, permissions=frozenset(found.scopes))


def person_behind(actor: Actor) -> int | None:
    """The user who answers for what is done: for a key, whoever made it or took it over. None where nobody does."""
    if actor.kind is not ActorKind.KEY:
        return actor.user_id
    return maker_of_key(int(actor.id)) if actor.id.isdigit() else None


def maker_of_key(key_id: int) -> int | None:
    found = db.value("SELECT created_by_id FROM identity_apikey WHERE id = %s", [key_id])
    return None if found is None else int(found)


def list_roles() -> list[RoleInfo]:
    """All roles by code, our own and those made here."""
    return [role_info(r) for r in Role.objects.order_by("code")]


def holders_of(permissions: Iterable[str]) -> list[RoleInfo]:
    """The roles that grant any of these permissions and that a colleague who still works here has."""
    held = User.roles.through.objects.filter(user__is_active=True, user__is_staff=True).values("role_id")
    return [role_info(r) for r in Role.objects.filter(permissions__overlap=sorted(permissions),
                                                      id__in=held).order_by("code")]


def role_info(role: Role) -> RoleInfo:
    return RoleInfo(role.code, role.name, list(role.permissions), role.is_builtin)


_USERS = """
SELECT u.id, u.email, u.name, u.is_staff, u.is_active, u.language, u.unit_id,
       coalesce((SELECT array_agg(r.code ORDER BY r.code) FROM identity_user_roles ur
                 JOIN identity_role r ON r.id = ur.role_id WHERE ur.user_id = u.id), '{}') AS roles,
       EXISTS (SELECT 1 FROM mfa_authenticator a WHERE a.user_id = u.id AND a.type IN ('totp', 'webauthn'))
           AS has_second_factor
FROM identity_user u
"""


def list_users(*, staff: bool | None = None, query: str = "", after_id: int = 0, limit: int = 24) -> list[UserInfo]:
    """Users by id, from after `after_id`; `query` matches a part of name or e-mail."""
    sql = _USERS + (" WHERE u.id > %(after)s AND (%(staff)s::boolean IS NULL OR u.is_staff = %(staff)s)"
                    " AND (%(query)s = '' OR strpos(lower(u.email), %(query)s) > 0"
                    " OR strpos(lower(u.name), %(query)s) > 0) ORDER BY u.id LIMIT %(limit)s")
    found = db.rows(sql, {"after": after_id, "staff": staff, "query": query.lower(), "limit": limit})
    return [UserInfo(**r._asdict()) for r in found]


def get_user(user_id: int) -> UserInfo:
    """Raises NotFound."""
    found = db.row(_USERS + " WHERE u.id = %s", [user_id])
    if found is None:
        raise NotFound("user")
    return UserInfo(**found._asdict())


def list_units() -> list[UnitInfo]:
    return [UnitInfo(*u) for u in OrganisationUnit.objects.order_by("id").values_list("id", "name", "parent_id")]


def list_keys() -> list[ApiKeyInfo]:
    return [key_info(k) for k in ApiKey.objects.order_by("-id")]


def key_info(key: ApiKey) -> ApiKeyInfo:
    return ApiKeyInfo(key.id, key.name, key.prefix, list(key.scopes), key.created_at, key.expires_at, key.revoked_at,
                      key.last_used_on)


def list_sessions(user_id: int, current_key: str | None = None) -> list[SessionInfo]:
    """The living sessions of a user, newest first."""
    return [SessionInfo(r.id, str(r.ip), r.user_agent, r.created_at, r.last_seen_at, r.session_key == current_key)
            for r in _living_sessions(user_id)]


def _living_sessions(user_id: int) -> list[Any]:
    return db.rows(
        "SELECT us.id, us.ip, us.user_agent, us.created_at, us.last_seen_at, us.session_key"
        " FROM usersessions_usersession us JOIN django_session s ON s.session_key = us.session_key"
        " WHERE us.user_id = %s AND s.expire_date > %s ORDER BY us.last_seen_at DESC", [user_id, clock.now()])


def second_factors(user_id: int) -> list[str]:
    """Kinds of second factor the user has enrolled: `totp`, `webauthn`."""
    return [r.type for r in db.rows("SELECT DISTINCT type FROM mfa_authenticator WHERE user_id = %s"
                                    " AND type IN ('totp', 'webauthn') ORDER BY type", [user_id])]


def factors_of(user_id: int) -> list[FactorInfo]:
    """Everything that a user has enrolled besides the password, without its secrets."""
    return [FactorInfo(r.type, r.name or "", r.created_at, r.last_used_at) for r in db.rows(
        "SELECT type, data->>'name' AS name, created_at, last_used_at FROM mfa_authenticator WHERE user_id = %s"
        " ORDER BY id", [user_id])]
