"""What the API server refuses beyond the schema: what is wrong is refused, and its right neighbour is taken.

The verdicts follow from Kubernetes' own validation (`pkg/apis/*/validation`) and its feature gates by release
(`pkg/features/kube_features.go`). What a real server said of the same fields stands in `test_server_verdicts.py`.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any

import pytest
import yaml

from kblint.admission.formats import FUNCTIONS, amount
from kblint.admission.release import load_release
from kblint.finding import Finding
from kblint.fix import Applicability, apply
from tests.given.objections import findings

POD = """
apiVersion: v1
kind: Pod
metadata: {name: shop, namespace: front, labels: {app: shop}, annotations: {example.com/note: plain}}
spec:
  volumes: [{name: cache, emptyDir: {}}]
  initContainers: [{name: warm, image: "shop:1", ports: [{name: once, containerPort: 9000}]}]
  containers:
    - name: shop
      image: shop:1
      env:
        - {name: PORT, value: "8000"}
        - {name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
      resources: {requests: {memory: 64Mi}, limits: {memory: 128Mi}}
      volumeMounts: [{name: cache, mountPath: /cache}]
      ports: [{name: http, containerPort: 8000}]
      readinessProbe: {httpGet: {port: http}}
      livenessProbe: {tcpSocket: {port: 8000}}
"""
DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  selector: {matchLabels: {app: shop}}
  strategy: {rollingUpdate: {maxUnavailable: 25%, maxSurge: 1}}
  template:
    metadata: {labels: {app: shop}}
    spec: {containers: [{name: shop, image: "shop:1"}]}
"""
JOB = """
apiVersion: batch/v1
kind: Job
metadata: {name: sweep}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: sweep, image: "shop:1"}]}}}
"""
CRON_JOB = """
apiVersion: batch/v1
kind: CronJob
metadata: {name: sweep}
spec:
  schedule: 5 4 * * sun
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: sweep, image: "shop:1"}]}}}}
"""
SERVICE = """
apiVersion: v1
kind: Service
metadata: {name: shop}
spec: {selector: {app: shop}, ports: [{port: 80, targetPort: http}]}
"""
BALANCED = "{apiVersion: v1, kind: Service, metadata: {name: shop}, spec: {type: LoadBalancer, ports: [{port: 80}]}}"
INGRESS = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec:
  ingressClassName: nginx
  tls: [{hosts: [shop.example.com], secretName: shop-tls}]
  rules:
    - host: shop.example.com
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: shop, port: {number: 80}}}}]}
"""
POLICY = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: shop}
spec:
  podSelector: {matchLabels: {app: shop}}
  ingress: [{ports: [{port: 8000, endPort: 8010}], from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]}]
"""
SECRET = "{apiVersion: v1, kind: Secret, metadata: {name: shop}, data: {user: c2hvcA==}}"
SETTINGS = "{apiVersion: v1, kind: ConfigMap, metadata: {name: shop}, data: {shop.ini: port=1}}"
CLAIM = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: shop}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
"""
NAMESPACE = (
    "{apiVersion: v1, kind: Namespace, metadata: {name: front, labels: {pod-security.kubernetes.io/enforce: baseline}}}"
)
SCALER = """
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: shop}
spec: {minReplicas: 2, maxReplicas: 4, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}}
"""
BUDGET = (
    "{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: shop}, spec: {minAvailable: 1, selector: {}}}"
)
BINDING = """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
"""
CLASS = "{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: edge}, spec: {controller: a.io/b}}"

CRITICAL = "{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: system-node-critical}, value: 1}"
PRIORITY = "{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: shop}, value: 1000}"
ALIAS = (
    "{apiVersion: v1, kind: Service, metadata: {name: shop}, spec: {type: ExternalName, externalName: a.example.com}}"
)
SLICE = """
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: shop-1}
addressType: IPv4
endpoints: [{addresses: [10.1.2.3]}]
ports: [{name: http, port: 8000, protocol: TCP}]
"""
VOLUME = """
apiVersion: v1
kind: PersistentVolume
metadata: {name: shop}
spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], nfs: {server: files.example.com, path: /shop}}
"""
ROLE = """
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: shop}
rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
"""
WEBHOOK = """
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: shop}
webhooks:
  - name: check.shop.example.com
    sideEffects: None
    admissionReviewVersions: [v1]
    clientConfig: {service: {name: shop, namespace: front}}
    rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
