"""Whatever the streams, the folders and the cache of a run are: a report, or words and exit code 2; no traceback."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from kblint.cli.streams import out
from kblint.engine.catalog_cache import CachedEntry, load_entry, save_entry
from kblint.engine.wanted import Wanted
from kblint.errors import UsageError
from tests.cli.running import APP, run

CLEAN, FAILURE, INTERRUPTED = 0, 2, 130
NO_ROOM = "kblint: standard output cannot be written: No space left on device\n"
FINDS = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.yaml").write_text(APP)
    return tmp_path


def run_in(*words: str) -> tuple[int, str, str]:
    """Exit code, standard output and error of a program that finds this kblint."""
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=FINDS)
    return done.returncode, done.stdout, done.stderr


def shell(command: str) -> tuple[int, str, str]:
    """What comes of a shell command; `kblint` is this kblint."""
    return run_in("bash", "-c", f'kblint() {{ "{sys.executable}" -m kblint "$@"; }}\n{command}')


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("PYTHONUNBUFFERED=1 kblint --help > /dev/full", NO_ROOM),
        ("kblint --version >&-", NO_ROOM.replace("No space left on device", "Bad file descriptor")),
        ("kblint nothing 2> /dev/full", ""),
        ("kblint --help <&- >&- 2>&-", ""),
        ("kblint ports - <&-", "kblint: standard input cannot be read: Bad file descriptor\n"),
    ],
)
def test_a_report_that_nobody_gets_is_no_pass(command: str, said: str) -> None:
    assert shell(command) == (FAILURE, "", said)


@pytest.mark.parametrize("command", ["--help", "ports"])
def test_a_reader_that_has_seen_enough_is_no_mistake_and_no_pass(command: str) -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    words = [sys.executable, "-m", "kblint", command]
    done = subprocess.run(words, stdout=theirs, stderr=subprocess.PIPE, check=False, env=FINDS)
    os.close(theirs)
    assert (done.returncode, done.stderr) == (FAILURE, b"")


def test_a_full_disk_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="`/dev/full` cannot be written: No space left on device"):
        run("ports", "-o", "/dev/full")
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.FileIO("/dev/full", "w")))
    with pytest.raises(UsageError, match="standard output cannot be written: No space left on device"):
        out("report")


def test_a_folder_that_is_gone_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "gone").mkdir()
    monkeypatch.chdir("gone")
    (folder / "gone").rmdir()
    with pytest.raises(UsageError, match="the working directory is gone"):
        run("ports")


def test_an_open_stream_can_be_named_as_a_file() -> None:
    code, report, _ = shell("echo first > log; kblint ports -o /dev/stdout >> log; cat log")
    assert code == CLEAN
    assert report.startswith("first\n")
    assert "30000" in report


def test_what_click_refuses_steers_no_terminal() -> None:
    code, _, said = shell(r"kblint ports $'--\e[2J\n::error::x'")
    assert (code, "\x1b" in said) == (FAILURE, False)
    assert [line for line in said.splitlines() if line.startswith("::")] == []


INTERRUPT = """
import os, runpy, signal, sys
from importlib.abc import MetaPathFinder

class Finder(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == moment:
            os.kill(os.getpid(), signal.SIGINT)

moment = sys.argv.pop(1)
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.meta_path.insert(0, Finder())
runpy.run_module("kblint", run_name="__main__")
"""


@pytest.mark.parametrize("module", ["kblint.cli.main", "kblint.report.to_text"])
def test_ctrl_c_ends_it_at_any_moment_without_a_traceback(module: str) -> None:
    """The moment is the one at which a module is imported: the command line, or the report."""
    ended = run_in(sys.executable, "-c", INTERRUPT, module, "check", "app.yaml")
    assert ended == (INTERRUPTED, "", "")


NAMED = {"A001": Wanted(frozenset({"b"}), frozenset({"a", "b"}), frozenset())}
ENTRY = CachedEntry((("a.yaml", {"id": "A001"}),), frozenset({"a"}), {"a": b"code"}, NAMED)


def entry_file(folder: Path) -> Path:
    """Where the one entry of a cache is kept."""
    save_entry(folder, "key", ENTRY)
    (file,) = folder.glob("*.json")
    return file


def test_what_was_kept_comes_back(folder: Path) -> None:
    entry_file(folder / "cache")
    assert load_entry(folder / "cache", "key") == ENTRY


def of_a_stranger(file: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only the superuser can give a file away")
    os.chown(file, 1234, 1234)


def instead(make: Callable[[Path], object]) -> Callable[[Path], None]:
    def spoil(file: Path) -> None:
        file.unlink()
        make(file)

    return spoil


SPOILED: Mapping[str, Callable[[Path], object]] = {
    "damaged": lambda file: file.write_bytes(file.read_bytes().replace(b"A001", b"A002")),
    "cut": lambda file: os.truncate(file, 100),
    "not text": lambda file: file.write_bytes(b"\xff\n"),
    "of a stranger": of_a_stranger,
    "a folder": instead(Path.mkdir),
    "a pipe": instead(os.mkfifo),
    "a device": instead(lambda file: file.symlink_to("/dev/zero")),
    "a link to itself": instead(lambda file: file.symlink_to(file.name)),
}


@pytest.mark.parametrize("how", SPOILED)
def test_an_entry_that_is_not_as_it_was_kept_is_not_used_and_made_again(folder: Path, how: str) -> None:
    file = entry_file(folder / "cache")
    SPOILED[how](file)
    assert load_entry(folder / "cache", "key") is None
    save_entry(folder / "cache", "key", ENTRY)
    assert load_entry(folder / "cache", "key") == (None if how == "a folder" else ENTRY)
    assert [path.name for path in file.parent.glob("*.json")] == [file.name]


def test_a_cache_folder_that_cannot_be_one_is_done_without(folder: Path) -> None:
    (folder / "taken").write_text("")
    (folder / "there").mkdir()
    (folder / "link").symlink_to("there")
    for name, is_kept in (("taken", False), ("taken/below", False), ("/proc/kblint", False), ("link", True)):
        save_entry(folder / name, "key", ENTRY)
        assert load_entry(folder / name, "key") == (ENTRY if is_kept else None), name


KEEP = """
from pathlib import Path
from kblint.cli.streams import out
from kblint.engine.catalog_cache import CachedEntry, load_entry, save_entry
entry = CachedEntry((("a.yaml", {"id": "A" * 100_000}),), frozenset(), {}, {})
for turn in range(60):
    save_entry(Path("cache"), f"key{turn % 12}", entry)
    assert load_entry(Path("cache"), f"key{turn % 12}") in (entry, None)
print("kept")
"""


def test_runs_at_once_on_one_cache_do_not_disturb_each_other(folder: Path) -> None:
    both = [subprocess.Popen([sys.executable, "-c", KEEP], stdout=subprocess.PIPE, env=FINDS) for _ in range(2)]
    assert [one.communicate()[0] for one in both] == [b"kept\n"] * 2
    names = [file.name for file in (folder / "cache").iterdir()]
    assert [name for name in names if not name.endswith(".json")] == [".gitignore"]
    assert len(names) <= 10
