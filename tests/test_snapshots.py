"""What a tool printed is never edited: the fix is what to run."""

from __future__ import annotations

import json
import shlex

import pytest

from kblint.finding import Finding
from kblint.fix import Applicability
from tests.given.hetzner import PREFIX, balancer, check, listener
from tests.given.manifests import (
    container,
    host,
    ingress,
    manifest,
    nginx,
    nginx_service,
    service,
    stream,
    workload,
)
from tests.given.mended import TAKEN, mended
from tests.given.runs import checked

NGINX = stream(nginx_service(), nginx(), ingress(host(), ingressClassName="nginx"))
LISTENERS = (
    listener("http", 80, 31695, health_check=check("tcp", 31695)),
    listener("https", 443, 32443, health_check=check("tcp", 32443)),
)
UID = "uid: 6f4e9c1e-5a5e-4c57-9a53-0d5a2f2f9f10"


def one(files: dict[str, str], rule: str) -> Finding:
    """The only finding of a rule."""
    (found,) = (found for found in checked(files).findings if found.rule.id == rule)
    return found


def command(files: dict[str, str], rule: str) -> list[str] | None:
    """The words of what is to be run; nothing of a snapshot is changed."""
    found = one(files, rule)
    if found.fix is None or found.fix.command is None:
        return None
    assert found.fix.applicability is Applicability.MANUAL
    assert mended(files).texts == {}
    return shlex.split(found.fix.command)


def dumped(text: str) -> str:
    """An object as `kubectl get -o yaml` prints it, as far as that matters."""
    return text.replace("metadata: {", f"metadata: {{{UID}, ", 1)


@pytest.mark.parametrize(
    "printed",
    [
        {"id": 17},
        {"created": "'2025-11-12T09:14:27Z'"},
        {"targets": "[{type: server, server: {id: 1}, health_status: [{listen_port: 443, status: healthy}]}]"},
    ],
)
def test_a_balancer_that_was_described_is_changed_by_a_command(printed: dict[str, str]) -> None:
    files = {"lb.yaml": balancer(*LISTENERS, **printed), "nginx.yaml": NGINX}
    assert command(files, "LB002") == [
        *("hcloud", "load-balancer", "update-service", "lb1", "--listen-port", "443"),
        *("--destination-port", "31695", "--health-check-port", "31695"),
    ]


def test_json_that_was_described_too() -> None:
    written = {
        "load_balancer": {
            "id": 17,
            "name": "edge",
            "services": [
                {"protocol": "http", "listen_port": 80, "destination_port": 8080},
            ],
        }
    }
    web = stream(
        workload(container("web", ports="[{containerPort: 8080}]")),
        service(type="NodePort", ports="[{port: 80, targetPort: 8080, nodePort: 30080}]"),
    )
    assert command({"lb.json": json.dumps(written, indent=2), "web.yaml": web}, "LB001") == [
        *("hcloud", "load-balancer", "update-service", "edge", "--listen-port", "80"),
        *("--destination-port", "30080"),
    ]


def test_a_balancer_that_is_kept_by_hand_is_edited() -> None:
    found = one({"lb.yaml": balancer(*LISTENERS), "nginx.yaml": NGINX}, "LB002")
    assert found.fix is not None
    assert (found.fix.command, found.fix.applicability) == (None, Applicability.SAFE)


@pytest.mark.parametrize("name", ["'a b'", "'--help'", "'a;reboot'", "'$(reboot)'", '"a\\nb"'])
def test_a_name_that_no_balancer_has_is_no_word_of_a_command(name: str) -> None:
    written = balancer(*LISTENERS, id=17).replace("name: lb1", f"name: {name}")
    found = one({"lb.yaml": written, "nginx.yaml": NGINX}, "LB002")
    assert found.fix is None
    assert found.help


