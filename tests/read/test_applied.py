"""Manifests in here-documents of scripts, and in files that cloud-init writes to where K3s applies them."""

from __future__ import annotations

import textwrap

import pytest

from kblint.model.service import Service
from kblint.read.kubernetes import applied
from tests.given.readings import at, read, read_source

MANIFEST = """\
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {type: NodePort, ports: [{port: 80, nodePort: $PORT}]}
"""


def services(script: str) -> list[Service]:
    """The Services that a script applies; MANIFEST stands for their text."""
    found = read_source(applied.read_text, script.replace("MANIFEST\n", MANIFEST))
    return [one for one in found if isinstance(one, Service)]


@pytest.mark.parametrize(
    ("script", "count"),
    [
        ("kubectl apply -f - <<EOF\nMANIFEST\nEOF\n", 1),
        ("sudo kubectl -n shop create -f- <<'EOF'\nMANIFEST\nEOF\n", 1),
        ("cat <<EOF | kubectl apply -f -\nMANIFEST\nEOF\n", 1),
        ("cat <<EOF | envsubst | kubectl apply --filename=-\nMANIFEST\nEOF\n", 1),
        ("cat > web.yaml <<EOF\nMANIFEST\nEOF\nkubectl apply -f web.yaml\n", 1),
        ("cat > web.yaml <<EOF\nMANIFEST\nEOF\nkubectl apply -f other.yaml\n", 0),
        ("tee /var/lib/rancher/k3s/server/manifests/web.yaml <<EOF\nMANIFEST\nEOF\n", 1),
        ("cat > /tmp/web.yaml <<EOF\nMANIFEST\nEOF\n", 0),
        ("cat <<EOF | grep web\nMANIFEST\nEOF\nkubectl apply -f -\n", 0),
        ("kubectl delete -f - <<EOF\nMANIFEST\nEOF\n", 0),
        ("kubectl apply -f - <<EOF\nMANIFEST\n---\nMANIFEST\nEOF\n", 2),
        ("kubectl apply -f - <<EOF\na: [\nEOF\n", 0),
    ],
)
def test_what_kubectl_is_given_is_declared(script: str, count: int) -> None:
    assert len(services(script)) == count


def test_what_a_script_may_not_apply_is_not() -> None:
    assert not services('if [ -n "$X" ]; then\nkubectl apply -f - <<EOF\nMANIFEST\nEOF\nfi\n')


def test_its_places_are_those_in_the_script() -> None:
    (found,) = services("# a\nkubectl apply -f - <<'EOF'\nMANIFEST\nEOF\n")
    assert at(found.ports[0].origin.place("port")) == (6, 39, "80")


def test_what_the_shell_puts_in_is_not_known() -> None:
    (found,) = services("kubectl apply -f - <<EOF\nMANIFEST\nEOF\n")
    assert not isinstance(found.ports[0].node_port, int)


def test_cloud_init_writes_what_k3s_applies() -> None:
    def cloud_init(path: str) -> str:
        content = textwrap.indent(MANIFEST, "      ")
        return f"#cloud-config\nwrite_files:\n  - path: {path}\n    content: |\n{content}"

    assert len(read(applied.read_document, cloud_init("/var/lib/rancher/k3s/server/manifests/web.yaml"))) == 1
    assert not read(applied.read_document, cloud_init("/etc/web.yaml"))


def test_cloud_init_runs_what_kubectl_is_given() -> None:
    script = textwrap.indent(f"kubectl apply -f - <<'EOF'\n{MANIFEST}EOF\n", "    ")
    (found,) = read(applied.read_document, f"#cloud-config\nruncmd:\n  - |\n{script}")
    assert isinstance(found, Service)
    assert at(found.ports[0].origin.place("port"))[2] == "80"
