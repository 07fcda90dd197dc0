"""Values of one release that stand in several places: merged in helm's order, each where it was written."""

from __future__ import annotations

import pytest

from kblint.model.bundle import Declaration
from kblint.model.policy import ConfigMap
from kblint.model.release import ChartRelease
from kblint.model.service import Service
from kblint.model.workload import Workload
from kblint.read.charts import values_files
from kblint.read.kubernetes.objects import read_document
from kblint.releases.compose import with_releases
from tests.given.manifests import helm_chart, helm_config, manifest, stream
from tests.given.readings import at, composed, documents, only


def release(text: str) -> ChartRelease:
    """The one release."""
    return only(composed(text), ChartRelease)


def of_files(**files: str) -> list[Declaration]:
    """What files, each `name_yaml=text`, hold together."""
    found = [one for name, text in files.items() for one in documents(text, f"repo/{name.replace('_yaml', '.yaml')}")]
    readings = [reader(one) for one in found for reader in (read_document, values_files.read_document)]
    sources = list(dict.fromkeys(one.source for one in found))
    return list(with_releases([thing for one in readings if one for thing in one.declarations], sources).declarations)


def flux(spec: str) -> str:
    """A HelmRelease of Traefik in the namespace `web`."""
    chart = "chart: {spec: {chart: traefik, sourceRef: {kind: HelmRepository, name: traefik}}}"
    return manifest("helm.toolkit.fluxcd.io/v2", "HelmRelease", "edge", namespace="web", spec=f"{chart}\n{spec}")


CONFIG_MAP = manifest(
    "v1",
    "ConfigMap",
    "more",
    namespace="web",
    data="values.yaml: |\n  ports: {web: {nodePort: 30080}}\n  service: {type: NodePort}",
)


def test_values_of_a_config_map_stand_where_they_are_written_and_own_values_win() -> None:
    own = flux("valuesFrom: [{kind: ConfigMap, name: more}]\nvalues: {service: {type: LoadBalancer}}")
    found = of_files(release_yaml=own, more_yaml=CONFIG_MAP)
    made = only(found, Service)
    assert (made.type, made.ports[0].node_port) == ("LoadBalancer", 30080)
    place = made.ports[0].origin.place("nodePort")
    assert (place.source.path, place.text) == ("repo/more.yaml", "30080")
    place = made.origin.place("type")
    assert (place.source.path, place.text) == ("repo/release.yaml", "LoadBalancer")
    assert only(found, ChartRelease).unknown == ()


@pytest.mark.parametrize(
    ("reference", "is_known"),
    [
        ("{kind: ConfigMap, name: other}", False),
        ("{kind: ConfigMap, name: other, optional: true}", True),
        ("{kind: Secret, name: other}", False),
        ("{kind: Secret, name: other, valuesKey: token, targetPath: auth.token}", True),
        ("{kind: ConfigMap, name: more}", True),
    ],
)
def test_values_that_are_not_here_are_unknown(reference: str, *, is_known: bool) -> None:
    found = release(stream(flux(f"valuesFrom: [{reference}]"), CONFIG_MAP))
    assert (not found.unknown) is is_known


def test_of_values_that_may_be_elsewhere_no_default_is_taken() -> None:
    text = flux("valuesFrom: [{kind: Secret, name: other}]\nvalues: {ports: {web: {nodePort: 30080}}}")
    made = composed(text)
    assert not [one for one in made if isinstance(one, Workload | Service | ConfigMap)]


def test_a_single_value_of_a_secret_goes_where_it_is_asked() -> None:
    secret = manifest("v1", "Secret", "more", namespace="web", stringData="{port: '30080'}")
    own = flux("valuesFrom: [{kind: Secret, name: more, valuesKey: port, targetPath: ports.web.nodePort}]")
    assert release(stream(own, secret)).values.get("ports", "web", "nodePort") == "30080"


def test_a_helm_chart_config_is_laid_over_the_chart_of_its_name() -> None:
    chart = helm_chart("service: {type: NodePort}\nports: {web: {nodePort: 30080}}", "traefik", "traefik")
    found = release(stream(chart, helm_config("ports: {web: {nodePort: 30081}}")))
    assert found.values.node == {"service": {"type": "NodePort"}, "ports": {"web": {"nodePort": 30081}}}
    assert at(found.values.place("ports", "web", "nodePort"))[2] == "30081"


def test_the_files_of_an_application_come_before_its_values_and_these_before_its_parameters() -> None:
    helm = (
        "{valueFiles: [$values/apps/traefik.yaml], valuesObject: {service: {type: NodePort}}, "
        "parameters: [{name: 'ports.web.nodePort', value: '30082'}]}"
    )
    sources = f"[{{chart: traefik, repoURL: https://traefik.github.io/charts, helm: {helm}}}, {{ref: values}}]"
    application = manifest(
        "argoproj.io/v1alpha1", "Application", "edge", spec=f"destination: {{namespace: web}}\nsources: {sources}"
    )
    values = "service: {type: LoadBalancer}\nports: {web: {nodePort: 30080, hostPort: 80}}\n"
    found = documents(application, "repo/edge.yaml") + documents(values, "repo/apps/traefik.yaml")
    readings = [reader(one) for one in found for reader in (read_document, values_files.read_document)]
    things = [thing for one in readings if one for thing in one.declarations]
    made = list(with_releases(things, list(dict.fromkeys(one.source for one in found))).declarations)
    assert only(made, ChartRelease).values.node == {
        "service": {"type": "NodePort"},
        "ports": {"web": {"nodePort": 30082, "hostPort": 80}},
    }
    (service,) = (one for one in made if isinstance(one, Service))
    assert (service.meta.name, service.type, service.ports[0].host_port) == ("edge-traefik", "NodePort", 80)


