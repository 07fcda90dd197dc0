from __future__ import annotations

import pytest

from kblint.model.balancer import BalancerAnnotation, DeclaredBy, LoadBalancer
from kblint.model.bundle import Declaration
from kblint.model.firewall import CloudFirewall, PortRange
from kblint.read.terraform.folder import read_folder
from kblint.source.text import Source
from kblint.source.values import Unknown
from tests.given.readings import at, only


def read(*texts: str) -> list[Declaration]:
    """What a folder with these files holds."""
    reading = read_folder([Source(f"tf/{number}.tf", text) for number, text in enumerate(texts)])
    assert not (reading and reading.faults)
    return list(reading.declarations) if reading else []


def balancer(*texts: str) -> LoadBalancer:
    return only(read(*texts), LoadBalancer)


def ports(found: LoadBalancer) -> list[tuple[object, object, object]]:
    return [(listener.protocol, listener.listen_port, listener.destination_port) for listener in found.listeners]


MAIN = """\
resource "hcloud_load_balancer" "main" {
  name               = "front"
  load_balancer_type = "lb11"
  location           = "fsn1"
}
"""
SERVICE = """\
resource "hcloud_load_balancer_service" "web" {
  load_balancer_id = hcloud_load_balancer.main.id
  protocol         = "https"
  listen_port      = 443
  destination_port = "31695"
  proxyprotocol    = true

  http {
    certificates  = [hcloud_managed_certificate.web.id]
    redirect_http = true
  }

  health_check {
    protocol = "http"
    port     = 10254
    interval = 15
    timeout  = 10
    retries  = 3

    http {
      domain       = "shop.example.org"
      path         = "/healthz"
      status_codes = ["200", "3??"]
    }
  }
}
"""


def test_a_balancer_is_put_together_from_its_resources() -> None:
    target = """\
resource "hcloud_load_balancer_target" "nodes" {
  type             = "label_selector"
  load_balancer_id = hcloud_load_balancer.main.id
  label_selector   = "role=node"
  use_private_ip   = true
}
resource "hcloud_load_balancer_network" "net" {
  load_balancer_id = hcloud_load_balancer.main.id
  network_id       = hcloud_network.net.id
  ip               = "10.0.0.9"
}
"""
    found = balancer(SERVICE, MAIN, target)
    assert (found.name, found.form, found.meta) == ("front", DeclaredBy.TERRAFORM, None)
    assert (found.has_location, found.has_network, found.addresses) == (True, True, ("10.0.0.9",))
    assert [(each.kind, each.value, each.use_private_ip) for each in found.targets] == [
        ("label_selector", "role=node", True)
    ]
    (listener,) = found.listeners
    assert ports(found) == [("https", 443, 31695)]
    assert (listener.proxy_protocol, listener.redirect_http, listener.has_certificates) == (True, True, True)
    check = listener.health_check
    assert check is not None
    assert (check.protocol, check.port, check.path, check.domain) == ("http", 10254, "/healthz", "shop.example.org")
    assert check.status_codes == ("200", "3??")


def test_positions_are_those_of_the_values() -> None:
    listener = balancer(MAIN, SERVICE).listeners[0]
    assert at(listener.origin.place("destination_port")) == (5, 22, '"31695"')
    assert at(listener.origin.place("http", "redirect_http")) == (10, 21, "true")
    assert listener.health_check is not None
    assert at(listener.health_check.origin.place("port")) == (15, 16, "10254")
    assert at(listener.origin.place("nothing")) == (1, 1, 'resource "hcloud_load_balancer_service" "web"')


def service(rest: str, name: str = "a", of: str = "hcloud_load_balancer.main.id") -> str:
    return f'resource "hcloud_load_balancer_service" "{name}" {{\n  load_balancer_id = {of}\n{rest}\n}}\n'


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ('protocol = "http"', ("http", 80, 80)),
        ('protocol = "https"', ("https", 443, 80)),
        ('protocol = "https"\nlisten_port = 8443', ("https", 8443, 80)),
        ('protocol = "tcp"\nlisten_port = 22\ndestination_port = 2222', ("tcp", 22, 2222)),
        ('protocol = "tcp"\nlisten_port = 22', ("tcp", 22, Unknown())),
        ("protocol = var.p\nlisten_port = var.q", (Unknown("var.p"), Unknown("var.q"), Unknown())),
        ('protocol = "http"\ndestination_port = null', ("http", 80, 80)),
    ],
)  # fmt: skip
def test_ports_have_the_defaults_of_the_provider(rest: str, expected: tuple[object, ...]) -> None:
    assert ports(balancer(MAIN, service(rest))) == [expected]


