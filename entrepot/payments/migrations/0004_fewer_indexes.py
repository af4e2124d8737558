import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0003_fewer_indexes'),
        ('payments', '0003_refund_limits'),
    ]

    operations = [
        migrations.AlterField(
            model_name='giftcardentry',
            name='gift_card',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='payments.giftcard', verbose_name='gift card'),
        ),
        migrations.AlterField(
            model_name='methodsetting',
            name='channel',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.channel', verbose_name='channel'),
        ),
        # Django would drop every index of this one column, that of payments_request_one_open with it.
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(
                "DROP INDEX IF EXISTS payments_request_payment_id_2c337327",
                "CREATE INDEX payments_request_payment_id_2c337327 ON payments_request (payment_id)")],
            state_operations=[
                migrations.AlterField(
                    model_name='request',
                    name='payment',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='payments.payment', verbose_name='payment'),
                ),
            ]),
        migrations.AlterField(
            model_name='transaction',
            name='payment',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='transactions', to='payments.payment', verbose_name='payment'),
        ),
    ]
