"""House rules that import contracts cannot see: one function over a syntax tree each.

Run all: `python -m tools.lints`. A comment `# lint: allow <rule>` excuses its line.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FUNCTION_LIMIT, FILE_LIMIT = 100, 800


@dataclass(frozen=True, slots=True)
class Finding:
    rule: str
    path: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.text}"


Rule = Callable[[ast.Module, str, Path], Iterator[tuple[int, str]]]


def _context(path: Path) -> str:
    parts = path.parts
    return parts[parts.index("entrepot") + 1] if "entrepot" in parts[:-1] else ""


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (n for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef)))


def foreign_model(tree: ast.Module, source: str, path: Path) -> Iterator[tuple[int, str]]:
    """A foreign key into another context is a string with related_name="+"; `apps.get_model` is for migrations."""
    own = _context(path)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if _name(node.func) == "get_model" and own:
            yield node.lineno, "apps.get_model hides an import"
        if _name(node.func) in ("ForeignKey", "OneToOneField", "ManyToManyField") and node.args:
            target = node.args[0]
            if isinstance(target, ast.Constant) and "." in str(target.value):
                if str(target.value).split(".")[0] != own and not any(
                    k.arg == "related_name" and isinstance(k.value, ast.Constant) and k.value.value == "+"
                    for k in node.keywords
                ):
                    yield node.lineno, 'a foreign key to another context needs related_name="+"'


def lock_place(tree: ast.Module, source: str, path: Path) -> Iterator[tuple[int, str]]:
    """Rows are locked where they are changed: in actions."""
    if "actions" in path.stem or "actions" in path.parts or _context(path) in ("kit", ""):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) == "select_for_update":
            yield node.lineno, "select_for_update outside actions"


_NETWORK = re.compile(r"^(requests|httpx|urllib|urlopen|smtplib|send_mail|stripe)$")


def network_in_atomic(tree: ast.Module, source: str, path: Path) -> Iterator[tuple[int, str]]:
    """No network call while locks may be held."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.With):
            continue
        if not any("atomic" in ast.unparse(item.context_expr) for item in node.items):
            continue
        for inner in ast.walk(node):
            if isinstance(inner, ast.Call):
                root = inner.func
                while isinstance(root, ast.Attribute):
                    root = root.value
                if isinstance(root, ast.Name) and _NETWORK.match(root.id):
                    yield inner.lineno, "a network call inside a transaction"


def float_money(tree: ast.Module, source: str, path: Path) -> Iterator[tuple[int, str]]:
    """No floats near money."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.AnnAssign, ast.arg)):
            name = node.arg if isinstance(node, ast.arg) else ast.unparse(node.target)
            if node.annotation is not None and "float" in ast.unparse(node.annotation) and _is_money(name):
                yield node.lineno, f"{name} is a float"
        if isinstance(node, ast.Call) and _name(node.func) == "float" and node.args:
            if _is_money(ast.unparse(node.args[0])):
                yield node.lineno, "float() of an amount"


def _is_money(name: str) -> bool:
    return bool(re.search(r"(_minor|amount|price|total|cost)\b", name))


def action_actor(tree: ast.Module, source: str, path: Path) -> Iterator[tuple[int, str]]:
    """A public function of actions takes a keyword-only `actor`."""
    if path.name != "actions.py" and path.parent.name != "actions":
        return
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            if not any(a.arg == "actor" for a in node.args.kwonlyargs):
                yield node.lineno, f"action {node.name} without keyword-only actor"


_SECRETS = re.compile(
    r"(sk_live_\w{8,}|AKIA[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE KEY-----\n[A-Za-z0-9+/]{40}"
    r"|ghp_\w{30,}|xox[bp]-\w{10,})"
)


def secret(tree: ast.Module, source: str, path: Path) -> Iterator[tuple[int, str]]:
    """No key material in the source."""
    for match in _SECRETS.finditer(source):
        yield source.count("\n", 0, match.start()) + 1, "looks like a secret"


def size(tree: ast.Module, source: str, path: Path) -> Iterator[tuple[int, str]]:
    """Files and functions that nobody can hold in mind."""
    if (lines := source.count("\n")) > FILE_LIMIT:
        yield 1, f"{lines} lines"
    for node in _functions(tree):
        if (length := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LIMIT:
            yield node.lineno, f"{node.name} has {length} lines"


def untold(tree: ast.Module, source: str, path: Path) -> Iterator[tuple[int, str]]:
    """Where contexts meet, each shape, fact and function says what it is."""
    if path.stem not in ("public", "contracts", "events") and path.parent.name != "contracts":
        return
    for node in tree.body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)) and not node.name.startswith("_"):
            if not ast.get_docstring(node):
                yield node.lineno, f"{node.name} has no docstring"


RULES: dict[str, Rule] = {
    "foreign-model": foreign_model, "lock-place": lock_place, "network-in-atomic": network_in_atomic,
    "float-money": float_money, "action-actor": action_actor, "secret": secret, "size": size,
    "untold": untold,
}


def findings(source: str, path: Path) -> Iterator[Finding]:
    """All findings in one file's source, excused lines left out."""
    tree, lines = ast.parse(source), source.splitlines()
    for name, rule in RULES.items():
        for line, text in rule(tree, source, path):
            if f"lint: allow {name}" not in lines[line - 1]:
                yield Finding(name, str(path), line, text)


def main() -> int:
    found = [
        f
        for folder in ("entrepot", "config", "tools")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "migrations" not in path.parts and "tests" not in path.parts
        for f in findings(path.read_text(), path.relative_to(ROOT))
    ]
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
