"""What pricing refuses."""

from __future__ import annotations

from entrepot.kit.errors import N_, DomainError


class PromotionUsedUp(DomainError):
    """Between quote and order, others took the last use, piece or coin of the budget."""

    code, status = "promotion_used_up", 409
    text = N_("A promotion or coupon in this order has just been used up. Please check the new total.")


class PromotionNotDraft(DomainError):
    code, status = "promotion_not_draft", 409
    text = N_("The promotion “{code}” is not a draft.")


class PromotionNotActive(DomainError):
    code, status = "promotion_not_active", 409
    text = N_("The promotion “{code}” is not active.")


class PromotionIsFixed(DomainError):
    """What people were promised does not change while it runs."""

    code, status = "promotion_is_fixed", 409
    text = N_("“{field}” of a promotion cannot change once it is active. End it and start another.")


class LimitBelowUsed(DomainError):
    code, status = "limit_below_used", 409
    text = N_("The limit cannot be lower than what has been used already ({used}).")


class CodeTaken(DomainError):
    code, status = "code_taken", 409
    text = N_("The code “{taken}” is already in use.")


class UnknownVariants(DomainError):
    code, status = "unknown_variants", 422
    text = N_("Some variants do not exist: {variants}")
