"""Kubernetes objects that Terraform makes: resources of its providers, and manifests in them."""

from __future__ import annotations

import pytest

from kblint.model.bundle import Declaration, Other
from kblint.model.cluster import ClusterSign
from kblint.model.policy import NetworkPolicy
from kblint.model.route import Route
from kblint.model.service import Service
from kblint.model.workload import Workload
from kblint.read.terraform.objects import read_folder
from kblint.source.text import Source
from kblint.source.values import Unknown, value_at
from tests.given.readings import at, held, only


def read(*texts: str) -> list[Declaration]:
    """What a folder with these files holds."""
    reading = read_folder([Source(f"tf/{number}.tf", text) for number, text in enumerate(texts)])
    return held(reading) if reading else []


SERVICE = """\
resource "kubernetes_service_v1" "web" {
  wait_for_load_balancer = false
  metadata {
    name      = "web"
    namespace = kubernetes_namespace.shop.metadata[0].name
    labels    = { tier = 1 }
  }
  spec {
    selector   = local.labels
    cluster_ip = "None"
    port {
      name        = "http"
      port        = "80"
      target_port = "8080"
    }
    port {
      port        = 443
      target_port = "tls"
    }
  }
}
"""
AROUND = """\
locals { labels = { app = "web" } }
resource "kubernetes_namespace" "shop" {
  metadata { name = "shop" }
}
"""


def test_a_service_is_what_its_blocks_say() -> None:
    found = only(read(SERVICE, AROUND), Service)
    assert (found.meta.name, found.meta.namespace) == ("web", "shop")
    assert found.selector == {"app": "web"}
    assert [(port.name, port.port, port.target_port) for port in found.ports] == [
        ("http", 80, 8080),
        (None, 443, "tls"),
    ]
    assert found.meta.labels == {"tier": "1"}
    assert found.is_headless


def test_places_are_those_of_the_attributes() -> None:
    found = only(read(SERVICE, AROUND), Service)
    assert at(found.ports[1].origin.place("targetPort")) == (18, 21, '"tls"')
    assert at(found.meta.origin.place("metadata", "name")) == (4, 17, '"web"')
    assert at(found.ports[0].origin.place("nodePort")) == (12, 7, 'name        = "http"')


def test_what_only_terraform_knows_is_a_placeholder() -> None:
    found = only(read(SERVICE), Service)
    assert found.meta.namespace == "${kubernetes_namespace.shop.metadata[0].name}"


DEPLOYMENT = """\
resource "kubernetes_deployment" "web" {
  metadata { name = "web" }
  spec {
    selector { match_labels = { app = "web" } }
    template {
      metadata { labels = { app = "web" } }
      spec {
        host_network = "true"
        dynamic "volume" {
          for_each = ["a", "b"]
          content {
            name = volume.value
            empty_dir {}
          }
        }
        affinity {
          node_affinity {}
        }
        container {
          name  = "web"
          image = "nginx:1.27"
          port { container_port = 80 }
          env {
            name  = "COUNT"
            value = 5
          }
          resources { limits = { cpu = 1 } }
          readiness_probe {
            http_get {
              path = "/"
              port = "http"
            }
          }
        }
      }
    }
  }
}
"""


def test_pods_are_read_through_their_blocks() -> None:
    found = only(read(DEPLOYMENT), Workload)
    (container,) = found.pod.containers
    assert found.pod.labels == {"app": "web"}
    assert found.pod.host_network
    assert [port.container_port for port in container.ports] == [80]
    assert [(one.name, one.value) for one in container.env] == [("COUNT", "5")]
    spec = value_at(found.meta.origin.node, ("spec", "template", "spec"))
    assert value_at(spec, ("volumes",)) == [{"name": "a", "emptyDir": {}}, {"name": "b", "emptyDir": {}}]
    assert value_at(spec, ("containers", 0, "resources", "limits")) == {"cpu": "1"}
    assert value_at(spec, ("affinity",)) is None


def test_a_route_names_the_service_of_another_resource() -> None:
    ingress = """\
resource "kubernetes_ingress_v1" "web" {
  metadata { name = "web" }
  spec {
    rule {
      host = "shop.example.org"
      http {
        path {
          path = "/"
          backend {
            service {
              name = kubernetes_service_v1.web.metadata.0.name
              port { number = kubernetes_service_v1.web.spec[0].port[1].port }
            }
          }
        }
      }
    }
  }
}
"""
    found = only(read(ingress, SERVICE, AROUND), Route)
    (rule,) = found.rules
    (backend,) = rule.backends
    assert (rule.host, backend.name, backend.port) == ("shop.example.org", "web", 443)


def test_what_the_provider_says_where_nothing_is_written() -> None:
    job = 'resource "kubernetes_job" "x" {\n  spec {\n    template {\n      spec {\n        hostname = "x"\n      }\n'
    found = only(read(job + "    }\n  }\n}\n"), Workload)
    assert value_at(found.meta.origin.node, ("spec", "template", "spec", "restartPolicy")) == "Never"


