"""Errors that carry a code, a sentence for a person and an HTTP status.

Contexts subclass `DomainError` and name the subclass as a fact (`OrderNotPending`). `text` is an English gettext
msgid with `{placeholders}`; the boundary translates it. Raising one changes nothing: actions run in a transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, ClassVar

from entrepot.kit.money import Money


def N_(text: str) -> str:
    """Mark a string for translation where gettext itself may not be imported (pure modules)."""
    return text


class DomainError(Exception):
    """A business rule said no. `params` fill the placeholders of `text` and travel to the API as `params`.

    An amount `due_minor` beside its `currency` also fills `{due}`, as people write money.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400
    text: ClassVar[str] = N_("This cannot be done.")

    def __init__(self, **params: Any) -> None:
        self.params = params
        super().__init__(self.text.format(**self.told(lambda minor, currency: str(Money(minor, currency)))))

    def told(self, write: Callable[[int, str], str]) -> dict[str, Any]:
        """The parameters as people read them: amounts written by `write`, quantities without empty decimals."""
        currency = self.params.get("currency", "")
        amounts = {k.removesuffix("_minor"): write(v, currency) for k, v in self.params.items()
                   if currency and k.endswith("_minor") and isinstance(v, int)}
        quantities = {k: f"{v.normalize():f}" for k, v in self.params.items() if isinstance(v, Decimal)}
        return {**self.params, **quantities, **amounts}


class NotFound(DomainError):
    code, status, text = "not_found", 404, N_("There is no such {what}.")

    def __init__(self, what: str = "object") -> None:
        super().__init__(what=what)


class PermissionDenied(DomainError):
    code, status, text = "permission_denied", 403, N_("You do not have the permission “{permission}”.")


class Unauthenticated(DomainError):
    code, status, text = "unauthenticated", 401, N_("Please sign in first.")


class InvalidInput(DomainError):
    """Input that fits the schema but not the rules. `field` names the culprit, `reason` is a translatable sentence."""

    code, status, text = "invalid_input", 422, N_("{field}: {reason}")

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(field=field, reason=reason)


class UnknownParameter(DomainError):
    code, status, text = "unknown_parameter", 422, N_("There is no parameter “{name}” here.")


class RepeatedParameter(DomainError):
    code, status, text = "repeated_parameter", 422, N_("The parameter “{name}” may be given only once.")


class Unstorable(DomainError):
    code, status, text = "unstorable", 422, N_("This contains values that cannot be stored.")


class Busy(DomainError):
    code, status, text = "busy", 409, N_("Someone else is changing this right now. Please try again.")


class StaleVersion(DomainError):
    code, status, text = "stale_version", 412, N_("This was changed by someone else meanwhile. Reload and try again.")


class IdempotencyMismatch(DomainError):
    code, status = "idempotency_mismatch", 422
    text = N_("This idempotency key was already used for a different request.")


class IdempotencyInFlight(DomainError):
    code, status = "idempotency_in_flight", 409
    text = N_("The same request is still being worked on. Please try again in a moment.")


class OutcomeUnknown(DomainError):
    """The work of an idempotency key was done at least in part, and its answer was lost: repeating it is not safe."""

    code, status = "outcome_unknown", 409
    text = N_("The first request with this key made changes, but its answer was lost. Look at what it changed before"
              " you send it again with a new key.")


class TooManyRequests(DomainError):
    code, status, text = "too_many_requests", 429, N_("Too many requests. Please wait {seconds} seconds.")


class ServiceUnavailable(DomainError):
    code, status, text = "unavailable", 503, N_("The service is busy. Please try again shortly.")


class NotParked(DomainError):
    code, status, text = "not_parked", 409, N_("This has not failed, so there is nothing to retry.")


class WebhookInactive(DomainError):
    code, status, text = "webhook_inactive", 409, N_("This webhook is switched off.")
