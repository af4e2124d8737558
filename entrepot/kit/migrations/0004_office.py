import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('kit', '0003_hardening'),
    ]

    operations = [
        migrations.CreateModel(
            name='NoticeReader',
            fields=[
                ('user_id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('seen_id', models.BigIntegerField(default=0)),
                ('read', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('muted', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), default=list, size=None)),
                ('mailed', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), default=list, size=None)),
            ],
        ),
        migrations.CreateModel(
            name='ListView',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('owner_id', models.BigIntegerField()),
                ('owner_label', models.CharField(blank=True, max_length=200)),
                ('list_name', models.CharField(max_length=80)),
                ('name', models.CharField(blank=True, max_length=80)),
                ('query', models.CharField(blank=True, max_length=1000)),
                ('columns', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), default=list, size=None)),
                ('is_shared', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['list_name'], name='kit_listview_list')],
                'constraints': [models.UniqueConstraint(fields=('owner_id', 'list_name', 'name'), name='kit_listview_once')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('kind', models.CharField(max_length=60)),
                ('permission', models.CharField(blank=True, max_length=80)),
                ('user_id', models.BigIntegerField(null=True)),
                ('params', models.JSONField(default=dict)),
                ('address', models.CharField(blank=True, max_length=300)),
                ('key', models.CharField(max_length=120, unique=True)),
            ],
            options={
                'indexes': [models.Index(fields=['at'], name='kit_notice_age')],
            },
        ),
    ]