def test_policies_hold_lists_of_blocks() -> None:
    policy = """\
resource "kubernetes_network_policy" "web" {
  metadata { name = "web" }
  spec {
    pod_selector {}
    policy_types = ["Ingress"]
    ingress {
      from {
        ip_block { cidr = "10.0.0.0/8" }
      }
      ports { port = "80" }
    }
  }
}
"""
    found = only(read(policy), NetworkPolicy)
    assert value_at(found.meta.origin.node, ("spec", "ingress")) == [
        {"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}], "ports": [{"port": 80}]}
    ]


def test_what_a_secret_holds_is_nobodys_business() -> None:
    secret = 'resource "kubernetes_secret" "x" {\n  metadata { name = "x" }\n  data = { key = "hidden" }\n}\n'
    (found,) = read(secret)
    assert isinstance(found, Other)
    assert found.meta.origin.get("stringData") == {"key": "${secret}"}


HELD = """{
    apiVersion = "v1"
    kind       = "Service"
    metadata   = { name = "web" }
    spec       = { ports = [{ port = "80", targetPort = var.port }] }
  }"""
MANIFEST = HELD.replace('"80"', "80")
YAML = """
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec: {ports: [{port: 80, targetPort: ${var.port}}]}
"""


@pytest.mark.parametrize(
    ("resource", "place"),
    [
        (f'"kubernetes_manifest" "x" {{\n  manifest = {HELD}\n}}', '"80"'),
        (
            f'"kubectl_manifest" "x" {{\n  yaml_body = yamlencode({MANIFEST})\n}}',
            "80",
        ),
        (f'"kubectl_manifest" "x" {{\n  yaml_body = <<-EOT{YAML}  EOT\n}}', "80"),
        (f'"kubernetes_manifest" "x" {{\n  manifest = yamldecode(<<EOT{YAML.replace("    ", "", 1)}EOT\n  )\n}}', "80"),
        (f'"kubernetes_manifest" "x" {{\n  manifest = local.web\n}}\nlocals {{\n  web = {HELD}\n}}', '"80"'),
    ],
)
def test_manifests_in_any_form_are_objects(resource: str, place: str) -> None:
    variable = 'variable "port" { default = 8080 }\n'
    text = f"resource {resource}\n"
    if "yamldecode" in text:
        text = "\n".join(line.removeprefix("    ") for line in text.split("\n"))
    found = only(read(variable, text), Service)
    assert [(port.port, port.target_port) for port in found.ports] == [(80, 8080)]
    assert found.ports[0].origin.place("port").text == place


def test_the_api_is_asked_for_types_only_by_one_provider() -> None:
    text = f'resource "kubectl_manifest" "x" {{\n  yaml_body = yamlencode({HELD})\n}}\n'
    assert not isinstance(only(read(text), Service).ports[0].port, int)


@pytest.mark.parametrize(
    "resource",
    [
        '"kubectl_manifest" "x" {\n  yaml_body = file("web.yaml")\n}',
        '"kubernetes_manifest" "x" {\n  manifest = var.web\n}',
        '"kubernetes_ingress" "x" {\n  spec {}\n}',
        '"kubectl_manifest" "x" {\n  yaml_body = <<EOT\n%{ if var.x }\nkind: Service\n%{ endif }\nEOT\n}',
    ],
)
def test_what_is_not_read_is_told(resource: str) -> None:
    (found,) = read(f"resource {resource}\n")
    assert isinstance(found, ClusterSign)
    assert found.name.startswith("`kube")


def test_each_of_several_has_its_own_name() -> None:
    text = SERVICE.replace('"web" {', '"web" {\n  for_each = toset(["a", "b"])', 1).replace(' = "web"', " = each.key")
    assert [one.meta.name for one in read(text, AROUND) if isinstance(one, Service)] == ["a", "b"]
    text = text.replace('toset(["a", "b"])', "var.names")
    assert [type(one) for one in read(text)] == [ClusterSign, Service]


def test_other_resources_are_left_alone() -> None:
    assert not read('resource "kubernetes_role" "x" {\n  metadata { name = "x" }\n}\n')
    assert not read('resource "hcloud_server" "x" {\n  name = "x"\n}\n')


@pytest.mark.parametrize("name", ["terraform.tfvars", "tf/terraform.tfvars", "tf/web.auto.tfvars"])
def test_a_value_in_terraform_tfvars_is_that_of_the_variable(name: str) -> None:
    folder = name.rpartition("/")[0]
    text = 'variable "name" { default = "api" }\n' + SERVICE.replace('"web"\n    namespace', "var.name\n    namespace")
    sources = [Source(f"{folder}/main.tf".lstrip("/"), text + AROUND), Source(name, 'name = "web"\n')]
    reading = read_folder(sources)
    assert reading is not None
    assert only(held(reading), Service).meta.name == "web"


def test_binary_data_of_a_secret_is_data_of_which_nothing_is_known() -> None:
    secret = 'resource "kubernetes_secret" "x" {\n  metadata { name = "x" }\n  binary_data = { key = "eA==" }\n}\n'
    (found,) = read(secret)
    assert isinstance(found, Other)
    assert isinstance(found.meta.origin.get("data"), Unknown)
    assert not found.meta.origin.is_written("binaryData")
