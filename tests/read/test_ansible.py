from __future__ import annotations

import pytest

from kblint.model.balancer import DeclaredBy, LoadBalancer
from kblint.model.cluster import K3sConfig
from kblint.model.firewall import CloudFirewall, HostFirewall, PortRange
from kblint.read.ansible.playbooks import read_document
from kblint.source.values import Unknown
from tests.given.readings import at, document, only, read, rule_in_words

PLAYBOOK = """\
- name: nodes
  hosts: k3s
  become: true
  vars:
    ssh_port: 2222
  tasks:
    - name: policy
      community.general.ufw:
        default: deny
        direction: incoming
    - name: ports
      community.general.ufw:
        rule: allow
        port: "{{ item.port }}"
        proto: "{{ item.proto }}"
        comment: "{{ item.why }}"
      loop:
        - {port: "30000:32767", proto: tcp}
        - {port: 8472, proto: udp}
    - block:
        - ufw:
            rule: limit
            to_port: "{{ ssh_port }}"
            from_ip: 198.51.100.0/24
      when: limited
    - name: on
      ufw: state=enabled
"""


def host_firewall(text: str) -> HostFirewall:
    return only(read(read_document, text), HostFirewall)


def shown_rules(text: str) -> list[str]:
    return [rule_in_words(rule) for rule in host_firewall(text).rules]


def test_a_playbook_sets_up_a_host_firewall() -> None:
    found = host_firewall(PLAYBOOK)
    assert (found.active, found.default_incoming, found.is_complete) == (True, "deny", False)
    assert [rule_in_words(rule) for rule in found.rules] == [
        "allow in tcp 30000-32767",
        "allow in udp 8472",
        "limit in any 2222 from 198.51.100.0/24",
    ]
    assert at(found.rules[0].place) == (14, 15, '"{{ item.port }}"')
    assert at(found.place) == (8, 7, "community.general.ufw")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("rule: allow, port: 22, proto: tcp", "allow in tcp 22"),
        ("rule: allow, name: OpenSSH", "allow in tcp 22"),
        ("rule: deny, direction: outgoing, to_port: '25'", "deny out any 25"),
        ("rule: allow, from_ip: 10.42.0.0/16", "allow in any all from 10.42.0.0/16"),
        ("rule: allow, interface: eth1, direction: in, port: 6443, proto: tcp", "allow in tcp 6443 on eth1"),
        ("rule: allow, route: true, interface_in: wg0, interface_out: eth0", "allow routed any all on wg0"),
        ("rule: allow, port: 80, dest: 10.0.0.5", "allow in any 80 to 10.0.0.5"),
        ("rule: allow, port: '{{ port }}', proto: tcp", "allow in tcp ?"),
        ("rule: allow, src: '{{ admin }}', port: 22", "allow in any 22 from ?"),
    ],
)
def test_arguments_of_a_rule(arguments: str, expected: str) -> None:
    assert shown_rules(f"- ufw: {{{arguments}}}") == [expected]


@pytest.mark.parametrize(
    ("tasks", "expected"),
    [
        ("- ufw: rule=allow port=22 proto=tcp", ["allow in tcp 22"]),
        ("- ufw: {rule: allow, port: '1'}\n- ufw: {rule: allow, port: '1', delete: true}", []),
        ("- ufw: {rule: allow, port: 1}\n- ufw: {rule: deny, port: 2, insert: 1}", ["deny in any 2", "allow in any 1"]),
        ("- ufw: {rule: allow, port: 1}\n- ufw: {state: reset}", []),
        (
            "- ufw: {rule: allow, port: '{{ item }}'}\n  with_items: [80, [443]]",
            ["allow in any 80", "allow in any 443"],
        ),
        (
            "- ufw: {rule: allow, port: '{{ p }}'}\n  loop: [80]\n  loop_control: {loop_var: p}",
            ["allow in any 80"],
        ),
        ("- ufw: {rule: allow, port: '{{ item }}'}\n  loop: '{{ ports }}'", ["allow in ? ?"]),
        ("- ufw: {rule: allow, port: '{{ item }}'}\n  vars: {ports: [80]}\n  loop: '{{ ports }}'", ["allow in any 80"]),
        ("- ufw: {rule: allow, port: '{{ a[0].b | int }}'}\n  vars: {a: [{b: 80}]}", ["allow in any 80"]),
        ("- ufw: {rule: allow, port: '{{ a | default(80) }}'}\n  vars: {a: 1}", ["allow in ? ?"]),
        ("- command: ufw allow 22/tcp", ["allow in tcp 22"]),
        ("- ansible.builtin.shell: |\n    ufw allow 22/tcp\n    ufw deny {{ x }}", ["allow in tcp 22", "deny in ? ?"]),
        ("- shell: {cmd: ufw allow 22/tcp}", ["allow in tcp 22"]),
    ],
)
def test_tasks_apply_in_order(tasks: str, expected: list[str]) -> None:
    assert shown_rules(tasks) == expected


def test_rules_of_a_command_stand_where_they_are_written() -> None:
    found = host_firewall("- shell: |\n    set -e\n    ufw allow 22/tcp\n")
    assert at(found.rules[0].place) == (3, 5, "ufw allow 22/tcp")


def test_each_play_has_its_own_hosts() -> None:
    play = "- hosts: {0}\n  tasks:\n    - ufw: {{rule: allow, port: {1}}}\n"
    found = read(read_document, play.format("a", 1) + play.format("b", 2))
    assert [[rule_in_words(rule) for rule in each.rules] for each in found if isinstance(each, HostFirewall)] == [
        ["allow in any 1"],
        ["allow in any 2"],
    ]


