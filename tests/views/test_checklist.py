"""The checklist of the worked cluster, changed in one place."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from kblint.checklist import Checklist, Line, LineState
from kblint.config import load_config
from kblint.intake import load, read
from kblint.report.places import path_and_line
from kblint.run import judge_objects, wire_all
from kblint.source.text import Source
from kblint.views.checklist.build import checklist
from tests.given.hetzner import listener
from tests.given.manifests import service, stream
from tests.given.runs import checked

FOLDER = Path(__file__).parents[2] / "fixtures" / "worked"
CONFIG = load_config(FOLDER / "kblint.yaml", FOLDER)
CONTROLLER = "ingress-nginx-controller"


def made(*changes: tuple[str, str, str], without: str = "", judged: bool = True) -> Checklist:
    """The checklist with texts replaced (path, old, new), without a file, or without what the rules say."""
    texts = {source.path: source.text for source in load((".",), CONFIG, FOLDER).sources if source.path != without}
    for path, old, new in changes:
        assert old in texts[path], (path, old)
        texts[path] = texts[path].replace(old, new)
    sources = tuple(Source(path, text) for path, text in texts.items())
    findings = checked(sources, CONFIG).findings if judged else ()
    given = read(sources)
    return checklist(wire_all(given, CONFIG, judge_objects(given, CONFIG)), findings, "kubernetes")


def line(found: Checklist, id: str, name: str = "web") -> Line:
    application = next(one for variant in found.variants for one in variant.applications if one.object.name == name)
    return next(one for one in application.lines if one.id == id)


def places(found: Line) -> list[str]:
    return [path_and_line(place) for place in found.evidence]


def commands(found: Line) -> list[str]:
    return [command.command for command in found.commands]


UFW_WEB = "8081/tcp                   ALLOW       10.0.0.11                  # web from node-1\n"


def test_a_port_open_to_some_addresses_stays_open_with_every_rule_shown() -> None:
    found = line(made(), "host-firewall")
    assert found.state is LineState.OPEN
    assert "8081/tcp is open to 10.0.0.11/32, 10.0.0.12/32, 10.0.0.13/32" in found.detail
    assert places(found) == ["ufw-status.txt:10", "ufw-status.txt:11", "ufw-status.txt:12"]
    assert commands(found) == ["sudo ufw status verbose"]


def test_a_port_open_to_everybody_is_ticked() -> None:
    found = line(made(("ufw-status.txt", UFW_WEB, UFW_WEB.replace("10.0.0.11", "Anywhere "))), "host-firewall")
    assert (found.state, found.detail, places(found)) == (LineState.TICKED, "8081/tcp is open", ["ufw-status.txt:10"])


def test_a_node_port_opened_in_place_of_the_port_behind_it_is_crossed() -> None:
    found = line(made(("ufw-status.txt", "8081/tcp ", "30081/tcp")), "host-firewall")
    assert found.state is LineState.CROSSED
    assert found.rules == ("NODE006",)
    assert "8081" in found.detail
    assert "ufw allow from NODE_NETWORK to any port 8081 proto tcp" in found.help
    assert commands(found) == []


def test_an_inactive_firewall_lets_all_through() -> None:
    found = line(made(("ufw-status.txt", "Status: active", "Status: inactive")), "host-firewall")
    assert found.state is LineState.TICKED


def test_without_a_firewall_file_the_line_is_open() -> None:
    found = line(made(without="ufw-status.txt"), "host-firewall")
    assert found.state is LineState.OPEN
    assert commands(found)[0] == "sudo ufw status verbose"


def test_ufw_does_not_filter_node_ports_of_the_pod_network() -> None:
    found = line(made(), "host-firewall", CONTROLLER)
    assert found.state is LineState.TICKED
    assert found.detail.startswith("not needed")


def test_a_cloud_firewall_that_opens_the_node_port_to_the_balancer_is_ticked() -> None:
    found = line(made(), "cloud-firewall")
    assert (found.state, places(found)) == (LineState.TICKED, ["cloud-firewall.json:21"])


def test_a_cloud_firewall_without_the_node_port_is_crossed_with_the_command_that_mends_it() -> None:
    found = line(made(("cloud-firewall.json", '"31695"', '"31696"')), "cloud-firewall")
    assert found.state is LineState.CROSSED
    assert found.rules == ("NODE005",)
    assert found.help.endswith(
        "`hcloud firewall add-rule --direction in --protocol tcp --port 31695 --source-ips 203.0.113.10/32 nodes`"
    )
    assert commands(found) == []


def test_a_private_network_passes_the_cloud_firewall_by() -> None:
    found = line(made(("lb/lb1.yaml", "use_private_ip: false", "use_private_ip: true")), "cloud-firewall")
    assert found.state is LineState.TICKED
    assert found.detail.startswith("not needed")


def test_without_a_cloud_firewall_file_the_line_is_open() -> None:
    found = line(made(without="cloud-firewall.json"), "cloud-firewall")
    assert found.state is LineState.OPEN
    assert commands(found)[0] == "hcloud firewall list"


def test_a_working_overlay_needs_no_host_network() -> None:
    found = line(made(), "every-node", CONTROLLER)
    assert found.state is LineState.TICKED
    assert found.detail == "not needed, 8472/udp is open between the nodes"
    assert places(found) == ["ufw-status.txt:13"]


@pytest.mark.parametrize(
    ("change", "id", "detail"),
    [
        (
            ("web.yaml", "listen 8081", "listen 8082"),
            "listening",
            "the process listens on 8082",
        ),
        (
            ("web.yaml", "listen 8081", "listen 127.0.0.1:8081"),
            "listening",
            "`nginx` listens on `127.0.0.1` only",
        ),
        (("web.yaml", "hostPort: 8081", "hostPort: 8082"), "host-ports", "`hostPort` differs from `containerPort`"),
        (("web.yaml", "targetPort: 8081", "targetPort: htpp"), "service", "no container declares target port htpp"),
        (
            ("web.yaml", "targetPort: 8081", "targetPort: 8080"),
            "service",
            "the process listens on 8081",
        ),
        (("ingress.yaml", "number: 80", "number: 8083"), "route", "Service `web` has no port `8083`"),
        (("web.yaml", "nodePort: 30081", "nodePort: 31695"), "unique", "is also claimed by Service ingress-nginx/"),
    ],
)
def test_what_the_wiring_proves_wrong_is_crossed_where_a_rule_tells_it(
    change: tuple[str, str, str], id: str, detail: str
) -> None:
    silent = line(made(change, judged=False), id)
    assert silent.state is LineState.OPEN
    assert detail in silent.detail
    assert silent.rules == ()
    judged = line(made(change), id)
    assert judged.state is LineState.CROSSED
    assert judged.rules != ()


def test_a_mistake_crosses_one_line_of_the_application() -> None:
    found = made(("web.yaml", "targetPort: 8081", "targetPort: 8080"))
    web = next(one for one in found.variants[0].applications if one.object.name == "web")
    assert [one.id for one in web.lines if one.state is LineState.CROSSED] == ["service"]


def test_what_is_wrong_with_another_listener_does_not_cross_the_line() -> None:
    other = textwrap.indent(listener("https", 8443, 30081, proxyprotocol=False, http="{certificates: []}"), "  ")
    found = made(("lb/lb1.yaml", "targets:\n", f"{other}targets:\n"))
    assert line(found, "balancer", CONTROLLER).state is LineState.TICKED
    assert line(found, "balancer").state is LineState.CROSSED


def test_a_listener_that_leads_nowhere_leaves_the_line_open() -> None:
    found = line(
        made(
            (
                "lb/lb1.yaml",
                "listen_port: 443\n    destination_port: 31695",
                "listen_port: 443\n    destination_port: 31999",
            ),
            judged=False,
        ),
        "balancer",
    )
    assert found.state is LineState.OPEN
    assert found.detail == "https 443 to 31999, which nothing here has"
    assert commands(found) == ["hcloud load-balancer describe LOAD_BALANCER -o yaml"]


def test_a_finding_that_is_no_lines_own_has_a_line() -> None:
    ports = "[{name: a, port: 80, targetPort: 8081}, {name: a, port: 81, targetPort: 8081}]"
    extra = service("second", namespace="web", selector="{app.kubernetes.io/name: web}", ports=ports)
    found = made(("web.yaml", "# web: nginx", f"{stream('', extra, '')}# web: nginx"))
    assert line(found, "service").state is LineState.CROSSED
    assert "SVC011" in line(found, "service").rules
