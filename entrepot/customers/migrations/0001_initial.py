import django.db.models.deletion
import entrepot.kit.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("kit", "0002_sql"),
    ]

    operations = [
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('points', 'points'), ('credit', 'store credit')], max_length=6, verbose_name='kind')),
                ('currency', models.CharField(blank=True, max_length=3, verbose_name='currency')),
                ('balance', models.BigIntegerField(default=0, verbose_name='balance')),
            ],
            options={
                'verbose_name': 'balance',
                'verbose_name_plural': 'balances',
            },
        ),
        migrations.CreateModel(
            name='Address',
            fields=[
                ('id', models.UUIDField(default=entrepot.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('data', models.JSONField(verbose_name='address')),
                ('is_default', models.BooleanField(default=False, verbose_name='default')),
            ],
            options={
                'verbose_name': 'address',
                'verbose_name_plural': 'addresses',
            },
        ),
        migrations.CreateModel(
            name='Company',
            fields=[
                ('id', models.UUIDField(default=entrepot.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('tax_number', models.CharField(blank=True, max_length=40, verbose_name='tax number')),
                ('external_id', models.CharField(blank=True, max_length=80, null=True, unique=True, verbose_name='external id')),
            ],
            options={
                'verbose_name': 'company',
                'verbose_name_plural': 'companies',
            },
        ),
        migrations.CreateModel(
            name='ConsentRecord',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('purpose', models.CharField(max_length=40, verbose_name='purpose')),
                ('granted', models.BooleanField(verbose_name='granted')),
                ('notice_version', models.CharField(max_length=40, verbose_name='notice version')),
                ('channel', models.CharField(max_length=40, verbose_name='channel')),
                ('at', models.DateTimeField(verbose_name='at')),
            ],
            options={
                'verbose_name': 'consent',
                'verbose_name_plural': 'consents',
            },
        ),
        migrations.CreateModel(
            name='CustomerGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
            ],
            options={
                'verbose_name': 'customer group',
                'verbose_name_plural': 'customer groups',
            },
        ),
        migrations.CreateModel(
            name='AccountEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('delta', models.BigIntegerField(verbose_name='change')),
                ('reason', models.CharField(max_length=40, verbose_name='reason')),
                ('reference', models.CharField(max_length=80, verbose_name='reference')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='customers.account')),
            ],
            options={
                'verbose_name': 'balance entry',
                'verbose_name_plural': 'balance entries',
            },
        ),
        migrations.CreateModel(
            name='Customer',
            fields=[
                ('id', models.UUIDField(default=entrepot.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                ('name', models.CharField(blank=True, max_length=120, verbose_name='name')),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='phone')),
                ('language', models.CharField(default='en', max_length=10, verbose_name='language')),
                ('country', models.CharField(blank=True, max_length=2, verbose_name='country')),
                ('external_id', models.CharField(blank=True, max_length=80, null=True, unique=True, verbose_name='external id')),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('created_at', models.DateTimeField(verbose_name='created')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed')),
                ('company', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='customers.company', verbose_name='company')),
            ],
            options={
                'verbose_name': 'customer',
                'verbose_name_plural': 'customers',
            },
        ),
    ]
