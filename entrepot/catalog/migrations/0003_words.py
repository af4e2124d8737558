import django.db.models.deletion
import entrepot.catalog.models
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0002_sql'),
    ]

    operations = [
        migrations.AlterField(
            model_name='bundleitem',
            name='bundle',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bundle_items', to='catalog.variant', verbose_name='bundle'),
        ),
        migrations.AlterField(
            model_name='bundleitem',
            name='component',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.variant', verbose_name='component'),
        ),
        migrations.AlterField(
            model_name='category',
            name='path',
            field=entrepot.catalog.models.LTreeField(verbose_name='path'),
        ),
        migrations.AlterField(
            model_name='media',
            name='height',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='height'),
        ),
        migrations.AlterField(
            model_name='media',
            name='product',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='media', to='catalog.product', verbose_name='product'),
        ),
        migrations.AlterField(
            model_name='media',
            name='renditions',
            field=models.JSONField(blank=True, default=list, verbose_name='sizes made'),
        ),
        migrations.AlterField(
            model_name='media',
            name='variant',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='catalog.variant', verbose_name='variant'),
        ),
        migrations.AlterField(
            model_name='media',
            name='width',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='width'),
        ),
        migrations.AlterField(
            model_name='product',
            name='version',
            field=models.IntegerField(default=1, verbose_name='version'),
        ),
        migrations.AlterField(
            model_name='publication',
            name='channel',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.channel', verbose_name='channel'),
        ),
        migrations.AlterField(
            model_name='publication',
            name='product',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='publications', to='catalog.product', verbose_name='product'),
        ),
        migrations.AlterField(
            model_name='redirect',
            name='created_at',
            field=models.DateTimeField(verbose_name='made'),
        ),
        migrations.AlterField(
            model_name='redirect',
            name='kind',
            field=models.CharField(max_length=12, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='redirect',
            name='slug',
            field=models.CharField(max_length=200, verbose_name='old address'),
        ),
        migrations.AlterField(
            model_name='redirect',
            name='target_id',
            field=models.CharField(max_length=40, verbose_name='leads to'),
        ),
        migrations.AlterField(
            model_name='variant',
            name='cost_currency',
            field=models.CharField(blank=True, max_length=3, verbose_name='currency of the cost'),
        ),
        migrations.AlterField(
            model_name='variant',
            name='product',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='variants', to='catalog.product', verbose_name='product'),
        ),
    ]
