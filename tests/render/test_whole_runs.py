"""What kustomizations build is checked, silenced and mended where it was written."""

from __future__ import annotations

from collections.abc import Mapping

from kblint.finding import Finding, Severity
from tests.given.manifests import container, manifest, workload
from tests.given.mended import mended
from tests.given.runs import checked, configured

SERVICE = """
apiVersion: v1
kind: Service
metadata: {{name: web{annotations}}}
spec:
  selector: {{app: web}}
  ports:
    - port: 80
      targetPort: {port}
"""
OVERLAY = "namespace: {name}\nnamePrefix: {name}-\nresources: [../base]\n"
PATCH = """
patches:
  - patch: |-
      apiVersion: v1
      kind: Service
      metadata: {name: web}
      spec:
        ports:
          - port: 80
            targetPort: htpp
"""
CONFIG = configured("profile: kubernetes\n")


def shop(port: str = "http", annotations: str = "", **overlays: str) -> dict[str, str]:
    """A base that is right where its Service sends to `http`, and overlays on it with what else they say."""
    files = {
        "base/kustomization.yaml": "resources: [web.yaml, svc.yaml]\n",
        "base/web.yaml": workload(namespace=""),
        "base/svc.yaml": SERVICE.format(port=port, annotations=annotations),
    }
    said = {name: OVERLAY.format(name=name) + more for name, more in (overlays or {"dev": "", "prod": ""}).items()}
    return files | {f"{name}/kustomization.yaml": text for name, text in said.items()}


def told(files: Mapping[str, str]) -> list[str]:
    return [at(finding) for finding in checked(files, CONFIG).findings]


def at(finding: Finding) -> str:
    place = finding.location.place
    return f"{finding.rule.id} {place.source.path}:{place.source.point(place.span.start).line} {place.text}"


def test_what_is_wrong_in_a_base_is_told_once() -> None:
    assert told(shop()) == []
    assert told(shop("htpp")) == ["SVC001 base/svc.yaml:9 htpp"]


def test_what_is_wrong_in_a_patch_is_told_at_the_patch() -> None:
    assert told(shop(dev="", prod=PATCH)) == ["SVC001 prod/kustomization.yaml:13 htpp"]


def test_what_an_overlay_mends_is_not_told_of_it() -> None:
    right = PATCH.replace("htpp", "http")
    (finding,) = checked(shop("htpp", dev=right, prod=""), CONFIG).findings
    assert at(finding) == "SVC001 base/svc.yaml:9 htpp"
    assert finding.object
    assert (finding.object.namespace, finding.object.name) == ("prod", "prod-web")
    assert told(shop("htpp", dev=right, prod=right)) == []


def test_a_comment_silences_the_line_in_every_overlay() -> None:
    result = checked(shop("htpp # kblint: ignore[SVC001] not yet"), CONFIG)
    assert result.findings == ()
    assert len(result.suppressed) == 1


def test_an_annotation_silences_the_object_whatever_it_is_called() -> None:
    said = ', annotations: {kblint.io/ignore: "SVC001: not yet"}'
    assert checked(shop("htpp", said), CONFIG).findings == ()
    # the patch stands in another file than the object
    assert checked(shop("http", said, dev="", prod=PATCH), CONFIG).findings == ()
    unused = checked(shop("http", said), CONFIG).findings
    assert [at(one) for one in unused] == ["DOC005 base/svc.yaml:4 SVC001"]


def fixed(files: Mapping[str, str]) -> dict[str, str]:
    return {path: after for path, (_, after) in mended(files, CONFIG, unsafe=False).texts.items()}


def test_a_fix_edits_what_was_written() -> None:
    assert fixed(shop("htpp")) == {"base/svc.yaml": SERVICE.format(port="http", annotations="")}
    patched = shop(dev="", prod=PATCH)
    assert fixed(patched) == {"prod/kustomization.yaml": patched["prod/kustomization.yaml"].replace("htpp", "http")}


def test_a_fix_that_breaks_another_overlay_is_refused() -> None:
    renamed = """
patches:
  - target: {kind: Deployment}
    patch: '[{"op": "replace", "path": "/spec/template/spec/containers/0/ports/0/name", "value": "main"}]'
"""
    files = shop(dev="", prod=renamed)
    assert [one.partition(" ")[0] for one in told(files)] == ["SVC001"]
    assert fixed(files) == {}


