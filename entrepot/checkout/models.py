"""Carts on their way to orders, and the ways of delivery."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from entrepot.kit.ids import uuid7


class Checkout(models.Model):
    """A cart and what its buyer has told us so far. A guest proves it by `secret_hash`; a member owns it."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        PLACED = "placed", _("placed")
        MERGED = "merged", _("merged")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    secret_hash = models.CharField(max_length=64)
    state = models.CharField(_("state"), max_length=6, choices=State.choices, default=State.OPEN)
    channel = models.ForeignKey("catalog.Channel", models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", models.CASCADE, null=True, blank=True, related_name="+")
    language = models.CharField(max_length=10, default="en")
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    shipping_address = models.JSONField(null=True)
    billing_address = models.JSONField(null=True)
    delivery = models.JSONField(null=True)  # {"method_id", "pickup_warehouse_id", "split"}
    coupons = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    gift_card_codes = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    points = models.BigIntegerField(default=0)
    credit_minor = models.BigIntegerField(default=0)
    invoice_data = models.JSONField(null=True)
    gift_message = models.TextField(blank=True)
    note = models.TextField(blank=True)
    order_id = models.UUIDField(null=True)
    placed_fingerprint = models.CharField(max_length=64, blank=True)  # idempotency key and body of the placement
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("cart")
        verbose_name_plural = _("carts")
        indexes = [
            models.Index(fields=["customer"], condition=Q(state="open"), name="checkout_open_of_customer"),
            models.Index(fields=["updated_at"], condition=Q(state="open"), name="checkout_abandoned"),
        ]


class CheckoutLine(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    checkout = models.ForeignKey(Checkout, models.CASCADE, related_name="lines")
    variant = models.ForeignKey("catalog.Variant", models.CASCADE, related_name="+")
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=3)
    position = models.IntegerField(default=0)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["checkout", "variant"], name="checkout_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="checkout_line_positive"),
        ]


class DeliveryMethod(models.Model):
    """A way to get goods to people: where (zones), how much (rates by weight and value), how fast (cut-off, days)."""

    class Kind(models.TextChoices):
        SHIPPING = "shipping", _("shipping")
        PICKUP = "pickup", _("pick-up in store")

    code = models.SlugField(_("code"), unique=True)
    name = models.JSONField(_("name"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.SHIPPING)
    channels = ArrayField(models.SmallIntegerField(), default=list, blank=True)
    zones = models.JSONField(_("zones"), default=list, blank=True)  # [{"country","region","postcode_prefix"}]; empty: all
    rates = models.JSONField(_("rates"), default=list)  # [{"up_to_g","from_minor","amount_minor"}], first match
    currency = models.CharField(_("currency"), max_length=3)
    tax_class = models.CharField(max_length=20, default="standard")
    cut_off = models.TimeField(_("cut-off"), null=True, blank=True)
    days_min = models.PositiveSmallIntegerField(_("days at least"), default=1)
    days_max = models.PositiveSmallIntegerField(_("days at most"), default=3)
    position = models.IntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("delivery method")
        verbose_name_plural = _("delivery methods")

    def __str__(self) -> str:
        return self.code
