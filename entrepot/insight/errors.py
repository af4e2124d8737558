"""Why an event is not taken."""

from entrepot.kit.errors import N_, DomainError


class UnknownEvent(DomainError):
    code, status, text = "unknown_event", 422, N_("There is no event “{name}”.")
