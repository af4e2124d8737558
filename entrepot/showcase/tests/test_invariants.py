"""Each invariant holds for a shop that was really built, and finds a violation that was planted."""

from __future__ import annotations

import pytest

from entrepot.kit import db, invariants
from entrepot.showcase.tests.factories import Shop, a_tree

PLANTED = {
    "showcase.placement_stands": "INSERT INTO showcase_placement (document_id, shelf_id, rank, name_key)"
                                 " VALUES (999999, 999999, 0, '')",
    "showcase.document_listed": "UPDATE showcase_document SET slug = 'another'",
    "showcase.document_price": "UPDATE showcase_placement SET price_minor = 1",
}


def broken() -> set[str]:
    return {v.code for v in invariants.violations() if v.code.startswith("showcase.")}


@pytest.mark.parametrize("code", PLANTED)
def test_a_planted_violation_is_found(shop: Shop, code: str) -> None:
    a_tree()
    shop.add("Kettle", category="toys")
    shop.show()
    assert broken() == set()
    db.execute(PLANTED[code] + (" WHERE language = 'en'" if "showcase_document SET" in PLANTED[code] else ""))
    assert code in broken()
