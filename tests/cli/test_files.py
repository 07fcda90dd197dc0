"""What is written is whole, old or new, whatever happens; what is not ours to write is left and told."""

from __future__ import annotations

import codecs
import json
import os
import random
import resource
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kblint.api.fixes import mended
from kblint.cli.files import replace_file
from kblint.cli.main import cli
from kblint.errors import UsageError
from kblint.itself import builtin_rules_folder
from tests.cli.running import APP, run
from tests.given.manifests import workload

TYPO = workload().replace("spec:", 'spec:\n  replicas: "1"', 1)
"""A Deployment that the API refuses, and how to mend it is sure."""
MENDED = TYPO.replace('"1"', "1")
API, API_MENDED = (text.replace("web", "api") for text in (TYPO, MENDED))
LARGE = TYPO + "# long\n" * 30_000


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory: two files to mend in a folder of it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "api.yaml").write_text(API)
    (tmp_path / "tree" / "web.yaml").write_text(TYPO)
    return tmp_path


def fixed(*words: str) -> tuple[str, str, str]:
    """What is said, what is reported, and what kblint could not do, after a fix of `tree`."""
    result = CliRunner().invoke(cli, ["check", *(words or ("tree",)), "--fix"], standalone_mode=False)
    assert isinstance(result.exception, UsageError | None), result.exc_info
    return result.stderr, result.stdout, result.exception.message if result.exception else ""


def texts() -> dict[str, str]:
    """Every file below the working directory, hidden ones too, that is no link."""
    return {str(file): file.read_text() for file in sorted(Path().rglob("*")) if file.is_file()}


