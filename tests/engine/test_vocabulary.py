"""What rules may speak of, and what of it the built-in ones do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from kblint.engine.catalog import Catalog, load_catalog
from kblint.engine.facts import Fact, Table
from kblint.engine.vocabulary import Vocabulary, vocabulary
from kblint.engine.wanted import wanted
from kblint.itself import builtin_rules_folder


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog([builtin_rules_folder()], vocabulary().terms, cache=None)


def tables(table: Table[Any]) -> Iterator[Table[Any]]:
    """A table and all within it."""
    yield table
    for fact in table.facts:
        if fact.of:
            yield from tables(fact.of)


def every_table(known: Vocabulary) -> Iterator[Table[Any]]:
    for table in (*known.shared.values(), *(kind.table for kind in known.kinds.values())):
        yield from tables(table)


def facts(known: Vocabulary) -> set[tuple[str, str]]:
    return {(table.name, fact.name) for table in every_table(known) for fact in table.facts}


def test_every_fact_is_named_by_a_rule(catalog: Catalog) -> None:
    known = vocabulary()
    named = known.only(wanted(catalog.rules.values()))
    assert sorted(facts(known) - facts(named)) == []


def test_every_subject_has_a_rule(catalog: Catalog) -> None:
    assert set(vocabulary().kinds) == set(wanted(catalog.rules.values()))


def test_tables_of_one_name_hold_the_same_facts() -> None:
    def described(fact: Fact[Any]) -> tuple[object, ...]:
        return (fact.name, fact.type, fact.doc, fact.of.name if fact.of else None)

    found: dict[str, set[tuple[object, ...]]] = {}
    for table in every_table(vocabulary()):
        found.setdefault(table.name, set()).add((table.doc, *map(described, table.facts)))
    assert [name for name, different in found.items() if len(different) > 1] == []


def test_no_fact_stands_twice_in_a_table() -> None:
    for table in every_table(vocabulary()):
        names = [fact.name for fact in table.facts]
        assert len(names) == len(set(names)), table.name


def test_what_is_judged_is_less_than_what_is_told(catalog: Catalog) -> None:
    for name, of in wanted(catalog.rules.values()).items():
        assert of.judged <= of.told, name


def test_of_subjects_that_no_selected_rule_is_about_nothing_is_asked(catalog: Catalog) -> None:
    asked = vocabulary().only(wanted([catalog.rules["SVC001"]]))
    assert list(asked.kinds) == ["ServicePort"]
    assert [fact.name for fact in asked.shared["profile"].facts if fact.name != "name"] == []
