from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('kit', '0008_words'),
    ]

    operations = [
        migrations.AlterField(
            model_name='delivery',
            name='state',
            field=models.CharField(choices=[('waiting', 'waiting'), ('done', 'done'), ('parked', 'parked'), ('dropped', 'dropped')], default='waiting', max_length=8, verbose_name='state'),
        ),
    ]
