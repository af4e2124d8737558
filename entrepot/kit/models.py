"""Tables of the kit: events, what handlers have done, the sealed audit trail, idempotency keys."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


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
        WAITING = "waiting"
        DONE = "done"
        PARKED = "parked"

    id = models.BigAutoField(primary_key=True)
    event_id = models.UUIDField()
    event_at = models.DateTimeField()
    handler = models.CharField(max_length=120)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.SmallIntegerField(default=0)
    error = models.TextField(default="", blank=True)
    changed_at = models.DateTimeField()

    class Meta:
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
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=80)
    actor_label = models.CharField(max_length=200)
    action = models.CharField(max_length=80)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=80)
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)
    reason = models.TextField(default="")
    request_id = models.CharField(max_length=64, default="")
    # transaction id of the writer: sealing takes only rows whose writers have all ended (default in the database)
    xid = models.BigIntegerField(db_default=models.Value(0))

    class Meta:
        db_table = "kit_audit"
        # timeline of one object, newest first
        indexes = [models.Index(fields=["object_type", "object_id", "-id"], name="kit_audit_object")]


class AuditSeal(models.Model):
    """The Merkle root over audit rows first_id..last_id, chained to the seal before it."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField(unique=True)
    count = models.IntegerField()
    root = models.CharField(max_length=64)
    chain = models.CharField(max_length=64)

    class Meta:
        db_table = "kit_audit_seal"


class IdempotencyKey(models.Model):
    """A key used by one principal for one method, path and body; holds the answer, or a lease while work goes on."""

    id = models.BigAutoField(primary_key=True)
    principal = models.CharField(max_length=120)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    leased_until = models.DateTimeField(null=True)
    status = models.SmallIntegerField(null=True)
    content_type = models.CharField(max_length=80, default="")
    body = models.BinaryField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["principal", "key"], name="kit_idempotency_once")]
        # cleaner: keys older than the retention
        indexes = [models.Index(fields=["created_at"], name="kit_idempotency_age")]
