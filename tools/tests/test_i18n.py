"""The translation check sees strings in code and in templates."""

from __future__ import annotations

from pathlib import Path

from tools import i18n

PO = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def _context(folder: Path, po: str, name: str = "shop") -> Path:
    context = folder / name
    (context / "templates").mkdir(parents=True)
    (context / "errors.py").write_text('text = N_("Only {left} left.")\n')
    (context / "templates" / "a.html").write_text(
        '{% load i18n %}{% translate "Cart" %} {% blocktranslate %}Hello {{ name }}{% endblocktranslate %}')
    target = i18n.catalogue(context)
    target.parent.mkdir(parents=True)
    target.write_text(PO + po)
    return context


def test_finds_strings_of_code_and_templates(tmp_path: Path) -> None:
    context = _context(tmp_path, "")
    assert set(i18n.msgids(context)) == {"Only {left} left.", "Cart", "Hello %(name)s"}
    assert len(i18n.problems(context)) == 3


def test_complains_of_missing_unused_and_changed_placeholders(tmp_path: Path) -> None:
    context = _context(tmp_path, 'msgid "Cart"\nmsgstr "购物车"\n\nmsgid "Old"\nmsgstr "旧"\n\n'
                                 'msgid "Only {left} left."\nmsgstr "仅剩 {right} 件。"\n')
    text = "\n".join(i18n.problems(context))
    assert "no Chinese for 'Hello %(name)s'" in text
    assert "unused 'Old'" in text
    assert "placeholders differ in 'Only {left} left.'" in text
    assert "Cart" not in text


def test_one_word_in_two_senses_is_two_messages(tmp_path: Path) -> None:
    context = _context(tmp_path, 'msgctxt "when"\nmsgid "sent"\nmsgstr "发出时间"\n\nmsgid "sent"\nmsgstr "已发出"\n')
    (context / "errors.py").write_text('state, at = _("sent"), pgettext_lazy("when", "sent")\n')
    (context / "templates" / "a.html").write_text('{% load i18n %}{% translate "From" context "quantity" %}')
    assert set(i18n.msgids(context)) == {"sent", "when\x04sent", "quantity\x04From"}
    assert i18n.problems(context) == [r"shop: no Chinese for 'quantity\x04From'"]
    assert i18n.extract(context) == 1
    assert [i18n.key_of(e) for e in i18n.load(context)] == ["quantity\x04From", "sent", "when\x04sent"]


def test_one_message_is_said_in_one_way(tmp_path: Path) -> None:
    shop = _context(tmp_path, 'msgid "Cart"\nmsgstr "购物车"\n\nmsgid "Tax"\nmsgstr "税费"\n')
    desk = _context(tmp_path, 'msgid "Cart"\nmsgstr "购物车"\n\nmsgid "Tax"\nmsgstr "税率"\n', "desk")
    other = _context(tmp_path, 'msgctxt "rate"\nmsgid "Tax"\nmsgstr "税率"\n', "other")
    assert i18n.conflicts([shop, desk, other], []) == ["'Tax' is said in several ways: 税费 (shop), 税率 (desk)"]
    assert i18n.conflicts([shop, desk, other], ["desk"]) != []
    assert i18n.conflicts([shop, desk, other], ["other"]) == []
    assert i18n.conflicts([shop, other], []) == []
