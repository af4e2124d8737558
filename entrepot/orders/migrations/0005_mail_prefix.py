import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0002_sql'),
        ('customers', '0005_wishes'),
        ('orders', '0004_search'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='order',
            name='orders_order_email',
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Lower('email'), name='text_pattern_ops'), name='orders_order_email'),
        ),
    ]
