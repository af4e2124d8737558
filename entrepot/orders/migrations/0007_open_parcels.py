"""The index of parcels to pack holds all that are not at their end: a warehouse's board asks for them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0005_mail_prefix")]

    operations = [
        migrations.RemoveIndex(model_name="fulfilment", name="orders_fulfilment_work"),
        migrations.AddIndex(
            model_name="fulfilment",
            index=models.Index(fields=["warehouse_id", "order"], name="orders_fulfilment_open",
                               condition=models.Q(state__in=["pending", "ready", "shipped"]))),
    ]
