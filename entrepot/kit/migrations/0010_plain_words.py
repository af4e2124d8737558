from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('kit', '0009_words_of_states'),
    ]

    operations = [
        migrations.AlterField(
            model_name='delivery',
            name='state',
            field=models.CharField(choices=[('waiting', 'in the queue'), ('done', 'done'), ('parked', 'parked'), ('dropped', 'dropped')], default='waiting', max_length=8, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='webhookattempt',
            name='answer',
            field=models.CharField(blank=True, max_length=1000, verbose_name='what it answered'),
        ),
    ]
