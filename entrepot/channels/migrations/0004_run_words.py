"""Imports and exports share their fields, and so the words for them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("channels", "0003_words")]

    operations = [
        migrations.AlterField("exportrun", "asked_by",
                              models.JSONField(blank=True, default=dict, verbose_name="asked for by")),
        migrations.AlterField("exportrun", "began_at",
                              models.DateTimeField(blank=True, null=True, verbose_name="begun")),
        migrations.AlterField("exportrun", "changed_at",
                              models.DateTimeField(blank=True, null=True, verbose_name="last changed")),
        migrations.AlterField("exportrun", "total",
                              models.IntegerField(blank=True, null=True, verbose_name="rows in the file")),
    ]
