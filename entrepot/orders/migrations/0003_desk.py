"""What the order desk keeps: second decisions on refunds, the return window, who looks after an order."""

import django.db.models.deletion
import entrepot.kit.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("catalog", "0002_sql"),
        ("inventory", "0003_counts"),
        ("orders", "0002_sql"),
    ]

    operations = [
        migrations.CreateModel(
            name='RefundApproval',
            fields=[
                ('id', models.UUIDField(default=entrepot.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('waiting', 'waiting for a second person'), ('approved', 'approved'), ('declined', 'declined'), ('withdrawn', 'withdrawn')], default='waiting', max_length=9, verbose_name='state')),
                ('amount_minor', models.BigIntegerField(verbose_name='amount')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('difference_minor', models.BigIntegerField()),
                ('asked_by_id', models.CharField(max_length=100)),
                ('asked_by', models.CharField(max_length=200, verbose_name='asked by')),
                ('asked_at', models.DateTimeField(verbose_name='asked')),
                ('decided_by', models.CharField(blank=True, max_length=200, verbose_name='decided by')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided')),
                ('note', models.CharField(blank=True, max_length=400, verbose_name='note')),
            ],
            options={
                'verbose_name': 'refund to approve',
                'verbose_name_plural': 'refunds to approve',
            },
        ),
        migrations.CreateModel(
            name='ReturnPolicy',
            fields=[
                ('channel', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='catalog.channel', verbose_name='channel')),
                ('days', models.SmallIntegerField(verbose_name='days after the last parcel arrived')),
            ],
            options={
                'verbose_name': 'return window',
                'verbose_name_plural': 'return windows',
            },
        ),
        migrations.AddField(
            model_name='order',
            name='assignee',
            field=models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='looked after by'),
        ),
        migrations.AddField(
            model_name='order',
            name='assignee_id',
            field=models.IntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='order',
            name='authorised_minor',
            field=models.BigIntegerField(db_default=0, default=0, verbose_name='authorised'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('assignee_id__isnull', False)), fields=['assignee_id'], name='orders_order_assignee'),
        ),
        migrations.AddField(
            model_name='refundapproval',
            name='change',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to='orders.orderchange'),
        ),
        migrations.AddField(
            model_name='refundapproval',
            name='order',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to='orders.order'),
        ),
        migrations.AddConstraint(
            model_name='returnpolicy',
            constraint=models.CheckConstraint(condition=models.Q(('days__gte', 0)), name='orders_return_days_not_negative'),
        ),
        migrations.AddIndex(
            model_name='refundapproval',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['-asked_at'], name='orders_approval_waiting'),
        ),
        migrations.AddIndex(
            model_name='refundapproval',
            index=models.Index(fields=['order'], name='orders_approval_order'),
        ),
        migrations.AddConstraint(
            model_name='refundapproval',
            constraint=models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0)), name='orders_approval_positive'),
        ),
        migrations.AddConstraint(
            model_name='refundapproval',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('change',), name='orders_approval_one_open'),
        ),
    ]
