from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kblint.model.bundle import Other
from kblint.model.meta import Meta
from kblint.model.policy import NetworkPolicy
from kblint.model.route import Gateway, Route
from kblint.model.service import Service
from kblint.model.workload import Workload
from kblint.read.kubernetes.charts import CHARTS
from kblint.read.kubernetes.objects import READERS, REFERENCES, read_document
from kblint.source.text import Source, Span
from kblint.source.values import Document, PositionedDict, PositionedList, Unknown
from tests.given.readings import declarations, document, every, one


def manifest(version: str, kind: str) -> str:
    return f"{{apiVersion: {version}, kind: {kind}, metadata: {{name: a}}, spec: {{}}}}"


@pytest.mark.parametrize(
    ("version", "kind", "model"),
    [
        ("v1", "Service", Service),
        ("serving.knative.dev/v1", "Service", Other),
        ("gateway.networking.k8s.io/v1", "Gateway", Gateway),
        ("networking.istio.io/v1", "Gateway", Other),
        ("networking.k8s.io/v1", "NetworkPolicy", NetworkPolicy),
        ("extensions/v1beta1", "NetworkPolicy", NetworkPolicy),
        ("projectcalico.org/v3", "NetworkPolicy", Other),
        ("apps/v1", "Deployment", Workload),
        ("extensions/v1beta1", "Deployment", Workload),
        ("example.org/v1", "Deployment", Other),
        ("extensions/v1beta1", "Ingress", Route),
        ("kustomize.config.k8s.io/v1beta1", "Kustomization", Other),
        ("kustomize.toolkit.fluxcd.io/v1", "Kustomization", Other),
        ("v1", "Secret", Other),
    ],
)
def test_the_api_group_decides_what_an_object_is(version: str, kind: str, model: type) -> None:
    assert [model] == [type(thing) for thing in declarations(manifest(version, kind))]


def test_identity_is_read_as_written() -> None:
    meta = one(Other, "{apiVersion: a.io/v2, kind: K, metadata: {name: '${N}', namespace: x, labels: {a: b}}}").meta
    assert (meta.group, meta.version, meta.kind, meta.name, meta.namespace) == ("a.io", "v2", "K", "${N}", "x")
    assert meta.labels == {"a": "b"}


def test_a_missing_namespace_is_unset() -> None:
    assert one(Service, manifest("v1", "Service")).meta.namespace is None


def test_a_name_left_to_the_api_is_called_by_its_prefix() -> None:
    assert one(Workload, "{apiVersion: batch/v1, kind: Job, metadata: {generateName: run-}}").meta.name == "run-"


def test_labels_that_are_no_strings_or_are_templated_are_unknown() -> None:
    meta = one(
        Other, "{apiVersion: v1, kind: Secret, metadata: {labels: {a: 1, b: yes, c: '${X}', d: null, e: []}}}"
    ).meta
    assert {"a": Unknown("1"), "b": Unknown("true"), "c": Unknown("${X}"), "d": "", "e": Unknown("")} == meta.labels


def test_every_list_is_opened() -> None:
    service, secret = manifest("v1", "Service"), manifest("v1", "Secret")
    inner = f"{{apiVersion: v1, kind: SecretList, items: [{secret}]}}"
    text = f"{{apiVersion: v1, kind: List, items: [{service}, {inner}, 3]}}"
    assert [Service, Other] == [type(thing) for thing in declarations(text)]


@pytest.mark.parametrize(
    "text", ["just: values", "- 1", "text", "{apiVersion: v1}", "{kind: Service}", "{apiVersion: 1, kind: 2}"]
)
def test_a_document_without_an_object_is_not_its_own(text: str) -> None:
    given = document(text, "values.yaml")
    assert read_document(given) is None


def test_a_kustomization_is_known_by_its_file_name() -> None:
    (thing,) = declarations("resources: [a.yaml]", path="base/kustomization.yaml")
    assert isinstance(thing, Other)
    assert (thing.meta.group, thing.meta.kind) == ("kustomize.config.k8s.io", "Kustomization")
    assert declarations("resources: [a.yaml]", path="base/values.yaml") == []


