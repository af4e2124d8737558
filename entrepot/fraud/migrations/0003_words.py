import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('fraud', '0002_sql'),
    ]

    operations = [
        migrations.AlterField(
            model_name='assessment',
            name='inputs',
            field=models.JSONField(verbose_name='what was looked at'),
        ),
        migrations.AlterField(
            model_name='assessment',
            name='order_id',
            field=models.UUIDField(unique=True, verbose_name='order'),
        ),
        migrations.AlterField(
            model_name='rule',
            name='version',
            field=models.IntegerField(default=1, verbose_name='version'),
        ),
        migrations.AlterField(
            model_name='ruleversion',
            name='kind',
            field=models.CharField(max_length=40, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='ruleversion',
            name='rule',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='fraud.rule', verbose_name='rule'),
        ),
    ]
