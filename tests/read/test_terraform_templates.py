"""Cloud-init that Terraform's `templatefile` renders: read as far as it goes, and sure only outside its conditions."""

from __future__ import annotations

import pytest

from kblint.intake import Input, read
from kblint.model.cluster import K3sConfig
from kblint.model.firewall import HostFirewall
from kblint.source.templates import branches, meets, without_directives
from kblint.source.text import Source, Span
from kblint.source.values import Unknown

NODE = """\
#cloud-config
write_files:
  - path: /etc/rancher/k3s/config.yaml
    content: |
FILE
runcmd:
  - ufw --force reset
  - ufw default deny incoming
  - ufw allow 443/tcp
%{ if is_server ~}
  - ufw allow ${api_port}/tcp
  - ufw allow 6443/tcp
%{ endif ~}
  - ufw --force enable
  - curl -sfL https://get.k3s.io | sh -s - server --disable servicelb
"""
CONDITIONAL = "%{ if has_ingress ~}\n      disable: [traefik]\n%{ else ~}\n      {}\n%{ endif ~}"
PLAIN = "      disable: [traefik]"


def given(text: str) -> Input:
    return read([Source("node.yaml", text)])


def one(found: Input, kind: type[HostFirewall]) -> HostFirewall:
    (firewall,) = (thing for thing in found.declarations if isinstance(thing, kind))
    return firewall


def disabled(found: Input) -> list[object]:
    configs = [thing for thing in found.declarations if isinstance(thing, K3sConfig)]
    return [value for config in configs for value in config.options["disable"].values]


def test_what_stands_outside_of_conditions_is_read() -> None:
    found = given(NODE.replace("FILE", PLAIN))
    assert disabled(found) == ["traefik", "servicelb"]
    assert not found.faults
    assert [(one.path, one.reason) for one in found.skipped] == [
        ("node.yaml", "Terraform template, read in part; render it and check what comes out")
    ]


def test_a_rule_inside_a_condition_opens_its_port_to_nobody_for_sure() -> None:
    firewall = one(given(NODE.replace("FILE", PLAIN)), HostFirewall)
    assert firewall.is_complete
    assert [rule.place.text for rule in firewall.rules] == [
        "ufw allow 443/tcp",
        "ufw allow ${api_port}/tcp",
        "ufw allow 6443/tcp",
    ]
    assert [isinstance(rule.sources, Unknown) for rule in firewall.rules] == [False, True, True]


@pytest.mark.parametrize("command", ["reset", "default allow incoming", "enable", "disable", "delete allow 443/tcp"])
def test_a_condition_around_what_decides_leaves_the_firewall_open(command: str) -> None:
    text = NODE.replace("FILE", PLAIN).replace("  - ufw allow 6443/tcp\n", f"  - ufw {command}\n")
    text = text.replace("  - ufw --force enable\n", "").replace("  - ufw allow 443/tcp", "  - ufw --force enable")
    firewall = one(given(text), HostFirewall)
    assert (firewall.active, firewall.is_complete) == (None, False)


def test_nobody_knows_what_a_file_with_a_condition_switches_off() -> None:
    found = disabled(given(NODE.replace("FILE", CONDITIONAL)))
    assert [isinstance(value, Unknown) for value in found] == [True, False]


def test_a_start_inside_a_condition_switches_off_what_nobody_knows() -> None:
    start = "  - curl -sfL https://get.k3s.io | sh -s - server --disable servicelb\n"
    text = NODE.replace("FILE", PLAIN).replace(start, f"%{{ if first }}\n{start}%{{ endif }}\n")
    assert [isinstance(value, Unknown) for value in disabled(given(text))] == [False, True]


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n%{ if x }\nspec: {type: NodePort}\n%{ endif }\n",
        "#cloud-config\nruncmd:\n%{ if x }\n  - ufw allow 1\n %{ endif }: [\n",
    ],
)
def test_objects_and_what_still_cannot_be_parsed_are_skipped(text: str) -> None:
    found = given(text)
    assert (found.declarations, found.faults, found.files) == ((), (), 0)
    assert [one.reason for one in found.skipped] == ["Terraform template; render it and check what comes out"]


def test_directives_go_and_all_else_keeps_its_place() -> None:
    text = "a: 1\r\n  %{~ if x ~} \r\nb: %{ if y }2%{ endif }\n%{ endif }\nc: 3"
    made = without_directives(Source("a.yaml", text)).text
    assert len(made) == len(text)
    assert made.split() == ["a:", "1", "b:", "%{", "if", "y", "}2%{", "endif", "}", "c:", "3"]
    assert made.index("c: 3") == text.index("c: 3")


def test_branches_are_told_from_the_outside() -> None:
    text = "a %{ if x }b%{ for i in y }c%{ endfor }d%{ else }e%{ endif } f %{ endif } %{ for z in z }g"
    source = Source("a.yaml", text)
    parts = branches(source)
    assert [text[part.start : part.end] for part in parts] == ["b%{ for i in y }c%{ endfor }d%{ else }e", "g"]
    at = [text.index(f"}}{letter}") + 1 for letter in "bceg"]
    assert all(meets(Span(start, start + 1), parts) for start in at)
    assert not meets(Span(0, 1), parts)
    assert branches(Source("a.yaml", "no directive")) == ()


@pytest.mark.parametrize("path", ["node.yaml.tftpl", "node.tftpl", "node.yaml.tpl", "user-data.txt"])
def test_cloud_init_is_known_by_what_it_holds(path: str) -> None:
    text = NODE.replace("FILE", "      write-kubeconfig-mode: 644")
    found = [one for one in read([Source(path, text)]).declarations if isinstance(one, K3sConfig) and one.is_install]
    assert [(one.role, one.values("disable")) for one in found] == [("server", ("servicelb",))]
