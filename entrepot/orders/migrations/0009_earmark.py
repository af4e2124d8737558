"""Money that is only set aside may be meant for another order than the one it was set aside for."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("orders", "0008_number_format")]

    operations = [
        migrations.CreateModel(
            name="Earmark",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("amount_minor", models.BigIntegerField(verbose_name="amount")),
                ("source", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+",
                                             to="orders.order")),
                ("target", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+",
                                             to="orders.order")),
            ],
            options={"constraints": [
                models.UniqueConstraint(fields=("source", "target"), name="orders_earmark_once"),
                models.CheckConstraint(condition=Q(amount_minor__gt=0), name="orders_earmark_positive"),
                models.CheckConstraint(condition=Q(("source", F("target")), _negated=True),
                                       name="orders_earmark_moves"),
            ]},
        ),
    ]
