import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
import entrepot.kit.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("kit", "0002_sql"),
        ('catalog', '0001_initial'),
        ('customers', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ListingMark',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('variant_id', models.UUIDField(null=True)),
                ('promotion_id', models.UUIDField(null=True)),
                ('price_list_id', models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='RuleState',
            fields=[
                ('key', models.CharField(max_length=8, primary_key=True, serialize=False)),
                ('stamp', models.UUIDField(null=True)),
                ('at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='PriceHistory',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('variant_id', models.UUIDField()),
                ('channel_id', models.SmallIntegerField()),
                ('amount_minor', models.BigIntegerField()),
                ('from_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['variant_id', 'channel_id', '-from_at'], name='pricing_history_latest')],
            },
        ),
        migrations.CreateModel(
            name='PriceList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(unique=True, verbose_name='code')),
                ('name', models.JSONField(verbose_name='name')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('priority', models.SmallIntegerField(default=0, verbose_name='priority')),
                ('from_at', models.DateTimeField(blank=True, null=True, verbose_name='from')),
                ('until_at', models.DateTimeField(blank=True, null=True, verbose_name='until')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('channel', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.channel', verbose_name='channel')),
                ('company', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.company', verbose_name='company')),
                ('group', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.customergroup', verbose_name='customer group')),
            ],
            options={
                'verbose_name': 'price list',
                'verbose_name_plural': 'price lists',
            },
        ),
        migrations.CreateModel(
            name='Price',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('min_qty', models.DecimalField(decimal_places=3, default=1, max_digits=14, verbose_name='from quantity')),
                ('amount_minor', models.BigIntegerField(verbose_name='price')),
                ('variant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.variant')),
                ('price_list', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='prices', to='pricing.pricelist')),
            ],
            options={
                'verbose_name': 'price',
                'verbose_name_plural': 'prices',
            },
        ),
        migrations.CreateModel(
            name='Promotion',
            fields=[
                ('id', models.UUIDField(default=entrepot.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('code', models.SlugField(unique=True, verbose_name='code')),
                ('name', models.JSONField(verbose_name='name')),
                ('scope', models.CharField(choices=[('catalogue', 'in the listing price'), ('cart', 'in the cart')], max_length=9, verbose_name='scope')),
                ('conditions', models.JSONField(blank=True, default=dict, verbose_name='conditions')),
                ('benefit', models.JSONField(verbose_name='benefit')),
                ('lane', models.SmallIntegerField(default=0, verbose_name='lane')),
                ('priority', models.SmallIntegerField(default=0, verbose_name='priority')),
                ('is_exclusive', models.BooleanField(default=True, verbose_name='not with others of its lane')),
                ('needs_coupon', models.BooleanField(default=False, verbose_name='needs a coupon')),
                ('channels', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), blank=True, default=list, size=None, verbose_name='channels')),
                ('from_at', models.DateTimeField(blank=True, null=True, verbose_name='from')),
                ('until_at', models.DateTimeField(blank=True, null=True, verbose_name='until')),
                ('status', models.CharField(choices=[('draft', 'draft'), ('active', 'active'), ('ended', 'ended')], default='draft', max_length=8, verbose_name='status')),
                ('usage_limit', models.IntegerField(blank=True, null=True, verbose_name='uses in total')),
                ('customer_limit', models.IntegerField(blank=True, null=True, verbose_name='uses per customer')),
                ('budget_minor', models.BigIntegerField(blank=True, null=True, verbose_name='budget')),
                ('budget_currency', models.CharField(blank=True, max_length=3)),
                ('used_count', models.IntegerField(default=0, verbose_name='used')),
                ('used_minor', models.BigIntegerField(default=0, verbose_name='spent')),
                ('updated_at', models.DateTimeField(verbose_name='updated')),
            ],
            options={
                'verbose_name': 'promotion',
                'verbose_name_plural': 'promotions',
                'indexes': [models.Index(condition=models.Q(('status', 'active')), fields=['id'], name='pricing_promotion_active')],
                'constraints': [models.CheckConstraint(condition=models.Q(('used_count__gte', 0)), name='pricing_promotion_used_not_negative'), models.CheckConstraint(condition=models.Q(('usage_limit', None), ('used_count__lte', models.F('usage_limit')), _connector='OR'), name='pricing_promotion_within_limit'), models.CheckConstraint(condition=models.Q(('budget_minor', None), ('used_minor__lte', models.F('budget_minor')), _connector='OR'), name='pricing_promotion_within_budget'), models.CheckConstraint(condition=models.Q(models.Q(('budget_currency', ''), ('budget_minor', None)), models.Q(('budget_minor__isnull', False), models.Q(('budget_currency', ''), _negated=True)), _connector='OR'), name='pricing_promotion_budget_currency'), models.CheckConstraint(condition=models.Q(('from_at', None), ('until_at', None), ('from_at__lt', models.F('until_at')), _connector='OR'), name='pricing_promotion_dates')],
            },
        ),
        migrations.CreateModel(
            name='ListingPrice',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('currency', models.CharField(max_length=3)),
                ('amount_minor', models.BigIntegerField()),
                ('regular_minor', models.BigIntegerField()),
                ('lowest_prior_minor', models.BigIntegerField(null=True)),
                ('product_id', models.UUIDField()),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.channel')),
                ('variant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.variant')),
                ('promotion', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='pricing.promotion')),
            ],
        ),
        migrations.CreateModel(
            name='CustomerUse',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('customer_key', models.CharField(max_length=120)),
                ('used_count', models.IntegerField()),
                ('limit', models.IntegerField()),
                ('promotion', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='pricing.promotion')),
            ],
        ),
        migrations.CreateModel(
            name='Coupon',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=40, verbose_name='code')),
                ('batch', models.CharField(blank=True, max_length=40, verbose_name='batch')),
                ('limit', models.IntegerField(blank=True, null=True, verbose_name='uses')),
                ('used_count', models.IntegerField(default=0, verbose_name='used')),
                ('staff_only', models.BooleanField(default=False, verbose_name='staff only')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('promotion', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='coupons', to='pricing.promotion')),
            ],
            options={
                'verbose_name': 'coupon',
                'verbose_name_plural': 'coupons',
            },
        ),
        migrations.CreateModel(
            name='Redemption',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('order_id', models.UUIDField()),
                ('customer_key', models.CharField(max_length=120)),
                ('uses', models.IntegerField(default=1)),
                ('amount_minor', models.BigIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('at', models.DateTimeField()),
                ('coupon', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pricing.coupon')),
                ('promotion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pricing.promotion')),
            ],
        ),
        migrations.CreateModel(
            name='TaxRate',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('country', models.CharField(max_length=2, verbose_name='country')),
                ('region', models.CharField(blank=True, max_length=40, verbose_name='region')),
                ('tax_class', models.CharField(max_length=20, verbose_name='tax class')),
                ('rate', models.DecimalField(decimal_places=4, max_digits=7, verbose_name='rate')),
                ('name', models.CharField(blank=True, max_length=40, verbose_name='name')),
                ('from_on', models.DateField(verbose_name='from')),
            ],
            options={
                'verbose_name': 'tax rate',
                'verbose_name_plural': 'tax rates',
                'constraints': [models.UniqueConstraint(fields=('country', 'region', 'tax_class', 'from_on'), name='pricing_tax_once'), models.CheckConstraint(condition=models.Q(('rate__gte', 0), ('rate__lt', 1)), name='pricing_tax_rate_range')],
            },
        ),
        migrations.AddConstraint(
            model_name='pricelist',
            constraint=models.CheckConstraint(condition=models.Q(('from_at', None), ('until_at', None), ('from_at__lt', models.F('until_at')), _connector='OR'), name='pricing_list_dates'),
        ),
        migrations.AddIndex(
            model_name='price',
            index=models.Index(fields=['price_list', 'variant', 'min_qty'], name='pricing_price_of_list'),
        ),
        migrations.AddConstraint(
            model_name='price',
            constraint=models.UniqueConstraint(fields=('variant', 'price_list', 'min_qty'), name='pricing_price_once'),
        ),
        migrations.AddConstraint(
            model_name='price',
            constraint=models.CheckConstraint(condition=models.Q(('amount_minor__gte', 0)), name='pricing_price_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='price',
            constraint=models.CheckConstraint(condition=models.Q(('min_qty__gt', 0)), name='pricing_price_qty_positive'),
        ),
        migrations.AddIndex(
            model_name='listingprice',
            index=models.Index(fields=['product_id'], name='pricing_listing_product'),
        ),
        migrations.AddConstraint(
            model_name='listingprice',
            constraint=models.UniqueConstraint(fields=('variant', 'channel'), name='pricing_listing_once'),
        ),
        migrations.AddConstraint(
            model_name='listingprice',
            constraint=models.CheckConstraint(condition=models.Q(('amount_minor__gte', 0), ('amount_minor__lte', models.F('regular_minor'))), name='pricing_listing_not_above_regular'),
        ),
        migrations.AddConstraint(
            model_name='customeruse',
            constraint=models.UniqueConstraint(fields=('customer_key', 'promotion'), name='pricing_customer_use_once'),
        ),
        migrations.AddConstraint(
            model_name='customeruse',
            constraint=models.CheckConstraint(condition=models.Q(('used_count__gte', 0), ('used_count__lte', models.F('limit'))), name='pricing_customer_use_within_limit'),
        ),
        migrations.AddIndex(
            model_name='coupon',
            index=models.Index(fields=['promotion', 'batch', 'id'], name='pricing_coupon_batch'),
        ),
        migrations.AddConstraint(
            model_name='coupon',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Upper('code'), name='pricing_coupon_code_ci'),
        ),
        migrations.AddConstraint(
            model_name='coupon',
            constraint=models.CheckConstraint(condition=models.Q(('limit', None), ('used_count__lte', models.F('limit')), _connector='OR'), name='pricing_coupon_within_limit'),
        ),
        migrations.AddConstraint(
            model_name='coupon',
            constraint=models.CheckConstraint(condition=models.Q(('used_count__gte', 0)), name='pricing_coupon_used_not_negative'),
        ),
        migrations.AddIndex(
            model_name='redemption',
            index=models.Index(fields=['promotion', 'customer_key'], name='pricing_redemption_customer'),
        ),
        migrations.AddIndex(
            model_name='redemption',
            index=models.Index(fields=['order_id'], name='pricing_redemption_order'),
        ),
    ]
