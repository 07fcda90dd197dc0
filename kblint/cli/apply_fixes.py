"""`kblint check --fix` and `--diff`: what came of the trial of fixes, to the files they name and to no other."""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import Struct

from kblint.api.fixes import Mended
from kblint.api.project import STDIN
from kblint.cli.files import replace_file, resolved
from kblint.cli.streams import say
from kblint.errors import UsageError
from kblint.fix import Applicability
from kblint.report.patch import NoPatch, patch
from kblint.report.places import position
from kblint.report.wording import plural
from kblint.secrets.conceal import concealed

_ENCODINGS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"", "utf-8"),
)
"""Byte order marks, and how a text is encoded that begins with each."""


class Done(Struct, frozen=True):
    """What came of changed texts: the files that have them, why the others are left as they are, what else to say."""

    files: tuple[str, ...]
    left: Mapping[str, str]
    said: tuple[str, ...] = ()


class Difference(Struct, frozen=True):
    """Patches of all files that have one, why the others have none, and what else to say."""

    patch: str
    left: Mapping[str, str]
    said: tuple[str, ...] = ()


class _Change(Struct, frozen=True):
    """The bytes of a file before and after; `file` is the one that links lead to."""

    file: Path
    mark: bytes
    codec: str
    before: str
    after: str

    @property
    def old(self) -> bytes:
        return self.mark + self.before.encode(self.codec)

    @property
    def new(self) -> bytes:
        return self.mark + self.after.encode(self.codec)


def tell(mended: Mended, done: Done) -> None:
    """Say on standard error what was applied, and what was not because it does not help."""
    if done.files:
        number = plural(mended.fixes, "fix", "fixes") if not done.left else "fixes"
        say(f"applied {number} to {', '.join(done.files)}")
    for line in done.said:
        say(line)
    tell_refused(mended)


def tell_base(found: Difference) -> None:
    """Say on standard error where the patch has to be applied, if that is not here."""
    for line in found.said:
        say(line)


def tell_refused(mended: Mended) -> None:
    """Say on standard error which fixes were tried and not applied, and why."""
    for refusal in concealed(mended.refused):
        fix = refusal.finding.fix
        place = position(refusal.finding.location.place, f"{refusal.finding.rule.id}: {fix.title if fix else ''}")
        say(f"not applied: {place}: {refusal.reason}")


def tell_unsafe(mended: Mended, *, is_asked: bool) -> None:
    """Say on standard error how many fixes wait for a word of the user, unless it was given."""
    fixes = [one.fix for one in mended.result.findings if one.fix]
    waiting = sum(fix.applicability is Applicability.UNSAFE for fix in fixes)
    if waiting and not is_asked:
        say(f"{plural(waiting, 'more fix', 'more fixes')} with `--unsafe-fixes`")


def require_all(left: Mapping[str, str], what: str) -> None:
    """Nobody is to take a part for the whole; `what` says what became of the files that were left.

    Raises:
        UsageError: a file was left.
    """
    if left:
        raise UsageError("; ".join(left.values()), help=f"{what}: {', '.join(left)}")


def write_texts(texts: Mapping[str, tuple[str, str]], named: Iterable[str], root: Path) -> Done:
    """Write changed texts back, each file whole, with the encoding, byte order mark and line ends it had.

    `named` are the files and folders that were asked for; nothing outside of those is written.
    """
    tree = _tree(named, root)
    files: list[str] = []
    left: dict[str, str] = {}
    said: list[str] = []
    written: dict[Path, bytes] = {}
    for path, (before, after) in sorted(texts.items()):
        try:
            change = _change(path, before, after, tree, root)
            # several links may lead to one file
            if written.get(change.file) != change.new:
                said += replace_file(change.file, change.new, path, change.old)
                written[change.file] = change.new
            files.append(path)
        except UsageError as error:
            left[path] = error.message
        except OSError as error:
            left[path] = f"`{path}` cannot be written: {error.strerror}"
    return Done(tuple(files), left, tuple(said))


def difference(texts: Mapping[str, tuple[str, str]], named: Iterable[str], root: Path) -> Difference:
    """The same as patches: of the files that links lead to, as no tool patches a link.

    No tool follows `..` either: where files lie outside of `root`, all are named from the folder that holds them too.
    """
    tree = _tree(named, root)
    base = _base(texts, root)
    patches: dict[str, str] = {}
    left: dict[str, str] = {}
    for path, (before, after) in sorted(texts.items()):
        try:
            name, made = _patch(path, before, after, tree, root, base)
        except UsageError as error:
            left[path] = error.message
        except OSError as error:
            left[path] = f"`{path}` cannot be read: {error.strerror}"
        else:
            if isinstance(made, NoPatch):
                why = "holds a secret" if made.is_secret else "would steer a terminal or a CI server"
                left[path] = f"no patch shows `{path}:{made.line}`, which {why}"
            else:
                patches[name] = made
    said = (f"the patch names files from `{base}`: apply it there",) if base != _real(root) and patches else ()
    return Difference("".join(patches.values()), left, said)


def _base(paths: Iterable[str], root: Path) -> Path:
    """The innermost folder that holds `root` and the files, as they are called without links."""
    files = (_real(root / path).parent for path in paths if path != STDIN)
    return Path(os.path.commonpath([_real(root), *files]))


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _patch(
    path: str, before: str, after: str, tree: Iterable[Path], root: Path, base: Path
) -> tuple[str, str | NoPatch]:
    if path == STDIN:
        return path, patch(path, before, after)
    change = _change(path, before, after, tree, root)
    if change.file.read_bytes() != change.old:
        raise UsageError(f"`{path}` has changed since it was read")
    if change.codec != "utf-8":
        raise UsageError(f"`{path}` is UTF-16, and no patch can be that")
    mark = change.mark.decode()
    name = change.file.relative_to(base).as_posix()
    return name, patch(name, mark + before, mark + after)


def _change(path: str, before: str, after: str, tree: Iterable[Path], root: Path) -> _Change:
    file = resolved(root / path, tree, path)
    raw = file.read_bytes()
    mark, codec = next((mark, codec) for mark, codec in _ENCODINGS if raw.startswith(mark))
    return _Change(file, mark, codec, before, after)


def _tree(named: Iterable[str], root: Path) -> list[Path]:
    """The folders that may be written in: those that were named, and those of the files that were."""
    paths = [root / path for path in named]
    return [path if path.is_dir() else path.parent for path in paths]
