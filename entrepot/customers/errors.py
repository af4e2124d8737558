"""What customers can refuse."""

from entrepot.kit.errors import N_, DomainError


class InsufficientBalance(DomainError):
    code, status, text = "insufficient_balance", 409, N_("The balance is not sufficient: {available} available.")


class AccountHasCredit(DomainError):
    code, status = "account_has_credit", 409
    text = N_("The account still holds store credit. Spend it or have it paid out first.")


class AlreadyClosed(DomainError):
    code, status, text = "already_closed", 409, N_("This account is closed.")


class CodeTaken(DomainError):
    code, status, text = "code_taken", 409, N_("“{value}” is already in use.")
