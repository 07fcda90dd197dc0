"""ConfigMaps and Secrets that pods need: what is surely meant by a name, or a key, that is not there."""

from __future__ import annotations

import json

import pytest

from tests.given.runs import checked, configured


def _pod(reference: str, *, name: str = "web") -> str:
    return f"""---
apiVersion: v1
kind: Pod
metadata: {{name: {name}, namespace: shop}}
spec:
  containers: [{{name: web, image: "registry.example.com/web:1", {reference}}}]
"""


def _config_map(name: str, *, namespace: str = "shop") -> str:
    return f"""---
apiVersion: v1
kind: ConfigMap
metadata: {{name: {name}, namespace: {namespace}}}
data: {{LOG_LEVEL: info}}
"""


def _of(name: str) -> str:
    return f"envFrom: [{{configMapRef: {{name: {name}}}}}]"


def _key(key: str, *, more: str = "") -> str:
    return f"env: [{{name: A, valueFrom: {{configMapKeyRef: {{name: web-settings, key: {key}{more}}}}}}}]"


RIGHT = _config_map("web-settings")


@pytest.mark.parametrize(
    ("manifests", "expected"),
    [
        ((_pod(_of("web-setings")), RIGHT), ["error"]),
        # others name it rightly, so it is theirs
        ((_pod(_of("web-setings")), _pod(_of("web-settings"), name="b"), RIGHT), ["warning"]),
        ((_pod(_of("web-settings")), _config_map("web-settings-7tkh8b56g9")), ["error"]),
        ((_pod(_of("web-settings-kf2m8b56g9")), _config_map("web-settings-7tkh8b56g9")), ["error"]),
        # which of two generations is meant, nobody knows
        (
            (_pod(_of("web-settings")), _config_map("web-settings-7tkh8b56g9"), _config_map("web-settings-kf2m8b56g9")),
            [],
        ),
        # no hash
        ((_pod(_of("web-settings")), _config_map("web-settings-production")), []),
        ((_pod(_of("shop-settings")), RIGHT), []),
        ((_pod(_of("web-settings-1")), _config_map("web-settings-2")), []),
        ((_pod(_of("web-setings")), _config_map("web-settings", namespace="other")), []),
        ((_pod(_of("kube-root-ca.crt")), RIGHT), []),
        ((_pod(_key("LOG_LEVEL")), RIGHT), []),
        ((_pod(_key("LOG_LEVLE")), RIGHT), ["error"]),
        ((_pod(_key("mode")), RIGHT), ["warning"]),
        ((_pod(_key("mode", more=", optional: true")), RIGHT), []),
        ((_pod(_key("${KEY}")), RIGHT), []),
    ],
)
def test_what_pods_wait_for(manifests: tuple[str, ...], expected: list[str]) -> None:
    found = checked({"a.yaml": "".join(manifests)}).findings
    assert [one.severity.name.lower() for one in found if one.rule.id == "REF005"] == expected


def _needed(files: dict[str, str], **config: str) -> list[str]:
    found = checked(files, configured(json.dumps(config))).findings
    return [one.severity.name.lower() for one in found if one.rule.id == "REF005"]


def test_a_key_is_missed_from_one_configmap_and_another_of_its_name_may_hold_it() -> None:
    assert _needed({"a.yaml": _pod(_key("mode")), "b.yaml": RIGHT}) == ["warning"]
    assert _needed({"a.yaml": _pod(_key("mode")), "b.yaml": RIGHT, "c.yaml": RIGHT.replace("LOG_LEVEL", "mode")}) == []


def _secret(fields: str) -> str:
    return f"---\napiVersion: v1\nkind: Secret\nmetadata: {{name: db, namespace: shop}}\n{fields}\n"


@pytest.mark.parametrize(
    ("fields", "open_world", "closed_world"),
    [
        ("stringData: {username: web}", ["warning"], ["error"]),
        ("stringData: {password: x}", [], []),
        ("data: {passwort: eA==}", ["warning"], ["error"]),
        ("stringData: {}", [], []),
        ("type: kubernetes.io/service-account-token\ndata: {extra: eA==}", [], []),
        ("stringData: ${ALL}", [], []),
    ],
)
def test_a_secret_that_is_here_holds_all_its_keys_unless_somebody_fills_it(
    fields: str, open_world: list[str], closed_world: list[str]
) -> None:
    reference = "env: [{name: A, valueFrom: {secretKeyRef: {name: db, key: password}}}]"
    files = {"pod.yaml": _pod(reference), "secret.yaml": _secret(fields)}
    assert _needed(files) == open_world
    assert _needed(files, world="closed") == closed_world


@pytest.mark.parametrize(
    ("kind", "spec"),
    [
        ("bitnami.com/v1alpha1, kind: SealedSecret, metadata: {name: db, namespace: shop}", "{}"),
        ("external-secrets.io/v1, kind: ExternalSecret, metadata: {name: a}", "{target: {name: db}}"),
        ("cert-manager.io/v1, kind: Certificate, metadata: {name: a}", "{secretName: db}"),
    ],
)
def test_what_an_operator_makes_may_hold_more_than_a_secret_of_its_name(kind: str, spec: str) -> None:
    reference = "env: [{name: A, valueFrom: {secretKeyRef: {name: db, key: password}}}]"
    files = {"pod.yaml": _pod(reference), "secret.yaml": _secret("stringData: {username: web}")}
    assert _needed(files) == ["warning"]
    assert _needed({**files, "made.yaml": f"{{apiVersion: {kind}, spec: {spec}}}"}) == []
