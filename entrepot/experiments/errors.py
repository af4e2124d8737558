"""What stops a change of flags."""

from entrepot.kit.errors import N_, DomainError


class FlagExists(DomainError):
    code, status, text = "flag_exists", 409, N_("There is already a flag “{flag}”.")
