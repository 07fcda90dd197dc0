"""Whatever stands under the keys that these readers know, they give things or nothing, and never raise."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from kblint.model.annotations import PREFIX
from kblint.model.bundle import path_of
from kblint.read.ansible import playbooks as ansible
from kblint.read.hetzner import ccm, hcloud
from kblint.read.k3s import configuration as k3s
from kblint.read.terraform.folder import read_folder
from kblint.read.ufw import texts as ufw
from kblint.source.text import Source
from kblint.source.yaml_stream import parse_yaml

KEYS = (
    *("load_balancer", "load_balancers", "firewalls", "services", "targets", "health_status", "rules", "applied_to"),
    *("protocol", "listen_port", "destination_port", "http", "certificates", "health_check", "port", "name", "type"),
    *("direction", "source_ips", "server", "label_selector", "private_net", "public_net", "ipv4", "ip", "status"),
    *("load_balancer_type", "apiVersion", "kind", "metadata", "spec", "annotations", "ports", "nodePort", "values"),
    *(f"{PREFIX}{name}" for name in ("protocol", "health-check-port", "name", "http-status-codes", "use-private-ip")),
    *("disable", "flannel-backend", "node-ip", "runcmd", "write_files", "path", "content", "hosts", "tasks", "block"),
    *("ufw", "hetzner.hcloud.load_balancer_service", "hetzner.hcloud.firewall", "command", "loop", "vars", "args"),
    *("rule", "delete", "insert", "state", "default", "item", "cmd", "loop_control", "with_items", "firewalls"),
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1, 70000),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        (
            *("https", "tcp", "443", "30000-32767", "in", "v1", "Service", "LoadBalancer", "${X}", "{{ item }}", ""),
            *("10.0.0.1", "ufw allow 22/tcp", "k3s server --disable x", "/etc/rancher/k3s/config.yaml", "a: [1"),
            *("{{ item.port }}", "rule=allow port=1", "allow", "absent", f"annotations: {{{PREFIX}name: 1}}", "any"),
        )
    ),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(KEYS), inner, min_size=1, max_size=6)
    ),
    max_leaves=30,
)


@given(VALUES)
def test_any_document_is_read(value: object) -> None:
    text = f"#cloud-config\n{json.dumps(value)}"
    source = Source("x.yaml", text)
    for document in parse_yaml(source).documents:
        for reader in (ansible, ccm, hcloud, k3s, ufw):
            reading = reader.read_document(document)
            for thing in reading.declarations if reading else ():
                assert path_of(thing) == "x.yaml"


LINES = st.sampled_from(
    (
        *("Status: active", "22/tcp  ALLOW  Anywhere", "Anywhere on x  ALLOW FWD  Anywhere (v6)", "[ 1] 1 DENY IN 2"),
        *("### tuple ### allow tcp 80 0.0.0.0/0 any 0.0.0.0/0 in", "### tuple ### x", ":ufw-user-input - [0:0]"),
        *("ufw allow 22", "ufw delete 1", "ufw insert 0 allow 1", "ufw allow from", "ufw route", "ufw allow in on"),
        *(
            "ufw allow 99999/tcp",
            "ufw default",
            "INSTALL_K3S_EXEC=",
            "INSTALL_K3S_EXEC='agent -i' sh -",
            "k3s server -",
        ),
        *("curl get.k3s.io | sh -s -", "DEFAULT_INPUT_POLICY=DROP", "ENABLED=yes", "Default: x (incoming)", '"', "'"),
    )
)


@given(st.lists(LINES, max_size=8).map("\n".join))
def test_any_text_is_read(text: str) -> None:
    source = Source("x.sh", text)
    for reader in (k3s, ufw):
        reading = reader.read_text(source)
        for thing in reading.declarations if reading else ():
            assert path_of(thing) == "x.sh"


PIECES = st.sampled_from(
    (
        *('resource "hcloud_load_balancer" "a" {', 'resource "hcloud_load_balancer_service" "b" {', "}", "\n"),
        *(
            'resource "hcloud_firewall" "c" {',
            "rule {",
            'dynamic "rule" {',
            "content {",
            "for_each = [1, {}]",
            "count = 0",
        ),
        *(
            "load_balancer_id = hcloud_load_balancer.a.id",
            "load_balancer_id = {}",
            "listen_port = [1]",
            "http {",
            "target {",
        ),
        *('protocol = "tcp"', "port = null", "source_ips = [null, {}]", "certificates = 1", "locals {", "a = local.a"),
        *(
            'name = "${local.a}-x"',
            "health_check {",
            "status_codes = {}",
            "apply_to {",
            "server = 1",
            "firewall_ids = 3",
        ),
    )
)


@given(st.lists(PIECES, max_size=12).map("\n".join))
def test_any_terraform_is_read_or_refused(text: str) -> None:
    reading = read_folder([Source("x.tf", text)])
    for thing in reading.declarations if reading else ():
        assert path_of(thing) == "x.tf"
