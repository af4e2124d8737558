import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("kit", "0002_sql"),
    ]

    operations = [
        migrations.CreateModel(
            name='Dirty',
            fields=[
                ('product_id', models.UUIDField(primary_key=True, serialize=False)),
                ('marked_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='IndexChange',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('product_id', models.UUIDField()),
            ],
        ),
        migrations.CreateModel(
            name='Synonym',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=10, verbose_name='language')),
                ('words', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), size=None, verbose_name='words')),
            ],
            options={
                'verbose_name': 'synonyms',
                'verbose_name_plural': 'synonyms',
            },
        ),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('product_id', models.UUIDField()),
                ('channel_id', models.SmallIntegerField()),
                ('language', models.CharField(max_length=10)),
                ('slug', models.CharField(max_length=200)),
                ('body', models.BinaryField()),
                ('card', models.BinaryField()),
                ('etag', models.CharField(max_length=32)),
                ('category_path', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('collection_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('price_minor', models.BigIntegerField(null=True)),
                ('in_stock', models.BooleanField(default=False)),
                ('rank', models.BigIntegerField(default=0)),
                ('updated_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['channel_id', 'language', '-rank', '-id'], name='showcase_document_rank')],
                'constraints': [models.UniqueConstraint(fields=('product_id', 'channel_id', 'language'), name='showcase_document_once'), models.UniqueConstraint(fields=('channel_id', 'language', 'slug'), name='showcase_document_slug')],
            },
        ),
        migrations.CreateModel(
            name='Pin',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('query', models.CharField(max_length=120, verbose_name='query')),
                ('language', models.CharField(max_length=10, verbose_name='language')),
                ('product_id', models.UUIDField(verbose_name='product')),
                ('position', models.PositiveSmallIntegerField(verbose_name='position')),
            ],
            options={
                'verbose_name': 'pin',
                'verbose_name_plural': 'pins',
                'constraints': [models.UniqueConstraint(fields=('query', 'language', 'product_id'), name='showcase_pin_once')],
            },
        ),
        migrations.CreateModel(
            name='QueryCount',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('day', models.DateField(verbose_name='day')),
                ('language', models.CharField(max_length=10, verbose_name='language')),
                ('query', models.CharField(max_length=120, verbose_name='query')),
                ('asked', models.IntegerField(default=0, verbose_name='asked')),
                ('empty', models.IntegerField(default=0, verbose_name='without result')),
            ],
            options={
                'verbose_name': 'search query',
                'verbose_name_plural': 'search queries',
                'constraints': [models.UniqueConstraint(fields=('day', 'language', 'query'), name='showcase_query_day')],
            },
        ),
    ]
