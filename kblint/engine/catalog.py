"""The catalogue: all rules, found, checked and compiled once, and kept for the next run."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import kblint
from kblint.engine.catalog_cache import CachedEntry, load_entry, save_entry
from kblint.engine.catalog_check import check_files
from kblint.engine.row import RowType
from kblint.engine.rule import Rule, Status, build_rule
from kblint.engine.rule_file import read_rule_file, schema_text, validator
from kblint.engine.runtime import Runtime, compile_all
from kblint.engine.subject import SubjectKind
from kblint.errors import RuleError
from kblint.source.text import Source

_SUFFIXES = (".yaml", ".yml")
_FORMAT = 1
"""Raised when what a cache entry holds, or what checking refuses, changes within a version of kblint."""


@dataclass(frozen=True, eq=False)
class Catalog:
    """All rules, by id; `runtime` runs their expressions."""

    rules: Mapping[str, Rule]
    runtime: Runtime

    @cached_property
    def ids(self) -> Mapping[str, str]:
        """The id of each rule by its id and by its name: what a user may write."""
        by_name = {rule.name: rule.id for rule in self.rules.values()}
        return by_name | {id: id for id in self.rules}

    @cached_property
    def by_subject(self) -> Mapping[str, tuple[Rule, ...]]:
        """The rules that are evaluated, by the kind of their subject."""
        found: dict[str, list[Rule]] = {}
        for rule in self.rules.values():
            if rule.check is not None and rule.status is not Status.REMOVED:
                found.setdefault(rule.check.subject, []).append(rule)
        return {subject: tuple(rules) for subject, rules in found.items()}


def load_catalog(
    folders: Sequence[Path],
    kinds: Mapping[str, SubjectKind[Any]],
    row_types: Mapping[str, RowType],
    shared: Mapping[str, str],
    *,
    cache: Path | None,
) -> Catalog:
    """Every rule in `folders`, at any depth but in hidden folders, checked and compiled.

    `shared` are the variables that every rule may use besides its subject, and their row types. `cache` is the folder
    that keeps catalogues between runs (see `cache_folder`), None for none; one that cannot be written is no error.

    Raises:
        RuleError: a folder or file cannot be read, or a rule is broken; with its place.
    """
    sources = [source for folder in folders for source in _sources(folder)]
    key = _key(sources, kinds, row_types, shared)
    entry = load_entry(cache, key)
    if entry is None:
        entry = _checked(sources, kinds, row_types, shared)
        save_entry(cache, key, entry)
    rules = (build_rule(content, path) for path, content in entry.rules)
    by_id = {rule.id: rule for rule in sorted(rules, key=lambda rule: rule.id)}
    return Catalog(by_id, Runtime(entry.names, entry.code))


def builtin_rules_folder() -> Path:
    """Where kblint's own rules are: inside the installed package, else beside it in a checkout."""
    package = Path(kblint.__file__).parent
    installed = package / "rules"
    return installed if installed.is_dir() else package.parent / "rules"


def _checked(
    sources: Sequence[Source],
    kinds: Mapping[str, SubjectKind[Any]],
    row_types: Mapping[str, RowType],
    shared: Mapping[str, str],
) -> CachedEntry:
    schema = validator(json.loads(schema_text()))
    files = [read_rule_file(source, schema) for source in sources]
    expressions, names = check_files(files, kinds, row_types, shared)
    rules = tuple((file.source.path, file.content) for file in files)
    return CachedEntry(rules, names, compile_all(expressions, names))


def _sources(folder: Path) -> Iterator[Source]:
    """The rule files below `folder`, sorted; links to folders are not followed."""
    if not folder.is_dir():
        raise RuleError("no such folder of rules", path=str(folder))
    for root, folders, names in os.walk(folder, onerror=_refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if name.endswith(_SUFFIXES):
                yield _source(Path(root, name))


def _refuse(error: OSError) -> None:
    raise RuleError(f"cannot be read: {error.strerror}", path=str(error.filename)) from error


def _source(file: Path) -> Source:
    try:
        return Source(file.as_posix(), file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        _refuse(error)
        raise
    except UnicodeDecodeError as error:
        raise RuleError("is not UTF-8 text", path=file.as_posix()) from error


def _key(
    sources: Sequence[Source],
    kinds: Mapping[str, SubjectKind[Any]],
    row_types: Mapping[str, RowType],
    shared: Mapping[str, str],
) -> str:
    """What a catalogue depends on, as one name."""
    described = (
        (_FORMAT, kblint.__version__, _cel_build(), schema_text()),
        [(source.path, source.text) for source in sources],
        sorted((kind.name, kind.variable, kind.row_type) for kind in kinds.values()),
        sorted(
            (row_type.name, sorted((name, field.type.value, field.row) for name, field in row_type.fields.items()))
            for row_type in row_types.values()
        ),
        sorted(shared.items()),
    )
    return hashlib.sha256(repr(described).encode("utf-8", "surrogatepass")).hexdigest()


def _cel_build() -> tuple[str, int, int]:
    """Which CEL is installed: asking for its version would cost 47 ms, its file tells as much."""
    spec = importlib.util.find_spec("cel_expr_python.cel")
    if spec is None or spec.origin is None:
        return ("", 0, 0)
    status = Path(spec.origin).stat()
    return (spec.origin, status.st_size, status.st_mtime_ns)
