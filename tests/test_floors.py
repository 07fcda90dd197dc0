"""Imports go down: every room may import only what stands below it."""

from __future__ import annotations

import ast
from collections import Counter

import pytest

from scripts import architecture
from tests.floors import ABOVE, CLI, FLOORS, LSP, PACKAGE, READ, WIRE, imported, inner, modules, names, room_of

LONGEST = 300
"""Lines of a module; a longer one says in its first line why it is one idea."""
FLAT = 6
"""Modules that may stand beside the rooms of `read/` and `wire/`."""


@pytest.mark.parametrize("room", [*FLOORS, *ABOVE])
def test_a_room_imports_only_from_floors_below(room: str) -> None:
    allowed = {*FLOORS.get(room, ()), room} if room in FLOORS else {*FLOORS, *ABOVE}
    found = {
        f"{path.relative_to(PACKAGE)} imports {name}"
        for own, path in modules()
        if own == room
        for name in imported(path)
        if room_of(name) not in {*allowed, "__version__"}
    }
    assert found == set()


@pytest.mark.parametrize(("room", "asked"), [("cli", CLI), ("lsp", LSP)])
def test_who_serves_people_asks_only_what_any_program_may(room: str, asked: frozenset[str]) -> None:
    found = {
        f"{path.relative_to(PACKAGE)} imports {name}"
        for own, path in modules()
        if own == room
        for name in imported(path)
        if room_of(name) not in {*asked, room, "__version__"}
    }
    assert found == set()


def test_every_room_stands_in_the_table() -> None:
    assert {room for room, _ in modules()} <= {*FLOORS, *ABOVE}


def test_the_rooms_of_wire_import_only_those_before_them() -> None:
    assert {room for room, _ in inner("wire")} == set(WIRE)
    found = {
        f"{path.relative_to(PACKAGE)} imports {name}"
        for room, path in inner("wire")
        for name in imported(path)
        if name.startswith("kblint.wire.") and WIRE.index(room_of(name, 2) or "") > WIRE.index(room)
    }
    assert found == set()


def test_the_rooms_of_read_import_only_what_their_family_builds_on() -> None:
    assert {room for room, _ in inner("read")} == set(READ)
    found = {
        f"{path.relative_to(PACKAGE)} imports {name}"
        for room, path in inner("read")
        for name in imported(path)
        if name.startswith("kblint.read.") and room_of(name, 2) not in {*READ[room], room}
    }
    assert found == set()


@pytest.mark.parametrize("room", ["read", "wire"])
def test_few_modules_stand_beside_the_rooms(room: str) -> None:
    flat = [path.name for path in (PACKAGE / room).glob("*.py") if path.name != "__init__.py"]
    assert len(flat) <= FLAT, flat


def test_no_import_of_our_own_hides_in_a_function_or_behind_type_checking() -> None:
    hidden = [
        f"{path}:{node.lineno}"
        for _, path in modules()
        for tree in [ast.parse(path.read_text(encoding="utf-8"))]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom) and node not in tree.body and any(names(node))
    ]
    assert hidden == []


def test_only_the_command_line_prints_or_exits() -> None:
    found = []
    for room, path in modules():
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


def test_no_module_is_long_without_saying_why() -> None:
    long = [
        str(path)
        for _, path in modules()
        if len(lines := path.read_text(encoding="utf-8").splitlines()) > LONGEST and "one idea" not in lines[0]
    ]
    assert long == []


def test_no_public_class_has_the_name_of_another() -> None:
    found: Counter[str] = Counter()
    for _, path in modules():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found.update(node.name for node in tree.body if isinstance(node, ast.ClassDef) and node.name[0] != "_")
    assert sorted(name for name, count in found.items() if count > 1) == []


def test_the_page_about_the_house_is_up_to_date() -> None:
    text = architecture.PAGE.read_text(encoding="utf-8")
    assert architecture.page(text) == text
