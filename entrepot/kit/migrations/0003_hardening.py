import django.contrib.postgres.fields
import django.db.models.deletion
import entrepot.kit.ids
from django.db import migrations, models


SQL = """
CREATE TABLE kit_cache (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamptz NOT NULL
);
CREATE INDEX kit_cache_expires ON kit_cache (expires);
CREATE TRIGGER kit_audit_seal_append_only BEFORE UPDATE OR DELETE ON kit_audit_seal
    FOR EACH ROW EXECUTE FUNCTION kit_append_only();
CREATE TRIGGER kit_audit_seal_no_truncate BEFORE TRUNCATE ON kit_audit_seal
    FOR EACH STATEMENT EXECUTE FUNCTION kit_append_only();
CREATE TRIGGER kit_audit_leaf_append_only BEFORE UPDATE OR DELETE ON kit_audit_leaf
    FOR EACH ROW EXECUTE FUNCTION kit_append_only();
CREATE TRIGGER kit_audit_leaf_no_truncate BEFORE TRUNCATE ON kit_audit_leaf
    FOR EACH STATEMENT EXECUTE FUNCTION kit_append_only();

-- Every published event, however it was written, becomes one delivery and one job per endpoint that listens.
CREATE FUNCTION kit_fan_out() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM kit_webhookendpoint WHERE is_active) THEN
        WITH told AS (
            INSERT INTO kit_webhookdelivery (endpoint_id, event_id, event_at, event_name, state, attempts, changed_at)
            SELECT w.id, e.id, e.at, e.name, 'waiting', 0, e.at
            FROM fresh e JOIN kit_webhookendpoint w ON w.is_active AND (e.name = ANY (w.events) OR '*' = ANY (w.events))
            RETURNING id
        )
        INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args)
        SELECT 'webhooks', 'kit.send_webhook', 0, jsonb_build_object('delivery_id', id) FROM told;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER kit_event_fan_out AFTER INSERT ON kit_event
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION kit_fan_out();
"""

UNDO = """
DROP TABLE kit_cache;
DROP TRIGGER kit_audit_seal_append_only ON kit_audit_seal;
DROP TRIGGER kit_audit_seal_no_truncate ON kit_audit_seal;
DROP TRIGGER kit_audit_leaf_append_only ON kit_audit_leaf;
DROP TRIGGER kit_audit_leaf_no_truncate ON kit_audit_leaf;
DROP TRIGGER kit_event_fan_out ON kit_event;
DROP FUNCTION kit_fan_out();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('kit', '0002_sql'),
    ]

    operations = [
        migrations.CreateModel(
            name='WebhookDelivery',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('event_id', models.UUIDField(verbose_name='event')),
                ('event_at', models.DateTimeField()),
                ('event_name', models.CharField(max_length=80, verbose_name='event name')),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('done', 'done'), ('parked', 'parked')], default='waiting', max_length=8, verbose_name='state')),
                ('attempts', models.SmallIntegerField(default=0, verbose_name='attempts')),
                ('changed_at', models.DateTimeField(verbose_name='changed')),
            ],
            options={
                'verbose_name': 'webhook delivery',
                'verbose_name_plural': 'webhook deliveries',
            },
        ),
        migrations.CreateModel(
            name='WebhookEndpoint',
            fields=[
                ('id', models.UUIDField(default=entrepot.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('url', models.URLField(max_length=500, verbose_name='address')),
                ('description', models.CharField(blank=True, max_length=200, verbose_name='description')),
                ('events', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), size=None, verbose_name='events')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('secret', models.BinaryField()),
                ('previous_secret', models.BinaryField(null=True)),
                ('previous_until', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(verbose_name='created')),
            ],
            options={
                'verbose_name': 'webhook',
                'verbose_name_plural': 'webhooks',
            },
        ),
        migrations.AddField(
            model_name='idempotencykey',
            name='headers',
            field=models.JSONField(db_default=models.Value({}, output_field=models.JSONField()), default=dict),
        ),
        migrations.CreateModel(
            name='AuditLeaf',
            fields=[
                ('audit_id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('hash', models.BinaryField()),
                ('seal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='leaves', to='kit.auditseal')),
            ],
            options={
                'db_table': 'kit_audit_leaf',
            },
        ),
        migrations.CreateModel(
            name='Counter',
            fields=[
                ('name', models.CharField(max_length=200, primary_key=True, serialize=False)),
                ('hits', models.IntegerField()),
                ('ends_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['ends_at'], name='kit_counter_over')],
            },
        ),
        migrations.CreateModel(
            name='WebhookAttempt',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField(verbose_name='at')),
                ('status', models.SmallIntegerField(null=True, verbose_name='status')),
                ('milliseconds', models.IntegerField(verbose_name='milliseconds')),
                ('error', models.CharField(blank=True, max_length=300, verbose_name='error')),
                ('answer', models.CharField(blank=True, max_length=1000, verbose_name='answer')),
                ('delivery', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='log', to='kit.webhookdelivery')),
            ],
            options={
                'verbose_name': 'webhook attempt',
                'verbose_name_plural': 'webhook attempts',
            },
        ),
        migrations.AddField(
            model_name='webhookdelivery',
            name='endpoint',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='kit.webhookendpoint', verbose_name='webhook'),
        ),
        migrations.AddIndex(
            model_name='webhookdelivery',
            index=models.Index(fields=['endpoint', '-id'], name='kit_webhook_log'),
        ),
        migrations.AddIndex(
            model_name='webhookdelivery',
            index=models.Index(fields=['changed_at'], name='kit_webhook_age'),
        ),
        migrations.AddConstraint(
            model_name='webhookdelivery',
            constraint=models.UniqueConstraint(fields=('endpoint', 'event_id'), name='kit_webhook_once'),
        ),
        migrations.AlterModelOptions(
            name='auditrecord',
            options={'verbose_name': 'audit row', 'verbose_name_plural': 'audit trail'},
        ),
        migrations.AlterModelOptions(
            name='auditseal',
            options={'verbose_name': 'audit seal', 'verbose_name_plural': 'audit seals'},
        ),
        migrations.AlterModelOptions(
            name='delivery',
            options={'verbose_name': 'event delivery', 'verbose_name_plural': 'event deliveries'},
        ),
        migrations.RunSQL(SQL, UNDO),
    ]
