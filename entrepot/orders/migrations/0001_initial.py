import django.db.models.deletion
import django.db.models.expressions
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
            name='InvoiceIssuer',
            fields=[
                ('channel', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='catalog.channel', verbose_name='channel')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('address', models.TextField(blank=True, verbose_name='address')),
                ('tax_number', models.CharField(blank=True, max_length=40, verbose_name='tax number')),
                ('bank_account', models.CharField(blank=True, max_length=120, verbose_name='bank account')),
                ('contact', models.CharField(blank=True, max_length=200, verbose_name='contact')),
                ('note', models.TextField(blank=True, verbose_name='note')),
            ],
            options={
                'verbose_name': 'invoice issuer',
                'verbose_name_plural': 'invoice issuers',
            },
        ),
        migrations.CreateModel(
            name='NumberSeries',
            fields=[
                ('code', models.CharField(max_length=24, primary_key=True, serialize=False)),
                ('last', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='MailTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40, verbose_name='kind')),
                ('language', models.CharField(max_length=10, verbose_name='language')),
                ('subject', models.CharField(max_length=200, verbose_name='subject')),
                ('body', models.TextField(verbose_name='body')),
            ],
            options={
                'verbose_name': 'mail template',
                'verbose_name_plural': 'mail templates',
                'constraints': [models.UniqueConstraint(fields=('kind', 'language'), name='orders_mail_template_once')],
            },
        ),
        migrations.CreateModel(
            name='Order',
            fields=[
                ('id', models.UUIDField(default=entrepot.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.CharField(max_length=20, unique=True, verbose_name='number')),
                ('checkout_id', models.UUIDField(null=True, unique=True)),
                ('state', models.CharField(choices=[('pending', 'pending'), ('on_hold', 'on hold'), ('processing', 'in work'), ('partly_shipped', 'partly shipped'), ('shipped', 'shipped'), ('completed', 'completed'), ('cancelled', 'cancelled'), ('expired', 'expired')], max_length=20, verbose_name='state')),
                ('origin', models.CharField(default='checkout', max_length=20, verbose_name='origin')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='phone')),
                ('language', models.CharField(default='en', max_length=10, verbose_name='language')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('goods_minor', models.BigIntegerField(verbose_name='goods')),
                ('discount_minor', models.BigIntegerField(default=0, verbose_name='discounts')),
                ('delivery_minor', models.BigIntegerField(default=0, verbose_name='delivery')),
                ('tax_minor', models.BigIntegerField(default=0, verbose_name='tax')),
                ('tax_included', models.BooleanField(default=True, verbose_name='prices include tax')),
                ('total_minor', models.BigIntegerField(verbose_name='total')),
                ('paid_minor', models.BigIntegerField(default=0, verbose_name='paid')),
                ('refunded_minor', models.BigIntegerField(default=0, verbose_name='refunded')),
                ('credited_minor', models.BigIntegerField(default=0, verbose_name='credited')),
                ('is_promised', models.BooleanField(default=False, verbose_name='paid on delivery')),
                ('shipping_address', models.JSONField(blank=True, null=True, verbose_name='shipping address')),
                ('billing_address', models.JSONField(blank=True, null=True, verbose_name='billing address')),
                ('delivery', models.JSONField(blank=True, default=dict, verbose_name='delivery choice')),
                ('pickup_warehouse_id', models.SmallIntegerField(blank=True, null=True)),
                ('invoice_data', models.JSONField(blank=True, null=True, verbose_name='invoice data')),
                ('gift_message', models.TextField(blank=True, verbose_name='gift message')),
                ('customer_note', models.TextField(blank=True, verbose_name="customer's note")),
                ('external_id', models.CharField(blank=True, max_length=80, null=True, verbose_name='external id')),
                ('placed_at', models.DateTimeField(verbose_name='placed')),
                ('business_on', models.DateField(verbose_name='business date')),
                ('expires_at', models.DateTimeField(blank=True, null=True, verbose_name='expires unless paid')),
                ('paid_at', models.DateTimeField(blank=True, null=True, verbose_name='paid in full')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='completed, cancelled or expired')),
                ('version', models.IntegerField(default=1)),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.channel', verbose_name='channel')),
                ('customer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer', verbose_name='customer')),
            ],
            options={
                'verbose_name': 'order',
                'verbose_name_plural': 'orders',
            },
        ),
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=40, verbose_name='kind')),
                ('key', models.CharField(max_length=120, unique=True)),
                ('recipient', models.CharField(max_length=254, verbose_name='to')),
                ('language', models.CharField(max_length=10)),
                ('data', models.JSONField(blank=True, default=dict)),
                ('subject', models.CharField(blank=True, max_length=300, verbose_name='subject')),
                ('created_at', models.DateTimeField(verbose_name='created')),
                ('attempts', models.SmallIntegerField(default=0, verbose_name='attempts')),
                ('next_at', models.DateTimeField(blank=True, null=True, verbose_name='next attempt')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent')),
                ('error', models.TextField(blank=True, verbose_name='error')),
                ('order', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.order')),
            ],
            options={
                'verbose_name': 'notification',
                'verbose_name_plural': 'notifications',
            },
        ),
        migrations.CreateModel(
            name='Invoice',
            fields=[
                ('id', models.UUIDField(default=entrepot.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('invoice', 'invoice'), ('credit_note', 'credit note')], max_length=11, verbose_name='kind')),
                ('number', models.CharField(max_length=24, unique=True, verbose_name='number')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('total_minor', models.BigIntegerField(verbose_name='total')),
                ('tax_minor', models.BigIntegerField(default=0, verbose_name='tax')),
                ('data', models.JSONField()),
                ('change_id', models.UUIDField(null=True)),
                ('external_id', models.CharField(max_length=80, null=True, unique=True)),
                ('issued_at', models.DateTimeField(verbose_name='issued')),
                ('business_on', models.DateField(verbose_name='business date')),
                ('order', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='invoices', to='orders.order')),
            ],
            options={
                'verbose_name': 'invoice',
                'verbose_name_plural': 'invoices',
            },
        ),
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('approval', 'approval'), ('fraud', 'suspected fraud'), ('manual', 'stopped by hand'), ('stock', 'out of stock')], max_length=10, verbose_name='kind')),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
                ('placed_at', models.DateTimeField(verbose_name='placed')),
                ('released_at', models.DateTimeField(blank=True, null=True, verbose_name='released')),
                ('released_by', models.CharField(blank=True, max_length=200, verbose_name='released by')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='holds', to='orders.order')),
            ],
            options={
                'verbose_name': 'hold',
                'verbose_name_plural': 'holds',
            },
        ),
        migrations.CreateModel(
            name='Fulfilment',
            fields=[
                ('id', models.UUIDField(default=entrepot.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.CharField(max_length=24, unique=True, verbose_name='number')),
                ('warehouse_id', models.SmallIntegerField(verbose_name='warehouse')),
                ('state', models.CharField(choices=[('pending', 'pending'), ('shipped', 'shipped'), ('ready', 'ready to collect'), ('delivered', 'delivered'), ('cancelled', 'cancelled')], max_length=10, verbose_name='state')),
                ('carrier', models.CharField(blank=True, max_length=60, verbose_name='carrier')),
                ('tracking_number', models.CharField(blank=True, max_length=80, verbose_name='tracking number')),
                ('tracking_url', models.URLField(blank=True, verbose_name='tracking link')),
                ('created_at', models.DateTimeField(verbose_name='created')),
                ('shipped_at', models.DateTimeField(blank=True, null=True, verbose_name='shipped')),
                ('delivered_at', models.DateTimeField(blank=True, null=True, verbose_name='delivered')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='fulfilments', to='orders.order')),
            ],
            options={
                'verbose_name': 'fulfilment',
                'verbose_name_plural': 'fulfilments',
            },
        ),
        migrations.CreateModel(
            name='OrderChange',
            fields=[
                ('id', models.UUIDField(default=entrepot.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.CharField(max_length=24, unique=True, verbose_name='number')),
                ('kind', models.CharField(choices=[('edit', 'edit'), ('return', 'return'), ('exchange', 'exchange'), ('claim', 'claim')], max_length=8, verbose_name='kind')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('requested', 'requested'), ('approved', 'approved'), ('confirmed', 'in effect'), ('declined', 'declined'), ('cancelled', 'cancelled')], max_length=10, verbose_name='state')),
                ('base_version', models.IntegerField()),
                ('version', models.IntegerField(default=1)),
                ('operations', models.JSONField(default=list)),
                ('receipts', models.JSONField(blank=True, default=list)),
                ('difference_minor', models.BigIntegerField(default=0, verbose_name='difference')),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
                ('photos', models.JSONField(blank=True, default=list)),
                ('requested_by', models.CharField(max_length=200, verbose_name='requested by')),
                ('created_at', models.DateTimeField(verbose_name='created')),
                ('settled_at', models.DateTimeField(blank=True, null=True, verbose_name='settled')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='orders.order')),
            ],
            options={
                'verbose_name': 'order change',
                'verbose_name_plural': 'order changes',
            },
        ),
        migrations.CreateModel(
            name='OrderLine',
            fields=[
                ('id', models.UUIDField(default=entrepot.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('position', models.IntegerField(default=0)),
                ('kind', models.CharField(choices=[('product', 'product'), ('postage', 'postage'), ('fee', 'fee'), ('adjustment', 'adjustment'), ('gift', 'gift')], default='product', max_length=10, verbose_name='kind')),
                ('variant_id', models.UUIDField(null=True)),
                ('sku', models.CharField(max_length=80, verbose_name='SKU')),
                ('name', models.CharField(max_length=300, verbose_name='name')),
                ('quantity', models.DecimalField(decimal_places=3, max_digits=14, verbose_name='quantity')),
                ('unit_minor', models.BigIntegerField(verbose_name='unit price')),
                ('goods_minor', models.BigIntegerField(verbose_name='amount')),
                ('discount_minor', models.BigIntegerField(default=0, verbose_name='discount')),
                ('tax_rate', models.DecimalField(decimal_places=4, default=0, max_digits=7, verbose_name='tax rate')),
                ('tax_minor', models.BigIntegerField(default=0, verbose_name='tax')),
                ('unit_cost', models.DecimalField(blank=True, decimal_places=6, max_digits=20, null=True, verbose_name='unit cost')),
                ('discounts', models.JSONField(blank=True, default=list, verbose_name='discounts')),
                ('components', models.JSONField(blank=True, default=list)),
                ('fulfilled_qty', models.DecimalField(decimal_places=3, default=0, max_digits=14, verbose_name='fulfilled')),
                ('cancelled_qty', models.DecimalField(decimal_places=3, default=0, max_digits=14, verbose_name='cancelled')),
                ('returned_qty', models.DecimalField(decimal_places=3, default=0, max_digits=14, verbose_name='returned')),
                ('facts', models.JSONField(blank=True, default=dict)),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='orders.order')),
            ],
            options={
                'verbose_name': 'order line',
                'verbose_name_plural': 'order lines',
                'ordering': ['position'],
            },
        ),
        migrations.CreateModel(
            name='FulfilmentLine',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('quantity', models.DecimalField(decimal_places=3, max_digits=14, verbose_name='quantity')),
                ('fulfilment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='orders.fulfilment')),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.orderline')),
            ],
        ),
        migrations.CreateModel(
            name='Refund',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('reference', models.CharField(max_length=60, unique=True, verbose_name='reference')),
                ('change_id', models.UUIDField(null=True)),
                ('amount_minor', models.BigIntegerField(verbose_name='amount')),
                ('done_minor', models.BigIntegerField(default=0, verbose_name='done')),
                ('failed_minor', models.BigIntegerField(default=0, verbose_name='failed')),
                ('dropped_minor', models.BigIntegerField(default=0)),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('failure', models.CharField(blank=True, max_length=200, verbose_name='failure')),
                ('asked_at', models.DateTimeField(verbose_name='asked')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='orders.order')),
            ],
            options={
                'verbose_name': 'refund',
                'verbose_name_plural': 'refunds',
            },
        ),
        migrations.CreateModel(
            name='SaleEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('change_id', models.UUIDField(null=True)),
                ('kind', models.CharField(choices=[('edit', 'edit'), ('cancel', 'cancellation'), ('return', 'return'), ('claim', 'claim'), ('credit', 'credit note')], max_length=6, verbose_name='kind')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('business_on', models.DateField(verbose_name='business date')),
                ('channel_id', models.SmallIntegerField()),
                ('customer_id', models.UUIDField(null=True)),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('tax_included', models.BooleanField(default=True)),
                ('line_kind', models.CharField(max_length=10)),
                ('variant_id', models.UUIDField(null=True)),
                ('sku', models.CharField(blank=True, max_length=80, verbose_name='SKU')),
                ('name', models.CharField(blank=True, max_length=300, verbose_name='name')),
                ('quantity', models.DecimalField(decimal_places=3, default=0, max_digits=14, verbose_name='quantity')),
                ('goods_minor', models.BigIntegerField(default=0, verbose_name='amount')),
                ('discount_minor', models.BigIntegerField(default=0, verbose_name='discount')),
                ('tax_minor', models.BigIntegerField(default=0, verbose_name='tax')),
                ('unit_cost', models.DecimalField(decimal_places=6, max_digits=20, null=True)),
                ('facts', models.JSONField(blank=True, default=dict)),
                ('invoice', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='orders.invoice')),
                ('line', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='orders.orderline')),
                ('order', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='orders.order')),
            ],
            options={
                'verbose_name': 'sale entry',
                'verbose_name_plural': 'sale entries',
            },
        ),
        migrations.CreateModel(
            name='TimelineEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField(verbose_name='at')),
                ('kind', models.CharField(max_length=40, verbose_name='kind')),
                ('data', models.JSONField(default=dict)),
                ('actor', models.CharField(blank=True, max_length=200, verbose_name='by')),
                ('is_public', models.BooleanField(default=False, verbose_name='shown to the customer')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='timeline', to='orders.order')),
            ],
            options={
                'verbose_name': 'timeline entry',
                'verbose_name_plural': 'timeline',
            },
        ),
        migrations.CreateModel(
            name='TrackingSecret',
            fields=[
                ('hash', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('expires_at', models.DateTimeField()),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.order')),
            ],
        ),
        migrations.CreateModel(
            name='Transfer',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('amount_minor', models.BigIntegerField(verbose_name='amount')),
                ('is_refund', models.BooleanField(default=False)),
                ('reason', models.CharField(max_length=40, verbose_name='reason')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transfers_out', to='orders.order')),
                ('target', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transfers_in', to='orders.order')),
            ],
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['state', '-placed_at'], name='orders_order_state'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['-placed_at', '-id'], name='orders_order_placed'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['customer', '-placed_at'], name='orders_order_customer'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(django.db.models.functions.text.Lower('email'), name='orders_order_email'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('expires_at__isnull', False)), fields=['expires_at'], name='orders_order_expiry'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['business_on'], name='orders_order_business'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('tax_included', False), ('total_minor', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('goods_minor'), '-', models.F('discount_minor')), '+', models.F('delivery_minor'))), _connector='OR'), name='orders_total_adds_up_gross'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('tax_included', True), ('total_minor', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('goods_minor'), '-', models.F('discount_minor')), '+', models.F('delivery_minor')), '+', models.F('tax_minor'))), _connector='OR'), name='orders_total_adds_up_net'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('total_minor__gte', 0)), name='orders_total_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('origin', 'import'), models.Q(('credited_minor__gte', 0), ('credited_minor__lte', models.F('total_minor'))), _connector='OR'), name='orders_credited_within_total'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.UniqueConstraint(fields=('origin', 'external_id'), name='orders_external_once'),
        ),
        migrations.AddIndex(
            model_name='notification',
            index=models.Index(condition=models.Q(('next_at__isnull', False)), fields=['next_at'], name='orders_notification_due'),
        ),
        migrations.AddIndex(
            model_name='notification',
            index=models.Index(fields=['order'], name='orders_notification_order'),
        ),
        migrations.AddIndex(
            model_name='invoice',
            index=models.Index(fields=['-issued_at', '-id'], name='orders_invoice_issued'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.UniqueConstraint(condition=models.Q(('change_id', None), ('kind', 'invoice')), fields=('order', 'kind'), name='orders_one_first_invoice'),
        ),
        migrations.AddConstraint(
            model_name='hold',
            constraint=models.UniqueConstraint(condition=models.Q(('released_at', None)), fields=('order', 'kind'), name='orders_one_open_hold_per_kind'),
        ),
        migrations.AddIndex(
            model_name='fulfilment',
            index=models.Index(condition=models.Q(('state', 'pending')), fields=['warehouse_id', 'state'], name='orders_fulfilment_work'),
        ),
        migrations.AddIndex(
            model_name='orderchange',
            index=models.Index(fields=['state', '-created_at'], name='orders_change_state'),
        ),
        migrations.AddConstraint(
            model_name='orderchange',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'edit'), ('state__in', ['draft', 'requested', 'approved'])), fields=('order',), name='orders_one_open_edit'),
        ),
        migrations.AddIndex(
            model_name='orderline',
            index=models.Index(fields=['order'], include=('variant_id', 'quantity'), name='orders_line_order'),
        ),
        migrations.AddIndex(
            model_name='orderline',
            index=models.Index(fields=['variant_id'], name='orders_line_variant'),
        ),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=models.CheckConstraint(condition=models.Q(('cancelled_qty__gte', 0), ('fulfilled_qty__gte', 0), ('returned_qty__gte', 0)), name='orders_line_qty_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gte', django.db.models.expressions.CombinedExpression(models.F('fulfilled_qty'), '+', models.F('cancelled_qty')))), name='orders_line_not_overfulfilled'),
        ),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=models.CheckConstraint(condition=models.Q(('returned_qty__lte', models.F('fulfilled_qty'))), name='orders_line_not_overreturned'),
        ),
        migrations.AddConstraint(
            model_name='fulfilmentline',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='orders_fulfilment_qty_positive'),
        ),
        migrations.AddIndex(
            model_name='refund',
            index=models.Index(fields=['order'], name='orders_refund_order'),
        ),
        migrations.AddIndex(
            model_name='refund',
            index=models.Index(condition=models.Q(('failed_minor__gt', 0)), fields=['id'], name='orders_refund_failed'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0)), name='orders_refund_positive'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('done_minor__gte', 0), ('dropped_minor__gte', 0), ('failed_minor__gte', 0), ('amount_minor__gte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('done_minor'), '+', models.F('failed_minor')), '+', models.F('dropped_minor')))), name='orders_refund_parts'),
        ),
        migrations.AddIndex(
            model_name='saleentry',
            index=models.Index(fields=['order'], name='orders_entry_order'),
        ),
        migrations.AddIndex(
            model_name='saleentry',
            index=models.Index(fields=['line'], name='orders_entry_line'),
        ),
        migrations.AddIndex(
            model_name='saleentry',
            index=models.Index(fields=['business_on'], name='orders_entry_business'),
        ),
        migrations.AddIndex(
            model_name='timelineentry',
            index=models.Index(fields=['order', 'id'], name='orders_timeline_order'),
        ),
        migrations.AddIndex(
            model_name='trackingsecret',
            index=models.Index(fields=['expires_at'], name='orders_secret_expiry'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0)), name='orders_transfer_positive'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.CheckConstraint(condition=models.Q(('source', models.F('target')), _negated=True), name='orders_transfer_moves'),
        ),
    ]
