"""Who may make a Service that is not in the input, and what is said of a route that names one."""

from __future__ import annotations

import pytest

from tests.given.runs import checked, configured

WEB = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec:
  ingressClassName: nginx
  rules:
    - host: www.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend: {service: {name: NAME, port: {number: 80}}}
---
apiVersion: v1
kind: Service
metadata: {name: web-frontend, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: payments, namespace: bank}
spec: {selector: {app: payments}, ports: [{port: 80}]}
"""
APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: other, namespace: argocd}
spec:
  source: {repoURL: "https://example.com/other.git", SOURCE}
  destination: {namespace: NAMESPACE}
"""


def said(name: str, **files: str) -> list[str]:
    """The severity of each finding about the Service that the route names."""
    texts = {"shop/web.yaml": WEB.replace("NAME", name)}
    texts |= {path.replace("__", "/").replace("_", ".", 1): text for path, text in files.items()}
    config = configured("profile: kubernetes")
    return [one.severity.name for one in checked(texts, config).findings if one.rule.id == "ING001"]


def test_alone_an_absent_service_is_an_info_a_slip_an_error_and_another_namespace_a_warning() -> None:
    assert said("billing") == ["INFO"]
    assert said("web-frontned") == ["ERROR"]
    assert said("payments") == ["WARNING"]


MAKERS = {
    "a release": {
        "a_yaml": "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: a, namespace: shop}"
    },
    "a release that is aimed there": {
        "a_yaml": "apiVersion: helm.cattle.io/v1\nkind: HelmChart\nmetadata: {name: a}\nspec: {targetNamespace: shop}"
    },
    "an application": {"a_yaml": APPLICATION.replace("SOURCE", "path: deploy").replace("NAMESPACE", "shop")},
    "an operator": {"a_yaml": "apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {name: a, namespace: shop}"},
    "Terraform": {"main_tf": 'resource "helm_release" "a" {\n  chart = "a"\n}\n'},
    "a kustomization of Terraform": {"main_tf": 'resource "kustomization_resource" "a" {\n  manifest = local.a\n}\n'},
    "a script": {"install_sh": "#!/bin/sh\nhelm upgrade --install a oci://registry.example.com/a\n"},
    "a remote manifest": {"install_sh": "#!/bin/sh\nkubectl apply -f https://example.com/a.yaml\n"},
    "a remote base": {"kustomization_yaml": "resources: ['https://example.com/a?ref=v1']\nnamespace: shop\n"},
    "an inflated chart": {"kustomization_yaml": "helmCharts: [{name: a, repo: 'https://charts.example.com'}]\n"},
    "a chart of its own": {"a__Chart_yaml": "apiVersion: v2\nname: a\nversion: 1.0.0\n"},
}


@pytest.mark.parametrize("maker", MAKERS)
def test_where_something_may_make_it_nothing_is_said(maker: str) -> None:
    assert said("billing", **MAKERS[maker]) == []


@pytest.mark.parametrize("maker", MAKERS)
def test_a_slip_of_the_hand_is_told_all_the_same(maker: str) -> None:
    assert said("web-frontned", **MAKERS[maker]) in (["ERROR"], ["WARNING"])


ELSEWHERE = {
    "another namespace": {
        "a_yaml": "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: a, namespace: bank}"
    },
    "a folder of the input": {"a_yaml": APPLICATION.replace("SOURCE", "path: shop").replace("NAMESPACE", "shop")},
    "a resource that makes no Service": {
        "a_yaml": "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: a, namespace: shop}"
    },
    "a comment": {"install_sh": "#!/bin/sh\n# helm upgrade --install a a\n"},
    "a kustomization of what is here": {"kustomization_yaml": "resources: [shop/web.yaml]\nnamespace: shop\n"},
}


@pytest.mark.parametrize("maker", ELSEWHERE)
def test_what_makes_nothing_there_changes_nothing(maker: str) -> None:
    assert said("billing", **ELSEWHERE[maker]) == ["INFO"]


@pytest.mark.parametrize(("namespace", "severity"), [("shop", "WARNING"), ("bank", "ERROR")])
def test_what_makes_services_there_leaves_a_doubt_about_a_slip(namespace: str, severity: str) -> None:
    release = f"apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: a, namespace: {namespace}}}"
    assert said("web-frontned", a_yaml=release) == [severity]


LABELLED = """\
apiVersion: v1
kind: Service
metadata: {name: chat-probe, namespace: chat}
spec: {selector: {app.kubernetes.io/name: chat}, ports: [{port: 3000}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: chat-pdb, namespace: chat}
spec: {minAvailable: 1, selector: {matchLabels: {app.kubernetes.io/name: chat}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: chat, namespace: chat}
spec:
  selector: {matchLabels: {app: chat}}
  template:
    metadata: {labels: {app: chat}}
    spec: {containers: [{name: chat, image: registry.example.com/chat:1}]}
"""


@pytest.mark.parametrize(
    ("command", "found"),
    [
        ("true", {"REF001", "SVC004"}),
        ("helm upgrade chat example/talk -n chat", set()),
        ("helm upgrade talk example/chat -n chat", set()),
        ("helm upgrade chat example/talk -n elsewhere", {"REF001", "SVC004"}),
    ],
)
def test_pods_of_a_release_that_is_not_rendered_bear_its_name(command: str, found: set[str]) -> None:
    texts = {"chat.yaml": LABELLED, "install.sh": f"#!/bin/sh\n{command}\n"}
    findings = checked(texts, configured("profile: kubernetes")).findings
    assert {one.rule.id for one in findings if one.rule.id in {"REF001", "SVC004"}} == found