def test_a_balancer_without_network_or_location_says_so() -> None:
    found = balancer('resource "hcloud_load_balancer" "main" {\n  name = var.name\n}\n')
    assert (found.name, found.has_location, found.has_network) == ("main", False, False)


@pytest.mark.parametrize(
    ("http", "has_certificates"),
    [
        ("", False),
        ("http {\n}", False),
        ("http {\n certificates = []\n}", False),
        ("http {\n certificates = var.certificates\n}", Unknown("var.certificates")),
        ('dynamic "http" {\n for_each = var.on\n content {\n }\n}', Unknown("var.on")),
        ('dynamic "http" {\n for_each = [1]\n content {\n certificates = [1]\n }\n}', True),
    ],
)
def test_certificates_are_known_when_the_block_is(http: str, has_certificates: object) -> None:
    listener = balancer(MAIN, service(f'protocol = "https"\n{http}')).listeners[0]
    assert listener.has_certificates == has_certificates


def test_a_check_that_may_be_there_is_unknown() -> None:
    text = service('protocol = "http"\ndynamic "health_check" {\n for_each = var.on\n content {\n }\n}')
    check = balancer(MAIN, text).listeners[0].health_check
    assert check is not None
    assert (check.protocol, check.port) == (Unknown("var.on"), Unknown("var.on"))


def test_variables_and_locals_of_the_folder_are_looked_up() -> None:
    text = 'variable "https" {\n  default = 31695\n}\nvariable "open" {}\nlocals {\n  http = var.https + 1\n}\n'
    rest = 'protocol = "tcp"\nlisten_port = var.open\ndestination_port = {}'
    assert ports(balancer(MAIN, text, service(rest.format("var.https")))) == [("tcp", Unknown("var.open"), 31695)]
    assert ports(balancer(MAIN, text, service(rest.format("local.http")))) == [("tcp", Unknown("var.open"), 31696)]


FOR_EACH = 'protocol = "tcp"\nfor_each = {}\nlisten_port = each.value.listen\ndestination_port = each.value.to'


def test_each_entry_of_a_literal_map_is_a_listener() -> None:
    entries = "{\n  a = { listen = 80, to = 30080 }\n  b = { listen = 443, to = 30443 }\n}"
    found = balancer(MAIN, service(FOR_EACH.replace("{}", entries)))
    assert ports(found) == [("tcp", 80, 30080), ("tcp", 443, 30443)]
    assert at(found.listeners[1].origin.place("destination_port"))[2] == "each.value.to"


def test_a_set_gives_its_items_as_keys() -> None:
    rest = "for_each = toset(['80', '443'])\nlisten_port = each.key\ndestination_port = each.value"
    text = service(f"protocol = 'tcp'\n{rest}".replace("'", '"'))
    assert ports(balancer(MAIN, text)) == [("tcp", 443, 443), ("tcp", 80, 80)]


def test_an_unknown_for_each_is_one_listener_with_unknown_ports() -> None:
    assert ports(balancer(MAIN, service(FOR_EACH.format("var.services")))) == [
        ("tcp", Unknown("each.value.listen"), Unknown("each.value.to"))
    ]


@pytest.mark.parametrize(("count", "expected"), [("0", 0), ("1", 1), ("var.on ? 1 : 0", 1), ("3", 1), ("var.n", 1)])
def test_count_decides_whether_a_resource_is_there(count: str, expected: int) -> None:
    text = service(f'count = {count}\nprotocol = "http"')
    assert len(balancer(MAIN, text).listeners) == expected


