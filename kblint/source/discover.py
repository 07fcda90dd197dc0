"""From the paths a user names to the files to read, and from a file to its text."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Literal

import pathspec

from kblint.errors import UsageError
from kblint.source.text import Source

SUFFIXES = frozenset(
    {".yaml", ".yml", ".json", ".jsonl", ".tf", ".tfvars", ".hcl", ".sh", ".bash", ".rules", ".conf", ".txt", ".cfg"}
)
VENDORED = frozenset({"node_modules", "vendor", "__pycache__", "venv"})
"""Folders that hold other people's files; hidden ones (`.git`, `.terraform`) are left out as such."""

MAX_BYTES = 64 * 1024 * 1024
_SNIFFED = 8192


@dataclass(frozen=True, slots=True)
class Discovery:
    """The files to read, sorted, and the folders that could not be, with the reason; what is ignored is not listed."""

    files: tuple[Path, ...]
    skipped: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ReadFailure:
    """A file or folder that could not be read: its shown path, and why.

    `is_binary` files hold no text to check; `is_denied` is what the system kept back, whatever it holds.
    """

    path: str
    reason: str
    is_binary: bool = False
    is_denied: bool = False


@dataclass(frozen=True, slots=True)
class _Ignore:
    """The patterns that hold below `folder`."""

    folder: str
    spec: pathspec.GitIgnoreSpec

    def decides(self, path: str, *, is_dir: bool) -> bool | None:
        """True to ignore `path`, False to keep it, None to leave it to an outer file."""
        relative = os.path.relpath(path, self.folder).replace(os.sep, "/")
        return self.spec.check_file(f"{relative}/" if is_dir else relative).include


def discover(paths: Sequence[str], *, exclude: Sequence[str] = (), root: Path, gitignore: bool = True) -> Discovery:
    """List the files below `paths`, which are relative to `root`, the working directory.

    A folder is read recursively, without hidden, vendored and git-ignored files and without what `exclude` (patterns
    as in `.gitignore`, relative to `root`) names, and holds only files with one of `SUFFIXES`, or of UFW by name. A
    file that is named itself is always read. Without `gitignore`, no `.gitignore` leaves anything out.

    Raises:
        UsageError: a path does not exist.
    """
    walk = _Walk(root, exclude, gitignore=gitignore)
    files: dict[str, None] = {}
    for path in paths:
        full = os.path.normpath(root / path)
        kind = _kind(full)
        if kind == "folder":
            files.update(dict.fromkeys(walk.files(full)))
        elif kind == "file":
            files[full] = None
        else:
            raise UsageError(
                f"`{path}` does not exist", help="name a file or folder that exists, or `-` for standard input"
            )
    return Discovery(tuple(sorted(Path(file) for file in files)), tuple(sorted(walk.skipped)))


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

    def __init__(self, root: Path, exclude: Sequence[str], *, gitignore: bool) -> None:
        self.skipped: list[tuple[str, str]] = []
        self._root = root
        self._gitignore = gitignore
        self._visited: set[str] = set()
        self._exclude = _Ignore(str(root), pathspec.GitIgnoreSpec.from_lines(exclude))

    def files(self, folder: str) -> Iterator[str]:
        """The candidates below `folder`, in no order."""
        outer = self._outer_ignores(folder) if self._gitignore else ()
        pending = [(folder, (*outer, self._exclude))]
        while pending:
            folder, ignores = pending.pop()
            real = os.path.realpath(folder)
            if real in self._visited:
                continue
            self._visited.add(real)
            try:
                with os.scandir(folder) as scan:
                    entries = list(scan)
            except OSError as error:
                self.skipped.append((shown_path(folder, self._root), _reason(error)))
                continue
            if self._gitignore and any(entry.name == ".gitignore" for entry in entries):
                ignores = (*ignores[:-1], *_gitignore(folder), self._exclude)
            for entry in sorted(entries, key=lambda entry: (entry.is_symlink(), entry.name), reverse=True):
                if entry.name.startswith("."):
                    continue
                is_dir = _is_dir(entry)
                if is_dir and entry.name in VENDORED:
                    continue
                # as git: the innermost file that says something decides
                decisions = (ignore.decides(entry.path, is_dir=is_dir) for ignore in reversed(ignores))
                if next((decision for decision in decisions if decision is not None), False):
                    continue
                suffix = PurePath(entry.name).suffix.lower()
                if is_dir:
                    pending.append((entry.path, ignores))
                elif suffix in SUFFIXES or (not suffix and entry.name.startswith("ufw")):
                    yield entry.path

    @staticmethod
    def _outer_ignores(folder: str) -> tuple[_Ignore, ...]:
        """The `.gitignore` files above `folder`, up to the top of its repository, outermost first."""
        found: list[_Ignore] = []
        current = Path(folder)
        while _kind(str(current / ".git")) == "nothing":
            if current == current.parent:
                return ()
            current = current.parent
            found[:0] = _gitignore(str(current))
        return tuple(found)


def _gitignore(folder: str) -> tuple[_Ignore, ...]:
    """What `.gitignore` in `folder` says; nothing where there is none to read."""
    try:
        lines = (Path(folder) / ".gitignore").read_text(encoding="utf-8", errors="replace").splitlines()
        return (_Ignore(folder, pathspec.GitIgnoreSpec.from_lines(lines)),)
    except (OSError, ValueError):
        return ()


def _is_dir(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def read_source(path: Path, root: Path) -> Source | ReadFailure:
    """The text of the file at `path`, or why there is none; shown relative to `root`. Never raises."""
    shown = shown_path(str(path), root)
    try:
        if not path.is_file():
            return ReadFailure(shown, "is not a regular file" if path.exists() else "does not exist any more")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        return ReadFailure(shown, _reason(error), is_denied=True)
    if len(data) > MAX_BYTES:
        return ReadFailure(shown, f"is larger than {MAX_BYTES // 1024 // 1024} MB")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded(shown, data, "utf-16", "UTF-16")
    if b"\0" in data[:_SNIFFED]:
        return ReadFailure(shown, "is a binary file", is_binary=True)
    return _decoded(shown, data, "utf-8", "UTF-8")


def _decoded(shown: str, data: bytes, codec: str, name: str) -> Source | ReadFailure:
    try:
        return source_from_text(shown, data.decode(codec))
    except UnicodeDecodeError as error:
        return ReadFailure(shown, f"is not {name} text (byte {error.start})")


def source_from_text(path: str, text: str) -> Source:
    """A source of text that is already here, such as standard input (`<stdin>`), without its byte order mark."""
    return Source(path, text.removeprefix("\ufeff"))


def shown_path(path: str, root: Path) -> str:
    """How `path` is shown: relative to `root` with `/`, absolute where that would climb more than two folders."""
    absolute = os.path.normpath(root / path)
    try:
        relative = os.path.relpath(absolute, root).replace(os.sep, "/")
    except ValueError:  # another drive
        return absolute.replace(os.sep, "/")
    return absolute.replace(os.sep, "/") if relative.startswith("../../../") else relative


def _reason(error: OSError | ValueError) -> str:
    """Why a file cannot be read, in the system's words."""
    if isinstance(error, FileNotFoundError):
        return "does not exist any more"
    words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"cannot be read: {words.lower()}"
