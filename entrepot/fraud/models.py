"""Fraud rules and their decisions."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Rule(models.Model):
    """A rule of a known kind with its thresholds; `dry_run` records without holding."""

    code = models.SlugField(_("code"), unique=True)
    kind = models.CharField(_("kind"), max_length=40)
    params = models.JSONField(_("parameters"), default=dict)
    score = models.SmallIntegerField(_("score"), default=50)
    is_active = models.BooleanField(_("active"), default=True)
    dry_run = models.BooleanField(_("dry run"), default=False)
    version = models.IntegerField(default=1)

    class Meta:
        verbose_name = _("fraud rule")
        verbose_name_plural = _("fraud rules")


class Assessment(models.Model):
    """A decision with its inputs, rule versions and reasons, so that it can be replayed."""

    id = models.BigAutoField(primary_key=True)
    order_id = models.UUIDField(unique=True)
    score = models.SmallIntegerField(_("score"))
    verdict = models.CharField(_("verdict"), max_length=8)  # accept, review
    reasons = models.JSONField(_("reasons"))
    inputs = models.JSONField()
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("fraud assessment")
        verbose_name_plural = _("fraud assessments")


class Attempt(models.Model):
    """What velocity is counted from: one placed order or failed payment by each key of the person."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=160)  # ip:..., email:..., address:<hash>
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["key", "kind", "-at"], name="fraud_attempt_key")]