@pytest.mark.parametrize("sign", [UID, "resourceVersion: '812'", "managedFields: []"])
def test_an_object_of_a_live_cluster_is_patched(sign: str) -> None:
    route = ingress(host(port="{number: 30080}")).replace("metadata: {", f"metadata: {{{sign}, ", 1)
    web = stream(workload(), service(type="NodePort", ports="[{port: 80, targetPort: 8080, nodePort: 30080}]"))
    words = command({"live.yaml": route, "web.yaml": web}, "ING002")
    assert words is not None
    assert words[:-1] == [
        *("kubectl", "patch", "ingress.networking.k8s.io", "web", "--namespace", "shop"),
        *("--type=json", "--patch"),
    ]
    path = "/spec/rules/0/http/paths/0/backend/service/port/number"
    assert json.loads(words[-1]) == [
        {"op": "test", "path": path, "value": 30080},
        {"op": "replace", "path": path, "value": 80},
    ]


def test_the_items_of_a_list_are_patched_one_by_one() -> None:
    web = json.dumps(
        {
            "apiVersion": "v1",
            "kind": "List",
            "items": [
                {
                    "apiVersion": "v1",
                    "kind": "Service",
                    "metadata": {"name": "web", "namespace": "shop", "resourceVersion": "7"},
                    "spec": {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": "htp"}]},
                }
            ],
        },
        indent=2,
    )
    words = command({"live.json": web, "web.yaml": workload()}, "SVC001")
    assert words is not None
    assert words[:6] == ["kubectl", "patch", "service", "web", "--namespace", "shop"]
    assert json.loads(words[-1])[1] == {"op": "replace", "path": "/spec/ports/0/targetPort", "value": "http"}


def test_a_key_is_moved() -> None:
    written = service(
        type="LoadBalancer",
        annotations=f"{PREFIX}location: fsn1\n{PREFIX}protocol: http\n{PREFIX}health-check-protocol: http\n"
        f"{PREFIX}health-check-http-status-codes: '2??,3??'",
    ).replace("metadata:\n", f"metadata:\n  {UID}\n", 1)
    words = command({"live.yaml": written}, "LB010")
    assert words is not None
    assert " " not in words[-1], "a long command is broken at its spaces"
    path = "/metadata/annotations/load-balancer.hetzner.cloud~1"
    assert json.loads(words[-1]) == [
        {"op": "test", "path": f"{path}health-check-http-status-codes", "value": "2??,3??"},
        {"op": "move", "from": f"{path}health-check-http-status-codes", "path": f"{path}http-status-codes"},
    ]


def test_what_an_object_is_cannot_be_patched() -> None:
    written = dumped(manifest("apps/v1beta1", "Deployment", "web", namespace="shop", spec="{}"))
    assert command({"live.yaml": written}, "DOC004") is None


def test_a_command_that_would_not_help_is_not_told_where_fixes_are_tried() -> None:
    files = {**TAKEN, "a.yaml": dumped(TAKEN["a.yaml"])}
    assert command(files, "POD001") is not None
    found = mended(files)
    assert [(each.finding.rule.id, each.reason) for each in found.refused] == [
        ("POD001", "error NODE001 would be found, on DaemonSet shop/b")
    ]
    assert [each.fix for each in found.result.findings] == [None]


def test_a_script_is_not_run_again() -> None:
    web = stream(
        workload(container("web", ports="[{containerPort: 8080}]"), kind="DaemonSet", hostNetwork=True),
        service(type="NodePort", ports="[{port: 80, targetPort: 8080, nodePort: 30080}]"),
    )
    script = "#!/bin/sh\nufw --force reset\nufw default deny incoming\nufw allow 6443,10250/tcp\nufw allow 8472/udp\n"
    found = one({"firewall.sh": f"{script}ufw --force enable\n", "web.yaml": web}, "NODE006")
    assert found.fix is None
    assert (found.help or "").startswith("`ufw allow from CLIENT_NETWORK to any port 8080 proto tcp")
