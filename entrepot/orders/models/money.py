"""Money of orders beyond the payments' own ledger: what counts for another order, what was asked back."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from entrepot.orders.models.order import Order


class Transfer(models.Model):
    """Append-only: money of one order counted for another (split, merge, a refund that goes back where it was paid).

    `is_refund`: the amount counts as refunded for the giving order, whose money lies in the receiving one's payments.
    """

    id = models.BigAutoField(primary_key=True)
    source = models.ForeignKey(Order, models.PROTECT, related_name="transfers_out")
    target = models.ForeignKey(Order, models.PROTECT, related_name="transfers_in")
    amount_minor = models.BigIntegerField(_("amount"))
    is_refund = models.BooleanField(default=False)
    reason = models.CharField(_("reason"), max_length=40)
    at = models.DateTimeField(_("at"))

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="orders_transfer_positive"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="orders_transfer_moves"),
        ]


class Earmark(models.Model):
    """Of what is set aside at the payments of one order so much is meant for another (split, merge), until it is taken.

    A provider sets money aside for one payment and cannot divide it: the payment stays, and here stands whose it is.
    """

    id = models.BigAutoField(primary_key=True)
    source = models.ForeignKey(Order, models.PROTECT, db_index=False, related_name="+")
    target = models.ForeignKey(Order, models.PROTECT, related_name="+")
    amount_minor = models.BigIntegerField(_("amount"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "target"], name="orders_earmark_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="orders_earmark_positive"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="orders_earmark_moves"),
        ]


class Refund(models.Model):
    """Money we asked payments to give back for an order: open until every part of it is done or has failed."""

    id = models.BigAutoField(primary_key=True)
    order = models.ForeignKey(Order, models.PROTECT, db_index=False, related_name="refunds", verbose_name=_("order"))
    reference = models.CharField(_("reference"), max_length=60, unique=True)  # what payments knows it by
    change_id = models.UUIDField(_("order change"), null=True)
    amount_minor = models.BigIntegerField(_("amount"))
    done_minor = models.BigIntegerField(_("done"), default=0)
    failed_minor = models.BigIntegerField(_("failed"), default=0)
    # failed before and asked again under a new reference
    dropped_minor = models.BigIntegerField(_("no longer asked for"), default=0)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    failure = models.CharField(_("failure"), max_length=200, blank=True)
    asked_at = models.DateTimeField(_("asked"))

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="orders_refund_positive"),
            models.CheckConstraint(condition=Q(done_minor__gte=0, failed_minor__gte=0, dropped_minor__gte=0)
                                   & Q(amount_minor__gte=F("done_minor") + F("failed_minor") + F("dropped_minor")),
                                   name="orders_refund_parts"),
        ]
        indexes = [
            models.Index(fields=["order"], name="orders_refund_order"),
            models.Index(fields=["id"], name="orders_refund_failed", condition=Q(failed_minor__gt=0)),  # office list
        ]
