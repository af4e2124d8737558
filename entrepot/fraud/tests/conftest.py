"""Every test begins without rules from another in memory."""

import pytest

from entrepot.fraud import queries


@pytest.fixture(autouse=True)
def _no_rules() -> None:
    queries.forget_rules()
