import django.contrib.postgres.fields
import django.db.models.deletion
import entrepot.kit.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("kit", "0002_sql"),
        ('catalog', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='CheckoutLine',
            fields=[
                ('id', models.UUIDField(default=entrepot.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('quantity', models.DecimalField(decimal_places=3, max_digits=14, verbose_name='quantity')),
                ('position', models.IntegerField(default=0)),
                ('note', models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name='DeliveryMethod',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(unique=True, verbose_name='code')),
                ('name', models.JSONField(verbose_name='name')),
                ('kind', models.CharField(choices=[('shipping', 'shipping'), ('pickup', 'pick-up in store')], default='shipping', max_length=8, verbose_name='kind')),
                ('channels', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), blank=True, default=list, size=None)),
                ('zones', models.JSONField(blank=True, default=list, verbose_name='zones')),
                ('rates', models.JSONField(default=list, verbose_name='rates')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('tax_class', models.CharField(default='standard', max_length=20)),
                ('cut_off', models.TimeField(blank=True, null=True, verbose_name='cut-off')),
                ('days_min', models.PositiveSmallIntegerField(default=1, verbose_name='days at least')),
                ('days_max', models.PositiveSmallIntegerField(default=3, verbose_name='days at most')),
                ('position', models.IntegerField(default=0, verbose_name='position')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
            ],
            options={
                'verbose_name': 'delivery method',
                'verbose_name_plural': 'delivery methods',
            },
        ),
        migrations.CreateModel(
            name='Checkout',
            fields=[
                ('id', models.UUIDField(default=entrepot.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('secret_hash', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('open', 'open'), ('placed', 'placed'), ('merged', 'merged')], default='open', max_length=6, verbose_name='state')),
                ('language', models.CharField(default='en', max_length=10)),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='phone')),
                ('shipping_address', models.JSONField(null=True)),
                ('billing_address', models.JSONField(null=True)),
                ('delivery', models.JSONField(null=True)),
                ('coupons', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None)),
                ('gift_card_codes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None)),
                ('points', models.BigIntegerField(default=0)),
                ('credit_minor', models.BigIntegerField(default=0)),
                ('invoice_data', models.JSONField(null=True)),
                ('gift_message', models.TextField(blank=True)),
                ('note', models.TextField(blank=True)),
                ('order_id', models.UUIDField(null=True)),
                ('placed_fingerprint', models.CharField(blank=True, max_length=64)),
                ('version', models.IntegerField(default=1)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.channel')),
            ],
            options={
                'verbose_name': 'cart',
                'verbose_name_plural': 'carts',
            },
        ),
    ]
