"""Charts of the input, rendered: what is found in them, where it stands, and what is said of those that are not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from kblint.finding import Severity
from kblint.model.service import Service
from kblint.model.workload import Workload
from tests.given.helm import checked_with_helm, lines, needs_helm, read_with_helm, the
from tests.given.web_chart import APPLICATION, WEB

pytestmark = needs_helm

FLUX = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: shop, namespace: shop}
spec:
  chart: {spec: {chart: ./charts/web, sourceRef: {kind: GitRepository, name: repo}}}
  values:
    service:
      target: admin
"""
HELMFILE = """\
releases:
  - name: shop
    namespace: shop
    chart: ./charts/web
    values:
      - service:
          target: admin
"""
TERRAFORM = """\
resource "helm_release" "shop" {
  name      = "shop"
  namespace = "shop"
  chart     = "${path.module}/charts/web"
  values    = [yamlencode({ service = {
    target = "admin"
  } })]
}
"""
SCRIPT = "helm upgrade -i shop ./charts/web -n shop -f values-prod.yaml\n"
SET = "helm upgrade -i shop ./charts/web \\\n  -n shop --set service.target=admin\n"
PROD = "service:\n  target: admin\n"


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"apps/shop.yaml": APPLICATION}, "apps/shop.yaml:12"),
        ({"apps/shop.yaml": FLUX}, "apps/shop.yaml:8"),
        ({"helmfile.yaml": HELMFILE}, "helmfile.yaml:7"),
        ({"main.tf": TERRAFORM}, "main.tf:6"),
        ({"install.sh": SCRIPT, "values-prod.yaml": PROD}, "values-prod.yaml:2"),
        ({"install.sh": SET}, "install.sh:2"),
    ],
)
def test_a_release_shows_the_value_that_decides_and_the_line_that_prints_it(
    tmp_path: Path, files: Mapping[str, str], place: str
) -> None:
    found = the(checked_with_helm(tmp_path, {**WEB, **files}), "SVC001")
    assert lines(found)[0] == place
    assert "charts/web/templates/service.yaml:9" in lines(found)[1:]
    assert found.severity is Severity.ERROR
    assert str(found.object) == "Service shop/shop"


def test_the_values_of_the_chart_itself_decide_where_the_release_says_nothing(tmp_path: Path) -> None:
    files = {**WEB, "charts/web/values.yaml": WEB["charts/web/values.yaml"].replace("target: http", "target: admin")}
    found = the(checked_with_helm(tmp_path, {**files, "run.sh": "helm install shop ./charts/web\n"}), "SVC001")
    assert lines(found)[0] == "charts/web/values.yaml:5"


def test_text_of_a_template_stands_there(tmp_path: Path) -> None:
    template = WEB["charts/web/templates/service.yaml"].replace("{{ .Values.service.target }}", "admin")
    files = {**WEB, "charts/web/templates/service.yaml": template, "run.sh": "helm install shop ./charts/web\n"}
    found = the(checked_with_helm(tmp_path, files), "SVC001")
    assert lines(found)[0] == "charts/web/templates/service.yaml:9"


def test_a_chart_that_is_released_twice_makes_two_sets_of_objects(tmp_path: Path) -> None:
    script = "helm install one ./charts/web -n one\nhelm install two ./charts/web -n two --set service.port=81\n"
    given = read_with_helm(tmp_path, {**WEB, "run.sh": script})
    services = [one for one in given.declarations if isinstance(one, Service)]
    workloads = [one for one in given.declarations if isinstance(one, Workload)]
    assert [str(one.meta) for one in services] == ["Service one/one", "Service two/two"]
    assert [one.ports[0].port for one in services] == [80, 81]
    assert [str(one.meta) for one in workloads] == ["Deployment one/one", "Deployment two/two"]
    result = checked_with_helm(tmp_path, {})
    assert not result.findings


