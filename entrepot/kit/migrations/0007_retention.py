from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('kit', '0006_lost_answers'),
    ]

    operations = [
        migrations.CreateModel(
            name='Retention',
            fields=[
                ('code', models.CharField(max_length=60, primary_key=True, serialize=False)),
                ('days', models.IntegerField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('days__gte', 1)), name='kit_retention_days')],
            },
        ),
    ]
