import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0002_sql'),
    ]

    operations = [
        migrations.AlterField(
            model_name='bundleitem',
            name='bundle',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='bundle_items', to='catalog.variant', verbose_name='bundle'),
        ),
        migrations.AlterField(
            model_name='collectionitem',
            name='collection',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='items', to='catalog.collection'),
        ),
        migrations.AlterField(
            model_name='publication',
            name='product',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='publications', to='catalog.product', verbose_name='product'),
        ),
    ]
