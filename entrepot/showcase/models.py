"""Ready-to-send documents and search settings."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Document(models.Model):
    """What the shop sends for a product in a channel and language: full page data and the card of a listing, as bytes."""

    id = models.BigAutoField(primary_key=True)
    product_id = models.UUIDField()
    channel_id = models.SmallIntegerField()
    language = models.CharField(max_length=10)
    slug = models.CharField(max_length=200)
    body = models.BinaryField()  # JSON of the product, ready to send
    card = models.BinaryField()  # JSON of the listing entry, ready to send
    etag = models.CharField(max_length=32)
    category_path = ArrayField(models.BigIntegerField(), default=list)  # every category it is in, ancestors included
    collection_ids = ArrayField(models.BigIntegerField(), default=list)
    price_minor = models.BigIntegerField(null=True)
    in_stock = models.BooleanField(default=False)
    rank = models.BigIntegerField(default=0)  # newest first by default: creation time in milliseconds
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product_id", "channel_id", "language"], name="showcase_document_once"),
            # product by slug
            models.UniqueConstraint(fields=["channel_id", "language", "slug"], name="showcase_document_slug"),
        ]
        # listing of a channel, newest first, keyset pages
        indexes = [models.Index(fields=["channel_id", "language", "-rank", "-id"], name="showcase_document_rank")]


class Dirty(models.Model):
    """A product whose documents must be rebuilt; removed by the rebuild that saw it."""

    product_id = models.UUIDField(primary_key=True)
    marked_at = models.DateTimeField()


class IndexChange(models.Model):
    """The feed that every process's search index follows: this product's documents changed."""

    id = models.BigAutoField(primary_key=True)
    product_id = models.UUIDField()


class Synonym(models.Model):
    """Words that a search treats alike, per language."""

    language = models.CharField(_("language"), max_length=10)
    words = ArrayField(models.CharField(max_length=60), verbose_name=_("words"))

    class Meta:
        verbose_name = _("synonyms")
        verbose_name_plural = _("synonyms")


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


class QueryCount(models.Model):
    """How often a query was asked in a day and how often it found nothing."""

    id = models.BigAutoField(primary_key=True)
    day = models.DateField(_("day"))
    language = models.CharField(_("language"), max_length=10)
    query = models.CharField(_("query"), max_length=120)
    asked = models.IntegerField(_("asked"), default=0)
    empty = models.IntegerField(_("without result"), default=0)

    class Meta:
        verbose_name = _("search query")
        verbose_name_plural = _("search queries")
        constraints = [models.UniqueConstraint(fields=["day", "language", "query"], name="showcase_query_day")]