def test_services_find_their_balancer_among_several() -> None:
    several = MAIN.replace("{\n", '{\n  for_each = toset(["a", "b"])\n', 1).replace('"front"', "each.key")
    first = service('protocol = "http"', "x", 'hcloud_load_balancer.main["a"].id')
    second = service('protocol = "https"', "y", 'hcloud_load_balancer.main["b"].id')
    found = [thing for thing in read(several, first, second) if isinstance(thing, LoadBalancer)]
    assert [(each.name, ports(each)) for each in found] == [("a", [("http", 80, 80)]), ("b", [("https", 443, 80)])]


@pytest.mark.parametrize("of", ["var.balancer", "data.hcloud_load_balancer.main.id", "4711", "module.lb.id"])
def test_services_of_a_balancer_declared_elsewhere_stay_together(of: str) -> None:
    found = balancer(service('protocol = "http"', "x", of), service('protocol = "https"', "y", of))
    assert ports(found) == [("http", 80, 80), ("https", 443, 80)]
    assert (found.has_network, found.has_location) == (None, None)


def test_targets_inside_of_the_balancer_and_by_server_are_read() -> None:
    inline = '  target {\n    type = "server"\n    server_id = hcloud_server.a.id\n  }\n'
    text = MAIN.replace('"fsn1"\n', f'"fsn1"\n{inline}')
    target = (
        'resource "hcloud_load_balancer_target" "t" {\n  load_balancer_id = hcloud_load_balancer.main.id\n'
        '  type = "ip"\n  ip = "192.0.2.1"\n}\n'
    )
    assert [(each.kind, each.value) for each in balancer(text, target).targets] == [
        ("server", "hcloud_server.a"),
        ("ip", "192.0.2.1"),
    ]


FIREWALL = """\
resource "hcloud_firewall" "nodes" {
  name = "nodes"
  rule {
    direction  = "in"
    protocol   = "tcp"
    port       = "30000-32767"
    source_ips = ["10.0.0.0/8", local.admin]
  }
  rule {
    direction  = "in"
    protocol   = "icmp"
    source_ips = ["0.0.0.0/0"]
  }
}
locals {
  admin = "198.51.100.1"
}
"""


def test_a_firewall_is_read_with_its_rules() -> None:
    found = only(read(FIREWALL), CloudFirewall)
    assert (found.name, found.is_applied, found.applied_to) == ("nodes", None, ())
    tcp, icmp = found.rules
    assert (tcp.direction, tcp.protocol, tcp.ports) == ("in", "tcp", (PortRange(30000, 32767),))
    assert tcp.sources == ("10.0.0.0/8", "198.51.100.1/32")
    assert (icmp.protocol, icmp.ports) == ("icmp", ())
    assert at(tcp.place) == (6, 18, '"30000-32767"')
    assert at(found.place) == (1, 1, 'resource "hcloud_firewall" "nodes"')


@pytest.mark.parametrize(
    ("text", "applied_to"),
    [
        (
            (
                'resource "hcloud_firewall_attachment" "a" {\n  firewall_id = hcloud_firewall.nodes.id\n'
                '  server_ids = [hcloud_server.a.id]\n  label_selectors = ["role=node"]\n}\n'
            ),
            ("hcloud_server.a", "role=node"),
        ),
        ('resource "hcloud_server" "b" {\n  firewall_ids = [hcloud_firewall.nodes.id]\n}\n', ("hcloud_server.b",)),
        ('resource "hcloud_server" "b" {\n  firewall_ids = [hcloud_firewall.other.id]\n}\n', ()),
    ],
)
def test_what_a_firewall_is_applied_to(text: str, applied_to: tuple[str, ...]) -> None:
    found = only(read(FIREWALL, text), CloudFirewall)
    assert (found.applied_to, found.is_applied) == (applied_to, True if applied_to else None)


def test_a_firewall_may_name_itself_where_it_is_applied() -> None:
    text = 'resource "hcloud_firewall" "f" {\n  apply_to {\n    label_selector = "a=b"\n  }\n}\n'
    found = only(read(text), CloudFirewall)
    assert (found.name, found.applied_to) == ("f", ("a=b",))


def dynamic(for_each: str) -> str:
    return (
        f'resource "hcloud_firewall" "f" {{\n  dynamic "rule" {{\n    for_each = {for_each}\n    content {{\n'
        '      direction = "in"\n      protocol = "tcp"\n      port = rule.value\n      source_ips = ["::/0"]\n'
        "    }\n  }\n}\n"
    )


