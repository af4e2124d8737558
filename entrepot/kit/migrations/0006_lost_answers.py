from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('kit', '0005_job_errors'),
    ]

    operations = [
        migrations.AddField(
            model_name='idempotencykey',
            name='audit_after',
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='idempotencykey',
            name='changed',
            field=models.JSONField(db_default=models.Value([], output_field=models.JSONField()), default=list),
        ),
        migrations.AddField(
            model_name='idempotencykey',
            name='committed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='idempotencykey',
            name='request_id',
            field=models.CharField(db_default='', default='', max_length=64),
        ),
    ]
