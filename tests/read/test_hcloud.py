from __future__ import annotations

import pytest

from kblint.model.balancer import DeclaredBy, LoadBalancer
from kblint.model.firewall import CloudFirewall, PortRange
from kblint.read.hetzner.balancers import read_balancers
from kblint.read.hetzner.firewalls import read_firewalls
from kblint.read.hetzner.hcloud import read_document
from kblint.source.values import Unknown
from tests.given.readings import at, document, only, read

DESCRIBED = """\
id: 12
name: front
created: 2026-01-05T10:00:00Z
load_balancer_type: {id: 1, name: lb11, max_services: 5}
location: {id: 1, name: fsn1, network_zone: eu-central}
public_net:
  enabled: true
  ipv4: {ip: 203.0.113.7, dns_ptr: front.example.org}
  ipv6: {ip: "2001:db8::7"}
private_net:
  - {network: 4, ip: 10.0.0.9}
algorithm: {type: round_robin}
services:
  - protocol: https
    listen_port: 443
    destination_port: 31695
    proxyprotocol: true
    http:
      cookie_name: HCLBSTICKY
      certificates: [3, 5]
      redirect_http: true
      sticky_sessions: false
    health_check:
      protocol: http
      port: 10254
      interval: 15
      timeout: 10
      retries: 3
      http: {domain: shop.example.org, path: /healthz, response: "", status_codes: ["200", "3??"], tls: false}
  - protocol: tcp
    listen_port: 22
    destination_port: 2222
    proxyprotocol: false
    http: null
    health_check: {protocol: tcp, port: 2222, interval: 15, timeout: 10, retries: 3, http: null}
targets:
  - type: label_selector
    label_selector: {selector: role=node}
    use_private_ip: true
    targets:
      - type: server
        server: {id: 71}
        health_status:
          - {listen_port: 443, status: unhealthy}
          - {listen_port: 22, status: healthy}
  - type: ip
    ip: {ip: 198.51.100.3}
"""

SHORT = """\
name: lb1
services:
- protocol: https
  listen_port: 443
  destination_port: 31695
"""


def test_a_described_balancer_is_read_whole() -> None:
    balancer = only(read(read_document, DESCRIBED), LoadBalancer)
    assert (
        balancer.name,
        balancer.form,
        balancer.has_network,
        balancer.has_location,
    ) == ("front", DeclaredBy.API, True, True)
    assert balancer.addresses == ("203.0.113.7", "2001:db8::7", "10.0.0.9")
    assert balancer.meta is None
    web, ssh = balancer.listeners
    assert (web.protocol, web.listen_port, web.destination_port) == ("https", 443, 31695)
    assert (web.proxy_protocol, web.redirect_http, web.has_certificates) == (True, True, True)
    check = web.health_check
    assert check is not None
    assert (check.protocol, check.port, check.path, check.domain) == ("http", 10254, "/healthz", "shop.example.org")
    assert check.status_codes == ("200", "3??")
    assert (ssh.protocol, ssh.listen_port, ssh.destination_port, ssh.redirect_http) == ("tcp", 22, 2222, False)
    assert ssh.health_check is not None
    assert (ssh.health_check.path, ssh.health_check.status_codes) == (None, None)


def test_targets_are_read_by_kind() -> None:
    balancer = only(read(read_document, DESCRIBED), LoadBalancer)
    assert [(target.kind, target.value, target.use_private_ip) for target in balancer.targets] == [
        ("label_selector", "role=node", True),
        ("ip", "198.51.100.3", False),
    ]


def test_the_health_of_a_selectors_targets_is_told_by_listen_port() -> None:
    web, ssh = only(read(read_document, DESCRIBED), LoadBalancer).listeners
    assert [at(place) for place in web.health.unhealthy] == [(44, 40, "unhealthy")]
    assert (web.health.is_dead, ssh.health.is_dead) == (True, False)


def test_positions_are_those_of_the_values() -> None:
    listener = only(read(read_document, SHORT), LoadBalancer).listeners[0]
    assert at(listener.origin.place("destination_port")) == (5, 21, "31695")
    assert at(listener.origin.place("proxyprotocol")) == (3, 3, "protocol: https")


