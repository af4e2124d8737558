from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [('showcase', '0001_initial')]

    operations = [
        migrations.CreateModel(
            name='Bestseller',
            fields=[
                ('pk', models.CompositePrimaryKey('channel_id', 'position', blank=True, editable=False, primary_key=True, serialize=False)),
                ('channel_id', models.SmallIntegerField()),
                ('position', models.SmallIntegerField()),
                ('product_id', models.UUIDField()),
                ('orders', models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Companion',
            fields=[
                ('pk', models.CompositePrimaryKey('product_id', 'position', blank=True, editable=False, primary_key=True, serialize=False)),
                ('product_id', models.UUIDField()),
                ('position', models.SmallIntegerField()),
                ('other_id', models.UUIDField()),
                ('together', models.IntegerField()),
            ],
        ),
    ]
