"""`kblint check`: which configuration counts, what is never a pass, and what the last lines rest the verdict on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kblint.errors import UsageError
from tests.cli.running import APP, run
from tests.given.manifests import host, ingress

ROUTE = ingress(host())


def last_lines(*words: str) -> str:
    """What stands behind the findings, on one line."""
    return " ".join(run("check", *words)[1].split())


def test_the_configuration_nearest_to_the_checked_path_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder, profile in ((".", "kubernetes"), ("deploy", "hetzner-k3s"), ("deploy/inner", "")):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / "app.yaml").write_text(APP, encoding="utf-8")
        if profile:
            (tmp_path / folder / "kblint.yaml").write_text(f"profile: {profile}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    assert "with profile hetzner-k3s:" in last_lines("deploy")
    assert "with profile hetzner-k3s:" in last_lines("deploy/inner")
    assert "with profile hetzner-k3s:" in last_lines("deploy/inner/app.yaml")
    assert "with profile kubernetes:" in last_lines("app.yaml")
    assert "with profile kubernetes:" in last_lines("app.yaml", "deploy/inner"), "the one above both"
    assert "with profile kubernetes:" in last_lines(".")


def test_from_outside_of_the_checked_path_the_working_directory_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("here", "there"):
        (tmp_path / folder).mkdir()
    (tmp_path / "there" / "app.yaml").write_text(APP, encoding="utf-8")
    (tmp_path / "here" / "kblint.yaml").write_text("profile: hetzner-k3s\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "here")

    assert "with profile hetzner-k3s:" in last_lines("../there")


def test_nothing_to_check_is_no_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.txt").write_text("nothing of ours", encoding="utf-8")

    with pytest.raises(UsageError, match="there is nothing to check"):
        run("check", ".")

    assert run("check", ".", "--allow-empty")[0] == 0
    (tmp_path / "app.yaml").write_text(APP, encoding="utf-8")
    assert run("check", ".")[0] == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is kept from the superuser")
def test_what_may_not_be_read_is_no_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.yaml").write_text(APP, encoding="utf-8")
    kept = tmp_path / "kept"
    kept.mkdir(mode=0o000)

    for command in ("check", "trace", "ports", "checklist"):
        with pytest.raises(UsageError, match="`kept` cannot be read"):
            run(command, ".")
    kept.chmod(0o700)


def test_a_folder_that_the_system_keeps_back_is_no_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.yaml").write_text(APP, encoding="utf-8")
    (tmp_path / "kept").mkdir()
    scan = os.scandir

    def refusing(path: str) -> object:
        if str(path).endswith("kept"):
            raise PermissionError(13, "Permission denied")
        return scan(path)

    monkeypatch.setattr(os, "scandir", refusing)

    for command in ("check", "trace", "ports", "checklist"):
        with pytest.raises(UsageError, match="`kept` cannot be read"):
            run(command, ".")


def test_all_is_well_only_where_every_way_in_was_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "kblint.yaml").write_text("cluster: {overlay: working}\n", encoding="utf-8")
    (tmp_path / "app.yaml").write_text(APP, encoding="utf-8")
    assert "nothing found" in last_lines(".")
    assert "Followed 0 of 1 way in; not followed: 1 to ports on which nothing shows that a process listens." in (
        last_lines(".")
    )

    known = APP.replace(
        "registry.example.com/web:1", "registry.example.com/web:1\n          command: [web, --port=8080]"
    )
    (tmp_path / "app.yaml").write_text(known, encoding="utf-8")
    assert "all is well" in last_lines(".")
    assert "ollowed" not in last_lines(".")

    (tmp_path / "route.yaml").write_text(ROUTE.replace("name: web", "name: other"), encoding="utf-8")
    assert "all is well" not in last_lines(".")
    assert "Followed 1 of 2 ways in; not followed: 1 to Services that are not in the input." in last_lines(".")


def test_sarif_brings_what_is_to_be_said_of_each_rule_that_it_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.yaml").write_text(APP.replace("targetPort: 8080", "targetPort: nope"), encoding="utf-8")
    (run_of,) = json.loads(run("check", "-f", "sarif")[1])["runs"]
    rules = run_of["tool"]["driver"]["rules"]
    assert {rule["id"] for rule in rules} == {found["ruleId"] for found in run_of["results"]} != set()
    for rule in rules:
        assert rule["help"]["markdown"].startswith(f"# {rule['id']} {rule['name']}\n")
        assert rule["fullDescription"]["text"]
        assert rule["properties"]["tags"] == [rule["id"].rstrip("0123456789")]
        assert rule["helpUri"].startswith("https://kubernetes.io/")


def test_who_pipes_and_names_no_path_is_told_how_standard_input_is_read(tmp_path: Path) -> None:
    root = Path(__file__).parent.parent.parent
    words = [sys.executable, "-m", "kblint", "check"]
    for more, is_told in (([], True), (["."], False)):
        done = subprocess.run(
            [*words, *more],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(root)},
            input=APP,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 2
        assert ("kblint check -" in done.stderr) == is_told
