"""Cursors: what we made comes back, anything else is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from entrepot.kit import paging
from entrepot.kit.errors import InvalidInput

ID = UUID(int=7)
AT = datetime(2026, 3, 4, 5, 6, 7, 890123, UTC)


@pytest.mark.parametrize("cursor", [None, ""])
def test_a_first_page_goes_on_from_nothing(cursor: str | None) -> None:
    assert paging.number(cursor) is None
    assert paging.uuid(cursor) is None
    assert paging.at_and_id(cursor) is None


def test_what_was_encoded_comes_back() -> None:
    assert paging.number(paging.encode([12])) == 12
    assert paging.uuid(paging.encode([ID])) == ID
    assert paging.at_and_id(paging.encode([AT, ID])) == (AT, ID)
    assert paging.decode(paging.encode(["2026-01-01", 3]), size=2) == ["2026-01-01", 3]


@pytest.mark.parametrize("values", [[], [1, 2], ["1"], [True], [-1], [2**63], [[1]]])
def test_a_number_is_one_row_of_a_table(values: list[Any]) -> None:
    refused(paging.number, paging.encode(values))


@pytest.mark.parametrize("values", [[7], [None], [str(ID), 1]])
def test_an_id_is_one_uuid(values: list[Any]) -> None:
    refused(paging.uuid, paging.encode(values))


@pytest.mark.parametrize("values", [["2026-03-04T05:06:07", ID], ["soon", ID], [AT, 7], [None, None], [AT]])
def test_a_moment_has_its_time_zone_and_an_id(values: list[Any]) -> None:
    refused(paging.at_and_id, paging.encode(values))


@pytest.mark.parametrize("cursor", ["nonsense", "é", "="])
def test_what_we_did_not_make_is_refused(cursor: str) -> None:
    refused(paging.number, cursor)


def refused(read: Callable[[str], Any], cursor: str) -> None:
    with pytest.raises(InvalidInput) as error:
        read(cursor)
    assert error.value.params["field"] == "cursor"
