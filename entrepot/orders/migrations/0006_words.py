import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0005_mail_prefix'),
    ]

    operations = [
        migrations.AlterField(
            model_name='fulfilment',
            name='order',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='fulfilments', to='orders.order', verbose_name='order'),
        ),
        migrations.AlterField(
            model_name='hold',
            name='order',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='holds', to='orders.order', verbose_name='order'),
        ),
        migrations.AlterField(
            model_name='invoice',
            name='change_id',
            field=models.UUIDField(null=True, verbose_name='order change'),
        ),
        migrations.AlterField(
            model_name='invoice',
            name='data',
            field=models.JSONField(verbose_name='what is printed'),
        ),
        migrations.AlterField(
            model_name='invoice',
            name='external_id',
            field=models.CharField(max_length=80, null=True, unique=True, verbose_name='external id'),
        ),
        migrations.AlterField(
            model_name='invoice',
            name='order',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='invoices', to='orders.order', verbose_name='order'),
        ),
        migrations.AlterField(
            model_name='notification',
            name='data',
            field=models.JSONField(blank=True, default=dict, verbose_name='details'),
        ),
        migrations.AlterField(
            model_name='notification',
            name='key',
            field=models.CharField(max_length=120, unique=True, verbose_name='key of the message'),
        ),
        migrations.AlterField(
            model_name='notification',
            name='language',
            field=models.CharField(max_length=10, verbose_name='language'),
        ),
        migrations.AlterField(
            model_name='notification',
            name='order',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orders.order', verbose_name='order'),
        ),
        migrations.AlterField(
            model_name='order',
            name='assignee_id',
            field=models.IntegerField(blank=True, null=True, verbose_name='looked after by (number)'),
        ),
        migrations.AlterField(
            model_name='order',
            name='checkout_id',
            field=models.UUIDField(null=True, unique=True, verbose_name='checkout'),
        ),
        migrations.AlterField(
            model_name='order',
            name='pickup_warehouse_id',
            field=models.SmallIntegerField(blank=True, null=True, verbose_name='picked up at'),
        ),
        migrations.AlterField(
            model_name='order',
            name='version',
            field=models.IntegerField(default=1, verbose_name='version'),
        ),
        migrations.AlterField(
            model_name='orderchange',
            name='base_version',
            field=models.IntegerField(verbose_name='made on version'),
        ),
        migrations.AlterField(
            model_name='orderchange',
            name='operations',
            field=models.JSONField(default=list, verbose_name='what changes'),
        ),
        migrations.AlterField(
            model_name='orderchange',
            name='order',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='orders.order', verbose_name='order'),
        ),
        migrations.AlterField(
            model_name='orderchange',
            name='photos',
            field=models.JSONField(blank=True, default=list, verbose_name='photos'),
        ),
        migrations.AlterField(
            model_name='orderchange',
            name='receipts',
            field=models.JSONField(blank=True, default=list, verbose_name='what came back'),
        ),
        migrations.AlterField(
            model_name='orderchange',
            name='version',
            field=models.IntegerField(default=1, verbose_name='version'),
        ),
        migrations.AlterField(
            model_name='orderline',
            name='components',
            field=models.JSONField(blank=True, default=list, verbose_name='components'),
        ),
        migrations.AlterField(
            model_name='orderline',
            name='facts',
            field=models.JSONField(blank=True, default=dict, verbose_name='facts of the day'),
        ),
        migrations.AlterField(
            model_name='orderline',
            name='order',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='orders.order', verbose_name='order'),
        ),
        migrations.AlterField(
            model_name='orderline',
            name='position',
            field=models.IntegerField(default=0, verbose_name='position'),
        ),
        migrations.AlterField(
            model_name='orderline',
            name='variant_id',
            field=models.UUIDField(null=True, verbose_name='variant'),
        ),
        migrations.AlterField(
            model_name='refund',
            name='change_id',
            field=models.UUIDField(null=True, verbose_name='order change'),
        ),
        migrations.AlterField(
            model_name='refund',
            name='dropped_minor',
            field=models.BigIntegerField(default=0, verbose_name='no longer asked for'),
        ),
        migrations.AlterField(
            model_name='refund',
            name='order',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='orders.order', verbose_name='order'),
        ),
        migrations.AlterField(
            model_name='refundapproval',
            name='asked_by_id',
            field=models.CharField(max_length=100, verbose_name='asked for by (number)'),
        ),
        migrations.AlterField(
            model_name='refundapproval',
            name='change',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to='orders.orderchange', verbose_name='order change'),
        ),
        migrations.AlterField(
            model_name='refundapproval',
            name='difference_minor',
            field=models.BigIntegerField(verbose_name='difference'),
        ),
        migrations.AlterField(
            model_name='refundapproval',
            name='order',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to='orders.order', verbose_name='order'),
        ),
        migrations.AlterField(
            model_name='saleentry',
            name='change_id',
            field=models.UUIDField(null=True, verbose_name='order change'),
        ),
        migrations.AlterField(
            model_name='saleentry',
            name='channel_id',
            field=models.SmallIntegerField(verbose_name='channel'),
        ),
        migrations.AlterField(
            model_name='saleentry',
            name='customer_id',
            field=models.UUIDField(null=True, verbose_name='customer'),
        ),
        migrations.AlterField(
            model_name='saleentry',
            name='facts',
            field=models.JSONField(blank=True, default=dict, verbose_name='facts of the day'),
        ),
        migrations.AlterField(
            model_name='saleentry',
            name='invoice',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='orders.invoice', verbose_name='invoice'),
        ),
        migrations.AlterField(
            model_name='saleentry',
            name='line',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='orders.orderline', verbose_name='order line'),
        ),
        migrations.AlterField(
            model_name='saleentry',
            name='line_kind',
            field=models.CharField(max_length=10, verbose_name='kind of line'),
        ),
        migrations.AlterField(
            model_name='saleentry',
            name='order',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='orders.order', verbose_name='order'),
        ),
        migrations.AlterField(
            model_name='saleentry',
            name='tax_included',
            field=models.BooleanField(default=True, verbose_name='prices include tax'),
        ),
        migrations.AlterField(
            model_name='saleentry',
            name='unit_cost',
            field=models.DecimalField(decimal_places=6, max_digits=20, null=True, verbose_name='unit cost'),
        ),
        migrations.AlterField(
            model_name='saleentry',
            name='variant_id',
            field=models.UUIDField(null=True, verbose_name='variant'),
        ),
        migrations.AlterField(
            model_name='timelineentry',
            name='data',
            field=models.JSONField(default=dict, verbose_name='details'),
        ),
        migrations.AlterField(
            model_name='timelineentry',
            name='order',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='timeline', to='orders.order', verbose_name='order'),
        ),
    ]
