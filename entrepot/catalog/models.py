"""Products and all that describes them. Translated texts are maps: {"en": ..., "zh-hans": ...}."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from entrepot.kit.ids import uuid7


def in_language(texts: dict[str, str], language: str | None = None) -> str:
    """The text in `language` (default: the active one), else English, else any."""
    return texts.get(language or get_language() or "en") or texts.get("en") or next(iter(texts.values()), "")


class LTreeField(models.Field):  # type: ignore[type-arg]  # a column type of PostgreSQL's ltree extension
    """PostgreSQL `ltree`: a dotted label path."""

    def db_type(self, connection: object) -> str:
        return "ltree"


class Channel(models.Model):
    """A place of sale with one currency: a web shop for a country, an app, a point of sale."""

    id = models.SmallAutoField(primary_key=True)
    code = models.SlugField(_("code"), unique=True)
    name = models.JSONField(_("name"))
    currency = models.CharField(_("currency"), max_length=3)
    country = models.CharField(_("country"), max_length=2)
    languages = ArrayField(models.CharField(max_length=10), verbose_name=_("languages"), default=list)
    time_zone = models.CharField(_("time zone"), max_length=40, default="UTC")
    prices_include_tax = models.BooleanField(_("prices include tax"), default=True)
    guest_hold_minutes = models.PositiveSmallIntegerField(_("stock hold for guests, minutes"), default=15)
    member_hold_minutes = models.PositiveSmallIntegerField(_("stock hold for members, minutes"), default=60)
    unpaid_expiry_minutes = models.PositiveIntegerField(_("unpaid orders expire after, minutes"), default=60)
    approve_above_minor = models.BigIntegerField(_("orders above this amount need approval"), null=True, blank=True)
    allocation = models.CharField(_("allocation strategy"), max_length=20, default="priority")
    is_default = models.BooleanField(_("default"), default=False)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        constraints = [models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True),
                                               name="catalog_one_default_channel")]

    def __str__(self) -> str:
        return in_language(self.name) or self.code


class Attribute(models.Model):
    """A typed property of products or variants."""

    class Kind(models.TextChoices):
        TEXT = "text", _("text")
        NUMBER = "number", _("numeric value")
        BOOLEAN = "boolean", _("yes or no")
        CHOICE = "choice", _("one of a list")
        CHOICES = "choices", _("several of a list")
        DATE = "date", _("date")

    code = models.SlugField(_("code"), unique=True)
    name = models.JSONField(_("name"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    choices = models.JSONField(_("choices"), default=dict, blank=True)  # {code: {language: text}}
    is_facet = models.BooleanField(_("filter in the shop"), default=False)

    class Meta:
        verbose_name = _("attribute")
        verbose_name_plural = _("attributes")

    def __str__(self) -> str:
        return in_language(self.name) or self.code


class ProductType(models.Model):
    """Which attributes a kind of product has, and which of them make its variants differ."""

    code = models.SlugField(_("code"), unique=True)
    name = models.JSONField(_("name"))
    attributes = models.ManyToManyField(Attribute, verbose_name=_("attributes"), blank=True, related_name="+")
    required = ArrayField(models.SlugField(), verbose_name=_("required attributes"), default=list, blank=True)
    # codes of the attributes whose value belongs to each variant; the others belong to the product
    per_variant = ArrayField(models.SlugField(), verbose_name=_("attributes of variants"), default=list, blank=True)

    class Meta:
        verbose_name = _("product type")
        verbose_name_plural = _("product types")

    def __str__(self) -> str:
        return in_language(self.name) or self.code


class Brand(models.Model):
    slug = models.SlugField(_("slug"), max_length=120, unique=True, allow_unicode=True)
    name = models.JSONField(_("name"))

    class Meta:
        verbose_name = _("brand")
        verbose_name_plural = _("brands")

    def __str__(self) -> str:
        return in_language(self.name) or self.slug


class Category(models.Model):
    """A node of the category tree; `path` is the ltree of ids from the root down to this node."""

    id = models.BigAutoField(primary_key=True)
    slug = models.SlugField(_("slug"), max_length=120, unique=True, allow_unicode=True)
    name = models.JSONField(_("name"))
    description = models.JSONField(_("description"), default=dict, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children",
                               verbose_name=_("parent"))
    path = LTreeField(_("path"))
    position = models.IntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        # subtree look-ups: path <@ ancestor
        indexes = [GistIndex(fields=["path"], name="catalog_category_path")]

    def __str__(self) -> str:
        return in_language(self.name) or self.slug


class Product(models.Model):
    """What a shopper sees as one thing; what is bought is one of its variants."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        ACTIVE = "active", _("active")
        ARCHIVED = "archived", _("archived")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    type = models.ForeignKey(ProductType, models.PROTECT, verbose_name=_("type"), related_name="+")
    slug = models.SlugField(_("slug"), max_length=200, unique=True, allow_unicode=True)
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.DRAFT)
    name = models.JSONField(_("name"))
    description = models.JSONField(_("description"), default=dict, blank=True)  # sanitised HTML
    seo = models.JSONField(_("SEO"), default=dict, blank=True)  # {language: {"title":, "description":}}
    brand = models.ForeignKey(Brand, models.SET_NULL, null=True, blank=True, verbose_name=_("brand"),
                              related_name="+")
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, verbose_name=_("main category"),
                                 related_name="+")
    categories = models.ManyToManyField(Category, verbose_name=_("categories"), blank=True, related_name="+")
    tax_class = models.CharField(_("tax class"), max_length=20, default="standard")
    attributes = models.JSONField(_("attributes"), default=dict, blank=True)  # {attribute code: typed value}
    options = models.JSONField(_("options"), default=list, blank=True)  # [{"code","name","values":[{"code","name"}]}]
    tags = ArrayField(models.CharField(max_length=60), verbose_name=_("tags"), default=list, blank=True)
    external_ids = models.JSONField(_("external ids"), default=dict, blank=True)  # {system: id}
    rating = models.DecimalField(_("rating"), max_digits=3, decimal_places=2, null=True, blank=True)
    created_at = models.DateTimeField(_("created"))
    updated_at = models.DateTimeField(_("updated"))
    version = models.IntegerField(_("version"), default=1)  # compare-and-set and ETag

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        indexes = [
            # office list: newest first within a status
            models.Index(fields=["status", "-created_at"], name="catalog_product_status"),
        ]

    def __str__(self) -> str:
        return in_language(self.name) or self.slug


