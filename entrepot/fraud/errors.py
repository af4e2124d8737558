"""What stops a change of the rules."""

from entrepot.kit.errors import N_, DomainError


class RuleExists(DomainError):
    code, status, text = "rule_exists", 409, N_("There is already a rule “{rule}”.")
