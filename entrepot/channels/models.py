"""Import runs and what became of every row; export runs; the files of both."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from entrepot.kit.ids import uuid7


class Run(models.Model):
    """One run over one file, by a worker. What was begun and cut off is seen by `changed_at`."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("waiting for your start")
        QUEUED = "queued", _("waiting for a worker")
        RUNNING = "running", _("running")
        STOPPED = "stopped", _("stopped")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    file_name = models.CharField(_("file"), max_length=200)
    rows = models.IntegerField(pgettext_lazy("how many", "rows"), default=0)
    total = models.IntegerField(_("rows in the file"), null=True, blank=True)
    size = models.BigIntegerField(_("size"), default=0)
    options = models.JSONField(_("options"), default=dict, blank=True)
    asked_by = models.JSONField(_("asked for by"), default=dict, blank=True)
    error = models.JSONField(_("error"), default=dict, blank=True)
    started_at = models.DateTimeField(_("started"))
    began_at = models.DateTimeField(_("begun"), null=True, blank=True)  # by a worker, the last time
    changed_at = models.DateTimeField(_("last changed"), null=True, blank=True)
    ended_at = models.DateTimeField(pgettext_lazy("when", "ended"), null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.file_name


class ImportRun(Run):
    """The counts account for every input row.

    `batches` is how many batches are in the shop: written with each of them, so a run that was cut off goes on there.
    """

    kind = models.CharField(_("kind"), max_length=40)
    digest = models.CharField(_("fingerprint of the file"), max_length=64)
    state = models.CharField(_("state"), max_length=10, choices=Run.State.choices, default=Run.State.RUNNING)
    counts = models.JSONField(_("counts"), default=dict)
    batches = models.IntegerField(_("parts done"), default=0)
    corrects = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+",
                                 verbose_name=_("corrects"))
    # already done when a worker began: the rate counts from there
    began_rows = models.IntegerField(_("rows done at the start"), default=0)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")


class ImportIssue(models.Model):
    """A row that was refused or flagged, with line, column and reason, and the row as it came."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="issues", verbose_name=_("import"))
    line = models.IntegerField(_("line"))
    column = models.CharField(_("column"), max_length=80, blank=True)
    code = models.CharField(_("code"), max_length=40)
    reason = models.TextField(_("reason"))
    refused = models.BooleanField(_("refused"), default=True)
    row = models.JSONField(_("row"), default=dict)

    class Meta:
        verbose_name = _("import issue")
        verbose_name_plural = _("import issues")


class ExportRun(Run):
    """One table written to a file. A run that was cut off starts over: its file is stored when it is whole."""

    class What(models.TextChoices):
        CATALOGUE = "catalogue", _("Products with prices and stock")
        ORDERS = "orders", _("Orders")
        ORDER_LINES = "order_lines", _("Order lines")
        CUSTOMERS = "customers", _("Customers")

    what = models.CharField(_("contents"), max_length=20, choices=What.choices)
    state = models.CharField(_("state"), max_length=10, choices=Run.State.choices, default=Run.State.QUEUED)

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")


class FilePart(models.Model):
    """A file of a run in pieces, where every worker on every machine finds it and the backup keeps it."""

    id = models.BigAutoField(primary_key=True)
    run_id = models.UUIDField()
    number = models.IntegerField()
    data = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run_id", "number"], name="channels_file_part_once")]
