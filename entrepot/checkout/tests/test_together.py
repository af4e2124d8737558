"""The statements that read a cart with its goods."""

import pytest
from psycopg import _queries

from entrepot.checkout import carts, together
from entrepot.kit import clock
from entrepot.kit.actor import ANONYMOUS
from entrepot.kit.ids import uuid7


@pytest.mark.parametrize("cart", [
    carts.LOCK,
    carts.changing(uuid7(), {"state": "placed", "order_id": None, "placed_key": "", "placed_fingerprint": ""},
                   now=clock.now(), actor=ANONYMOUS, secret="", expected_version=None)[0],
])
def test_the_driver_remembers_how_to_read_what_runs_with_rows_locked(cart: str) -> None:
    assert len(together.statement(cart, stock=False).encode()) <= _queries.MAX_CACHED_STATEMENT_LENGTH
