import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0003_refund_limits'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='giftcardentry',
            options={'verbose_name': 'gift card entry', 'verbose_name_plural': 'gift card entries'},
        ),
        migrations.AlterField(
            model_name='giftcard',
            name='code_digest',
            field=models.CharField(editable=False, max_length=64, unique=True, verbose_name='fingerprint of the code'),
        ),
        migrations.AlterField(
            model_name='giftcardentry',
            name='gift_card',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='payments.giftcard', verbose_name='gift card'),
        ),
        migrations.AlterField(
            model_name='payment',
            name='action',
            field=models.JSONField(null=True, verbose_name='next step at the provider'),
        ),
        migrations.AlterField(
            model_name='payment',
            name='ask_at',
            field=models.DateTimeField(null=True, verbose_name='next asked'),
        ),
        migrations.AlterField(
            model_name='payment',
            name='checkout_id',
            field=models.UUIDField(null=True, verbose_name='checkout'),
        ),
        migrations.AlterField(
            model_name='payment',
            name='payer_id',
            field=models.UUIDField(null=True, verbose_name='payer'),
        ),
        migrations.AlterField(
            model_name='payment',
            name='secret',
            field=models.CharField(blank=True, max_length=64, verbose_name='secret of the payment page'),
        ),
        migrations.AlterField(
            model_name='request',
            name='due_at',
            field=models.DateTimeField(null=True, verbose_name='due'),
        ),
        migrations.AlterField(
            model_name='statement',
            name='digest',
            field=models.CharField(max_length=64, unique=True, verbose_name='fingerprint of the file'),
        ),
        migrations.AlterField(
            model_name='transaction',
            name='idempotency_key',
            field=models.CharField(max_length=160, verbose_name='key of the request'),
        ),
        migrations.AlterField(
            model_name='transaction',
            name='payment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transactions', to='payments.payment', verbose_name='payment'),
        ),
    ]
