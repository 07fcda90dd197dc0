"""What the pages name is there: every linked file, and every function, class and fact that the walks go through."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kblint.engine.vocabulary import vocabulary
from tests.given.runs import catalog

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
LINK = re.compile(r"\]\((?!https?://)([^)#\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
NAME = re.compile(r"([A-Za-z]\w*(?:\.\w+)?)\(\)|([A-Z]\w*(?:\.\w+)?)")
WALKS = ("## From a line of a file to a finding", "## `read/`")


def links(page: Path, text: str) -> list[Path]:
    """The files that a text of a page links."""
    return [(page.parent / target).resolve() for target in LINK.findall(text)]


def steps() -> list[str]:
    """The numbered steps of the walks."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    walks = text[text.index(WALKS[0]) : text.index(WALKS[1])]
    return [step.strip() for step in re.split(r"^(?:\d+\.|#+) ", walks, flags=re.MULTILINE) if "](../" in step]


def defined(file: Path) -> Iterator[str]:
    """The functions, classes and constants of a module, and what is in its classes; subjects by the names of rules."""
    if file.suffix != ".py":
        return
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        yield from named(node)
        if isinstance(node, ast.ClassDef):
            yield from (f"{node.name}.{name}" for inner in node.body for name in named(inner))
    if file.parent.name == "subjects":
        yield from vocabulary().kinds


def named(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        yield from (target.id for target in targets if isinstance(target, ast.Name))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_linked_file_exists(page: Path) -> None:
    assert [file for file in links(page, page.read_text(encoding="utf-8")) if not file.exists()] == []


@pytest.mark.parametrize("step", steps(), ids=lambda step: step[:30])
def test_every_name_of_a_walk_stands_in_a_file_that_its_step_links(step: str) -> None:
    there = {name for file in links(ROOT / "docs" / "page.md", step) for name in defined(file)}
    asked = {call or name for code in CODE.findall(step) for call, name in NAME.findall(code) if NAME.fullmatch(code)}
    assert asked - there == set()


def test_the_walks_name_enough_to_be_wrong() -> None:
    assert len(steps()) > 20
    assert sum(len(NAME.findall(code)) for step in steps() for code in CODE.findall(step)) > 50


def test_the_rules_of_the_walks_are_those_of_the_files() -> None:
    ids = {Path(rule.path).name: rule.id for rule in catalog().rules.values()}
    for step in steps():
        linked = [ids[file.name] for file in links(ROOT / "docs" / "page.md", step) if file.suffix == ".yaml"]
        assert sorted(re.findall(r"\b[A-Z]+\d{3}\b", step)) == sorted(linked)


def test_the_facts_and_conditions_of_the_walks_are_asked_by_the_rules() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    asked = {code for code in CODE.findall(text) if re.match(r"opening\.|when: |location: |breaks: ", code)}
    rules = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "rules").rglob("*.yaml"))
    assert len(asked) > 3
    assert [code for code in asked if code.removesuffix("…}") not in rules] == []
