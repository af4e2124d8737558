from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('kit', '0004_office'),
    ]

    operations = [
        migrations.CreateModel(
            name='TaskRun',
            fields=[
                ('task', models.CharField(max_length=120, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('milliseconds', models.IntegerField()),
                ('error', models.TextField(blank=True, default='')),
            ],
        ),
        migrations.AlterField(
            model_name='delivery',
            name='state',
            field=models.CharField(choices=[('waiting', 'Waiting'), ('done', 'Done'), ('parked', 'Parked'), ('dropped', 'Dropped')], default='waiting', max_length=8),
        ),
        migrations.CreateModel(
            name='JobError',
            fields=[
                ('job_id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('error', models.TextField()),
            ],
            options={
                'indexes': [models.Index(fields=['at'], name='kit_job_error_age')],
            },
        ),
    ]