def test_generated_rules_are_worked_out_or_unknown() -> None:
    known = only(read(dynamic('["80", "443"]')), CloudFirewall)
    assert [rule.ports for rule in known.rules] == [(PortRange(80, 80),), (PortRange(443, 443),)]
    unknown = only(read(dynamic("var.ports")), CloudFirewall)
    assert [(rule.protocol, rule.ports) for rule in unknown.rules] == [("tcp", Unknown("rule.value"))]


def test_annotations_in_maps_are_told() -> None:
    text = 'locals {\n  a = { b = { "load-balancer.hetzner.cloud/use-private-ip" = true } }\n}\n'
    found = only(read(text), BalancerAnnotation)
    assert (found.name, found.value, found.reaches, found.owner) == ("use-private-ip", "true", "unknown", None)
    assert at(found.origin.place(found.key)) == (2, 62, "true")


def test_a_broken_file_is_a_fault_and_the_others_are_read() -> None:
    reading = read_folder([Source("a.tf", MAIN), Source("b.tf", "locals {\n  a = [1\n  b = 2\n}\n")])
    assert reading is not None
    only(list(reading.declarations), LoadBalancer)
    (fault,) = reading.faults
    assert (fault.code, fault.message, at(fault.place)) == (
        "unreadable",
        "not valid Terraform: expected `]`",
        (3, 3, "b"),
    )


def test_what_a_broken_resource_would_add_is_not_held_against_its_balancer() -> None:
    network = 'resource "hcloud_load_balancer_network" "main" {\n  load_balancer_id = \n}\n'
    reading = read_folder([Source("a.tf", f"{network}{MAIN}")])
    assert reading is not None
    assert len(reading.faults) == 1
    assert only(list(reading.declarations), LoadBalancer).has_network is None


@pytest.mark.parametrize(
    ("path", "text"), [("a.tf", 'resource "aws_lb" "a" {'), ("a.yaml", MAIN), ("a.tf", "# hcloud_load_balancer\n")]
)
def test_other_folders_are_not_taken(path: str, text: str) -> None:
    assert read_folder([Source(path, text)]) is None


def test_the_order_of_the_files_does_not_matter() -> None:
    files = [Source("a.tf", SERVICE), Source("b.tf", MAIN), Source("c.tf", FIREWALL)]
    forward, backward = read_folder(files), read_folder(files[::-1])
    assert forward is not None
    assert backward is not None
    assert [type(thing) for thing in forward.declarations] == [type(thing) for thing in backward.declarations]
    assert ports(only(list(backward.declarations), LoadBalancer)) == [("https", 443, 31695)]


def test_files_that_declare_one_resource_are_examples_and_no_configuration() -> None:
    reading = read_folder([Source("docs/a.tf", MAIN), Source("docs/b.tf", f"# another\n{MAIN}{SERVICE}")])
    assert reading is not None
    assert (reading.declarations, reading.faults) == ((), ())
    ((path, reason),) = reading.skipped
    assert path == "docs/b.tf"
    assert reason.startswith("`hcloud_load_balancer.main` is declared in `a.tf` too, which Terraform refuses")


@pytest.mark.parametrize("name", ["override.tf", "local_override.tf"])
def test_a_file_that_overrides_may_name_a_resource_again(name: str) -> None:
    reading = read_folder([Source("a.tf", MAIN), Source(name, MAIN)])
    assert reading is not None
    assert reading.skipped == ()
    assert any(isinstance(thing, LoadBalancer) for thing in reading.declarations)


def test_a_value_in_terraform_tfvars_wins_over_the_default() -> None:
    sources = [
        Source(
            "main.tf",
            'variable "port" { default = 30080 }\n'
            'resource "hcloud_load_balancer_service" "web" {\n'
            '  load_balancer_id = "1"\n  protocol = "tcp"\n  listen_port = 80\n  destination_port = var.port\n}\n',
        ),
        Source("terraform.tfvars", "port = 31695\n"),
        Source("other.tfvars", "port = 1\n"),
    ]
    reading = read_folder(sources)
    assert reading is not None
    balancer = only(list(reading.declarations), LoadBalancer)
    assert balancer.listeners[0].destination_port == 31695
