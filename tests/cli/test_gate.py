"""A gate that the change cannot switch off: `--isolated`, what is said of silenced errors, rules that cannot run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kblint.cli.main import cli
from kblint.errors import KblintError, RuleError
from tests.cli.running import NEVER, run
from tests.given.manifests import container, service, stream, workload

WRONG = stream(
    workload(container(ports="[{name: http, containerPort: 8080}]")),
    service(ports="[{port: 80, targetPort: nope}]"),
)
"""A Service that sends to a port which nothing declares: SVC001, an error."""
LINE = "targetPort: nope"


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy" / "app.yaml").write_text(WRONG, encoding="utf-8")
    return tmp_path


def report(*words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("check", "-f", "json", *words)[1])
    return found


def by(*words: str) -> dict[str, int]:
    found: dict[str, int] = report(*words)["summary"]["silencedErrors"]
    return {name: number for name, number in found.items() if number}


SILENCERS: list[tuple[str, str, str]] = [
    ("kblint.yaml", "ignore: [SVC001]\n", "configuration"),
    ("deploy/kblint.yaml", "ignore: [SVC]\n", "configuration"),
    ("deploy/.kblint.yaml", "select: [LB]\n", "configuration"),
    ("kblint.yaml", "severity: {SVC001: info}\n", "configuration"),
    ("kblint.yaml", "ignore: [{rules: [SVC001], objects: [web]}]\n", "configuration"),
]


@pytest.mark.parametrize(("path", "text", "silencer"), SILENCERS)
def test_an_error_that_the_configuration_silences_is_counted_and_isolated_tells_it(
    tree: Path, path: str, text: str, silencer: str
) -> None:
    assert run("check", "deploy")[0] == 1
    (tree / path).write_text(text, encoding="utf-8")
    assert run("check", "deploy")[0] == 0
    assert by("deploy") == {silencer: 1}
    assert run("check", "deploy")[1].endswith("1 error is silenced: 1 by the configuration.\n")
    assert run("check", "deploy", "--isolated")[0] == 1
    assert by("deploy", "--isolated") == {}


@pytest.mark.parametrize("key", ["schemas: [nope]", "rules: [nope]", "baseline: nope.json", "images: {a: nope}"])
def test_nothing_that_a_configuration_of_the_tree_names_is_looked_at_in_isolation(tree: Path, key: str) -> None:
    (tree / "kblint.yaml").write_text(f"{key}\n", encoding="utf-8")
    with pytest.raises(KblintError):
        run("check", "deploy")
    assert run("check", "deploy", "--isolated")[0] == 1


@pytest.mark.parametrize(
    ("old", "new", "silencer"),
    [
        (LINE, f"{LINE} # kblint: ignore[SVC001] later", "comments"),
        ("apiVersion", "# kblint: ignore-file[SVC001] later\napiVersion", "comments"),
    ],
)
def test_an_error_that_a_comment_silences_is_counted_and_isolated_tells_it(
    tree: Path, old: str, new: str, silencer: str
) -> None:
    file = tree / "deploy" / "app.yaml"
    file.write_text(WRONG.replace("[{port: 80, targetPort: nope}]", f"\n  - port: 80\n    {LINE}\n"), encoding="utf-8")
    assert run("check", "deploy")[0] == 1
    file.write_text(file.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    assert run("check", "deploy")[0] == 0
    assert by("deploy") == {silencer: 1}
    assert run("check", "deploy", "--isolated")[0] == 1
    assert by("deploy", "--isolated") == {}


def test_an_error_that_an_annotation_silences_is_counted_and_isolated_tells_it(tree: Path) -> None:
    text = stream(
        workload(container(ports="[{name: http, containerPort: 8080}]")),
        service(ports="[{port: 80, targetPort: nope}]", annotations='{kblint.io/ignore: "SVC001: later"}'),
    )
    (tree / "deploy" / "app.yaml").write_text(text, encoding="utf-8")
    assert by("deploy") == {"annotations": 1}
    assert run("check", "deploy")[0] == 0
    assert run("check", "deploy", "--isolated")[0] == 1


def test_a_configuration_that_is_named_counts_in_isolation_too_and_is_said(tree: Path) -> None:
    (tree / "deploy" / "kblint.yaml").write_text("ignore: [SVC001]\nprofile: hetzner-k3s\n", encoding="utf-8")
    (tree / "base.yaml").write_text("profile: kubernetes\nworld: closed\n", encoding="utf-8")
    found = report("deploy", "--isolated", "--config", "base.yaml")
    assert found["profile"] == "kubernetes"
    assert [one["rule"]["id"] for one in found["findings"]] == ["SVC001"]
    assert by("deploy", "--isolated", "--config", "deploy/kblint.yaml") == {"configuration": 1}


@pytest.mark.parametrize("key", ["rules", "schemas"])
@pytest.mark.parametrize("lead", ["../deploy/own", "link", ".."])
def test_a_named_configuration_brings_no_rules_or_definitions_of_the_change_in_isolation(
    tree: Path, key: str, lead: str
) -> None:
    (tree / "deploy" / "own").mkdir()
    (tree / "base" / "kept").mkdir(parents=True)
    (tree / "base" / "link").symlink_to(tree / "deploy" / "own")
    file = tree / "base" / "kblint.yaml"
    file.write_text(f"{key}: [{lead}]\n", encoding="utf-8")
    with pytest.raises(KblintError, match="lies in what is checked"):
        run("check", "deploy", "--isolated", "--config", "base/kblint.yaml")
    file.write_text(f"paths: [../deploy]\n{key}: [{lead}]\n", encoding="utf-8")
    with pytest.raises(KblintError, match="lies in what is checked"):
        run("ports", "--isolated", "--config", "base/kblint.yaml")
    file.write_text(f"{key}: [kept]\n", encoding="utf-8")
    assert run("check", "deploy", "--isolated", "--config", "base/kblint.yaml")[0] == 1


@pytest.mark.parametrize(
    "entry", ["{paths: [app.yaml], ignore: [SVC001]}", "{paths: [app.yaml], severity: {SVC001: info}}"]
)
def test_an_error_that_overrides_silence_is_counted_and_isolated_tells_it(tree: Path, entry: str) -> None:
    (tree / "deploy" / "kblint.yaml").write_text(f"overrides: [{entry}]\n", encoding="utf-8")
    assert run("check", "deploy")[0] == 0
    assert by("deploy") == {"configuration": 1}
    assert run("check", "deploy", "--isolated")[0] == 1
    assert by("deploy", "--isolated") == {}


def test_the_words_of_the_command_line_are_the_judges_own(tree: Path) -> None:
    assert by("deploy", "--ignore", "SVC001") == {}
    assert by("deploy", "--severity", "SVC001=info") == {}
    (tree / "kblint.yaml").write_text("severity: {SVC001: info}\n", encoding="utf-8")
    assert by("deploy", "--severity", "SVC001=error") == {}
    assert run("check", "deploy", "--severity", "SVC001=error")[0] == 1


def test_a_rule_that_yields_to_a_silenced_one_speaks_as_if_that_one_were_not_there(tree: Path) -> None:
    before = {one["rule"]["id"] for one in report("deploy", "--ignore", "SVC001")["findings"]}
    (tree / "kblint.yaml").write_text("ignore: [SVC001]\n", encoding="utf-8")
    assert {one["rule"]["id"] for one in report("deploy")["findings"]} == before


def test_no_gitignore_of_the_change_hides_a_manifest_in_isolation(tree: Path) -> None:
    (tree / ".git").mkdir()
    (tree / "deploy" / ".gitignore").write_text("*.yaml\n", encoding="utf-8")
    (tree / ".gitignore").write_text("deploy\n", encoding="utf-8")
    assert report("deploy", "--allow-empty")["findings"] == []
    assert run("check", "deploy", "--isolated")[0] == 1
    assert run("check", ".", "--isolated")[0] == 1


@pytest.mark.parametrize("command", ["trace", "ports", "checklist"])
def test_the_other_commands_can_be_isolated_too(tree: Path, command: str) -> None:
    (tree / "deploy" / "kblint.yaml").write_text("profile: hetzner-k3s\n", encoding="utf-8")
    assert "hetzner-k3s" in run(command, "deploy", "--format", "json")[1]
    assert "hetzner-k3s" not in run(command, "deploy", "--format", "json", "--isolated")[1]


def test_rule_folders_of_the_tree_do_not_count_in_isolation(tree: Path) -> None:
    (tree / "deploy" / "rules").mkdir()
    (tree / "deploy" / "rules" / "broken.yaml").write_text("id: [", encoding="utf-8")
    (tree / "deploy" / "kblint.yaml").write_text("rules: [rules]\n", encoding="utf-8")
    with pytest.raises(RuleError):
        run("check", "deploy/app.yaml")
    assert run("check", "deploy/app.yaml", "--isolated")[0] == 1
    with pytest.raises(RuleError):
        run("check", "deploy/app.yaml", "--isolated", "--rules", "deploy/rules")


def test_a_rule_that_cannot_be_evaluated_costs_no_other_finding_and_is_no_pass(tree: Path) -> None:
    (tree / "rules").mkdir()
    (tree / "rules" / "never.yaml").write_text(NEVER, encoding="utf-8")
    words = ["check", "deploy", "--rules", "rules"]
    with pytest.raises(
        RuleError, match=r"rule `SVC090` could not be evaluated on Service shop/web: divide by zero in `"
    ):
        run(*words)
    result = CliRunner().invoke(cli, words, standalone_mode=False)
    assert "error[SVC001]" in result.stdout
    assert "not judged" in result.stdout
    assert "1 error, 1 not judged" in result.stdout
    assert run(*words, "--ignore", "SVC090")[0] == 1
    for command in ("trace", "ports"):
        assert run(command, "deploy")[0] in (0, 1)
    with pytest.raises(RuleError, match="SVC090"):
        run("checklist", "deploy", "--rules", "rules")


def test_a_patch_is_no_pass_either_where_a_rule_cannot_be_evaluated(tree: Path) -> None:
    (tree / "rules").mkdir()
    (tree / "rules" / "never.yaml").write_text(NEVER, encoding="utf-8")
    with pytest.raises(RuleError, match="SVC090"):
        run("check", "deploy", "--rules", "rules", "--diff")
