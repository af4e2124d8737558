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
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('product_id', models.UUIDField()),
                ('marked_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='IndexChange',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('product_id', models.UUIDField()),
                ('at', models.DateTimeField()),
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
            name='BundlePart',
            fields=[
                ('pk', models.CompositePrimaryKey('variant_id', 'product_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('variant_id', models.UUIDField()),
                ('product_id', models.UUIDField()),
            ],
            options={
                'indexes': [models.Index(fields=['product_id'], name='showcase_bundlepart_product')],
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
                ('updated_at', models.DateTimeField()),
            ],
            options={
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
            name='Placement',
            fields=[
                ('pk', models.CompositePrimaryKey('document_id', 'shelf_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('document_id', models.BigIntegerField()),
                ('shelf_id', models.BigIntegerField()),
                ('rank', models.BigIntegerField()),
                ('price_minor', models.BigIntegerField(null=True)),
                ('name_key', models.BinaryField()),
            ],
            options={
                'indexes': [models.Index(fields=['shelf_id', 'rank', 'document_id'], name='showcase_placement_rank'), models.Index(fields=['shelf_id', 'price_minor', 'document_id'], name='showcase_placement_price'), models.Index(fields=['shelf_id', 'name_key', 'document_id'], name='showcase_placement_name')],
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
                'indexes': [models.Index(fields=['language', 'query'], name='showcase_query_prefix')],
                'constraints': [models.UniqueConstraint(fields=('day', 'language', 'query'), name='showcase_query_day'), models.CheckConstraint(condition=models.Q(('asked__gte', 0), ('empty__gte', 0), ('empty__lte', models.F('asked'))), name='showcase_query_counts')],
            },
        ),
        migrations.CreateModel(
            name='Shelf',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('channel_id', models.SmallIntegerField()),
                ('language', models.CharField(max_length=10)),
                ('kind', models.CharField(choices=[('all', 'everything'), ('category', 'category'), ('collection', 'collection')], max_length=10)),
                ('target_id', models.BigIntegerField(default=0)),
                ('slug', models.CharField(blank=True, max_length=120)),
                ('name', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'indexes': [models.Index(fields=['channel_id', 'language', 'kind', 'slug'], name='showcase_shelf_slug'), models.Index(fields=['kind', 'target_id'], name='showcase_shelf_target')],
                'constraints': [models.UniqueConstraint(fields=('channel_id', 'language', 'kind', 'target_id'), name='showcase_shelf_once')],
            },
        ),
    ]
