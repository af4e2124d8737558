"""What payments refuse."""

from entrepot.kit.errors import N_, DomainError


class MethodNotOffered(DomainError):
    code, status, text = "method_not_offered", 409, N_("This way to pay is not offered here.")


class AmountTooLarge(DomainError):
    code, status, text = "amount_too_large", 409, N_("At most {most} is possible here.")


class PaymentNotCapturable(DomainError):
    code, status, text = "payment_not_capturable", 409, N_("Nothing is authorised that could be captured.")


class PaymentNotVoidable(DomainError):
    code, status, text = "payment_not_voidable", 409, N_("This payment can no longer be voided.")


class PaymentNotManual(DomainError):
    code, status = "payment_not_manual", 409
    text = N_("Only bank transfers and cash on delivery are marked as received by hand.")


class PaymentBusy(DomainError):
    code, status, text = "payment_busy", 409, N_("Another request for this payment is still open at the provider.")


class ReferenceUsed(DomainError):
    code, status, text = "reference_used", 409, N_("This reference was already used with another amount.")


class RefundNeedsSecond(DomainError):
    """`limit_minor` is what this person may give back alone."""

    code, status = "refund_needs_second", 409
    text = N_("Above {limit} a second person decides. Refund it from the order, which asks for that.")


class OwnRefundLimit(DomainError):
    code, status = "own_refund_limit", 403
    text = N_("This limit holds for yourself. Somebody else must raise it.")


class RefundNotPending(DomainError):
    code, status, text = "refund_not_pending", 409, N_("This refund is not waiting for anyone.")


class ProviderUnavailable(DomainError):
    """No answer, or none that settles the matter: ask again with the same key."""

    code, status = "provider_unavailable", 503
    text = N_("The payment provider does not answer. Please try again shortly.")


class ProviderRefused(DomainError):
    code, status, text = "provider_refused", 409, N_("The payment provider refused: {reason}")


class WebhookRefused(DomainError):
    code, status, text = "webhook_refused", 400, N_("This message is not signed by the provider.")


class GiftCardUnusable(DomainError):
    code, status, text = "gift_card_unusable", 409, N_("This gift card cannot be used.")


class GiftCardTooSmall(DomainError):
    code, status = "gift_card_too_small", 409
    text = N_("The gift card holds {balance}.")


class CodeTaken(DomainError):
    code, status, text = "gift_card_code_taken", 409, N_("A gift card with this code exists.")


class CardNumberRefused(DomainError):
    code, status = "card_number_refused", 422
    text = N_("This looks like a card number. Card numbers must never be entered here.")


class StatementUnreadable(DomainError):
    code, status, text = "statement_unreadable", 422, N_("Line {line}: {reason}")