def test_what_an_oci_repository_holds_is_the_chart() -> None:
    text = stream(
        manifest("source.toolkit.fluxcd.io/v1", "OCIRepository", "edge", namespace="web",
            spec="{url: oci://ghcr.io/traefik/helm/traefik, ref: {tag: 39.0.0}}"),
        manifest("helm.toolkit.fluxcd.io/v2", "HelmRelease", "edge", namespace="web",
            spec="{chartRef: {kind: OCIRepository, name: edge}}"),
    )  # fmt: skip
    found = release(text)
    assert (found.chart, found.version, found.repository) == ("traefik", "39.0.0", "oci://ghcr.io/traefik/helm/traefik")


def test_another_vendors_chart_of_the_name_is_not_known() -> None:
    chart = helm_chart("service: {}", "oci://registry-1.docker.io/bitnamicharts/traefik", "traefik")
    assert not [one for one in composed(chart) if isinstance(one, Service)]


def argo(source: str) -> str:
    """An Application `web` that installs from `source`."""
    spec = f"destination: {{namespace: web}}\nsource: {source}"
    return manifest("argoproj.io/v1alpha1", "Application", "web", spec=spec)


OWN = "https://github.com/example/platform.git"


@pytest.mark.parametrize(
    ("text", "is_known"),
    [
        (argo(f"{{repoURL: {OWN}, path: charts/redis, helm: {{releaseName: web}}}}"), False),
        (argo("{repoURL: 'https://github.com/bitnami/charts', path: bitnami/redis, helm: {releaseName: web}}"), True),
        (
            argo("{repoURL: 'git@github.com:traefik/traefik-helm-chart.git', path: traefik, helm: {valueFiles: []}}"),
            True,
        ),
        (argo("{repoURL: 'https://charts.bitnami.com/bitnami', chart: redis, helm: {releaseName: web}}"), True),
        (flux("").replace("kind: HelmRepository", "kind: GitRepository"), False),
        (flux("").replace("traefik, sourceRef", "./charts/traefik, sourceRef"), False),
        (flux(""), True),
    ],
)
def test_a_folder_of_a_repository_of_ones_own_is_not_the_known_chart_of_its_name(text: str, *, is_known: bool) -> None:
    """Anybody writes a chart `redis`."""
    assert release(text).is_known is is_known
    assert any(isinstance(one, Service) for one in composed(text)) is is_known


def test_a_chart_goes_by_each_of_its_names() -> None:
    source = "{repoURL: 'https://argoproj.github.io/argo-helm', chart: argocd, helm: {releaseName: web}}"
    assert release(argo(source)).chart == "argo-cd"


def test_pods_of_a_release_that_two_files_install_are_nobodys() -> None:
    twice = stream(helm_chart("service: {type: NodePort}", "traefik", "edge"), flux("values: {service: {}}"))
    assert not [one for one in composed(twice) if isinstance(one, Workload)]
    assert len([one for one in composed(twice) if isinstance(one, Service)]) == len(("HelmChart", "HelmRelease"))


APP = """\
controllers: {main: {%s containers: {main: {image: {repository: a, tag: b}}}}}
service: {main: {ports: {http: {port: 80}}}}
"""


def test_where_one_object_is_not_known_nothing_is_missing_behind_the_others() -> None:
    whole = only(composed(helm_chart(APP % "", "app-template", "wiki")), Service)
    assert whole.meta.made is not None
    assert (whole.meta.made.is_whole, whole.is_from_chart) == (True, False)
    part = composed(helm_chart(APP % "type: '${TYPE}',", "app-template", "wiki"))
    assert not [one for one in part if isinstance(one, Workload)]
    assert only(part, Service).is_from_chart


def test_values_that_make_too_much_make_nothing() -> None:
    boxes = "".join(f"      b{index}: {{image: {{repository: a}}}}\n" for index in range(90))
    mounts = "".join(f"  m{index}: {{type: emptyDir, globalMounts: [{{path: /x}}]}}\n" for index in range(90))
    values = f"controllers:\n  main:\n    containers:\n{boxes}persistence:\n{mounts}"
    assert not [one for one in composed(helm_chart(values, "app-template", "wiki")) if isinstance(one, Workload)]


def test_of_pods_with_a_port_that_is_not_known_nothing_is_made() -> None:
    made = composed(helm_chart("ports: {web: {port: '${PORT}'}}", "traefik", "edge"))
    assert not [one for one in made if isinstance(one, Workload)]
