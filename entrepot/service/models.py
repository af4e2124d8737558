"""Reviews and the votes on them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from entrepot.kit.ids import uuid7


class Review(models.Model):
    """What one person says of one product. `customer` is empty once the person has closed their account."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("review", "waiting")
        PUBLISHED = "published", _("published")
        REFUSED = "refused", _("refused")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    product = models.ForeignKey("catalog.Product", models.CASCADE, verbose_name=_("product"), related_name="+")
    customer = models.ForeignKey("customers.Customer", models.SET_NULL, db_index=False, null=True,
                                 verbose_name=_("customer"), related_name="+")
    order = models.ForeignKey("orders.Order", models.SET_NULL, null=True, verbose_name=_("order"), related_name="+")
    author = models.CharField(_("shown name"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=10)
    rating = models.SmallIntegerField(pgettext_lazy("how many", "stars"))
    title = models.CharField(_("title"), max_length=120, blank=True)
    text = models.TextField(pgettext_lazy("review", "text"))
    photos = ArrayField(models.UUIDField(), default=list, blank=True, verbose_name=_("pictures"))
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.WAITING)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("written"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    answer = models.TextField(_("our answer"), blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    helpful_count = models.IntegerField(_("found helpful"), default=0)

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        constraints = [
            models.CheckConstraint(condition=Q(rating__gte=1, rating__lte=5), name="service_review_stars"),
            models.CheckConstraint(condition=Q(helpful_count__gte=0), name="service_review_helpful_not_negative"),
            models.UniqueConstraint(fields=["customer", "product"], name="service_review_once"),
        ]
        indexes = [
            # the product page, its summary without touching the table
            models.Index(fields=["product", "-id"], include=["rating"], condition=Q(state="published"),
                         name="service_review_shown"),
            # the moderators' list
            models.Index(fields=["-id"], condition=Q(state="waiting"), name="service_review_waiting"),
        ]

    def __str__(self) -> str:
        return self.title or self.text[:40]


class Vote(models.Model):
    """Somebody found a review helpful."""

    id = models.BigAutoField(primary_key=True)
    review = models.ForeignKey(Review, models.CASCADE, db_index=False, related_name="votes")
    customer = models.ForeignKey("customers.Customer", models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        constraints = [models.UniqueConstraint(fields=["review", "customer"], name="service_vote_once")]
