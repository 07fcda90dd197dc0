"""What is read and is not deployed as it stands, and that it is said."""

from __future__ import annotations

import pytest

from kblint.finding import Result, Severity
from kblint.intake import Loaded, read
from kblint.run import check, judge_objects, wire_all
from kblint.source.text import Source
from kblint.tracing import HopState
from kblint.views.checklist.build import checklist
from kblint.views.register import register
from kblint.views.trace import trace
from tests.given.hetzner import balancer, listener
from tests.given.manifests import (
    WEB_PORTS,
    config_map,
    container,
    host,
    ingress,
    manifest,
    mapping,
    nginx,
    service,
    workload,
)
from tests.given.runs import catalog, checked, configured

Files = dict[str, str]
CONFIG = configured("profile: kubernetes\n")
LISTING = "resources: [web.yaml]\n"
CLASH = {"a.yaml": service(type="NodePort", ports="[{port: 80, nodePort: 30080}]")}
OTHER = service("other", type="NodePort", ports="[{port: 80, nodePort: 30080}]")
"""A Service that takes the node port of the first."""
PART = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {replicas: 3, template: {spec: {containers: [{name: web, env: [{name: A, value: b}]}]}}}
"""


def told(files: Files, *named: str) -> Result:
    sources = tuple(Source(path, text) for path, text in files.items())
    return check(Loaded(sources, (), (), frozenset(named)), CONFIG, catalog())


def skipped(result: Result) -> dict[str, str]:
    return {one.path: one.reason.partition(":")[0].partition(",")[0] for one in result.skipped}


def rules(result: Result) -> set[str]:
    return {finding.rule.id for finding in result.findings if finding.severity > Severity.INFO}


def beside(name: str, text: str, listing: str = LISTING) -> Files:
    """A file beside a kustomization that lists `web.yaml`, which holds a Service with a node port."""
    return {"k/kustomization.yaml": listing, "k/web.yaml": CLASH["a.yaml"], f"k/{name}": text}


def test_a_file_that_the_kustomization_beside_it_does_not_list_is_not_deployed() -> None:
    result = told(beside("other.yaml", OTHER))
    assert skipped(result) == {"k/other.yaml": "not deployed"}
    assert rules(result) == set()


@pytest.mark.parametrize(
    "files",
    [
        beside("other.yaml", OTHER, "resources: [web.yaml, other.yaml]\n"),
        {"k/web.yaml": CLASH["a.yaml"], "k/other.yaml": OTHER},
        {**beside("other.yaml", OTHER), "up/kustomization.yaml": "resources: [../k/other.yaml]\n"},
        {**beside("other.yaml", OTHER), "apply.sh": "kubectl apply -f k/other.yaml\n"},
        {**beside("other.yaml", OTHER), "main.tf": 'locals { a = file("${path.module}/k/other.yaml") }\n'},
        # nothing in the folder is deployed by this kustomization
        {"k/kustomization.yaml": "namePrefix: a-\n", "k/web.yaml": CLASH["a.yaml"], "k/other.yaml": OTHER},
        {**beside("more/other.yaml", OTHER)},
    ],
    ids=["listed", "no kustomization", "listed elsewhere", "by a script", "by Terraform", "lists nothing", "below"],
)
def test_what_somebody_may_deploy_is_looked_at(files: Files) -> None:
    result = told(files)
    assert skipped(result) == {}
    assert rules(result) == {"SVC007"}


def test_a_file_that_the_user_names_is_never_passed_over() -> None:
    assert skipped(told(beside("other.yaml", OTHER), "k/other.yaml")) == {}
    assert rules(told(beside("other.yaml", OTHER), "k/other.yaml")) == {"SVC007"}


@pytest.mark.parametrize(
    "text",
    [
        balancer(listener("http", 80, 30080)),
        "Status: active\n",
        "#cloud-config\nruncmd: [ufw allow 22/tcp, ufw enable]\n",
        "controller: {service: {type: NodePort}, admissionWebhooks: {enabled: false}}\n",
    ],
)
def test_what_is_no_manifest_is_no_business_of_a_kustomization(text: str) -> None:
    assert skipped(told(beside("own.yaml", text))) == {}


def test_a_service_that_is_not_listed_is_not_called_missing() -> None:
    route = ingress(host(service="api"))
    files = beside("api.yaml", service("api"), "resources: [web.yaml, route.yaml]\n") | {"k/route.yaml": route}
    assert "ING001" not in {finding.rule.id for finding in told(files).findings}
    gone = {path: text for path, text in files.items() if path != "k/api.yaml"}
    assert "ING001" in {finding.rule.id for finding in told(gone).findings}


def test_a_patch_that_a_kustomization_names_is_judged_in_the_object_that_it_patches() -> None:
    patch = f"note:\n{PART.strip()}\n"
    files = {"k/kustomization.yaml": "resources: [web.yaml]\npatches: [{path: p.yaml}]\n"}
    files["k/web.yaml"] = workload(namespace="")
    result = told({**files, "k/p.yaml": patch})
    assert result.findings == ()
    assert skipped(result) == {}
    (found,) = told({**files, "k/p.yaml": PART.replace("replicas", "replica")}).findings
    assert (found.rule.id, found.severity, found.certainty) == ("DOC003", Severity.ERROR, "known")
    assert found.location.place.source.path == "k/p.yaml"


def test_a_patch_of_what_is_elsewhere_is_not_judged_as_an_object() -> None:
    listing = "resources: ['https://example.com/web.yaml']\npatches: [{path: p.yaml}]\n"
    result = told({"k/kustomization.yaml": listing, "k/p.yaml": PART})
    assert result.findings == ()
    assert skipped(result)["k/p.yaml"] == "kustomize patch; render the overlay and check what comes out"
    (found,) = told({"k/kustomization.yaml": listing, "k/p.yaml": PART.replace("replicas", "replica")}).findings
    assert (found.rule.id, found.severity, found.certainty, found.symptom) == (
        "DOC003",
        Severity.WARNING,
        "likely",
        None,
    )


def test_what_a_patch_says_without_a_kustomization() -> None:
    # without the kustomization it is what it is written as
    assert rules(told({"w.yaml": f"note:\n{workload()}"})) == {"DOC003"}


def test_what_can_only_be_part_of_an_object_is_no_object() -> None:
    alone = told({"over/web.yaml": PART, "base/web.yaml": workload(namespace="")})
    assert skipped(alone) == {"over/web.yaml": "part of an object"}
    assert alone.summary.objects == 1
    assert alone.findings == ()


@pytest.mark.parametrize(
    "text",
    [
        workload(),
        # one thing is missing: a mistake, not a part
        workload().replace("selector:", "selectors:"),
        workload().replace("spec:", "SPEC:", 1),
        workload(container(image="")),
        f"{PART}---\n{service()}",
        service(selector="", ports="", externalName="www.example.com", type="ExternalName"),
        service(selector="", ports="", type="ExternalName"),
        service(selector="", ports="", clusterIP="None"),
        manifest("batch/v1", "Job", "once", spec="{template: {spec: {containers: []}}}"),
        config_map(),
    ],
)
def test_an_object_with_something_missing_is_still_judged(text: str) -> None:
    assert "x.yaml" not in skipped(told({"x.yaml": text}))


def test_a_part_that_the_user_names_or_a_kustomization_lists_is_judged() -> None:
    assert skipped(told({"web.yaml": PART}, "web.yaml")) == {}
    assert skipped(told({"web.yaml": PART, "kustomization.yaml": LISTING})) == {}


HOST_PORT = container(ports="[{name: http, containerPort: 8080, hostPort: 8080}]")


def owned(text: str, kind: str, name: str) -> str:
    """An object as a live cluster shows it that something else made."""
    owner = f"{{apiVersion: v1, kind: {kind}, name: {name}, uid: 0a1b}}"
    return text.replace("metadata: {name", f"metadata: {{ownerReferences: [{owner}], name", 1)


def pod(name: str, of: str) -> str:
    """A pod on the node `one` with the labels that the pods of a ReplicaSet have."""
    labels = f"{{app: web, pod-template-hash: {of.rpartition('-')[2]}}}"
    spec = mapping({"nodeName": "one", "containers": f"\n{HOST_PORT}"})
    return manifest("v1", "Pod", name, namespace="shop", labels=labels, spec=spec)


def replica_set(name: str, replicas: int) -> str:
    text = workload(HOST_PORT, kind="ReplicaSet", name=name, labels="{app: web}", spec=f"replicas: {replicas}")
    return owned(text, "Deployment", "web")


DEPLOYMENT = workload(HOST_PORT)
FREE = [pod(f"web-abc-{number}", "web-abc") for number in (1, 2)]
PODS = [owned(one, "ReplicaSet", "web-abc") for one in FREE]


@pytest.mark.parametrize(
    ("things", "objects"),
    [
        ([DEPLOYMENT, replica_set("web-abc", 2), replica_set("web-old", 0), *PODS], 1),
        ([DEPLOYMENT, *PODS], 1),
        ([replica_set("web-old", 0), replica_set("web-abc", 2), *PODS], 1),
        (PODS, 1),
        ([owned(DEPLOYMENT, "Prometheus", "web")], 1),
    ],
    ids=["all", "without ReplicaSets", "without the Deployment", "pods alone", "an operator's"],
)
def test_what_controllers_made_takes_no_port_from_its_owner(things: list[str], objects: int) -> None:
    result = told({"dump.yaml": "---\n".join(things)})
    assert result.summary.objects == objects
    assert rules(result) == set()


def test_pods_that_nobody_owns_take_ports_from_each_other() -> None:
    assert "NODE001" in rules(told({"dump.yaml": "---\n".join(FREE)}))
    # and so do those that the node itself shows
    assert "NODE001" in rules(told({"dump.yaml": "---\n".join(owned(one, "Node", "one") for one in FREE)}))


def test_a_way_in_that_variants_share_is_counted_once() -> None:
    shared = {"route/i.yaml": ingress(), "svc/s.yaml": f"{service()}---\n{workload()}"}
    variants = {f"{name}/cm.yaml": config_map("tools") for name in ("x", "y")}
    assert checked({**shared, **variants}, CONFIG).summary.journeys == 1
    apart = {f"{name}/all.yaml": "---\n".join(shared.values()) for name in ("x", "y")}
    assert checked(apart, CONFIG).summary.journeys == 2


NODE = """#cloud-config
write_files:
  - path: /etc/rancher/k3s/config.yaml
    content: |
