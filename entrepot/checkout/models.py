"""Carts on their way to orders, and the ways of delivery."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from entrepot.kit.ids import uuid7


class Checkout(models.Model):
    """A cart and what its buyer has told us so far. A guest proves it by `secret_hash`; a member owns it.

    Lines are one document, so that every step is one statement: [{"id", "variant_id", "quantity", "note"}], quantities
    as strings. Migration 0002 checks that they are positive.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("cart", "open")
        PLACED = "placed", _("placed")
        MERGED = "merged", _("merged")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    secret_hash = models.CharField(_("fingerprint of the secret"), max_length=64)
    state = models.CharField(_("state"), max_length=6, choices=State.choices, default=State.OPEN)
    channel = models.ForeignKey("catalog.Channel", models.PROTECT, db_index=False, related_name="+",
                                verbose_name=_("channel"))
    customer = models.ForeignKey("customers.Customer", models.CASCADE, db_index=False, null=True, blank=True,
                                 related_name="+", verbose_name=_("customer"))
    language = models.CharField(_("language"), max_length=10, default="en")
    lines = models.JSONField(_("lines"), default=list)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    shipping_address = models.JSONField(_("shipping address"), null=True)
    billing_address = models.JSONField(_("billing address"), null=True)
    # {"method_id", "pickup_warehouse_id", "split", "goods_minor"}; "collected_by" of a pick-up; "held_for" with a hold
    delivery = models.JSONField(_("delivery choice"), null=True)
    held_until = models.DateTimeField(_("stock held until"), null=True)  # set: inventory has holds of this cart
    coupons = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("coupon codes"))
    # variants chosen among gifts on offer
    gifts = ArrayField(models.UUIDField(), default=list, blank=True, verbose_name=_("gifts"))
    gift_card_codes = ArrayField(models.CharField(max_length=40), default=list, blank=True,
                                 verbose_name=_("gift cards"))
    points = models.BigIntegerField(_("points"), default=0)
    credit_minor = models.BigIntegerField(_("store credit"), default=0)
    invoice_data = models.JSONField(_("invoice data"), null=True)
    gift_message = models.TextField(_("gift message"), blank=True)
    note = models.TextField(_("note"), blank=True)
    order_id = models.UUIDField(_("order"), null=True)
    # hash of the idempotency key of the placement
    placed_key = models.CharField(_("key of placing"), max_length=64, blank=True)
    placed_fingerprint = models.CharField(_("fingerprint of placing"), max_length=64, blank=True)  # hash of its body
    version = models.IntegerField(_("version"), default=1)
    created_at = models.DateTimeField(_("begun"))
    updated_at = models.DateTimeField(_("last changed"))

    class Meta:
        verbose_name = _("cart")
        verbose_name_plural = _("carts")
        constraints = [
            models.CheckConstraint(condition=~Q(state="placed") | Q(order_id__isnull=False),
                                   name="checkout_placed_has_order"),
            models.CheckConstraint(condition=Q(points__gte=0, credit_minor__gte=0), name="checkout_parts_not_negative"),
        ]
        indexes = [
            # the carts of a member; a guest's cart is found by its id alone
            models.Index(fields=["customer", "state"], condition=Q(customer__isnull=False),
                         name="checkout_of_customer"),
            # the office's list, and the cleaner
            models.Index(fields=["-updated_at", "-id"], condition=Q(state="open"), name="checkout_abandoned"),
            # carts that became orders and still know the buyer, to be forgotten
            models.Index(fields=["updated_at"], condition=Q(state="placed") & ~Q(email=""),
                         name="checkout_knows_buyer"),
            # the order's way back to its cart
            models.Index(fields=["order_id"], condition=Q(order_id__isnull=False), name="checkout_order"),
        ]


def _weekdays() -> list[int]:
    return [1, 2, 3, 4, 5]


class DeliveryMethod(models.Model):
    """A way to get goods to people: where (zones), how much (rates by weight and value), how fast (cut-off, days)."""

    class Kind(models.TextChoices):
        SHIPPING = "shipping", pgettext_lazy("way of delivery", "shipping")
        PICKUP = "pickup", _("pick-up in store")

    code = models.SlugField(_("code"), unique=True)
    name = models.JSONField(_("name"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.SHIPPING)
    channels = ArrayField(models.SmallIntegerField(), default=list, blank=True, verbose_name=_("channels"))
    # [{"country", "region", "postcode_prefix", "excluded"}]; empty: everywhere
    zones = models.JSONField(_("zones"), default=list, blank=True)
    rates = models.JSONField(_("rates"), default=list)  # [{"up_to_g","from_minor","amount_minor"}], first match
    currency = models.CharField(_("currency"), max_length=3)
    tax_class = models.CharField(_("tax class"), max_length=20, default="standard")
    cut_off = models.TimeField(_("cut-off"), null=True, blank=True)
    days_min = models.PositiveSmallIntegerField(_("days at least"), default=1)
    days_max = models.PositiveSmallIntegerField(_("days at most"), default=3)
    # 1: Monday
    working_days = ArrayField(models.SmallIntegerField(), verbose_name=_("working days"), default=_weekdays)
    closed_on = ArrayField(models.DateField(), verbose_name=_("days off"), default=list, blank=True)
    position = models.IntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("delivery method")
        verbose_name_plural = _("delivery methods")
        constraints = [models.CheckConstraint(condition=Q(days_max__gte=F("days_min")), name="checkout_days_ordered")]

    def __str__(self) -> str:
        return self.code


class PointsRate(models.Model):
    """What points are worth as payment in a channel; without a row they are not taken there."""

    channel = models.OneToOneField("catalog.Channel", models.CASCADE, related_name="+", verbose_name=_("channel"))
    minor_per_100 = models.PositiveIntegerField(_("100 points are worth, minor units"))

    class Meta:
        verbose_name = _("value of points")
        verbose_name_plural = _("values of points")
        constraints = [models.CheckConstraint(condition=Q(minor_per_100__gt=0), name="checkout_points_have_value")]
