"""Invoices and credit notes, how they are numbered, and the mails that tell customers."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from entrepot.kit.ids import uuid7
from entrepot.orders.models.order import Order


class Invoice(models.Model):
    """An invoice or a credit note with its own gap-free number per kind and year."""

    class Kind(models.TextChoices):
        INVOICE = "invoice", _("invoice")
        CREDIT_NOTE = "credit_note", _("credit note")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey(Order, models.PROTECT, null=True, related_name="invoices", verbose_name=_("order"))
    kind = models.CharField(_("kind"), max_length=11, choices=Kind.choices)
    number = models.CharField(_("number"), max_length=24, unique=True)
    currency = models.CharField(_("currency"), max_length=3)
    total_minor = models.BigIntegerField(_("total"))  # positive on both kinds
    tax_minor = models.BigIntegerField(_("tax"), default=0)
    data = models.JSONField(_("what is printed"))  # everything printed on it
    change_id = models.UUIDField(_("order change"), null=True)
    external_id = models.CharField(_("external id"), max_length=80, null=True, unique=True)
    issued_at = models.DateTimeField(_("issued"))
    business_on = models.DateField(_("business date"))

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        constraints = [models.UniqueConstraint(fields=["order", "kind"], name="orders_one_first_invoice",
                                               condition=Q(kind="invoice", change_id=None))]
        indexes = [models.Index(fields=["-issued_at", "-id"], name="orders_invoice_issued")]

    def __str__(self) -> str:
        return self.number


class InvoiceIssuer(models.Model):
    """What invoices of a channel say of the seller; a missing row means the channel's name alone."""

    channel = models.OneToOneField("catalog.Channel", models.CASCADE, primary_key=True, related_name="+",
                                   verbose_name=_("channel"))
    name = models.CharField(_("name"), max_length=200)
    address = models.TextField(_("address"), blank=True)
    tax_number = models.CharField(_("tax number"), max_length=40, blank=True)
    bank_account = models.CharField(_("bank account"), max_length=120, blank=True)
    contact = models.CharField(_("contact"), max_length=200, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("invoice issuer")
        verbose_name_plural = _("invoice issuers")

    def __str__(self) -> str:
        return self.name


class NumberSeries(models.Model):
    """Gap-free counters (invoices): the row is locked by the transaction that takes a number."""

    code = models.CharField(max_length=24, primary_key=True)
    last = models.BigIntegerField(default=0)


class NumberFormat(models.Model):
    """How the numbers of a kind of document begin from now on; a missing row means the built-in beginning."""

    kind = models.CharField(_("kind"), max_length=12, primary_key=True)
    prefix = models.CharField(_("beginning of the number"), max_length=8, unique=True)

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")


class MailTemplate(models.Model):
    """Subject and body of a notification per language, editable; a missing row means the built-in text."""

    kind = models.CharField(_("kind"), max_length=40)
    language = models.CharField(_("language"), max_length=10)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("body"))

    class Meta:
        verbose_name = _("mail template")
        verbose_name_plural = _("mail templates")
        constraints = [models.UniqueConstraint(fields=["kind", "language"], name="orders_mail_template_once")]


class Notification(models.Model):
    """A message to a customer: queued with the fact it tells of, sent once."""

    id = models.BigAutoField(primary_key=True)
    order = models.ForeignKey(Order, models.CASCADE, db_index=False, null=True, related_name="+",
                              verbose_name=_("order"))
    kind = models.CharField(_("kind"), max_length=40)
    key = models.CharField(_("key of the message"), max_length=120, unique=True)
    recipient = models.CharField(_("to"), max_length=254)
    language = models.CharField(_("language"), max_length=10)
    data = models.JSONField(_("details"), default=dict, blank=True)  # what the text names beyond the order itself
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created"))
    attempts = models.SmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(_("next attempt"), null=True, blank=True)  # null: sent or given up
    sent_at = models.DateTimeField(pgettext_lazy("when", "sent"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        indexes = [
            models.Index(fields=["next_at"], name="orders_notification_due", condition=Q(next_at__isnull=False)),
            models.Index(fields=["order"], name="orders_notification_order"),
        ]
