"""What others may call of identity."""

from entrepot.identity import session
from entrepot.identity.actions import (
    create_api_key,
    create_login,
    create_staff,
    end_sessions,
    enrol_totp,
    ensure_roles,
    revoke_api_key,
    set_password,
    set_roles,
    update_user,
)
from entrepot.identity.contracts import ApiKeyInfo, RoleInfo, UserInfo
from entrepot.identity.queries import actor_of_key, actor_of_key_id, actor_of_user, get_user, list_roles, list_users

__all__ = [
    "ApiKeyInfo", "RoleInfo", "UserInfo", "actor_of_key", "actor_of_key_id", "actor_of_user", "create_api_key",
    "create_login", "create_staff", "end_sessions", "enrol_totp", "ensure_roles", "get_user", "list_roles",
    "list_users", "revoke_api_key", "session", "set_password", "set_roles", "update_user",
]
