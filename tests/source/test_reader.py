"""One reader opens the files of users: nothing outside the tree, nothing that is no file, nothing endless."""

from __future__ import annotations

import ast
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kblint.source import reader
from kblint.source.reader import OUTSIDE, CheckedTree, ReadFailure, read_bytes, read_source
from kblint.source.text import Source
from tests.floors import PACKAGE

NO_FILE = "is not a regular file"
OPENERS = {"source/reader.py", "kept.py", "itself.py"}
"""What opens files of users; and the cache and kblint's own files, which hold nothing of theirs."""
WRITERS = {"cli/apply_fixes.py", "cli/files.py", "cli/main.py", "cli/streams.py"}
"""What writes, and opens what it writes."""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder to check, beside one that nobody asked for."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret.yaml").write_text("secret: 1\n", encoding="utf-8")
    (tmp_path / "tree/folder").mkdir(parents=True)
    (tmp_path / "tree/folder/a.yaml").write_text("a: 1\n", encoding="utf-8")
    return tmp_path / "tree"


def text(path: Path, *named: Path) -> str | ReadFailure:
    """What stands in a file where these paths were named."""
    source = read_source(str(path), path.name, CheckedTree.of(map(str, named)) if named else None)
    return source.text if isinstance(source, Source) else source


_TAKEN = ("read_bytes", "read_text")
"""Functions of kblint's own."""


