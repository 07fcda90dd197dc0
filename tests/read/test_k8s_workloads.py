from __future__ import annotations

import pytest

from kblint.model.bundle import Other
from kblint.model.workload import Container, Handler, Role, Workload
from kblint.source.values import Unknown
from tests.given.manifests import manifest
from tests.given.readings import declarations, one

API = {
    "Pod": "v1",
    "ReplicationController": "v1",
    "Job": "batch/v1",
    "CronJob": "batch/v1",
    "Rollout": "argoproj.io/v1alpha1",
}


def workload(kind: str, spec: str) -> Workload:
    return one(Workload, manifest(API.get(kind, "apps/v1"), kind, "a", spec=spec))


def pod_of(spec: str) -> Workload:
    return workload("Pod", spec)


def container(fields: str) -> Container:
    (found,) = pod_of(f"{{containers: [{{name: a, {fields}}}]}}").pod.containers
    return found


TEMPLATE = "{metadata: {labels: {app: a}}, spec: {containers: [{name: c, image: i}]}}"


@pytest.mark.parametrize(
    "kind", ["Deployment", "DaemonSet", "StatefulSet", "ReplicaSet", "ReplicationController", "Job", "Rollout"]
)
def test_pods_come_from_the_template(kind: str) -> None:
    pod = workload(kind, f"{{template: {TEMPLATE}}}").pod
    assert pod.labels == {"app": "a"}
    assert [found.image for found in pod.containers] == ["i"]
    assert pod.meta_origin.place("labels", "app").text == "a"


def test_a_cron_job_and_a_pod_hold_theirs_elsewhere() -> None:
    assert workload("CronJob", f"{{jobTemplate: {{spec: {{template: {TEMPLATE}}}}}}}").pod.labels == {"app": "a"}
    assert [found.name for found in pod_of("{containers: [{name: c}]}").pod.containers] == ["c"]


@pytest.mark.parametrize(
    "path", ["template: %s", "jobTemplate: {spec: {template: %s}}", "jobTargetRef: {template: %s}"]
)
def test_a_pod_template_of_an_unknown_kind_is_read(path: str) -> None:
    text = "{apiVersion: example.org/v1, kind: Runner, metadata: {name: a}, spec: {%s}}" % (path % TEMPLATE)
    assert one(Workload, text).pod.labels == {"app": "a"}


@pytest.mark.parametrize("group", ["serving.knative.dev", "example.org"])
def test_what_only_looks_like_a_pod_template_is_not_one(group: str) -> None:
    image = "image: i" if group == "serving.knative.dev" else "other: i"
    text = f"{{apiVersion: {group}/v1, kind: K, spec: {{template: {{spec: {{containers: [{{{image}}}]}}}}}}}}"
    assert [type(thing) for thing in declarations(text)] == [Other]


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "ReplicaSet", "ReplicationController", "Rollout"])
def test_replicas_default_to_one(kind: str) -> None:
    assert workload(kind, f"{{template: {TEMPLATE}}}").replicas == 1
    assert workload(kind, f"{{replicas: 0, template: {TEMPLATE}}}").replicas == 0
    assert workload(kind, f"{{replicas: '${{N}}', template: {TEMPLATE}}}").replicas == Unknown("${N}")


@pytest.mark.parametrize("kind", ["DaemonSet", "Job", "CronJob", "Pod"])
def test_some_kinds_have_no_replicas(kind: str) -> None:
    assert workload(kind, "{replicas: 3}").replicas is None


