from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("kit", "0002_sql"),
    ]

    operations = [
        migrations.CreateModel(
            name='CommerceEvent',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('name', models.CharField(max_length=40)),
                ('channel_id', models.SmallIntegerField(null=True)),
                ('subject', models.CharField(blank=True, max_length=80)),
                ('key', models.CharField(max_length=120, null=True, unique=True)),
                ('value_minor', models.BigIntegerField(null=True)),
                ('currency', models.CharField(blank=True, max_length=3)),
                ('params', models.JSONField(default=dict)),
            ],
            options={
                'indexes': [models.Index(fields=['name', 'at'], name='insight_event_name')],
            },
        ),
    ]
