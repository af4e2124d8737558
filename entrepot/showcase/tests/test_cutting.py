"""Questions in Chinese are cut by the words that the shop's documents have."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.showcase.engine import analysis

SHOP = {"无线": 50, "耳机": 80, "无线耳机": 3, "研究": 10, "研究生": 5, "生": 1, "命": 2, "生命": 8, "起源": 4,
        "充电": 30, "充电线": 12, "线": 20, "不锈钢": 9, "保温": 14, "保温杯": 22, "杯": 40}


def known(word: str) -> int:
    return SHOP.get(word, 0)


@pytest.mark.parametrize(("run", "pieces"), [
    ("无线耳机", ["无线", "耳机"]),
    ("研究生命起源", ["研究", "生命", "起源"]),
    ("不锈钢保温杯", ["不锈钢", "保温", "保温杯"]),
    ("蓝牙耳机", ["蓝牙", "耳机"]),
    ("耳机蓝牙", ["耳机", "蓝牙"]),
    ("电脑", ["电脑"]),
    ("杯", ["杯"]),
])
def test_the_most_probable_words_are_found(run: str, pieces: list[str]) -> None:
    assert analysis.cut(run, known) == pieces


@given(st.text("无线耳机研究生命起源充电保温杯蓝牙", min_size=1, max_size=30))
def test_no_character_is_lost(run: str) -> None:
    pieces = analysis.cut(run, known)
    assert all(piece in run for piece in pieces)
    assert {*"".join(pieces)} == {*run}


def test_a_mixed_question_needs_no_dictionary(monkeypatch: pytest.MonkeyPatch) -> None:
    """rjieba's takes 30 MB of a web process."""
    monkeypatch.setitem(sys.modules, "rjieba", None)
    assert analysis.words("USB 充电线", known) == ("usb", "充电", "充电线")
    assert analysis.words("ＵＳＢ充电线", known) == ("usb", "充电", "充电线")
    assert analysis.words("的", known) == ("的",)
