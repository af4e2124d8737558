"""The translation check sees strings in code and in templates."""

from __future__ import annotations

from pathlib import Path

from tools import i18n

PO = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def _context(folder: Path, po: str) -> Path:
    context = folder / "shop"
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
