import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import entrepot.catalog.models
import entrepot.kit.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('kit', '0002_sql'),
    ]

    operations = [
        migrations.CreateModel(
            name='Attribute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(unique=True, verbose_name='code')),
                ('name', models.JSONField(verbose_name='name')),
                ('kind', models.CharField(choices=[('text', 'text'), ('number', 'numeric value'), ('boolean', 'yes or no'), ('choice', 'one of a list'), ('choices', 'several of a list'), ('date', 'date')], max_length=8, verbose_name='kind')),
                ('unit', models.CharField(blank=True, max_length=20, verbose_name='unit')),
                ('choices', models.JSONField(blank=True, default=dict, verbose_name='choices')),
                ('is_facet', models.BooleanField(default=False, verbose_name='filter in the shop')),
            ],
            options={
                'verbose_name': 'attribute',
                'verbose_name_plural': 'attributes',
            },
        ),
        migrations.CreateModel(
            name='Brand',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(allow_unicode=True, max_length=120, unique=True, verbose_name='slug')),
                ('name', models.JSONField(verbose_name='name')),
            ],
            options={
                'verbose_name': 'brand',
                'verbose_name_plural': 'brands',
            },
        ),
        migrations.CreateModel(
            name='Collection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(allow_unicode=True, max_length=120, unique=True, verbose_name='slug')),
                ('name', models.JSONField(verbose_name='name')),
                ('description', models.JSONField(blank=True, default=dict, verbose_name='description')),
                ('rule', models.JSONField(blank=True, null=True, verbose_name='rule')),
                ('is_visible', models.BooleanField(default=True, verbose_name='visible')),
            ],
            options={
                'verbose_name': 'collection',
                'verbose_name_plural': 'collections',
            },
        ),
        migrations.CreateModel(
            name='Category',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('slug', models.SlugField(allow_unicode=True, max_length=120, unique=True, verbose_name='slug')),
                ('name', models.JSONField(verbose_name='name')),
                ('description', models.JSONField(blank=True, default=dict, verbose_name='description')),
                ('path', entrepot.catalog.models.LTreeField()),
                ('position', models.IntegerField(default=0, verbose_name='position')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='catalog.category', verbose_name='parent')),
            ],
            options={
                'verbose_name': 'category',
                'verbose_name_plural': 'categories',
            },
        ),
        migrations.CreateModel(
            name='Channel',
            fields=[
                ('id', models.SmallAutoField(primary_key=True, serialize=False)),
                ('code', models.SlugField(unique=True, verbose_name='code')),
                ('name', models.JSONField(verbose_name='name')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('country', models.CharField(max_length=2, verbose_name='country')),
                ('languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), default=list, size=None, verbose_name='languages')),
                ('time_zone', models.CharField(default='UTC', max_length=40, verbose_name='time zone')),
                ('prices_include_tax', models.BooleanField(default=True, verbose_name='prices include tax')),
                ('guest_hold_minutes', models.PositiveSmallIntegerField(default=15, verbose_name='stock hold for guests, minutes')),
                ('member_hold_minutes', models.PositiveSmallIntegerField(default=60, verbose_name='stock hold for members, minutes')),
                ('unpaid_expiry_minutes', models.PositiveIntegerField(default=60, verbose_name='unpaid orders expire after, minutes')),
                ('approve_above_minor', models.BigIntegerField(blank=True, null=True, verbose_name='orders above this amount need approval')),
                ('allocation', models.CharField(default='priority', max_length=20, verbose_name='allocation strategy')),
                ('is_default', models.BooleanField(default=False, verbose_name='default')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
            ],
            options={
                'verbose_name': 'channel',
                'verbose_name_plural': 'channels',
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('is_default',), name='catalog_one_default_channel')],
            },
        ),
        migrations.CreateModel(
            name='Product',
            fields=[
                ('id', models.UUIDField(default=entrepot.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('slug', models.SlugField(allow_unicode=True, max_length=200, unique=True, verbose_name='slug')),
                ('status', models.CharField(choices=[('draft', 'draft'), ('active', 'active'), ('archived', 'archived')], default='draft', max_length=8, verbose_name='status')),
                ('name', models.JSONField(verbose_name='name')),
                ('description', models.JSONField(blank=True, default=dict, verbose_name='description')),
                ('seo', models.JSONField(blank=True, default=dict, verbose_name='SEO')),
                ('tax_class', models.CharField(default='standard', max_length=20, verbose_name='tax class')),
                ('attributes', models.JSONField(blank=True, default=dict, verbose_name='attributes')),
                ('options', models.JSONField(blank=True, default=list, verbose_name='options')),
                ('tags', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, size=None, verbose_name='tags')),
                ('external_ids', models.JSONField(blank=True, default=dict, verbose_name='external ids')),
                ('rating', models.DecimalField(blank=True, decimal_places=2, max_digits=3, null=True, verbose_name='rating')),
                ('created_at', models.DateTimeField(verbose_name='created')),
                ('updated_at', models.DateTimeField(verbose_name='updated')),
                ('version', models.IntegerField(default=1)),
                ('brand', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='catalog.brand', verbose_name='brand')),
                ('categories', models.ManyToManyField(blank=True, related_name='+', to='catalog.category', verbose_name='categories')),
                ('category', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.category', verbose_name='main category')),
            ],
            options={
                'verbose_name': 'product',
                'verbose_name_plural': 'products',
            },
        ),
        migrations.CreateModel(
            name='CollectionItem',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('position', models.IntegerField(default=0, verbose_name='position')),
                ('collection', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='catalog.collection')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.product')),
            ],
        ),
        migrations.CreateModel(
            name='ProductType',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(unique=True, verbose_name='code')),
                ('name', models.JSONField(verbose_name='name')),
                ('required', django.contrib.postgres.fields.ArrayField(base_field=models.SlugField(), blank=True, default=list, size=None, verbose_name='required attributes')),
                ('per_variant', django.contrib.postgres.fields.ArrayField(base_field=models.SlugField(), blank=True, default=list, size=None, verbose_name='attributes of variants')),
                ('attributes', models.ManyToManyField(blank=True, related_name='+', to='catalog.attribute', verbose_name='attributes')),
            ],
            options={
                'verbose_name': 'product type',
                'verbose_name_plural': 'product types',
            },
        ),
        migrations.AddField(
            model_name='product',
            name='type',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.producttype', verbose_name='type'),
        ),
        migrations.CreateModel(
            name='Publication',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('from_at', models.DateTimeField(blank=True, null=True, verbose_name='from')),
                ('until_at', models.DateTimeField(blank=True, null=True, verbose_name='until')),
                ('state', models.SmallIntegerField(choices=[(0, 'waiting'), (1, 'live'), (2, 'ended')], default=1, verbose_name='state')),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.channel')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='publications', to='catalog.product')),
            ],
            options={
                'verbose_name': 'publication',
                'verbose_name_plural': 'publications',
            },
        ),
        migrations.CreateModel(
            name='Redirect',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=12)),
                ('slug', models.CharField(max_length=200)),
                ('target_id', models.CharField(max_length=40)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'redirect',
                'verbose_name_plural': 'redirects',
                'constraints': [models.UniqueConstraint(fields=('kind', 'slug'), name='catalog_redirect_once')],
            },
        ),
        migrations.CreateModel(
            name='Variant',
            fields=[
                ('id', models.UUIDField(default=entrepot.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('sku', models.CharField(max_length=80, unique=True, verbose_name='SKU')),
                ('barcode', models.CharField(blank=True, max_length=40, verbose_name='barcode')),
                ('name', models.JSONField(blank=True, default=dict, verbose_name='name')),
                ('options', models.JSONField(blank=True, default=dict, verbose_name='options')),
                ('attributes', models.JSONField(blank=True, default=dict, verbose_name='attributes')),
                ('position', models.IntegerField(default=0, verbose_name='position')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('is_bundle', models.BooleanField(default=False, verbose_name='bundle')),
                ('is_stocked', models.BooleanField(default=True, verbose_name='kept in stock')),
                ('needs_shipping', models.BooleanField(default=True, verbose_name='needs shipping')),
                ('weight_g', models.PositiveIntegerField(default=0, verbose_name='weight, g')),
                ('dimensions_mm', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveIntegerField(), blank=True, null=True, size=3, verbose_name='dimensions, mm')),
                ('unit', models.CharField(default='pcs', max_length=10, verbose_name='unit of measure')),
                ('qty_step', models.DecimalField(decimal_places=3, default=1, max_digits=14, verbose_name='quantity step')),
                ('customs', models.JSONField(blank=True, default=dict, verbose_name='customs data')),
                ('cost', models.DecimalField(blank=True, decimal_places=6, max_digits=20, null=True, verbose_name='unit cost')),
                ('cost_currency', models.CharField(blank=True, max_length=3)),
                ('external_ids', models.JSONField(blank=True, default=dict, verbose_name='external ids')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='variants', to='catalog.product')),
            ],
            options={
                'verbose_name': 'variant',
                'verbose_name_plural': 'variants',
            },
        ),
        migrations.CreateModel(
            name='ExternalId',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('system', models.CharField(max_length=50)),
                ('value', models.CharField(max_length=200)),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.product')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('system', 'value'), name='catalog_external_id_once')],
            },
        ),
        migrations.CreateModel(
            name='Media',
            fields=[
                ('id', models.UUIDField(default=entrepot.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('file', models.CharField(blank=True, max_length=200, verbose_name='file')),
                ('url', models.URLField(blank=True, max_length=500, verbose_name='address')),
                ('alt', models.JSONField(blank=True, default=dict, verbose_name='alternative text')),
                ('position', models.IntegerField(default=0, verbose_name='position')),
                ('width', models.PositiveIntegerField(blank=True, null=True)),
                ('height', models.PositiveIntegerField(blank=True, null=True)),
                ('renditions', models.JSONField(blank=True, default=list)),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='media', to='catalog.product')),
                ('variant', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='catalog.variant')),
            ],
            options={
                'verbose_name': 'media',
                'verbose_name_plural': 'media',
            },
        ),
        migrations.CreateModel(
            name='BundleItem',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('quantity', models.DecimalField(decimal_places=3, max_digits=14, verbose_name='quantity')),
                ('bundle', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bundle_items', to='catalog.variant')),
                ('component', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.variant')),
            ],
            options={
                'verbose_name': 'bundle item',
                'verbose_name_plural': 'bundle items',
            },
        ),
        migrations.AddIndex(
            model_name='category',
            index=django.contrib.postgres.indexes.GistIndex(fields=['path'], name='catalog_category_path'),
        ),
        migrations.AddConstraint(
            model_name='collectionitem',
            constraint=models.UniqueConstraint(fields=('collection', 'product'), name='catalog_collection_item_once'),
        ),
        migrations.AddIndex(
            model_name='product',
            index=models.Index(fields=['status', '-created_at'], name='catalog_product_status'),
        ),
        migrations.AddIndex(
            model_name='publication',
            index=models.Index(condition=models.Q(('state', 0)), fields=['from_at'], name='catalog_publication_from'),
        ),
        migrations.AddIndex(
            model_name='publication',
            index=models.Index(condition=models.Q(('state', 1)), fields=['until_at'], name='catalog_publication_until'),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=models.UniqueConstraint(fields=('product', 'channel'), name='catalog_publication_once'),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=models.CheckConstraint(condition=models.Q(('from_at', None), ('until_at', None), ('from_at__lt', models.F('until_at')), _connector='OR'), name='catalog_publication_dates'),
        ),
        migrations.AddConstraint(
            model_name='variant',
            constraint=models.CheckConstraint(condition=models.Q(('qty_step__gt', 0)), name='catalog_variant_step_positive'),
        ),
        migrations.AddConstraint(
            model_name='variant',
            constraint=models.UniqueConstraint(condition=models.Q(('is_active', True), models.Q(('options', {}), _negated=True)), fields=('product', 'options'), name='catalog_variant_options_once'),
        ),
        migrations.AddConstraint(
            model_name='variant',
            constraint=models.CheckConstraint(condition=models.Q(('is_bundle', False), ('is_stocked', True), _connector='OR'), name='catalog_bundle_is_stocked'),
        ),
        migrations.AddConstraint(
            model_name='variant',
            constraint=models.UniqueConstraint(fields=('id', 'is_bundle', 'is_stocked'), name='catalog_variant_nature'),
        ),
        migrations.AddConstraint(
            model_name='media',
            constraint=models.CheckConstraint(condition=models.Q(('file', ''), ('url', ''), _negated=True), name='catalog_media_somewhere'),
        ),
        migrations.AddConstraint(
            model_name='bundleitem',
            constraint=models.UniqueConstraint(fields=('bundle', 'component'), name='catalog_bundle_item_once'),
        ),
        migrations.AddConstraint(
            model_name='bundleitem',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='catalog_bundle_qty_positive'),
        ),
        migrations.AddConstraint(
            model_name='bundleitem',
            constraint=models.CheckConstraint(condition=models.Q(('bundle', models.F('component')), _negated=True), name='catalog_bundle_not_itself'),
        ),
    ]
