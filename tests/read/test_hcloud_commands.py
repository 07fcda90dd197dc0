"""What `hcloud` commands set up, in scripts, in cloud-init and in tasks of Ansible."""

from __future__ import annotations

import textwrap

import pytest

from kblint.model.balancer import DeclaredBy, LoadBalancer
from kblint.model.bundle import Declaration
from kblint.model.cluster import ClusterSign
from kblint.model.firewall import CloudFirewall
from kblint.read.ansible import playbooks
from kblint.read.hetzner.commands import read_document, read_text
from kblint.source.values import Unknown
from tests.given import readings
from tests.given.readings import at, only, read_source, rule_in_words

CREATE = "hcloud load-balancer create --name web --type lb11 --location fsn1\n"
FIREWALL = "hcloud firewall create --name nodes\n"


def read(*lines: str) -> list[Declaration]:
    return read_source(read_text, "\n".join(lines) + "\n")


def ports(found: LoadBalancer) -> list[tuple[object, object, object]]:
    return [(one.protocol, one.listen_port, one.destination_port) for one in found.listeners]


def test_a_balancer_is_what_its_commands_make() -> None:
    found = only(
        read(
            "hcloud --context prod load-balancer create --name=web --type lb11 --network-zone eu-central --network net",
            "hcloud load-balancer add-service web --protocol https --listen-port 443 --destination-port 30443 \\",
            "  --http-certificates 1,2 --http-redirect-http --health-check-protocol http --health-check-port 10254 \\",
            "  --health-check-http-path /healthz",
            "hcloud load-balancer add-service web --protocol tcp --listen-port 80 --destination-port=30080 \\",
            "  --proxy-protocol",
            "hcloud load-balancer add-target web --label-selector role=worker --use-private-ip",
        ),
        LoadBalancer,
    )
    https, tcp = found.listeners
    assert ports(found) == [("https", 443, 30443), ("tcp", 80, 30080)]
    assert (found.name, found.form, found.has_network, found.has_location) == ("web", DeclaredBy.COMMANDS, True, True)
    assert (https.redirect_http, https.has_certificates, https.proxy_protocol) == (True, True, False)
    assert https.health_check
    assert (https.health_check.protocol, https.health_check.port, https.health_check.path) == (
        "http",
        10254,
        "/healthz",
    )
    assert tcp.proxy_protocol is True
    (target,) = found.targets
    assert (target.kind, target.value, target.use_private_ip) == ("label_selector", "role=worker", True)
    assert at(tcp.origin.place("destination_port"))[::2] == (5, "30080")


def test_commands_change_and_take_away() -> None:
    service = "hcloud load-balancer add-service web --protocol tcp --destination-port 30080 --listen-port "
    found = only(
        read(
            CREATE,
            f"{service} 80",
            f"{service} 81",
            "hcloud load-balancer update-service web --listen-port 80 --destination-port 31080",
            "hcloud load-balancer delete-service web --listen-port 81",
        ),
        LoadBalancer,
    )
    assert ports(found) == [("tcp", 80, 31080)]
    assert not read(CREATE, "hcloud load-balancer delete web")


@pytest.mark.parametrize(
    "command",
    [
        'if [ -n "$X" ]; then ADD --destination-port 1; fi',
        'ADD --destination-port "$PORT"',
    ],
)
def test_what_only_the_shell_knows_is_unknown(command: str) -> None:
    add = "hcloud load-balancer add-service web --protocol tcp --listen-port 80"
    (listener,) = only(read(CREATE, command.replace("ADD", add)), LoadBalancer).listeners
    assert isinstance(listener.destination_port, Unknown)


def test_variables_of_the_script_are_known() -> None:
    add = 'hcloud load-balancer add-service "$LB" --protocol tcp --listen-port 80 --destination-port $PORT'
    assert ports(only(read("LB=web", "PORT=30080", CREATE, add), LoadBalancer)) == [("tcp", 80, 30080)]


def test_of_what_another_script_has_made_nothing_is_known() -> None:
    assert not read("hcloud load-balancer update-service web --listen-port 80 --destination-port 31080")
    assert not read("hcloud firewall add-rule nodes --direction in --protocol tcp --port 80 --source-ips 0.0.0.0/0")


def test_a_firewall_has_the_rules_that_are_added() -> None:
    found = only(
        read(
            FIREWALL,
            "hcloud firewall add-rule nodes --direction in --protocol tcp --port 22 --source-ips 10.0.0.0/8,::/0",
            "hcloud firewall add-rule nodes --direction=in --protocol=tcp --port=80-90 --source-ips 0.0.0.0/0",
            "for port in 1 2; do",
            "  hcloud firewall add-rule nodes --direction in --protocol tcp --port $port --source-ips 0.0.0.0/0",
            "done",
            "hcloud firewall apply-to-resource nodes --type label_selector --label-selector role=worker",
        ),
        CloudFirewall,
    )
    assert list(map(rule_in_words, found.rules))[:2] == [
        "allow in tcp 22 from 10.0.0.0/8,::/0",
        "allow in tcp 80-90 from 0.0.0.0/0",
    ]
    assert isinstance(found.rules[2].ports, Unknown)
    assert (found.is_applied, found.applied_to) == (True, ("role=worker",))


def test_rules_in_a_file_are_not_known() -> None:
    (rule,) = only(read("hcloud firewall create --name nodes --rules-file rules.json"), CloudFirewall).rules
    assert isinstance(rule.ports, Unknown)


def test_servers_are_counted_where_they_have_names() -> None:
    one, several = read(
        "hcloud server create --name node1 --type cx22 --image ubuntu-24.04 --label role=worker",
        'hcloud server create --name "$1" --type cx22 --image ubuntu-24.04',
    )
    assert isinstance(one, ClusterSign)
    assert isinstance(several, ClusterSign)
    assert (one.count, one.labels, several.count) == (1, {"role": "worker"}, None)


@pytest.mark.parametrize(
    "text", ["hcloud server list\n", "echo hcloud server create --name x\n", "hcloud context use x\n"]
)
def test_other_commands_set_up_nothing(text: str) -> None:
    assert not read(text)


def test_cloud_init_and_ansible_run_them_too() -> None:
    text = f"#cloud-config\nruncmd:\n  - {CREATE}"
    assert only(readings.read(read_document, text), LoadBalancer).name == "web"
    play = f"""\
        - hosts: localhost
          tasks:
            - command: {CREATE.strip()}
            - hetzner.hcloud.load_balancer_service:
                load_balancer: web
                protocol: tcp
                listen_port: 80
                destination_port: 30080
        """
    found = only(readings.read(playbooks.read_document, textwrap.dedent(play)), LoadBalancer)
    assert ports(found) == [("tcp", 80, 30080)]
