"""The verdicts of a real API server (1.37), field by field: `server_verdicts.yaml`.

The server was asked about other manifests with the same mistakes; each of these differs in one field from one that it
takes, and every one that it refused is an error here, `rejected`; of the others none is.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from kblint.finding import Severity
from tests.given.runs import checked

_GONE = "(left out)"
_TEMPLATE = """
  template:
    metadata: {labels: {app: kiosk}}
    spec: {containers: [{name: kiosk, image: "kiosk:1", ports: [{name: web, containerPort: 8000}]}]}
"""
_POD = """
apiVersion: v1
kind: Pod
metadata: {name: kiosk, namespace: market, labels: {app: kiosk}}
spec:
  volumes: [{name: spare, emptyDir: {}}]
  containers:
    - name: kiosk
      image: kiosk:1
      env: [{name: LEVEL, value: warn}]
      ports: [{name: web, containerPort: 8000}]
      volumeMounts: [{name: spare, mountPath: /spare}]
"""
_WORKLOAD = f"""
apiVersion: apps/v1
kind: KIND
metadata: {{name: kiosk}}
spec:
  selector: {{matchLabels: {{app: kiosk}}}}{_TEMPLATE}"""
_SERVICE = """
apiVersion: v1
kind: Service
metadata: {name: kiosk}
spec: {selector: {app: kiosk}, ports: [{name: web, port: 80, targetPort: web}]}
"""
_ONCE = "{restartPolicy: Never, containers: [{name: count, image: 'kiosk:1'}]}"
MANIFESTS = {
    "pod": _POD,
    "pod on the host network": _POD.replace("spec:", "spec:\n  hostNetwork: true"),
    "deployment": _WORKLOAD.replace("KIND", "Deployment"),
    "stateful set": _WORKLOAD.replace("KIND", "StatefulSet").replace(
        "\n  selector", "\n  serviceName: kiosk\n  selector"
    ),
    "daemon set": _WORKLOAD.replace("KIND", "DaemonSet"),
    "job": f"{{apiVersion: batch/v1, kind: Job, metadata: {{name: count}}, spec: {{template: {{spec: {_ONCE}}}}}}}",
    "cron job": f"""
apiVersion: batch/v1
kind: CronJob
metadata: {{name: count}}
spec: {{schedule: 0 3 * * *, jobTemplate: {{spec: {{template: {{spec: {_ONCE}}}}}}}}}
""",
    "replication controller": f"""
apiVersion: v1
kind: ReplicationController
metadata: {{name: kiosk}}
spec:
  selector: {{app: kiosk}}{_TEMPLATE}""",
    "service": _SERVICE,
    "node port": _SERVICE.replace("spec: {", "spec: {type: NodePort, "),
    "load balancer": _SERVICE.replace("spec: {", "spec: {type: LoadBalancer, "),
    "headless service": _SERVICE.replace("spec: {", "spec: {clusterIP: None, "),
    "alias": """
apiVersion: v1
kind: Service
metadata: {name: till}
spec: {type: ExternalName, externalName: till.example.com}
""",
    "ingress": """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: kiosk}
spec:
  ingressClassName: nginx
  rules:
    - host: kiosk.example.com
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: kiosk, port: {number: 80}}}}]}
""",
    "policy": """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: kiosk}
spec: {podSelector: {}, policyTypes: [Ingress], ingress: [{from: [{podSelector: {}}], ports: [{port: 8000}]}]}
""",
    "settings": "{apiVersion: v1, kind: ConfigMap, metadata: {name: kiosk}, data: {open: '9'}}",
    "secret": "{apiVersion: v1, kind: Secret, metadata: {name: kiosk}, data: {user: a2lvc2s=}}",
    "claim": """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: stock}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
""",
    "scaler": """
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: kiosk}
spec: {maxReplicas: 4, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: kiosk}}
""",
    "budget": """
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: kiosk}
spec: {minAvailable: 1, selector: {matchLabels: {app: kiosk}}}
""",
    "class": """
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: edge}
spec: {controller: example.com/edge}
""",
    "namespace": "{apiVersion: v1, kind: Namespace, metadata: {name: market}}",
    "endpoints": """
apiVersion: v1
kind: Endpoints
metadata: {name: till}
subsets: [{addresses: [{ip: 192.0.2.7}], ports: [{port: 80}]}]
""",
    "slice": """
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: till-1}
addressType: IPv4
endpoints: [{addresses: [192.0.2.7]}]
ports: [{name: web, port: 80}]
""",
}


def _verdicts() -> Iterator[tuple[str, str, Any, bool]]:
    told = yaml.safe_load(Path(__file__).with_name("server_verdicts.yaml").read_text(encoding="utf-8"))
    for manifest, verdicts in told.items():
        for verdict, changes in verdicts.items():
            for change in changes:
                ((path, value),) = change.items()
                yield manifest, path, value, verdict == "refused"


VERDICTS = [
    pytest.param(manifest, path, value, is_refused, id=f"{manifest} {path} {str(value)[:40]}")
    for manifest, path, value, is_refused in _verdicts()
]


def _written(manifest: str, path: str, value: object) -> str:
    root = yaml.safe_load(MANIFESTS[manifest])
    *way, last = [int(part) if part.isdecimal() else part for part in path.split(".")]
    holder: Any = root
    for key in way:
        if isinstance(holder, dict):
            holder.setdefault(key, {})
        holder = holder[key]
    if value == _GONE:
        del holder[last]
    elif isinstance(holder, list) and last == len(holder):
        holder.append(copy.deepcopy(value))
    else:
        holder[last] = copy.deepcopy(value)
    return yaml.safe_dump(root, sort_keys=False)


def _refusals(text: str) -> list[str]:
    return [
        one.message
        for one in checked({"kiosk.yaml": text}).findings
        if one.severity is Severity.ERROR and (one.symptom or "").startswith("rejected")
    ]


@pytest.mark.parametrize("manifest", MANIFESTS)
def test_a_manifest_without_a_mistake_is_taken(manifest: str) -> None:
    assert _refusals(MANIFESTS[manifest]) == []


@pytest.mark.parametrize(("manifest", "path", "value", "is_refused"), VERDICTS)
def test_what_the_api_server_said_is_what_is_said(manifest: str, path: str, value: object, is_refused: bool) -> None:
    found = _refusals(_written(manifest, path, value))
    assert bool(found) is is_refused, found
