from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('checkout', '0002_sql'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='checkout',
            index=models.Index(condition=models.Q(('state', 'placed'), models.Q(('email', ''), _negated=True)),
                               fields=['updated_at'], name='checkout_knows_buyer'),
        ),
    ]
