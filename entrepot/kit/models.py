"""Tables of the kit: events, what handlers have done, the sealed audit trail, idempotency keys."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from entrepot.kit.ids import uuid7


class EventRecord(models.Model):
    """Append-only facts, partitioned by month in the database (see migration 0001), so Django does not manage it."""

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    name = models.CharField(max_length=80)
    version = models.SmallIntegerField()
    subject = models.CharField(max_length=80)
    payload = models.JSONField()
    request_id = models.CharField(max_length=64)

    class Meta:
        managed = False
        db_table = "kit_event"


class Delivery(models.Model):
    """One event for one handler: waiting, done or parked. Written done in the handler's own transaction."""

    class State(models.TextChoices):
        WAITING = "waiting", _("in the queue")
        DONE = "done", _("done")
        PARKED = "parked", _("parked")
        DROPPED = "dropped", _("dropped")  # by a person, with a reason in the audit trail

    id = models.BigAutoField(primary_key=True)
    event_id = models.UUIDField(_("event"))
    event_at = models.DateTimeField(_("happened"))
    handler = models.CharField(_("told to"), max_length=120)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.SmallIntegerField(_("attempts"), default=0)
    error = models.TextField(_("error"), default="", blank=True)
    changed_at = models.DateTimeField(_("last tried"))

    class Meta:
        verbose_name = _("event delivery")
        verbose_name_plural = _("event deliveries")
        constraints = [models.UniqueConstraint(fields=["event_id", "handler"], name="kit_delivery_once")]
        indexes = [
            # office: parked deliveries, newest first
            models.Index(fields=["-id"], name="kit_delivery_parked", condition=Q(state="parked")),
            # doctor: how many wait and since when
            models.Index(fields=["changed_at"], name="kit_delivery_waiting", condition=Q(state="waiting")),
        ]


class AuditRecord(models.Model):
    """Who did what to which object, with old and new. Append-only by trigger; sealed in Merkle batches."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(_("when"))
    actor_kind = models.CharField(_("kind of actor"), max_length=10)
    actor_id = models.CharField(_("actor's number"), max_length=80)
    actor_label = models.CharField(_("who"), max_length=200)
    action = models.CharField(_("action"), max_length=80)
    object_type = models.CharField(_("kind of record"), max_length=60)
    object_id = models.CharField(_("record"), max_length=80)
    old = models.JSONField(_("before"), null=True)
    new = models.JSONField(_("after"), null=True)
    reason = models.TextField(_("reason"), default="")
    request_id = models.CharField(_("request"), max_length=64, default="")
    # transaction id of the writer: sealing takes only rows whose writers have all ended (default in the database)
    xid = models.BigIntegerField(_("database transaction"), db_default=models.Value(0))

    class Meta:
        db_table = "kit_audit"
        verbose_name = _("audit row")
        verbose_name_plural = _("audit trail")
        # timeline of one object, newest first
        indexes = [models.Index(fields=["object_type", "object_id", "-id"], name="kit_audit_object")]


class AuditSeal(models.Model):
    """The Merkle root over audit rows first_id..last_id, chained to the seal before it."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(_("when"))
    first_id = models.BigIntegerField(_("first entry"))
    last_id = models.BigIntegerField(_("last entry"), unique=True)
    count = models.IntegerField(_("number of entries"))
    root = models.CharField(_("root of the seal"), max_length=64)
    chain = models.CharField(_("chained with"), max_length=64)

    class Meta:
        db_table = "kit_audit_seal"
        verbose_name = _("audit seal")
        verbose_name_plural = _("audit seals")


class AuditLeaf(models.Model):
    """Which seal holds an audit row, and the row's hash at that moment: shows what was changed or removed since."""

    audit_id = models.BigIntegerField(primary_key=True)
    seal = models.ForeignKey(AuditSeal, models.PROTECT, related_name="leaves")
    hash = models.BinaryField()

    class Meta:
        db_table = "kit_audit_leaf"


class IdempotencyKey(models.Model):
    """A key used by one principal for one method, path and body; holds the answer, or a lease while work goes on."""

    id = models.BigAutoField(primary_key=True)
    principal = models.CharField(max_length=120)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    leased_until = models.DateTimeField(null=True)
    status = models.SmallIntegerField(null=True)
    content_type = models.CharField(max_length=80, default="")
    headers = models.JSONField(default=dict, db_default=models.Value({}, output_field=models.JSONField()))
    body = models.BinaryField(null=True)
    created_at = models.DateTimeField()
    # Written in the work's own transaction: that it is done although the answer is not here yet, and what it did
    committed_at = models.DateTimeField(null=True)
    audit_after = models.BigIntegerField(default=0, db_default=0)  # its audit rows come after this one
    changed = models.JSONField(default=list, db_default=models.Value([], output_field=models.JSONField()))
    request_id = models.CharField(max_length=64, default="", db_default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["principal", "key"], name="kit_idempotency_once")]
        # cleaner: keys older than the retention
        indexes = [models.Index(fields=["created_at"], name="kit_idempotency_age")]


