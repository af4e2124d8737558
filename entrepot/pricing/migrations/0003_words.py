import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0003_words'),
        ('pricing', '0002_sql'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='listingprice',
            options={'verbose_name': 'listing price', 'verbose_name_plural': 'listing prices'},
        ),
        migrations.AlterModelOptions(
            name='redemption',
            options={'verbose_name': 'redemption', 'verbose_name_plural': 'redemptions'},
        ),
        migrations.AlterField(
            model_name='coupon',
            name='promotion',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='coupons', to='pricing.promotion', verbose_name='promotion'),
        ),
        migrations.AlterField(
            model_name='listingprice',
            name='amount_minor',
            field=models.BigIntegerField(verbose_name='price'),
        ),
        migrations.AlterField(
            model_name='listingprice',
            name='channel',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.channel', verbose_name='channel'),
        ),
        migrations.AlterField(
            model_name='listingprice',
            name='currency',
            field=models.CharField(max_length=3, verbose_name='currency'),
        ),
        migrations.AlterField(
            model_name='listingprice',
            name='lowest_prior_minor',
            field=models.BigIntegerField(null=True, verbose_name='lowest price before'),
        ),
        migrations.AlterField(
            model_name='listingprice',
            name='product_id',
            field=models.UUIDField(verbose_name='product'),
        ),
        migrations.AlterField(
            model_name='listingprice',
            name='promotion',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='pricing.promotion', verbose_name='promotion'),
        ),
        migrations.AlterField(
            model_name='listingprice',
            name='regular_minor',
            field=models.BigIntegerField(verbose_name='regular price'),
        ),
        migrations.AlterField(
            model_name='listingprice',
            name='variant',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.variant', verbose_name='variant'),
        ),
        migrations.AlterField(
            model_name='price',
            name='price_list',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='prices', to='pricing.pricelist', verbose_name='price list'),
        ),
        migrations.AlterField(
            model_name='price',
            name='variant',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.variant', verbose_name='variant'),
        ),
        migrations.AlterField(
            model_name='promotion',
            name='budget_currency',
            field=models.CharField(blank=True, max_length=3, verbose_name='currency of the budget'),
        ),
        migrations.AlterField(
            model_name='redemption',
            name='amount_minor',
            field=models.BigIntegerField(verbose_name='discount'),
        ),
        migrations.AlterField(
            model_name='redemption',
            name='at',
            field=models.DateTimeField(verbose_name='when'),
        ),
        migrations.AlterField(
            model_name='redemption',
            name='coupon',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pricing.coupon', verbose_name='coupon'),
        ),
        migrations.AlterField(
            model_name='redemption',
            name='currency',
            field=models.CharField(max_length=3, verbose_name='currency'),
        ),
        migrations.AlterField(
            model_name='redemption',
            name='customer_key',
            field=models.CharField(max_length=120, verbose_name='customer'),
        ),
        migrations.AlterField(
            model_name='redemption',
            name='order_id',
            field=models.UUIDField(verbose_name='order'),
        ),
        migrations.AlterField(
            model_name='redemption',
            name='promotion',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pricing.promotion', verbose_name='promotion'),
        ),
        migrations.AlterField(
            model_name='redemption',
            name='uses',
            field=models.IntegerField(default=1, verbose_name='times used'),
        ),
    ]
