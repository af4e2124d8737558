"""What stops a change of the rules."""

from entrepot.kit.errors import N_, DomainError


class InputsForgotten(DomainError):
    code, status = "inputs_forgotten", 409
    text = N_("What this was decided on has been forgotten, as is due after a time; the decision and its reasons stay.")


class RuleExists(DomainError):
    code, status, text = "rule_exists", 409, N_("There is already a rule “{rule}”.")
