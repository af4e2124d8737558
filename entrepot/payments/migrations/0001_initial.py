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
            name='Statement',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('provider', models.CharField(max_length=20, verbose_name='provider')),
                ('name', models.CharField(max_length=200, verbose_name='file')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('from_at', models.DateTimeField(null=True, verbose_name='from')),
                ('until_at', models.DateTimeField(null=True, verbose_name='until')),
                ('imported_at', models.DateTimeField(verbose_name='imported')),
            ],
            options={
                'verbose_name': 'statement',
                'verbose_name_plural': 'statements',
            },
        ),
        migrations.CreateModel(
            name='GatewayEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('payment_id', models.UUIDField()),
                ('kind', models.CharField(max_length=10)),
                ('amount_minor', models.BigIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('key', models.CharField(max_length=160, unique=True)),
                ('at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['payment_id'], name='payments_gateway_payment')],
            },
        ),
        migrations.CreateModel(
            name='GiftCard',
            fields=[
                ('id', models.UUIDField(default=entrepot.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('code_digest', models.CharField(editable=False, max_length=64, unique=True)),
                ('last4', models.CharField(max_length=4, verbose_name='ends in')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('balance_minor', models.BigIntegerField(default=0, verbose_name='balance')),
                ('expires_at', models.DateTimeField(blank=True, null=True, verbose_name='expires')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('created_at', models.DateTimeField(verbose_name='created')),
            ],
            options={
                'verbose_name': 'gift card',
                'verbose_name_plural': 'gift cards',
                'constraints': [models.CheckConstraint(condition=models.Q(('balance_minor__gte', 0)), name='payments_gift_card_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='Payment',
            fields=[
                ('id', models.UUIDField(default=entrepot.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('order_id', models.UUIDField(verbose_name='order')),
                ('checkout_id', models.UUIDField(null=True)),
                ('provider', models.CharField(max_length=20, verbose_name='provider')),
                ('method', models.CharField(blank=True, max_length=40, verbose_name='method')),
                ('provider_ref', models.CharField(blank=True, max_length=120, verbose_name='provider reference')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('amount_minor', models.BigIntegerField(verbose_name='amount')),
                ('authorised_minor', models.BigIntegerField(default=0, verbose_name='authorised')),
                ('captured_minor', models.BigIntegerField(default=0, verbose_name='captured')),
                ('refunded_minor', models.BigIntegerField(default=0, verbose_name='refunded')),
                ('state', models.CharField(choices=[('pending', 'pending'), ('authorised', 'authorised'), ('captured', 'captured'), ('failed', 'failed'), ('voided', 'voided')], default='pending', max_length=10, verbose_name='state')),
                ('action', models.JSONField(null=True)),
                ('secret', models.CharField(blank=True, max_length=64)),
                ('failure', models.CharField(blank=True, max_length=200, verbose_name='failure')),
                ('payer_id', models.UUIDField(null=True)),
                ('points', models.BigIntegerField(null=True, verbose_name='points spent')),
                ('ask_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(verbose_name='created')),
                ('updated_at', models.DateTimeField(verbose_name='updated')),
            ],
            options={
                'verbose_name': 'payment',
                'verbose_name_plural': 'payments',
                'indexes': [models.Index(fields=['order_id'], name='payments_payment_order'), models.Index(fields=['checkout_id'], name='payments_payment_checkout'), models.Index(condition=models.Q(('ask_at__isnull', False)), fields=['ask_at'], name='payments_payment_ask')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0)), name='payments_amount_positive'), models.CheckConstraint(condition=models.Q(('authorised_minor__gte', 0), ('authorised_minor__lte', models.F('amount_minor'))), name='payments_authorised_range'), models.CheckConstraint(condition=models.Q(('captured_minor__gte', 0), ('captured_minor__lte', models.F('authorised_minor'))), name='payments_captured_range'), models.CheckConstraint(condition=models.Q(('refunded_minor__gte', 0), ('refunded_minor__lte', models.F('captured_minor'))), name='payments_refunded_range'), models.UniqueConstraint(condition=models.Q(('provider_ref', ''), _negated=True), fields=('provider', 'provider_ref'), name='payments_provider_ref_once')],
            },
        ),
        migrations.CreateModel(
            name='Transaction',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('authorisation', 'authorisation'), ('capture', 'capture'), ('void', 'void'), ('refund', 'refund')], max_length=13, verbose_name='kind')),
                ('amount_minor', models.BigIntegerField(verbose_name='amount')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('provider_ref', models.CharField(blank=True, max_length=120, verbose_name='provider reference')),
                ('idempotency_key', models.CharField(max_length=160)),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('payment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transactions', to='payments.payment')),
            ],
            options={
                'verbose_name': 'transaction',
                'verbose_name_plural': 'transactions',
            },
        ),
        migrations.CreateModel(
            name='StatementLine',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('line', models.IntegerField(verbose_name='line')),
                ('kind', models.CharField(max_length=13, verbose_name='kind')),
                ('provider_ref', models.CharField(max_length=120, verbose_name='provider reference')),
                ('amount_minor', models.BigIntegerField(verbose_name='amount')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('at', models.DateTimeField(null=True, verbose_name='at')),
                ('difference', models.CharField(blank=True, choices=[('missing_here', 'not in our books'), ('missing_there', 'not in the statement'), ('amount', 'another amount'), ('currency', 'another currency'), ('duplicate', 'stated twice')], max_length=13, verbose_name='difference')),
                ('resolution', models.CharField(blank=True, max_length=200, verbose_name='resolution')),
                ('resolved_at', models.DateTimeField(blank=True, null=True, verbose_name='resolved')),
                ('statement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='payments.statement', verbose_name='statement')),
                ('transaction', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='payments.transaction', verbose_name='transaction')),
            ],
            options={
                'verbose_name': 'statement line',
                'verbose_name_plural': 'statement lines',
            },
        ),
        migrations.CreateModel(
            name='GiftCardEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('delta_minor', models.BigIntegerField(verbose_name='change')),
                ('reason', models.CharField(max_length=40, verbose_name='reason')),
                ('reference', models.CharField(max_length=80, verbose_name='reference')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('gift_card', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='payments.giftcard')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('gift_card', 'reason', 'reference'), name='payments_gift_card_entry_once')],
            },
        ),
        migrations.CreateModel(
            name='MethodSetting',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('method', models.CharField(max_length=20, verbose_name='method')),
                ('is_offered', models.BooleanField(default=True, verbose_name='offered')),
                ('position', models.SmallIntegerField(default=0, verbose_name='position')),
                ('instructions', models.JSONField(blank=True, default=dict, verbose_name='instructions')),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.channel', verbose_name='channel')),
            ],
            options={
                'verbose_name': 'way to pay',
                'verbose_name_plural': 'ways to pay',
                'constraints': [models.UniqueConstraint(fields=('channel', 'method'), name='payments_method_once')],
            },
        ),
        migrations.CreateModel(
            name='InboxMessage',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('provider', models.CharField(max_length=20, verbose_name='provider')),
                ('message_id', models.CharField(max_length=160, verbose_name='message id')),
                ('kind', models.CharField(max_length=80, verbose_name='kind')),
                ('payload', models.JSONField(verbose_name='content')),
                ('received_at', models.DateTimeField(verbose_name='received')),
                ('processed_at', models.DateTimeField(blank=True, null=True, verbose_name='processed')),
                ('error', models.TextField(blank=True, verbose_name='error')),
                ('payment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='payments.payment', verbose_name='payment')),
            ],
            options={
                'verbose_name': 'message of a provider',
                'verbose_name_plural': 'messages of providers',
                'indexes': [models.Index(condition=models.Q(('processed_at__isnull', True)), fields=['received_at'], name='payments_inbox_waiting')],
                'constraints': [models.UniqueConstraint(fields=('provider', 'message_id'), name='payments_inbox_once')],
            },
        ),
        migrations.CreateModel(
            name='Request',
            fields=[
                ('id', models.UUIDField(default=entrepot.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('capture', 'capture'), ('void', 'void'), ('refund', 'refund')], max_length=7, verbose_name='kind')),
                ('amount_minor', models.BigIntegerField(verbose_name='amount')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('reference', models.CharField(max_length=80, verbose_name='reference')),
                ('state', models.CharField(choices=[('pending', 'pending'), ('done', 'done'), ('failed', 'failed')], default='pending', max_length=7, verbose_name='state')),
                ('attempts', models.SmallIntegerField(default=0, verbose_name='attempts')),
                ('failure', models.CharField(blank=True, max_length=200, verbose_name='failure')),
                ('due_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(verbose_name='created')),
                ('payment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='payments.payment', verbose_name='payment')),
            ],
            options={
                'verbose_name': 'request to a provider',
                'verbose_name_plural': 'requests to providers',
                'indexes': [models.Index(condition=models.Q(('state', 'pending')), fields=['due_at'], name='payments_request_due'), models.Index(fields=['reference'], name='payments_request_reference')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0)), name='payments_request_positive'), models.UniqueConstraint(fields=('payment', 'kind', 'reference'), name='payments_request_once'), models.UniqueConstraint(condition=models.Q(('state', 'pending'), models.Q(('kind', 'refund'), _negated=True)), fields=('payment',), name='payments_request_one_open')],
            },
        ),
        migrations.AddIndex(
            model_name='transaction',
            index=models.Index(condition=models.Q(('provider_ref', ''), _negated=True), fields=['provider_ref'], name='payments_transaction_ref'),
        ),
        migrations.AddIndex(
            model_name='transaction',
            index=models.Index(fields=['at'], name='payments_transaction_at'),
        ),
        migrations.AddConstraint(
            model_name='transaction',
            constraint=models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0)), name='payments_transaction_positive'),
        ),
        migrations.AddConstraint(
            model_name='transaction',
            constraint=models.UniqueConstraint(fields=('payment', 'idempotency_key'), name='payments_transaction_once'),
        ),
        migrations.AddIndex(
            model_name='statementline',
            index=models.Index(condition=models.Q(models.Q(('difference', ''), _negated=True), ('resolved_at', None)), fields=['-id'], name='payments_line_open'),
        ),
        migrations.AddIndex(
            model_name='statementline',
            index=models.Index(condition=models.Q(('transaction__isnull', False)), fields=['transaction'], name='payments_line_transaction'),
        ),
    ]
