"""Releases that are written in scripts and in Terraform."""

from __future__ import annotations

import pytest

from kblint.model.release import ChartRelease, ValuesReference
from kblint.read.ansible import playbooks
from kblint.read.charts import helmfile
from kblint.read.charts.commands import read_document, read_text
from kblint.read.terraform.releases import read_folder
from kblint.source.text import Source
from kblint.source.values import Origin
from tests.given.readings import at, only, read, read_source


def release(script: str) -> ChartRelease:
    """The one release of a script."""
    return only(read_source(read_text, script), ChartRelease)


def test_a_command_says_name_chart_and_namespace() -> None:
    found = release(
        "helm repo add traefik https://traefik.github.io/charts\n"
        "helm upgrade --install edge traefik/traefik -n web --version 39.0.0 --create-namespace\n"
    )
    assert (found.name, found.chart, found.namespace, found.version) == ("edge", "traefik", "web", "39.0.0")
    assert found.repository == "https://traefik.github.io/charts"


def test_what_is_set_comes_after_files_and_keeps_its_place() -> None:
    found = release(
        "helm install edge traefik --set ports.web.nodePort=30080,service.type=NodePort \\\n"
        "  --set-string 'service.annotations.load-balancer\\.hetzner\\.cloud/name=lb' -f values.yaml\n"
    )
    file, given, texts = found.layers
    assert isinstance(file, ValuesReference)
    assert file.name == "values.yaml"
    assert isinstance(given, Origin)
    assert given.node == {"ports": {"web": {"nodePort": 30080}}, "service": {"type": "NodePort"}}
    assert isinstance(texts, Origin)
    assert texts.node == {"service": {"annotations": {"load-balancer.hetzner.cloud/name": "lb"}}}
    assert at(given.place("service", "type"))[2].startswith("ports.web.nodePort")


@pytest.mark.parametrize(
    "script",
    [
        "helm install edge traefik -f - <<EOF\nports:\n  web: {nodePort: 30080}\nEOF\n",
        "cat > v.yaml <<EOF\nports:\n  web: {nodePort: 30080}\nEOF\nhelm install edge traefik --values=v.yaml\n",
        "tee v.yaml <<'EOF'\nports:\n  web: {nodePort: 30080}\nEOF\nhelm install edge traefik -f v.yaml\n",
    ],
)
def test_values_of_a_here_document_stand_in_it(script: str) -> None:
    found = release(script)
    assert found.values.get("ports", "web", "nodePort") == 30080
    assert at(found.values.place("ports", "web", "nodePort"))[2] == "30080"


def test_what_a_shell_puts_in_is_unknown() -> None:
    found = release('helm install "$NAME" traefik --set "service.type=$TYPE" -f "$FILE"\n')
    assert (found.name, found.chart) == ("traefik", "traefik")
    assert len(found.unknown) == len(("name", "file"))
    assert found.values.get("service", "type") == "${?}"


@pytest.mark.parametrize(
    "script", ["helm template edge traefik\n", "helm install\n", "helm uninstall edge\n", "echo helm\n"]
)
def test_other_commands_install_nothing(script: str) -> None:
    assert read_source(read_text, script) == []


def test_cloud_init_installs_releases_too() -> None:
    found = only(
        read(read_document, "runcmd:\n  - helm install edge traefik --set service.type=NodePort\n"), ChartRelease
    )
    assert (found.name, found.values.node) == ("edge", {"service": {"type": "NodePort"}})


def terraform(text: str) -> ChartRelease:
    """The one release of a folder with one file."""
    reading = read_folder([Source("infra/main.tf", text)])
    assert reading is not None
    return only(list(reading.declarations), ChartRelease)


@pytest.mark.parametrize(
    "values",
    [
        "values = [<<-EOT\n    service:\n      type: NodePort\n  EOT\n  ]",
        'values = [yamlencode({ service = { type = "NodePort" } })]',
        "values = [local.mine]",
        'set {\n    name  = "service.type"\n    value = "NodePort"\n  }',
        'set = [{ name = "service.type", value = "NodePort" }]',
    ],
)
def test_a_helm_release_says_its_values_in_many_ways(values: str) -> None:
    found = terraform(
        "locals {\n  mine = <<EOT\nservice:\n  type: NodePort\nEOT\n}\n"
        'resource "helm_release" "edge" {\n  name       = "edge"\n  chart      = "traefik"\n'
        '  repository = "https://traefik.github.io/charts"\n  namespace  = "web"\n  version    = "39.0.0"\n'
        f"  {values}\n}}\n"
    )
    assert (found.name, found.chart, found.namespace, found.version) == ("edge", "traefik", "web", "39.0.0")
    assert found.values.node == {"service": {"type": "NodePort"}}
    assert found.unknown == ()


