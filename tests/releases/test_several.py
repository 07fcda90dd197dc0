"""One release that is written in several places: what a cluster has of it, it has once."""

from __future__ import annotations

from kblint.intake import Loaded, read
from kblint.model.service import Service
from kblint.model.workload import Workload
from kblint.source.text import Source
from tests.given.manifests import manifest, mapping

SCRIPT = "helm upgrade --install grafana grafana/grafana --namespace web"


def release(values: str = "{}", kind: str = "HelmRelease", name: str = "grafana") -> str:
    """An object that a controller keeps; the release of Grafana's chart in the namespace `web`."""
    if kind == "Application":
        source = mapping({"chart": "grafana", "repoURL": "https://grafana.github.io/helm-charts", "helm": values})
        spec = mapping({"source": source, "destination": "{namespace: web}"})
        return manifest("argoproj.io/v1alpha1", kind, name, namespace="argocd", spec=spec)
    spec = mapping({"chart": "{spec: {chart: grafana}}", "releaseName": "grafana", "values": values})
    return manifest("helm.toolkit.fluxcd.io/v2", kind, name, namespace="web", spec=spec)


def made(**files: str) -> tuple[list[object], int]:
    """The ports of the Services that are made, and how many workloads are; `files` by path, `__` for a slash."""
    sources = [Source(path.replace("__", "/").replace("_", "."), text) for path, text in files.items()]
    given = read(Loaded(tuple(sources), (), ()).sources)
    services: list[object] = [port.port for one in given.declarations if isinstance(one, Service) for port in one.ports]
    return services, sum(isinstance(one, Workload) for one in given.declarations)


def test_what_a_script_installs_first_a_controller_makes_its_own() -> None:
    assert made(a__install_sh=f"{SCRIPT} --set service.port=8080\n", b__app_yaml=release()) == ([80], 1)
    argo = release("{releaseName: grafana, valuesObject: {service: {port: 81}}}", "Application")
    assert made(a__install_sh=SCRIPT, b__app_yaml=argo) == ([81], 1)


def test_another_namespace_is_another_release() -> None:
    assert made(a__install_sh=SCRIPT.replace("web", "other"), b__app_yaml=release())[0] == [80, 80]


def test_what_two_scripts_install_alike_is_there_once() -> None:
    assert made(a__install_sh=SCRIPT, b__install_sh=SCRIPT) == ([80], 1)


def test_nobody_knows_whose_pods_run_where_two_install_differently() -> None:
    other = f"{SCRIPT} --set service.port=8080 --set podPortName=web"
    assert made(a__install_sh=SCRIPT, b__install_sh=other) == ([80, 8080], 0)


def test_variants_of_one_object_each_have_all_of_it() -> None:
    assert made(dev__app_yaml=release(), prod__app_yaml=release()) == ([80, 80], 2)


def test_a_file_of_values_that_a_script_names_is_not_installed_twice() -> None:
    script = f"{SCRIPT} -f values.yaml"
    assert made(a__install_sh=script, a__values_yaml="grafana.ini: {}\nservice: {port: 90}") == ([90], 1)