def opened(module: ast.AST) -> Iterator[str]:
    """What a module opens that is none of kblint's own resources."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            name = called.rpartition(".")[2]
            is_own = called.startswith("self.") or "resources.files(" in called or called in _TAKEN
            is_own = is_own or any(one.arg == "fileobj" for one in node.keywords)  # bytes that were read before
            if name in ("open", "read_text", "read_bytes", "fdopen") and not is_own:
                yield called


def test_nothing_else_opens_files_of_users() -> None:
    found = {path.relative_to(PACKAGE).as_posix(): path for path in PACKAGE.rglob("*.py")}
    others = found.keys() - OPENERS - WRITERS
    modules = {name: ast.parse(found[name].read_text(encoding="utf-8")) for name in others}
    assert {name: names for name, module in modules.items() if (names := list(opened(module)))} == {}


@pytest.mark.parametrize("written", ["open(file)", "Path(x).read_text()", "os.open(a, 0)", "file.read_bytes()"])
def test_what_opens_a_file_is_seen(written: str) -> None:
    assert list(opened(ast.parse(written))) != []


def test_a_link_is_followed_inside_the_tree_only(tree: Path) -> None:
    (tree / "in.yaml").symlink_to("folder/a.yaml")
    (tree / "out.yaml").symlink_to("../outside/secret.yaml")
    (tree / "through").symlink_to("../outside")
    (tree / "sly").symlink_to("folder/../../outside")
    (tree.parent / "tree-2").mkdir()
    (tree.parent / "tree-2/b.yaml").write_text("b: 1\n", encoding="utf-8")
    (tree / "near.yaml").symlink_to("../tree-2/b.yaml")

    assert text(tree / "in.yaml", tree) == "a: 1\n"
    for name in ("out.yaml", "through/secret.yaml", "sly/secret.yaml", "near.yaml"):
        assert text(tree / name, tree) == ReadFailure(Path(name).name, OUTSIDE, is_outside=True), name
    assert text(tree / "out.yaml", tree, tree.parent / "outside") == "secret: 1\n"


def test_what_the_user_names_may_be_a_link(tree: Path) -> None:
    (tree.parent / "link").symlink_to("tree")
    (tree / "out.yaml").symlink_to("../outside/secret.yaml")

    assert text(tree.parent / "link/folder/a.yaml", tree.parent / "link") == "a: 1\n"
    assert text(tree / "out.yaml") == "secret: 1\n"


def test_a_name_of_two_trees_is_found_in_either(tree: Path) -> None:
    every = CheckedTree.of(str(tree.parent / name) for name in ("tree", "tree/folder", "outside/secret.yaml"))
    assert len(every.roots) == 2
    assert every.holds(str(tree / "folder/a.yaml"))
    assert every.holds(str(tree.parent / "outside/secret.yaml"))
    assert not every.holds(str(tree.parent / "outside"))
    assert not every.holds(str(tree.parent / "tree-2"))


def test_links_that_lead_nowhere_end(tree: Path) -> None:
    (tree / "loop.yaml").symlink_to("loop.yaml")
    (tree / "0.yaml").symlink_to("folder/a.yaml")
    for number in range(2000):
        (tree / f"{number + 1}.yaml").symlink_to(f"{number}.yaml")

    for name in ("loop.yaml", "2000.yaml"):
        assert text(tree / name, tree) == ReadFailure(name, "too many levels of symbolic links")
        assert text(tree / name) == ReadFailure(name, "too many levels of symbolic links")


@pytest.mark.parametrize(
    "name", ["/dev/stdin", "/dev/fd/0", "/dev/zero", "/proc/self/environ", "/proc/self/fd/0", "/dev/../proc/version"]
)
def test_what_is_the_systems_is_refused_by_any_name(name: str, tree: Path) -> None:
    assert text(Path(name)) == ReadFailure(Path(name).name, NO_FILE)
    (tree / "link.yaml").symlink_to(name)
    assert text(tree / "link.yaml", tree) == ReadFailure("link.yaml", OUTSIDE, is_outside=True)


@pytest.mark.parametrize("name", ["/dev/zero", "/proc/self/environ", "/proc/version"])
def test_a_link_to_what_is_the_systems_is_refused_even_if_it_is_named(name: str, tree: Path) -> None:
    (tree / "link.yaml").symlink_to(name)
    assert text(tree / "link.yaml") == ReadFailure("link.yaml", NO_FILE)


def test_pipes_sockets_and_folders_are_refused_unopened(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tree / "pipe.yaml")
    monkeypatch.chdir(tree)
    with socket.socket(socket.AF_UNIX) as made:
        made.bind("socket.yaml")
    for name in ("pipe.yaml", "socket.yaml"):
        assert text(tree / name, tree) == ReadFailure(name, NO_FILE)
    assert text(tree / "folder", tree) == ReadFailure("folder", "is a folder")


def test_a_file_is_as_large_as_it_says_before_it_is_read(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (tree / "sparse.yaml").open("wb") as file:
        file.truncate(1 << 40)
    monkeypatch.setattr(os, "read", refused)
    assert text(tree / "sparse.yaml", tree) == ReadFailure("sparse.yaml", "is larger than 64 MB")


def refused(*_: object) -> bytes:
    raise AssertionError("nothing is read")


def test_a_file_that_grows_is_read_to_the_limit(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_BYTES", 1000)
    monkeypatch.setattr(os, "read", lambda *_: b"x" * 100)
    assert text(tree / "folder/a.yaml", tree) == ReadFailure("a.yaml", "is larger than 0 MB")


def exchanged(path: Path, exchange: Callable[[], None]) -> Callable[..., int]:
    """`os.open`, before which something else is put in the place of `path` once kblint has looked at it."""
    real = os.open

    def open_late(name: str, flags: int, *rest: int) -> int:
        if str(name) == str(path) and not flags & getattr(os, "O_PATH", 0):
            exchange()
        return real(name, flags, *rest)

    return open_late


def test_a_folder_that_becomes_a_link_meanwhile_is_noticed(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tree / "folder/secret.yaml"
    path.write_text("mine: 1\n", encoding="utf-8")

    def exchange() -> None:
        (tree / "folder").rename(tree / "moved")
        (tree / "folder").symlink_to("../outside")

    monkeypatch.setattr(os, "open", exchanged(path, exchange))
    assert text(path, tree) == ReadFailure("secret.yaml", OUTSIDE, is_outside=True)


def test_a_file_that_becomes_a_link_or_a_pipe_meanwhile_is_noticed(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tree / "folder/a.yaml"

    def link() -> None:
        path.unlink()
        path.symlink_to("../../outside/secret.yaml")

    with monkeypatch.context() as patched:
        patched.setattr(os, "open", exchanged(path, link))
        assert text(path, tree) == ReadFailure("a.yaml", "too many levels of symbolic links")

    def pipe() -> None:
        path.unlink()
        os.mkfifo(path)

    path.unlink()
    path.write_text("a: 1\n", encoding="utf-8")
    with monkeypatch.context() as patched:
        patched.setattr(os, "open", exchanged(path, pipe))
        assert text(path, tree) == ReadFailure("a.yaml", NO_FILE)


def test_a_file_that_is_replaced_while_it_is_read_is_read(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tree / "folder/a.yaml"
    real = os.fstat

    def replaced(number: int) -> os.stat_result:
        path.unlink(missing_ok=True)
        return real(number)

    monkeypatch.setattr(os, "fstat", replaced)
    assert text(path) == "a: 1\n"


def test_without_what_only_linux_has_links_are_told_apart_as_well(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tree / "in.yaml").symlink_to("folder/a.yaml")
    (tree / "out.yaml").symlink_to("../outside/secret.yaml")
    (tree / "through").symlink_to("../outside")
    real = os.readlink

    def no_proc(path: str, **more: int) -> str:
        if str(path).startswith("/proc/"):
            raise FileNotFoundError(2, "No such file or directory")
        return real(path, **more)

    monkeypatch.setattr(os, "readlink", no_proc)
    assert text(tree / "in.yaml", tree) == "a: 1\n"
    assert text(tree / "folder/a.yaml", tree) == "a: 1\n"
    for name in ("out.yaml", "through/secret.yaml"):
        assert text(tree / name, tree) == ReadFailure(Path(name).name, OUTSIDE, is_outside=True)


def test_names_that_no_system_takes_are_failures() -> None:
    long = read_bytes("x" * 5000, "x")
    assert long == ReadFailure("x", "file name too long", is_denied=True)
    assert read_bytes("a\0b", "x") == ReadFailure("x", "embedded null byte", is_denied=True)
    assert read_bytes("/nowhere/at/all", "x") == ReadFailure("x", "does not exist any more")
