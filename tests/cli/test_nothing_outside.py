"""No command shows a line of what lies outside of what was named, or of a file that is none of kblint's."""

from __future__ import annotations

import os
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from kblint.cli.main import cli
from kblint.errors import ConfigError, KblintError, RuleError, UsageError
from kblint.source import discover
from kblint.source import reader as reading
from tests.cli.running import APP, run

SECRET = "planted-in-another-place"
OUTSIDE = "is a symbolic link that leads out of what is checked"
BROKEN = f"{SECRET}: [\n"
COMMANDS = ("check", "trace", "ports", "checklist", "render")


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checked folder with a right application, beside one with files that nobody asked for."""
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "app.yaml").write_text(APP, encoding="utf-8")
    outside = tmp_path / "outside"
    outside.mkdir()
    for name in ("broken.yaml", "kblint.yml"):
        (outside / name).write_text(BROKEN, encoding="utf-8")
    (outside / "app.yaml").write_text(APP.replace("name: web", f"name: {SECRET}"), encoding="utf-8")
    (outside / ".gitignore").write_text("app.yaml\n", encoding="utf-8")
    monkeypatch.chdir(tree)
    return tree


def everything(*words: str) -> str:
    """All that is said, on both streams and as an error."""
    result = CliRunner().invoke(cli, words, standalone_mode=False)
    error = result.exception
    assert error is None or isinstance(error, KblintError | click.ClickException), repr(error)
    return f"{result.output} {error or ''} {getattr(error, 'help', '') or ''}"


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("target", ["../outside/broken.yaml", "../outside/app.yaml", "/proc/self/environ", "/dev/zero"])
def test_links_to_files_are_said_and_not_followed(tree: Path, command: str, target: str) -> None:
    (tree / "link.yaml").symlink_to(target)
    said = everything(command, ".")
    assert SECRET not in said
    assert OUTSIDE in said
    assert "link.yaml" in said


@pytest.mark.parametrize("command", COMMANDS)
def test_links_to_folders_are_said_and_not_followed(tree: Path, command: str) -> None:
    (tree / "sideward").symlink_to("../outside")
    (tree / "upward").symlink_to("..")
    said = everything(command, ".")
    assert SECRET not in said
    assert OUTSIDE in said
    assert "2 inputs" in said or ("sideward" in said and "upward" in said)


def test_links_inside_the_tree_are_followed(tree: Path) -> None:
    (tree / "given").mkdir()
    (tree / "app.yaml").rename(tree / "given/app.txt")
    (tree / "app.yaml").symlink_to("given/app.txt")
    assert "1 file, 2 objects" in run("check", ".")[1]


def test_a_named_path_may_be_a_link(tree: Path) -> None:
    (tree.parent / "link").symlink_to("tree")
    assert "1 file, 2 objects" in run("check", "../link")[1]
    (tree / "link.yaml").symlink_to("../outside/app.yaml")
    assert SECRET in run("trace", "link.yaml")[1]


@pytest.mark.parametrize("name", ["kblint.yaml", ".kblint.yaml"])
def test_a_configuration_is_no_link_that_leads_out(tree: Path, name: str) -> None:
    (tree / name).symlink_to("../outside/broken.yaml")
    (tree / "folder").mkdir()
    (tree / "app.yaml").rename(tree / "folder/app.yaml")
    for path in (".", "folder"):
        with pytest.raises(ConfigError, match=OUTSIDE):
            run("check", path)
        assert SECRET not in everything("check", path)


def test_of_a_file_that_is_no_configuration_nothing_is_shown(tree: Path) -> None:
    (tree / ".env").write_text(f"{SECRET}: 1\n", encoding="utf-8")
    (tree / "kblint.yaml").symlink_to(".env")
    with pytest.raises(ConfigError, match="the file it leads to is none that kblint can use"):
        run("check", ".")
    assert SECRET not in everything("check", ".")
    assert SECRET not in everything("check", "--config", "kblint.yaml", ".")

    (tree / "kblint.yaml").unlink()
    (tree / "shared").mkdir()
    (tree / "shared/kblint.yaml").write_text("profil: kubernetes\n", encoding="utf-8")
    (tree / "kblint.yaml").symlink_to("shared/kblint.yaml")
    with pytest.raises(ConfigError, match="unknown key `profil`") as raised:
        run("check", ".")
    assert (raised.value.path, raised.value.line) == ("kblint.yaml", 1)


@pytest.mark.parametrize("words", [("check", "."), ("check", "--config", "kblint.yaml", ".")])
def test_a_configuration_that_is_no_file_is_an_error(tree: Path, words: tuple[str, ...]) -> None:
    os.mkfifo(tree / "kblint.yaml")
    with pytest.raises(ConfigError, match="is not a regular file"):
        run(*words)


@pytest.mark.parametrize(
    ("written", "words"),
    [("paths: [../outside]", ("check",)), ("rules: [../outside]", ("check", ".")), ("paths: [link]", ("check",))],
)
def test_a_configuration_that_is_found_opens_nothing_else(tree: Path, written: str, words: tuple[str, ...]) -> None:
    (tree / "link").symlink_to("../outside")
    (tree / "kblint.yaml").write_text(f"# theirs\n{written}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="lies outside") as raised:
        run(*words)
    assert raised.value.line == 2
    assert SECRET not in everything(*words)


def test_a_configuration_that_is_named_may_send_anywhere(tree: Path) -> None:
    (tree.parent / "lint").mkdir()
    (tree.parent / "lint/kblint.yaml").write_text("paths: [../tree]\n", encoding="utf-8")
    assert "1 file, 2 objects" in run("check", "--config", "../lint/kblint.yaml")[1]


def test_a_configuration_may_send_anywhere_in_its_repository(tree: Path) -> None:
    (tree.parent / ".git").mkdir()
    (tree / "kblint.yaml").write_text("paths: [../outside/app.yaml]\n", encoding="utf-8")
    assert "1 file, 2 objects" in run("check")[1]


@pytest.mark.parametrize("link", ["rules/rule.yaml", "rules/given", "rules"])
def test_rule_folders_hold_no_links_that_lead_out(tree: Path, link: str) -> None:
    (tree / link).parent.mkdir(exist_ok=True)
    (tree / link).symlink_to(tree.parent / ("outside/broken.yaml" if link.endswith(".yaml") else "outside"))
    (tree / "kblint.yaml").write_text("rules: [rules]\n", encoding="utf-8")
    with pytest.raises((RuleError, ConfigError), match=r"leads out|lies outside"):
        run("check", ".")
    assert SECRET not in everything("check", ".")


def test_of_a_file_that_is_no_rule_nothing_is_shown(tree: Path) -> None:
    (tree / "rules").mkdir()
    (tree / "rules/values.txt").write_text(f"{SECRET}: 1\n", encoding="utf-8")
    (tree / "rules/rule.yaml").symlink_to("values.txt")
    with pytest.raises(RuleError, match="none that kblint can use"):
        run("check", "--rules", "rules", ".")
    assert SECRET not in everything("check", "--rules", "rules", ".")


def test_a_rule_that_is_no_file_is_an_error(tree: Path) -> None:
    (tree / "rules").mkdir()
    os.mkfifo(tree / "rules/rule.yaml")
    with pytest.raises(RuleError, match="is not a regular file"):
        run("check", "--rules", "rules", ".")


def test_an_ignore_file_is_no_link(tree: Path) -> None:
    (tree / ".gitignore").symlink_to("../outside/.gitignore")
    output = run("check", ".")[1]
    assert "1 file, 2 objects" in output
    assert "skipped: .gitignore: is a symbolic link, which git does not follow here either" in output


def test_an_ignore_file_that_cannot_be_read_is_no_pass(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tree / ".gitignore")
    code, output = run("check", ".")
    assert (code, "this file cannot be read: is not a regular file" in output) == (1, True)

    (tree / ".gitignore").unlink()
    (tree / ".gitignore").write_text("*.txt\n", encoding="utf-8")
    real = os.open

    def refusing(path: str, *rest: int) -> int:
        if str(path).endswith(".gitignore"):
            raise PermissionError(13, "Permission denied")
        return real(path, *rest)

    monkeypatch.setattr(os, "open", refusing)
    for command in COMMANDS:
        with pytest.raises(UsageError, match=r"`\.gitignore` cannot be read"):
            run(command, ".")


@pytest.mark.parametrize("path", ["/dev/stdin", "/dev/fd/0", "/proc/self/environ", "/proc/self", "/dev", "pipe.yaml"])
def test_what_is_no_file_is_a_finding_and_is_not_waited_for(tree: Path, path: str) -> None:
    os.mkfifo(tree / "pipe.yaml")
    code, output = run("check", path)
    assert code == 1
    assert output.count("error[DOC001]: this file cannot be read: ") == 1


def test_a_register_that_is_none_is_not_shown(tree: Path) -> None:
    (tree / "PORTS.md").symlink_to("../outside/broken.yaml")
    assert SECRET not in everything("ports", "--verify", "PORTS.md", ".")
    with pytest.raises(UsageError, match="was not written by kblint"):
        run("ports", "--verify", "PORTS.md", ".")
    os.mkfifo(tree / "pipe.md")
    for option in ("--verify", "--write"):
        with pytest.raises(UsageError, match=r"`pipe\.md` cannot be read: is not a regular file"):
            run("ports", option, "pipe.md", ".")


def test_standard_input_has_the_same_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_BYTES", 200_000)
    result = CliRunner().invoke(
        cli, ["check", "-"], input="# long\n" * 30_000, standalone_mode=False, catch_exceptions=False
    )
    assert result.return_value == 1
    assert "this file cannot be read: is larger than" in result.stdout


def test_more_than_a_run_can_hold_is_an_error(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tree / "more.yaml").write_text(APP, encoding="utf-8")
    monkeypatch.setattr(discover, "MAX_FILES", 1)
    with pytest.raises(UsageError, match=r"there are more than 1 files to check in `\.`"):
        run("check", ".")
    monkeypatch.undo()
    monkeypatch.chdir(tree)
    monkeypatch.setattr("kblint.loading.MAX_LENGTH", len(APP))
    with pytest.raises(UsageError, match="characters to check"):
        run("check", ".")


@pytest.mark.parametrize("option", ["--config", "--rules"])
def test_names_that_no_system_takes_are_told(tree: Path, option: str) -> None:
    assert tree.is_dir()
    for name in ("x" * 5000, "x/" * 3000):
        with pytest.raises(KblintError):
            run("check", option, name, ".")
        with pytest.raises(UsageError, match="cannot be read"):
            run("check", name)


def test_folders_deep_inside_each_other_are_checked(tree: Path) -> None:
    folder = tree
    for _ in range(400):
        folder /= "d"
        folder.mkdir()
    (tree / "app.yaml").rename(folder / "app.yaml")
    assert "1 file, 2 objects" in run("check", ".")[1]
