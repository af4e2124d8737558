from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('showcase', '0002_affinity'),
    ]

    operations = [
        migrations.AlterField(
            model_name='querycount',
            name='asked',
            field=models.IntegerField(default=0, verbose_name='searches'),
        ),
    ]
