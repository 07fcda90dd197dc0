"""What is kept between runs is what it was made of, and nothing is worked out a second time."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from kblint import kept
from kblint.admission.release import load_release
from kblint.cel import runtime
from kblint.engine.catalog import load_catalog
from kblint.engine.rule import build_rule
from kblint.engine.template import TextTemplate
from kblint.engine.vocabulary import vocabulary
from kblint.engine.wanted import named
from kblint.itself import builtin_rules_folder


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def refuse(*_: object, **__: object) -> None:
    raise AssertionError("worked out again")


def test_the_limits_are_kept_as_they_are_written(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load_release.cache_clear()
    written = load_release(None, None)
    first = load_release(None, cache)
    assert (first.limits, first.gone) == (written.limits, written.gone)
    load_release.cache_clear()
    monkeypatch.setattr(yaml, "load", refuse)
    second = load_release(None, cache)
    assert (second.limits, second.gone) == (written.limits, written.gone)
    assert len(list(cache.glob("*.json"))) == 2
    load_release.cache_clear()


def test_a_table_that_is_none_is_read_again(cache: Path) -> None:
    load_release.cache_clear()
    limits = load_release(None, cache).limits
    (file,) = cache.glob("*.json")
    name, _, key = file.stem.rpartition("-")
    kept.save(cache, name, key, ["no table"])
    load_release.cache_clear()
    assert load_release(None, cache).limits == limits
    assert isinstance(kept.load(cache, name, key), dict)
    load_release.cache_clear()


def test_a_kept_catalogue_reads_no_rule_that_nobody_asks(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    terms = vocabulary().terms
    first = load_catalog([builtin_rules_folder()], terms, cache=cache)
    asked = frozenset(rule.id for rule in first.rules.values() if rule.subject)
    seen = first.seen(asked, vocabulary())
    with monkeypatch.context() as context:
        for thing, name in ((TextTemplate, "parse"), (runtime, "compile_all"), (runtime, "library")):
            context.setattr(thing, name, refuse)
        second = load_catalog([builtin_rules_folder()], terms, cache=cache)
        again = second.seen(asked, vocabulary())
    assert {name: kind.table.types() for name, kind in again.kinds.items()} == {
        name: kind.table.types() for name, kind in seen.kinds.items()
    }
    assert {id: rule.check for id, rule in second.rules.items()} == {id: rule.check for id, rule in first.rules.items()}


def test_what_a_rule_names_is_kept_as_it_says_it(cache: Path) -> None:
    load_catalog([builtin_rules_folder()], vocabulary().terms, cache=cache)
    catalog = load_catalog([builtin_rules_folder()], vocabulary().terms, cache=cache)
    for rule in catalog.rules.values():
        if rule.subject:
            assert catalog.named[rule.id] == named(build_rule(rule.content, rule.path, rule.given))
