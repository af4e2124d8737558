from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('insight', '0002_targets'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='commerceevent',
            index=models.Index(condition=models.Q(('subject', ''), _negated=True), fields=['subject'],
                               name='insight_event_subject'),
        ),
    ]