HCLOUD = """\
- name: balancer
  hetzner.hcloud.load_balancer:
    name: front
    load_balancer_type: lb11
    location: fsn1
- hetzner.hcloud.load_balancer_service:
    load_balancer: front
    protocol: https
    listen_port: 443
    destination_port: "{{ item }}"
    proxyprotocol: true
    http: {certificates: [web], redirect_http: true}
    health_check: {protocol: http, port: 10254, http: {path: /healthz, status_codes: ["2??"]}}
  loop: [31695]
- hcloud_load_balancer_target:
    type: label_selector
    load_balancer: front
    label_selector: role=node
    use_private_ip: true
- hetzner.hcloud.hcloud_load_balancer_network:
    load_balancer: front
    network: internal
    ip: 10.0.0.9
- hetzner.hcloud.firewall:
    name: nodes
    rules:
      - {direction: in, protocol: tcp, port: "22", source_ips: [0.0.0.0/0]}
- hetzner.hcloud.firewall_resource:
    firewall: nodes
    servers: [node1]
    label_selectors: [role=node]
- hetzner.hcloud.server:
    name: node2
    firewalls: [nodes]
"""


def test_a_balancer_is_put_together_from_its_tasks() -> None:
    found = only(read(read_document, HCLOUD), LoadBalancer)
    assert (found.name, found.form) == ("front", DeclaredBy.ANSIBLE)
    assert (found.has_location, found.has_network, found.addresses) == (True, True, ("10.0.0.9",))
    assert [(each.kind, each.value, each.use_private_ip) for each in found.targets] == [
        ("label_selector", "role=node", True)
    ]
    (listener,) = found.listeners
    assert (listener.protocol, listener.listen_port, listener.destination_port) == ("https", 443, 31695)
    assert (listener.proxy_protocol, listener.redirect_http, listener.has_certificates) == (True, True, True)
    assert listener.health_check is not None
    assert (listener.health_check.port, listener.health_check.path) == (10254, "/healthz")
    assert at(listener.origin.place("listen_port")) == (9, 18, "443")
    assert at(listener.origin.place("nothing")) == (6, 3, "hetzner.hcloud.load_balancer_service")


def test_a_firewall_is_put_together_from_its_tasks() -> None:
    found = only(read(read_document, HCLOUD), CloudFirewall)
    assert (found.name, found.is_applied, found.applied_to) == ("nodes", True, ("node1", "role=node", "node2"))
    assert [rule.ports for rule in found.rules] == [(PortRange(22, 22),)]


def test_a_later_task_changes_or_takes_away() -> None:
    change = (
        "- hetzner.hcloud.load_balancer_service: {load_balancer: front, protocol: tcp, listen_port: 443,"
        " destination_port: 31443}\n"
    )
    (listener,) = only(read(read_document, HCLOUD + change), LoadBalancer).listeners
    assert (listener.protocol, listener.destination_port) == ("tcp", 31443)
    gone = "- hetzner.hcloud.load_balancer_service: {load_balancer: front, listen_port: 443, state: absent}\n"
    assert only(read(read_document, HCLOUD + gone), LoadBalancer).listeners == ()
    assert len(only(read(read_document, f"{HCLOUD}{gone}  when: cleanup\n"), LoadBalancer).listeners) == 1
    away = "- hetzner.hcloud.load_balancer: {name: front, state: absent}\n"
    assert not any(isinstance(thing, LoadBalancer) for thing in read(read_document, HCLOUD + away))


def test_rules_from_a_variable_are_unknown() -> None:
    found = only(read(read_document, "- hetzner.hcloud.firewall: {name: f, rules: '{{ rules }}'}"), CloudFirewall)
    assert [(rule.protocol, rule.ports, rule.sources) for rule in found.rules] == [(Unknown("{{ rules }}"),) * 3]


def test_a_service_of_a_balancer_from_elsewhere_is_read() -> None:
    text = "- hcloud_load_balancer_service: {load_balancer: '{{ lb }}', protocol: https, listen_port: 443}"
    found = only(read(read_document, text), LoadBalancer)
    assert (found.name, found.has_location, found.has_network) == ("{{ lb }}", None, None)
    assert (found.listeners[0].destination_port, found.listeners[0].has_certificates) == (80, Unknown())


@pytest.mark.parametrize(
    "text",
    [
        "- debug: {msg: ufw}",
        "- hosts: all\n  roles: [ufw]",
        "ufw: {rule: allow}",
        "- ufw\n- hcloud",
        "- apt: {name: ufw}\n",
        "- hetzner.hcloud.load_balancer_service: {state: present}",
    ],
)
def test_other_documents_are_not_taken(text: str) -> None:
    given = document(text, "x.yaml")
    assert read_document(given) is None


INSTALL = "curl -sfL https://get.k3s.io | sh -s - server --disable traefik --flannel-backend=none"


def test_k3s_is_installed_by_a_command() -> None:
    text = f"- hosts: nodes\n  tasks:\n    - name: k3s\n      ansible.builtin.shell: {INSTALL}\n"
    config = only(read(read_document, text), K3sConfig)
    assert (config.role, config.values("disable"), config.value("flannel-backend")) == ("server", ("traefik",), "none")


@pytest.mark.parametrize(
    "task",
    [
        "shell: curl -sfL https://get.k3s.io | sh -s - server {{ flags }}",
        "shell: curl -sfL https://get.k3s.io | sh -\n  environment: {INSTALL_K3S_EXEC: --disable traefik}",
    ],
)
def test_k3s_of_whose_flags_a_part_is_not_known_is_not_read(task: str) -> None:
    assert read_document(document(f"- {task}\n")) is None
