import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0002_runs_as_jobs'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='importissue',
            options={'verbose_name': 'import issue', 'verbose_name_plural': 'import issues'},
        ),
        migrations.AlterField(
            model_name='importissue',
            name='row',
            field=models.JSONField(default=dict, verbose_name='row'),
        ),
        migrations.AlterField(
            model_name='importissue',
            name='run',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='issues', to='channels.importrun', verbose_name='import'),
        ),
        migrations.AlterField(
            model_name='importrun',
            name='asked_by',
            field=models.JSONField(blank=True, default=dict, verbose_name='asked for by'),
        ),
        migrations.AlterField(
            model_name='importrun',
            name='batches',
            field=models.IntegerField(default=0, verbose_name='parts done'),
        ),
        migrations.AlterField(
            model_name='importrun',
            name='began_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='begun'),
        ),
        migrations.AlterField(
            model_name='importrun',
            name='began_rows',
            field=models.IntegerField(default=0, verbose_name='rows done at the start'),
        ),
        migrations.AlterField(
            model_name='importrun',
            name='changed_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='last changed'),
        ),
        migrations.AlterField(
            model_name='importrun',
            name='digest',
            field=models.CharField(max_length=64, verbose_name='fingerprint of the file'),
        ),
    ]
