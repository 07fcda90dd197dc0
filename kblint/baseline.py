"""Baselines: findings that were there before anybody asked, so that a run can tell what is new.

An entry is told by the fingerprint of its findings and by their file. The path of a file is the one in its repository,
so that neither the working directory nor another clone matters; it fits a file of which the full path ends with it.
"""

from __future__ import annotations

import json
import os
import posixpath
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from kblint.errors import ConfigError
from kblint.finding import Baselined, Finding, KnownFindings, Result, Severity
from kblint.own_file import read_validated, validator
from kblint.source.reader import repository
from kblint.source.text import Source

_Key = tuple[str, str]
"""Fingerprint and path."""


class Looked(Struct, frozen=True):
    """What a run looked at: files by the `paths` they are shown by, from the working directory `root`.

    `rules` are the ids of the rules that ran.
    """

    root: Path
    paths: frozenset[str]
    rules: frozenset[str]


class Baseline(Struct, frozen=True, dict=True):
    """A baseline that was read from the file that is shown as `path`; no two entries have the same key."""

    path: str
    entries: tuple[KnownFindings, ...]

    @cached_property
    def by_key(self) -> Mapping[_Key, KnownFindings]:
        """The entries, by what is looked up."""
        return {(one.fingerprint, one.path): one for one in self.entries}


def read_baseline(source: Source) -> Baseline:
    """The baseline that a text holds.

    Raises:
        ConfigError: it holds none, or an entry twice.
    """
    text = resources.files("kblint").joinpath("baseline.schema.json").read_text(encoding="utf-8")
    file = read_validated(source, validator(json.loads(text)), ConfigError, "baseline")
    content: Mapping[str, Any] = file.content
    seen: set[_Key] = set()
    entries: list[KnownFindings] = []
    for number, entry in enumerate(content["findings"]):
        known = KnownFindings(**{**entry, "severity": Severity[entry["severity"].upper()]})
        if (known.fingerprint, known.path) in seen:
            # as a merge of two branches leaves it
            raise file.error("this entry stands here twice", "findings", number, help="write the baseline anew")
        seen.add((known.fingerprint, known.path))
        entries.append(known)
    return Baseline(source.path, tuple(entries))


def entries(findings: Iterable[Finding], root: Path) -> tuple[KnownFindings, ...]:
    """What a baseline holds of findings that a run from the folder `root` shows, sorted."""
    path_of = _Paths(root)
    counted: dict[_Key, KnownFindings] = {}
    for finding in findings:
        path = path_of.kept(finding.location.place.source.path)
        key = (finding.fingerprint, path)
        about = str(finding.object) if finding.object else ""
        first = counted.get(key)
        severity = max(finding.severity, first.severity) if first else finding.severity
        count = first.count + 1 if first else 1
        counted[key] = KnownFindings(finding.rule.id, severity, about, path, finding.message, count, key[0])
    return tuple(sorted(counted.values(), key=lambda one: (one.path, one.rule, one.object, one.message, *_rest(one))))


def against(result: Result, baseline: Baseline, looked: Looked) -> Result:
    """`result` without the findings that the baseline holds, which it tells apart; `result` shows no secrets."""
    left = {key: one.count for key, one in baseline.by_key.items()}
    path_of = _Paths(looked.root)
    new: list[Finding] = []
    known: list[Finding] = []
    for finding in result.findings:
        keys = ((finding.fingerprint, path) for path in path_of.endings(finding.location.place.source.path))
        held = next((key for key in keys if left.get(key) and finding.severity <= baseline.by_key[key].severity), None)
        if held is None:
            new.append(finding)
        else:
            left[held] -= 1
            known.append(finding)
    severities = Counter(finding.severity for finding in new)
    silenced = sum(finding.severity is Severity.ERROR for finding in known)
    summary = replace(
        result.summary,
        errors=severities[Severity.ERROR],
        warnings=severities[Severity.WARNING],
        infos=severities[Severity.INFO],
        silenced=replace(result.summary.silenced, baseline=silenced),
        baselined=len(known),
    )
    stale = tuple(_stale(baseline.entries, left, path_of, looked))
    return replace(result, summary=summary, findings=tuple(new), baseline=Baselined(baseline.path, tuple(known), stale))


def _stale(
    held: Sequence[KnownFindings], left: Mapping[_Key, int], path_of: _Paths, looked: Looked
) -> Iterator[KnownFindings]:
    """Entries of which not all was found, by a run that looked at every file of the baseline that is still there.

    A run over a part may only have missed what makes a finding.
    """
    read = {ending for path in looked.paths for ending in path_of.endings(path)}
    if any(one.path not in read and path_of.is_there(one.path) for one in held):
        return
    for one in held:
        more = left[one.fingerprint, one.path]
        if more and one.rule in looked.rules:
            yield replace(one, count=more)


class _Paths:
    """Shown paths of files, as a baseline calls them; what the file system says is asked once for a folder."""

    def __init__(self, root: Path) -> None:
        self._root = str(root)
        self._tops: dict[str, str] = {}

    def kept(self, path: str) -> str:
        """The path in its repository; where there is none, from the working directory, as far as it lies below."""
        if path.startswith("<"):
            return path  # standard input
        full = self._full(path)
        folder = posixpath.dirname(full)
        if folder not in self._tops:
            top = repository(folder)
            self._tops[folder] = top if os.path.lexists(os.path.join(top, ".git")) else self._root  # noqa: PTH118 - a text
        below = os.path.relpath(full, self._tops[folder]).replace(os.sep, "/")
        return below if not below.startswith("../") else below.replace("../", "")

    def endings(self, path: str) -> Iterator[str]:
        """All that a baseline may call the file, the longest first."""
        if path.startswith("<"):
            yield path
            return
        parts = self._full(path).strip("/").split("/")
        yield from ("/".join(parts[start:]) for start in range(len(parts)))

    def is_there(self, path: str) -> bool:
        """Whether the file of an entry is still where it was, as seen from here."""
        tops = {repository(self._root), self._root}
        return not path.startswith("<") and any(os.path.lexists(os.path.join(top, path)) for top in tops)  # noqa: PTH118 - a text

    def _full(self, path: str) -> str:
        return os.path.normpath(os.path.join(self._root, path)).replace(os.sep, "/")  # noqa: PTH118 - a text


def _rest(one: KnownFindings) -> tuple[int, str]:
    return (-one.severity, one.fingerprint)
