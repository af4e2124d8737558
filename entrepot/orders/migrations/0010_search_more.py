"""Orders are found by the tracking number of a parcel and by the telephone number on it."""

from django.contrib.postgres.indexes import OpClass
from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Upper


class Migration(migrations.Migration):

    dependencies = [("orders", "0009_earmark")]

    operations = [
        migrations.AddIndex("fulfilment", models.Index(
            OpClass(Upper("tracking_number"), name="text_pattern_ops"), name="orders_fulfilment_tracking",
            condition=Q(("tracking_number", ""), _negated=True))),
        migrations.RunSQL(
            "CREATE INDEX orders_order_phone ON orders_order ((shipping_address ->> 'phone') text_pattern_ops)"
            " WHERE shipping_address ->> 'phone' <> ''",
            "DROP INDEX orders_order_phone"),
    ]
