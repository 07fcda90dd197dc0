"""Runs that are repeated: what an earlier one said of the same texts, under the same circumstances, is said again.

Everything that a run looks at is looked at anew, down to each file that is not there; only what follows from it is not
worked out a second time. Whatever has changed, or cannot be looked at, is a case for the run itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from msgspec import Struct, ValidationError, convert

from kblint.config_search import ConfigSearch, nearest_config
from kblint.errors import KblintError
from kblint.itself import own_digest
from kblint.kept import digest_of, load, usable_cache
from kblint.loading import Texts, WantedPaths, load_texts
from kblint.named_files import Beside, look_beside
from kblint.own_folder import OwnFolder
from kblint.source.discover import tree_of
from kblint.source.reader import read_source, real_path, repository
from kblint.source.text import Source

PLAN, ANSWER = "plan", "answer"
"""What the entries of the cache are called: what a run looks at, and what comes of it."""
_OWN = (".yaml", ".yml", ".json")
_T = TypeVar("_T")


class RunOutput(Struct, frozen=True):
    """What a run said: its exit code, lines on standard error, and reports with their files.

    A file is None for standard output.
    """

    code: int
    said: tuple[str, ...] = ()
    reports: tuple[tuple[str | None, str], ...] = ()


class Plan(Struct, frozen=True):
    """What a run looks at before it looks at texts: which configuration counts, and folders of its own files.

    `state` is what it found there.
    """

    wanted: WantedPaths
    search: ConfigSearch
    folders: tuple[str, ...]
    state: str


class KeptAnswer(Struct, frozen=True):
    """An answer, and what it rests on besides the texts: files that those name, and their `state`."""

    answer: RunOutput
    named: tuple[str, ...]
    state: str


class Recalled(Struct, frozen=True):
    """An answer, and the paths of all files that it is about or rests on."""

    answer: RunOutput
    paths: tuple[str, ...]


def cache_of(environment: Mapping[str, str], root: Path) -> Path | None:
    """The folder that may hold what was said before, None where there is none for a run in `root`."""
    return usable_cache(environment, root)


def question(words: Sequence[str], around: Sequence[str], root: Path, cache: Path | None) -> str:
    """One name for a command line in the folder `root`; `around` is what else decides how its reports look."""
    return digest_of(repr((own_digest(cache), tuple(words), tuple(around), str(root))))


def recalled(asked: str, root: Path, cache: Path | None) -> Recalled | None:
    """What was said before to the same question, None where anything has changed since, or cannot be told."""
    plan = _as(Plan, load(cache, PLAN, asked))
    if plan is None:
        return None
    try:
        if plan.state != state_of(plan.search, _text(plan.search), plan.folders, root):
            return None
        texts = load_texts(plan.wanted, root)
        kept = _as(KeptAnswer, load(cache, ANSWER, name_of(asked, texts)))
        if kept is None:
            return None
        tree = tree_of(plan.wanted.paths, root)
        looked = (*([plan.search.file] if plan.search.file else []), *(str(file) for _, file in _own(plan.folders)))
        beside = look_beside(kept.named, root, tree, gitignore=plan.wanted.gitignore)
    except (KblintError, OSError):
        return None  # the run itself tells what is wrong
    if kept.state != state_beside(beside):
        return None
    return Recalled(kept.answer, (*looked, *(source.path for source in (*texts.sources, *beside.sources))))


def state_of(search: ConfigSearch, text: str | None, folders: Sequence[str], root: Path) -> str:
    """One name for the configuration that counts, of which this is the `text`, and for what is in folders of own files.

    Raises:
        KblintError: a folder or a file in it cannot be read.
    """
    found = nearest_config(search.paths, root) if search.paths is not None else None
    where = (real_path(search.file), repository(str(Path(search.file).parent))) if search.file else None
    own = [(str(file), digest_of(one.read(file).text)) for one, file in _own(folders)]
    return digest_of(repr((search, str(found), where, text, own)))


def _own(folders: Sequence[str]) -> Iterator[tuple[OwnFolder, Path]]:
    for one in (OwnFolder(Path(folder), _OWN, KblintError) for folder in folders):
        yield from ((one, file) for file in one.files())


def name_of(asked: str, texts: Texts) -> str:
    """One name for a question about texts."""
    passed = [(one.path, one.why.name) for one in texts.passed]
    return _digest(repr((asked, texts.unread, texts.skipped, sorted(texts.named), passed)), texts.sources)


def state_beside(beside: Beside) -> str:
    """One name for what became of files that others name."""
    return _digest(repr(sorted(beside.elsewhere)), beside.sources)


def _digest(others: str, sources: Iterable[Source]) -> str:
    found = hashlib.sha256(others.encode("utf-8", "surrogatepass"))
    for source in sources:
        for text in (source.path, source.text):
            data = text.encode("utf-8", "surrogatepass")
            found.update(b"%d " % len(data))
            found.update(data)
    return found.hexdigest()


def _text(search: ConfigSearch) -> str | None:
    read = read_source(search.file, search.file) if search.file else None
    return read.text if isinstance(read, Source) else None


def _as(kind: type[_T], value: object) -> _T | None:
    try:
        return None if value is None else convert(value, kind)
    except ValidationError:
        return None  # it is only a copy
