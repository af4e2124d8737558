"""People and companies we serve, their addresses, consents, points and store credit."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from entrepot.kit.ids import uuid7


class CustomerGroup(models.Model):
    """Customers that share prices or promotions (members, wholesale)."""

    code = models.SlugField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        verbose_name = _("customer group")
        verbose_name_plural = _("customer groups")

    def __str__(self) -> str:
        return self.name


class Company(models.Model):
    """A business customer."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=200)
    tax_number = models.CharField(_("tax number"), max_length=40, blank=True)
    external_id = models.CharField(_("external id"), max_length=80, null=True, blank=True, unique=True)

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")

    def __str__(self) -> str:
        return self.name


class Customer(models.Model):
    """A person who buys. `user` is set once they have an account; guests have none and may share an e-mail."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.OneToOneField("identity.User", models.SET_NULL, null=True, blank=True, related_name="+",
                                verbose_name=_("login"))
    email = models.EmailField(_("e-mail"), blank=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    language = models.CharField(_("language"), max_length=10, default="en")
    country = models.CharField(_("country"), max_length=2, blank=True)
    group = models.ForeignKey(CustomerGroup, models.SET_NULL, null=True, blank=True, verbose_name=_("group"),
                              related_name="+")
    company = models.ForeignKey(Company, models.SET_NULL, null=True, blank=True, verbose_name=_("company"),
                                related_name="+")
    external_id = models.CharField(_("external id"), max_length=80, null=True, blank=True, unique=True)
    note = models.TextField(_("note"), blank=True)
    created_at = models.DateTimeField(_("created"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        # office search by address
        indexes = [models.Index(Lower("email"), name="customers_email")]

    def __str__(self) -> str:
        return self.name or self.email or str(self.id)


class Address(models.Model):
    """An entry of the address book; `data` has the shape of `customers.contracts.PostalAddress`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="addresses")
    data = models.JSONField(_("address"))
    is_default = models.BooleanField(_("default"), default=False)

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        constraints = [models.UniqueConstraint(fields=["customer"], condition=Q(is_default=True),
                                               name="customers_one_default_address")]


class ConsentRecord(models.Model):
    """Append-only: a person gave or withdrew consent for a purpose, having seen a notice version."""

    id = models.BigAutoField(primary_key=True)
    customer = models.ForeignKey(Customer, models.CASCADE, db_index=False, related_name="+", verbose_name=_("customer"))
    purpose = models.CharField(_("purpose"), max_length=40)
    granted = models.BooleanField(_("granted"))
    notice_version = models.CharField(_("notice version"), max_length=40)
    channel = models.CharField(_("channel"), max_length=40)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        # the newest word per purpose
        indexes = [models.Index(fields=["customer", "purpose", "-id"], name="customers_consent_latest")]


class Account(models.Model):
    """A customer's balance of points or store credit, cached from its entries; never negative."""

    class Kind(models.TextChoices):
        POINTS = "points", _("points")
        CREDIT = "credit", _("store credit")

    id = models.BigAutoField(primary_key=True)
    customer = models.ForeignKey(Customer, models.PROTECT, db_index=False, related_name="+", verbose_name=_("customer"))
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    balance = models.BigIntegerField(_("balance"), default=0)

    class Meta:
        verbose_name = _("balance")
        verbose_name_plural = _("balances")
        constraints = [
            models.UniqueConstraint(fields=["customer", "kind", "currency"], name="customers_account_once"),
            models.CheckConstraint(condition=Q(balance__gte=0), name="customers_account_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.customer} · {self.get_kind_display()}"


class AccountEntry(models.Model):
    """Append-only ledger of an account. `reference` with `reason` is unique, so a retry cannot book twice."""

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(Account, models.PROTECT, db_index=False, related_name="entries",
                                verbose_name=_("account"))
    delta = models.BigIntegerField(_("change"))
    reason = models.CharField(_("reason"), max_length=40)
    reference = models.CharField(_("reference"), max_length=80)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("balance entry")
        verbose_name_plural = _("balance entries")
        constraints = [models.UniqueConstraint(fields=["account", "reason", "reference"],
                                               name="customers_entry_once")]


class Wish(models.Model):
    """Something a customer would like to have. The variant belongs to the catalogue above, so only its id is here."""

    id = models.BigAutoField(primary_key=True)
    customer = models.ForeignKey(Customer, models.CASCADE, db_index=False, related_name="+")
    variant_id = models.UUIDField(_("article"))
    added_at = models.DateTimeField(_("added"))

    class Meta:
        verbose_name = _("wish")
        verbose_name_plural = _("wishes")
        constraints = [models.UniqueConstraint(fields=["customer", "variant_id"], name="customers_wish_once")]


class SavedCode(models.Model):
    """A coupon code that a customer keeps, or that the shop gave them. What it is worth, pricing knows."""

    id = models.BigAutoField(primary_key=True)
    customer = models.ForeignKey(Customer, models.CASCADE, db_index=False, related_name="+")
    code = models.CharField(_("code"), max_length=40)
    saved_at = models.DateTimeField(_("added"))

    class Meta:
        verbose_name = _("saved coupon")
        verbose_name_plural = _("saved coupons")
        constraints = [models.UniqueConstraint(fields=["customer", "code"], name="customers_code_once")]
