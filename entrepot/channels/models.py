"""Import runs and what became of every row."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from entrepot.kit.ids import uuid7


class ImportRun(models.Model):
    """One run over one file. The counts account for every input row."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(_("kind"), max_length=40)
    file_name = models.CharField(_("file"), max_length=200)
    digest = models.CharField(max_length=64)
    state = models.CharField(_("state"), max_length=10, default="running")
    rows = models.IntegerField(_("rows"), default=0)
    counts = models.JSONField(_("counts"), default=dict)
    started_at = models.DateTimeField(_("started"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")


class ImportIssue(models.Model):
    """A row that was refused or flagged, with line, column and reason, and the row as it came."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="issues")
    line = models.IntegerField(_("line"))
    column = models.CharField(_("column"), max_length=80, blank=True)
    code = models.CharField(_("code"), max_length=40)
    reason = models.TextField(_("reason"))
    refused = models.BooleanField(_("refused"), default=True)
    row = models.JSONField(default=dict)
