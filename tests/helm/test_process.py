"""Charts of strangers do not get out of helm, or keep it busy."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from kblint.cli.main import cli
from kblint.errors import UsageError
from kblint.helm.process import Helm, Ran, find_helm
from tests.given.helm import HEADER, checked_with_helm, needs_helm

LOOP = "{{ range until 10000 }}" * 4 + "{{ end }}" * 4
GROWS = '{{- $x := "xxxxxxxxxxxxxxxx" }}{{ range until 60 }}{{ $x = print $x $x }}{{ end }}{{ $x }}'


def program(folder: Path, script: str) -> str:
    """A program called helm in a folder of its own, which is told."""
    folder.mkdir(exist_ok=True)
    file = folder / "helm"
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return str(folder)


def template(text: str, **more: str) -> dict[str, bytes]:
    """A chart with one template."""
    files = {"Chart.yaml": HEADER.format(name="web"), "templates/a.yaml": text, **more}
    return {f"chart/{name}": data.encode() for name, data in files.items()}


@pytest.fixture
def helm() -> Helm:
    """A helm that has little time."""
    names = (Path(folder, "helm") for folder in os.environ["PATH"].split(os.pathsep))
    return Helm(str(next(one for one in names if one.exists())), seconds=3)


def children() -> Iterator[str]:
    """What runs in the sessions that this process has started."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                state = (entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            except OSError:
                continue
            if int(state[1]) == os.getpid() and state[0] != "Z":
                yield entry.name


@needs_helm
def test_what_does_not_end_is_stopped(helm: Helm) -> None:
    before = set(children())
    started = time.monotonic()
    ran = helm.run(template(LOOP), ["template", "web", "chart"])
    assert ran.stopped == "helm takes longer than 3 s"
    assert time.monotonic() - started < 20
    assert set(children()) <= before


def test_what_says_much_is_stopped(tmp_path: Path) -> None:
    folder = program(tmp_path, "/usr/bin/head -c 20000000 /dev/zero")
    assert Helm(f"{folder}/helm").run({}, []).stopped == "it makes more than 16 MB"


@needs_helm
def test_memory_is_bounded(helm: Helm) -> None:
    ran = helm.run(template(GROWS), ["template", "web", "chart"])
    assert ran.stopped in ("helm takes more than 1 GB of memory", "helm takes longer than 3 s")


@needs_helm
def test_all_charts_together_have_an_end(helm: Helm) -> None:
    tired = Helm(find_path(), seconds=3, all_seconds=0)
    assert tired.run(template("a: b"), ["template", "web", "chart"]).stopped
    assert helm.run(template("a: b"), ["template", "web", "chart"]).code == 0


def find_path() -> str:
    """Where helm is."""
    return next(str(file) for folder in os.environ["PATH"].split(os.pathsep) if (file := Path(folder, "helm")).exists())


@needs_helm
@pytest.mark.parametrize(
    "text",
    [
        'a: {{ .Files.Get "../../secret" | quote }}',
        'a: {{ .Files.Get "/etc/hostname" | quote }}',
        'a: {{ (.Files.Glob "../**").AsConfig | quote }}',
        'a: {{ lookup "v1" "Secret" "" "" | toJson | quote }}',
        'a: {{ getHostByName "localhost" | quote }}',
    ],
)
def test_nothing_outside_of_the_chart_is_seen(helm: Helm, text: str) -> None:
    files = {**template(text), "secret": b"planted"}
    ran = helm.run(files, ["template", "web", "chart"])
    assert ran.code == 0, ran.error
    assert "planted" not in ran.out
    assert ran.out.split("a: ")[1].strip() in ('""', '"{}"')


@needs_helm
@pytest.mark.parametrize("text", ['a: {{ env "HOME" }}', 'a: {{ expandenv "$HOME" }}'])
def test_the_environment_is_not_seen(helm: Helm, text: str) -> None:
    assert helm.run(template(text), ["template", "web", "chart"]).code != 0


def test_helm_sees_nothing_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", "/home/user/.kube/config")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "planted")
    folder = program(tmp_path, "/usr/bin/env; /bin/pwd; /bin/ls -R")
    ran = Helm(f"{folder}/helm").run({"chart/a/b": b""}, ["template"])
    assert ran.code == 0, ran.error
    assert "planted" not in ran.out
    assert "/home/user" not in ran.out
    assert "HELM_NO_PLUGINS=1" in ran.out
    assert str(Path.cwd()) not in ran.out


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    folder = program(tmp_path / "bin", "exit 3")
    assert Helm(f"{folder}/helm").run({"chart/a": b"x"}, []) == Ran(3, "", "")
    assert [one.name for one in tmp_path.iterdir()] == ["bin"]


def test_what_helm_starts_ends_with_it(tmp_path: Path) -> None:
    folder = program(tmp_path, "/bin/sleep 60 & echo $!; wait")
    ran = Helm(f"{folder}/helm", seconds=0.5).run({}, [])
    assert ran.stopped


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("echo v3.11.3", "is helm 3.11.3, and `--helm` needs 3.12 or later"),
        ("echo v2.17.0", "is helm 2.17.0"),
        ("echo hello", "does not say which version of helm it is"),
        ("exit 1", "does not say which version of helm it is"),
    ],
)
def test_a_helm_that_is_too_old_is_not_run(tmp_path: Path, script: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        find_helm({"PATH": program(tmp_path, script)})


def test_a_helm_beside_the_charts_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, "echo v3.18.0")
    monkeypatch.chdir(tmp_path)
    for path in ("", ".", ":", "bin:."):
        with pytest.raises(UsageError, match="needs helm on the PATH"):
            find_helm({"PATH": path})


def test_only_the_command_line_asks_for_helm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    (tmp_path / "Chart.yaml").write_text(HEADER.format(name="web"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(cli, ["check", "--allow-empty", "."]).exit_code == 0
    error = CliRunner().invoke(cli, ["check", "--helm", "--isolated", "."], standalone_mode=False).exception
    assert isinstance(error, UsageError)
    assert "needs helm on the PATH" in str(error)


@needs_helm
def test_a_schema_that_names_other_files_is_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.json"
    secret.write_text('{"required": ["planted"]}', encoding="utf-8")
    schema = f'{{"$schema": "https://json-schema.org/draft-07/schema", "$ref": "file://{secret}"}}'
    files = {"web/Chart.yaml": "", "web/values.schema.json": schema, "web/templates/a.yaml": "a: b\n"}
    result = checked_with_helm(tmp_path / "tree", {**files, "run.sh": "helm install web ./web\n"})
    assert "planted" not in repr(result)
    assert not result.findings
