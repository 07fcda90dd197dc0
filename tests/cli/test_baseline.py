"""Adoption: what was there before is known, what is new is told, and no change brings the baseline that judges it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner

from kblint.cli.main import cli
from kblint.errors import ConfigError, UsageError
from tests.cli.running import run
from tests.given.manifests import container, service, stream, workload

ROOT = Path(__file__).parent.parent.parent
SCHEMA = json.loads((ROOT / "kblint" / "baseline.schema.json").read_text(encoding="utf-8"))


def wrong(name: str, target: str = "nope") -> str:
    """A Service that sends to a port which nothing declares: SVC001, an error."""
    return stream(
        workload(container(ports="[{name: http, containerPort: 8080}]"), name=name, labels=f"{{app: {name}}}"),
        service(name, selector=f"{{app: {name}}}", ports=f"[{{port: 80, targetPort: {target}}}]"),
    )


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with two errors."""
    repository = tmp_path / "repository"
    for name in ("a", "b"):
        put(repository / "deploy" / f"{name}.yaml", wrong(name))
    (repository / ".git").mkdir()
    monkeypatch.chdir(repository)
    return repository


def put(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def report(*words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("check", "-f", "json", *words)[1])
    return found


def held(file: Path = Path("known.json")) -> list[dict[str, Any]]:
    document = json.loads(file.read_text(encoding="utf-8"))
    jsonschema.validate(document, SCHEMA)
    entries: list[dict[str, Any]] = document["findings"]
    return entries


def test_all_that_is_there_is_known_and_only_what_is_new_fails(tree: Path) -> None:
    assert run("check", "deploy")[0] == 1
    code, said = run("check", "deploy", "--write-baseline", "known.json")
    assert (code, said) == (
        0,
        "known.json holds 2 findings in 2 files; `kblint check --baseline known.json` tells what is new\n",
    )
    assert [(one["path"], one["rule"], one["object"], one["count"]) for one in held()] == [
        ("deploy/a.yaml", "SVC001", "Service shop/a", 1),
        ("deploy/b.yaml", "SVC001", "Service shop/b", 1),
    ]
    code, said = run("check", "deploy", "--baseline", "known.json")
    assert code == 0
    assert "nothing new, 2 in the baseline." in said
    assert said.endswith("2 errors are silenced: 2 by the baseline.\n")
    put(tree / "deploy" / "c.yaml", wrong("c"))
    found = report("deploy", "--baseline", "known.json")
    assert [one["object"]["name"] for one in found["findings"]] == ["c"]
    assert (found["summary"]["errors"], found["summary"]["silencedErrors"]["baseline"]) == (1, 2)
    assert len(found["baseline"]["known"]) == 2
    assert run("check", "deploy", "--baseline", "known.json")[0] == 1


def test_a_baseline_is_the_same_bytes_twice_and_does_not_know_lines(tree: Path) -> None:
    run("check", "--write-baseline", "known.json")
    first = Path("known.json").read_bytes()
    put(tree / "deploy" / "a.yaml", "# a comment\n\n" + wrong("a"))
    run("check", "--write-baseline", "known.json")
    assert Path("known.json").read_bytes() == first
    assert run("check", "--baseline", "known.json")[0] == 0


@pytest.mark.parametrize(
    ("at", "path"), [("deploy", "."), ("deploy", "../deploy"), (".", "deploy/a.yaml"), ("..", "repository")]
)
def test_the_working_directory_does_not_matter(tree: Path, at: str, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    run("check", ".", "--write-baseline", "known.json")
    expected = Path("known.json").read_bytes()
    monkeypatch.chdir(tree / at)
    assert run("check", path, "--baseline", str(tree / "known.json"))[0] == 0
    if path != "deploy/a.yaml":
        run("check", path, "--write-baseline", str(tree / "again.json"))
        assert (tree / "again.json").read_bytes() == expected


def test_fingerprints_are_the_same_from_every_working_directory(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = [one["fingerprint"] for one in report("deploy")["findings"]]
    monkeypatch.chdir(tree / "deploy")
    assert [one["fingerprint"] for one in report()["findings"]] == here


def test_a_copy_of_the_repository_without_git_is_known_too(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("check", "--write-baseline", "known.json")
    (tree / ".git").rmdir()
    copy = shutil.copytree(tree, tree.parent / "other" / "image")
    monkeypatch.chdir(tree.parent)
    assert run("check", str(copy), "--baseline", str(tree / "known.json"))[0] == 0


def test_the_same_mistake_in_another_folder_is_new(tree: Path) -> None:
    run("check", "--write-baseline", "known.json")
    (tree / "deploy" / "a.yaml").unlink()
    put(tree / "other" / "a.yaml", wrong("a"))
    found = report("--baseline", "known.json")
    assert [one["location"]["path"] for one in found["findings"]] == ["other/a.yaml"]
    assert [one["path"] for one in found["baseline"]["stale"]] == ["deploy/a.yaml"]


def test_equal_findings_are_counted(tree: Path) -> None:
    def ports(*numbers: int) -> str:
        port = "[{port: 80, targetPort: nope}]"
        return wrong("a").replace(
            port, "[" + ", ".join(f"{{name: p{one}, port: {one}, targetPort: nope}}" for one in numbers) + "]"
        )

    put(tree / "deploy" / "a.yaml", ports(80, 81))
    run("check", "--write-baseline", "known.json")
    assert [(one["path"], one["count"]) for one in held()] == [("deploy/a.yaml", 2), ("deploy/b.yaml", 1)]
    put(tree / "deploy" / "a.yaml", ports(80, 81, 82))
    assert len(report("--baseline", "known.json")["findings"]) == 1
    put(tree / "deploy" / "a.yaml", ports(81))
    assert [one["count"] for one in report("--baseline", "known.json")["baseline"]["stale"]] == [1]


def test_what_is_mended_is_said_where_the_whole_was_looked_at(tree: Path) -> None:
    run("check", "--write-baseline", "known.json")
    put(tree / "deploy" / "a.yaml", wrong("a", target="http"))
    said = run("check", "--baseline", "known.json")[1]
    assert (
        "1 finding of the baseline is gone (SVC001 in deploy/a.yaml); write it anew: kblint check --write-baseline"
        in " ".join(said.split())
    )
    for part in (["deploy/a.yaml"], ["--ignore", "SVC001"], ["--select", "LB"]):
        assert report("--baseline", "known.json", *part)["baseline"]["stale"] == []
    (tree / "deploy" / "b.yaml").unlink()
    assert len(report("--baseline", "known.json")["baseline"]["stale"]) == 2
    assert run("check", "--baseline", "known.json")[0] == 0


@pytest.mark.usefixtures("tree")
def test_what_has_become_graver_is_told_again() -> None:
    run("check", "--severity", "SVC001=warning", "--write-baseline", "known.json")
    assert {one["severity"] for one in held()} == {"warning"}
    assert run("check", "--baseline", "known.json")[0] == 1
    run("check", "--write-baseline", "known.json")
    assert report("--baseline", "known.json", "--severity", "SVC001=info")["findings"] == []


def test_the_configuration_names_a_baseline_and_the_command_line_another(tree: Path) -> None:
    put(tree / "kblint.yaml", "baseline: ci/known.json\n")
    with pytest.raises(UsageError, match=r"`ci/known\.json` does not exist"):
        run("check")
    (tree / "ci").mkdir()
    run("check", "--write-baseline", "ci/known.json")
    assert run("check")[0] == 0
    assert report()["summary"]["silencedErrors"]["baseline"] == 2
    put(tree / "none.json", '{"version": 1, "findings": []}\n')
    assert run("check", "--baseline", "none.json")[0] == 1


def test_no_change_brings_the_baseline_that_judges_it(tree: Path) -> None:
    run("check", "--write-baseline", "known.json")
    put(tree / "kblint.yaml", "baseline: known.json\n")
    assert run("check", "deploy")[0] == 0
    assert run("check", "deploy", "--isolated")[0] == 1
    for words in (["deploy"], ["deploy/a.yaml"], []):
        # a configuration that is named counts, but its baseline is one of the change
        assert run("check", *words, "--isolated", "--config", "kblint.yaml")[0] == 1
    base = shutil.copytree(tree, tree.parent / "base")
    assert run("check", "deploy", "--isolated", "--config", str(base / "kblint.yaml"))[0] == 0
    assert run("check", "deploy", "--isolated", "--baseline", str(base / "known.json"))[0] == 0


def test_a_configuration_that_was_found_names_no_baseline_outside(tree: Path) -> None:
    put(tree.parent / "known.json", '{"version": 1, "findings": []}\n')
    put(tree / "kblint.yaml", "baseline: ../known.json\n")
    with pytest.raises(ConfigError, match="lies outside"):
        run("check")
    put(tree / "kblint.yaml", "baseline: link.json\n")
    (tree / "link.json").symlink_to(tree.parent / "known.json")
    with pytest.raises(ConfigError, match=r"lies outside|leads out"):
        run("check")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds no baseline"),
        ("[]", "a baseline is a mapping"),
        ("{", "baseline.json:1:"),
        ('{"version": 2, "findings": []}', "baseline.json:1:13"),
        ('{"version": 1, "findings": [{}]}', "`rule` is missing"),
        ('{"version": 1, "findings": [], "x": 1}', "unknown key `x`"),
    ],
)
def test_a_file_that_is_no_baseline_is_refused_where_it_is_wrong(tree: Path, text: str, message: str) -> None:
    put(tree / "baseline.json", text)
    with pytest.raises(ConfigError) as caught:
        run("check", "--baseline", "baseline.json")
    assert message in str(caught.value)


@pytest.mark.usefixtures("tree")
def test_an_entry_that_stands_twice_is_refused() -> None:
    run("check", "--write-baseline", "known.json")
    lines = Path("known.json").read_text(encoding="utf-8").splitlines()
    Path("known.json").write_text("\n".join([*lines[:4], *lines[3:]]), encoding="utf-8")
    with pytest.raises(ConfigError, match="stands here twice"):
        run("check", "--baseline", "known.json")


def test_no_input_is_overwritten_and_no_report_is_lost(tree: Path) -> None:
    with pytest.raises(UsageError, match="is an input"):
        run("check", "--write-baseline", "deploy/a.yaml")
    for words in (["--fix"], ["--diff"], ["-o", "x.txt"], ["--baseline", "known.json"]):
        with pytest.raises(UsageError, match="and nothing else"):
            run("check", "--write-baseline", "known.json", *words)
    with pytest.raises(UsageError, match="nothing to check"):
        run("check", "--write-baseline", "known.json", str(put(tree / "x" / "empty.txt", "").parent))
    assert not Path("known.json").exists()


def test_a_baseline_replaces_only_a_baseline(tree: Path) -> None:
    put(tree / "package.json", '{"name": "shop", "version": 1}')
    Path("known.json").symlink_to("package.json")
    with pytest.raises(UsageError, match=r"`known\.json` holds no baseline, and is left as it is"):
        run("check", "deploy", "--write-baseline", "known.json")
    assert "shop" in (tree / "package.json").read_text()
    Path("known.json").unlink()
    for text in ("", '{\n  "version": 1,\n<<<<<<< ours\n  "findings": [\n=======\n'):
        put(tree / "known.json", text)
        run("check", "deploy", "--write-baseline", "known.json")
        assert held()


def test_standard_input_is_known_by_its_own_name(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def piped(*words: str) -> int:
        done = CliRunner().invoke(cli, ["check", "-", *words], input=wrong("a"), standalone_mode=False)
        assert done.exception is None
        return int(done.return_value)

    monkeypatch.chdir(tree / "deploy")
    assert piped("--write-baseline", "../known.json") == 0
    monkeypatch.chdir(tree)
    assert [one["path"] for one in held()] == ["<stdin>"]
    assert piped("--baseline", "known.json") == 0


@pytest.mark.usefixtures("tree")
def test_what_is_known_can_be_listed() -> None:
    run("check", "--write-baseline", "known.json")
    said = run("check", "--baseline", "known.json", "--show-suppressed")[1]
    assert said.count("in the baseline: deploy/") == 2


def test_sarif_says_what_is_new_and_what_is_unchanged(tree: Path) -> None:
    run("check", "--write-baseline", "known.json")
    put(tree / "deploy" / "c.yaml", wrong("c"))
    without = json.loads(run("check", "-f", "sarif")[1])["runs"][0]["results"]
    assert not any("baselineState" in one for one in without)
    results = json.loads(run("check", "-f", "sarif", "--baseline", "known.json")[1])["runs"][0]["results"]
    assert [(one["baselineState"], len(one["suppressions"])) for one in results] == [
        ("new", 0),
        ("unchanged", 1),
        ("unchanged", 1),
    ]
