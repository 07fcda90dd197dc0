"""`kblint check --fix` and `--diff`: files are mended, what cannot be is left, and it is said why."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from kblint.cli.main import cli
from kblint.cli.start import main
from kblint.errors import ExitCode, UsageError
from tests.cli.running import FIXTURES, run
from tests.given.hetzner import balancer, check, listener
from tests.given.manifests import host, ingress, nginx, nginx_service, stream, workload
from tests.given.mended import TAKEN
from tests.given.runs import catalog

TYPO = workload().replace("spec:", 'spec:\n  replicas: "1"', 1)
"""A Deployment that the API refuses, and how to mend it is sure."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("stage", ["2-503-balancer-port", "3-503-target-port"])
def test_after_a_fix_no_journey_is_broken(folder: Path, stage: str) -> None:
    shutil.copytree(FIXTURES / "keybuzz" / stage, folder / stage)
    before = json.loads(run("trace", stage, "--format", "json")[1])["journeys"]
    assert {one["state"] for one in before} == {"ok", "broken"}

    code, report = run("check", stage, "--fix")
    assert (code, "all is well" in " ".join(report.split())) == (0, True)

    code, traced = run("trace", stage, "--format", "json")
    after = json.loads(traced)["journeys"]
    assert code == 0
    assert {one["state"] for one in after} == {"ok"}
    assert [one["name"] for one in after] == [one["name"] for one in before]
    assert run("check", stage, "--diff")[1] == "", "a second time changes nothing"


def test_what_is_not_applied_is_told_with_the_reason(folder: Path) -> None:
    for name, text in TAKEN.items():
        (folder / name).write_text(text, encoding="utf-8")
    result = CliRunner().invoke(cli, ["check", ".", "--fix", "--unsafe-fixes"], standalone_mode=False)
    assert "POD001" in result.stderr
    assert result.stderr.startswith("not applied: a.yaml:")
    assert result.stderr.endswith(": error NODE001 would be found, on DaemonSet shop/b\n")
    assert "write `hostPort: 3100`" in result.stdout
    assert "fix available" not in result.stdout
    assert {name: (folder / name).read_text(encoding="utf-8") for name in TAKEN} == TAKEN

    result = CliRunner().invoke(cli, ["check", ".", "--diff", "--unsafe-fixes"], standalone_mode=False)
    assert (result.stdout, result.stderr.startswith("not applied: a.yaml:")) == ("", True)


def test_fixes_that_wait_for_a_word_are_counted(folder: Path) -> None:
    (text,) = next(one for one in catalog().rules["LB001"].examples if one.is_bad).files.values()
    (folder / "lb.yaml").write_text(text, encoding="utf-8")
    result = CliRunner().invoke(cli, ["check", ".", "--diff"], standalone_mode=False)
    assert (result.stdout, result.stderr) == ("", "1 more fix with `--unsafe-fixes`\n")
    assert CliRunner().invoke(cli, ["check", ".", "--diff", "--unsafe-fixes"], standalone_mode=False).stdout


