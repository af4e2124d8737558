"""Parcels and pick-ups."""

from __future__ import annotations

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from entrepot.kit.ids import uuid7
from entrepot.orders.contracts import FulfilmentState
from entrepot.orders.models.choices import choices
from entrepot.orders.models.order import Order, OrderLine


class Fulfilment(models.Model):
    """A parcel or pick-up from one warehouse."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey(Order, models.PROTECT, related_name="fulfilments", verbose_name=_("order"))
    number = models.CharField(_("number"), max_length=24, unique=True)
    warehouse_id = models.SmallIntegerField(_("warehouse"))
    state = models.CharField(_("state"), max_length=10, choices=choices(FulfilmentState))
    carrier = models.CharField(_("carrier"), max_length=60, blank=True)
    tracking_number = models.CharField(_("tracking number"), max_length=80, blank=True)
    tracking_url = models.URLField(_("tracking link"), blank=True)
    created_at = models.DateTimeField(_("created"))
    shipped_at = models.DateTimeField(pgettext_lazy("when", "shipped"), null=True, blank=True)
    delivered_at = models.DateTimeField(pgettext_lazy("when", "delivered"), null=True, blank=True)

    class Meta:
        verbose_name = _("fulfilment")
        verbose_name_plural = _("fulfilments")
        # what a warehouse has still to do with: its work list, the board
        indexes = [
            models.Index(fields=["warehouse_id", "order"], name="orders_fulfilment_open",
                         condition=Q(state__in=["pending", "ready", "shipped"])),
            # office search, by the beginning too
            models.Index(OpClass(Upper("tracking_number"), name="text_pattern_ops"), name="orders_fulfilment_tracking",
                         condition=~Q(tracking_number="")),
        ]

    def __str__(self) -> str:
        return self.number


class FulfilmentLine(models.Model):
    id = models.BigAutoField(primary_key=True)
    fulfilment = models.ForeignKey(Fulfilment, models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, models.PROTECT, related_name="+")
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=3)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(quantity__gt=0), name="orders_fulfilment_qty_positive")]
