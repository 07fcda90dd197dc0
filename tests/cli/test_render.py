"""`kblint render` as it is typed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from kblint.cli.main import cli
from kblint.errors import UsageError
from kblint.source.text import Source
from kblint.source.yaml_stream import parse_yaml
from tests.cli.running import FIXTURES, run
from tests.given.manifests import container as of_container
from tests.given.manifests import helm_chart, service, stream, workload

WEB = """\
kind: Service
apiVersion: v1
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, name: http, targetPort: 8080}]}
"""
KUBECTL = shutil.which("kubectl")


def written(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        path = folder / (name.replace("__", "/") + ".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.fixture
def overlay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A base with a Service, and an overlay that renames it and changes its port."""
    written(
        tmp_path,
        base__kustomization="resources: [web.yaml]\n",
        base__web=WEB,
        prod__kustomization="""\
resources: [../base]
namePrefix: prod-
patches:
  - path: port.yaml
    target: {kind: Service}
""",
        prod__port="- {op: replace, path: /spec/ports/0/port, value: 8000}\n",
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("overlay")
def test_what_is_built_is_printed_once_and_its_files_are_not() -> None:
    code, text = run("render")
    assert code == 0
    assert (
        text
        == """\
apiVersion: v1
kind: Service
metadata:
  name: prod-web
spec:
  ports:
  - name: http
    port: 8000
    targetPort: 8080
  selector:
    app: web
"""
    )


@pytest.mark.usefixtures("overlay")
def test_origins_say_where_an_object_is_written_and_each_line_that_is_elsewhere() -> None:
    _, text = run("render", "--origins")
    lines = text.splitlines()
    assert lines[0] == "# from base/web.yaml:1, built by prod/kustomization.yaml"
    assert [line for line in lines[1:] if "#" in line] == ["    port: 8000 # from prod/port.yaml:1"]
    assert [line.partition(" #")[0] for line in lines[1:]] == run("render")[1].splitlines()


@pytest.mark.skipif(KUBECTL is None, reason="kubectl, the oracle of kustomizations, is not installed")
def test_it_reads_as_what_kubectl_prints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FIXTURES / "kustomize/right")
    assert KUBECTL
    theirs = subprocess.run([KUBECTL, "kustomize", "prod"], capture_output=True, text=True, check=True).stdout
    assert theirs in run("render")[1]


def test_plain_objects_stand_as_they_are_written_and_lists_are_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    inner = '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "NAME"}}'
    (tmp_path / "b.json").write_text(
        f'{{"apiVersion": "v1", "kind": "List", "items": [{inner.replace("NAME", "b")}, {inner.replace("NAME", "a")}]}}'
    )
    written(tmp_path, a=service(ports="[{port: 80}]"))
    _, text = run("render", "--origins")
    assert [line for line in text.splitlines() if line.startswith("# ")] == [
        "# from a.yaml:1",
        "# from b.json:1",
        "# from b.json:1",
    ]
    assert text.index("name: b") < text.index("name: a\n")


def test_a_known_chart_makes_objects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, ingress=helm_chart("controller: {service: {type: NodePort, nodePorts: {https: 30443}}}"))
    _, text = run("render", "--origins")
    kinds = [document.origin.get("kind") for document in parse_yaml(Source("x", text)).documents]
    assert kinds[0] == "HelmChart"
    assert "Service" in kinds
    assert "made by chart `ingress-nginx` for HelmChart `ingress-nginx`" in text
    assert "nodePort: 30443" in text


def test_secrets_are_masked_wherever_kustomize_takes_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    env = "[{name: A, value: x}]"
    written(
        tmp_path,
        web=stream(workload(of_container(env=env)), service(name="key", ports="[{port: 80}]")),
        key="apiVersion: v1\nkind: Secret\nmetadata: {name: key}\nstringData: {a: hunter2hunter2}\n",
        kustomization="""\
resources: [web.yaml, key.yaml]
secretGenerator:
  - {name: made, literals: [word=correct-horse], files: [settings.ini]}
configMapGenerator:
  - {name: env, envs: [some.env]}
replacements:
  - source: {kind: Secret, name: key, fieldPath: stringData.a}
    targets:
      - select: {kind: Deployment}
        fieldPaths: [spec.template.spec.containers.0.env.0.value]
""",
    )
    (tmp_path / "some.env").write_text("API_TOKEN=battery-staple\nPORT=80\n")
    (tmp_path / "settings.ini").write_text("quiet=1\n")
    code, text = run("render")
    assert code == 0
    shown = ["hunter2", "Y29ycmVjdC1ob3JzZQ", "correct-horse", "battery-staple", "cXVpZXQ9MQ"]
    assert [word for word in shown if word in text] == []
    assert "value: '**************'" in text
    assert 'PORT: "80"' in text


def test_a_kustomization_that_cannot_be_built_is_said(overlay: Path) -> None:
    (overlay / "prod/port.yaml").unlink()
    result = CliRunner().invoke(cli, ["render"], standalone_mode=False)
    assert result.return_value == 1
    assert "not built: prod/kustomization.yaml:4:" in result.stderr
    assert "kind: Service" in result.stdout


def test_no_object_is_no_success(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "main.tf").write_text('resource "hcloud_server" "a" {}\n')
    with pytest.raises(UsageError, match="no object to render"):
        run("render")


@pytest.mark.usefixtures("overlay")
def test_it_is_written_into_a_file_and_no_input_is_written_over(tmp_path: Path) -> None:
    assert run("render", "-o", "out.txt") == (0, "")
    assert (tmp_path / "out.txt").read_text() == run("render")[1]
    with pytest.raises(UsageError, match="is an input"):
        run("render", "-o", "base/web.yaml")


@pytest.mark.usefixtures("overlay")
def test_what_is_printed_is_checked_as_the_files_are() -> None:
    _, text = run("render")
    again = CliRunner().invoke(cli, ["render", "-"], input=text, standalone_mode=False)
    assert again.stdout == text


@pytest.mark.skipif(shutil.which("helm") is None, reason="helm is not installed")
def test_a_chart_in_the_files_is_rendered_and_its_own_file_is_no_object(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, shop__Chart="apiVersion: v2\nname: shop\nversion: 1.0.0\n", shop__values="port: 80\n")
    written(tmp_path, shop__templates__web=WEB.replace("port: 80", "port: {{ .Values.port }}"))
    lines = run("render", "--helm", "--origins")[1].splitlines()
    assert lines[0] == "# from shop/templates/web.yaml:1, rendered of shop/Chart.yaml"
    assert "    port: 80 # from shop/values.yaml:1" in lines
    assert not any("version: 1.0.0" in line for line in lines)
