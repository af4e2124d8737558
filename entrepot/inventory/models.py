"""Warehouses, the stock ledger, balances, reservations and transfers."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from entrepot.kit import said
from entrepot.kit.ids import uuid7


def _qty(label: object, **extra: object) -> models.DecimalField:  # type: ignore[type-arg]
    return models.DecimalField(label, max_digits=14, decimal_places=3, **extra)  # type: ignore[arg-type]


class Warehouse(models.Model):
    """A place that holds stock: a warehouse, or a store that also lets people pick up."""

    class Kind(models.TextChoices):
        WAREHOUSE = "warehouse", _("warehouse")
        STORE = "store", _("store")

    id = models.SmallAutoField(primary_key=True)
    code = models.SlugField(_("code"), unique=True)
    name = models.JSONField(_("name"))
    kind = models.CharField(_("kind"), max_length=9, choices=Kind.choices, default=Kind.WAREHOUSE)
    address = models.JSONField(_("address"), default=dict, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=8, decimal_places=5, null=True, blank=True)
    priority = models.SmallIntegerField(_("priority"), default=0, help_text=_("The lowest number serves first."))
    ships = models.BooleanField(_("ships orders"), default=True)
    pickup = models.BooleanField(_("pick-up"), default=False)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("warehouse")
        verbose_name_plural = _("warehouses")

    def __str__(self) -> str:
        return said.in_language(self.name) or self.code


class ChannelWarehouse(models.Model):
    """A warehouse serves a channel, keeping `buffer_qty` of each item back from it."""

    id = models.BigAutoField(primary_key=True)
    channel = models.ForeignKey("catalog.Channel", models.CASCADE, db_index=False, related_name="+",
                                verbose_name=_("channel"))
    warehouse = models.ForeignKey(Warehouse, models.CASCADE, related_name="+", verbose_name=_("warehouse"))
    buffer_qty = _qty(_("buffer"), default=0)

    class Meta:
        verbose_name = _("channel warehouse")
        verbose_name_plural = _("channel warehouses")
        constraints = [models.UniqueConstraint(fields=["channel", "warehouse"], name="inventory_channel_once")]


class Balance(models.Model):
    """Cached from the movements and open reservations of one variant in one warehouse; rebuildable."""

    id = models.BigAutoField(primary_key=True)
    variant = models.ForeignKey("catalog.Variant", models.PROTECT, related_name="+", db_index=False,
                                verbose_name=_("variant"))
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+", db_index=False,
                                  verbose_name=_("warehouse"))
    on_hand = _qty(_("on hand"), default=0)
    reserved = _qty(_("reserved"), default=0)
    damaged = _qty(_("damaged"), default=0)
    incoming = _qty(_("incoming"), default=0)
    safety = _qty(_("safety stock"), default=0)
    backorder = _qty(_("backorder limit"), default=0)  # how far reserved may exceed on hand

    class Meta:
        verbose_name = _("stock")
        verbose_name_plural = _("stock")
        constraints = [
            models.UniqueConstraint(fields=["variant", "warehouse"], name="inventory_balance_once"),
            models.CheckConstraint(condition=Q(on_hand__gte=0), name="inventory_on_hand_not_negative"),
            models.CheckConstraint(condition=Q(reserved__gte=0), name="inventory_reserved_not_negative"),
            models.CheckConstraint(condition=Q(damaged__gte=0), name="inventory_damaged_not_negative"),
            models.CheckConstraint(condition=Q(incoming__gte=0), name="inventory_incoming_not_negative"),
            models.CheckConstraint(condition=Q(backorder__gte=0), name="inventory_backorder_not_negative"),
            models.CheckConstraint(condition=Q(reserved__lte=F("on_hand") + F("backorder")),
                                   name="inventory_reserved_within_stock"),
        ]
        # office list of one warehouse, a page at a time
        indexes = [models.Index(fields=["warehouse", "id"], name="inventory_balance_place")]


class Movement(models.Model):
    """Append-only: stock came, went or changed state, with a reason and the document it belongs to."""

    class Kind(models.TextChoices):
        RECEIPT = "receipt", _("receipt")
        SALE = "sale", _("sale")
        RETURN = "return", _("return")
        ADJUSTMENT = "adjustment", _("adjustment")
        TRANSFER_OUT = "transfer_out", _("transfer out")
        TRANSFER_IN = "transfer_in", _("transfer in")
        DAMAGE = "damage", _("damage")
        WRITE_OFF = "write_off", _("write-off")

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(_("at"))
    variant = models.ForeignKey("catalog.Variant", models.PROTECT, related_name="+", db_index=False,
                                verbose_name=_("variant"))
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+", db_index=False,
                                  verbose_name=_("warehouse"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    on_hand_delta = _qty(_("on hand"), default=0)
    damaged_delta = _qty(_("damaged"), default=0)
    reason = models.CharField(_("reason"), max_length=120, blank=True)
    reference = models.CharField(_("reference"), max_length=80, blank=True)
    actor = models.CharField(_("by"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("stock movement")
        verbose_name_plural = _("stock movements")
        constraints = [models.CheckConstraint(condition=~Q(on_hand_delta=0, damaged_delta=0),
                                              name="inventory_movement_moves")]
        indexes = [
            # ledger of one item in one place, and the rebuild of its balance
            models.Index(fields=["variant", "warehouse", "-id"], name="inventory_movement_item"),
            models.Index(fields=["reference"], name="inventory_movement_ref"),
        ]


class Reservation(models.Model):
    """Stock promised to a cart until it expires (`hold`) or to an order (`firm`).

    The balance row of the same variant and warehouse is its lock: nobody writes a reservation without holding it.
    """

    class Kind(models.TextChoices):
        HOLD = "hold", _("cart hold")
        FIRM = "firm", _("firm reservation")

    id = models.BigAutoField(primary_key=True)
    variant = models.ForeignKey("catalog.Variant", models.PROTECT, related_name="+", db_index=False,
                                verbose_name=_("variant"))
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+", db_index=False,
                                  verbose_name=_("warehouse"))
    kind = models.CharField(_("kind"), max_length=4, choices=Kind.choices)
    owner_id = models.UUIDField(_("held for"))  # cart for a hold, order for a firm one
    line_id = models.UUIDField(_("order line"), null=True)  # order line it serves
    quantity = _qty(_("quantity"))
    expires_at = models.DateTimeField(_("ends"), null=True)
    created_at = models.DateTimeField(_("held since"))

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="inventory_reservation_positive"),
            models.CheckConstraint(condition=Q(kind="firm") | Q(expires_at__isnull=False),
                                   name="inventory_hold_expires"),
        ]
        indexes = [
            models.Index(fields=["owner_id"], name="inventory_reservation_owner"),
            models.Index(fields=["variant", "warehouse"], name="inventory_reservation_item"),
            models.Index(fields=["expires_at"], condition=Q(kind="hold"), name="inventory_reservation_expiry"),
        ]


class Transfer(models.Model):
    """Stock on its way from one warehouse to another."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SENT = "sent", _("sent")
        RECEIVED = "received", _("received")
        CANCELLED = "cancelled", _("cancelled")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(_("number"), max_length=20, unique=True)
    source = models.ForeignKey(Warehouse, models.PROTECT, related_name="+", verbose_name=_("source"))
    target = models.ForeignKey(Warehouse, models.PROTECT, related_name="+", verbose_name=_("target"))
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.DRAFT)
    created_at = models.DateTimeField(_("created"))
    sent_at = models.DateTimeField(pgettext_lazy("when", "sent"), null=True, blank=True)
    received_at = models.DateTimeField(pgettext_lazy("when", "received"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        constraints = [models.CheckConstraint(condition=~Q(source=F("target")), name="inventory_transfer_moves")]
        # goods on their way to a place: the rebuild of incoming
        indexes = [models.Index(fields=["target"], condition=Q(state="sent"), name="inventory_transfer_incoming")]

    def __str__(self) -> str:
        return self.number


class Count(models.Model):
    """A stock count of one place: a sheet of items, what was found, and the corrections that follow."""

    class State(models.TextChoices):
        COUNTING = "counting", _("counting")
        REVIEW = "review", _("differences to look at")
        POSTED = "posted", _("posted")
        CANCELLED = "cancelled", _("cancelled")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(_("number"), max_length=20, unique=True)
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+", verbose_name=_("warehouse"))
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.COUNTING)
    is_blind = models.BooleanField(_("blind"), default=True)  # who counts does not see what should be there
    note = models.CharField(_("note"), max_length=200, blank=True)
    opened_by = models.CharField(_("opened by"), max_length=200)
    opened_at = models.DateTimeField(_("opened"))
    closed_by = models.CharField(_("closed by"), max_length=200, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        verbose_name = _("stock count")
        verbose_name_plural = _("stock counts")

    def __str__(self) -> str:
        return self.number


class CountLine(models.Model):
    """An item of the sheet. What was found is the newest tally; nothing found yet: none."""

    id = models.BigAutoField(primary_key=True)
    count = models.ForeignKey(Count, models.PROTECT, db_index=False, related_name="lines")
    variant = models.ForeignKey("catalog.Variant", models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["count", "variant"], name="inventory_count_line_once")]


class Tally(models.Model):
    """Append-only: somebody counted this much, while the books said that much. A recount is another tally."""

    id = models.BigAutoField(primary_key=True)
    line = models.ForeignKey(CountLine, models.PROTECT, related_name="tallies")
    counted_qty = _qty(_("counted"))
    expected_qty = _qty(_("expected"))  # on hand in the books at that moment
    at = models.DateTimeField(_("at"))
    actor = models.CharField(_("by"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("tally")
        verbose_name_plural = _("tallies")
        constraints = [models.CheckConstraint(condition=Q(counted_qty__gte=0), name="inventory_tally_not_negative")]


class TransferLine(models.Model):
    id = models.BigAutoField(primary_key=True)
    transfer = models.ForeignKey(Transfer, models.CASCADE, db_index=False, related_name="lines",
                                 verbose_name=_("transfer"))
    variant = models.ForeignKey("catalog.Variant", models.PROTECT, related_name="+", verbose_name=_("variant"))
    quantity = _qty(_("quantity"))
    received_qty = _qty(_("received"), default=0)

    class Meta:
        verbose_name = _("transfer line")
        verbose_name_plural = _("transfer lines")
        constraints = [
            models.UniqueConstraint(fields=["transfer", "variant"], name="inventory_transfer_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="inventory_transfer_qty_positive"),
            models.CheckConstraint(condition=Q(received_qty__gte=0, received_qty__lte=F("quantity")),
                                   name="inventory_transfer_received_range"),
        ]