@pytest.mark.parametrize(
    ("kind", "spec", "expected"),
    [
        ("Deployment", "{}", ("RollingUpdate", "25%", "25%")),
        ("Deployment", "{strategy: {rollingUpdate: {maxSurge: 0}}}", ("RollingUpdate", 0, "25%")),
        ("Deployment", "{strategy: {rollingUpdate: {maxSurge: '${S}'}}}", ("RollingUpdate", None, "25%")),
        ("Deployment", "{strategy: {type: Recreate}}", ("Recreate", None, None)),
        ("DaemonSet", "{}", ("RollingUpdate", 0, 1)),
        ("DaemonSet", "{updateStrategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}}", ("RollingUpdate", 1, 0)),
        ("DaemonSet", "{updateStrategy: {type: OnDelete}}", ("OnDelete", None, None)),
        ("StatefulSet", "{}", ("RollingUpdate", None, 1)),
        ("Rollout", "{template: {}, strategy: {canary: {maxSurge: 1}}}", ("canary", 1, "25%")),
        ("Rollout", "{template: {}, strategy: {blueGreen: {}}}", ("blueGreen", None, None)),
    ],
)
def test_rollouts_are_defaulted(kind: str, spec: str, expected: tuple[object, ...]) -> None:
    rollout = workload(kind, spec).rollout
    assert rollout is not None
    assert (rollout.strategy, rollout.max_surge, rollout.max_unavailable) == expected


def test_a_rollout_without_a_template_has_no_pods() -> None:
    assert [type(thing) for thing in declarations("{apiVersion: argoproj.io/v1alpha1, kind: Rollout}")] == [Other]


def test_selectors() -> None:
    found = workload(
        "Deployment", "{selector: {matchLabels: {a: b}, matchExpressions: [{key: k, operator: Exists}]}}"
    ).selector
    assert found is not None
    assert (found.labels, [found.key for found in found.expressions]) == ({"a": "b"}, ["k"])
    assert workload("Deployment", "{}").selector is None
    plain = workload("ReplicationController", "{selector: {a: b}}").selector
    assert plain is not None
    assert plain.labels == {"a": "b"}
    defaulted = workload("ReplicationController", f"{{template: {TEMPLATE}}}").selector
    assert defaulted is not None
    assert defaulted.labels == {"app": "a"}


def test_a_stateful_sets_service_and_claims() -> None:
    found = workload("StatefulSet", "{serviceName: db, volumeClaimTemplates: [{spec: {accessModes: [ReadWriteOnce]}}]}")
    assert (found.service_name, found.claims) == ("db", ("ReadWriteOnce",))


def test_pod_defaults_are_remembered_as_not_written() -> None:
    pod = pod_of("{containers: []}").pod
    assert (pod.host_network, pod.dns_policy, pod.enable_service_links) == (False, "ClusterFirst", True)
    assert not pod.origin.is_written("dnsPolicy")


def test_what_a_pod_says() -> None:
    pod = pod_of(
        """{hostNetwork: true,
        dnsPolicy: None, dnsConfig: {nameservers: [1.1.1.1]}, enableServiceLinks: false, nodeName: node,
        nodeSelector: {a: b},
        affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: h}]},
        nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms:
        [{matchExpressions: [{key: k, operator: In, values: [v]}]}]}}},
        securityContext: {sysctls: [{name: s, value: '0'}]}}"""
    ).pod
    assert (pod.host_network, pod.dns_policy, pod.has_dns_config, pod.enable_service_links) == (
        True,
        "None",
        True,
        False,
    )
    assert (pod.node_name, pod.node_selector, pod.has_anti_affinity) == ("node", {"a": "b"}, True)
    assert pod.node_affinity[0][0].values == ("v",)
    assert pod.security.sysctls == {"s": "0"}


def test_roles_of_containers() -> None:
    pod = pod_of(
        """{initContainers: [{name: i}, {name: s, restartPolicy: Always}], containers: [{name: c}],
        ephemeralContainers: [{name: e}]}"""
    ).pod
    assert [(found.name, found.role) for found in pod.containers] == [
        ("c", Role.APP),
        ("i", Role.INIT),
        ("s", Role.SIDECAR),
        ("e", Role.EPHEMERAL),
    ]


def test_container_ports() -> None:
    first, second, third = container(
        "ports: [{containerPort: 80}, {name: x, containerPort: '81', hostPort: 0, protocol: UDP}, {hostPort: 82}]"
    ).ports
    assert (first.name, first.container_port, first.host_port, first.protocol) == (None, 80, None, "TCP")
    assert (second.name, second.container_port, second.host_port, second.protocol) == ("x", Unknown("81"), None, "UDP")
    assert (third.container_port, third.host_port) == (Unknown(""), 82)