@contextmanager
def small_files(largest: int) -> Iterator[None]:
    """No file may grow larger, which is met as a full disk is: some of it has been written."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_mode_owner_and_other_attributes_stay() -> None:
    file = Path("tree/web.yaml")
    file.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(file, 1234, 2345)
    before = file.stat()
    assert fixed()[::2] == ("applied 2 fixes to tree/api.yaml, tree/web.yaml\n", "")
    after = file.stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid)
    assert after.st_mtime_ns > before.st_mtime_ns
    assert texts() == {"tree/api.yaml": API_MENDED, "tree/web.yaml": MENDED}


def test_an_owner_that_may_not_be_set_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    file = Path("tree/web.yaml")
    monkeypatch.setattr(os, "chown", refuse)
    made = os.stat_result([*file.stat()[:4], 1234, *file.stat()[5:10]])
    stat_of = Path.stat
    monkeypatch.setattr(Path, "stat", lambda self, **more: made if self == file else stat_of(self, **more))
    (said,) = replace_file(file, b"new", "web.yaml")
    assert said.startswith("`web.yaml` is yours now: whose it was (user 1234, group ")


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_byte_outside_the_edit_stays(mark: bytes, end: str) -> None:
    codec = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}.get(mark, "utf-8")
    before, after = (mark + f"# ü\u2028\n{text}  # end".replace("\n", end).encode(codec) for text in (TYPO, MENDED))
    file = Path("tree/web.yaml")
    file.write_bytes(before)
    result = CliRunner().invoke(cli, ["check", "tree/web.yaml", "--diff"], standalone_mode=False)
    if codec == "utf-8":
        subprocess.run(["git", "apply"], input=result.stdout_bytes, check=True)
        assert file.read_bytes() == after
        file.write_bytes(before)
    else:
        assert str(result.exception) == "`tree/web.yaml` is UTF-16, and no patch can be that"
    assert fixed("tree/web.yaml")[2] == ""
    assert file.read_bytes() == after


def test_a_link_stays_a_link_and_its_file_is_mended_once() -> None:
    Path("tree/link.yaml").symlink_to("web.yaml")
    Path("tree/api.yaml").unlink()
    result = CliRunner().invoke(cli, ["check", "tree", "--diff"], standalone_mode=False)
    assert result.stdout.count("+++ b/tree/web.yaml\n") == result.stdout.count("+++") == 1
    assert fixed()[2] == ""
    assert Path("tree/link.yaml").readlink() == Path("web.yaml")
    assert Path("tree/web.yaml").read_text() == MENDED


@pytest.mark.parametrize("is_folder", [False, True])
def test_what_a_link_that_leads_out_leads_to_is_left_and_the_others_are_mended(folder: Path, is_folder: bool) -> None:
    other = folder / "elsewhere" / "db.yaml"
    other.parent.mkdir()
    other.write_text(TYPO.replace("web", "db"))
    link = folder / "tree" / ("link" if is_folder else "db.yaml")
    link.symlink_to(other.parent if is_folder else other)
    result = CliRunner().invoke(cli, ["check", "tree", "--diff"], standalone_mode=False)
    assert result.stdout.count("+++") == 2
    said, report, failure = fixed()
    assert (said, failure) == ("applied 2 fixes to tree/api.yaml, tree/web.yaml\n", "")
    assert f"skipped: tree/{link.name}: is a symbolic link that leads out of what is checked" in report
    assert other.read_text() == TYPO.replace("web", "db")


@pytest.mark.parametrize("command", ["--fix", "--diff"])
def test_nothing_is_written_through_a_link_that_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    other = folder / "elsewhere" / "db.yaml"
    other.parent.mkdir()
    other.write_text(TYPO.replace("web", "db"))
    (folder / "tree/db.yaml").symlink_to(other)
    monkeypatch.chdir("tree")
    result = CliRunner().invoke(cli, ["check", ".", "db.yaml", command], standalone_mode=False)
    if command == "--diff":
        assert "elsewhere" not in result.stdout
        assert result.stdout.count("+++") == 2
        Path("api.yaml").write_text(API_MENDED)
        Path("web.yaml").write_text(MENDED)
    assert str(result.exception) == f"`db.yaml` is reached by a symbolic link that leads out, to `{other}`"
    monkeypatch.chdir(folder)
    assert {name: text for name, text in texts().items() if "db" not in name} == {
        "tree/api.yaml": API_MENDED,
        "tree/web.yaml": MENDED,
    }
    assert other.read_text() == TYPO.replace("web", "db")


def test_the_other_name_of_a_file_keeps_the_old_text_and_that_is_told() -> None:
    Path("backup").hardlink_to("tree/web.yaml")
    said, _, failure = fixed()
    assert failure == ""
    assert said.endswith("`tree/web.yaml` had 1 other name (hard links), where the old text stays\n")
    assert texts() == {"backup": TYPO, "tree/api.yaml": API_MENDED, "tree/web.yaml": MENDED}


def test_a_protected_file_is_left_and_the_report_is_about_what_lies_there() -> None:
    Path("tree/web.yaml").chmod(0o444)
    said, report, failure = fixed()
    assert (said, failure) == ("applied fixes to tree/api.yaml\n", "`tree/web.yaml` is read-only")
    assert report.count("error[DOC003]") == 1
    assert texts() == {"tree/api.yaml": API_MENDED, "tree/web.yaml": TYPO}


def test_on_a_full_disk_the_old_file_is_whole_and_nothing_lies_beside_it() -> None:
    Path("tree/web.yaml").write_text(LARGE)
    with small_files(100_000):
        said, _, failure = fixed()
    assert (said, failure) == (
        "applied fixes to tree/api.yaml\n",
        "`tree/web.yaml` cannot be written: File too large",
    )
    assert texts() == {"tree/api.yaml": API_MENDED, "tree/web.yaml": LARGE}


@pytest.mark.parametrize("words", [["check", "tree", "--output"], ["ports", "tree", "--write"]])
def test_a_report_that_finds_no_room_leaves_the_old_one(words: list[str]) -> None:
    CliRunner().invoke(cli, [*words, "report.md"], standalone_mode=False, catch_exceptions=False)
    before = texts()
    assert before["report.md"]
    with small_files(10):
        result = CliRunner().invoke(cli, [*words, "report.md"], standalone_mode=False)
    assert str(result.exception) == "`report.md` cannot be written: File too large"
    assert texts() == before


def test_what_somebody_changed_meanwhile_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    def slowly(*words: Any, **more: Any) -> Any:
        done = mended(*words, **more)
        Path("tree/web.yaml").write_text("# mine\n")
        Path("tree/api.yaml").unlink()
        return done

    monkeypatch.setattr("kblint.cli.check.mended", slowly)
    said, _, failure = fixed()
    assert said == ""
    assert failure == (
        "`tree/api.yaml` cannot be written: No such file or directory; `tree/web.yaml` has changed since it was read"
    )
    assert texts() == {"tree/web.yaml": "# mine\n"}


def test_a_change_in_the_last_moment_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    file = Path("tree/web.yaml")
    utime = os.utime

    def late(*words: Any, **more: Any) -> None:
        utime(*words, **more)
        file.write_text("# mine\n")

    monkeypatch.setattr(os, "utime", late)
    with pytest.raises(UsageError, match="has changed since it was read"):
        replace_file(file, b"new", "web.yaml", TYPO.encode())
    assert texts() == {"tree/api.yaml": API, "tree/web.yaml": "# mine\n"}


WRITER = """
import signal
from pathlib import Path
from kblint.cli.files import replace_file
# a job in the background begins with Ctrl-C ignored, and so would its children
signal.signal(signal.SIGINT, signal.default_int_handler)
print("ready", flush=True)
while True:
    for letter in b"ab":
        replace_file(Path("tree/web.yaml"), bytes([letter]) * 1_000_000, "web.yaml")