def test_what_nobody_releases_is_an_assumption(tmp_path: Path) -> None:
    values = WEB["charts/web/values.yaml"].replace("target: http", "target: admin")
    result = checked_with_helm(tmp_path, {**WEB, "charts/web/values.yaml": values})
    found = the(result, "SVC001")
    assert lines(found)[0] == "charts/web/values.yaml:5"
    assert found.severity is Severity.WARNING
    assert found.lowered == "nothing here releases the chart `web`: these are its own values"


def test_templates_are_not_read_a_second_time(tmp_path: Path) -> None:
    plain = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n"
    files = {"web/Chart.yaml": "", "web/templates/service.yaml": plain, "run.sh": "helm install web ./web -n web\n"}
    given = read_with_helm(tmp_path, files)
    assert [str(one.meta) for one in given.declarations if isinstance(one, Service)] == ["Service web/web"]
    assert not given.skipped


def test_a_mistake_of_a_template_is_found_where_helm_says_it(tmp_path: Path) -> None:
    broken = WEB["charts/web/templates/service.yaml"].replace("{{ .Values.service.port }}", "{{ .Values.a.b.c }}")
    files = {**WEB, "charts/web/templates/service.yaml": broken, "run.sh": "helm install shop ./charts/web\n"}
    found = the(checked_with_helm(tmp_path, files), "DOC007")
    assert lines(found) == ["charts/web/templates/service.yaml:8", "run.sh:1"]
    assert "nil pointer" in found.message
    del files["run.sh"]
    (tmp_path / "run.sh").unlink()
    result = checked_with_helm(tmp_path, files)
    assert not [one for one in result.findings if one.rule.id == "DOC007"], "its own values may be meant to be given"
    assert [one.reason for one in result.skipped if one.path == "charts/web/Chart.yaml"]


def test_a_template_that_never_parses_is_a_mistake_whoever_releases_it(tmp_path: Path) -> None:
    broken = WEB["charts/web/templates/service.yaml"].replace("{{ .Values.service.port }}", "{{ end }}")
    found = the(checked_with_helm(tmp_path, {**WEB, "charts/web/templates/service.yaml": broken}), "DOC007")
    assert lines(found) == ["charts/web/templates/service.yaml:8"]


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    needs = "apiVersion: v2\nname: web\nversion: 0.1.0\ndependencies:\n  - {name: redis, version: 1, repository: 'https://example.com'}\n"
    result = checked_with_helm(tmp_path, {**WEB, "charts/web/Chart.yaml": needs})
    assert [one.reason for one in result.skipped if one.path == "charts/web/Chart.yaml"] == [
        "chart not rendered: not in its `charts`: `redis`"
    ]


def test_values_that_are_not_here_are_said(tmp_path: Path) -> None:
    result = checked_with_helm(tmp_path, {**WEB, "run.sh": SCRIPT})
    (reason,) = (one.reason for one in result.skipped if one.path == "charts/web/Chart.yaml")
    assert reason.startswith("chart not rendered: not all values of helm `shop` are known")


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
            backend: {service: {name: shop-web, port: {number: 80}}}