KEYS = [
    "spec",
    "template",
    "metadata",
    "labels",
    "annotations",
    "containers",
    "initContainers",
    "ports",
    "containerPort",
    "hostPort",
    "name",
    "protocol",
    "selector",
    "matchLabels",
    "matchExpressions",
    "targetPort",
    "nodePort",
    "port",
    "type",
    "rules",
    "http",
    "paths",
    "backend",
    "service",
    "number",
    "tls",
    "hosts",
    "parentRefs",
    "hostnames",
    "matches",
    "path",
    "value",
    "backendRefs",
    "listeners",
    "allowedRoutes",
    "namespaces",
    "from",
    "to",
    "ingress",
    "egress",
    "podSelector",
    "ipBlock",
    "cidr",
    "securityContext",
    "capabilities",
    "add",
    "env",
    "envFrom",
    "valueFrom",
    "configMapKeyRef",
    "volumes",
    "configMap",
    "items",
    "projected",
    "sources",
    "livenessProbe",
    "httpGet",
    "grpc",
    "strategy",
    "rollingUpdate",
    "maxSurge",
    "routes",
    "match",
    "services",
    "middlewares",
    "endpoints",
    "subsets",
    "addresses",
    "webhooks",
    "clientConfig",
    "conversion",
    "webhook",
    "scaleTargetRef",
    "namespaceSelector",
    "matchNames",
    "valuesContent",
    "values",
    "source",
    "helm",
    "valuesObject",
    "data",
    "affinity",
    "nodeAffinity",
    "podAntiAffinity",
    "tolerations",
    "defaultBackend",
    "replicas",
    "chart",
    "volumeClaimTemplates",
    "requiredDuringSchedulingIgnoredDuringExecution",
    "nodeSelectorTerms",
    "jobTemplate",
    "policyTypes",
    "clusterIPs",
    "method",
]

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-1, 70000)
    | st.floats(allow_nan=False)
    | st.sampled_from(["", "a", "80", "${X}", "{{ x }}", "Host(`a`) || (", "a: 1", "Always", "|"])
    | st.just(Unknown("!x"))
)


def positioned(value: object) -> object:
    if isinstance(value, dict):
        node = PositionedDict()
        for key, item in value.items():
            node.put(key, positioned(item), Span(0, 0), Span(0, 0))
        return node
    if isinstance(value, list):
        items = PositionedList()
        for item in value:
            items.put(positioned(item), Span(0, 0))
        return items
    return value


VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=25,
)
KINDS = sorted([*READERS, *REFERENCES, *CHARTS, ("example.org", "Custom")])


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(KINDS), st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=6))
def test_no_value_under_any_key_raises(kind: tuple[str, str], fields: dict[str, object]) -> None:
    group, name = kind
    root = positioned({"apiVersion": f"{group}/v1" if group else "v1", "kind": name, **fields})
    document = Document(Source("a.yaml", ""), 0, root, Span(0, 0))
    reading = read_document(document)
    assert reading is not None
    assert reading.declarations


def wrong_types(value: object, wrong: object) -> list[object]:
    """A value with each of its parts, one at a time, replaced by `wrong`."""
    found: list[object] = [wrong]
    if isinstance(value, dict):
        found += [{**value, key: other} for key, item in value.items() for other in wrong_types(item, wrong)]
    if isinstance(value, list):
        found += [
            [*value[:index], other, *value[index + 1 :]]
            for index, item in enumerate(value)
            for other in wrong_types(item, wrong)
        ]
    return found


FULL = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: a, labels: {a: b}, annotations: {a: b}}
spec:
  replicas: 2
  selector: {matchLabels: {a: b}, matchExpressions: [{key: a, operator: In, values: [b]}]}
  strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}
  template:
    metadata: {labels: {a: b}, annotations: {a: b}}
    spec:
      hostNetwork: true
      nodeSelector: {a: b}
      affinity:
        nodeAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            nodeSelectorTerms: [{matchExpressions: [{key: a, operator: In, values: [b]}]}]
        podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1}]}
      tolerations: [{key: a, operator: Exists}]
      volumes:
        - {name: a, configMap: {name: a, items: [{key: a, path: b}]}}
        - {name: b, projected: {sources: [{secret: {name: a}}]}}
      containers:
        - name: a
          image: a
          command: [a]
          ports: [{name: a, containerPort: 80, hostPort: 80}]
          env: [{name: A, value: a}, {name: B, valueFrom: {configMapKeyRef: {name: a, key: b}}}]
          envFrom: [{configMapRef: {name: a}}]
          volumeMounts: [{name: a, mountPath: /a}]
          livenessProbe: {httpGet: {port: 80, path: /}}
          securityContext: {capabilities: {add: [A]}, sysctls: [{name: a, value: b}]}
"""


@pytest.mark.parametrize("wrong", [None, True, 7, 1.5, "text", "${X}", [], {}, [None], {"a": None}, Unknown("x")])
def test_a_wrong_type_anywhere_in_a_workload_still_gives_a_workload(wrong: object) -> None:
    given = document(FULL, "a.yaml")
    assert isinstance(given.root, dict)
    for spec in wrong_types(given.root["spec"], wrong):
        root = positioned({**given.root, "spec": spec})
        reading = read_document(Document(given.source, 0, root, Span(0, 0)))
        assert reading is not None
        assert [Workload] == [type(thing) for thing in reading.declarations]


def test_the_meta_of_every_thing_is_that_of_its_object() -> None:
    metas = [thing.meta for thing in every(Other, "\n---\n".join(manifest("v1", kind) for kind in ("Secret", "Event")))]
    assert [meta.kind for meta in metas if isinstance(meta, Meta)] == ["Secret", "Event"]
