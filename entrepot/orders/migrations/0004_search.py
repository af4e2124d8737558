"""Orders are found by the name on the parcel."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("orders", "0003_desk")]

    operations = [
        migrations.RunSQL("CREATE INDEX orders_order_name ON orders_order (lower(shipping_address ->> 'name') text_pattern_ops)",
                          "DROP INDEX orders_order_name"),
    ]
