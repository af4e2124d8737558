"""Payments, what happened to them, gift cards, the webhook inbox and reconciliation.

The cached sums of a payment follow its ledger by a trigger (migration 0002), so that a row written past our code is
counted and checked too.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from entrepot.kit import said
from entrepot.kit.ids import uuid7


class Payment(models.Model):
    """One attempt to pay (part of) an order with one method. Amounts are cached sums of its transactions."""

    class State(models.TextChoices):
        PENDING = "pending", _("pending")  # waiting for the payer or the provider
        AUTHORISED = "authorised", _("authorised")
        CAPTURED = "captured", _("captured")  # in part or whole: see the amounts
        FAILED = "failed", _("failed")
        VOIDED = "voided", _("voided")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order_id = models.UUIDField(_("order"))
    checkout_id = models.UUIDField(_("checkout"), null=True)
    provider = models.CharField(_("provider"), max_length=20)
    method = models.CharField(_("method"), max_length=40, blank=True)
    provider_ref = models.CharField(_("provider reference"), max_length=120, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    amount_minor = models.BigIntegerField(_("amount"))
    authorised_minor = models.BigIntegerField(_("authorised"), default=0)
    captured_minor = models.BigIntegerField(_("captured"), default=0)
    refunded_minor = models.BigIntegerField(_("refunded"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PENDING)
    # what the payer must do: {"kind": "redirect", "url": ...}
    action = models.JSONField(_("next step at the provider"), null=True)
    # of the simulator's hosted page
    secret = models.CharField(_("secret of the payment page"), max_length=64, blank=True)
    failure = models.CharField(_("failure"), max_length=200, blank=True)
    payer_id = models.UUIDField(_("payer"), null=True)  # whose balance paid: a gift card or a customer
    points = models.BigIntegerField(_("points spent"), null=True)
    ask_at = models.DateTimeField(_("next asked"), null=True)  # when we ask the provider again, unless it speaks first
    created_at = models.DateTimeField(_("created"))
    updated_at = models.DateTimeField(_("updated"))

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payments_amount_positive"),
            models.CheckConstraint(condition=Q(authorised_minor__gte=0, authorised_minor__lte=F("amount_minor")),
                                   name="payments_authorised_range"),
            models.CheckConstraint(condition=Q(captured_minor__gte=0, captured_minor__lte=F("authorised_minor")),
                                   name="payments_captured_range"),
            models.CheckConstraint(condition=Q(refunded_minor__gte=0, refunded_minor__lte=F("captured_minor")),
                                   name="payments_refunded_range"),
            models.UniqueConstraint(fields=["provider", "provider_ref"], condition=~Q(provider_ref=""),
                                    name="payments_provider_ref_once"),
        ]
        indexes = [
            # payments of an order, newest first
            models.Index(fields=["order_id"], name="payments_payment_order"),
            models.Index(fields=["checkout_id"], name="payments_payment_checkout"),
            # the healer: whom to ask now
            models.Index(fields=["ask_at"], name="payments_payment_ask", condition=Q(ask_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return said.short(self.id)


class Transaction(models.Model):
    """Append-only money ledger: an authorisation, capture, void, refund, or a refund that came back.

    `idempotency_key` books it once.
    """

    class Kind(models.TextChoices):
        AUTHORISATION = "authorisation", _("authorisation")
        CAPTURE = "capture", _("capture")
        VOID = "void", _("void")
        REFUND = "refund", _("refund")
        REVERSAL = "reversal", _("refund that came back")

    id = models.BigAutoField(primary_key=True)
    payment = models.ForeignKey(Payment, models.PROTECT, db_index=False, related_name="transactions",
                                verbose_name=_("payment"))
    kind = models.CharField(_("kind"), max_length=13, choices=Kind.choices)
    amount_minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    provider_ref = models.CharField(_("provider reference"), max_length=120, blank=True)
    idempotency_key = models.CharField(_("key of the request"), max_length=160)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("transaction")
        verbose_name_plural = _("transactions")
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payments_transaction_positive"),
            models.UniqueConstraint(fields=["payment", "idempotency_key"], name="payments_transaction_once"),
        ]
        # reconciliation: the movement a statement names; what happened in a period
        indexes = [models.Index(fields=["provider_ref"], name="payments_transaction_ref",
                                condition=~Q(provider_ref="")),
                   models.Index(fields=["at"], name="payments_transaction_at")]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_minor} {self.currency}"


class Request(models.Model):
    """What we ask of a provider: written before the call, settled by its answer, its webhook or a later question.

    Its id is the idempotency key of the call. `reference` is the caller's, e.g. an order change.
    """

    class Kind(models.TextChoices):
        CAPTURE = "capture", _("capture")
        VOID = "void", _("void")
        REFUND = "refund", _("refund")

    class State(models.TextChoices):
        PENDING = "pending", _("pending")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    payment = models.ForeignKey(Payment, models.PROTECT, db_index=False, related_name="requests",
                                verbose_name=_("payment"))
    kind = models.CharField(_("kind"), max_length=7, choices=Kind.choices)
    amount_minor = models.BigIntegerField(_("amount"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    reference = models.CharField(_("reference"), max_length=80)
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.PENDING)
    attempts = models.SmallIntegerField(_("attempts"), default=0)
    failure = models.CharField(_("failure"), max_length=200, blank=True)
    due_at = models.DateTimeField(_("due"), null=True)  # null: waits for a person, not for a provider
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("request to a provider")
        verbose_name_plural = _("requests to providers")
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payments_request_positive"),
            models.UniqueConstraint(fields=["payment", "kind", "reference"], name="payments_request_once"),
            # two people pressing "capture" at once make one capture
            models.UniqueConstraint(fields=["payment"], condition=Q(state="pending") & ~Q(kind="refund"),
                                    name="payments_request_one_open"),
        ]
        # the healer: what is due
        indexes = [models.Index(fields=["due_at"], name="payments_request_due", condition=Q(state="pending")),
                   models.Index(fields=["reference"], name="payments_request_reference")]

    def __str__(self) -> str:
        return str(self.id)


class InboxMessage(models.Model):
    """A provider's webhook, verified, kept whole and once; `processed_at` when its effect is in."""

    id = models.BigAutoField(primary_key=True)
    provider = models.CharField(_("provider"), max_length=20)
    message_id = models.CharField(_("message id"), max_length=160)
    kind = models.CharField(_("kind"), max_length=80)
    payload = models.JSONField(_("content"))
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, related_name="messages", verbose_name=_("payment"))
    received_at = models.DateTimeField(pgettext_lazy("when", "received"))
    processed_at = models.DateTimeField(_("processed"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("message of a provider")
        verbose_name_plural = _("messages of providers")
        constraints = [models.UniqueConstraint(fields=["provider", "message_id"], name="payments_inbox_once")]
        # the healer and the office: what waits
        indexes = [models.Index(fields=["received_at"], name="payments_inbox_waiting",
                                condition=Q(processed_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.provider} {self.message_id}"


class GiftCard(models.Model):
    """A code with a balance, cached from its entries; never negative. The code itself is shown once and not kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code_digest = models.CharField(_("fingerprint of the code"), max_length=64, unique=True, editable=False)
    last4 = models.CharField(_("ends in"), max_length=4)
    currency = models.CharField(_("currency"), max_length=3)
    balance_minor = models.BigIntegerField(_("balance"), default=0)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("gift card")
        verbose_name_plural = _("gift cards")
        constraints = [
            models.CheckConstraint(condition=Q(balance_minor__gte=0), name="payments_gift_card_not_negative"),
        ]

    def __str__(self) -> str:
        return f"•••• {self.last4}"


class GiftCardEntry(models.Model):
    """Append-only ledger of a gift card; a trigger keeps the balance."""

    id = models.BigAutoField(primary_key=True)
    gift_card = models.ForeignKey(GiftCard, models.PROTECT, db_index=False, related_name="entries",
                                  verbose_name=_("gift card"))
    delta_minor = models.BigIntegerField(_("change"))
    reason = models.CharField(_("reason"), max_length=40)
    reference = models.CharField(_("reference"), max_length=80)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("gift card entry")
        verbose_name_plural = _("gift card entries")
        constraints = [models.UniqueConstraint(fields=["gift_card", "reason", "reference"],
                                               name="payments_gift_card_entry_once")]


class Statement(models.Model):
    """A provider's statement file, reconciled against our transactions."""

    id = models.BigAutoField(primary_key=True)
    provider = models.CharField(_("provider"), max_length=20)
    name = models.CharField(_("file"), max_length=200)
    digest = models.CharField(_("fingerprint of the file"), max_length=64, unique=True)
    from_at = models.DateTimeField(_("from"), null=True)
    until_at = models.DateTimeField(_("until"), null=True)
    imported_at = models.DateTimeField(_("imported"))

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")

    def __str__(self) -> str:
        return self.name


class StatementLine(models.Model):
    """One line of a statement and what it matched; `difference` names what is wrong, empty when all is well.

    Line 0 stands for a transaction of ours that the statement lacks.
    """

    class Difference(models.TextChoices):
        MISSING_HERE = "missing_here", _("not in our books")
        MISSING_THERE = "missing_there", _("not in the statement")
        AMOUNT = "amount", _("another amount")
        CURRENCY = "currency", _("another currency")
        DUPLICATE = "duplicate", _("stated twice")

    id = models.BigAutoField(primary_key=True)
    statement = models.ForeignKey(Statement, models.CASCADE, related_name="lines", verbose_name=_("statement"))
    line = models.IntegerField(_("line"))
    kind = models.CharField(_("kind"), max_length=13)
    provider_ref = models.CharField(_("provider reference"), max_length=120)
    amount_minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    at = models.DateTimeField(_("at"), null=True)
    transaction = models.ForeignKey(Transaction, models.PROTECT, null=True, blank=True, related_name="+",
                                    verbose_name=_("transaction"))
    difference = models.CharField(pgettext_lazy("of a statement", "difference"), max_length=13,
                                  choices=Difference.choices, blank=True)
    resolution = models.CharField(_("resolution"), max_length=200, blank=True)
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)

    class Meta:
        verbose_name = _("statement line")
        verbose_name_plural = _("statement lines")
        indexes = [
            # open cases, newest first
            models.Index(fields=["-id"], name="payments_line_open", condition=~Q(difference="") & Q(resolved_at=None)),
            # is this transaction already stated?
            models.Index(fields=["transaction"], name="payments_line_transaction",
                         condition=Q(transaction__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.provider_ref or self.line}"


class MethodSetting(models.Model):
    """Whether and how a channel offers a way to pay; without a row it is offered when it is configured."""

    id = models.BigAutoField(primary_key=True)
    channel = models.ForeignKey("catalog.Channel", models.CASCADE, db_index=False, related_name="+",
                                verbose_name=_("channel"))
    method = models.CharField(_("method"), max_length=20)
    is_offered = models.BooleanField(_("offered"), default=True)
    position = models.SmallIntegerField(_("position"), default=0)
    instructions = models.JSONField(_("instructions"), default=dict, blank=True)  # by language, e.g. the bank account

    class Meta:
        verbose_name = _("way to pay")
        verbose_name_plural = _("ways to pay")
        constraints = [models.UniqueConstraint(fields=["channel", "method"], name="payments_method_once")]

    def __str__(self) -> str:
        return self.method


class RefundLimit(models.Model):
    """The most that one person may give back alone, per role and currency; above it a second person decides.

    An empty role is for everybody whose roles have no row of their own. No row at all: no limit.
    """

    id = models.BigAutoField(primary_key=True)
    role = models.CharField(_("role"), max_length=40, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    limit_minor = models.BigIntegerField(_("limit"))

    class Meta:
        verbose_name = _("refund limit")
        verbose_name_plural = _("refund limits")
        constraints = [
            models.UniqueConstraint(fields=["currency", "role"], name="payments_refund_limit_once"),
            models.CheckConstraint(condition=Q(limit_minor__gte=0), name="payments_refund_limit_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.role or '*'} {self.currency}"


class GatewayEntry(models.Model):
    """The books of the gateway simulator, kept apart from ours as a real provider's are. Append-only."""

    id = models.BigAutoField(primary_key=True)
    payment_id = models.UUIDField()
    kind = models.CharField(max_length=10)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    key = models.CharField(max_length=160, unique=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["payment_id"], name="payments_gateway_payment")]