def test_what_a_short_form_leaves_out_is_unknown_or_the_default() -> None:
    balancer = only(read(read_document, SHORT), LoadBalancer)
    listener = balancer.listeners[0]
    assert (balancer.has_network, balancer.has_location, balancer.targets) == (None, None, ())
    assert (listener.proxy_protocol, listener.redirect_http) == (False, False)
    assert Unknown() == listener.has_certificates
    assert listener.health_check is None


def test_http_and_https_have_default_ports_and_tcp_has_none() -> None:
    text = "services: [{protocol: https, listen_port: 8443}, {protocol: HTTP, destination_port: 1}, {listen_port: 9}]"
    https, http, nothing = only(read(read_document, text), LoadBalancer).listeners
    assert (https.listen_port, https.destination_port) == (8443, 80)
    assert (http.protocol, http.listen_port, http.destination_port) == ("http", 80, 1)
    assert (Unknown(), Unknown()) == (nothing.protocol, nothing.destination_port)


def test_ports_may_stand_in_quotes_or_be_placeholders() -> None:
    text = 'services: [{protocol: tcp, listen_port: "443", destination_port: "${NODE_PORT}"}]'
    listener = only(read(read_document, text), LoadBalancer).listeners[0]
    assert (443, Unknown("${NODE_PORT}")) == (listener.listen_port, listener.destination_port)


def test_a_balancer_without_a_name_is_called_by_its_id_or_its_file() -> None:
    body = "services: [{listen_port: 80}]"
    assert only(read(read_document, f"id: 7\n{body}"), LoadBalancer).name == "7"
    assert only(read(read_document, body, "lb/edge.prod.yaml"), LoadBalancer).name == "edge"


def indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())


@pytest.mark.parametrize(
    "text",
    [
        f"load_balancer:\n{indented(SHORT)}",
        f"load_balancers:\n  -\n{indented(SHORT)}",
        f"meta: {{pagination: {{page: 1}}}}\nload_balancers:\n  -\n{indented(SHORT)}",
        f"-\n{indented(SHORT)}",
        '{"load_balancer": {"name": "lb1", "services": [{"listen_port": 443, "protocol": "https"}]}}',
        "name: lb1\nservices: []\nload_balancer_type: {name: lb11}",
    ],
)
def test_every_wrapping_of_a_balancer_is_opened(text: str) -> None:
    assert only(read(read_document, text), LoadBalancer).name == "lb1"


def test_a_list_gives_every_balancer_of_it() -> None:
    text = '[{"name": "a", "services": [{"listen_port": 1}]}, {"name": "b", "services": [{"listen_port": 2}]}]'
    declarations = read(read_document, text)
    assert [thing.name for thing in declarations if isinstance(thing, LoadBalancer)] == ["a", "b"]


@pytest.mark.parametrize(
    "text",
    [
        "services: {web: {image: nginx, ports: ['80:80']}}",
        "services: []",
        "services: [{name: web, port: 80}]",
        "services: [{listen_port: 80}, {name: web}]",
        "services: [web]",
        "apiVersion: example.org/v1\nkind: Edge\nservices: [{listen_port: 80}]",
        "load_balancer: {enabled: true}",
        "load_balancers: [lb1]",
        "rules: [{direction: ingress, protocol: tcp}]",
        "rules: [{apiGroups: [''], resources: [pods]}]",
        "rules: []",
        "firewall: {rules: allow}",
        "- direction: in\n- direction: out",
        "[1, 2]",
        "text",
        "[]",
    ],
)
def test_other_documents_are_not_taken(text: str) -> None:
    given = document(text, "x.yaml")
    assert read_document(given) is None


def test_the_configuration_hands_its_balancers_over() -> None:
    text = "balancers:\n- name: inline\n  services: [{protocol: tcp, listen_port: 1, destination_port: 2}]\n"
    given = document(text, "kblint.yaml")
    (balancer,) = read_balancers(given.origin, DeclaredBy.CONFIG)
    assert (balancer.name, balancer.form, len(balancer.listeners)) == ("inline", DeclaredBy.CONFIG, 1)


