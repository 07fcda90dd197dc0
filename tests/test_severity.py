"""Severity follows consequence: what surely breaks a journey is an error, every lowering says why, the user wins."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import pytest
from msgspec.structs import replace

from kblint.finding import Finding, Severity
from kblint.report import to_json, to_sarif, to_text
from kblint.report.options import RenderOptions
from tests.cli.running import run
from tests.given.hetzner import balancer, listener
from tests.given.manifests import container, helm_chart, host, ingress, nginx_service, service, stream, workload
from tests.given.runs import catalog, checked, configured

INGRESS = ingress(host("shop.example.com", service="storefront"))
OTHER_SERVICE = service("api", selector="", ports="[{port: 80}]")
TLS_TO_PLAIN = """\
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  type: NodePort
  selector: {app: web}
  ports: [{name: plain, port: 80, targetPort: 8080, nodePort: 30080, appProtocol: %s}]
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: "registry.example.com/web:1", ports: [{containerPort: 8080}]}]
---
name: lb
services: [{protocol: tcp, listen_port: 443, destination_port: 30080}]
targets: [{type: label_selector, label_selector: {selector: role=worker}}]
load_balancer_type: {name: lb11}
"""
DOUBT = "a Service of this name may be made outside the input"


def found(rule: str, text: str, config: str = "") -> Finding:
    """The only finding of a rule."""
    result = checked({"all.yaml": textwrap.dedent(text)}, configured(config))
    (finding,) = [one for one in result.findings if one.rule.id == rule]
    return finding


def ids(text: str, config: str = "") -> set[str]:
    return {one.rule.id for one in checked({"all.yaml": text}, configured(config)).findings}


def test_what_surely_breaks_a_journey_is_an_error_though_its_rule_says_warning() -> None:
    finding = found("LB003", TLS_TO_PLAIN % "http")
    assert (finding.severity, finding.lowered) == (Severity.ERROR, None)
    assert finding.journeys


def test_a_guess_is_no_error_and_says_what_is_guessed() -> None:
    text = TLS_TO_PLAIN.replace(", appProtocol: %s", "").replace("name: plain", "name: http")
    finding = found("LB003", text)
    assert (finding.severity, finding.certainty) == (Severity.INFO, "likely")
    assert finding.lowered == "only the name or number of the port says what it speaks"


def test_a_port_that_a_probe_asks_too_is_hardly_a_slip() -> None:
    asked = workload(container(ports="[{containerPort: 80}]", readinessProbe="{httpGet: {path: /, port: %d}}"))
    web = stream(asked, service(ports="[{port: 80, targetPort: 81}]"))
    severities = [found("SVC002", web.replace("%d", probed)).severity for probed in ("80", "81")]
    assert severities == [Severity.WARNING, Severity.INFO]


def test_a_mistake_that_breaks_no_journey_keeps_the_severity_of_its_rule() -> None:
    finding = found(
        "SVC013",
        "apiVersion: v1\nkind: Service\nmetadata: {name: db}\nspec: {type: ExternalName, externalName: https://db}\n",
    )
    assert (finding.severity, finding.lowered, finding.journeys) == (Severity.ERROR, None, ())


def test_a_lowering_is_told_in_text_and_in_json_and_in_sarif() -> None:
    result = checked({"all.yaml": INGRESS + "---\n" + OTHER_SERVICE}, configured())
    (finding,) = [one for one in result.findings if one.rule.id == "ING001"]
    assert (finding.severity, finding.lowered) == (Severity.INFO, DOUBT)
    options = RenderOptions(width=100)
    assert f"= lowered: because {DOUBT}\n" in to_text.render(result, options)
    (told,) = [one for one in json.loads(to_json.render(result, options))["findings"] if one["rule"]["id"] == "ING001"]
    assert told["lowered"] == DOUBT
    (told,) = [
        one for one in json.loads(to_sarif.render(result, options))["runs"][0]["results"] if one["ruleId"] == "ING001"
    ]
    assert told["properties"]["lowered"] == DOUBT


def test_the_line_of_a_lowering_is_dim() -> None:
    result = checked({"all.yaml": INGRESS + "---\n" + OTHER_SERVICE}, configured())
    assert f"\x1b[2mbecause {DOUBT}\x1b[0m" in to_text.render(result, replace(RenderOptions(width=100), color=True))


LOWERED, RAISED = INGRESS + "---\n" + OTHER_SERVICE, TLS_TO_PLAIN % "http"


@pytest.mark.parametrize(
    ("text", "config", "rule", "severity", "lowered"),
    [
        (LOWERED, "", "ING001", Severity.INFO, DOUBT),
        (LOWERED, "severity: {ING001: error}", "ING001", Severity.ERROR, None),
        (LOWERED, "severity: {backend-service-missing: warning}", "ING001", Severity.WARNING, None),
        (LOWERED, "world: closed", "ING001", Severity.ERROR, None),
        (LOWERED, "{world: closed, severity: {ING001: info}}", "ING001", Severity.INFO, None),
        (RAISED, "", "LB003", Severity.ERROR, None),
        (RAISED, "severity: {LB003: warning}", "LB003", Severity.WARNING, None),
        (RAISED, "severity: {LB003: info}", "LB003", Severity.INFO, None),
    ],
)
def test_who_decides(text: str, config: str, rule: str, severity: Severity, lowered: str | None) -> None:
    finding = found(rule, text, config)
    assert (finding.severity, finding.lowered) == (severity, lowered)


UNSURE = {
    "a port that nothing opens": TLS_TO_PLAIN.replace("destination_port: 30080", "destination_port: 8443"),
    "a key that is missing": TLS_TO_PLAIN.replace(
        "ports: [{containerPort: 8080}]",
        "ports: [{containerPort: 8080}], env: [{name: A, valueFrom: {configMapKeyRef: {name: cm, key: b}}}]",
    )
    + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: cm}\ndata: {a: '1'}\n",
}


@pytest.mark.parametrize("text", UNSURE.values(), ids=UNSURE)
def test_what_is_only_a_warning_is_a_question_in_trace(folder: Path, text: str) -> None:
    (folder / "all.yaml").write_text((text % "http").replace("protocol: tcp", "protocol: http"))
    code, output = run("check", "all.yaml", "--format", "json")
    told = [one for one in json.loads(output)["findings"] if one["rule"]["id"] in ("LB001", "REF005")]
    assert (code, [one["severity"] for one in told]) == (0, ["warning"])
    code, output = run("trace", "all.yaml", "--format", "json")
    states = {journey["state"] for journey in json.loads(output)["journeys"]}
    assert code == 0
    assert "unknown" in states
    assert "broken" not in states


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, in which kblint runs."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said_of(rule: str, *options: str) -> str:
    """The severity of what a rule finds in the working directory."""
    _, output = run("check", "all.yaml", "--format", "json", *options)
    (severity,) = [one["severity"] for one in json.loads(output)["findings"] if one["rule"]["id"] == rule]
    return str(severity)


def test_the_command_line_wins_over_the_file_under_whichever_name_either_says_it(folder: Path) -> None:
    (folder / "all.yaml").write_text(LOWERED)
    (folder / "kblint.yaml").write_text("severity: {ING001: info, backend-service-missing: info}\n")
    assert said_of("ING001") == "info"
    assert said_of("ING001", "--severity", "ING001=error") == "error"
    assert said_of("ING001", "--severity", "backend-service-missing=error") == "error"


def test_a_raise_fails_the_build_unless_the_user_says_otherwise(folder: Path) -> None:
    (folder / "all.yaml").write_text(RAISED)
    assert run("check", "all.yaml")[0] == 1
    assert run("check", "all.yaml", "--severity", "LB003=warning")[0] == 0


def test_the_option_closes_the_world(folder: Path) -> None:
    (folder / "all.yaml").write_text(LOWERED)
    assert run("check", "all.yaml")[0] == 0
    assert run("check", "all.yaml", "--closed-world")[0] == 1


NO_PODS = service("api", ports="[{port: 80}]")
WITH_SECRET = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - {name: web, image: "registry.example.com/web:1", envFrom: [{secretRef: {name: web-env}}]}
"""
CLASS = "apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: nginx}\n"
OF_NO_CLASS = INGRESS.replace("spec:\n", "spec:\n  ingressClassName: haproxy\n", 1) + "---\n" + CLASS
STOREFRONT = service("storefront", selector="", ports="[{port: 80}]")
SERVICE_OF_IT = """\
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, nodePort: 30080}]}
"""


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (INGRESS, "ING001"),
        (f"{OF_NO_CLASS}---\n{STOREFRONT}", "ING009"),
        (NO_PODS, "SVC004"),
        (WITH_SECRET, "REF005"),
    ],
)
def test_what_is_not_there_is_missing_in_a_closed_world_only(text: str, rule: str) -> None:
    assert all(one.severity < Severity.ERROR for one in checked({"all.yaml": text}).findings if one.rule.id == rule)
    closed = found(rule, text, "world: closed")
    assert (closed.severity, closed.lowered) == (Severity.ERROR, None)


