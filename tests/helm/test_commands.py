"""Every command that reads files renders charts where it is asked to, and says the same of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kblint.errors import UsageError
from tests.cli.running import run
from tests.given.helm import needs_helm, written
from tests.given.web_chart import WEB

pytestmark = needs_helm

INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: shop}
spec:
  rules:
    - host: shop.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend: {service: {name: shop, port: {number: 80}}}
"""


NODE_PORT = """\
apiVersion: v1
kind: Service
metadata: {name: {{ .Release.Name }}-node}
spec:
  type: NodePort
  selector: {{- include "web.labels" . | nindent 4 }}
  ports: [{port: 80, targetPort: http, nodePort: {{ .Values.nodePort | default 30080 }}}]
"""


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    files = {
        **WEB,
        "charts/web/templates/node.yaml": NODE_PORT,
        "ingress.yaml": INGRESS,
        "run.sh": "helm install shop ./charts/web -n shop\n",
    }
    monkeypatch.chdir(written(tmp_path, files))
    return tmp_path


@pytest.mark.usefixtures("tree")
def test_a_journey_goes_through_the_objects_of_a_chart() -> None:
    followed = run("trace", "--helm", ".")[1]
    assert "Deployment shop" in followed
    assert "charts/web/templates/workload.yaml" in followed
    assert "Deployment shop" not in run("trace", ".")[1]


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize("command", ["ports", "checklist"])
def test_other_commands_know_the_objects_of_a_chart(command: str) -> None:
    with_helm, without = run(command, "--helm", ".")[1], run(command, ".")[1]
    assert with_helm != without


def test_the_same_charts_give_the_same_report(tree: Path) -> None:
    (tree / "charts/web/values.yaml").write_text(
        WEB["charts/web/values.yaml"].replace("target: http", "target: admin"), encoding="utf-8"
    )
    reports = {run("check", "--helm", "--format", name, ".")[1] for name in ["json"] * 3}
    assert len(reports) == 1
    (found,) = json.loads(reports.pop())["findings"]
    assert found["rule"]["id"] == "SVC001"


def test_a_comment_in_a_values_file_silences_what_stands_there(tree: Path) -> None:
    values = WEB["charts/web/values.yaml"].replace("target: http", "target: admin # kblint: ignore[SVC001] made later")
    (tree / "charts/web/values.yaml").write_text(values, encoding="utf-8")
    assert run("check", "--helm", ".")[0] == 0
    assert run("check", "--helm", "--isolated", ".")[0] == 1


def test_no_file_of_a_chart_is_written_over(tree: Path) -> None:
    (tree / "charts/web/templates/_x.tpl").write_text('{{- define "x" }}{{ end }}')
    with pytest.raises(UsageError, match="is an input"):
        run("render", "--helm", ".", "-o", "charts/web/templates/_x.tpl")
