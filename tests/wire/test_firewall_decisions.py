"""Rules of UFW against those who ask: what each rule lets in, keeps out, and where nobody can tell."""

from __future__ import annotations

import pytest

from kblint.intake import read
from kblint.model.balancer import LoadBalancer
from kblint.model.bundle import Bundle
from kblint.source.text import Source
from kblint.wire.nodes.filtering import filters
from kblint.wire.nodes.senders import Peer
from tests.given.hetzner import balancer, listener

WHOLE = "#!/bin/sh\nufw --force reset\nufw default deny incoming\nufw allow 22/tcp\n{rules}\nufw --force enable\n"
PRIVATE = balancer(
    listener("tcp", 80, 8081),
    targets="[{type: server, server: {id: 1}, use_private_ip: true}]",
    private_net="[{network: 1, ip: 10.0.0.5}]",
)
PUBLIC = balancer(
    listener("tcp", 80, 8081),
    targets="[{type: server, server: {id: 1}, use_private_ip: false}]",
    public_net="{ipv4: {ip: 203.0.113.9}}",
)
UNNAMED_PUBLIC = balancer(listener("tcp", 80, 8081), targets="[{type: server, server: {id: 1}, use_private_ip: false}]")
NODES = "node-ip: 10.0.0.2\nflannel-iface: enp7s0\n"

ASKERS = {
    "anyone": (Peer.ANYONE, None),
    "node": (Peer.NODE, None),
    "pod": (Peer.POD, None),
    "private": (Peer.BALANCER, PRIVATE),
    "public": (Peer.BALANCER, PUBLIC),
    "unnamed": (Peer.BALANCER, UNNAMED_PUBLIC),
}
SIGNS = {True: "+", False: "-", None: "?"}


def told(script: str, asker: str, config: str) -> str:
    """Whether `asker` gets through to 8081/tcp, as a sign."""
    peer, written = ASKERS[asker]
    texts = [("ufw.sh", script), ("config.yaml", config), *([("lb.yaml", written)] if written else [])]
    bundle = Bundle(read([Source(path, text) for path, text in texts]).declarations)
    network = filters(bundle)
    asking = next(iter(bundle.all(LoadBalancer)), None)
    return SIGNS[network.decide(network.hosts[0], 8081, "tcp", peer, asking)[0]]