%{ if is_server ~}
      disable: [traefik]
%{ endif ~}
      node-ip: ${ip}
runcmd:
  - ufw allow 443/tcp
"""


def test_a_terraform_template_that_does_not_parse_is_told_and_no_mistake() -> None:
    result = told({"node.yaml": NODE})
    assert result.findings == ()
    assert [(one.path, one.reason.partition(";")[0]) for one in result.skipped] == [
        ("node.yaml", "Terraform template, read in part")
    ]
    assert rules(told({"node.yaml": NODE.replace("%{", "%!")})) == {"DOC001"}


def test_a_terraform_template_that_parses_is_read_as_far_as_it_goes() -> None:
    number = 'nodePort: "%{ if prod }30080%{ else }30081%{ endif }"'
    ports = f"\n# %{{ if one }}\n- {{port: 80, {number}}}\n# %{{ endif }}"
    result = told({"web.yaml": service(type="NodePort", ports=ports)})
    assert (result.findings, result.skipped, result.summary.objects) == ((), (), 1)
    both = "# %{ if a }\ntype: NodePort\n# %{ else }\ntype: ClusterIP\n# %{ endif }\n"
    text = service().replace("spec:\n", "spec:\n" + "".join(f"  {line}\n" for line in both.splitlines()))
    assert rules(told({"web.yaml": text})) == set()
    assert rules(told({"web.yaml": text.replace("%", "")})) == {"DOC002"}


def test_a_way_in_that_ends_early_is_counted_where_it_ends_late_and_one_that_goes_another_way_is_kept() -> None:
    tools = config_map("tools")
    proved = workload(container(ports=WEB_PORTS, readinessProbe="{httpGet: {port: http}}"))
    app = {
        "x/all.yaml": f"{tools}---\n{service()}---\n{proved}",
        "y/all.yaml": tools,
        "route.yaml": ingress(ingressClassName="nginx"),
        "controller.yaml": nginx(hostNetwork=True),
    }
    assert states(app) == ["ok"]
    # the other variant has a Service of its own, of whose pods nothing is known
    assert states({**app, "y/all.yaml": f"{tools}---\n{service()}"}) == ["ok", "unknown"]


def states(files: Files) -> list[str]:
    given = read([Source(path, text) for path, text in files.items()])
    told = trace(wire_all(given, CONFIG, judge_objects(given, CONFIG)), "kubernetes")
    assert told.count(HopState.OK) + told.count(HopState.UNKNOWN) == checked(files, CONFIG).summary.journeys
    return [journey.state.value for journey in told.journeys]


def test_what_variants_share_stands_once_in_the_register_and_in_the_checklist() -> None:
    route, app = ingress(), f"{service(type='NodePort', ports='[{port: 80, nodePort: 30080}]')}---\n{workload()}"
    files = {
        "route/i.yaml": route,
        "svc/s.yaml": app,
        **{f"{name}/cm.yaml": config_map("tools") for name in ("x", "y")},
    }
    given = read([Source(path, text) for path, text in files.items()])
    topologies = wire_all(given, CONFIG, judge_objects(given, CONFIG))
    assert len(topologies) == 2
    held = register(topologies, "kubernetes").variants
    assert [(one.name, [entry.port for entry in one.entries]) for one in held] == [("", [30080])]
    told = checklist(topologies, (), "kubernetes").variants
    assert [(one.name, [app.object.name for app in one.applications]) for one in told] == [("", ["web"])]
    apart = {f"{name}/all.yaml": f"{route}---\n{app}" for name in ("x", "y")}
    given = read([Source(path, text) for path, text in apart.items()])
    held = register(wire_all(given, CONFIG, judge_objects(given, CONFIG)), "kubernetes").variants
    assert [(one.name, [entry.port for entry in one.entries]) for one in held] == [
        ("x/all.yaml", [30080]),
        ("y/all.yaml", [30080]),
    ]


@pytest.mark.parametrize(
    ("path", "is_left"), [("a/template.yaml", True), ("web-template.yml", True), ("t.yaml", False)]
)
def test_a_file_that_calls_itself_a_template_is_one(path: str, *, is_left: bool) -> None:
    files = {path: service("service_name"), "b.yaml": OTHER}
    assert (path in skipped(told(files))) is is_left
    assert ("DOC006" in rules(told(files))) is not is_left
    assert path not in skipped(told(files, path))
    assert path not in skipped(told({**files, "kustomization.yaml": f"resources: [{path}]\n"}))


COMPONENT = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [web.yaml]\n"


def test_a_component_that_nobody_takes_in_is_not_deployed() -> None:
    files = {"c/kustomization.yaml": COMPONENT, "c/web.yaml": OTHER, **CLASH}
    assert skipped(told(files)) == {"c/web.yaml": "not deployed"}
    assert not rules(told(files))
    taken_in = {**files, "k/kustomization.yaml": "components: [../c]\n"}
    assert "c/web.yaml" not in skipped(told(taken_in))
    assert skipped(told(files, "c/web.yaml")) == {}


@pytest.mark.parametrize(
    "delivered",
    [
        manifest("kustomize.toolkit.fluxcd.io/v1", "Kustomization", "apps", spec="{path: ./k, components: [../c]}"),
        manifest("argoproj.io/v1alpha1", "Application", "apps", spec="{source: {kustomize: {components: [../c]}}}"),
    ],
)
def test_a_component_that_is_taken_in_on_delivery_is_deployed(delivered: str) -> None:
    files = {"c/kustomization.yaml": COMPONENT, "c/web.yaml": OTHER, "flux.yaml": delivered}
    assert "c/web.yaml" not in skipped(told(files))


@pytest.mark.parametrize(
    "line",
    ['#@ load("@ytt:data", "data")\n', "#@ if data.values.web:\n", "#@overlay/match by=overlay.all\n", "    #@ end\n"],
)
def test_what_is_written_for_ytt_is_rendered_first(line: str) -> None:
    files = {"a.yaml": line + service("Web_1")}
    assert skipped(told(files)) == {"a.yaml": "ytt template; render it and check what comes out"}
    assert rules(told(files)) == set()
    assert "DOC006" in rules(told({"a.yaml": "# an @ of somebody\n" + service("Web_1")}))


def test_a_value_that_ytt_works_out_makes_a_template() -> None:
    text = service("Web_1").replace("name: Web_1", "name: #@ data.values.name")
    assert skipped(told({"a.yaml": text})) == {"a.yaml": "ytt template; render it and check what comes out"}
