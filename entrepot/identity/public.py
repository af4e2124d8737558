"""What others may call of identity."""

from entrepot.identity import session
from entrepot.identity.actions import (
    close_login,
    create_api_key,
    create_login,
    create_staff,
    end_sessions,
    enrol_totp,
    ensure_roles,
    revoke_api_key,
    set_password,
    set_roles,
    sign_up,
    update_user,
)
from entrepot.identity.contracts import ApiKeyInfo, RoleInfo, UserInfo
from entrepot.identity.queries import (
    actor_of_key,
    actor_of_key_id,
    actor_of_signed_in,
    actor_of_user,
    factors_of,
    get_user,
    holders_of,
    list_roles,
    list_sessions,
    list_users,
    maker_of_key,
    person_behind,
)

__all__ = [
    "ApiKeyInfo", "RoleInfo", "UserInfo", "actor_of_key", "actor_of_key_id", "actor_of_signed_in", "actor_of_user",
    "close_login", "create_api_key", "create_login", "create_staff", "end_sessions", "enrol_totp", "ensure_roles",
    "factors_of", "get_user", "holders_of", "list_roles", "list_sessions", "list_users", "maker_of_key",
    "person_behind", "revoke_api_key", "session", "set_password", "set_roles", "sign_up", "update_user",
]