@pytest.mark.parametrize(
    "maker",
    [
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: x, namespace: shop}\nspec: {}\n",
        "apiVersion: helm.cattle.io/v1\nkind: HelmChart\nmetadata: {name: x}\nspec: {targetNamespace: shop}\n",
        "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: x, namespace: argocd}\nspec: {}\n",
    ],
)
def test_what_a_chart_of_the_input_may_make_is_not_missing(maker: str) -> None:
    for text in (INGRESS, NO_PODS, WITH_SECRET):
        assert ids(f"{text}---\n{maker}", "world: closed").isdisjoint({"ING001", "SVC004", "REF005"})
    elsewhere = maker.replace("shop", "other")
    assert "ApplicationSet" in maker or "ING001" in ids(f"{INGRESS}---\n{elsewhere}", "world: closed")


@pytest.mark.parametrize("host", ["db.default", "db.default.svc"])
def test_a_name_in_the_wrong_namespace_is_sure_in_a_closed_world(host: str) -> None:
    web = workload(container(env=f"[{{name: DB_URL, value: 'postgres://{host}:5432/x'}}]"))
    text = stream(web, service("db", namespace="data", ports="[{port: 5432}]"), workload(name="db", namespace="data"))
    opened, closed = (found("CALL001", text, f"world: {world}") for world in ("open", "closed"))
    assert (opened.severity, opened.lowered) == (
        Severity.WARNING,
        "a Service of this name may be made outside the input",
    )
    assert (closed.severity, closed.lowered) == (Severity.ERROR, None)


