"""Payments, what happened to them, gift cards, the webhook inbox and reconciliation."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

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
    order_id = models.UUIDField(null=True)  # set when the order is placed
    checkout_id = models.UUIDField(null=True)
    provider = models.CharField(_("provider"), max_length=20)
    method = models.CharField(_("method"), max_length=40, blank=True)
    provider_ref = models.CharField(_("provider reference"), max_length=120, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    amount_minor = models.BigIntegerField(_("amount"))
    authorised_minor = models.BigIntegerField(_("authorised"), default=0)
    captured_minor = models.BigIntegerField(_("captured"), default=0)
    refunded_minor = models.BigIntegerField(_("refunded"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PENDING)
    action = models.JSONField(null=True)  # what the payer must do: {"kind": "redirect", "url": ...}
    secret = models.CharField(max_length=64, blank=True)  # of the simulator's hosted page
    failure = models.CharField(_("failure"), max_length=200, blank=True)
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
        indexes = [models.Index(fields=["order_id"], name="payments_payment_order"),
                   models.Index(fields=["checkout_id"], name="payments_payment_checkout")]


class Transaction(models.Model):
    """Append-only money ledger: one authorisation, capture, void or refund. `idempotency_key` books it once."""

    class Kind(models.TextChoices):
        AUTHORISATION = "authorisation", _("authorisation")
        CAPTURE = "capture", _("capture")
        VOID = "void", _("void")
        REFUND = "refund", _("refund")

    id = models.BigAutoField(primary_key=True)
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="transactions")
    kind = models.CharField(_("kind"), max_length=13, choices=Kind.choices)
    amount_minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    provider_ref = models.CharField(_("provider reference"), max_length=120, blank=True)
    idempotency_key = models.CharField(max_length=160)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("transaction")
        verbose_name_plural = _("transactions")
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payments_transaction_positive"),
            models.UniqueConstraint(fields=["payment", "idempotency_key"], name="payments_transaction_once"),
        ]


class RefundRequest(models.Model):
    """A refund we asked a provider for: written before the call, settled by its answer or webhook."""

    class State(models.TextChoices):
        PENDING = "pending", _("pending")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds")
    amount_minor = models.BigIntegerField(_("amount"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    reference = models.CharField(_("reference"), max_length=80, unique=True)  # e.g. order change id
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.PENDING)
    attempts = models.SmallIntegerField(default=0)
    failure = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        constraints = [models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payments_refund_positive")]


class InboxMessage(models.Model):
    """A provider's webhook, kept raw and once; `processed_at` when its effect is in."""

    id = models.BigAutoField(primary_key=True)
    provider = models.CharField(_("provider"), max_length=20)
    message_id = models.CharField(_("message id"), max_length=160)
    kind = models.CharField(_("kind"), max_length=80)
    payload = models.JSONField()
    received_at = models.DateTimeField(_("received"))
    processed_at = models.DateTimeField(_("processed"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("webhook message")
        verbose_name_plural = _("webhook messages")
        constraints = [models.UniqueConstraint(fields=["provider", "message_id"], name="payments_inbox_once")]


class GiftCard(models.Model):
    """A code with a balance, cached from its entries; never negative."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(_("code"), max_length=40)
    currency = models.CharField(_("currency"), max_length=3)
    balance_minor = models.BigIntegerField(_("balance"), default=0)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("gift card")
        verbose_name_plural = _("gift cards")
        constraints = [
            models.UniqueConstraint(Upper("code"), name="payments_gift_card_code_ci"),
            models.CheckConstraint(condition=Q(balance_minor__gte=0), name="payments_gift_card_not_negative"),
        ]


class GiftCardEntry(models.Model):
    id = models.BigAutoField(primary_key=True)
    gift_card = models.ForeignKey(GiftCard, models.PROTECT, related_name="entries")
    delta_minor = models.BigIntegerField(_("change"))
    reason = models.CharField(_("reason"), max_length=40)
    reference = models.CharField(_("reference"), max_length=80)
    at = models.DateTimeField(_("at"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["gift_card", "reason", "reference"],
                                               name="payments_gift_card_entry_once")]


class Statement(models.Model):
    """A provider's statement file, reconciled against our transactions."""

    id = models.BigAutoField(primary_key=True)
    provider = models.CharField(_("provider"), max_length=20)
    name = models.CharField(_("file"), max_length=200)
    digest = models.CharField(max_length=64, unique=True)
    imported_at = models.DateTimeField(_("imported"))

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")


class StatementLine(models.Model):
    """One line of a statement and what it matched; `difference` names what is wrong, empty when all is well."""

    id = models.BigAutoField(primary_key=True)
    statement = models.ForeignKey(Statement, models.CASCADE, related_name="lines")
    line = models.IntegerField(_("line"))
    kind = models.CharField(_("kind"), max_length=13)
    provider_ref = models.CharField(_("provider reference"), max_length=120)
    amount_minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    transaction = models.ForeignKey(Transaction, models.PROTECT, null=True, blank=True, related_name="+")
    difference = models.CharField(_("difference"), max_length=40, blank=True)
    resolution = models.CharField(_("resolution"), max_length=200, blank=True)
