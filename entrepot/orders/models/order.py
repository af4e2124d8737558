"""An order, its lines, what changed the sale since, what stops it and its story."""

from __future__ import annotations

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from entrepot.kit.ids import uuid7
from entrepot.orders.contracts import HoldKind, OrderState
from entrepot.orders.models.choices import choices


class Order(models.Model):
    """A sale. Totals are facts of the moment it was placed, changed only by a confirmed order change.

    total = goods - discount + delivery, plus tax when prices exclude it. What the sale is worth now is
    total - credited; what the customer still owes is that less paid.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(_("number"), max_length=20, unique=True)
    channel = models.ForeignKey("catalog.Channel", models.PROTECT, db_index=False, related_name="+",
                                verbose_name=_("channel"))
    checkout_id = models.UUIDField(_("checkout"), null=True, unique=True)
    state = models.CharField(_("state"), max_length=20, choices=choices(OrderState))
    origin = models.CharField(_("origin"), max_length=20, default="checkout")  # checkout, import, exchange, split
    customer = models.ForeignKey("customers.Customer", models.PROTECT, db_index=False, null=True, blank=True,
                                 related_name="+", verbose_name=_("customer"))
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    language = models.CharField(_("language"), max_length=10, default="en")
    currency = models.CharField(_("currency"), max_length=3)
    goods_minor = models.BigIntegerField(_("goods"))  # sum of lines before order discounts, as shown (see tax_included)
    discount_minor = models.BigIntegerField(_("discounts"), default=0)  # positive: taken off goods and delivery
    delivery_minor = models.BigIntegerField(_("delivery"), default=0)  # before discounts
    tax_minor = models.BigIntegerField(_("tax"), default=0)  # whole tax contained in the total
    tax_included = models.BooleanField(_("prices include tax"), default=True)
    total_minor = models.BigIntegerField(_("total"))
    paid_minor = models.BigIntegerField(_("paid"), default=0)  # captured less refunded
    refunded_minor = models.BigIntegerField(_("refunded"), default=0)
    credited_minor = models.BigIntegerField(_("credited"), default=0)  # given back by returns, claims, cancellation
    authorised_minor = models.BigIntegerField(_("authorised"), default=0, db_default=0)  # set aside, not yet captured
    is_promised = models.BooleanField(_("paid on delivery"), default=False)  # goods may move before the money does
    shipping_address = models.JSONField(_("shipping address"), null=True, blank=True)
    billing_address = models.JSONField(_("billing address"), null=True, blank=True)
    delivery = models.JSONField(_("delivery choice"), default=dict, blank=True)
    pickup_warehouse_id = models.SmallIntegerField(_("picked up at"), null=True, blank=True)
    invoice_data = models.JSONField(_("invoice data"), null=True, blank=True)
    gift_message = models.TextField(_("gift message"), blank=True)
    customer_note = models.TextField(_("customer's note"), blank=True)
    external_id = models.CharField(_("external id"), max_length=80, null=True, blank=True)
    placed_at = models.DateTimeField(pgettext_lazy("when", "placed"))
    business_on = models.DateField(_("business date"))  # in the channel's time zone
    expires_at = models.DateTimeField(_("expires unless paid"), null=True, blank=True)
    paid_at = models.DateTimeField(_("paid in full"), null=True, blank=True)
    closed_at = models.DateTimeField(_("completed, cancelled or expired"), null=True, blank=True)
    # the colleague who looks after it
    assignee_id = models.IntegerField(_("looked after by (number)"), null=True, blank=True)
    assignee = models.CharField(_("looked after by"), max_length=200, blank=True, default="", db_default="")
    version = models.IntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        constraints = [
            models.CheckConstraint(
                condition=Q(tax_included=False) | Q(total_minor=F("goods_minor") - F("discount_minor")
                                                    + F("delivery_minor")),
                name="orders_total_adds_up_gross"),
            models.CheckConstraint(
                condition=Q(tax_included=True) | Q(total_minor=F("goods_minor") - F("discount_minor")
                                                   + F("delivery_minor") + F("tax_minor")),
                name="orders_total_adds_up_net"),
            models.CheckConstraint(condition=Q(total_minor__gte=0), name="orders_total_not_negative"),
            models.CheckConstraint(
                condition=Q(origin="import") | Q(credited_minor__gte=0, credited_minor__lte=F("total_minor")),
                name="orders_credited_within_total"),
            models.UniqueConstraint(fields=["origin", "external_id"], name="orders_external_once"),
        ]
        indexes = [
            models.Index(fields=["state", "-placed_at"], name="orders_order_state"),  # office list by state
            models.Index(fields=["-placed_at", "-id"], name="orders_order_placed"),  # office list, keyset pages
            models.Index(fields=["customer", "-placed_at"], name="orders_order_customer"),  # account page
            # office search, by the beginning too
            models.Index(OpClass(Lower("email"), name="text_pattern_ops"), name="orders_order_email"),
            models.Index(fields=["expires_at"], name="orders_order_expiry",
                         condition=Q(expires_at__isnull=False)),  # expiry job
            models.Index(fields=["business_on"], name="orders_order_business"),  # figures
            models.Index(fields=["assignee_id"], name="orders_order_assignee",
                         condition=Q(assignee_id__isnull=False)),  # the board: mine
        ]

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    """What was bought, with the facts of the day. Quantities tell what became of it."""

    class Kind(models.TextChoices):
        PRODUCT = "product", _("product")
        POSTAGE = "postage", _("postage")
        FEE = "fee", _("fee")
        ADJUSTMENT = "adjustment", _("adjustment")
        GIFT = "gift", _("gift")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey(Order, models.CASCADE, db_index=False, related_name="lines", verbose_name=_("order"))
    position = models.IntegerField(_("position"), default=0)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.PRODUCT)
    variant_id = models.UUIDField(_("variant"), null=True)
    sku = models.CharField(_("SKU"), max_length=80)
    name = models.CharField(_("name"), max_length=300)
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=3)
    unit_minor = models.BigIntegerField(_("unit price"))  # before discounts
    goods_minor = models.BigIntegerField(_("amount"))  # rounded unit x quantity
    discount_minor = models.BigIntegerField(_("discount"), default=0)
    tax_rate = models.DecimalField(_("tax rate"), max_digits=7, decimal_places=4, default=0)
    tax_minor = models.BigIntegerField(_("tax"), default=0)
    unit_cost = models.DecimalField(_("unit cost"), max_digits=20, decimal_places=6, null=True, blank=True)
    discounts = models.JSONField(_("discounts"), default=list, blank=True)  # [{"promotion","amount_minor","label"}]
    # bundle: [{"variant_id","quantity"}] per piece
    components = models.JSONField(_("components"), default=list, blank=True)
    fulfilled_qty = models.DecimalField(_("fulfilled"), max_digits=14, decimal_places=3, default=0)
    cancelled_qty = models.DecimalField(_("cancelled"), max_digits=14, decimal_places=3, default=0)
    returned_qty = models.DecimalField(_("returned"), max_digits=14, decimal_places=3, default=0)
    facts = models.JSONField(_("facts of the day"), default=dict, blank=True)  # options, image, unit, import row, flags

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(condition=Q(fulfilled_qty__gte=0, cancelled_qty__gte=0, returned_qty__gte=0),
                                   name="orders_line_qty_not_negative"),
            models.CheckConstraint(condition=Q(quantity__gte=F("fulfilled_qty") + F("cancelled_qty")),
                                   name="orders_line_not_overfulfilled"),
            models.CheckConstraint(condition=Q(returned_qty__lte=F("fulfilled_qty")),
                                   name="orders_line_not_overreturned"),
        ]
        indexes = [models.Index(fields=["order"], name="orders_line_order", include=["variant_id", "quantity"]),
                   models.Index(fields=["variant_id"], name="orders_line_variant")]

    def __str__(self) -> str:
        return self.sku or self.name


class SaleEntry(models.Model):
    """Append-only: what changed a sale after it was placed, signed (a return is negative).

    Kind `edit` is also folded into the line's and order's own amounts; the others are not, they stand beside them.
    `goods_minor` and `tax_minor` follow the order's `tax_included`. A delivery charge has `line_kind` "delivery".
    Credit notes that were imported without an order have neither order nor line.
    """

    class Kind(models.TextChoices):
        EDIT = "edit", _("edit")
        CANCEL = "cancel", _("cancellation")
        RETURN = "return", _("return")
        CLAIM = "claim", _("claim")
        CREDIT = "credit", _("credit note")

    id = models.BigAutoField(primary_key=True)
    order = models.ForeignKey(Order, models.PROTECT, db_index=False, null=True, related_name="entries",
                              verbose_name=_("order"))
    line = models.ForeignKey(OrderLine, models.PROTECT, db_index=False, null=True, related_name="entries",
                             verbose_name=_("order line"))
    invoice = models.ForeignKey("Invoice", models.PROTECT, null=True, related_name="entries", verbose_name=_("invoice"))
    change_id = models.UUIDField(_("order change"), null=True)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices)
    at = models.DateTimeField(_("at"))
    business_on = models.DateField(_("business date"))
    channel_id = models.SmallIntegerField(_("channel"))
    customer_id = models.UUIDField(_("customer"), null=True)
    currency = models.CharField(_("currency"), max_length=3)
    tax_included = models.BooleanField(_("prices include tax"), default=True)
    line_kind = models.CharField(_("kind of line"), max_length=10)
    variant_id = models.UUIDField(_("variant"), null=True)
    sku = models.CharField(_("SKU"), max_length=80, blank=True)
    name = models.CharField(_("name"), max_length=300, blank=True)
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=3, default=0)
    goods_minor = models.BigIntegerField(_("amount"), default=0)
    discount_minor = models.BigIntegerField(_("discount"), default=0)
    tax_minor = models.BigIntegerField(_("tax"), default=0)
    unit_cost = models.DecimalField(_("unit cost"), max_digits=20, decimal_places=6, null=True)
    facts = models.JSONField(_("facts of the day"), default=dict, blank=True)

    class Meta:
        verbose_name = _("sale entry")
        verbose_name_plural = _("sale entries")
        indexes = [
            models.Index(fields=["order"], name="orders_entry_order"),
            models.Index(fields=["line"], name="orders_entry_line"),  # what was given back of a line so far
            models.Index(fields=["business_on"], name="orders_entry_business"),  # figures
        ]


class Hold(models.Model):
    """A reason why an order may not go on; open until released."""

    id = models.BigAutoField(primary_key=True)
    order = models.ForeignKey(Order, models.CASCADE, related_name="holds", verbose_name=_("order"))
    kind = models.CharField(_("kind"), max_length=10, choices=choices(HoldKind))
    reason = models.TextField(_("reason"), blank=True)
    placed_at = models.DateTimeField(pgettext_lazy("hold", "placed"))
    released_at = models.DateTimeField(_("released"), null=True, blank=True)
    released_by = models.CharField(_("released by"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        constraints = [models.UniqueConstraint(fields=["order", "kind"], condition=Q(released_at=None),
                                               name="orders_one_open_hold_per_kind")]


class TimelineEntry(models.Model):
    """Append-only: what people and the system did to an order, for people to read."""

    id = models.BigAutoField(primary_key=True)
    order = models.ForeignKey(Order, models.CASCADE, db_index=False, related_name="timeline", verbose_name=_("order"))
    at = models.DateTimeField(_("at"))
    kind = models.CharField(_("kind"), max_length=40)
    data = models.JSONField(_("details"), default=dict)
    actor = models.CharField(_("by"), max_length=200, blank=True)
    is_public = models.BooleanField(_("shown to the customer"), default=False)

    class Meta:
        verbose_name = _("timeline entry")
        verbose_name_plural = _("timeline")
        indexes = [models.Index(fields=["order", "id"], name="orders_timeline_order")]


class TrackingSecret(models.Model):
    """A guest's key to one order: only its SHA-256 is kept, and it expires. Every mail carries a fresh one."""

    hash = models.CharField(max_length=64, primary_key=True)
    order = models.ForeignKey(Order, models.CASCADE, related_name="+")
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="orders_secret_expiry")]  # cleaner
