"""What other contexts may call."""

from entrepot.payments.actions.begin import begin, refresh, refuse_foreign_return
from entrepot.payments.actions.heal import heal
from entrepot.payments.actions.inbox import receive_webhook, replay_message
from entrepot.payments.actions.manual import (
    deactivate_gift_card,
    issue_gift_card,
    mark_received,
    mark_refunded,
    set_method,
    set_refund_limit,
)
from entrepot.payments.actions.open import open_payment, pay_with_credit, pay_with_gift_card, pay_with_points
from entrepot.payments.actions.reconcile import import_statement, reconcile, resolve_difference
from entrepot.payments.actions.requests import cancel_open, capture, refund, refund_payment, release, void
from entrepot.payments.providers import captures_many
from entrepot.payments.queries import (
    get_payment,
    gift_card_balance,
    list_refund_limits,
    methods,
    payments_of,
    refund_limit,
    refunds_of,
    transactions_of,
    ways,
)
from entrepot.payments.rules import normal_code

__all__ = [
    "begin",
    "cancel_open",
    "capture",
    "captures_many",
    "deactivate_gift_card",
    "get_payment",
    "gift_card_balance",
    "heal",
    "import_statement",
    "issue_gift_card",
    "list_refund_limits",
    "mark_received",
    "mark_refunded",
    "methods",
    "normal_code",
    "open_payment",
    "pay_with_credit",
    "pay_with_gift_card",
    "pay_with_points",
    "payments_of",
    "receive_webhook",
    "reconcile",
    "refresh",
    "refund",
    "refund_limit",
    "refund_payment",
    "refunds_of",
    "refuse_foreign_return",
    "release",
    "replay_message",
    "resolve_difference",
    "set_method",
    "set_refund_limit",
    "transactions_of",
    "void",
    "ways",
]
