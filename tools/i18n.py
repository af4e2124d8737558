"""Translations without GNU gettext: extract msgids, check that nothing is missing, build the .mo files.

`python -m tools.i18n extract|check|build [context ...]`. English is the source; Chinese must be complete.
"""

from __future__ import annotations

import ast
import io
import sys
from collections.abc import Iterator
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
CALLS = {"_", "gettext", "gettext_lazy", "N_", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}


def contexts(names: list[str]) -> list[Path]:
    every = sorted(p.parent for p in (ROOT / "entrepot").glob("*/__init__.py"))
    return [p for p in every if not names or p.name in names]


def _python_ids(source: str) -> Iterator[tuple[str, str]]:
    """(msgid, plural) of every marked literal."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name not in CALLS:
            continue
        texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        if name.startswith("pgettext"):
            texts = texts[1:]
        if texts and texts[0]:
            yield texts[0], texts[1] if name.startswith("ngettext") and len(texts) > 1 else ""


def _template_ids(source: str) -> Iterator[tuple[str, str]]:
    from django.utils.translation.template import templatize

    code = templatize(source)
    # templatize leaves python-like calls among blanked-out text: keep the calls
    for line in io.StringIO(code):
        for piece in _calls_in(line):
            yield from _python_ids(piece)


def _calls_in(line: str) -> Iterator[str]:
    for name in ("gettext", "ngettext", "_"):
        start = 0
        while (at := line.find(f" {name}(", start)) >= 0:
            depth, end = 0, at
            quote = ""
            for end in range(at + 1, len(line)):
                char = line[end]
                if quote:
                    if char == quote and line[end - 1] != "\\":
                        quote = ""
                elif char in "'\"":
                    quote = char
                elif char == "(":
                    depth += 1
                elif char == ")":
                    depth -= 1
                    if depth == 0:
                        break
            yield line[at + 1 : end + 1]
            start = end


def msgids(context: Path) -> dict[str, str]:
    """Every msgid of a context with its plural ("" for none)."""
    found: dict[str, str] = {}
    for path in sorted(context.rglob("*")):
        if "migrations" in path.parts or "tests" in path.parts:
            continue
        if path.suffix == ".py":
            found.update(_python_ids(path.read_text()))
        elif path.suffix in (".html", ".txt") and "templates" in path.parts:
            found.update(_template_ids(path.read_text()))
    return found


def catalogue(context: Path) -> Path:
    return context / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


def load(context: Path) -> polib.POFile:
    path = catalogue(context)
    if path.exists():
        return polib.pofile(str(path), wrapwidth=110)
    po = polib.POFile(wrapwidth=110)
    po.metadata = {"Content-Type": "text/plain; charset=UTF-8", "Content-Transfer-Encoding": "8bit",
                   "Language": "zh_Hans", "Plural-Forms": "nplurals=1; plural=0;"}
    return po


def extract(context: Path) -> int:
    """Add missing msgids, drop unused ones; returns how many lack Chinese."""
    wanted, po = msgids(context), load(context)
    if not wanted and not catalogue(context).exists():
        return 0
    for entry in list(po):
        if entry.msgid not in wanted:
            po.remove(entry)
    known = {e.msgid for e in po}
    for msgid, plural in wanted.items():
        if msgid not in known:
            entry = polib.POEntry(msgid=msgid, msgstr="")
            if plural:
                entry.msgid_plural, entry.msgstr_plural = plural, {0: ""}
            po.append(entry)
    po.sort(key=lambda e: e.msgid)
    catalogue(context).parent.mkdir(parents=True, exist_ok=True)
    po.save(str(catalogue(context)))
    return len(po.untranslated_entries())


def problems(context: Path) -> list[str]:
    """What is missing, unused, or translated with other placeholders."""
    import re

    wanted, po = msgids(context), load(context)
    done = {e.msgid: e for e in po if e.translated() and "fuzzy" not in e.flags}
    found = [f"{context.name}: no Chinese for {m!r}" for m in wanted if m not in done]
    found += [f"{context.name}: unused {e.msgid!r}" for e in po if e.msgid not in wanted]
    for msgid, entry in done.items():
        chinese = entry.msgstr or entry.msgstr_plural.get(0, "")
        pattern = r"\{\w*\}|%\(\w+\)[sd]|%[sd]"
        source = set(re.findall(pattern, entry.msgid_plural or msgid))
        if source != set(re.findall(pattern, chinese)):
            found.append(f"{context.name}: placeholders differ in {msgid!r}")
    return found


def build(context: Path) -> None:
    """Write django.mo beside django.po where it is missing or older."""
    source = catalogue(context)
    target = source.with_suffix(".mo")
    if source.exists() and (not target.exists() or target.stat().st_mtime < source.stat().st_mtime):
        polib.pofile(str(source)).save_as_mofile(str(target))


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] not in ("extract", "check", "build"):
        print(__doc__)
        return 2
    import django.conf

    if not django.conf.settings.configured:
        django.conf.settings.configure(USE_I18N=True)
    failed = 0
    for context in contexts(arguments[1:]):
        if arguments[0] == "build":
            build(context)
        elif arguments[0] == "extract":
            if missing := extract(context):
                print(f"{context.name}: {missing} without Chinese")
        else:
            for problem in problems(context):
                print(problem)
                failed = 1
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
