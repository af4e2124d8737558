import django.db.models.deletion
import entrepot.kit.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("kit", "0002_sql"),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportRun',
            fields=[
                ('id', models.UUIDField(default=entrepot.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=40, verbose_name='kind')),
                ('file_name', models.CharField(max_length=200, verbose_name='file')),
                ('digest', models.CharField(max_length=64)),
                ('state', models.CharField(default='running', max_length=10, verbose_name='state')),
                ('rows', models.IntegerField(default=0, verbose_name='rows')),
                ('counts', models.JSONField(default=dict, verbose_name='counts')),
                ('started_at', models.DateTimeField(verbose_name='started')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
            ],
            options={
                'verbose_name': 'import',
                'verbose_name_plural': 'imports',
            },
        ),
        migrations.CreateModel(
            name='ImportIssue',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('line', models.IntegerField(verbose_name='line')),
                ('column', models.CharField(blank=True, max_length=80, verbose_name='column')),
                ('code', models.CharField(max_length=40, verbose_name='code')),
                ('reason', models.TextField(verbose_name='reason')),
                ('refused', models.BooleanField(default=True, verbose_name='refused')),
                ('row', models.JSONField(default=dict)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='issues', to='channels.importrun')),
            ],
        ),
    ]
