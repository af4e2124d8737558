import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0003_fewer_indexes'),
        ('pricing', '0004_guest_keys'),
    ]

    operations = [
        migrations.AlterField(
            model_name='coupon',
            name='promotion',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='coupons', to='pricing.promotion', verbose_name='promotion'),
        ),
        migrations.AlterField(
            model_name='listingprice',
            name='variant',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.variant', verbose_name='variant'),
        ),
        migrations.AlterField(
            model_name='price',
            name='price_list',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='prices', to='pricing.pricelist', verbose_name='price list'),
        ),
        migrations.AlterField(
            model_name='price',
            name='variant',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.variant', verbose_name='variant'),
        ),
        migrations.AlterField(
            model_name='redemption',
            name='promotion',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pricing.promotion', verbose_name='promotion'),
        ),
    ]