class ExternalId(models.Model):
    """Which product another system means by its id: `Product.external_ids` turned round, for look-ups by imports."""

    id = models.BigAutoField(primary_key=True)
    system = models.CharField(max_length=50)
    value = models.CharField(max_length=200)
    product = models.ForeignKey(Product, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["system", "value"], name="catalog_external_id_once")]


class Variant(models.Model):
    """The thing that is priced, stocked and bought."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    product = models.ForeignKey(Product, models.CASCADE, related_name="variants", verbose_name=_("product"))
    sku = models.CharField(_("SKU"), max_length=80, unique=True)
    barcode = models.CharField(_("barcode"), max_length=40, blank=True)
    name = models.JSONField(_("name"), default=dict, blank=True)
    options = models.JSONField(_("options"), default=dict, blank=True)  # {option code: value code}
    attributes = models.JSONField(_("attributes"), default=dict, blank=True)
    position = models.IntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)
    is_bundle = models.BooleanField(_("bundle"), default=False)
    is_stocked = models.BooleanField(_("kept in stock"), default=True)
    needs_shipping = models.BooleanField(_("needs shipping"), default=True)
    weight_g = models.PositiveIntegerField(_("weight, g"), default=0)
    dimensions_mm = ArrayField(models.PositiveIntegerField(), size=3, null=True, blank=True,
                               verbose_name=_("dimensions, mm"))
    unit = models.CharField(_("unit of measure"), max_length=10, default="pcs")
    qty_step = models.DecimalField(_("quantity step"), max_digits=14, decimal_places=3, default=1)
    customs = models.JSONField(_("customs data"), default=dict, blank=True)  # {"hs_code","origin","material"}
    cost = models.DecimalField(_("unit cost"), max_digits=20, decimal_places=6, null=True, blank=True)
    cost_currency = models.CharField(_("currency of the cost"), max_length=3, blank=True)
    external_ids = models.JSONField(_("external ids"), default=dict, blank=True)

    class Meta:
        verbose_name = _("variant")
        verbose_name_plural = _("variants")
        constraints = [
            models.CheckConstraint(condition=Q(qty_step__gt=0), name="catalog_variant_step_positive"),
            models.UniqueConstraint(fields=["product", "options"], condition=Q(is_active=True) & ~Q(options={}),
                                    name="catalog_variant_options_once"),
            # a bundle's availability is that of its components
            models.CheckConstraint(condition=Q(is_bundle=False) | Q(is_stocked=True), name="catalog_bundle_is_stocked"),
            # lets bundle items refer to "a stocked variant that is no bundle" by foreign key (migration 0002)
            models.UniqueConstraint(fields=["id", "is_bundle", "is_stocked"], name="catalog_variant_nature"),
        ]

    def __str__(self) -> str:
        return self.sku


class BundleItem(models.Model):
    """A bundle variant takes `quantity` of each component from stock."""

    id = models.BigAutoField(primary_key=True)
    bundle = models.ForeignKey(Variant, models.CASCADE, db_index=False, related_name="bundle_items",
                               verbose_name=_("bundle"))
    component = models.ForeignKey(Variant, models.PROTECT, related_name="+", verbose_name=_("component"))
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=3)

    class Meta:
        verbose_name = _("bundle item")
        verbose_name_plural = _("bundle items")
        constraints = [
            models.UniqueConstraint(fields=["bundle", "component"], name="catalog_bundle_item_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="catalog_bundle_qty_positive"),
            models.CheckConstraint(condition=~Q(bundle=F("component")), name="catalog_bundle_not_itself"),
        ]


class Collection(models.Model):
    """A set of products: chosen by hand, or by a rule that is evaluated when products change."""

    slug = models.SlugField(_("slug"), max_length=120, unique=True, allow_unicode=True)
    name = models.JSONField(_("name"))
    description = models.JSONField(_("description"), default=dict, blank=True)
    rule = models.JSONField(_("rule"), null=True, blank=True)  # catalog.rules.CollectionRule as JSON; null: by hand
    is_visible = models.BooleanField(_("visible"), default=True)

    class Meta:
        verbose_name = _("collection")
        verbose_name_plural = _("collections")

    def __str__(self) -> str:
        return in_language(self.name) or self.slug


class CollectionItem(models.Model):
    id = models.BigAutoField(primary_key=True)
    collection = models.ForeignKey(Collection, models.CASCADE, db_index=False, related_name="items")
    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    position = models.IntegerField(_("position"), default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["collection", "product"], name="catalog_collection_item_once")]


class Media(models.Model):
    """An image or file of a product: stored by us (`file`), or a reference to elsewhere (`url`)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    product = models.ForeignKey(Product, models.CASCADE, related_name="media", verbose_name=_("product"))
    variant = models.ForeignKey(Variant, models.SET_NULL, null=True, blank=True, related_name="+",
                                verbose_name=_("variant"))
    file = models.CharField(_("file"), max_length=200, blank=True)  # path below MEDIA_ROOT
    url = models.URLField(pgettext_lazy("on the web", "address"), max_length=500, blank=True)
    alt = models.JSONField(_("alternative text"), default=dict, blank=True)
    position = models.IntegerField(_("position"), default=0)
    width = models.PositiveIntegerField(_("width"), null=True, blank=True)
    height = models.PositiveIntegerField(_("height"), null=True, blank=True)
    renditions = models.JSONField(_("sizes made"), default=list, blank=True)  # [{"file","width","height","type"}]

    class Meta:
        verbose_name = _("media")
        verbose_name_plural = _("media")
        constraints = [models.CheckConstraint(condition=~Q(file="", url=""), name="catalog_media_somewhere")]


