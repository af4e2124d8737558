import django.contrib.postgres.fields
import django.db.models.deletion
import entrepot.checkout.models
import entrepot.kit.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("kit", "0002_sql"),
        ("catalog", "0001_initial"),
        ("customers", "0004_terms"),
    ]

    operations = [
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
                ('working_days', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), default=entrepot.checkout.models._weekdays, size=None, verbose_name='working days')),
                ('closed_on', django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), blank=True, default=list, size=None, verbose_name='days off')),
                ('position', models.IntegerField(default=0, verbose_name='position')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
            ],
            options={
                'verbose_name': 'delivery method',
                'verbose_name_plural': 'delivery methods',
                'constraints': [models.CheckConstraint(condition=models.Q(('days_max__gte', models.F('days_min'))), name='checkout_days_ordered')],
            },
        ),
        migrations.CreateModel(
            name='Checkout',
            fields=[
                ('id', models.UUIDField(default=entrepot.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('secret_hash', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('open', 'open'), ('placed', 'placed'), ('merged', 'merged')], default='open', max_length=6, verbose_name='state')),
                ('language', models.CharField(default='en', max_length=10, verbose_name='language')),
                ('lines', models.JSONField(default=list, verbose_name='lines')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='phone')),
                ('shipping_address', models.JSONField(null=True)),
                ('billing_address', models.JSONField(null=True)),
                ('delivery', models.JSONField(null=True)),
                ('held_until', models.DateTimeField(null=True, verbose_name='stock held until')),
                ('coupons', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None)),
                ('gifts', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), blank=True, default=list, size=None)),
                ('gift_card_codes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None)),
                ('points', models.BigIntegerField(default=0)),
                ('credit_minor', models.BigIntegerField(default=0)),
                ('invoice_data', models.JSONField(null=True)),
                ('gift_message', models.TextField(blank=True)),
                ('note', models.TextField(blank=True)),
                ('order_id', models.UUIDField(null=True)),
                ('placed_key', models.CharField(blank=True, max_length=64)),
                ('placed_fingerprint', models.CharField(blank=True, max_length=64)),
                ('version', models.IntegerField(default=1)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.channel')),
                ('customer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.customer')),
            ],
            options={
                'verbose_name': 'cart',
                'verbose_name_plural': 'carts',
                'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['customer', '-updated_at'], name='checkout_open_of_customer'), models.Index(condition=models.Q(('state', 'open')), fields=['-updated_at', '-id'], name='checkout_abandoned'), models.Index(condition=models.Q(('order_id__isnull', False)), fields=['order_id'], name='checkout_order')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'placed'), _negated=True), ('order_id__isnull', False), _connector='OR'), name='checkout_placed_has_order'), models.CheckConstraint(condition=models.Q(('credit_minor__gte', 0), ('points__gte', 0)), name='checkout_parts_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='PointsRate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('minor_per_100', models.PositiveIntegerField(verbose_name='100 points are worth, minor units')),
                ('channel', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.channel', verbose_name='channel')),
            ],
            options={
                'verbose_name': 'value of points',
                'verbose_name_plural': 'values of points',
                'constraints': [models.CheckConstraint(condition=models.Q(('minor_per_100__gt', 0)), name='checkout_points_have_value')],
            },
        ),
    ]