FIREWALL = """\
id: 3
name: nodes
rules:
  - {direction: in, protocol: tcp, port: "22", source_ips: [198.51.100.1, "2001:db8::1"], destination_ips: []}
  - {direction: in, protocol: tcp, port: 30000-32767, source_ips: [10.0.0.0/8]}
  - {direction: in, protocol: udp, port: any, source_ips: [0.0.0.0/0, "::/0"]}
  - {direction: in, protocol: icmp, port: null, source_ips: ["::/0"]}
  - {direction: out, protocol: tcp, port: "443", source_ips: [], destination_ips: [192.0.2.0/24, 192.0.2.9]}
applied_to:
  - {type: server, server: {id: 42}}
  - {type: label_selector, label_selector: {selector: role=node}}
"""


def test_a_described_firewall_is_read_whole() -> None:
    firewall = only(read(read_document, FIREWALL), CloudFirewall)
    assert (firewall.name, firewall.is_applied, firewall.applied_to) == ("nodes", True, ("42", "role=node"))
    ssh, nodes, udp, icmp, out = firewall.rules
    assert ((PortRange(22, 22),), ("198.51.100.1/32", "2001:db8::1/128")) == (ssh.ports, ssh.sources)
    assert ((PortRange(30000, 32767),), ("10.0.0.0/8",)) == (nodes.ports, nodes.sources)
    assert (udp.protocol, udp.ports) == ("udp", ())
    assert (icmp.protocol, icmp.ports, icmp.sources) == ("icmp", (), ("::/0",))
    assert (out.direction, out.destination) == ("out", "192.0.2.0/24,192.0.2.9/32")
    assert all(rule.action.lets_through for rule in firewall.rules)
    assert at(ssh.place) == (4, 42, '"22"')


def test_a_firewall_that_is_on_no_server_is_not_applied() -> None:
    text = "{name: idle, rules: [], applied_to: []}"
    assert only(read(read_document, text), CloudFirewall).is_applied is False


@pytest.mark.parametrize("wrapping", ["firewall: {}", "firewalls: [{}]", "[{}]", "{}"])
def test_every_wrapping_of_a_firewall_is_opened(wrapping: str) -> None:
    inner = '{name: fw, rules: [{direction: in, protocol: tcp, port: "80"}]}'
    firewall = only(read(read_document, wrapping.replace("{}", inner)), CloudFirewall)
    assert (firewall.name, firewall.is_applied) == ("fw", None)


def test_the_rules_file_of_the_cli_is_a_firewall_named_after_the_file() -> None:
    text = '[{"direction": "in", "protocol": "tcp", "port": "80-85", "source_ips": ["0.0.0.0/0"]}]'
    firewall = only(read(read_document, text, "fw/web.json"), CloudFirewall)
    assert ("web", (PortRange(80, 85),)) == (firewall.name, firewall.rules[0].ports)


def test_a_port_that_is_no_port_is_unknown() -> None:
    text = "rules: [{direction: in, protocol: tcp, port: ssh}, {direction: in, protocol: udp}]"
    named, missing = only(read(read_document, text), CloudFirewall).rules
    assert (Unknown("ssh"), Unknown()) == (named.ports, missing.ports)


def test_sources_are_unknown_when_one_is_unless_the_world_is_let_in_anyway() -> None:
    text = (
        "rules: [{direction: in, protocol: tcp, port: '1', source_ips: [10.0.0.1, '${ADMIN}']},"
        " {direction: in, protocol: tcp, port: '1', source_ips: [0.0.0.0/0, '${ADMIN}']}]"
    )
    some, world = only(read(read_document, text), CloudFirewall).rules
    assert (Unknown("${ADMIN}"), ("0.0.0.0/0",)) == (some.sources, world.sources)


def test_the_configuration_hands_its_firewalls_over() -> None:
    given = document("firewalls: [{name: fw, rules: []}]", "kblint.yaml")
    assert [firewall.name for firewall in read_firewalls(given.origin)] == ["fw"]
