"""From the paths a user names to the files to read, and from a file to its text."""

from __future__ import annotations

import enum
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath
from typing import Literal, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from kblint.errors import UsageError
from kblint.source.git_patterns import EXCLUDE, with_patterns
from kblint.source.ignore import Ignores
from kblint.source.reader import (
    OUTSIDE,
    CheckedTree,
    ReadFailure,
    failure,
    is_system,
    real_path,
    repository,
)
from kblint.source.reader import read_source as read
from kblint.source.text import Source

SUFFIXES = frozenset(
    {
        *(".yaml", ".yml", ".json", ".jsonl", ".tf", ".tfvars", ".hcl", ".sh", ".bash", ".rules", ".conf", ".txt"),
        *(".cfg", ".service", ".tftpl"),
    }
)
TEMPLATES = frozenset({".tftpl", ".tpl", ".tmpl", ".j2"})
"""What templates of Terraform, Go and Ansible end in, after the suffix of what they become."""
NAMES = ("ufw", "Kustomization")
"""How files begin that need no suffix."""
VENDORED = frozenset({"node_modules", "vendor", "__pycache__", "venv"})
"""Folders that hold other people's files; hidden ones (`.git`, `.terraform`) are left out as such."""

MAX_FILES = 200_000
"""In one run; what is larger is no deployment, and would fill the memory."""


class PassedBy(enum.Enum):
    """Why a walk passes a file or folder by; the value is what people are told."""

    HIDDEN = "hidden"
    VENDORED = "other people's files, by the name of the folder"
    EXCLUDED = "left out by `exclude`"
    IGNORED = "ignored by git"
    NAME = "not of a kind that is read, by its name"
    TWICE = "the same folder as another one, which is read"


class Passed(NamedTuple):
    """What was passed by: its full path, why, and whether it is a folder with all that is in it."""

    path: str
    why: PassedBy
    is_folder: bool


class Discovery(Struct, frozen=True):
    """The files to read, sorted; folders and ignore files that could not be read; and links that lead out, unread.

    `passed` is everything else that was met, in no order.
    """

    files: tuple[Path, ...]
    unread: tuple[ReadFailure, ...]
    outside: tuple[ReadFailure, ...]
    passed: tuple[Passed, ...] = ()


def suffix_of(path: str) -> str:
    """What a file's name ends in, in lower case: for a template, that of what is made of it, if its name says it."""
    stem, suffix = os.path.splitext(path)  # noqa: PTH122 - a shown path, not one to open
    suffix = suffix.lower()
    inner = os.path.splitext(stem)[1].lower() if suffix in TEMPLATES else ""  # noqa: PTH122 - as above
    return inner if inner in SUFFIXES else suffix


def tree_of(paths: Sequence[str], root: Path) -> CheckedTree:
    """What may be read when `paths` are named, which are relative to `root`."""
    return CheckedTree.of(os.path.normpath(root / path) for path in paths)


def discover(
    paths: Sequence[str],
    *,
    exclude: Sequence[str] = (),
    base: Path | None = None,
    root: Path,
    tree: CheckedTree | None = None,
    gitignore: bool = True,
) -> Discovery:
    """List the files below `paths`, which are relative to `root`, the working directory.

    A folder is read recursively, without hidden, vendored and git-ignored files and without what `exclude` (patterns
    as in `.gitignore`, which start at `base`, or at `root` where that is None) names, and holds only files with one of
    `SUFFIXES`, or one of `NAMES`. A file that is named itself is always read. `tree` is what may be looked into, None
    for what `paths` name. Without `gitignore`, no `.gitignore` leaves anything out, nor does `.git/info/exclude`.

    Raises:
        UsageError: a path does not exist, or there are too many files.
    """
    walk = _Walk(root, base or root, exclude, tree or tree_of(paths, root), gitignore=gitignore)
    files: dict[str, None] = {}
    for path in paths:
        full = os.path.normpath(root / path)
        kind = _kind(full)
        if kind == "folder":
            for file in walk.files(full):
                files[file] = None
                if len(files) > MAX_FILES:
                    raise UsageError(
                        f"there are more than {MAX_FILES:,} files to check in `{path}`",
                        help="name the folders that hold manifests, or leave others out with `exclude`",
                    )
        elif kind == "file":
            files[full] = None
        else:
            raise UsageError(
                f"`{path}` does not exist", help="name a file or folder that exists, or `-` for standard input"
            )
    return Discovery(tuple(sorted(map(Path, files))), _once(walk.unread), _once(walk.outside), tuple(walk.passed))


def _once(failures: Sequence[ReadFailure]) -> tuple[ReadFailure, ...]:
    return tuple(sorted(dict.fromkeys(failures), key=lambda one: one.path))


def _kind(path: str) -> Literal["folder", "file", "nothing"]:
    """What stands at `path`; something that may not be looked at is a file, whose reading then says why."""
    try:
        return "folder" if stat.S_ISDIR(Path(path).stat().st_mode) else "file"
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return "nothing"
    except OSError:
        return "file"