def test_standard_input_cannot_be_mended(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "a.yaml").write_text(TYPO, encoding="utf-8")
    for paths in (("-",), ("a.yaml", "-")):
        with pytest.raises(UsageError, match="`--fix` cannot change standard input") as caught:
            CliRunner().invoke(
                cli, ["check", *paths, "--fix"], input=TYPO, standalone_mode=False, catch_exceptions=False
            )
        assert caught.value.help == "name the files, or take the patch of `--diff`"
    assert (folder / "a.yaml").read_text(encoding="utf-8") == TYPO
    monkeypatch.setattr("sys.argv", ["kblint", "check", "-", "--fix"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == ExitCode.FAILURE


def test_the_patch_of_standard_input_can_be_had(folder: Path) -> None:
    for words in (["--diff"], ["--diff", "--fix"]):
        result = CliRunner().invoke(cli, ["check", "-", *words], input=TYPO, standalone_mode=False)
        assert result.return_value == 1
        assert result.stdout.startswith("--- a/<stdin>\n+++ b/<stdin>\n")
        assert '-  replicas: "1"\n+  replicas: 1\n' in result.stdout
    assert list(folder.iterdir()) == []


def test_a_snapshot_is_not_touched_and_the_command_is_shown(folder: Path) -> None:
    described = balancer(
        listener("http", 80, 31695, health_check=check("tcp", 31695)),
        listener("https", 443, 32443, health_check=check("tcp", 32443)),
        id=17,
    )
    (folder / "lb.yaml").write_text(described, encoding="utf-8")
    nginx_files = stream(nginx_service(), nginx(), ingress(host(), ingressClassName="nginx"))
    (folder / "nginx.yaml").write_text(nginx_files, encoding="utf-8")
    command = (
        "hcloud load-balancer update-service lb1 --listen-port 443 --destination-port 31695 --health-check-port 31695"
    )

    _, report = run("check", ".", "--fix")
    shown = report.partition("= run: ")[2].partition("\n\n")[0]
    assert " ".join(shown.replace("\\\n", "").split()) == command
    assert "kblint check --fix" not in report
    assert (folder / "lb.yaml").read_text(encoding="utf-8") == described

    (found,) = (one for one in json.loads(run("check", "--format", "json")[1])["findings"] if one["fix"])
    assert (found["fix"]["edits"], found["fix"]["command"]) == ([], command)
    for name in ("github", "junit", "markdown", "sarif"):
        assert command in run("check", "--format", name)[1], name
    (sarif,) = json.loads(run("check", "--format", "sarif")[1])["runs"]
    assert [one["fixes"] for one in sarif["results"]] == [[] for _ in sarif["results"]]


CONFIGURED = """balancers:
  - name: lb1
    services:
      - {protocol: http, listen_port: 80, destination_port: 31695, health_check: {protocol: tcp, port: 31695}}
      - {protocol: https, listen_port: 443, destination_port: 32443, health_check: {protocol: tcp, port: 32443}}
"""


def test_a_balancer_of_the_configuration_is_mended_in_the_checked_folder_only(folder: Path) -> None:
    (folder / "kblint.yaml").write_text(CONFIGURED, encoding="utf-8")
    (folder / "deploy").mkdir()
    text = stream(nginx_service(), nginx(), ingress(host(), ingressClassName="nginx"))
    (folder / "deploy" / "nginx.yaml").write_text(text, encoding="utf-8")

    assert run("check", "deploy", "--diff")[1] == ""
    run("check", ".", "--fix")
    assert (folder / "kblint.yaml").read_text(encoding="utf-8") == CONFIGURED.replace("32443", "31695")


def test_a_patch_of_files_outside_the_working_directory_has_names_that_tools_take(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in ("here", "deploy"):
        (folder / place).mkdir()
        (folder / place / "a.yaml").write_text(TYPO.replace("name: a", f"name: {place}"), encoding="utf-8")
    monkeypatch.chdir(folder / "here")
    result = CliRunner().invoke(cli, ["check", ".", "../deploy", "--diff"], standalone_mode=False)
    named = [line for line in result.stdout.splitlines() if line.startswith(("---", "+++"))]
    assert named == ["--- a/deploy/a.yaml", "+++ b/deploy/a.yaml", "--- a/here/a.yaml", "+++ b/here/a.yaml"]
    assert result.stderr == f"the patch names files from `{folder}`: apply it there\n"
    subprocess.run(["git", "apply", "-"], input=result.stdout, cwd=folder, text=True, check=True)
    assert run("check", ".", "../deploy", "--diff")[1] == ""


def test_unsafe_fixes_by_itself_is_told_to_do_nothing() -> None:
    with pytest.raises(UsageError, match="by itself"):
        cli.main(["check", "--unsafe-fixes", "."], standalone_mode=False)
