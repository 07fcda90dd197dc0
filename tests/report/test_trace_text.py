from collections.abc import Callable

import pytest
from msgspec.structs import replace

from kblint.finding import Skipped
from kblint.report.options import RenderOptions
from kblint.report.printable import cell_width
from kblint.report.trace.to_text import render
from kblint.tracing import Start, Trace
from tests.report.trace_samples import (
    LISTENER,
    PROCESS,
    branching,
    hop,
    hostile,
    journey,
    late_mistake,
    long_names,
    trace,
    two_sites,
)

OPTIONS = RenderOptions()


def test_journeys_share_what_they_have_in_common_and_part_where_they_differ() -> None:
    assert (
        render(two_sites(), OPTIONS)
        == """\
files are below deploy/

internet
├─ ✓ balancer lb https 443                                             lb.yaml:9
│  ✓ node port 31695                                     ingress/service.yaml:20
│  ✓ Service ingress-nginx-controller:80                 ingress/service.yaml:18
│  ✓ DaemonSet ingress-nginx-controller (host network)    ingress/service.yaml:3
│  ✓ ingress-nginx on 80                                 ingress/service.yaml:33
│  ├─ https://shop.example
│  │  ✓ Ingress shop                                                  web.yaml:5
│  │  ✓ Service web:80                                               web.yaml:15
│  │  ✗ VXLAN between nodes                                          web.yaml:27
│  │    the profile takes `VXLAN` as blocked
│  │  · Deployment web (pod network)                                 web.yaml:25
│  │  · nginx on 3000                                                web.yaml:35
│  │  outcome: 504
│  │
│  └─ https://blog.example/posts
│     ✓ Ingress blog                                                 web.yaml:55
│     ✓ Service blog:80                                              web.yaml:65
│     ✓ DaemonSet blog (host network)                                web.yaml:75
│     ✓ port 8080/tcp (declared, not proved)                         web.yaml:85
│     outcome: ok
│
└─ tcp://<node>:30005
   ✓ node port 30005                                                 web.yaml:17
   ✓ Service web:80                                                  web.yaml:15
   outcome: ok

Followed 3 journeys with profile hetzner-k3s: 1 broken, 2 ok.
"""
    )


def test_workloads_behind_one_service_are_branches_and_the_outcome_stands_once() -> None:
    assert (
        render(branching(), OPTIONS)
        == """\
files are below deploy/

internet
└─ http://<node>:30080
   ✓ node port 30080                                                 web.yaml:17
   ✓ Service web:80                                                  web.yaml:15
   ├─ ✓ Deployment web (pod network)                                 web.yaml:25
   │  ✓ nginx on 3000                                                web.yaml:35
   └─ ✓ Deployment web-next (pod network)                            web.yaml:45
      ✗ port 3000/tcp                                                web.yaml:49
        nothing listens there
   outcome: connection refused

Followed 1 journey with profile hetzner-k3s: 1 broken.
"""
    )


def test_without_unicode_the_tree_is_ascii() -> None:
    text = render(late_mistake(), replace(OPTIONS, unicode=False))
    assert (
        text
        == """\
files are below deploy/

internet
`- https://shop.example
   x balancer lb https 443                                             lb.yaml:9
     plain HTTP is sent to a port that speaks TLS
   . node port 31695                                     ingress/service.yaml:20
   x Service web:80                                                  web.yaml:15
     selects no pod
   outcome: 503

Followed 1 journey with profile hetzner-k3s: 1 broken.
"""
    )
    assert render(hostile(), replace(OPTIONS, unicode=False)).isascii()


def test_colour_tells_what_breaks_from_what_is_not_reached() -> None:
    lines = render(late_mistake(), replace(OPTIONS, color=True)).splitlines()
    first = next(line for line in lines if "lb https" in line)
    behind = next(line for line in lines if "Service web" in line)
    assert "\x1b[1;31m✗\x1b[0m \x1b[1;31mbalancer lb https 443\x1b[0m" in first
    assert "\x1b[2m✗\x1b[0m \x1b[2mService web:80\x1b[0m" in behind
    assert "   outcome: \x1b[1;31m503\x1b[0m" in lines


