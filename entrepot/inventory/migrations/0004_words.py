import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0003_words'),
        ('inventory', '0003_counts'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='transferline',
            options={'verbose_name': 'transfer line', 'verbose_name_plural': 'transfer lines'},
        ),
        migrations.AlterField(
            model_name='balance',
            name='variant',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.variant', verbose_name='variant'),
        ),
        migrations.AlterField(
            model_name='balance',
            name='warehouse',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.warehouse', verbose_name='warehouse'),
        ),
        migrations.AlterField(
            model_name='channelwarehouse',
            name='channel',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.channel', verbose_name='channel'),
        ),
        migrations.AlterField(
            model_name='channelwarehouse',
            name='warehouse',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inventory.warehouse', verbose_name='warehouse'),
        ),
        migrations.AlterField(
            model_name='movement',
            name='variant',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.variant', verbose_name='variant'),
        ),
        migrations.AlterField(
            model_name='movement',
            name='warehouse',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.warehouse', verbose_name='warehouse'),
        ),
        migrations.AlterField(
            model_name='reservation',
            name='created_at',
            field=models.DateTimeField(verbose_name='held since'),
        ),
        migrations.AlterField(
            model_name='reservation',
            name='expires_at',
            field=models.DateTimeField(null=True, verbose_name='ends'),
        ),
        migrations.AlterField(
            model_name='reservation',
            name='kind',
            field=models.CharField(choices=[('hold', 'cart hold'), ('firm', 'firm reservation')], max_length=4, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='reservation',
            name='line_id',
            field=models.UUIDField(null=True, verbose_name='order line'),
        ),
        migrations.AlterField(
            model_name='reservation',
            name='owner_id',
            field=models.UUIDField(verbose_name='held for'),
        ),
        migrations.AlterField(
            model_name='reservation',
            name='variant',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.variant', verbose_name='variant'),
        ),
        migrations.AlterField(
            model_name='reservation',
            name='warehouse',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.warehouse', verbose_name='warehouse'),
        ),
        migrations.AlterField(
            model_name='transferline',
            name='transfer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='inventory.transfer', verbose_name='transfer'),
        ),
        migrations.AlterField(
            model_name='transferline',
            name='variant',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.variant', verbose_name='variant'),
        ),
    ]
