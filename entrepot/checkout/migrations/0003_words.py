import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0003_words'),
        ('checkout', '0002_sql'),
        ('customers', '0006_words'),
    ]

    operations = [
        migrations.AlterField(
            model_name='checkout',
            name='billing_address',
            field=models.JSONField(null=True, verbose_name='billing address'),
        ),
        migrations.AlterField(
            model_name='checkout',
            name='channel',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.channel', verbose_name='channel'),
        ),
        migrations.AlterField(
            model_name='checkout',
            name='coupons',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None, verbose_name='coupon codes'),
        ),
        migrations.AlterField(
            model_name='checkout',
            name='created_at',
            field=models.DateTimeField(verbose_name='begun'),
        ),
        migrations.AlterField(
            model_name='checkout',
            name='credit_minor',
            field=models.BigIntegerField(default=0, verbose_name='store credit'),
        ),
        migrations.AlterField(
            model_name='checkout',
            name='customer',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.customer', verbose_name='customer'),
        ),
        migrations.AlterField(
            model_name='checkout',
            name='delivery',
            field=models.JSONField(null=True, verbose_name='delivery choice'),
        ),
        migrations.AlterField(
            model_name='checkout',
            name='gift_card_codes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None, verbose_name='gift cards'),
        ),
        migrations.AlterField(
            model_name='checkout',
            name='gift_message',
            field=models.TextField(blank=True, verbose_name='gift message'),
        ),
        migrations.AlterField(
            model_name='checkout',
            name='gifts',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), blank=True, default=list, size=None, verbose_name='gifts'),
        ),
        migrations.AlterField(
            model_name='checkout',
            name='invoice_data',
            field=models.JSONField(null=True, verbose_name='invoice data'),
        ),
        migrations.AlterField(
            model_name='checkout',
            name='note',
            field=models.TextField(blank=True, verbose_name='note'),
        ),
        migrations.AlterField(
            model_name='checkout',
            name='order_id',
            field=models.UUIDField(null=True, verbose_name='order'),
        ),
        migrations.AlterField(
            model_name='checkout',
            name='placed_fingerprint',
            field=models.CharField(blank=True, max_length=64, verbose_name='fingerprint of placing'),
        ),
        migrations.AlterField(
            model_name='checkout',
            name='placed_key',
            field=models.CharField(blank=True, max_length=64, verbose_name='key of placing'),
        ),
        migrations.AlterField(
            model_name='checkout',
            name='points',
            field=models.BigIntegerField(default=0, verbose_name='points'),
        ),
        migrations.AlterField(
            model_name='checkout',
            name='secret_hash',
            field=models.CharField(max_length=64, verbose_name='fingerprint of the secret'),
        ),
        migrations.AlterField(
            model_name='checkout',
            name='shipping_address',
            field=models.JSONField(null=True, verbose_name='shipping address'),
        ),
        migrations.AlterField(
            model_name='checkout',
            name='updated_at',
            field=models.DateTimeField(verbose_name='last changed'),
        ),
        migrations.AlterField(
            model_name='checkout',
            name='version',
            field=models.IntegerField(default=1, verbose_name='version'),
        ),
        migrations.AlterField(
            model_name='deliverymethod',
            name='channels',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), blank=True, default=list, size=None, verbose_name='channels'),
        ),
        migrations.AlterField(
            model_name='deliverymethod',
            name='tax_class',
            field=models.CharField(default='standard', max_length=20, verbose_name='tax class'),
        ),
    ]
