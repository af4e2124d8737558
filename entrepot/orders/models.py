"""Orders and everything that happens to them."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from entrepot.kit.ids import uuid7
from entrepot.orders.contracts import TEXT_OF, ChangeKind, ChangeState, FulfilmentState, HoldKind, OrderState


def _choices(enum: type[StrEnum]) -> list[tuple[str, Any]]:
    return [(m.value, _(TEXT_OF[m.value])) for m in enum]


class Order(models.Model):
    """A sale. Totals are facts of the moment it was placed, changed only by a confirmed order change.

    total = goods - discount + delivery, plus tax when prices exclude it. What the sale is worth now is
    total - credited; what the customer still owes is that less paid.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(_("number"), max_length=20, unique=True)
    channel = models.ForeignKey("catalog.Channel", models.PROTECT, related_name="+", verbose_name=_("channel"))
    checkout_id = models.UUIDField(_("checkout"), null=True, unique=True)
    state = models.CharField(_("state"), max_length=20, choices=_choices(OrderState))
    origin = models.CharField(_("origin"), max_length=20, default="checkout")  # checkout, import, exchange, split
    customer = models.ForeignKey("customers.Customer", models.PROTECT, null=True, blank=True, related_name="+",
                                 verbose_name=_("customer"))
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
    placed_at = models.DateTimeField(_("placed"))
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
    order = models.ForeignKey(Order, models.CASCADE, related_name="lines", verbose_name=_("order"))
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
    order = models.ForeignKey(Order, models.PROTECT, null=True, related_name="entries", verbose_name=_("order"))
    line = models.ForeignKey(OrderLine, models.PROTECT, null=True, related_name="entries", verbose_name=_("order line"))
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


class Refund(models.Model):
    """Money we asked payments to give back for an order: open until every part of it is done or has failed."""

    id = models.BigAutoField(primary_key=True)
    order = models.ForeignKey(Order, models.PROTECT, related_name="refunds", verbose_name=_("order"))
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


class TrackingSecret(models.Model):
    """A guest's key to one order: only its SHA-256 is kept, and it expires. Every mail carries a fresh one."""

    hash = models.CharField(max_length=64, primary_key=True)
    order = models.ForeignKey(Order, models.CASCADE, related_name="+")
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="orders_secret_expiry")]  # cleaner


class Fulfilment(models.Model):
    """A parcel or pick-up from one warehouse."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey(Order, models.PROTECT, related_name="fulfilments", verbose_name=_("order"))
    number = models.CharField(_("number"), max_length=24, unique=True)
    warehouse_id = models.SmallIntegerField(_("warehouse"))
    state = models.CharField(_("state"), max_length=10, choices=_choices(FulfilmentState))
    carrier = models.CharField(_("carrier"), max_length=60, blank=True)
    tracking_number = models.CharField(_("tracking number"), max_length=80, blank=True)
    tracking_url = models.URLField(_("tracking link"), blank=True)
    created_at = models.DateTimeField(_("created"))
    shipped_at = models.DateTimeField(_("shipped"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)

    class Meta:
        verbose_name = _("fulfilment")
        verbose_name_plural = _("fulfilments")
        # what a warehouse has still to do with: its work list, the board
        indexes = [models.Index(fields=["warehouse_id", "order"], name="orders_fulfilment_open",
                                condition=Q(state__in=["pending", "ready", "shipped"]))]

    def __str__(self) -> str:
        return self.number


class FulfilmentLine(models.Model):
    id = models.BigAutoField(primary_key=True)
    fulfilment = models.ForeignKey(Fulfilment, models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, models.PROTECT, related_name="+")
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=3)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(quantity__gt=0), name="orders_fulfilment_qty_positive")]


class Hold(models.Model):
    """A reason why an order may not go on; open until released."""

    id = models.BigAutoField(primary_key=True)
    order = models.ForeignKey(Order, models.CASCADE, related_name="holds", verbose_name=_("order"))
    kind = models.CharField(_("kind"), max_length=10, choices=_choices(HoldKind))
    reason = models.TextField(_("reason"), blank=True)
    placed_at = models.DateTimeField(_("placed"))
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
    order = models.ForeignKey(Order, models.CASCADE, related_name="timeline", verbose_name=_("order"))
    at = models.DateTimeField(_("at"))
    kind = models.CharField(_("kind"), max_length=40)
    data = models.JSONField(_("details"), default=dict)
    actor = models.CharField(_("by"), max_length=200, blank=True)
    is_public = models.BooleanField(_("shown to the customer"), default=False)

    class Meta:
        verbose_name = _("timeline entry")
        verbose_name_plural = _("timeline")
        indexes = [models.Index(fields=["order", "id"], name="orders_timeline_order")]


class OrderChange(models.Model):
    """An edit, return, exchange or claim: operations collected, previewed, then confirmed once, money settled."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey(Order, models.PROTECT, related_name="changes", verbose_name=_("order"))
    number = models.CharField(_("number"), max_length=24, unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=_choices(ChangeKind))
    state = models.CharField(_("state"), max_length=10, choices=_choices(ChangeState))
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
    order = models.ForeignKey(Order, models.PROTECT, related_name="approvals", verbose_name=_("order"))
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
    order = models.ForeignKey(Order, models.CASCADE, null=True, related_name="+", verbose_name=_("order"))
    kind = models.CharField(_("kind"), max_length=40)
    key = models.CharField(_("key of the message"), max_length=120, unique=True)
    recipient = models.CharField(_("to"), max_length=254)
    language = models.CharField(_("language"), max_length=10)
    data = models.JSONField(_("details"), default=dict, blank=True)  # what the text names beyond the order itself
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created"))
    attempts = models.SmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(_("next attempt"), null=True, blank=True)  # null: sent or given up
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        indexes = [
            models.Index(fields=["next_at"], name="orders_notification_due", condition=Q(next_at__isnull=False)),
            models.Index(fields=["order"], name="orders_notification_order"),
        ]
