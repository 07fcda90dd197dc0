"""A run that is repeated says the same again, byte for byte, and works nothing out; after a change it does."""

from __future__ import annotations

import builtins
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from kblint import kept
from kblint.api.checks import checked, rules_of
from kblint.api.listings import listed, rendered
from kblint.api.options import Options, configured
from kblint.api.project import opened
from kblint.cli import main
from kblint.cli.start import run
from tests.cli.running import APP, FIXTURES

KUSTOMIZATION = "resources: [app.yaml]\nconfigMapGenerator: [{name: env, files: [settings.properties]}]\n"
RULE = (FIXTURES.parent / "rules" / "pod" / "host-port-differs.yaml").read_text(encoding="utf-8")
Said = tuple[int, str, str]
Runs = Callable[..., Said]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project, which is the working directory, and beside it a cache of its own."""
    here = tmp_path / "project"
    (here / "base").mkdir(parents=True)
    (here / "app.yaml").write_text(APP)
    (here / "base" / "app.yaml").write_text(APP.replace("web", "api").replace("30000", "30001"))
    (here / "base" / "kustomization.yaml").write_text(KUSTOMIZATION)
    monkeypatch.chdir(here)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return here


@pytest.fixture
def cache(tmp_path: Path, catalogue: Path) -> Path:
    """The cache of the project; the rules are compiled in it."""
    made = tmp_path / "cache" / "kblint"
    made.mkdir(parents=True)
    for file in catalogue.glob("catalog-*.json"):
        (made / file.name).write_bytes(file.read_bytes())
    return made


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache with the rules that are built in."""
    made = tmp_path_factory.mktemp("compiled")
    with pytest.MonkeyPatch.context() as context:
        context.setenv("XDG_CACHE_HOME", str(made))
        context.chdir(made)
        rules_of(configured(Options(isolated=True)))
    return made / "kblint"


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Runs:
    """Exit code, standard output and error of a run in this process."""

    def runs(*words: str) -> Said:
        code = run(words, os.environ)
        told = capsys.readouterr()
        return code, told.out, told.err

    return runs


def is_answered(monkeypatch: pytest.MonkeyPatch, said: Runs, *words: str) -> bool:
    """Whether a command line is answered by what is kept, and not run."""
    with monkeypatch.context() as context:
        context.setattr(main, "run", lambda: 99)
        return said(*words)[0] != 99


@pytest.mark.parametrize(
    "command",
    [
        *("check", "check -f sarif", "check -f html", "check --statistics", "trace", "trace -f json", "ports --free 2"),
        *("checklist", "files", "render", "check --isolated --select POD", "check base app.yaml"),
    ],
)
@pytest.mark.usefixtures("cache")
def test_a_run_is_repeated_byte_for_byte(monkeypatch: pytest.MonkeyPatch, said: Runs, command: str) -> None:
    words = command.split()
    monkeypatch.setattr("sys.argv", ["kblint", *words])
    first = said(*words)
    assert is_answered(monkeypatch, said, *words)
    assert said(*words) == first
    monkeypatch.setattr("sys.argv", ["kblint", *words, "--no-cache"])
    assert not is_answered(monkeypatch, said, *words, "--no-cache")


@pytest.mark.usefixtures("cache")
def test_without_a_cache_nothing_is_kept_and_the_same_is_said(
    monkeypatch: pytest.MonkeyPatch, said: Runs, cache: Path
) -> None:
    monkeypatch.setattr("sys.argv", ["kblint", "ports"])
    first = said("ports")
    before = sorted(cache.iterdir())
    monkeypatch.setattr("sys.argv", ["kblint", "ports", "--no-cache"])
    assert said("ports", "--no-cache") == first
    assert sorted(cache.iterdir()) == before


def written(path: str, text: str) -> Callable[[], object]:
    def change() -> None:
        Path(path).parent.mkdir(exist_ok=True)
        Path(path).write_text(text, encoding="utf-8")

    return change


