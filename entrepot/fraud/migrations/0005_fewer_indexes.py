import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('fraud', '0004_forgetting'),
    ]

    operations = [
        migrations.AlterField(
            model_name='ruleversion',
            name='rule',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='fraud.rule', verbose_name='rule'),
        ),
    ]
