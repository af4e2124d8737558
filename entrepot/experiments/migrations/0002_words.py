from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('experiments', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='flag',
            name='version',
            field=models.IntegerField(default=1, verbose_name='version'),
        ),
    ]