class Publication(models.Model):
    """A product is offered in a channel, from a date and until a date when given."""

    class State(models.IntegerChoices):
        """What of the dates has been announced; the publisher job compares it with the clock."""

        WAITING = 0, pgettext_lazy("publication", "waiting")
        LIVE = 1, _("live")
        ENDED = 2, _("ended")

    id = models.BigAutoField(primary_key=True)
    product = models.ForeignKey(Product, models.CASCADE, db_index=False, related_name="publications",
                                verbose_name=_("product"))
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="+", verbose_name=_("channel"))
    from_at = models.DateTimeField(_("from"), null=True, blank=True)
    until_at = models.DateTimeField(_("until"), null=True, blank=True)
    state = models.SmallIntegerField(_("state"), choices=State.choices, default=State.LIVE)

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        constraints = [
            models.UniqueConstraint(fields=["product", "channel"], name="catalog_publication_once"),
            models.CheckConstraint(condition=Q(from_at=None) | Q(until_at=None) | Q(from_at__lt=F("until_at")),
                                   name="catalog_publication_dates"),
        ]
        # the publisher job: what begins or ends next
        indexes = [models.Index(fields=["from_at"], name="catalog_publication_from", condition=Q(state=0)),
                   models.Index(fields=["until_at"], name="catalog_publication_until", condition=Q(state=1))]


class Redirect(models.Model):
    """An old slug leads to the object that had it."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(_("kind"), max_length=12)  # product, category, collection, brand
    slug = models.CharField(_("old address"), max_length=200)
    target_id = models.CharField(_("leads to"), max_length=40)
    created_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("redirect")
        verbose_name_plural = _("redirects")
        constraints = [models.UniqueConstraint(fields=["kind", "slug"], name="catalog_redirect_once")]
