"""Tables of facts: what is computed, what a row holds, where it stands."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from kblint.engine.facts import MANY, Table, boolean, integer, many, maybe_integer, maybe_one, one, text
from kblint.engine.row import Row
from kblint.source.text import Place, Source
from kblint.source.values import Origin, Unknown
from kblint.source.yaml_stream import parse_yaml

TEXT = "port: 80\nname: web\n"


def origin() -> Origin:
    (document,) = parse_yaml(Source("a.yaml", TEXT)).documents
    return document.origin


@dataclass
class Port:
    """A thing to state facts about."""

    number: int | Unknown | None = 80
    name: str = "web"
    is_open: bool | None = True
    next: list[Port] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def seen(self, fact: str) -> str:
        """A value; `asked` keeps that somebody wanted it."""
        self.asked.append(fact)
        return fact


def nowhere(_: Port) -> Place:
    return origin().place()


INNER = Table[Port](
    "Inner",
    "a port within",
    nowhere,
    (text("name", "its name", lambda p: p.name), text("other", "another fact", lambda p: p.seen("inner"))),
)
PORT = Table[Port](
    "Port",
    "a port",
    "port",
    (
        integer("number", "its number", lambda p: p.number),
        maybe_integer("maybe", "its number", lambda p: p.number),
        text("name", "its name", lambda p: p.name, "name"),
        text("shout", "its name, loud", lambda p: p.seen("shout"), lambda _: None),
        boolean("isOpen", "whether it is open", lambda p: p.is_open),
        one("self", "itself", lambda p: p, INNER),
        maybe_one("first", "the first behind it", lambda p: next(iter(p.next), None), INNER),
        many("all", "all behind it", lambda p: p.next, INNER),
    ),
    lambda _: origin(),
)


def row(port: Port, *names: str) -> Row:
    return PORT.only(frozenset(names)).row(port)


def test_a_fact_that_nobody_names_is_not_computed_in_nested_rows_either() -> None:
    port = Port(next=[Port(name="next")])
    assert row(port, "number", "all", "name").plain() == {"number": 80, "name": "web", "all": [{"name": "next"}]}
    assert port.asked == []
    assert port.next[0].asked == []
    row(port, "shout", "other", "self")
    assert port.asked == ["shout", "inner"]


def test_none_is_unknown_where_the_type_has_no_null() -> None:
    port = Port(number=None, is_open=None)
    assert row(port, "number", "maybe", "isOpen", "first").plain() == {"maybe": None, "first": None}


def test_what_nobody_knows_is_left_out() -> None:
    assert row(Port(number=Unknown("${PORT}")), "number", "maybe").plain() == {}


def test_lists_of_rows_are_cut() -> None:
    held = row(Port(next=[Port()] * (MANY + 1)), "all", "name").plain()["all"]
    assert held == [{"name": "web"}] * MANY


@pytest.mark.parametrize(("fact", "expected"), [("", "80"), ("name", "web"), ("number", "80"), ("shout", "80")])
def test_a_fact_without_a_place_stands_where_its_row_does(fact: str, expected: str) -> None:
    assert row(Port(), "name", "number", "shout").place(fact).text == expected


def test_the_same_facts_may_stand_elsewhere() -> None:
    assert PORT.standing("name").row(Port()).place().text == "web"


def test_a_table_tells_the_types_of_its_rows_and_of_those_within() -> None:
    types = PORT.types()
    assert {name: sorted(of.fields) for name, of in types.items()} == {
        "Port": ["all", "first", "isOpen", "maybe", "name", "number", "self", "shout"],
        "Inner": ["name", "other"],
    }
    assert types["Port"].fields["all"].row == "Inner"
