"""How tests are written: what several of them need stands in `tests/given`, and they ask only what anybody can ask."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
FILES = sorted(TESTS.rglob("*.py"))
LOADS_RULES = TESTS / "given" / "runs.py"
TAKES_NAMES = {"getattr", "setattr", "delattr", "hasattr", "patch", "attrgetter"}


def is_private(name: str) -> bool:
    """Whether any part of a dotted name begins with one underscore."""
    return any(part.startswith("_") and not part.startswith("__") for part in name.split("."))


def imported(tree: ast.AST) -> Iterator[str]:
    """Every name that is imported, with its module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def private_names(tree: ast.AST) -> Iterator[str]:
    """Names of somebody else's that are not meant for others: imported, accessed, or given as a text to be accessed."""
    yield from (name for name in imported(tree) if is_private(name) and not name.startswith("__future__"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and is_private(node.attr) and ast.unparse(node.value) not in ("self", "cls"):
            yield ast.unparse(node)
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in TAKES_NAMES:
            texts = (word.value for word in node.args[:2] if isinstance(word, ast.Constant))
            yield from (text for text in texts if isinstance(text, str) and is_private(text))


def of_test_modules(tree: ast.AST) -> Iterator[str]:
    """What is imported out of modules of tests, or the modules themselves."""
    return (name for name in imported(tree) if any(part.startswith("test_") for part in name.split(".")))


def loads_of_rules(tree: ast.AST) -> Iterator[str]:
    """What loads the built-in rules by itself."""
    return (name for name in imported(tree) if name == "kblint.run.load_rules")


def found(check: object, *, but: tuple[Path, ...] = ()) -> dict[str, list[str]]:
    """What a check finds in each file of tests where it finds anything."""
    assert callable(check)
    names = {file: list(check(ast.parse(file.read_text(encoding="utf-8")))) for file in FILES if file not in but}
    return {file.relative_to(TESTS).as_posix(): found for file, found in names.items() if found}


def test_nothing_is_imported_out_of_a_module_of_tests() -> None:
    assert found(of_test_modules) == {}


def test_no_test_touches_a_private_name() -> None:
    assert found(private_names) == {}


def test_the_rules_are_loaded_in_one_place() -> None:
    assert found(loads_of_rules, but=(LOADS_RULES,)) == {}
    assert list(loads_of_rules(ast.parse(LOADS_RULES.read_text(encoding="utf-8")))) != []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("from kblint.run import _check", ["kblint.run._check"]),
        ("import kblint._run", ["kblint._run"]),
        ("from kblint._run import check", ["kblint._run.check"]),
        ("run._check(loaded)", ["run._check"]),
        ("monkeypatch.setattr(run, '_check', other)", ["_check"]),
        ("monkeypatch.setattr('kblint.run._check', other)", ["kblint.run._check"]),
        ("getattr(run, '_check')", ["_check"]),
        ("self._check()", []),
        ("from __future__ import annotations", []),
        ("kblint.__version__", []),
    ],
)
def test_a_private_name_is_seen_however_it_is_reached(text: str, names: list[str]) -> None:
    assert list(private_names(ast.parse(text))) == names


@pytest.mark.parametrize("text", ["from tests.wire.test_health import way", "from tests.wire import test_health"])
def test_an_import_out_of_a_module_of_tests_is_seen(text: str) -> None:
    assert list(of_test_modules(ast.parse(text))) != []