def test_what_the_user_lists_exists_in_a_closed_world_too() -> None:
    listed = "{world: closed, elsewhere: [{kind: Secret, namespace: shop, name: 'web-*'}]}"
    assert "REF005" not in ids(WITH_SECRET, listed)


def test_pods_that_wait_for_a_secret_break_the_ways_to_them() -> None:
    finding = found("REF005", WITH_SECRET + SERVICE_OF_IT, "world: closed")
    assert finding.journeys == ("tcp://<node>:30080",)


def test_a_node_port_that_nothing_opens_is_an_error_where_everything_is_here() -> None:
    text = RAISED.replace("destination_port: 30080", "destination_port: 30081")
    open_ = found("LB001", text)
    assert (open_.severity, open_.lowered) == (Severity.WARNING, "something outside the input may open the port")
    assert found("LB001", text, "world: closed").severity is Severity.ERROR


def test_an_error_is_never_lowered() -> None:
    for rule in catalog().rules.values():
        for example in rule.examples:
            config = configured(json.dumps({"profile": example.profile, **example.config}))
            for finding in checked(example.files, config).findings:
                assert finding.lowered is None or finding.severity < Severity.ERROR, rule.id


@pytest.mark.parametrize(("chart", "severity"), [("cert-manager", Severity.ERROR), ("unheard-of", Severity.WARNING)])
def test_a_known_chart_elsewhere_opens_no_port_that_a_listener_may_mean(chart: str, severity: Severity) -> None:
    files = {
        "app.yaml": nginx_service(),
        "lb.yaml": balancer(listener("http", 80, 30999)),
        "chart.yaml": helm_chart("a: b", chart=chart, name=chart, repo="https://charts.jetstack.io"),
    }
    found = checked(files, configured(json.dumps({"world": "closed", "profile": "kubernetes"}))).findings
    assert [one.severity for one in found if one.rule.id == "LB001"] == [severity]
