from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("kit", "0002_sql"),
    ]

    operations = [
        migrations.CreateModel(
            name='Flag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=80, unique=True, verbose_name='key')),
                ('description', models.CharField(blank=True, max_length=200, verbose_name='description')),
                ('is_enabled', models.BooleanField(default=False, verbose_name='enabled')),
                ('share_percent', models.DecimalField(decimal_places=2, default=100, max_digits=5, verbose_name='share, %')),
                ('version', models.IntegerField(default=1)),
            ],
            options={
                'verbose_name': 'flag',
                'verbose_name_plural': 'flags',
                'constraints': [models.CheckConstraint(condition=models.Q(('share_percent__gte', 0), ('share_percent__lte', 100)), name='experiments_flag_share')],
            },
        ),
    ]