def test_a_test_on_a_node_begins_there() -> None:
    lines = render(replace(branching(), start=Start.NODE), OPTIONS).splitlines()
    assert "a node" in lines
    assert "   outcome on a node: connection refused" in lines


def test_variants_have_a_tree_each() -> None:
    made = trace(journey("http://a/", LISTENER, variant="blue"), journey("http://a/", PROCESS, variant="deploy"))
    lines = render(made, OPTIONS).splitlines()
    assert [line for line in lines if line.startswith("internet")] == ["internet in blue", "internet"]


def test_journeys_that_go_the_same_way_are_named_together() -> None:
    made = trace(journey("http://a/", LISTENER, PROCESS), journey("http://b/", LISTENER, PROCESS))
    lines = render(made, OPTIONS).splitlines()
    assert lines[3:5] == ["└─ http://a", "   http://b"]
    assert sum("outcome" in line for line in lines) == 1


def test_a_journey_that_ends_where_others_go_on_keeps_its_outcome() -> None:
    broken = journey("http://b/", LISTENER)
    made = trace(journey("http://a/", LISTENER, PROCESS), broken)
    assert render(made, OPTIONS).splitlines()[4:] == [
        "   ├─ http://a",
        "   │  ✓ nginx on 3000                                                web.yaml:35",
        "   │  outcome: ok",
        "   │",
        "   └─ http://b",
        "      outcome: ok",
        "",
        "Followed 2 journeys with profile hetzner-k3s: 2 ok.",
    ]


def test_what_was_not_followed_is_said_and_so_is_that_there_is_nothing() -> None:
    unread = (Skipped("a.yaml", "template"), Skipped("b.yaml", "broken"), Skipped("c.yaml", "broken"))
    assert render(trace(unread=unread), OPTIONS) == (
        "not followed: a.yaml: template\n"
        "not followed: 2 inputs: broken\n"
        "\n"
        "Followed 0 journeys with profile hetzner-k3s: there is no way in here.\n"
    )


def test_quiet_is_the_tree_alone() -> None:
    made = replace(branching(), unread=(Skipped("a.yaml", "template"),))
    assert render(made, replace(OPTIONS, quiet=True)).endswith("   outcome: connection refused\n")


@pytest.mark.parametrize("width", [40, 57, 80, 120])
@pytest.mark.parametrize("make", [two_sites, branching, late_mistake, long_names, hostile])
@pytest.mark.parametrize("unicode", [True, False])
def test_no_line_is_wider_than_the_terminal(make: Callable[[], Trace], width: int, unicode: bool) -> None:
    options = replace(OPTIONS, width=width, unicode=unicode)
    tree, _, rest = render(make(), options).partition("\nnot followed")
    # a command for a server is made longer when it is made harmless
    lines = (line.replace(r"#\x23", "##") for line in tree.splitlines())
    assert [line for line in lines if cell_width(line) > width] == []
    assert rest or tree.endswith(".\n")


def test_long_names_are_shown_whole() -> None:
    made = long_names()
    text = "".join(line.strip() for line in render(made, OPTIONS).splitlines())
    assert made.journeys[0].name in text
    assert "9" * 300 in text


def test_hostile_text_is_shown_and_never_obeyed() -> None:
    text = render(hostile(), OPTIONS)
    assert [character for character in text if not character.isprintable() and character != "\n"] == []
    assert "##[" not in text
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())


def test_paths_that_do_not_fit_keep_their_end() -> None:
    made = trace(journey("http://a/", hop("node", "node port 1", "ingress/service.yaml", 20)))
    source = made.journeys[0].hops[1]
    assert source.place is not None
    assert "service.yaml:20" in render(made, replace(OPTIONS, width=40))
