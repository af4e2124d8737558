"""Price lists, promotions, coupons and tax."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from entrepot.kit.ids import uuid7


class PriceList(models.Model):
    """Prices for whom and when. Empty conditions match everyone; the highest priority that has a price wins."""

    code = models.SlugField(_("code"), unique=True)
    name = models.JSONField(_("name"))
    currency = models.CharField(_("currency"), max_length=3)
    channel = models.ForeignKey("catalog.Channel", models.CASCADE, null=True, blank=True, related_name="+",
                                verbose_name=_("channel"))
    group = models.ForeignKey("customers.CustomerGroup", models.CASCADE, null=True, blank=True, related_name="+",
                              verbose_name=_("customer group"))
    company = models.ForeignKey("customers.Company", models.CASCADE, null=True, blank=True, related_name="+",
                                verbose_name=_("company"))
    priority = models.SmallIntegerField(_("priority"), default=0)
    from_at = models.DateTimeField(_("from"), null=True, blank=True)
    until_at = models.DateTimeField(_("until"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("price list")
        verbose_name_plural = _("price lists")
        constraints = [models.CheckConstraint(name="pricing_list_dates", condition=(
            Q(from_at=None) | Q(until_at=None) | Q(from_at__lt=F("until_at"))))]

    def __str__(self) -> str:
        return self.code


class Price(models.Model):
    """The unit price of a variant in a list from `min_qty` pieces on (tiers)."""

    id = models.BigAutoField(primary_key=True)
    price_list = models.ForeignKey(PriceList, models.CASCADE, db_index=False, related_name="prices",
                                   verbose_name=_("price list"))
    variant = models.ForeignKey("catalog.Variant", models.CASCADE, db_index=False, related_name="+",
                                verbose_name=_("variant"))
    min_qty = models.DecimalField(_("from quantity"), max_digits=14, decimal_places=3, default=1)
    amount_minor = models.BigIntegerField(_("price"))

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        constraints = [
            # also the look-up of all prices of a variant
            models.UniqueConstraint(fields=["variant", "price_list", "min_qty"], name="pricing_price_once"),
            models.CheckConstraint(condition=Q(amount_minor__gte=0), name="pricing_price_not_negative"),
            models.CheckConstraint(condition=Q(min_qty__gt=0), name="pricing_price_qty_positive"),
        ]
        # one list, page by page; marks of a list
        indexes = [models.Index(fields=["price_list", "variant", "min_qty"], name="pricing_price_of_list")]


class ListingPrice(models.Model):
    """Materialised: what one piece costs anyone in a channel now, catalogue promotions included."""

    id = models.BigAutoField(primary_key=True)
    variant = models.ForeignKey("catalog.Variant", models.CASCADE, db_index=False, related_name="+",
                                verbose_name=_("variant"))
    channel = models.ForeignKey("catalog.Channel", models.CASCADE, related_name="+", verbose_name=_("channel"))
    currency = models.CharField(_("currency"), max_length=3)
    amount_minor = models.BigIntegerField(_("price"))
    regular_minor = models.BigIntegerField(_("regular price"))  # before catalogue promotions
    # lowest of the 30 days before the reduction
    lowest_prior_minor = models.BigIntegerField(_("lowest price before"), null=True)
    promotion = models.ForeignKey("Promotion", models.SET_NULL, null=True, related_name="+",
                                  verbose_name=_("promotion"))
    product_id = models.UUIDField(_("product"))

    class Meta:
        verbose_name = _("listing price")
        verbose_name_plural = _("listing prices")
        constraints = [
            models.UniqueConstraint(fields=["variant", "channel"], name="pricing_listing_once"),
            models.CheckConstraint(condition=Q(amount_minor__gte=0, amount_minor__lte=F("regular_minor")),
                                   name="pricing_listing_not_above_regular"),
        ]
        # marks for the products that changed
        indexes = [models.Index(fields=["product_id"], name="pricing_listing_product")]


class ListingMark(models.Model):
    """A dirty mark: the listing prices of this variant, or of all that this promotion or price list is about, or (all
    empty) of everything, are to be computed anew. Marks are only ever added and taken away, so marking never waits.
    """

    id = models.BigAutoField(primary_key=True)
    variant_id = models.UUIDField(null=True)
    promotion_id = models.UUIDField(null=True)
    price_list_id = models.BigIntegerField(null=True)


class RuleState(models.Model):
    """One row per key. `rules`: a stamp that changes with every change of promotions or tax rates (by trigger);
    processes that hold them in memory compare it. `clock`: up to when starts and ends were turned into marks.
    """

    key = models.CharField(primary_key=True, max_length=8)
    stamp = models.UUIDField(null=True)
    at = models.DateTimeField(null=True)


class PriceHistory(models.Model):
    """Append-only: the listing price of a variant in a channel from a moment on (for the lowest prior price)."""

    id = models.BigAutoField(primary_key=True)
    variant_id = models.UUIDField()
    channel_id = models.SmallIntegerField()
    amount_minor = models.BigIntegerField()
    from_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["variant_id", "channel_id", "-from_at"], name="pricing_history_latest")]


class Promotion(models.Model):
    """Conditions and a benefit (typed in `rules.promotions`), a lane and a priority, limits and a budget."""

    class Scope(models.TextChoices):
        CATALOGUE = "catalogue", _("in the listing price")
        CART = "cart", pgettext_lazy("promotion", "in the cart")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.SlugField(_("code"), unique=True)
    name = models.JSONField(_("name"))
    scope = models.CharField(_("scope"), max_length=9, choices=Scope.choices)
    conditions = models.JSONField(_("conditions"), default=dict, blank=True)
    benefit = models.JSONField(_("benefit"))
    lane = models.SmallIntegerField(_("lane"), default=0)  # lanes apply one after another
    priority = models.SmallIntegerField(_("priority"), default=0)  # within a lane the highest goes first
    is_exclusive = models.BooleanField(_("not with others of its lane"), default=True)
    needs_coupon = models.BooleanField(_("needs a coupon"), default=False)
    channels = ArrayField(models.SmallIntegerField(), verbose_name=_("channels"), default=list, blank=True)
    from_at = models.DateTimeField(_("from"), null=True, blank=True)
    until_at = models.DateTimeField(_("until"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=8, default="draft",
                              choices=[("draft", _("draft")), ("active", _("active")), ("ended", _("ended"))])
    usage_limit = models.IntegerField(_("uses in total"), null=True, blank=True)
    customer_limit = models.IntegerField(_("uses per customer"), null=True, blank=True)
    budget_minor = models.BigIntegerField(_("budget"), null=True, blank=True)
    budget_currency = models.CharField(_("currency of the budget"), max_length=3, blank=True)
    # Counted with every use where there is a limit or a budget; otherwise rolled up, so that orders do not queue here.
    used_count = models.IntegerField(_("used"), default=0)
    used_minor = models.BigIntegerField(_("spent"), default=0)
    updated_at = models.DateTimeField(_("updated"))

    class Meta:
        verbose_name = _("promotion")
        verbose_name_plural = _("promotions")
        constraints = [
            models.CheckConstraint(condition=Q(used_count__gte=0), name="pricing_promotion_used_not_negative"),
            models.CheckConstraint(condition=Q(usage_limit=None) | Q(used_count__lte=F("usage_limit")),
                                   name="pricing_promotion_within_limit"),
            models.CheckConstraint(condition=Q(budget_minor=None) | Q(used_minor__lte=F("budget_minor")),
                                   name="pricing_promotion_within_budget"),
            models.CheckConstraint(condition=Q(budget_minor=None, budget_currency="")
                                   | Q(budget_minor__isnull=False) & ~Q(budget_currency=""),
                                   name="pricing_promotion_budget_currency"),
            models.CheckConstraint(condition=Q(from_at=None) | Q(until_at=None) | Q(from_at__lt=F("until_at")),
                                   name="pricing_promotion_dates"),
        ]
        # what every quote knows: the promotions that run or will
        indexes = [models.Index(fields=["id"], condition=Q(status="active"), name="pricing_promotion_active")]

    def __str__(self) -> str:
        return self.code


class Coupon(models.Model):
    """A code that opens a promotion. `limit` 1 is single-use; null is shared without limit."""

    id = models.BigAutoField(primary_key=True)
    promotion = models.ForeignKey(Promotion, models.CASCADE, db_index=False, related_name="coupons",
                                  verbose_name=_("promotion"))
    code = models.CharField(_("code"), max_length=40)
    batch = models.CharField(_("batch"), max_length=40, blank=True)
    limit = models.IntegerField(_("uses"), null=True, blank=True)
    used_count = models.IntegerField(_("used"), default=0)
    staff_only = models.BooleanField(_("staff only"), default=False)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("coupon")
        verbose_name_plural = _("coupons")
        constraints = [
            models.UniqueConstraint(Upper("code"), name="pricing_coupon_code_ci"),
            models.CheckConstraint(condition=Q(limit=None) | Q(used_count__lte=F("limit")),
                                   name="pricing_coupon_within_limit"),
            models.CheckConstraint(condition=Q(used_count__gte=0), name="pricing_coupon_used_not_negative"),
        ]
        # export and disable a batch
        indexes = [models.Index(fields=["promotion", "batch", "id"], name="pricing_coupon_batch")]

    def __str__(self) -> str:
        return self.code


class CustomerUse(models.Model):
    """How often one customer used a promotion that is limited per customer; the limit is copied to be CHECKed."""

    id = models.BigAutoField(primary_key=True)
    customer_key = models.CharField(max_length=120)
    promotion = models.ForeignKey(Promotion, models.CASCADE, related_name="+")
    used_count = models.IntegerField()
    limit = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer_key", "promotion"], name="pricing_customer_use_once"),
            models.CheckConstraint(condition=Q(used_count__gte=0, used_count__lte=F("limit")),
                                   name="pricing_customer_use_within_limit"),
        ]


class Redemption(models.Model):
    """Append-only: a promotion gave something to an order (or took it back: negative uses)."""

    id = models.BigAutoField(primary_key=True)
    promotion = models.ForeignKey(Promotion, models.PROTECT, db_index=False, related_name="+",
                                  verbose_name=_("promotion"))
    coupon = models.ForeignKey(Coupon, models.PROTECT, null=True, related_name="+", verbose_name=_("coupon"))
    order_id = models.UUIDField(_("order"))
    customer_key = models.CharField(_("customer"), max_length=120)  # see keys.kept_key
    uses = models.IntegerField(_("times used"), default=1)
    amount_minor = models.BigIntegerField(_("discount"))
    currency = models.CharField(_("currency"), max_length=3)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("redemption")
        verbose_name_plural = _("redemptions")
        indexes = [
            models.Index(fields=["promotion", "customer_key"], name="pricing_redemption_customer"),
            models.Index(fields=["order_id"], name="pricing_redemption_order"),
        ]


class TaxRate(models.Model):
    """The rate of a tax class in a country (and region, when given) from a date on."""

    id = models.BigAutoField(primary_key=True)
    country = models.CharField(_("country"), max_length=2)
    region = models.CharField(_("region"), max_length=40, blank=True)
    tax_class = models.CharField(_("tax class"), max_length=20)
    rate = models.DecimalField(_("rate"), max_digits=7, decimal_places=4)  # 0.2000 is 20 %
    name = models.CharField(_("name"), max_length=40, blank=True)
    from_on = models.DateField(_("from"))

    class Meta:
        verbose_name = _("tax rate")
        verbose_name_plural = _("tax rates")
        constraints = [
            models.UniqueConstraint(fields=["country", "region", "tax_class", "from_on"], name="pricing_tax_once"),
            models.CheckConstraint(condition=Q(rate__gte=0, rate__lt=1), name="pricing_tax_rate_range"),
        ]