"""


def test_what_a_rendered_release_does_not_make_is_missing(tmp_path: Path) -> None:
    files = {**WEB, "run.sh": "helm install shop ./charts/web -n shop\n", "ingress.yaml": INGRESS}
    found = the(checked_with_helm(tmp_path, files), "ING001")
    assert lines(found)[0] == "ingress.yaml:11"


def test_what_is_not_rendered_may_make_anything(tmp_path: Path) -> None:
    script = "helm install shop ./charts/web -n shop\nhelm install other oci://example.com/other -n shop\n"
    result = checked_with_helm(tmp_path, {**WEB, "run.sh": script, "ingress.yaml": INGRESS})
    assert not [one for one in result.findings if one.rule.id == "ING001"]


def test_what_depends_on_a_value_that_is_to_be_filled_in_is_unknown(tmp_path: Path) -> None:
    template = WEB["charts/web/templates/service.yaml"].replace(
        "targetPort: {{ .Values.service.target }}", "targetPort: {{ .Values.service.target | int }}"
    )
    script = "helm install shop ./charts/web -n shop --set service.target=${PORT}\n"
    files = {**WEB, "charts/web/templates/service.yaml": template, "run.sh": script}
    result = checked_with_helm(tmp_path, files)
    assert not result.findings, "`int` makes 0 of a text, which nobody wrote"
    (service,) = (one for one in read_with_helm(tmp_path, {}).declarations if isinstance(one, Service))
    assert not isinstance(service.ports[0].target_port, int)


@pytest.mark.parametrize("value", ["service.expose=${WHO}", "service.kind=${WHO}"])
def test_a_chart_that_chooses_by_what_is_to_be_filled_in_is_not_rendered(tmp_path: Path, value: str) -> None:
    service = WEB["charts/web/templates/service.yaml"]
    template = '{{ if or .Values.service.expose (eq .Values.service.kind "b") }}\n' + service + "{{ end }}\n"
    script = f"helm install shop ./charts/web -n shop --set {value}\n"
    files = {**WEB, "charts/web/templates/service.yaml": template, "run.sh": script}
    result = checked_with_helm(tmp_path, files)
    (reason,) = (one.reason for one in result.skipped if one.path == "charts/web/Chart.yaml")
    assert "which is still to be filled in" in reason


def test_what_comes_out_otherwise_each_time_is_unknown(tmp_path: Path) -> None:
    template = WEB["charts/web/templates/service.yaml"].replace("{{ .Values.service.port }}", "{{ randInt 1 60000 }}")
    files = {**WEB, "charts/web/templates/service.yaml": template, "run.sh": "helm install shop ./charts/web\n"}
    (service,) = (one for one in read_with_helm(tmp_path, files).declarations if isinstance(one, Service))
    assert not isinstance(service.ports[0].port, int)


FORGED = (
    '{{ "\\ua9c11999999\\ua9c2" }}',
    '{{ printf "%c1999999%c" 43457 43458 }}',
    '{{ range list 0 2 3 4 5 }}{{ printf "%c%d99999%c" 43457 . 43458 }}{{ end }}',
)


@pytest.mark.parametrize("comment", ["\ua9c1", "\ua9c110\ua9c2", *FORGED])
def test_marks_that_somebody_else_makes_mislead_nobody(tmp_path: Path, comment: str) -> None:
    service = WEB["charts/web/templates/service.yaml"].replace("spec:\n", f"spec: # {comment}\n")
    files = {**WEB, "charts/web/templates/service.yaml": service, "apps/shop.yaml": APPLICATION}
    found = the(checked_with_helm(tmp_path, files), "SVC001")
    assert {place.rpartition(":")[0] for place in lines(found)} <= {*WEB, "apps/shop.yaml"}


def test_a_place_that_is_not_sure_says_so(tmp_path: Path) -> None:
    service = WEB["charts/web/templates/service.yaml"].replace("spec:\n", "spec: # \ua9c1\n")
    files = {**WEB, "charts/web/templates/service.yaml": service, "apps/shop.yaml": APPLICATION}
    found = the(checked_with_helm(tmp_path, files), "SVC001")
    assert lines(found)[0] == "charts/web/templates/service.yaml:9"
    assert found.location.label.endswith("the line is not sure")


def test_annotations_that_only_stand_in_values_are_read(tmp_path: Path) -> None:
    service = WEB["charts/web/templates/service.yaml"].replace(
        "spec:\n",
        "  annotations: {{- toYaml .Values.service.annotations | nindent 4 }}\nspec:\n  type: LoadBalancer\n",
        1,
    )
    values = "service:\n  annotations:\n    load-balancer.hetzner.cloud/nmae: web\n"
    script = "helm install shop ./charts/web -n shop -f values-prod.yaml\n"
    files = {**WEB, "charts/web/templates/service.yaml": service, "run.sh": script, "values-prod.yaml": values}
    found = the(checked_with_helm(tmp_path, files), "LB010")
    assert lines(found)[0] == "values-prod.yaml:3"
