"""Firewalls of hosts beside UFW: firewalld, iptables, nftables, and that of Talos."""

from __future__ import annotations

import pytest

from kblint.model.cluster import ClusterSign, SignOf
from kblint.model.firewall import HostFirewall
from kblint.read.netfilter import firewalld, tables
from kblint.read.talos import machine
from tests.given import readings
from tests.given.readings import at, only, read_source, rule_in_words


def words(command: str) -> list[str]:
    """The rules of `firewall-cmd` with these arguments."""
    found = read_source(firewalld.read_text, f"firewall-cmd {command}\n")
    return [rule_in_words(rule) for one in found if isinstance(one, HostFirewall) for rule in one.rules]


@pytest.mark.parametrize(
    ("command", "rules"),
    [
        ("--permanent --add-port=6443/tcp", ["allow in tcp 6443"]),
        ("--add-port=8000-8010/udp --zone=public", ["allow in udp 8000-8010"]),
        ("--permanent --add-service=https", ["allow in any 443"]),
        ("--zone=trusted --add-source=10.42.0.0/16", ["allow in any all from 10.42.0.0/16"]),
        ("--zone=internal --add-port=80/tcp", ["allow in tcp 80 from ?"]),
        ("--add-port=$PORT/tcp", ["allow in ? ? from ?"]),
        ("--add-rich-rule='rule family=ipv4 accept'", ["allow in ? ? from ?"]),
        ("--reload", []),
        ("--list-all", []),
    ],
)
def test_firewalld_opens_what_its_commands_say(command: str, rules: list[str]) -> None:
    assert words(command) == rules


def test_what_firewalld_does_not_open_here_may_be_open() -> None:
    found = only(read_source(firewalld.read_text, "firewall-cmd --add-port=80/tcp\n"), HostFirewall)
    assert (found.tool, found.active, found.is_complete) == ("firewalld", None, False)
    text = "#cloud-config\nruncmd:\n  - firewall-cmd --add-port=80/tcp\n"
    assert only(readings.read(firewalld.read_document, text), HostFirewall).rules[0].place.text == "--add-port=80/tcp"


@pytest.mark.parametrize(
    ("text", "tool"),
    [
        ("iptables -P INPUT DROP\n", "iptables"),
        ("sudo iptables -A INPUT -p tcp --dport 22 -j ACCEPT\nsudo iptables -A INPUT -j DROP\n", "iptables"),
        ("*filter\n:INPUT DROP [0:0]\nCOMMIT\n", "iptables"),
        ("chain input {\n  type filter hook input priority 0; policy drop;\n}\n", "nftables"),
    ],
)
def test_what_keeps_something_out_is_known_to_be_there(text: str, tool: str) -> None:
    found = only(read_source(tables.read_text, text), HostFirewall)
    assert (found.tool, found.rules, found.active) == (tool, (), None)


@pytest.mark.parametrize(
    "text",
    [
        "iptables -A INPUT -p tcp --dport 22 -j ACCEPT\n",
        "# iptables -P INPUT DROP\n",
        "iptables -P FORWARD DROP\n",
        "chain input {\n  type filter hook input priority 0; policy accept;\n}\n",
        ":INPUT ACCEPT [0:0]\n",
    ],
)
def test_what_keeps_nothing_out_is_none(text: str) -> None:
    assert not read_source(tables.read_text, text)


TALOS = """\
version: v1alpha1
machine: {type: worker}
cluster: {network: {cni: {name: none}}}
---
apiVersion: v1alpha1
kind: NetworkRuleConfig
name: web
portSelector: {ports: [80, 8000-8010], protocol: tcp}
ingress: [{subnet: 0.0.0.0/0}]
---
apiVersion: v1alpha1
kind: NetworkRuleConfig
name: api
portSelector: {ports: [6443], protocol: tcp}
ingress: [{subnet: 10.0.0.0/8, except: 10.1.0.0/16}]
"""


def test_the_rules_of_talos_are_one_firewall() -> None:
    found = only(read_source(machine.read_text, TALOS, "talos/worker.yaml"), HostFirewall)
    assert list(map(rule_in_words, found.rules)) == [
        "allow in tcp 80,8000-8010 from 0.0.0.0/0",
        "allow in tcp 6443 from ?",
    ]
    assert at(found.rules[0].place)[0] == 8


def test_talos_leaves_the_pod_network_to_others() -> None:
    (sign,) = readings.read(machine.read_document, TALOS)
    assert isinstance(sign, ClusterSign)
    assert sign.of is SignOf.OTHER_NETWORK
    assert not readings.read(machine.read_document, TALOS.replace("none", "flannel"))
