"""How the numbers of invoices and credit notes begin is a setting."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0007_open_parcels")]

    operations = [
        migrations.CreateModel(
            name="NumberFormat",
            fields=[
                ("kind", models.CharField(max_length=12, primary_key=True, serialize=False, verbose_name="kind")),
                ("prefix", models.CharField(max_length=8, unique=True, verbose_name="beginning of the number")),
            ],
            options={"verbose_name": "number series", "verbose_name_plural": "number series"},
        ),
    ]