"""


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_file_is_whole_whenever_its_writer_is_ended(ending: signal.Signals) -> None:
    file = Path("tree/web.yaml")
    draw = random.Random(ending)
    file.write_text("a" * 1_000_000)
    for _ in range(3):
        known = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
        words = [sys.executable, "-c", WRITER]
        with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=known) as run:
            assert run.stdout
            assert run.stdout.readline() == b"ready\n"
            time.sleep(draw.uniform(0, 0.03))
            run.send_signal(ending)
            run.wait()
        assert file.read_bytes() in (b"a" * 1_000_000, b"b" * 1_000_000)
    names = {path.name for path in Path("tree").iterdir()}
    # nobody can tidy up after SIGKILL; what is left is hidden, and read by no run
    names = {name for name in names if ending != signal.SIGKILL or not name.startswith(".")}
    assert names == {"api.yaml", "web.yaml"}


@pytest.mark.parametrize("name", ["tree/web.yaml", "tree/../tree/web.yaml", "link", "other", "kblint.yaml", "r/a.yaml"])
@pytest.mark.parametrize("command", ["check", "trace", "ports", "checklist", "check --fix", "check --diff"])
def test_an_input_is_not_written_over_under_any_name(name: str, command: str) -> None:
    Path("link").symlink_to("tree/web.yaml")
    Path("other").hardlink_to("tree/web.yaml")
    if name in ("kblint.yaml", "r/a.yaml"):  # with a rule more, all of them are compiled anew
        Path("r").mkdir()
        rule = (builtin_rules_folder() / "pod" / "host-port-differs.yaml").read_text()
        Path("r/a.yaml").write_text(rule.replace("POD001", "POD901").replace("host-port", "own"))
        Path("kblint.yaml").write_text("rules: [r]\n")
    before = texts()
    result = CliRunner().invoke(cli, [*command.split(), "tree", "--output", name], standalone_mode=False)
    assert str(result.exception) == f"`{name}` is an input, and is left as it is"
    assert texts() == before


@pytest.mark.parametrize("name", ["kept/demo.json", "known.json", "told.json", "base/app.properties"])
def test_what_is_read_beside_the_checked_files_is_not_written_over_either(name: str) -> None:
    """Schemas, baselines, what settings are made of."""
    run("check", "tree", "--write-baseline", "known.json")
    held = Path("known.json").read_text()
    files = {
        "kept/demo.json": "{}",
        "told.json": held,
        "kblint.yaml": "schemas: [kept]\nbaseline: told.json\n",
        "base/kustomization.yaml": "configMapGenerator: [{name: a, files: [app.properties]}]\n",
        "base/app.properties": "a=b\n",
    }
    for path, text in files.items():
        Path(path).parent.mkdir(exist_ok=True)
        Path(path).write_text(text)
    before = texts()
    words = ["check", "tree", "base", "--baseline", "known.json"] if name == "known.json" else ["check"]
    result = CliRunner().invoke(cli, [*words, "--output", name], standalone_mode=False)
    assert str(result.exception) == f"`{name}` is an input, and is left as it is"
    assert texts() == before


@pytest.mark.parametrize("command", ["check -o", "check --write-baseline", "trace -o", "ports -o"])
def test_nothing_is_written_through_a_link_into_the_repository_of_git(command: str) -> None:
    Path(".git").mkdir()
    Path(".git/config").write_text("[core]\n")
    Path("report").symlink_to(".git/config")
    result = CliRunner().invoke(cli, [*command.split(), "report", "tree"], standalone_mode=False)
    assert isinstance(result.exception, UsageError)
    assert Path(".git/config").read_text() == "[core]\n"


@pytest.mark.parametrize("name", ["report.json", "report.txt"])
def test_a_report_may_be_written_again_where_it_is_read_itself(folder: Path, name: str) -> None:
    (folder / "tree" / "app.yaml").write_text(APP)
    form = "json" if name.endswith("json") else None
    for words in (["check"], ["trace"], ["checklist"], ["ports"], ["check"], ["trace", "--to", "shop/web"]):
        format_name = form or ("table" if words == ["ports"] else "text")
        result = CliRunner().invoke(cli, [*words, "--format", format_name, "-o", name], standalone_mode=False)
        assert result.exception is None, (words, result.exception)
    CliRunner().invoke(cli, ["check", "--format", "gitlab", "-o", "report.json"], standalone_mode=False)
    result = CliRunner().invoke(cli, ["check", "--format", "sarif", "-o", "report.json"], standalone_mode=False)
    assert result.exception is None
    assert json.loads(Path("report.json").read_text())["runs"]


def test_a_report_does_not_follow_a_link_out_of_the_working_directory(tmp_path: Path) -> None:
    Path("tree/report.json").symlink_to(tmp_path.parent / "victim")
    result = CliRunner().invoke(cli, ["check", "tree", "-o", "tree/report.json"], standalone_mode=False)
    assert "leads out, to" in str(result.exception)
    assert not (tmp_path.parent / "victim").exists()
    Path("tree/inside.txt").symlink_to("../report.txt")
    CliRunner().invoke(cli, ["check", "tree", "-o", "tree/inside.txt"], standalone_mode=False)
    assert Path("tree/inside.txt").is_symlink()
    assert "DOC003" in Path("report.txt").read_text()


def test_a_new_report_has_the_mode_of_any_new_file() -> None:
    CliRunner().invoke(cli, ["check", "tree", "-o", "report.txt"], standalone_mode=False)
    Path("touched").touch()
    assert stat.S_IMODE(Path("report.txt").stat().st_mode) == stat.S_IMODE(Path("touched").stat().st_mode)


@pytest.mark.parametrize("name", ["a b.yaml", "\x1b[2J\n::error::x ##[error]ü.yaml"])
def test_the_patch_does_what_the_fix_does_whatever_a_file_is_called(name: str) -> None:
    file = Path("tree", name)
    Path("tree/api.yaml").rename(file)
    result = CliRunner().invoke(cli, ["check", "tree", "--diff"], standalone_mode=False)
    assert (result.return_value, result.stderr) == (1, "")
    assert not [line for line in result.stdout.split("\n") if not line.isprintable() and not line.endswith("\t")]
    subprocess.run(["git", "apply"], input=result.stdout_bytes, check=True)
    assert (file.read_text(), Path("tree/web.yaml").read_text()) == (API_MENDED, MENDED)


def test_what_a_patch_cannot_show_is_told_and_the_fix_makes_it() -> None:
    text = TYPO.replace('"1"', '"1" # \u202e')
    Path("tree/web.yaml").write_text(text)
    result = CliRunner().invoke(cli, ["check", "tree", "--diff"], standalone_mode=False)
    assert isinstance(result.exception, UsageError)
    assert result.exception.message == "no patch shows `tree/web.yaml:5`, which would steer a terminal or a CI server"
    assert result.exception.help == "not in the patch: tree/web.yaml"
    assert result.stdout.count("+++") == result.stdout.count("+++ b/tree/api.yaml\n") == 1
    assert fixed()[2] == ""
    assert Path("tree/web.yaml").read_text() == text.replace('"1"', "1")


ENDED = """
import os, signal, sys
from pathlib import Path
from kblint.cli.files import replace_file
signal.signal(signal.SIGINT, signal.default_int_handler)
flush = os.fsync
os.fsync = lambda number: (os.kill(os.getpid(), int(sys.argv[1])), flush(number))
replace_file(Path("tree/web.yaml"), b"new", "web.yaml")
"""


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_who_asks_the_writer_to_end_waits_for_the_file(ending: signal.Signals) -> None:
    words = [sys.executable, "-c", ENDED, str(int(ending))]
    known = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    assert subprocess.run(words, check=False, stderr=subprocess.DEVNULL, env=known).returncode == -ending
    assert texts() == {"tree/api.yaml": API, "tree/web.yaml": "new"}
