"""How addresses are asked for: fields, names and choices by country."""

from __future__ import annotations

from typing import Any

import pytest

from entrepot.customers.places import address_form, has_districts


def fields(*place: str) -> dict[str, Any]:
    return {f.name: f for f in address_form(*place).fields}


def test_chinese_addresses_have_three_levels_that_follow_each_other() -> None:
    assert len(fields("CN")["region"].choices) == 34
    assert fields("CN")["city"].choices == ()
    assert "杭州市" in [c.value for c in fields("CN", "浙江省")["city"].choices]
    assert "临平区" in [c.value for c in fields("CN", "浙江省", "杭州市")["district"].choices]


def test_a_municipality_is_its_own_city_and_some_cities_have_no_districts() -> None:
    assert [c.value for c in fields("CN", "北京市")["city"].choices] == ["北京市"]
    assert "海淀区" in [c.value for c in fields("CN", "北京市")["district"].choices]
    assert not fields("CN", "广东省", "东莞市")["district"].required
    assert not has_districts("广东", "东莞")
    assert has_districts("浙江省", "杭州市")
    assert has_districts("没有的省", "没有的市")


@pytest.mark.parametrize(("country", "kinds"), [
    ("GB", {"city": "post_town", "postcode": "postal"}), ("DE", {"postcode": "postal", "city": "city"}),
    ("US", {"city": "city", "region": "state", "postcode": "zip"}), ("SG", {"postcode": "postal"}),
    ("JP", {"region": "prefecture", "postcode": "postal"}), ("XX", {"city": "city", "postcode": "postal"})])
def test_each_country_has_its_own_fields(country: str, kinds: dict[str, str]) -> None:
    found = {name: f.kind for name, f in fields(country).items() if name in ("region", "city", "district", "postcode")}
    assert found == kinds


def test_states_are_chosen_by_name_and_kept_by_code() -> None:
    state = fields("US")["region"]
    assert state.required
    assert ("CA", "California") in [(c.value, c.label) for c in state.choices]
    assert len({c.value for c in state.choices}) == len(state.choices)
    order = [f.name for f in address_form("JP").fields]
    assert order.index("region") < order.index("line1")