CHANGES: Mapping[str, Callable[[], object]] = {
    "another text": written("app.yaml", APP.replace("8080", "8081", 1)),
    "a new file": written("more.yaml", APP.replace("30000", "30002")),
    "a file less": lambda: Path("base/app.yaml").unlink(),
    "another name": lambda: Path("app.yaml").rename("web.yaml"),
    "a file that git ignores": written(".gitignore", "base\n"),
    "a configuration": written("kblint.yaml", "profile: hetzner-k3s\n"),
    "a configuration above": written("../kblint.yaml", "profile: hetzner-k3s\n"),
    "a file that a kustomization names": written("base/settings.properties", "PORT=1\n"),
    "binary": lambda: Path("app.yaml").write_bytes(b"\0"),
    "a link that leads out": lambda: Path("out.yaml").symlink_to("/etc/hostname"),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("command", ["check", "files"])
@pytest.mark.usefixtures("cache")
def test_after_a_change_it_is_a_new_run(monkeypatch: pytest.MonkeyPatch, said: Runs, change: str, command: str) -> None:
    monkeypatch.setattr("sys.argv", ["kblint", command])
    said(command)
    CHANGES[change]()
    assert not is_answered(monkeypatch, said, command)


@pytest.mark.usefixtures("cache")
def test_another_configuration_rule_folder_or_terminal_is_another_run(
    monkeypatch: pytest.MonkeyPatch, said: Runs
) -> None:
    written("r/a.yaml", RULE.replace("POD001", "POD901").replace("host-port", "own"))()
    written("kblint.yaml", "rules: [r]\n")()
    monkeypatch.setattr("sys.argv", ["kblint", "files", "app.yaml"])
    words = ("files", "app.yaml")
    said(*words)
    assert is_answered(monkeypatch, said, *words)
    with monkeypatch.context() as context:
        context.setenv("FORCE_COLOR", "1")
        assert not is_answered(monkeypatch, said, *words)
    written("r/a.yaml", RULE.replace("POD001", "POD902").replace("host-port", "own"))()
    assert not is_answered(monkeypatch, said, *words)
    written("r/a.yaml", RULE.replace("POD001", "POD901").replace("host-port", "own"))()
    assert is_answered(monkeypatch, said, *words)
    written("kblint.yaml", "rules: [r]\nworld: closed\n")()
    assert not is_answered(monkeypatch, said, *words)


def test_what_runs_other_programs_or_changes_files_is_never_repeated(
    monkeypatch: pytest.MonkeyPatch, said: Runs, cache: Path
) -> None:
    for words in (
        *(("check", "--fix"), ("check", "--diff"), ("check", "--write-baseline", "b.json")),
        *(("check", "--baseline", "b.json"), ("ports", "--write", "p.md"), ("ports", "--verify", "p.md")),
        *(("check", "nothing"), ("rules",), ("check", "--helm")),
    ):
        monkeypatch.setattr("sys.argv", ["kblint", *words])
        said(*words)
        assert not is_answered(monkeypatch, said, *words), words
    assert list(cache.glob("answer-*")) == []


def test_a_report_is_written_again_but_never_over_an_input(
    monkeypatch: pytest.MonkeyPatch, said: Runs, folder: Path
) -> None:
    words = ("ports", "-f", "json", "-o", "../report.json")
    report = folder.parent / "report.json"
    monkeypatch.setattr("sys.argv", ["kblint", *words])
    said(*words)
    first = report.read_bytes()
    report.unlink()
    assert is_answered(monkeypatch, said, *words)
    assert report.read_bytes() == first
    for make in (report.symlink_to, report.hardlink_to):
        report.unlink()
        make(folder / "app.yaml")
        assert not is_answered(monkeypatch, said, *words)
        said(*words)
        assert (folder / "app.yaml").read_text() == APP


def of_a_stranger(file: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only the superuser can give a file away")
    os.chown(file, 1234, 1234)


FORGED: Mapping[str, Callable[[Path], object]] = {
    "damaged": lambda file: file.write_bytes(file.read_bytes().replace(b": ", b":  ", 1)),
    "no answer": lambda file: kept.save(file.parent, file.stem[:-65], file.stem[-64:], {"answer": "all is well"}),
    "of a stranger": of_a_stranger,
    "a link to what is ours": lambda file: file.symlink_to(file.rename(file.with_name("x"))),
    "a folder of a stranger": lambda file: of_a_stranger(file.parent),
    "a folder that others may write": lambda file: file.parent.chmod(0o777),
}


@pytest.mark.parametrize("how", FORGED)
@pytest.mark.parametrize("name", ["plan", "answer"])
def test_a_forged_answer_is_none(monkeypatch: pytest.MonkeyPatch, said: Runs, cache: Path, how: str, name: str) -> None:
    monkeypatch.setattr("sys.argv", ["kblint", "ports"])
    first = said("ports")
    (file,) = cache.glob(f"{name}-*.json")
    FORGED[how](file)
    assert not is_answered(monkeypatch, said, "ports")
    assert said("ports") == first


def test_a_repository_does_not_bring_answers_along(monkeypatch: pytest.MonkeyPatch, said: Runs, folder: Path) -> None:
    (folder / ".git").mkdir()
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / ".cache"))
    monkeypatch.setattr("sys.argv", ["kblint", "ports"])
    said("ports")
    assert not (folder / ".cache").exists()


def test_what_is_kept_is_this_users_alone_bounded_and_ignored_by_git(tmp_path: Path) -> None:
    made = tmp_path / "made"
    for number in range(6):
        kept.save(made, "answer", str(number), number, most=4)
    assert len(list(made.glob("answer-*"))) == 4
    assert made.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in made.glob("answer-*")} == {0o600}
    assert (made / ".gitignore").read_text() == "*\n"


LOOKING = (
    (os, "open"),
    (os, "stat"),
    (os, "lstat"),
    (os, "scandir"),
    (os, "listdir"),
    (os, "readlink"),
    (builtins, "open"),
)


@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize("fixture", ["messy", "next-apps/wrong", "keybuzz/3-503-target-port"])
def test_once_texts_are_loaded_nothing_else_of_a_project_is_looked_at(
    monkeypatch: pytest.MonkeyPatch, fixture: str
) -> None:
    """Else an answer could be repeated although what it rests on has changed."""
    monkeypatch.chdir(FIXTURES / fixture)
    project = opened((), configured(Options()))
    catalog = rules_of(project.config)

    def watched(function: Callable[..., Any]) -> Callable[..., Any]:
        def asked(path: Any = ".", *others: Any, **named: Any) -> Any:
            is_number = isinstance(path, int)
            assert is_number or not Path(os.fsdecode(path)).absolute().is_relative_to(FIXTURES), path
            return function(path, *others, **named)

        return asked

    with monkeypatch.context() as context:
        for module, name in LOOKING:
            context.setattr(module, name, watched(getattr(module, name)))
        found = checked(project, catalog)
        listed(project)
        rendered(found.given, with_origins=True)
    assert found.result.summary.files
