import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('kit', '0007_retention'),
    ]

    operations = [
        migrations.AlterField(
            model_name='auditrecord',
            name='action',
            field=models.CharField(max_length=80, verbose_name='action'),
        ),
        migrations.AlterField(
            model_name='auditrecord',
            name='actor_id',
            field=models.CharField(max_length=80, verbose_name="actor's number"),
        ),
        migrations.AlterField(
            model_name='auditrecord',
            name='actor_kind',
            field=models.CharField(max_length=10, verbose_name='kind of actor'),
        ),
        migrations.AlterField(
            model_name='auditrecord',
            name='actor_label',
            field=models.CharField(max_length=200, verbose_name='who'),
        ),
        migrations.AlterField(
            model_name='auditrecord',
            name='at',
            field=models.DateTimeField(verbose_name='when'),
        ),
        migrations.AlterField(
            model_name='auditrecord',
            name='new',
            field=models.JSONField(null=True, verbose_name='after'),
        ),
        migrations.AlterField(
            model_name='auditrecord',
            name='object_id',
            field=models.CharField(max_length=80, verbose_name='record'),
        ),
        migrations.AlterField(
            model_name='auditrecord',
            name='object_type',
            field=models.CharField(max_length=60, verbose_name='kind of record'),
        ),
        migrations.AlterField(
            model_name='auditrecord',
            name='old',
            field=models.JSONField(null=True, verbose_name='before'),
        ),
        migrations.AlterField(
            model_name='auditrecord',
            name='reason',
            field=models.TextField(default='', verbose_name='reason'),
        ),
        migrations.AlterField(
            model_name='auditrecord',
            name='request_id',
            field=models.CharField(default='', max_length=64, verbose_name='request'),
        ),
        migrations.AlterField(
            model_name='auditrecord',
            name='xid',
            field=models.BigIntegerField(db_default=models.Value(0), verbose_name='database transaction'),
        ),
        migrations.AlterField(
            model_name='auditseal',
            name='at',
            field=models.DateTimeField(verbose_name='when'),
        ),
        migrations.AlterField(
            model_name='auditseal',
            name='chain',
            field=models.CharField(max_length=64, verbose_name='chained with'),
        ),
        migrations.AlterField(
            model_name='auditseal',
            name='count',
            field=models.IntegerField(verbose_name='number of entries'),
        ),
        migrations.AlterField(
            model_name='auditseal',
            name='first_id',
            field=models.BigIntegerField(verbose_name='first entry'),
        ),
        migrations.AlterField(
            model_name='auditseal',
            name='last_id',
            field=models.BigIntegerField(unique=True, verbose_name='last entry'),
        ),
        migrations.AlterField(
            model_name='auditseal',
            name='root',
            field=models.CharField(max_length=64, verbose_name='root of the seal'),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='attempts',
            field=models.SmallIntegerField(default=0, verbose_name='attempts'),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='changed_at',
            field=models.DateTimeField(verbose_name='last tried'),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='error',
            field=models.TextField(blank=True, default='', verbose_name='error'),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='event_at',
            field=models.DateTimeField(verbose_name='happened'),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='event_id',
            field=models.UUIDField(verbose_name='event'),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='handler',
            field=models.CharField(max_length=120, verbose_name='told to'),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='state',
            field=models.CharField(choices=[('waiting', 'Waiting'), ('done', 'Done'), ('parked', 'Parked'), ('dropped', 'Dropped')], default='waiting', max_length=8, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='webhookattempt',
            name='delivery',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='log', to='kit.webhookdelivery', verbose_name='webhook delivery'),
        ),
        migrations.AlterField(
            model_name='webhookdelivery',
            name='event_at',
            field=models.DateTimeField(verbose_name='happened'),
        ),
        migrations.AlterField(
            model_name='webhookendpoint',
            name='previous_secret',
            field=models.BinaryField(null=True, verbose_name='earlier secret'),
        ),
        migrations.AlterField(
            model_name='webhookendpoint',
            name='previous_until',
            field=models.DateTimeField(null=True, verbose_name='earlier secret holds until'),
        ),
        migrations.AlterField(
            model_name='webhookendpoint',
            name='secret',
            field=models.BinaryField(verbose_name='secret'),
        ),
    ]