def signs(rules: str, config: str = "disable: [traefik]\n") -> str:
    script = WHOLE.format(rules="\n".join(f"ufw {rule}" for rule in rules.split("; ") if rule))
    return " ".join(f"{asker}{told(script, asker, config)}" for asker in ASKERS)


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("", "anyone- node- pod- private- public- unnamed-"),
        ("allow 8081/tcp", "anyone+ node+ pod+ private+ public+ unnamed+"),
        ("limit 8081/tcp", "anyone+ node+ pod+ private+ public+ unnamed+"),
        ("allow 8081/udp", "anyone- node- pod- private- public- unnamed-"),
        ("allow 8000:8100/tcp", "anyone+ node+ pod+ private+ public+ unnamed+"),
        ("allow 80,443,8081/tcp", "anyone+ node+ pod+ private+ public+ unnamed+"),
        ("allow 'Nginx Full'", "anyone- node- pod- private- public- unnamed-"),
        ("allow out 8081/tcp", "anyone- node- pod- private- public- unnamed-"),
        ("route allow 8081/tcp", "anyone- node- pod- private- public- unnamed-"),
        # addresses
        ("allow from 10.0.0.0/16 to any port 8081 proto tcp", "anyone? node+ pod- private+ public- unnamed-"),
        ("allow from 10.42.0.0/16", "anyone- node- pod+ private- public- unnamed-"),
        ("allow from 10.43.0.0/16", "anyone- node- pod- private- public- unnamed-"),
        ("allow from 10.0.0.0/8", "anyone? node+ pod+ private+ public- unnamed-"),
        ("allow from 192.168.0.0/24", "anyone? node+ pod- private- public- unnamed-"),
        ("allow from 10.0.0.5", "anyone? node+ pod- private+ public- unnamed-"),
        ("allow from 203.0.113.0/24", "anyone? node? pod- private- public+ unnamed?"),
        ("allow from 203.0.113.9", "anyone? node+ pod- private- public+ unnamed?"),
        ("allow from ::/0 to any port 8081", "anyone? node- pod- private- public- unnamed-"),
        # order
        ("deny 8081; allow 8081/tcp", "anyone- node- pod- private- public- unnamed-"),
        ("allow 8081; prepend deny 8081/tcp", "anyone- node- pod- private- public- unnamed-"),
        (
            "allow 8081/tcp; insert 1 deny from 10.0.0.0/16 to any port 8081 proto tcp",
            "anyone+ node- pod+ private- public+ unnamed+",
        ),
        ("deny from 198.51.100.7; allow 8081", "anyone+ node+ pod+ private+ public+ unnamed+"),
        ("deny from 198.51.100.0/24; allow 8081", "anyone+ node+ pod+ private+ public+ unnamed+"),
        # interfaces
        ("allow in on lo", "anyone- node- pod- private- public- unnamed-"),
        ("allow in on cni0", "anyone- node- pod+ private- public- unnamed-"),
        ("allow in on wg0", "anyone- node? pod? private- public- unnamed-"),
        ("allow in on docker0; allow 8081", "anyone+ node+ pod+ private+ public+ unnamed+"),
        ("allow in on enp7s0", "anyone- node+ pod- private+ public- unnamed-"),
        ("allow in on eth0 to any port 8081", "anyone+ node? pod- private? public+ unnamed+"),
        ("allow in on ens32 to any port 8090", "anyone- node- pod- private- public- unnamed-"),
        ("allow in on ens32 to any port 8081", "anyone? node? pod? private? public? unnamed?"),
        ("deny in on ens32; allow 22", "anyone- node- pod- private- public- unnamed-"),
    ],
)
def test_a_rule_lets_in_whom_it_is_about(rules: str, expected: str) -> None:
    assert signs(rules) == expected


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        # what the nodes are called, and which interface they talk over, is known
        ("allow from 10.0.0.0/24", "anyone? node+ pod- private+ public- unnamed-"),
        ("allow from 192.168.0.0/24", "anyone? node? pod- private- public- unnamed-"),
        ("allow from 203.0.113.0/24", "anyone? node- pod- private- public+ unnamed?"),
        ("allow in on enp7s0", "anyone- node+ pod- private+ public- unnamed-"),
        ("allow in on ens32 to any port 8081", "anyone+ node? pod? private? public+ unnamed+"),
    ],
)
def test_addresses_of_nodes_tell_more(rules: str, expected: str) -> None:
    assert signs(rules, NODES) == expected


def test_a_rule_for_the_balancer_alone_is_not_open_to_nodes() -> None:
    bundle = Bundle(
        read([Source("ufw.sh", WHOLE.format(rules="ufw allow from 10.0.0.5")), Source("lb.yaml", PRIVATE)]).declarations
    )
    network = filters(bundle)
    assert network.decide(network.hosts[0], 8081, "tcp", Peer.NODE)[0] is False


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("ufw --force reset\nufw default deny incoming\nufw allow 22\n", None),
        ("ufw default deny incoming\nufw allow 22\n", None),
        ("ufw default deny incoming\nufw allow 22\nufw enable\n", False),
        ("ufw allow 22\nufw enable\n", False),
        ("ufw --force reset\nufw default allow incoming\nufw allow 22\nufw enable\n", True),
        ("ufw enable\n", None),
        ("ufw allow 8081\n", True),
        ('ufw allow "$port"\nufw enable\n', None),
    ],
)
def test_what_a_script_says_of_a_port_that_it_does_not_name(script: str, expected: bool | None) -> None:
    bundle = Bundle(read([Source("ufw.sh", script)]).declarations)
    network = filters(bundle)
    told = network.decide(network.hosts[0], 8081, "tcp", Peer.NODE)[0] if network.hosts[0].active is not False else None
    assert told is expected


@pytest.mark.parametrize(("address", "sign"), [("10.0.0.11", "+"), ("198.51.100.11", "-"), ("'${NODE}'", "?")])
def test_a_target_by_a_private_address_is_asked_over_the_private_network(
    address: str, sign: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = balancer(listener("tcp", 80, 8081), targets=f"[{{type: ip, ip: {{ip: {address}}}}}]")
    monkeypatch.setitem(ASKERS, "address", (Peer.BALANCER, written))
    script = WHOLE.format(rules="ufw allow from 10.0.0.0/16 to any port 8081 proto tcp")
    assert told(script, "address", "") == sign
