"""The catalogue: all rules, found, checked and compiled once, and kept for the next run."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from importlib import resources
from pathlib import Path

from msgspec import Struct, field

import kblint
from kblint.cel import library as cel
from kblint.cel.runtime import Runtime, compile_all
from kblint.engine.catalog_cache import CachedEntry, load_entry, save_entry
from kblint.engine.rule import Rule, Status, build_rule
from kblint.engine.rule_check import check_files
from kblint.engine.subject import Terms
from kblint.engine.vocabulary import Vocabulary
from kblint.engine.wanted import Wanted, named, wanted
from kblint.errors import RuleError
from kblint.kept import digest_of
from kblint.own_file import foreign, read_validated, validator
from kblint.own_folder import OwnFolder
from kblint.source.grouping import grouped
from kblint.source.text import Source

_SUFFIXES = (".yaml", ".yml")
GIVEN = "given"
"""The folder, inside one of rules, of the manifests that examples name."""
_FORMAT = 3
"""Raised when what a cache entry holds, or what checking refuses, changes within a version of kblint."""


class Catalog(Struct, frozen=True, eq=False, dict=True):
    """All rules, by id; `runtime` runs their expressions."""

    rules: Mapping[str, Rule]
    runtime: Runtime
    named: Mapping[str, Wanted] = field(default_factory=dict)
    """What each rule names, where it was worked out before."""
    _seen: dict[frozenset[str], Vocabulary] = field(default_factory=dict)

    def seen(self, asked: frozenset[str], every: Vocabulary) -> Vocabulary:
        """Of `every` subject, the facts that the rules `asked` for name: worked out once for all runs."""
        if asked not in self._seen:
            self._seen[asked] = every.only(wanted((self.rules[id] for id in sorted(asked)), self.named))
        return self._seen[asked]

    @cached_property
    def ids(self) -> Mapping[str, str]:
        """The id of each rule by its id and by its name: what a user may write."""
        by_name = {rule.name: rule.id for rule in self.rules.values()}
        return by_name | {id: id for id in self.rules}

    @cached_property
    def by_subject(self) -> Mapping[str, tuple[Rule, ...]]:
        """The rules that are evaluated, by the kind of their subject."""
        rules = (rule for rule in self.rules.values() if rule.status is not Status.REMOVED)
        return grouped((rule.subject, rule) for rule in rules if rule.subject is not None)


def load_catalog(
    folders: Sequence[Path],
    terms: Terms,
    *,
    cache: Path | None,
) -> Catalog:
    """Every rule in `folders`, at any depth but in hidden folders, checked and compiled.

    What stands in the `given` of a folder are no rules but manifests that examples name; a rule sees those of its own
    folder first, then those of the others.

    `terms` are what expressions may name. `cache` is the folder that keeps catalogues between runs (see
    `cache_folder`), None for none; one that cannot be written is no error.

    Raises:
        RuleError: a folder or file cannot be read, or a rule is broken; with its place.
    """
    found = [_RuleFolder.read(folder) for folder in folders]
    sources = [source for folder in found for source in folder.rules]
    given = _given(found)
    key = _key(found, terms)
    entry = load_entry(cache, key)
    if entry is None:
        schema = validator(json.loads(schema_text()))
        try:
            files = [read_validated(source, schema, RuleError, "rule") for source in sources]
            expressions, names = check_files(files, terms, given)
        except RuleError as error:
            if error.path and Path(error.path).is_symlink():
                raise foreign(error) from None
            raise
        content = tuple((file.source.path, file.content) for file in files)
        built = (build_rule(raw, path, given[path]) for path, raw in content)
        asked = {rule.id: named(rule) for rule in built if rule.subject is not None}
        entry = CachedEntry(content, names, compile_all(expressions, names), asked)
        save_entry(cache, key, entry)
    rules = (build_rule(content, path, given[path]) for path, content in entry.rules)
    by_id = {rule.id: rule for rule in sorted(rules, key=lambda rule: rule.id)}
    return Catalog(by_id, Runtime(entry.names, entry.code), entry.named)


def schema_text() -> str:
    """The JSON Schema of rule files."""
    return resources.files("kblint.engine").joinpath("rule.schema.json").read_text(encoding="utf-8")


class _RuleFolder(Struct, frozen=True):
    """The files of one folder: rules, and the manifests in its `given`."""

    rules: tuple[Source, ...]
    given: Mapping[str, str]

    @classmethod
    def read(cls, folder: Path) -> _RuleFolder:
        """Raises RuleError where there is no such folder, or a file cannot be read."""
        if not os.path.isdir(folder):  # noqa: PTH112 - also where the system says nothing of it
            raise RuleError("no such folder of rules", path=str(folder))
        manifests, own = folder / GIVEN, OwnFolder(folder, _SUFFIXES, RuleError)
        return cls(
            tuple(own.read(file) for file in own.files() if not file.is_relative_to(manifests)),
            {file.stem: own.read(file).text for file in own.files(GIVEN)} if manifests.is_dir() else {},
        )


def _given(folders: Sequence[_RuleFolder]) -> Mapping[str, Mapping[str, str]]:
    """The manifests that each rule's examples may name, by the rule's path."""
    everywhere = {name: text for folder in reversed(folders) for name, text in folder.given.items()}
    return {rule.path: {**everywhere, **folder.given} for folder in folders for rule in folder.rules}


def _key(folders: Sequence[_RuleFolder], terms: Terms) -> str:
    """What a catalogue depends on, as one name."""
    described = (
        (_FORMAT, kblint.__version__, cel.build(), digest_of(schema_text())),
        [
            (
                [(rule.path, digest_of(rule.text)) for rule in folder.rules],
                [(name, digest_of(text)) for name, text in sorted(folder.given.items())],
            )
            for folder in folders
        ],
        sorted((kind.name, kind.variable, kind.name) for kind in terms.kinds.values()),
        sorted(
            (row_type.name, sorted((name, field.type.value, field.row) for name, field in row_type.fields.items()))
            for row_type in terms.row_types.values()
        ),
        sorted(terms.shared.items()),
    )
    return digest_of(repr(described))