def test_environment() -> None:
    env = container(
        """env: [{name: A, value: '1'}, {name: B, value: 2}, {name: C}, {name: D, value: '${D}'},
        {name: E, valueFrom: {configMapKeyRef: {name: m, key: k}}},
        {name: F, valueFrom: {secretKeyRef: {name: s, key: k}}},
        {name: G, valueFrom: {fieldRef: {fieldPath: status.podIP}}}, {value: nameless}]"""
    ).env
    assert {found.name: found.value for found in env} == {
        "A": "1",
        "B": Unknown("2"),
        "C": "",
        "D": Unknown("${D}"),
        "E": None,
        "F": None,
        "G": Unknown(),
    }
    assert [(found.source.kind, found.source.name, found.source.key) for found in env if found.source] == [
        ("ConfigMap", "m", "k"),
        ("Secret", "s", "k"),
    ]


def test_env_from_and_mounts() -> None:
    found = container(
        """envFrom: [{prefix: P_, configMapRef: {name: m}}, {secretRef: {name: s}}, {}],
        volumeMounts: [{name: v, mountPath: /x, subPath: z}]"""
    )
    assert [(item.kind, item.name, item.prefix) for item in found.env_from] == [
        ("ConfigMap", "m", "P_"),
        ("Secret", "s", ""),
    ]
    assert [(item.volume, item.path, item.sub_path) for item in found.mounts] == [("v", "/x", "z")]


def test_volumes() -> None:
    volumes = pod_of(
        """{volumes: [{name: a, configMap: {name: m, items: [{key: k, path: p}]}}, {name: b, secret: {secretName: s}},
        {name: c, persistentVolumeClaim: {claimName: d}}, {name: e}, {hostPath: {path: /x}, name: f},
        {name: g, projected: {sources: [{secret: {name: s}}, {configMap: {name: m}}, {serviceAccountToken: {}}]}}]}"""
    ).pod.volumes
    assert [(found.volume, found.kind, found.name) for found in volumes] == [
        ("a", "configMap", "m"),
        ("b", "secret", "s"),
        ("c", "persistentVolumeClaim", "d"),
        ("e", "emptyDir", None),
        ("f", "hostPath", None),
        ("g", "secret", "s"),
        ("g", "configMap", "m"),
    ]
    assert volumes[0].items == {"k": "p"}


@pytest.mark.parametrize(
    ("fields", "handler", "port", "unknown"),
    [
        ("httpGet: {port: 80}", Handler.HTTP, 80, False),
        ("httpGet: {port: '8080'}", Handler.HTTP, "8080", False),
        ("tcpSocket: {port: web}", Handler.TCP, "web", False),
        ("tcpSocket: {port: '${P}'}", Handler.TCP, None, True),
        ("grpc: {port: 9}", Handler.GRPC, 9, False),
        ("httpGet: {}", Handler.HTTP, None, True),
        ("exec: {command: [x]}", Handler.EXEC, None, False),
    ],
)
def test_probes(fields: str, handler: Handler, port: object, unknown: bool) -> None:
    (probe,) = container(f"readinessProbe: {{{fields}}}").probes
    assert (probe.purpose, probe.handler, probe.port, probe.port_unknown) == ("readiness", handler, port, unknown)


def test_an_http_probe_asks_for_the_root_in_plain_http() -> None:
    (probe,) = container("livenessProbe: {httpGet: {port: 80}}").probes
    assert (probe.path, probe.scheme, probe.host) == ("/", "HTTP", None)


def test_a_script_is_text_and_a_templated_argument_is_not() -> None:
    found = container('command: [sh, -c], args: ["exec a \\n --port ${PORT}", "--port=${PORT}", "{{ x }}\\n", 80]')
    assert found.command == ("sh", "-c")
    assert found.args == (
        "exec a \n --port ${PORT}",
        Unknown("--port=${PORT}"),
        Unknown("{{ x }}\n"),
        Unknown("80"),
    )


def test_security() -> None:
    found = container(
        """securityContext: {privileged: true,
        capabilities: {add: [NET_BIND_SERVICE], drop: [ALL]}}"""
    ).security
    assert found.privileged
    assert (found.added_capabilities, found.dropped_capabilities) == (("NET_BIND_SERVICE",), ("ALL",))