"""
LOAD = {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}}}

QUOTA = "{apiVersion: v1, kind: ResourceQuota, metadata: {name: shop}, spec: {hard: {pods: 4, requests.memory: 1Gi}}}"
REGISTRY = """
apiVersion: v1
kind: Secret
metadata: {name: shop}
type: kubernetes.io/dockerconfigjson
stringData: {.dockerconfigjson: "{}"}
"""
HOST_NETWORK = POD.replace("spec:", "spec:\n  hostNetwork: true")
STATEFUL = DEPLOYMENT.replace("Deployment", "StatefulSet").replace(
    "  strategy: {rollingUpdate: {maxUnavailable: 25%, maxSurge: 1}}\n", ""
)
SPREAD = {"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule"}
ONCE = yaml.safe_load(JOB)["spec"]

GONE = "(left out)"
FIRST = "spec.containers.0"
PROBE = f"{FIRST}.readinessProbe"
LONG = "x" * 64
PATH = "spec.rules.0.http.paths.0"

WRONG_AND_RIGHT: Sequence[tuple[str, str, Sequence[Any], Sequence[Any]]] = (
    (POD, "metadata.name", ["", "Shop", "shop_1", "shop-", "x" * 254], ["shop.v1", "1shop", "x" * 253]),
    (POD, "metadata.namespace", ["Front", "front.end"], ["front-2"]),
    (POD, "metadata.labels.app", ["a b", LONG, "a/b", "-a"], ["", "A.b_c-1", LONG[1:]]),
    (POD, "metadata.labels", [{"a/b/c": ""}, {"-a": ""}, {"Example.com/a": ""}], [{"example.com/A": ""}]),
    (POD, "metadata.annotations", [{"a b": ""}], [{"Example.com/a": ""}]),
    (POD, f"{FIRST}.name", ["", "shop.x", "Shop", LONG, "warm"], [LONG[1:]]),
    (POD, f"{FIRST}.image", ["", None, " shop:1"], ["shop"]),
    (POD, "spec.containers", [[]], []),
    (POD, f"{FIRST}.env.0.name", ["", "A=B"], ["a.b-c", "1A"]),
    (
        POD,
        f"{FIRST}.env.0",
        [{"name": "A", "value": "1", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}}],
        [],
    ),
    (POD, f"{FIRST}.env.1.valueFrom.fieldRef.fieldPath", ["spec.host"], ["metadata.labels['app']", "status.podIPs"]),
    (POD, f"{FIRST}.resources.requests.memory", ["256Mi", "many", "1.5.1"], ["128Mi", "1e8", 1000000]),
    (
        POD,
        f"{FIRST}.resources.requests",
        [{"ram": "1Gi"}, {"example.com/gpu": 1}, {"hugepages-2Mi": "4Mi"}, {"storage": "1Gi"}],
        [],
    ),
    (
        POD,
        f"{FIRST}.resources.limits",
        [{"example.com/gpu": 0.5}, {"memory": "-1"}],
        [{"example.com/gpu": 1, "memory": "64Mi"}],
    ),
    (POD, f"{FIRST}.volumeMounts.0.name", ["data"], []),
    (POD, f"{FIRST}.volumeMounts.0.subPath", ["../up", "/etc"], ["a/..b"]),
    (POD, f"{FIRST}.ports.0.containerPort", [None], []),
    (POD, f"{PROBE}.httpGet.port", [0, 65536, "", "HTTP", "8000"], [65535, "http"]),
    (POD, f"{PROBE}.initialDelaySeconds", [-1], [0]),
    (POD, f"{PROBE}.successThreshold", [-1], [3]),
    (POD, f"{FIRST}.livenessProbe.successThreshold", [2], [1, 0]),
    (POD, f"{PROBE}.tcpSocket", [{"port": 80}], []),
    (POD, PROBE, [{"exec": {"command": []}}, {"grpc": {"port": 0}}, {"periodSeconds": 3}], [{"grpc": {"port": 1}}]),
    (POD, "spec.initContainers.0.readinessProbe", [{"tcpSocket": {"port": 80}}], []),
    (POD, "spec.initContainers.0.ports.0", [{"containerPort": 0}, {"name": "x" * 16, "containerPort": 1}], []),
    (POD, "spec.volumes.0.configMap", [{"name": "x"}], []),
    (POD, "spec.volumes", [[{"name": "cache"}, {"name": "cache"}], [{"name": "Cache", "emptyDir": {}}]], []),
    (POD, "spec.tolerations", [[{"key": "a", "operator": "Exists", "value": "b"}]], [[{"operator": "Exists"}]]),
    (POD, "spec.hostAliases", [[{"ip": "localhost"}], [{"ip": "::1", "hostnames": ["a_b"]}]], [[{"ip": "::1"}]]),
    (POD, "spec.dnsPolicy", ["None"], ["Default"]),
    (POD, "spec.dnsConfig", [{"nameservers": ["one"]}, {"nameservers": ["1.1.1.1"] * 4}], [{"nameservers": ["::1"]}]),
    (POD, "spec.activeDeadlineSeconds", [0], [1]),
    (POD, "spec.hostname", ["a.b"], ["a-b"]),
    (POD, "spec.securityContext", [{"runAsUser": -1}], [{"runAsUser": 0}]),
    (
        POD,
        f"{FIRST}.securityContext",
        [{"privileged": True, "allowPrivilegeEscalation": False}],
        [{"privileged": True}],
    ),
    (POD, "spec.ephemeralContainers", [[{"name": "debug", "image": "shop:1"}]], []),
    (
        POD,
        "spec.topologySpreadConstraints",
        [[{"maxSkew": 0, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule"}]],
        [[{"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway"}]],
    ),
    (DEPLOYMENT, "spec.selector", [{}, {"matchLabels": {}}], []),
    (DEPLOYMENT, "spec.strategy.rollingUpdate.maxUnavailable", ["101%", "many", -1, "1"], ["100%", 0]),
    (DEPLOYMENT, "spec.strategy.rollingUpdate.maxSurge", ["x", "1", -1], ["200%"]),
    (DEPLOYMENT, "spec.strategy.type", ["Recreate"], ["RollingUpdate"]),
    (DEPLOYMENT, "spec.progressDeadlineSeconds", [0], [1]),
    (DEPLOYMENT, "spec.replicas", [-1], [0]),
    (DEPLOYMENT, "spec.template.spec.restartPolicy", ["Never", "OnFailure"], ["Always", ""]),
    (JOB, "metadata.name", [LONG], [LONG[1:]]),
    (JOB, "spec.template.spec.restartPolicy", ["Always", GONE], ["OnFailure"]),
    (JOB, "spec.backoffLimit", [-1], [0]),
    (JOB, "spec.selector", [{"matchLabels": {"a": "b"}}], []),
    (CRON_JOB, "metadata.name", ["x" * 53], ["x" * 52]),
    (
        CRON_JOB,
        "spec.schedule",
        ["daily", "* * * *", "60 * * * *", "TZ=UTC 0 1 * * *", "* * * * 7"],
        ["@daily", "*/5 0-6 1,15 jan ?"],
    ),
    (SERVICE, "metadata.name", ["shop_1", "Shop", "-shop", LONG, "a.b"], ["s"]),
    (SERVICE, "spec.ports", [[], GONE, [{"port": None}]], [[{"port": 1}]]),
    (SERVICE, "spec.ports.0.targetPort", ["80", "HTTP", "a--b"], ["", None, 8000]),
    (SERVICE, "spec.clusterIP", ["none", "10.0.0"], ["None", "10.43.0.9", ""]),
    (SERVICE, "spec.externalIPs", [["one"]], [["192.0.2.1"]]),
    (SERVICE, "spec.selector", [{"app": "a b"}, {"app": LONG}], [{}]),
    (
        SERVICE,
        "spec.sessionAffinityConfig",
        [{"clientIP": {"timeoutSeconds": 0}}],
        [{"clientIP": {"timeoutSeconds": 86400}}],
    ),
    (SERVICE, "spec.loadBalancerSourceRanges", [["10.0.0.0/8"]], [[]]),
    (BALANCED, "spec.loadBalancerSourceRanges", [["10.0.0.1"]], [["10.0.0.0/8"]]),
    (INGRESS, f"{PATH}.path", ["api", "", "//api", "/a/../b", "/a/..", "/a%2fb", GONE], ["/api(/|$)(.*)", "/..a"]),
    (
        INGRESS,
        f"{PATH}.backend.service.port",
        [{"number": 80, "name": "http"}, {"number": 0}, {}, {"name": "80"}, {"name": "HTTP"}],
        [{"name": "http"}],
    ),
    (INGRESS, f"{PATH}.backend.service.name", ["Shop", ""], ["shop-1"]),
    (INGRESS, f"{PATH}.backend", [{}], []),
    (INGRESS, "spec.rules.0.host", ["shop.example.com:443", "a.*.com", "Shop.example.com"], ["*.example.com", ""]),
    (INGRESS, "spec.tls.0.hosts", [["a_b.example.com"]], [["*.example.com"]]),
    (INGRESS, "spec.tls.0.secretName", ["Shop_TLS"], [""]),
    (INGRESS, "spec.ingressClassName", ["Nginx_1"], ["nginx.internal"]),
    (POLICY, "spec.ingress.0.ports.0.endPort", [7999, 65536], [8000]),
    (POLICY, "spec.ingress.0.ports.0.port", [0, "8000"], []),
    (POLICY, "spec.ingress.0.from.0.ipBlock.cidr", ["10.0.0.0", "10.0.0.1/8", "ten"], ["10.0.0.0/9"]),
    (POLICY, "spec.ingress.0.from.0.ipBlock.except", [["10.0.0.0/8"], ["11.0.0.0/16"]], [["10.2.0.0/16"]]),
    (SECRET, "data.user", ["shop!"], ["", "c2hv\ncA=="]),
    (SECRET, "type", ["kubernetes.io/tls"], ["Opaque"]),
    (SETTINGS, "data", [{"a b": ""}, {"a/b": ""}, {"..a": ""}], [{"A_b.c-1": ""}]),
    (SETTINGS, "binaryData", [{"shop.ini": "YQ=="}, {"x": "?"}], [{"x": "YQ=="}]),
    (CLAIM, "spec.accessModes", [[], GONE, ["ReadWrite"]], [["ReadWriteMany"]]),
    (CLAIM, "spec.resources", [{}, GONE], []),
    (NAMESPACE, "metadata.labels", [{"pod-security.kubernetes.io/enforce": "strict"}], [{}]),
    (SCALER, "spec.maxReplicas", [1, 0], [2]),
    (BUDGET, "spec.maxUnavailable", [1], []),
    (BUDGET, "spec.minAvailable", ["half", "120%", -1], ["50%"]),
    (BINDING, "roleRef.kind", ["Role"], []),
    (CLASS, "spec.controller", ["edge", "", GONE], ["example.com/a/b"]),
    (
        CLASS,
        "spec.parameters",
        [{"kind": "A"}, {"kind": "A", "name": "a", "scope": "Namespace"}],
        [{"kind": "A", "name": "a"}],
    ),
    (POD, "metadata.finalizers", [["cleanup"]], [["example.com/cleanup"], ["foregroundDeletion"]]),
    (POD, "metadata.annotations", [{"a": "x" * 262144}], [{"a": "x" * 262143}]),
    (
        POD,
        "spec.volumes.0",
        [
            {"name": "cache", "emptyDir": {"sizeLimit": "-1"}},
            {"name": "cache", "configMap": {"name": "a", "defaultMode": 644}},
            {
                "name": "cache",
                "projected": {"sources": [{"serviceAccountToken": {"path": "a", "expirationSeconds": 60}}]},
            },
            {"name": "cache", "downwardAPI": {"items": [{"path": "a", "fieldRef": {"fieldPath": "spec.nodeName"}}]}},
            {"name": "cache", "downwardAPI": {"items": [{"path": "a"}]}},
        ],
        [
            {"name": "cache", "configMap": {"name": "a", "defaultMode": 420}},
            {"name": "cache", "downwardAPI": {"items": [{"path": "a", "fieldRef": {"fieldPath": "metadata.labels"}}]}},
        ],
    ),
    (
        POD,
        f"{FIRST}.volumeMounts.0",
        [
            {"name": "cache", "mountPath": "/a", "subPath": "a", "subPathExpr": "b"},
            {"name": "cache", "mountPath": "/a", "mountPropagation": "Bidirectional"},
            {"name": "cache", "mountPath": "/a", "recursiveReadOnly": "Enabled"},
            None,
        ],
        [{"name": "cache", "mountPath": "/a", "mountPropagation": "HostToContainer"}],
    ),
    (
        POD,
        f"{FIRST}.env.1.valueFrom",
        [
            {},
            {"configMapKeyRef": {"key": "a"}},
            {"secretKeyRef": {"name": "A_b", "key": "a"}},
            {"resourceFieldRef": {"resource": "limits.disk"}},
        ],
        [{"resourceFieldRef": {"resource": "limits.cpu"}}],
    ),
    (
        POD,
        f"{FIRST}.envFrom",
        [[{}], [{"configMapRef": {}}], [{"configMapRef": {"name": "a"}, "secretRef": {"name": "b"}}]],
        [[{"secretRef": {"name": "a"}}]],
    ),
    (POD, f"{FIRST}.lifecycle", [{"preStop": {"sleep": {"seconds": 31}}}], [{"preStop": {"sleep": {"seconds": 30}}}]),
    (
        POD,
        f"{FIRST}.securityContext",
        [{"seccompProfile": {"type": "Localhost"}}, {"procMount": "None"}],
        [{"seccompProfile": {"type": "RuntimeDefault"}}],
    ),
    (
        POD,
        "spec.securityContext",
        [{"sysctls": [{"name": "Net.x", "value": "1"}]}, {"supplementalGroups": [-1]}],
        [{"sysctls": [{"name": "net.core.somaxconn", "value": "1"}]}],
    ),
    (
        POD,
        "spec.tolerations",
        [[{"key": "a", "value": "b c"}], [{"key": "a", "tolerationSeconds": 5}]],
        [[{"key": "a", "effect": "NoExecute", "tolerationSeconds": 5}]],
    ),
    (SERVICE, "spec.externalIPs", [["127.0.0.1"], ["0.0.0.0"], ["169.254.1.1"]], [["2001:db8::1"]]),
    (SERVICE, "spec.trafficDistribution", ["Close"], ["PreferSameZone"]),
    (SERVICE, "spec.healthCheckNodePort", [31000], [0]),
    (SERVICE, "spec.ipFamilies", [["IPv4", "IPv4"]], [["IPv4"]]),
    (SERVICE, "spec.clusterIPs", [["10.43.0.9"]], [[]]),
    (ALIAS, "spec.ipFamilyPolicy", ["SingleStack"], []),
    (
        BALANCED,
        "metadata.annotations",
        [{"service.beta.kubernetes.io/load-balancer-source-ranges": "10.0.0.0"}],
        [{"service.beta.kubernetes.io/load-balancer-source-ranges": "10.0.0.0/8, 192.0.2.1/32"}],
    ),
    (SERVICE, "metadata.annotations", [{"service.beta.kubernetes.io/load-balancer-source-ranges": "10.0.0.0/8"}], []),
    (
        INGRESS,
        "metadata.annotations",
        [{"kubernetes.io/ingress.class": "traefik"}],
        [{"kubernetes.io/ingress.class": "nginx"}],
    ),
    (INGRESS, "spec.rules.0.host", ["192.0.2.1"], []),
    (POLICY, "spec.ingress.0.from", [[{}], [None], [{"ipBlock": {}}]], [[{"podSelector": {}}]]),
    (POLICY, "spec.ingress.0.ports", [[{"port": "http", "endPort": 90}]], [[{"port": "http"}]]),
    (SLICE, "endpoints", [[{"addresses": ["127.0.0.1"]}], [{"addresses": []}]], [[]]),
    (SLICE, "ports.0.port", [], [0]),
    (VOLUME, "spec.capacity", [{}, GONE, {"storage": "0"}], []),
    (VOLUME, "spec.hostPath", [{"path": "/a"}], []),
    (
        CLAIM,
        "spec.resources",
        [{"requests": {"storage": "0"}}],
        [{"requests": {"storage": "1Gi"}, "limits": {"storage": "500Mi"}}],
    ),
    (CRON_JOB, "spec.timeZone", ["Local", ""], ["Europe/Berlin"]),
    (SCALER, "spec.metrics", [[{"type": "Resource"}]], [[LOAD]]),
    (SCALER, "spec.minReplicas", [0], [1]),
    (
        SCALER,
        "spec.behavior",
        [{"scaleDown": {"stabilizationWindowSeconds": 3601}}, {"scaleDown": {"policies": []}}],
        [{"scaleDown": {"selectPolicy": "Disabled"}}],
    ),
    (SECRET, "type", ["kubernetes.io/basic-auth", "kubernetes.io/service-account-token"], []),
    (
        BINDING,
        "subjects",
        [[{"kind": "ServiceAccount", "name": "a"}]],
        [[{"kind": "ServiceAccount", "name": "a", "namespace": "b"}]],
    ),
    (
        ROLE,
        "rules.0",
        [{"nonResourceURLs": ["/x"], "verbs": ["get"]}, {"apiGroups": [""], "resources": ["pods"], "verbs": []}],
        [],
    ),
    (WEBHOOK, "webhooks.0.clientConfig", [{}, {"url": "http://a.example.com"}], [{"url": "https://a.example.com"}]),
    (WEBHOOK, "webhooks.0.timeoutSeconds", [0, 31], [30]),
    (PRIORITY, "value", [2000000000], [-1]),
    (CRITICAL, "value", [], [2000001000]),
    (
        POD,
        f"{FIRST}.env.0",
        [
            {"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['a b']"}}},
            {"name": "A", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu", "divisor": "3"}}},
            {"name": "A", "valueFrom": {"resourceFieldRef": {"resource": "limits.memory", "divisor": "2Mi"}}},
        ],
        [
            {"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "metadata.annotations['example.com/a']"}}},
            {"name": "A", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu", "divisor": "1m"}}},
            {"name": "A", "valueFrom": {"resourceFieldRef": {"resource": "limits.memory", "divisor": "1Mi"}}},
            {"name": "A", "valueFrom": {"resourceFieldRef": {"resource": "limits.memory"}}},
        ],
    ),
    (
        POD,
        f"{FIRST}.resources",
        [{"limits": {"hugepages-2Mi": "4Mi"}}],
        [{"limits": {"hugepages-2Mi": "4Mi", "memory": "128Mi"}}],
    ),
    (
        POD,
        "spec.volumes.0",
        [
            {"name": "cache", "nfs": {"server": "files.example.com", "path": "shop"}},
            {
                "name": "cache",
                "downwardAPI": {"items": [{"path": "a", "resourceFieldRef": {"resource": "limits.cpu"}}]},
            },
        ],
        [
            {
                "name": "cache",
                "downwardAPI": {
                    "items": [{"path": "a", "resourceFieldRef": {"resource": "limits.cpu", "containerName": "shop"}}]
                },
            }
        ],
    ),
    (
        POD,
        "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution",
        [
            {"nodeSelectorTerms": [{"matchFields": [{"key": "metadata.uid", "operator": "In", "values": ["a"]}]}]},
            {"nodeSelectorTerms": [{"matchFields": [{"key": "metadata.name", "operator": "Exists"}]}]},
            {
                "nodeSelectorTerms": [
                    {"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["a", "b"]}]}
                ]
            },
        ],
        [{"nodeSelectorTerms": [{"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["a"]}]}]}],
    ),
    (
        POD,
        "spec.topologySpreadConstraints",
        [[{**SPREAD, "labelSelector": {"matchLabels": {"app": "shop"}}, "matchLabelKeys": ["app"]}]],
        [[{**SPREAD, "labelSelector": {"matchLabels": {"app": "shop"}}, "matchLabelKeys": ["pod-template-hash"]}]],
    ),
    (POD, "spec.resourceClaims", [[{"name": "a"}]], [[{"name": "a", "resourceClaimName": "b"}]]),
    (POD, "spec.dnsConfig.searches", [["a b"], ["Example.com"]], [["."], ["_srv.example.com."]]),
    (
        JOB,
        "spec",
        [
            {**ONCE, "manualSelector": True},
            {**ONCE, "successPolicy": {"rules": [{"succeededCount": 1}]}},
            {**ONCE, "completionMode": "Indexed", "completions": 2, "successPolicy": {"rules": [{}]}},
        ],
        [{**ONCE, "completionMode": "Indexed", "completions": 2, "successPolicy": {"rules": [{"succeededCount": 1}]}}],
    ),
    (CRON_JOB, "spec.schedule", ["CRON_TZ=UTC 0 1 * * *"], []),
    (CRON_JOB, "spec.timeZone", ["CEST", "UTC+2", "europe/berlin"], ["UTC", "Etc/GMT+2", "US/Eastern"]),
    (INGRESS, f"{PATH}.backend.service.name", [LONG, "shop.front"], ["1shop"]),
    (INGRESS, "spec.rules", [[], GONE], []),
    (INGRESS, "spec.ingressClassName", [""], [None]),
    (POLICY, "spec.podSelector.matchExpressions", [[{"key": "app", "operator": "In", "values": []}]], []),
    (POLICY, "spec.ingress.0.from.0.ipBlock.except", [["10.1.2.3/16"]], []),
    (BALANCED, "spec.loadBalancerSourceRanges", [["10.0.0.1/8"]], [[" 10.0.0.0/8"]]),
    (SECRET, "type", ["kubernetes.io/dockerconfigjson"], []),
    (REGISTRY, "stringData", [{".dockerconfigjson": "auths"}, {}], [{".dockerconfigjson": "${DOCKER_CONFIG}"}]),
    (NAMESPACE, "metadata.labels", [{"pod-security.kubernetes.io/warn-version": "30"}], []),
    (SLICE, "ports", [[{"port": 1}, {"port": 2}]], [[{"port": 1}, {"name": "b", "port": 2}]]),
    (QUOTA, "spec.hard", [{"memory.limits": "1Gi"}], [{"count/ingresses.networking.k8s.io": 4}]),
    (ROLE, "metadata.name", ["a/b", ".."], ["a:B_c"]),
    (WEBHOOK, "webhooks.0.rules.0.operations", [["create"], []], [["CREATE", "UPDATE"], ["*"]]),
)
CASES = [
    pytest.param(text, path, value, is_wrong, id=f"{yaml.safe_load(text)['kind']} {path} {str(value)[:40]!r}")
    for text, path, wrong, right in WRONG_AND_RIGHT
    for is_wrong, values in ((True, wrong), (False, right))
    for value in values
]


def changed(text: str, path: str, value: object) -> str:
    root = yaml.safe_load(text)
    *way, last = [int(part) if part.isdecimal() else part for part in path.split(".")]
    holder: Any = root
    for key in way:
        if isinstance(holder, dict):
            holder.setdefault(key, {})
        holder = holder[key]
    if value == GONE:
        del holder[last]
    else:
        holder[last] = copy.deepcopy(value)
    return yaml.safe_dump(root)


@pytest.mark.parametrize("text", [POD, DEPLOYMENT, JOB, CRON_JOB, SERVICE, INGRESS, POLICY, SECRET, SETTINGS, CLAIM])
def test_what_is_right_is_taken(text: str) -> None:
    assert findings(text) == ()


@pytest.mark.parametrize(("text", "path", "value", "is_wrong"), CASES)
def test_what_the_api_server_refuses_is_said_and_nothing_else(
    text: str, path: str, value: object, is_wrong: bool
) -> None:
    found = [one for one in findings(changed(text, path, value)) if one.symptom == "rejected by the API"]
    assert bool(found) is is_wrong, [one.message for one in found]
    for one in found:
        assert one.location.place.text or one.location.place.span
        assert one.help


def only(text: str, path: str, value: object, version: str | None = None) -> Finding:
    (found,) = findings(changed(text, path, value), version=version)
    return found


@pytest.mark.parametrize(
    ("text", "path", "value", "message", "help"),
    [
        (
            SERVICE,
            "spec.ports.0.targetPort",
            "8080",
            "`spec.ports[0].targetPort` must be a port number, or a port's name, but is the text `'8080'`",
            "use a number without quotes",
        ),
        (INGRESS, f"{PATH}.path", "api", "`spec.rules[0].http.paths[0].path` must be a path", "put `/` in front"),
        (POD, f"{FIRST}.volumeMounts.0.name", "data", "`data` is no volume of these pods", "add it to `volumes`"),
        (POD, f"{FIRST}.volumeMounts.0.name", "cahce", "`cahce` is no volume of these pods, `cache` is", "mount one"),
        (POD, "metadata.labels.app", LONG, "`metadata.labels.app` has 64 characters, 63 are allowed", "at most 63"),
        (INGRESS, f"{PATH}.pathType", GONE, "`pathType` is missing", "write `Prefix`, or `Exact`"),
        (POD, f"{FIRST}.image", "", "`image` is missing in `spec.containers[0]`", "add `image`"),
        (CRON_JOB, "spec.schedule", "daily", "must be a schedule of five fields", "write minute, hour"),
    ],
)
def test_a_finding_says_what_is_wrong_and_what_is_allowed(
    text: str, path: str, value: str, message: str, help: str
) -> None:
    found = only(text, path, value)
    assert message in found.message
    assert help in (found.help or "")


@pytest.mark.parametrize(
    ("text", "path", "value", "new", "applicability"),
    [
        (SERVICE, "spec.ports.0.targetPort", "8080", "8080", Applicability.SAFE),
        (INGRESS, f"{PATH}.path", "api", "/api", Applicability.SAFE),
        (INGRESS, "spec.rules.0.host", "Shop.example.com", "shop.example.com", Applicability.SAFE),
        (SERVICE, "metadata.name", "Shop", "shop", Applicability.UNSAFE),
        (SERVICE, "metadata.name", "shop_1", "shop-1", Applicability.UNSAFE),
        (SERVICE, "metadata.name", "shop.1", None, None),
        (SERVICE, "spec.clusterIP", "none", "None", Applicability.SAFE),
        (INGRESS, f"{PATH}.backend.service.port", 80, "{number: 80}", Applicability.SAFE),
        (INGRESS, f"{PATH}.backend.service.port", "http", "{name: http}", Applicability.SAFE),
        (INGRESS, f"{PATH}.backend.service.port", {"name": "80"}, None, None),
        (INGRESS, "spec.tls.0.hosts", "shop.example.com", "[shop.example.com]", Applicability.SAFE),
        (INGRESS, "spec.rules.0.host", "https://shop.example.com/", "shop.example.com", Applicability.SAFE),
        (INGRESS, "spec.rules.0.host", "shop.example.com:443", "shop.example.com", Applicability.SAFE),
        (INGRESS, "spec.rules.0.host", "shop.example.com:8443", None, None),
        (INGRESS, "spec.rules.0.host", "example.com/shop", None, None),
        (DEPLOYMENT, "spec.strategy", "Recreate", "{type: Recreate}", Applicability.SAFE),
        (POD, f"{FIRST}.command", "serve", "[serve]", Applicability.SAFE),
        (POD, f"{FIRST}.command", "serve --all", None, None),
        (POD, "spec.volumes.0.emptyDir", "Memory", None, None),
        (POD, f"{FIRST}.resources.limits.memory", "128MB", "128M", Applicability.UNSAFE),
        (POD, f"{FIRST}.resources.limits.memory", "128 mib", "128Mi", Applicability.UNSAFE),
        (POD, f"{FIRST}.resources.limits.memory", "128KB", "128k", Applicability.UNSAFE),
        (POD, f"{FIRST}.resources.limits.cpu", "100 m", "100m", Applicability.UNSAFE),
        (POD, f"{FIRST}.resources.limits.cpu", "one", None, None),
        (CRON_JOB, "spec.schedule", "5 4 * * 7", "5 4 * * 0", Applicability.SAFE),
        (CRON_JOB, "spec.schedule", "5 4 * * 1-7", None, None),
        (POLICY, "spec.ingress.0.from.0.ipBlock", {"cidr": "10.1.2.3"}, "10.1.2.3/32", Applicability.SAFE),
        (POLICY, "spec.ingress.0.from.0.ipBlock", {"cidr": "10.1.0.0"}, None, None),
        (POLICY, "spec.ingress.0.from.0.ipBlock", {"cidr": "10.1.2.3/16"}, "10.1.0.0/16", Applicability.UNSAFE),
    ],
)
def test_what_can_only_mean_one_thing_is_mended(
    text: str, path: str, value: str, new: str | None, applicability: Applicability | None
) -> None:
    fix = only(text, path, value).fix
    assert (fix.edits[0].text if fix else None) == new
    assert (fix.applicability if fix else None) == applicability


@pytest.mark.parametrize("is_flow", [False, True])
def test_a_missing_path_type_is_added_beside_the_path(is_flow: bool) -> None:
    text = changed(INGRESS, f"{PATH}.pathType", GONE)
    if is_flow:
        text = yaml.safe_dump(yaml.safe_load(text), default_flow_style=True)
    (found,) = findings(text)
    assert found.fix is not None
    assert found.fix.title == "add `pathType: Prefix`"
    assert found.fix.applicability is Applicability.UNSAFE
    (mended,) = apply([found.fix]).texts.values()
    assert yaml.safe_load(mended) == yaml.safe_load(INGRESS)
    assert findings(mended) == ()


@pytest.mark.parametrize(
    ("version", "text", "path", "value", "is_said"),
    [
        # StrictIPCIDRValidation
        ("1.35", POLICY, "spec.ingress.0.from.0.ipBlock.cidr", "10.0.0.1/8", False),
        ("1.36", POLICY, "spec.ingress.0.from.0.ipBlock.cidr", "10.0.0.1/8", True),
        ("1.35", POLICY, "spec.ingress.0.from.0.ipBlock.except", ["10.1.2.3/16"], False),
        ("1.35", BALANCED, "spec.loadBalancerSourceRanges", ["10.0.0.1/8"], False),
        ("1.36", BALANCED, "spec.loadBalancerSourceRanges", ["10.0.0.1/8"], True),
        # RelaxedServiceNameValidation
        ("1.35", SERVICE, "metadata.name", "1shop", True),
        ("1.36", SERVICE, "metadata.name", "1shop", False),
        ("1.35", INGRESS, f"{PATH}.backend.service.name", "1shop", True),
        # ServiceTrafficDistribution, PreferSameTrafficDistribution
        ("1.33", SERVICE, "spec.trafficDistribution", "PreferSameZone", True),
        ("1.34", SERVICE, "spec.trafficDistribution", "PreferSameZone", False),
        ("1.31", SERVICE, "spec.trafficDistribution", "Close", True),
        # RelaxedEnvironmentVariableValidation
        ("1.31", POD, f"{FIRST}.env.0.name", "1A", True),
        ("1.32", POD, f"{FIRST}.env.0.name", "1A", False),
        # RelaxedDNSSearchValidation
        ("1.32", POD, "spec.dnsConfig.searches", ["."], True),
        ("1.33", POD, "spec.dnsConfig.searches", ["."], False),
        # PodLifecycleSleepActionAllowZero
        ("1.32", POD, f"{FIRST}.lifecycle.preStop.sleep.seconds", 0, True),
        ("1.33", POD, f"{FIRST}.lifecycle.preStop.sleep.seconds", 0, False),
        # ContainerRestartRules; in between an odd policy is dropped
        ("1.33", POD, f"{FIRST}.restartPolicy", "Always", True),
        ("1.34", POD, f"{FIRST}.restartPolicy", "Forever", False),
        ("1.35", POD, f"{FIRST}.restartPolicy", "Always", False),
        ("1.35", POD, f"{FIRST}.restartPolicy", "Forever", True),
        ("1.30", POD, "spec.initContainers.0.restartPolicy", "Always", False),
        # UserNamespacesSupport, ProcMountType, RecursiveReadOnlyMounts, SupplementalGroupsPolicy
        ("1.32", HOST_NETWORK, "spec.hostUsers", False, False),
        ("1.33", HOST_NETWORK, "spec.hostUsers", False, True),
        ("1.32", POD, f"{FIRST}.securityContext.procMount", "Hidden", False),
        ("1.33", POD, f"{FIRST}.securityContext.procMount", "Hidden", True),
        ("1.31", POD, f"{FIRST}.volumeMounts.0.recursiveReadOnly", "Sometimes", True),
        ("1.32", POD, "spec.securityContext.supplementalGroupsPolicy", "Both", False),
        ("1.33", POD, "spec.securityContext.supplementalGroupsPolicy", "Both", True),
        # DynamicResourceAllocation
        ("1.33", POD, "spec.resourceClaims", [{"name": "a"}], False),
        ("1.34", POD, "spec.resourceClaims", [{"name": "a"}], True),
        # JobSuccessPolicy, JobManagedBy
        ("1.30", JOB, "spec.successPolicy", {"rules": [{"succeededCount": 1}]}, False),
        ("1.31", JOB, "spec.successPolicy", {"rules": [{"succeededCount": 1}]}, True),
        ("1.31", JOB, "spec.managedBy", "queue", False),
        ("1.32", JOB, "spec.managedBy", "queue", True),
        # MaxUnavailableStatefulSet
        ("1.34", STATEFUL, "spec.updateStrategy.rollingUpdate.maxUnavailable", 0, False),
        ("1.35", STATEFUL, "spec.updateStrategy.rollingUpdate.maxUnavailable", 0, True),
    ],
)
def test_releases_differ(version: str, text: str, path: str, value: str, is_said: bool) -> None:
    assert bool(findings(changed(text, path, value), version=version)) is is_said


@pytest.mark.parametrize(
    ("api", "kind", "first", "last"),
    [
        ("flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchema", 26, 31),
        ("flowcontrol.apiserver.k8s.io/v1", "FlowSchema", 29, 37),
        ("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", 30, 37),
        ("networking.k8s.io/v1", "ServiceCIDR", 33, 37),
        ("networking.k8s.io/v1beta1", "ServiceCIDR", 31, 36),
        ("resource.k8s.io/v1alpha2", "ResourceClaim", 27, 30),
        ("resource.k8s.io/v1", "ResourceClaim", 34, 37),
        ("storage.k8s.io/v1", "VolumeAttributesClass", 34, 37),
        ("storage.k8s.io/v1beta1", "VolumeAttributesClass", 31, 36),
    ],
)
def test_a_kind_is_served_in_its_releases_and_in_no_other(api: str, kind: str, first: int, last: int) -> None:
    text = f"{{apiVersion: {api}, kind: {kind}, metadata: {{name: a}}}}"
    for minor in range(30, 38):
        found = [one for one in findings(text, version=f"1.{minor}") if (one.symptom or "").startswith("not applied")]
        assert bool(found) is not (first <= minor <= last), (minor, [one.message for one in found])


def test_a_version_that_comes_later_is_written_as_the_release_has_it() -> None:
    text = "{apiVersion: networking.k8s.io/v1, kind: ServiceCIDR, metadata: {name: a}}"
    (found,) = findings(text, version="1.32")
    assert found.message == "Kubernetes 1.32 has no `networking.k8s.io/v1` ServiceCIDR: it comes with 1.33"
    assert found.help == "write `apiVersion: networking.k8s.io/v1beta1`"
    (found,) = findings(text, version="1.28")
    assert found.help == "upgrade the cluster to Kubernetes 1.33 first"


def test_every_definition_has_its_limits_in_one_place_and_exists() -> None:
    text = resources.files("kblint").joinpath("schemas", "limits.yaml").read_text(encoding="utf-8")
    names = [
        line.strip(": ")
        for line in text.partition("\nlimits:\n")[2].splitlines()
        if line[2:3].isalpha() and line.endswith(":")
    ]
    assert sorted(names) == sorted(set(names))
    release = load_release(None)
    assert [name for name in release.limits if name not in release.definitions] == []


@pytest.mark.parametrize(
    "value", ["<your host>", "__HOST__", "HOST_NAME", "app.X.X.X.X.nip.io", "${HOST}", "app.replaceme.com"]
)
def test_what_somebody_shall_fill_in_is_not_judged(value: str) -> None:
    assert findings(changed(INGRESS, "spec.rules.0.host", value)) == ()


def test_claims_of_a_stateful_set_are_volumes_of_its_pods() -> None:
    text = DEPLOYMENT.replace("Deployment", "StatefulSet").replace(
        "  strategy: {rollingUpdate: {maxUnavailable: 25%, maxSurge: 1}}\n", ""
    )
    root = yaml.safe_load(text)
    root["spec"]["template"]["spec"]["containers"][0]["volumeMounts"] = [{"name": "data", "mountPath": "/data"}]
    assert [one.message for one in findings(yaml.safe_dump(root))] == ["`data` is no volume of these pods"]
    root["spec"]["volumeClaimTemplates"] = [{"metadata": {"name": "data"}, "spec": yaml.safe_load(CLAIM)["spec"]}]
    assert findings(yaml.safe_dump(root)) == ()


@pytest.mark.parametrize(
    ("text", "value"), [("500m", 0.5), ("1Ki", 1024), ("1e3", 1000), (2, 2), (".5", 0.5), ("x", None), (True, None)]
)
def test_quantities(text: object, value: float | None) -> None:
    found = amount(text)
    assert (None if found is None else float(found)) == value


def test_every_format_lets_an_empty_text_through() -> None:
    table: Mapping[str, Any] = FUNCTIONS
    assert all(is_of_format("") for name, is_of_format in table.items() if name != "base64_text")
