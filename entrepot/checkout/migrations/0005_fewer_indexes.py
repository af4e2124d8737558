import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0003_fewer_indexes'),
        ('checkout', '0004_forgetting'),
        ('customers', '0006_fewer_indexes'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='checkout',
            name='checkout_open_of_customer',
        ),
        migrations.AlterField(
            model_name='checkout',
            name='channel',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.channel', verbose_name='channel'),
        ),
        migrations.AlterField(
            model_name='checkout',
            name='customer',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.customer', verbose_name='customer'),
        ),
        migrations.AddIndex(
            model_name='checkout',
            index=models.Index(condition=models.Q(('customer__isnull', False)), fields=['customer', 'state'], name='checkout_of_customer'),
        ),
    ]
