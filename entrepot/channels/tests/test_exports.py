"""Tables of orders and their lines, as a worker writes them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from entrepot.channels import public as channels
from entrepot.channels.actions import export
from entrepot.kit.actor import system
from entrepot.orders.tests.factories import a_shop, placed

pytestmark = pytest.mark.django_db(transaction=True)
BOB = system("test")


@pytest.mark.parametrize("what", ["orders", "order_lines", "customers"])
def test_a_table_is_exported_with_its_amounts(what: str) -> None:
    order = placed(a_shop())
    run_id = channels.ask_export(what, actor=BOB)
    export.run_export(run_id)
    done = channels.get_export(run_id)
    assert done is not None
    assert (done["state"], done["error"]) == ("done", {})
    text = b"".join(channels.export_file(run_id, actor=BOB)).decode("utf-8-sig")  # type: ignore[arg-type]  # synchronous
    if what == "orders":
        assert f"{order.number}," in text
        assert f",{Decimal(order.total_minor) / 100:.2f}," in text
    elif what == "order_lines":
        assert text.count(f"{order.number},") == done["rows"] >= len(order.lines)
    else:
        assert text.startswith("id,name,email")
