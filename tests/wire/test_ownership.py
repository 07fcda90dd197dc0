"""Balancers with two owners, and options of K3s that take others away: what is one mistake, and what is none."""

from __future__ import annotations

import pytest

from tests.given.hetzner import PREFIX
from tests.given.manifests import service
from tests.given.runs import checked

TERRAFORM = """\
resource "hcloud_load_balancer" "edge" {
  name               = NAME
  load_balancer_type = "lb11"
  location           = "fsn1"
}
resource "hcloud_load_balancer_service" "api" {
  load_balancer_id = hcloud_load_balancer.edge.id
  protocol         = "tcp"
  listen_port      = 6443
  destination_port = 6443
}
"""


def found(files: dict[str, str]) -> set[str]:
    return {one.rule.id for one in checked(files).findings}


def named(name: str, balancer: str, namespace: str = "shop") -> str:
    annotations = f"{{{PREFIX}name: {balancer}, {PREFIX}location: fsn1}}"
    return service(name, namespace=namespace, type="LoadBalancer", annotations=annotations)


@pytest.mark.parametrize(("name", "is_one"), [('"edge"', True), ('"other"', False), ('"${var.cluster}-lb"', False)])
def test_a_name_of_terraform_is_one_at_hetzner_only_where_it_is_written(name: str, is_one: bool) -> None:
    files = {"lb.tf": TERRAFORM.replace("NAME", name), "web.yaml": named("web", "edge")}
    assert ("LB019" in found(files)) is is_one


def test_the_label_of_a_resource_is_no_name() -> None:
    files = {"lb.tf": TERRAFORM.replace("NAME", "var.name"), "web.yaml": named("web", "edge")}
    assert "LB019" not in found(files)


def test_samples_are_of_no_cluster() -> None:
    assert "LB019" in found({"a/web.yaml": named("web", "edge"), "b/mail.yaml": named("mail", "edge")})
    assert "LB019" not in found({"a/web.yaml": named("web", "edge"), "docs/mail.yaml": named("mail", "edge")})


def test_variants_of_one_service_are_one_owner() -> None:
    assert "LB019" not in found({"dev/web.yaml": named("web", "edge"), "prod/web.yaml": named("web", "edge")})


@pytest.mark.parametrize(
    ("first", "second", "is_lost"),
    [
        ("disable: [traefik]", "disable: [servicelb]", True),
        ("disable: [traefik]", "disable+: [servicelb]", False),
        ("disable: [traefik]", "disable: [traefik, servicelb]", False),
    ],
)
def test_a_later_file_takes_away_what_it_does_not_add_to(first: str, second: str, is_lost: bool) -> None:
    files = {"k3s/config.yaml": f"cluster-init: true\n{first}\n", "k3s/config.yaml.d/more.yaml": f"{second}\n"}
    assert ("NODE010" in found(files)) is is_lost
