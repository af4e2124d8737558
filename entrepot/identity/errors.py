"""What can go wrong with people, keys and sign-ins."""

from __future__ import annotations

from entrepot.kit.errors import N_, DomainError


class InvalidApiKey(DomainError):
    code, status, text = "invalid_api_key", 401, N_("This API key is unknown, expired or revoked.")


class SignInFailed(DomainError):
    """One answer for an unknown address, a wrong password and a closed account."""

    code, status, text = "sign_in_failed", 401, N_("The e-mail address or the password is not right.")


class SecondFactorRequired(DomainError):
    code, status, text = "second_factor_required", 403, N_("Please confirm your second factor first.")


class SecondFactorInvalid(DomainError):
    code, status, text = "second_factor_invalid", 401, N_("This code is not valid.")


class ReauthenticationRequired(DomainError):
    code, status, text = "reauthentication_required", 403, N_("Please sign in again to make this change.")


class EmailTaken(DomainError):
    code, status, text = "email_taken", 409, N_("There is already a user with this e-mail address.")


class WeakPassword(DomainError):
    code, status, text = "weak_password", 422, N_("{reasons}")


class CannotGrant(DomainError):
    """Nobody hands out a right that they do not have."""

    code, status, text = "cannot_grant", 403, N_("You cannot grant a permission that you do not have: {permissions}")


class UnknownPermission(DomainError):
    code, status, text = "unknown_permission", 422, N_("There is no permission “{code}”.")


class UnknownRole(DomainError):
    code, status, text = "unknown_role", 422, N_("There is no role “{code}”.")


class BuiltinRole(DomainError):
    code, status, text = "builtin_role", 409, N_("A built-in role cannot be changed or removed. Copy it instead.")


class RoleInUse(DomainError):
    code, status, text = "role_in_use", 409, N_("People still hold this role.")


class LastOwner(DomainError):
    code, status, text = "last_owner", 409, N_("Somebody must remain who can manage users and roles.")


class StaffLogin(DomainError):
    code, status = "staff_login", 409
    text = N_("The account of a colleague is disabled, not closed.")


class UnitInUse(DomainError):
    code, status, text = "unit_in_use", 409, N_("This unit still has people or units in it.")


class UnitCycle(DomainError):
    code, status, text = "unit_cycle", 409, N_("A unit cannot lie within itself.")


class NotInvited(DomainError):
    code, status, text = "not_invited", 409, N_("This person has signed in already and needs no invitation.")
