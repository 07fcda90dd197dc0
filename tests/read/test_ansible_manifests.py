"""Kubernetes objects that tasks of Ansible bring."""

from __future__ import annotations

import textwrap

import pytest

from kblint.model.service import Service
from kblint.read.ansible.playbooks import read_document
from tests.given.readings import at, only, read

SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {ports: [{port: 80, targetPort: '{{ port }}'}]}
"""


def services(task: str) -> list[Service]:
    """What a playbook with one task brings; SERVICE in it stands for a manifest."""
    lines = textwrap.dedent(task).split("\n")
    filled = "\n".join(
        textwrap.indent(SERVICE.rstrip(), line[: len(line) - len(line.lstrip())]) if line.strip() == "SERVICE" else line
        for line in lines
    )
    text = "- hosts: servers\n  tasks:\n" + textwrap.indent(filled, "    ")
    return [one for one in read(read_document, text) if isinstance(one, Service)]


@pytest.mark.parametrize(
    ("task", "count"),
    [
        ("- kubernetes.core.k8s:\n    definition:\n      SERVICE\n", 1),
        ("- k8s:\n    state: present\n    resource_definition: |\n      SERVICE\n", 1),
        ("- k8s:\n    definition: |\n      SERVICE\n      ---\n      SERVICE\n", 2),
        ("- k8s:\n    state: absent\n    definition:\n      SERVICE\n", 0),
        ("- k8s:\n    state: patched\n    definition:\n      SERVICE\n", 0),
        ("- k8s: {src: web.yaml}\n", 0),
        ("- copy:\n    dest: /var/lib/rancher/k3s/server/manifests/web.yaml\n    content: |\n      SERVICE\n", 1),
        ("- copy:\n    dest: /tmp/web.yaml\n    content: |\n      SERVICE\n", 0),
        ("- shell: |\n    kubectl apply -f - <<EOF\n    SERVICE\n    EOF\n", 1),
        ("- shell:\n    cmd: |\n      cat <<EOF | kubectl apply -f -\n      SERVICE\n      EOF\n", 1),
        ("- shell: |\n    kubectl delete -f - <<EOF\n    SERVICE\n    EOF\n", 0),
    ],
)
def test_what_a_task_brings_is_declared(task: str, count: int) -> None:
    found = services(task)
    assert len(found) == count
    for one in found:
        assert one.ports[0].port == 80
        assert not isinstance(one.ports[0].target_port, int)
        assert at(one.ports[0].origin.place("port"))[2] == "80"


def test_the_namespace_of_a_task_is_that_of_its_objects() -> None:
    (found,) = services("- k8s:\n    namespace: shop\n    definition:\n      SERVICE\n")
    assert found.meta.namespace == "shop"
    assert at(found.meta.origin.place("metadata", "namespace"))[2] == "shop"


def test_a_loop_brings_one_for_each_turn() -> None:
    task = "- k8s:\n    definition:\n      apiVersion: v1\n      kind: Service\n      metadata: {name: '{{ item }}'}\n"
    assert [one.meta.name for one in services(f"{task}  loop: [a, b]\n")] == ["a", "b"]


def test_variables_of_the_play_are_filled_in() -> None:
    text = f"""\
- hosts: servers
  vars: {{port: 8080}}
  tasks:
    - k8s:
        definition:
{textwrap.indent(SERVICE, "          ")}"""
    assert only(read(read_document, text), Service).ports[0].target_port == 8080
