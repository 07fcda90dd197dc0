"""What Flux and Argo CD lay over what they deliver."""

from __future__ import annotations

import pytest

from kblint.intake import read
from kblint.render.build import build_all
from kblint.render.rendered import Build
from kblint.run import judge_objects, wire_all
from kblint.source.text import Place, Source
from kblint.source.values import Origin
from tests.given.manifests import service
from tests.given.runs import configured

WEB = """\
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  type: NodePort
  selector: {app: web}
  ports:
    - port: 80
      nodePort: ${NODE_PORT}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "registry.example.com/web:1", args: ["--host=${HOST:=web}.example.com"]}]}
"""
FLUX = """\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {{name: {0}, namespace: flux-system}}
spec: {1}
"""
APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: web, namespace: argocd}}
spec:
  source: {{repoURL: "https://example.com/a.git", path: apps/web, kustomize: {0}}}
  destination: {{namespace: {1}}}
"""
SETTINGS = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: flux-system}\ndata: "


def builds(**files: str) -> tuple[Build, ...]:
    """What comes of an application and of the files that deliver it."""
    texts = {"apps/web/kustomization.yaml": "resources: [web.yaml]\n", "apps/web/web.yaml": WEB}
    texts |= {f"{name.replace('__', '/')}.yaml": text for name, text in files.items()}
    return build_all([Source(path, text) for path, text in texts.items()]).builds


def flux(spec: str, name: str = "web") -> str:
    return FLUX.format(name, f"{{path: ./apps/web, {spec}}}")


def only(kind: str, **files: str) -> Origin:
    (build,) = builds(**files)
    return next(one.origin for one in build.documents if one.origin.get("kind") == kind)


def at(place: Place) -> str:
    return f"{place.source.path}:{place.source.point(place.span.start).line}"


def test_without_anything_to_change_it_is_built_as_it_is() -> None:
    assert only("Service", ks=flux("prune: true")).get("metadata") == {"name": "web"}


def test_the_target_namespace_is_that_of_everything_and_stands_in_the_delivery() -> None:
    found = only("Service", ks=flux("targetNamespace: shop"))
    assert found.get("metadata", "namespace") == "shop"
    assert at(found.place("metadata", "namespace")) == "ks.yaml:4"
    assert at(found.place("spec", "type")) == "apps/web/web.yaml:5"


def test_patches_images_names_and_metadata_are_laid_over() -> None:
    patch = "[{op: replace, path: /spec/ports/0/port, value: 81}]"
    fields = f"namePrefix: my-, images: [{{name: registry.example.com/web, newTag: '2'}}], patches: [{{patch: '{patch}'"
    files = {"ks": flux(f"{fields}, target: {{kind: Service}}}}], commonMetadata: {{labels: {{team: a}}}}")}
    service, workload = only("Service", **files), only("Deployment", **files)
    assert (service.get("metadata", "name"), service.get("spec", "ports", 0, "port")) == ("my-web", 81)
    assert service.get("metadata", "labels") == {"team": "a"}
    (container,) = workload.children("spec", "template", "spec", "containers")
    assert container.get("image") == "registry.example.com/web:2"
    # what is common to all is no label of the pods
    assert workload.get("spec", "template", "metadata", "labels") == {"app": "web"}


def test_components_are_found_from_the_path() -> None:
    component = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnameSuffix: -b\n"
    files = {"apps__b__kustomization": component, "ks": flux("components: [../b]")}
    assert only("Service", **files).get("metadata", "name") == "web-b"


@pytest.mark.parametrize(
    ("said", "port", "host"),
    [
        ("{substitute: {NODE_PORT: '30080'}}", 30080, "web"),
        ("{substitute: {NODE_PORT: '30080', HOST: www}}", 30080, "www"),
        ("{substituteFrom: [{kind: ConfigMap, name: settings}]}", 30081, "web"),
        ("{substituteFrom: [{kind: ConfigMap, name: settings}], substitute: {NODE_PORT: '1'}}", 1, "web"),
        ("{substituteFrom: [{kind: Secret, name: settings}], substitute: {HOST: www}}", "${NODE_PORT}", "www"),
        ("{substituteFrom: [{kind: Secret, name: settings}]}", "${NODE_PORT}", "${HOST:=web}"),
        ("{substituteFrom: [{kind: ConfigMap, name: another}]}", "${NODE_PORT}", "${HOST:=web}"),
        ("{substitute: {A: b}}", "${NODE_PORT}", "web"),
    ],
)
def test_variables_are_worked_out_as_far_as_they_are_known(said: str, port: object, host: str) -> None:
    files = {"ks": flux(f"postBuild: {said}"), "vars": f"{SETTINGS}{{NODE_PORT: '30081'}}\n"}
    assert only("Service", **files).get("spec", "ports", 0, "nodePort") == port
    (container,) = only("Deployment", **files).children("spec", "template", "spec", "containers")
    assert container.get("args") == [f"--host={host}.example.com"]


@pytest.mark.parametrize(
    ("written", "worked_out"),
    [("$${A}", "${A}"), ("'${A}'", "1"), ("${A}", 1), ("x${A}y", "x1y"), ("${B:-c}", "c"), ("${A/1/2}", "${A/1/2}")],
)
def test_what_a_variable_becomes(written: str, worked_out: object) -> None:
    text = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata:\n  a: {written}\n"
    files = {"apps__web__web": text, "ks": flux("postBuild: {substitute: {A: '1'}}")}
    assert only("ConfigMap", **files).get("data", "a") == worked_out
    off = text.replace("name: a", "name: a, labels: {kustomize.toolkit.fluxcd.io/substitute: disabled}")
    assert only("ConfigMap", **{**files, "apps__web__web": off}).get("data", "a") == written.strip("'")


def test_one_path_that_two_clusters_deliver_is_two_builds() -> None:
    one, other = builds(a__ks=flux("targetNamespace: a"), b__ks=flux("targetNamespace: b"))
    assert {one.path, other.path} == {"a/ks.yaml", "b/ks.yaml"}
    spaces = [build.documents[0].origin.get("metadata", "namespace") for build in (one, other)]
    assert spaces == ["a", "b"]


def test_an_application_lays_over_what_it_says_of_kustomize() -> None:
    said = "{namePrefix: my-, namespace: shop, images: ['registry.example.com/web=registry.example.com/other:3']}"
    files = {"app": APPLICATION.format(said, "elsewhere")}
    service, workload = only("Service", **files), only("Deployment", **files)
    assert service.get("metadata") == {"name": "my-web", "namespace": "shop"}
    (container,) = workload.children("spec", "template", "spec", "containers")
    assert container.get("image") == "registry.example.com/other:3"


def test_where_an_application_delivers_to_is_not_all_that_may_be_told() -> None:
    assert only("Service", app=APPLICATION.format("{}", "shop")).get("metadata") == {"name": "web"}


def test_what_is_patched_into_deliveries_may_set_variables() -> None:
    patch = "[{patch: 'spec: {postBuild: {substituteFrom: []}}', target: {kind: Kustomization}}]"
    files = {
        "ks": flux("postBuild: {substitute: {NODE_PORT: '1'}}"),
        "all": FLUX.format("all", f"{{patches: {patch}}}"),
    }
    (container,) = only("Deployment", **files).children("spec", "template", "spec", "containers")
    assert container.get("args") == ["--host=${HOST:=web}.example.com"]


def test_a_delivery_of_another_repository_changes_nothing() -> None:
    (build,) = builds(ks=FLUX.format("a", "{path: ./elsewhere, targetNamespace: shop}"))
    assert build.path == "apps/web/kustomization.yaml"
    assert build.documents[0].origin.get("metadata") == {"name": "web"}


COMPONENT = """\
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
resources: [claim.yaml]
"""
CLAIM = """\
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: ${APP}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
"""


def test_applications_that_take_in_one_component_are_no_variants_of_each_other() -> None:
    files = {"parts/kustomization.yaml": COMPONENT, "parts/claim.yaml": CLAIM}
    for name in ("web", "api"):
        files[f"apps/{name}/kustomization.yaml"] = "resources: [service.yaml]\n"
        files[f"apps/{name}/service.yaml"] = service(name, namespace="")
        spec = f"path: ./apps/{name}, components: [../../parts], postBuild: {{substitute: {{APP: {name}}}}}"
        files[f"{name}.yaml"] = FLUX.format(name, f"{{targetNamespace: shop, {spec}}}")
    config = configured("profile: kubernetes")
    given = read([Source(path, text) for path, text in files.items()])
    (topology,) = wire_all(given, config, judge_objects(given, config))
    assert {str(one.service.meta) for one in topology.services.services} == {"Service shop/web", "Service shop/api"}


def test_deliveries_without_end_are_cut_and_told() -> None:
    objects = "---\n".join(f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a{number}}}\n" for number in range(200))
    many = "---\n".join(flux(f"targetNamespace: n{number}", f"web{number}") for number in range(100))
    texts = {"apps/web/kustomization.yaml": "resources: [web.yaml]\n", "apps/web/web.yaml": objects, "ks.yaml": many}
    made = build_all([Source(path, text) for path, text in texts.items()])
    assert made.unknown == (("ks.yaml", "more than 15,000 objects are built"),)
    assert sum(len(build.documents) for build in made.builds) <= 15_000
