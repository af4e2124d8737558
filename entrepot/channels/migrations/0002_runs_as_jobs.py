import django.db.models.deletion
import entrepot.kit.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ExportRun',
            fields=[
                ('id', models.UUIDField(default=entrepot.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('what', models.CharField(choices=[('catalogue', 'Products with prices and stock'), ('orders', 'Orders'), ('order_lines', 'Order lines'), ('customers', 'Customers')], max_length=20, verbose_name='contents')),
                ('file_name', models.CharField(max_length=200, verbose_name='file')),
                ('options', models.JSONField(blank=True, default=dict, verbose_name='options')),
                ('state', models.CharField(choices=[('uploaded', 'waiting for your start'), ('queued', 'waiting for a worker'), ('running', 'running'), ('stopped', 'stopped'), ('done', 'done'), ('failed', 'failed')], default='queued', max_length=10, verbose_name='state')),
                ('rows', models.IntegerField(default=0, verbose_name='rows')),
                ('total', models.IntegerField(blank=True, null=True)),
                ('size', models.BigIntegerField(default=0, verbose_name='size')),
                ('asked_by', models.JSONField(blank=True, default=dict)),
                ('error', models.JSONField(blank=True, default=dict, verbose_name='error')),
                ('started_at', models.DateTimeField(verbose_name='started')),
                ('began_at', models.DateTimeField(blank=True, null=True)),
                ('changed_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
            ],
            options={
                'verbose_name': 'export',
                'verbose_name_plural': 'exports',
            },
        ),
        migrations.AddField(
            model_name='importrun',
            name='asked_by',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name='importrun',
            name='batches',
            field=models.IntegerField(default=0),
        ),
        migrations.AddField(
            model_name='importrun',
            name='began_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='importrun',
            name='began_rows',
            field=models.IntegerField(default=0),
        ),
        migrations.AddField(
            model_name='importrun',
            name='changed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='importrun',
            name='corrects',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='channels.importrun', verbose_name='corrects'),
        ),
        migrations.AddField(
            model_name='importrun',
            name='error',
            field=models.JSONField(blank=True, default=dict, verbose_name='error'),
        ),
        migrations.AddField(
            model_name='importrun',
            name='options',
            field=models.JSONField(blank=True, default=dict, verbose_name='options'),
        ),
        migrations.AddField(
            model_name='importrun',
            name='size',
            field=models.BigIntegerField(default=0, verbose_name='size'),
        ),
        migrations.AddField(
            model_name='importrun',
            name='total',
            field=models.IntegerField(blank=True, null=True, verbose_name='rows in the file'),
        ),
        migrations.AlterField(
            model_name='importrun',
            name='state',
            field=models.CharField(choices=[('uploaded', 'waiting for your start'), ('queued', 'waiting for a worker'), ('running', 'running'), ('stopped', 'stopped'), ('done', 'done'), ('failed', 'failed')], default='running', max_length=10, verbose_name='state'),
        ),
        migrations.CreateModel(
            name='FilePart',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('run_id', models.UUIDField()),
                ('number', models.IntegerField()),
                ('data', models.BinaryField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('run_id', 'number'), name='channels_file_part_once')],
            },
        ),
    ]