class Counter(models.Model):
    """How often something sensitive was tried in a window of time; survives restarts."""

    name = models.CharField(max_length=200, primary_key=True)
    hits = models.IntegerField()
    ends_at = models.DateTimeField()

    class Meta:
        # cleaner: windows that are over
        indexes = [models.Index(fields=["ends_at"], name="kit_counter_over")]


class WebhookEndpoint(models.Model):
    """An address outside that is told of events. Secrets are encrypted; the one before stays valid for a while."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    url = models.URLField(_("address"), max_length=500)
    description = models.CharField(_("description"), max_length=200, blank=True)
    events = ArrayField(models.CharField(max_length=80), verbose_name=_("events"))
    is_active = models.BooleanField(_("active"), default=True)
    secret = models.BinaryField(_("secret"))
    previous_secret = models.BinaryField(_("earlier secret"), null=True)
    previous_until = models.DateTimeField(_("earlier secret holds until"), null=True)
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")

    def __str__(self) -> str:
        return self.description or self.url


class WebhookDelivery(models.Model):
    """One event for one endpoint, with the outcome of the last attempt."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("done")
        PARKED = "parked", _("parked")

    id = models.BigAutoField(primary_key=True)
    endpoint = models.ForeignKey(WebhookEndpoint, models.CASCADE, db_index=False, related_name="deliveries",
                                 verbose_name=_("webhook"))
    event_id = models.UUIDField(_("event"))
    event_at = models.DateTimeField(_("happened"))
    event_name = models.CharField(_("event name"), max_length=80)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.SmallIntegerField(_("attempts"), default=0)
    changed_at = models.DateTimeField(pgettext_lazy("when", "changed"))

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        constraints = [models.UniqueConstraint(fields=["endpoint", "event_id"], name="kit_webhook_once")]
        indexes = [
            # the log of one endpoint, newest first
            models.Index(fields=["endpoint", "-id"], name="kit_webhook_log"),
            # cleaner: old deliveries
            models.Index(fields=["changed_at"], name="kit_webhook_age"),
        ]


class WebhookAttempt(models.Model):
    """One try at a delivery: what the other side answered, or why it could not be reached."""

    id = models.BigAutoField(primary_key=True)
    delivery = models.ForeignKey(WebhookDelivery, models.CASCADE, related_name="log",
                                 verbose_name=_("webhook delivery"))
    at = models.DateTimeField(_("at"))
    status = models.SmallIntegerField(_("status"), null=True)
    milliseconds = models.IntegerField(_("milliseconds"))
    error = models.CharField(_("error"), max_length=300, blank=True)
    answer = models.CharField(_("what it answered"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("webhook attempt")
        verbose_name_plural = _("webhook attempts")


class ListView(models.Model):
    """Filters, order and columns of an office list that somebody keeps by name; without a name: their own columns."""

    id = models.BigAutoField(primary_key=True)
    owner_id = models.BigIntegerField()
    owner_label = models.CharField(max_length=200, blank=True)
    list_name = models.CharField(max_length=80)
    name = models.CharField(max_length=80, blank=True)
    query = models.CharField(max_length=1000, blank=True)
    columns = ArrayField(models.CharField(max_length=80), default=list)
    is_shared = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner_id", "list_name", "name"], name="kit_listview_once")]
        # a list with its views: mine and everybody's
        indexes = [models.Index(fields=["list_name"], name="kit_listview_list")]


class Notice(models.Model):
    """Something that those who may act on it should know: said once, read by each for themselves."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=60)
    permission = models.CharField(max_length=80, blank=True)  # whoever holds it is told
    user_id = models.BigIntegerField(null=True)  # or one person
    params = models.JSONField(default=dict)
    address = models.CharField(max_length=300, blank=True)
    key = models.CharField(max_length=120, unique=True)  # the same thing is said once

    class Meta:
        # cleaner: what is old
        indexes = [models.Index(fields=["at"], name="kit_notice_age")]


class NoticeReader(models.Model):
    """How far a person has read, and what they want to hear of, on the screen and by mail."""

    user_id = models.BigIntegerField(primary_key=True)
    seen_id = models.BigIntegerField(default=0)
    read = ArrayField(models.BigIntegerField(), default=list)  # beyond seen_id, one by one
    muted = ArrayField(models.CharField(max_length=60), default=list)
    mailed = ArrayField(models.CharField(max_length=60), default=list)


class JobError(models.Model):
    """Why a job failed the last time: the queue itself keeps only that it did."""

    job_id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    error = models.TextField()

    class Meta:
        # cleaner: errors of jobs that are long gone
        indexes = [models.Index(fields=["at"], name="kit_job_error_age")]


class TaskRun(models.Model):
    """The last time that a scheduled task ran: when, how long, and how it ended."""

    task = models.CharField(max_length=120, primary_key=True)
    at = models.DateTimeField()
    milliseconds = models.IntegerField()
    error = models.TextField(default="", blank=True)


class Retention(models.Model):
    """For how many days the shop keeps a kind of record, where it is not the usual number: see `retention`."""

    code = models.CharField(max_length=60, primary_key=True)
    days = models.IntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(days__gte=1), name="kit_retention_days")]