def test_places_in_a_here_document_of_terraform_are_true() -> None:
    found = terraform(
        'resource "helm_release" "edge" {\n  name = "edge"\n  chart = "traefik"\n'
        "  values = [<<EOT\nservice:\n  type: NodePort\nEOT\n  ]\n}\n"
    )
    assert at(found.values.place("service", "type")) == (6, 9, "NodePort")


def test_files_and_what_nobody_knows() -> None:
    found = terraform(
        'resource "helm_release" "edge" {\n  name = "edge"\n  chart = "traefik"\n'
        '  values = [templatefile("${path.module}/values.yaml", { a = 1 }), data.x.y.z]\n}\n'
    )
    (file,) = found.references
    assert file.name == "values.yaml"
    assert found.unknown


def test_values_for_kube_hetzner_count_where_that_controller_is_chosen() -> None:
    module = (
        'module "k" {{\n  source = "kube-hetzner/kube-hetzner/hcloud"\n  ingress_controller = "{chosen}"\n'
        "  nginx_values = <<EOT\ncontroller:\n  kind: DaemonSet\nEOT\n}}\n"
    )
    found = terraform(module.format(chosen="nginx"))
    assert (found.chart, found.values.node) == ("ingress-nginx", {"controller": {"kind": "DaemonSet"}})
    other = terraform(module.format(chosen="traefik"))
    assert (other.chart, dict(other.values.node)) == ("traefik", {})
    assert other.unknown, "the module gives it values of its own"
    assert read_folder([Source("infra/main.tf", module.format(chosen="none"))]) is None


def test_tasks_of_ansible_install_releases() -> None:
    text = """\
- hosts: all
  tasks:
    - kubernetes.core.helm:
        name: edge
        chart_ref: traefik/traefik
        chart_repo_url: https://traefik.github.io/charts
        release_namespace: web
        values_files: [base.yaml]
        values: {service: {type: NodePort}}
    - ansible.builtin.shell: helm upgrade --install nginx ingress-nginx/ingress-nginx --set controller.kind=DaemonSet
"""
    edge, nginx = (one for one in read(playbooks.read_document, text) if isinstance(one, ChartRelease))
    assert (edge.name, edge.chart, edge.namespace, edge.values.node) == (
        *("edge", "traefik", "web"),
        {"service": {"type": "NodePort"}},
    )
    assert [one.name for one in edge.references] == ["base.yaml"]
    assert (nginx.name, nginx.chart, nginx.values.node) == (
        "nginx",
        "ingress-nginx",
        {"controller": {"kind": "DaemonSet"}},
    )


def test_a_helmfile_holds_releases() -> None:
    text = """\
repositories: [{name: traefik, url: https://traefik.github.io/charts}]
releases:
  - name: edge
    chart: traefik/traefik
    namespace: web
    version: 39.0.0
    values:
      - base.yaml
      - service: {type: NodePort}
    set: [{name: ports.web.nodePort, value: 30080}]
  - {name: gone, chart: traefik/traefik, installed: false}
"""
    found = only(read(helmfile.read_document, text), ChartRelease)
    assert (found.name, found.repository, found.version) == ("edge", "https://traefik.github.io/charts", "39.0.0")
    assert found.values.node == {"service": {"type": "NodePort"}, "ports": {"web": {"nodePort": 30080}}}
    assert [one.name for one in found.references] == ["base.yaml"]


def test_ciliums_own_program_installs_ciliums_chart() -> None:
    found = release("cilium install --version 1.16.1 --set hubble.ui.enabled=true --set k8sServiceHost=$LB\n")
    assert (found.name, found.namespace, found.chart, found.version) == ("cilium", "kube-system", "cilium", "1.16.1")
    assert (found.values.get("hubble", "ui", "enabled"), found.repository) == (True, "https://helm.cilium.io")
    assert release("cilium install -n network\n").namespace == "network"
    assert read_text(Source("a.sh", "cilium status --wait # after cilium install\n")) is None
