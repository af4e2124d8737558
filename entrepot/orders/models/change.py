"""Edits, returns, exchanges and claims, the second decision on their money, and how long they may be asked for."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from entrepot.kit.ids import uuid7
from entrepot.orders.contracts import ChangeKind, ChangeState
from entrepot.orders.models.choices import choices
from entrepot.orders.models.order import Order


class OrderChange(models.Model):
    """An edit, return, exchange or claim: operations collected, previewed, then confirmed once, money settled."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey(Order, models.PROTECT, related_name="changes", verbose_name=_("order"))
    number = models.CharField(_("number"), max_length=24, unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=choices(ChangeKind))
    state = models.CharField(_("state"), max_length=10, choices=choices(ChangeState))
    base_version = models.IntegerField(_("made on version"))  # order version it was opened on
    version = models.IntegerField(_("version"), default=1)  # of the change itself
    operations = models.JSONField(_("what changes"), default=list)
    # [{"line_id","quantity","condition","warehouse_id"}]
    receipts = models.JSONField(_("what came back"), default=list, blank=True)
    difference_minor = models.BigIntegerField(_("difference"), default=0)  # positive: customer owes more
    reason = models.TextField(_("reason"), blank=True)
    photos = models.JSONField(_("photos"), default=list, blank=True)
    requested_by = models.CharField(_("requested by"), max_length=200)
    created_at = models.DateTimeField(_("created"))
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)

    class Meta:
        verbose_name = _("order change")
        verbose_name_plural = _("order changes")
        constraints = [models.UniqueConstraint(fields=["order"], name="orders_one_open_edit",
                                               condition=Q(kind="edit", state__in=["draft", "requested", "approved"]))]
        # office list of what waits for us
        indexes = [models.Index(fields=["state", "-created_at"], name="orders_change_state")]

    def __str__(self) -> str:
        return self.number


class RefundApproval(models.Model):
    """Money that one person may not give back alone: the change waits until a second person has decided."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for a second person")
        APPROVED = "approved", _("approved")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")  # its change was

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey(Order, models.PROTECT, db_index=False, related_name="approvals", verbose_name=_("order"))
    change = models.ForeignKey(OrderChange, models.PROTECT, related_name="approvals", verbose_name=_("order change"))
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.WAITING)
    amount_minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    difference_minor = models.BigIntegerField(_("difference"))  # what the person who asked had seen
    asked_by_id = models.CharField(_("asked for by (number)"), max_length=100)  # kind and id: nobody approves their own
    asked_by = models.CharField(_("asked by"), max_length=200)
    asked_at = models.DateTimeField(_("asked"))
    decided_by = models.CharField(_("decided by"), max_length=200, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("refund to approve")
        verbose_name_plural = _("refunds to approve")
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="orders_approval_positive"),
            models.UniqueConstraint(fields=["change"], condition=Q(state="waiting"), name="orders_approval_one_open"),
        ]
        indexes = [
            models.Index(fields=["-asked_at"], name="orders_approval_waiting", condition=Q(state="waiting")),  # office
            models.Index(fields=["order"], name="orders_approval_order"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class ReturnPolicy(models.Model):
    """How long customers of a channel may ask for a return or exchange; a missing row means any time."""

    channel = models.OneToOneField("catalog.Channel", models.CASCADE, primary_key=True, related_name="+",
                                   verbose_name=_("channel"))
    days = models.SmallIntegerField(_("days after the last parcel arrived"))

    class Meta:
        verbose_name = _("return window")
        verbose_name_plural = _("return windows")
        constraints = [models.CheckConstraint(condition=Q(days__gte=0), name="orders_return_days_not_negative")]

    def __str__(self) -> str:
        return str(self.days)
