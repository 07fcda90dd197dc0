"""Imports go down: every room may import only what stands below it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import kblint

PACKAGE = Path(kblint.__file__).parent
FLOORS: dict[str, set[str]] = {
    "errors": set(),
    "source": {"errors"},
    "syntax": {"source", "errors"},
    "fix": {"source"},
    "finding": {"source", "fix"},
    "trace": {"source"},
    "register": {"source"},
    "checklist": {"source"},
    "model": {"source"},
    "read": {"model", "syntax", "source", "errors"},
    "wire": {"model", "syntax", "source"},
    "report": {"finding", "fix", "source", "trace", "register", "checklist"},
    "engine": {"finding", "fix", "wire", "model", "source", "errors"},
    "views": {"engine", "finding", "trace", "register", "checklist", "wire", "model", "source", "errors"},
    "config": {"engine", "finding", "read", "model", "source", "errors"},
}
ABOVE = {"intake", "run", "cli", "__main__"}
"""These stand on all the others; only `cli` may import `report` besides."""


def rooms() -> list[tuple[str, Path]]:
    return [
        (path.relative_to(PACKAGE).parts[0].removesuffix(".py"), path)
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.name != "__init__.py" or path.parent != PACKAGE
    ]


@pytest.mark.parametrize(("room", "path"), rooms(), ids=lambda value: str(value).removeprefix(str(PACKAGE)))
def test_a_room_imports_only_from_floors_below(room: str, path: Path) -> None:
    if room in ABOVE:
        return
    assert imported(path) - {room} <= FLOORS[room]


@pytest.mark.parametrize("path", [path for _, path in rooms()], ids=lambda value: str(value).removeprefix(str(PACKAGE)))
def test_no_import_of_our_own_hides_in_a_function_or_behind_type_checking(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    top = {id(node) for node in tree.body}
    hidden = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom) and id(node) not in top and any(names(node))
    ]
    assert hidden == []


def test_only_the_command_line_prints_or_exits() -> None:
    found = []
    for room, path in rooms():
        if room in ("cli", "__main__"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("print", "exit", "quit")
            ):
                found.append(f"{path}:{node.lineno}")
            if isinstance(node, ast.Attribute) and ast.unparse(node) in (
                "sys.exit",
                "sys.stdout",
                "sys.stderr",
                "os._exit",
            ):
                found.append(f"{path}:{node.lineno}")
    assert found == []


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = {name for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom) for name in names(node)}
    return {name.split(".")[1] for name in found if "." in name} - {"__version__"}


def names(node: ast.Import | ast.ImportFrom) -> list[str]:
    """The modules of kblint that a statement imports."""
    if isinstance(node, ast.ImportFrom):
        module = node.module or ""
        if module == "kblint":
            return [f"kblint.{alias.name}" for alias in node.names]
        return [module] if module.startswith("kblint.") else []
    return [alias.name for alias in node.names if alias.name.startswith("kblint.")]
