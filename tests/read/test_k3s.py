from __future__ import annotations

import pytest

from kblint.model.cluster import K3sConfig
from kblint.read.k3s.configuration import read_document, read_text
from kblint.source.values import Unknown
from tests.given.readings import at, document, only, read, read_source

CONFIG = """\
cluster-init: true
flannel-backend: wireguard-native
disable:
  - traefik
  - servicelb
kube-proxy-arg+: proxy-mode=ipvs
node-ip: ${NODE_IP}
tls-san: [k3s.example.org, 10.0.0.2]
https-listen-port: 6443
"""


def test_a_configuration_file_is_read_whole() -> None:
    config = only(read(read_document, CONFIG, "etc/config.yaml"), K3sConfig)
    assert (config.name, config.role) == ("etc/config.yaml", "server")
    assert config.values("disable") == ("traefik", "servicelb")
    assert config.values("kube-proxy-arg") == ("proxy-mode=ipvs",)
    assert config.value("node-ip") == Unknown("${NODE_IP}")
    assert config.value("https-listen-port") == "6443"
    assert config.is_on("cluster-init")
    assert not config.is_on("flannel-external-ip")
    assert at(config.options["flannel-backend"].place) == (2, 18, "wireguard-native")
    assert at(config.options["disable"].place) == (3, 1, "disable")
    assert at(config.place) == (1, 1, "cluster-init: true")


def test_comma_strings_are_lists_too() -> None:
    assert only(read(read_document, "disable: traefik, servicelb"), K3sConfig).values("disable") == (
        "traefik",
        "servicelb",
    )


@pytest.mark.parametrize(
    ("text", "role"),
    [("flannel-iface: eth1", None), ("cluster-cidr: 10.0.0.0/8", "server"), ("kubelet-arg: a=b", None)],
)
def test_a_key_of_servers_alone_tells_the_role(text: str, role: str | None) -> None:
    assert only(read(read_document, text), K3sConfig).role == role


@pytest.mark.parametrize(
    "text",
    [
        "server: https://example.org\ntoken: abc",
        "disable: [logging]",
        "debug: true",
        "flannel-backend: none\ncni: cilium",
        "{}",
        "- flannel-backend: none",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}",
        "disable: true",
    ],
)
def test_other_documents_are_not_taken(text: str) -> None:
    given = document(text, "config.yaml")
    assert read_document(given) is None


def options(config: K3sConfig) -> dict[str, tuple[object, ...]]:
    return {name: option.values for name, option in config.options.items()}


def test_the_variable_of_the_install_script_is_read() -> None:
    text = (
        "#!/bin/sh\ncurl -sfL https://get.k3s.io | \\\n"
        '  INSTALL_K3S_EXEC="server --flannel-backend=none --disable traefik --disable=servicelb '
        '--node-ip=$(hostname -I) --selinux" sh -\n'
    )
    config = only(read_source(read_text, text), K3sConfig)
    assert config.role == "server"
    assert options(config) == {
        "flannel-backend": ("none",),
        "disable": ("traefik", "servicelb"),
        "node-ip": (Unknown("$(hostname -I)"),),
        "selinux": ("true",),
    }
    assert at(config.options["flannel-backend"].place) == (3, 46, "none")
    assert at(config.options["selinux"].place)[2] == "--selinux"
    assert config.place.text.startswith('INSTALL_K3S_EXEC="server')


@pytest.mark.parametrize(
    ("text", "role", "expected"),
    [
        ("k3s server --cluster-init -d /data", "server", {"cluster-init": ("true",), "data-dir": ("/data",)}),
        ("/usr/local/bin/k3s agent --flannel-iface ens10 &", "agent", {"flannel-iface": ("ens10",)}),
        ("curl -fL https://get.k3s.io | sh -s - --docker", "server", {"docker": ("true",)}),
        ("curl -fL https://get.k3s.io | sh -s - agent", "agent", {}),
        ("curl -fL https://get.k3s.io | K3S_URL=https://a sh -", "agent", {}),
        ("export K3S_URL=https://a\ncurl -fL https://get.k3s.io | INSTALL_K3S_EXEC='--lb-server-port 1' sh -", "agent",
         {"lb-server-port": ("1",)}),
        ("export INSTALL_K3S_EXEC='--disable=traefik'\ncurl get.k3s.io > i.sh\n./i.sh", "server",
         {"disable": ("traefik",)}),
        ("INSTALL_K3S_EXEC=\"--kubelet-arg='a=b'\" ./install.sh", "server", {"kubelet-arg": ("a=b",)}),
        ("INSTALL_K3S_EXEC='--disable=traefik' sh install.sh", "server", {"disable": ("traefik",)}),
    ],
)  # fmt: skip
def test_ways_to_start_k3s(text: str, role: str, expected: dict[str, tuple[str, ...]]) -> None:
    config = only(read_source(read_text, text), K3sConfig)
    assert (config.role, options(config)) == (role, expected)


def test_each_installation_is_one_configuration() -> None:
    text = (
        "ssh a 'x'\ncurl get.k3s.io | INSTALL_K3S_EXEC='server --cluster-init' sh -\n"
        "curl get.k3s.io | INSTALL_K3S_EXEC='agent' sh -\n"
    )
    assert [config.role for config in read_source(read_text, text) if isinstance(config, K3sConfig)] == [
        "server",
        "agent",
    ]


@pytest.mark.parametrize(
    "text", ["systemctl restart k3s", "k3s kubectl get nodes", "cat <<E\nk3s server\nE", "echo hi"]
)
def test_other_scripts_are_not_taken(text: str) -> None:
    assert read_source(read_text, text) == []


def test_a_yaml_text_is_left_to_the_reader_of_documents() -> None:
    assert read_source(read_text, "run: |\n  k3s server\n", "x.yaml") == []
    assert read_source(read_text, "#cloud-config\nk3s server\n", "user-data") == []


CLOUD_INIT = """\
#cloud-config
write_files:
  - path: /etc/rancher/k3s/config.yaml.d/10-net.yaml
    content: |
      flannel-backend: host-gw
  - path: /etc/motd
    content: "k3s server"
runcmd:
  - [k3s, server, --disable, traefik]
  - |
    curl -sfL https://get.k3s.io |
      sh -s - agent --flannel-iface=ens10
"""


def test_cloud_init_writes_and_starts() -> None:
    written, started, installed = read(read_document, CLOUD_INIT)
    assert isinstance(written, K3sConfig)
    assert isinstance(started, K3sConfig)
    assert isinstance(installed, K3sConfig)
    assert at(written.options["flannel-backend"].place) == (5, 24, "host-gw")
    assert (started.role, at(started.options["disable"].place)) == ("server", (9, 30, "traefik"))
    assert (installed.role, at(installed.options["flannel-iface"].place)) == ("agent", (12, 37, "ens10"))


def test_a_broken_file_that_cloud_init_writes_is_a_fault() -> None:
    text = "#cloud-config\nwrite_files:\n- path: /etc/rancher/k3s/config.yaml\n  content: |\n    disable: [a\n"
    given = document(text, "user-data.yaml")
    reading = read_document(given)
    assert reading is not None
    assert [fault.code for fault in reading.faults] == ["unreadable"]
