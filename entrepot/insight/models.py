"""Commerce events as they happened."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class CommerceEvent(models.Model):
    """A GA4-named event (view_item, add_to_cart, begin_checkout, purchase, refund...), from the server or a browser."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    name = models.CharField(max_length=40)
    channel_id = models.SmallIntegerField(null=True)
    subject = models.CharField(max_length=80, blank=True)  # pseudonymous visitor or customer id
    key = models.CharField(max_length=120, unique=True, null=True)  # books a server-side event once
    value_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    params = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["name", "at"], name="insight_event_name"),
            # what one person did: their copy, and forgetting them
            models.Index(fields=["subject"], name="insight_event_subject", condition=~Q(subject="")),
        ]


class SalesTarget(models.Model):
    """What a channel should sell in a month (named by its first day) or on one day."""

    id = models.BigAutoField(primary_key=True)
    channel_id = models.SmallIntegerField()
    span = models.CharField(max_length=5)
    starts_on = models.DateField()
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["starts_on", "channel_id", "span"], name="insight_target_once")]
