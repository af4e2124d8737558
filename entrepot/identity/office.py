"""What the desks of the office call of identity beyond `public`: administration of people, roles, units and keys."""

from entrepot.identity.actions import (
    delete_role,
    delete_unit,
    remove_second_factors,
    save_role,
    save_unit,
)
from entrepot.identity.colleagues import (
    Colleague,
    get_colleague,
    has_staff,
    invite_again,
    invite_staff,
    keys_of,
    leave,
    list_colleagues,
)
from entrepot.identity.queries import list_keys, list_sessions, list_units

__all__ = ["Colleague", "delete_role", "delete_unit", "get_colleague", "has_staff", "invite_again", "invite_staff",
           "keys_of", "leave", "list_colleagues", "list_keys", "list_sessions", "list_units", "remove_second_factors",
           "save_role", "save_unit"]