class _Walk:
    """One walk over all named folders: no folder is entered twice, under whatever name."""

    def __init__(self, root: Path, base: Path, exclude: Sequence[str], tree: CheckedTree, *, gitignore: bool) -> None:
        self.unread: list[ReadFailure] = []
        self.outside: list[ReadFailure] = []
        self.passed: list[Passed] = []
        self._root = root
        self._tree = tree
        self._gitignore = gitignore
        self._visited: dict[tuple[int, int], str] = {}
        self._base = base
        self._exclude = Ignores().with_lines(exclude)

    def files(self, folder: str) -> Iterator[str]:
        """The candidates below `folder`, in no order."""
        pending = list(self._start(folder))
        while pending:
            folder, excluded, ignores = pending.pop()
            if is_system(real_path(folder)):
                self.unread.append(ReadFailure(self._shown(folder), "holds no files, but what the system is doing"))
                continue
            try:
                status = os.stat(folder)  # noqa: PTH116 - a text: taking a long one apart costs more than asking
                first = self._visited.setdefault((status.st_dev, status.st_ino), folder)
                if first is not folder:
                    if first != folder:
                        self.passed.append(Passed(folder, PassedBy.TWICE, is_folder=True))
                    continue
                with os.scandir(folder) as scan:
                    entries = list(scan)
            except OSError as error:
                self.unread.append(failure(error, self._shown(folder)))
                continue
            if any(entry.name == ".gitignore" for entry in entries):
                ignores = self._with_gitignore(ignores, folder)
            for entry in sorted(entries, key=lambda entry: (entry.is_symlink(), entry.name), reverse=True):
                is_dir = _is_dir(entry)
                why = _passed_by(entry.name, excluded, ignores, is_dir=is_dir)
                if why:
                    self.passed.append(Passed(entry.path, why, is_dir))
                elif entry.is_symlink() and self._leads_out(entry.path):
                    self.outside.append(ReadFailure(self._shown(entry.path), OUTSIDE, is_outside=True))
                elif is_dir:
                    pending.append((entry.path, excluded.inside(entry.name), ignores.inside(entry.name)))
                else:
                    yield entry.path

    def _leads_out(self, link: str) -> bool:
        real = real_path(link)
        return bool(real) and not self._tree.holds(real)

    def _shown(self, path: str) -> str:
        return shown_path(path, self._root)

    def _start(self, folder: str) -> Iterator[tuple[str, Ignores, Ignores]]:
        """A named folder with what `exclude`, and what git keeps and the `.gitignore` files above it, say in it.

        Nothing where it is left out itself.
        """
        excluded, ignores = self._exclude, Ignores()
        for name in PurePath(os.path.relpath(folder, self._base)).parts:
            if name != ".." and excluded.leaves_out(name, is_dir=True):
                self.passed.append(Passed(folder, PassedBy.EXCLUDED, is_folder=True))
                return
            excluded = excluded.inside(name)
        top = repository(folder)
        above = top
        ignores = self._with_patterns(ignores, top, *EXCLUDE)
        for name in PurePath(os.path.relpath(folder, top)).parts:
            ignores = self._with_gitignore(ignores, above)
            if ignores.leaves_out(name, is_dir=True):
                self.passed.append(Passed(folder, PassedBy.IGNORED, is_folder=True))
                return
            ignores, above = ignores.inside(name), os.path.join(above, name)  # noqa: PTH118 - a text
        yield folder, excluded, ignores

    def _with_gitignore(self, ignores: Ignores, folder: str) -> Ignores:
        """`ignores` with what `.gitignore` in `folder` says, where there is one."""
        return self._with_patterns(ignores, folder, ".gitignore")

    def _with_patterns(self, ignores: Ignores, folder: str, *names: str) -> Ignores:
        """`ignores` with what a file of patterns in `folder` says, if there is one; git follows no link there too."""
        found = with_patterns(ignores, folder, *names) if self._gitignore else ignores
        if isinstance(found, ReadFailure):
            told = self.outside if found.is_outside else self.unread
            told.append(replace(found, path=self._shown(found.path)))
            return ignores
        return found


def _passed_by(name: str, excluded: Ignores, ignores: Ignores, *, is_dir: bool) -> PassedBy | None:
    """Why an entry is passed by. What `exclude` says counts; where it says nothing, what git ignores."""
    if name.startswith("."):
        return PassedBy.HIDDEN
    if is_dir and name in VENDORED:
        return PassedBy.VENDORED
    said = excluded.leaves_out(name, is_dir=is_dir)
    if said:
        return PassedBy.EXCLUDED
    if said is None and ignores.leaves_out(name, is_dir=is_dir):
        return PassedBy.IGNORED
    if is_dir:
        return None
    suffix = suffix_of(name)
    is_wanted = suffix in SUFFIXES or (not suffix and name.startswith(NAMES))
    return None if is_wanted else PassedBy.NAME


def _is_dir(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def read_source(path: Path, root: Path, tree: CheckedTree | None = None) -> Source | ReadFailure:
    """The text of the file at `path`, or why there is none; shown relative to `root`. Never raises.

    `tree` is what may be read, None where the user named this very file.
    """
    return read(str(path), shown_path(str(path), root), tree)


def shown_path(path: str, root: Path) -> str:
    """How `path` is shown: relative to `root` with `/`, absolute where that would climb more than two folders."""
    start = f"{root}{os.sep}"
    if path.startswith(start) and os.path.normpath(path) == path:  # what a walk finds is so
        return path.removeprefix(start).replace(os.sep, "/")
    absolute = os.path.normpath(root / path)
    try:
        relative = os.path.relpath(absolute, root).replace(os.sep, "/")
    except ValueError:  # another drive
        return absolute.replace(os.sep, "/")
    return absolute.replace(os.sep, "/") if relative.startswith("../../../") else relative
