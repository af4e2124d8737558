"""Fraud rules and their decisions."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Rule(models.Model):
    """A rule of a known kind with its thresholds; `dry_run` records without holding."""

    code = models.SlugField(_("code"), unique=True)
    kind = models.CharField(_("kind"), max_length=40)
    params = models.JSONField(_("parameters"), default=dict)
    score = models.SmallIntegerField(_("score"), default=50)
    is_active = models.BooleanField(_("active"), default=True)
    dry_run = models.BooleanField(_("dry run"), default=False)
    version = models.IntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("fraud rule")
        verbose_name_plural = _("fraud rules")
        constraints = [models.CheckConstraint(condition=Q(score__gte=1, score__lte=100), name="fraud_rule_score")]

    def __str__(self) -> str:
        return self.code


class RuleVersion(models.Model):
    """Append-only: every version a rule ever had, for replays."""

    id = models.BigAutoField(primary_key=True)
    rule = models.ForeignKey(Rule, models.PROTECT, db_index=False, related_name="versions", verbose_name=_("rule"))
    version = models.IntegerField(_("version"))
    kind = models.CharField(_("kind"), max_length=40)
    params = models.JSONField(_("parameters"))
    score = models.SmallIntegerField(_("score"))
    is_active = models.BooleanField(_("active"))
    dry_run = models.BooleanField(_("dry run"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("version of a fraud rule")
        verbose_name_plural = _("versions of fraud rules")
        constraints = [models.UniqueConstraint(fields=["rule", "version"], name="fraud_rule_version_once")]


class Assessment(models.Model):
    """A decision with its inputs, rule versions and reasons, so that it can be replayed."""

    id = models.BigAutoField(primary_key=True)
    order_id = models.UUIDField(_("order"), unique=True)
    score = models.SmallIntegerField(_("score"))
    verdict = models.CharField(_("verdict"), max_length=8)  # accept, review
    reasons = models.JSONField(_("reasons"))  # [{"code","version","score","count","dry_run"}]
    # {"facts": ..., "rules": [[code, version]], "counts": [...], "review_from": ...}
    inputs = models.JSONField(_("what was looked at"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("fraud assessment")
        verbose_name_plural = _("fraud assessments")
        constraints = [
            models.CheckConstraint(condition=Q(verdict__in=["accept", "review"]), name="fraud_verdict_known")
        ]
        # the review queue of the office, newest first
        indexes = [models.Index(fields=["-id"], condition=Q(verdict="review"), name="fraud_assessment_review")]


class Attempt(models.Model):
    """What velocity is counted from: one placed order or failed payment by each key of the person."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=20)  # order, failed_payment
    key = models.CharField(max_length=80)  # kind of key and digest: email:..., ip:..., address:...
    email = models.CharField(max_length=80, default="")  # digest of the e-mail that came with it
    at = models.DateTimeField()

    class Meta:
        indexes = [
            # how often by this key since when
            models.Index(fields=["key", "kind", "-at"], name="fraud_attempt_key"),
            # cleaner: attempts that no rule looks back to
            models.Index(fields=["at"], name="fraud_attempt_age"),
        ]
