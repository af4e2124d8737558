"""Ready-to-send documents, the shelves they stand on, and search settings."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Document(models.Model):
    """What the shop sends for a product in a channel and language: page data and listing card, as bytes."""

    id = models.BigAutoField(primary_key=True)
    product_id = models.UUIDField(_("product"))
    channel_id = models.SmallIntegerField(_("channel"))
    language = models.CharField(_("language"), max_length=10)
    slug = models.CharField(_("web address"), max_length=200)
    body = models.BinaryField(_("content"))  # JSON of the product, ready to send
    card = models.BinaryField(_("card"))  # JSON of the listing entry, ready to send
    # digest of body, card and shelves: equal means nothing to write
    etag = models.CharField(_("mark of the version"), max_length=32)
    updated_at = models.DateTimeField(_("last changed"))

    class Meta:
        verbose_name = _("shop page of a product")
        verbose_name_plural = _("shop pages of products")
        constraints = [
            models.UniqueConstraint(fields=["product_id", "channel_id", "language"], name="showcase_document_once"),
            # product by slug
            models.UniqueConstraint(fields=["channel_id", "language", "slug"], name="showcase_document_slug"),
        ]


class Shelf(models.Model):
    """A list that can be paged through: everything, a category with all below it, or a collection."""

    class Kind(models.TextChoices):
        ALL = "all", _("everything")
        CATEGORY = "category", _("category")
        COLLECTION = "collection", _("collection")

    id = models.BigAutoField(primary_key=True)
    channel_id = models.SmallIntegerField()
    language = models.CharField(max_length=10)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    target_id = models.BigIntegerField(default=0)
    slug = models.CharField(max_length=120, blank=True)
    name = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel_id", "language", "kind", "target_id"],
                                               name="showcase_shelf_once")]
        indexes = [
            # a listing names its shelf by slug
            models.Index(fields=["channel_id", "language", "kind", "slug"], name="showcase_shelf_slug"),
            # a category changed: its shelves in every channel and language
            models.Index(fields=["kind", "target_id"], name="showcase_shelf_target"),
        ]


class Placement(models.Model):
    """A document on a shelf with its sort keys, so that a page is one short walk along an index at any size."""

    pk = models.CompositePrimaryKey("document_id", "shelf_id")
    document_id = models.BigIntegerField()
    shelf_id = models.BigIntegerField()
    rank = models.BigIntegerField()  # creation time in milliseconds
    price_minor = models.BigIntegerField(null=True)
    name_key = models.BinaryField()  # see rules.name_key

    class Meta:
        # one page of a shelf in each order
        indexes = [
            models.Index(fields=["shelf_id", "rank", "document_id"], name="showcase_placement_rank"),
            models.Index(fields=["shelf_id", "price_minor", "document_id"], name="showcase_placement_price"),
            models.Index(fields=["shelf_id", "name_key", "document_id"], name="showcase_placement_name"),
        ]


class BundlePart(models.Model):
    """A product sells a bundle that takes this variant: when the variant runs out, so does the bundle."""

    pk = models.CompositePrimaryKey("variant_id", "product_id")
    variant_id = models.UUIDField()
    product_id = models.UUIDField()

    class Meta:
        # a rebuild replaces the rows of its products
        indexes = [models.Index(fields=["product_id"], name="showcase_bundlepart_product")]


class Dirty(models.Model):
    """A mark that a product's documents must be rebuilt, removed by the rebuild that saw it.

    Marks are only ever added, so marking never waits; a mark made during a rebuild is another row and survives it.
    """

    id = models.BigAutoField(primary_key=True)
    product_id = models.UUIDField()
    marked_at = models.DateTimeField()


class IndexChange(models.Model):
    """The feed that every machine's search index follows: this product's documents changed. Written in id order."""

    id = models.BigAutoField(primary_key=True)
    product_id = models.UUIDField()
    at = models.DateTimeField()


class Companion(models.Model):
    """Bought together: in how many orders of late another product came with this one. Made anew by a job."""

    pk = models.CompositePrimaryKey("product_id", "position")
    product_id = models.UUIDField()
    position = models.SmallIntegerField()
    other_id = models.UUIDField()
    together = models.IntegerField()


class Bestseller(models.Model):
    """How many orders of late had a product, best first. Made anew by a job; the index sorts by it."""

    pk = models.CompositePrimaryKey("channel_id", "position")
    channel_id = models.SmallIntegerField()
    position = models.SmallIntegerField()
    product_id = models.UUIDField()
    orders = models.IntegerField()


class Synonym(models.Model):
    """Words that a search treats alike, per language."""

    language = models.CharField(_("language"), max_length=10)
    words = ArrayField(models.CharField(max_length=60), verbose_name=_("words"))

    class Meta:
        verbose_name = _("synonyms")
        verbose_name_plural = _("synonyms")

    def __str__(self) -> str:
        return ", ".join(self.words)


class Pin(models.Model):
    """Merchandising: for this query, put a product at a position, or bury it (position 0)."""

    query = models.CharField(_("query"), max_length=120)
    language = models.CharField(_("language"), max_length=10)
    product_id = models.UUIDField(_("product"))
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("pin")
        verbose_name_plural = _("pins")
        constraints = [models.UniqueConstraint(fields=["query", "language", "product_id"], name="showcase_pin_once")]

    def __str__(self) -> str:
        return f"{self.query} → {self.position}"


class QueryCount(models.Model):
    """How often a query was asked in a day and how often it found nothing."""

    id = models.BigAutoField(primary_key=True)
    day = models.DateField(_("day"))
    language = models.CharField(_("language"), max_length=10)
    query = models.CharField(_("query"), max_length=120)
    asked = models.IntegerField(_("searches"), default=0)
    empty = models.IntegerField(_("without result"), default=0)

    class Meta:
        verbose_name = _("search query")
        verbose_name_plural = _("search queries")
        constraints = [
            models.UniqueConstraint(fields=["day", "language", "query"], name="showcase_query_day"),
            models.CheckConstraint(condition=models.Q(asked__gte=0, empty__gte=0, empty__lte=models.F("asked")),
                                   name="showcase_query_counts"),
        ]
        # suggestions: past queries that begin like this
        indexes = [models.Index(fields=["language", "query"], name="showcase_query_prefix")]

    def __str__(self) -> str:
        return self.query
