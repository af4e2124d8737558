"""Translations without GNU gettext: extract msgids, check that nothing is missing, build the .mo files.

`python -m tools.i18n extract|check|build [context ...]`. English is the source; Chinese must be complete. When the
program runs all catalogues are merged into one, so a msgid has one Chinese everywhere; a word that means two things
takes a message context (`pgettext`). A message is known here by its key, as in a .mo: the msgid, behind its context
and an EOT where it has one.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
CALLS = {"_", "gettext", "gettext_lazy", "N_", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
PLACEHOLDER = re.compile(r"\{\w*\}|%\(\w+\)[sd]|%[sd]")


def contexts(names: list[str]) -> list[Path]:
    every = sorted(p.parent for p in (ROOT / "entrepot").glob("*/__init__.py"))
    return [p for p in every if not names or p.name in names]


def _python_ids(source: str) -> Iterator[tuple[str, str]]:
    """(key, plural) of every marked literal."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name not in CALLS:
            continue
        texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        if name.startswith("pgettext"):
            texts = ["\x04".join(texts[:2])]
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
    for name in ("gettext", "ngettext", "pgettext", "_"):
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
    """Every message of a context by its key, with its plural ("" for none)."""
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


def key_of(entry: polib.POEntry) -> str:
    return f"{entry.msgctxt}\x04{entry.msgid}" if entry.msgctxt else str(entry.msgid)


def chinese_of(entry: polib.POEntry) -> str:
    return str(entry.msgstr or entry.msgstr_plural.get(0, ""))


def extract(context: Path) -> int:
    """Add missing messages, drop unused ones; returns how many lack Chinese."""
    wanted, po = msgids(context), load(context)
    if not wanted and not catalogue(context).exists():
        return 0
    for entry in list(po):
        if key_of(entry) not in wanted:
            po.remove(entry)
    known = {key_of(e) for e in po}
    for key, plural in wanted.items():
        if key not in known:
            meaning, _, msgid = key.rpartition("\x04")
            entry = polib.POEntry(msgctxt=meaning or None, msgid=msgid, msgstr="")
            if plural:
                entry.msgid_plural, entry.msgstr_plural = plural, {0: ""}
            po.append(entry)
    po.sort(key=lambda e: (e.msgid, e.msgctxt or ""))
    catalogue(context).parent.mkdir(parents=True, exist_ok=True)
    po.save(str(catalogue(context)))
    return len(po.untranslated_entries())


def problems(context: Path) -> list[str]:
    """What is missing, unused, or translated with other placeholders."""
    wanted, po = msgids(context), load(context)
    done = {key_of(e): e for e in po if e.translated() and "fuzzy" not in e.flags}
    found = [f"{context.name}: no Chinese for {m!r}" for m in wanted if m not in done]
    found += [f"{context.name}: unused {m!r}" for m in map(key_of, po) if m not in wanted]
    for key, entry in done.items():
        source = set(PLACEHOLDER.findall(entry.msgid_plural or key))
        if source != set(PLACEHOLDER.findall(chinese_of(entry))):
            found.append(f"{context.name}: placeholders differ in {key!r}")
    return found


def conflicts(every: list[Path], named: list[str]) -> list[str]:
    """Messages with more than one Chinese among the catalogues, of which only the first in the settings is ever seen;
    those of the named contexts, or all.
    """
    said: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for context in every:
        for entry in load(context):
            said[key_of(entry)][chinese_of(entry)].append(context.name)
    return [f"{key!r} is said in several ways: " + ", ".join(f"{text} ({' '.join(by)})" for text, by in texts.items())
            for key, texts in said.items()
            if len(texts) > 1 and (not named or {name for by in texts.values() for name in by} & set(named))]


def build(context: Path) -> None:
    """Write django.mo beside each django.po where it is missing or older."""
    for source in context.glob("locale/*/LC_MESSAGES/django.po"):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            polib.pofile(str(source)).save_as_mofile(str(target))


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] not in ("extract", "check", "build"):
        print(__doc__)
        return 2
    import django.conf

    if not django.conf.settings.configured:
        django.conf.settings.configure(USE_I18N=True)
    found = conflicts(contexts([]), arguments[1:]) if arguments[0] == "check" else []
    for context in contexts(arguments[1:]):
        if arguments[0] == "build":
            build(context)
        elif arguments[0] == "extract":
            if missing := extract(context):
                print(f"{context.name}: {missing} without Chinese")
        else:
            found += problems(context)
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