def test_a_value_that_is_put_together_is_not_edited() -> None:
    composed = """
replacements:
  - source: {kind: Deployment, name: web, fieldPath: metadata.name}
    targets:
      - select: {kind: Service, name: web}
        fieldPaths: [spec.ports.0.targetPort]
        options: {delimiter: "-", index: 1}
"""
    files = shop("main", prod=composed)
    result = checked(files, CONFIG)
    # `main` is written there, and `main-prod-web` is what it becomes
    assert [at(one) for one in result.findings] == ["SVC001 base/svc.yaml:9 main"]
    assert fixed(files) == {}


def test_a_label_for_all_selectors_keeps_out_peers_that_another_kustomization_deploys() -> None:
    namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: NAME}\n"
    policy = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress:
    - from:
        - podSelector: {matchLabels: {app: caller}}
          namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: callers}}
      ports: [{port: 8080}]
"""
    caller = container("caller", env="[{name: WEB_URL, value: 'http://web.shop:80/'}]")
    files = {
        "shop/namespace.yaml": namespace.replace("NAME", "shop"),
        "shop/web.yaml": workload(namespace=""),
        "shop/svc.yaml": SERVICE.format(port=8080, annotations=""),
        "shop/policy.yaml": policy,
        "callers/kustomization.yaml": "namespace: callers\nresources: [caller.yaml, namespace.yaml]\n",
        "callers/namespace.yaml": namespace.replace("NAME", "callers"),
        "callers/caller.yaml": workload(caller, name="caller", namespace=""),
    }
    shop = "namespace: shop\nresources: [namespace.yaml, web.yaml, svc.yaml, policy.yaml]\n"
    assert told({**files, "shop/kustomization.yaml": shop}) == []
    for more in ("commonLabels: {team: a}\n", "labels: [{pairs: {team: a}, includeSelectors: true}]\n"):
        assert told({**files, "shop/kustomization.yaml": shop + more}) == ["NET006 shop/policy.yaml:6 podSelector"]
    labelled = "labels: [{pairs: {team: a}}]\n"
    assert told({**files, "shop/kustomization.yaml": shop + labelled}) == []


def test_annotations_that_only_a_patch_adds_are_read() -> None:
    patch = """
patches:
  - patch: |-
      apiVersion: v1
      kind: Service
      metadata:
        name: web
        annotations: {load-balancer.hetzner.cloud/nmae: web}
      spec: {type: LoadBalancer}
"""
    found = checked(shop(prod=OVERLAY.format(name="prod") + patch), CONFIG).findings
    (unknown,) = (one for one in found if one.rule.id == "LB010")
    assert unknown.location.place.source.path == "prod/kustomization.yaml"


def test_nothing_grave_is_said_of_what_a_patch_that_is_kept_out_may_change() -> None:
    files = shop(port="htpp", dev="patches: [{path: /etc/p.yaml}]\n")
    finding = next(one for one in checked(files, CONFIG).findings if one.rule.id == "SVC001")
    assert finding.severity is Severity.INFO
    assert finding.lowered == "what changes it could not be done: `/etc/p.yaml` is not in what was read"


def test_a_key_that_a_file_which_is_kept_out_may_give_is_not_missing() -> None:
    key = "[{name: A, valueFrom: {configMapKeyRef: {name: web, key: a}}}]"
    generator = "configMapGenerator: [{name: web, {0}}]\nresources: [web.yaml]\n"
    pods = workload(container(env=key), namespace="")

    def rules(given: str) -> set[str]:
        files = {"kustomization.yaml": generator.replace("{0}", given), "web.yaml": pods}
        return {one.rule.id for one in checked(files, CONFIG).findings}

    assert "REF005" in rules("literals: [b=1]")
    assert "REF005" not in rules("envs: [/etc/web.env]")


def test_flux_puts_the_accounts_that_bindings_name_into_its_namespace() -> None:
    role = "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}\n"
    head = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: view}\n"
    binding = f"{head}{role}subjects: [{{kind: ServiceAccount, name: web}}]\n"
    files = {"app/kustomization.yaml": "resources: [rbac.yaml]\n", "app/rbac.yaml": binding}

    def flux(spec: str) -> set[str]:
        delivered = manifest("kustomize.toolkit.fluxcd.io/v1", "Kustomization", "app", spec=spec)
        return {one.rule.id for one in checked({**files, "ks.yaml": delivered}, CONFIG).findings}

    assert "DOC006" in flux("{path: ./app}")
    assert "DOC006" not in flux("{path: ./app, targetNamespace: shop}")
