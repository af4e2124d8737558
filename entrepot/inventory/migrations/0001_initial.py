import django.db.models.deletion
import django.db.models.expressions
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
            name='Warehouse',
            fields=[
                ('id', models.SmallAutoField(primary_key=True, serialize=False)),
                ('code', models.SlugField(unique=True, verbose_name='code')),
                ('name', models.JSONField(verbose_name='name')),
                ('kind', models.CharField(choices=[('warehouse', 'warehouse'), ('store', 'store')], default='warehouse', max_length=9, verbose_name='kind')),
                ('address', models.JSONField(blank=True, default=dict, verbose_name='address')),
                ('latitude', models.DecimalField(blank=True, decimal_places=5, max_digits=8, null=True, verbose_name='latitude')),
                ('longitude', models.DecimalField(blank=True, decimal_places=5, max_digits=8, null=True, verbose_name='longitude')),
                ('priority', models.SmallIntegerField(default=0, help_text='The lowest number serves first.', verbose_name='priority')),
                ('ships', models.BooleanField(default=True, verbose_name='ships orders')),
                ('pickup', models.BooleanField(default=False, verbose_name='pick-up')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
            ],
            options={
                'verbose_name': 'warehouse',
                'verbose_name_plural': 'warehouses',
            },
        ),
        migrations.CreateModel(
            name='Transfer',
            fields=[
                ('id', models.UUIDField(default=entrepot.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.CharField(max_length=20, unique=True, verbose_name='number')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('sent', 'sent'), ('received', 'received'), ('cancelled', 'cancelled')], default='draft', max_length=9, verbose_name='state')),
                ('created_at', models.DateTimeField(verbose_name='created')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent')),
                ('received_at', models.DateTimeField(blank=True, null=True, verbose_name='received')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.warehouse', verbose_name='source')),
                ('target', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.warehouse', verbose_name='target')),
            ],
            options={
                'verbose_name': 'transfer',
                'verbose_name_plural': 'transfers',
            },
        ),
        migrations.CreateModel(
            name='Reservation',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('hold', 'cart hold'), ('firm', 'firm reservation')], max_length=4)),
                ('owner_id', models.UUIDField()),
                ('line_id', models.UUIDField(null=True)),
                ('quantity', models.DecimalField(decimal_places=3, max_digits=14, verbose_name='quantity')),
                ('expires_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField()),
                ('variant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.variant')),
                ('warehouse', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.warehouse')),
            ],
            options={
                'verbose_name': 'reservation',
                'verbose_name_plural': 'reservations',
            },
        ),
        migrations.CreateModel(
            name='Movement',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField(verbose_name='at')),
                ('kind', models.CharField(choices=[('receipt', 'receipt'), ('sale', 'sale'), ('return', 'return'), ('adjustment', 'adjustment'), ('transfer_out', 'transfer out'), ('transfer_in', 'transfer in'), ('damage', 'damage'), ('write_off', 'write-off')], max_length=12, verbose_name='kind')),
                ('on_hand_delta', models.DecimalField(decimal_places=3, default=0, max_digits=14, verbose_name='on hand')),
                ('damaged_delta', models.DecimalField(decimal_places=3, default=0, max_digits=14, verbose_name='damaged')),
                ('reason', models.CharField(blank=True, max_length=120, verbose_name='reason')),
                ('reference', models.CharField(blank=True, max_length=80, verbose_name='reference')),
                ('actor', models.CharField(blank=True, max_length=200, verbose_name='by')),
                ('variant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.variant')),
                ('warehouse', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.warehouse')),
            ],
            options={
                'verbose_name': 'stock movement',
                'verbose_name_plural': 'stock movements',
            },
        ),
        migrations.CreateModel(
            name='ChannelWarehouse',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('buffer_qty', models.DecimalField(decimal_places=3, default=0, max_digits=14, verbose_name='buffer')),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.channel')),
                ('warehouse', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inventory.warehouse')),
            ],
            options={
                'verbose_name': 'channel warehouse',
                'verbose_name_plural': 'channel warehouses',
            },
        ),
        migrations.CreateModel(
            name='Balance',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('on_hand', models.DecimalField(decimal_places=3, default=0, max_digits=14, verbose_name='on hand')),
                ('reserved', models.DecimalField(decimal_places=3, default=0, max_digits=14, verbose_name='reserved')),
                ('damaged', models.DecimalField(decimal_places=3, default=0, max_digits=14, verbose_name='damaged')),
                ('incoming', models.DecimalField(decimal_places=3, default=0, max_digits=14, verbose_name='incoming')),
                ('safety', models.DecimalField(decimal_places=3, default=0, max_digits=14, verbose_name='safety stock')),
                ('backorder', models.DecimalField(decimal_places=3, default=0, max_digits=14, verbose_name='backorder limit')),
                ('variant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.variant')),
                ('warehouse', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.warehouse')),
            ],
            options={
                'verbose_name': 'stock',
                'verbose_name_plural': 'stock',
            },
        ),
        migrations.CreateModel(
            name='TransferLine',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('quantity', models.DecimalField(decimal_places=3, max_digits=14, verbose_name='quantity')),
                ('received_qty', models.DecimalField(decimal_places=3, default=0, max_digits=14, verbose_name='received')),
                ('transfer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='inventory.transfer')),
                ('variant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.variant')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('transfer', 'variant'), name='inventory_transfer_line_once'), models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='inventory_transfer_qty_positive'), models.CheckConstraint(condition=models.Q(('received_qty__gte', 0), ('received_qty__lte', models.F('quantity'))), name='inventory_transfer_received_range')],
            },
        ),
        migrations.AddIndex(
            model_name='balance',
            index=models.Index(fields=['warehouse', 'id'], name='inventory_balance_place'),
        ),
        migrations.AddIndex(
            model_name='transfer',
            index=models.Index(condition=models.Q(('state', 'sent')), fields=['target'], name='inventory_transfer_incoming'),
        ),
        migrations.AddConstraint(
            model_name='movement',
            constraint=models.CheckConstraint(condition=models.Q(('damaged_delta', 0), ('on_hand_delta', 0), _negated=True), name='inventory_movement_moves'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.CheckConstraint(condition=models.Q(('source', models.F('target')), _negated=True), name='inventory_transfer_moves'),
        ),
        migrations.AddIndex(
            model_name='reservation',
            index=models.Index(fields=['owner_id'], name='inventory_reservation_owner'),
        ),
        migrations.AddIndex(
            model_name='reservation',
            index=models.Index(fields=['variant', 'warehouse'], name='inventory_reservation_item'),
        ),
        migrations.AddIndex(
            model_name='reservation',
            index=models.Index(condition=models.Q(('kind', 'hold')), fields=['expires_at'], name='inventory_reservation_expiry'),
        ),
        migrations.AddConstraint(
            model_name='reservation',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='inventory_reservation_positive'),
        ),
        migrations.AddConstraint(
            model_name='reservation',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'firm'), ('expires_at__isnull', False), _connector='OR'), name='inventory_hold_expires'),
        ),
        migrations.AddIndex(
            model_name='movement',
            index=models.Index(fields=['variant', 'warehouse', '-id'], name='inventory_movement_item'),
        ),
        migrations.AddIndex(
            model_name='movement',
            index=models.Index(fields=['reference'], name='inventory_movement_ref'),
        ),
        migrations.AddConstraint(
            model_name='channelwarehouse',
            constraint=models.UniqueConstraint(fields=('channel', 'warehouse'), name='inventory_channel_once'),
        ),
        migrations.AddConstraint(
            model_name='balance',
            constraint=models.UniqueConstraint(fields=('variant', 'warehouse'), name='inventory_balance_once'),
        ),
        migrations.AddConstraint(
            model_name='balance',
            constraint=models.CheckConstraint(condition=models.Q(('on_hand__gte', 0)), name='inventory_on_hand_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='balance',
            constraint=models.CheckConstraint(condition=models.Q(('reserved__gte', 0)), name='inventory_reserved_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='balance',
            constraint=models.CheckConstraint(condition=models.Q(('damaged__gte', 0)), name='inventory_damaged_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='balance',
            constraint=models.CheckConstraint(condition=models.Q(('incoming__gte', 0)), name='inventory_incoming_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='balance',
            constraint=models.CheckConstraint(condition=models.Q(('backorder__gte', 0)), name='inventory_backorder_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='balance',
            constraint=models.CheckConstraint(condition=models.Q(('reserved__lte', django.db.models.expressions.CombinedExpression(models.F('on_hand'), '+', models.F('backorder')))), name='inventory_reserved_within_stock'),
        ),
    ]
