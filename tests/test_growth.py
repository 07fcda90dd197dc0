"""Twice the input costs twice the steps, whatever its shape; what doubles on its own comes to an end.

Steps are counted, not timed: every call of a function while a run is made, with `sys.setprofile`. The benchmark
`benchmarks/growth.py` times the same shapes, reports and views included.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType

import pytest

from kblint.report.formats import format_names, format_renderer
from kblint.report.options import RenderOptions
from kblint.run import check_and_wire
from kblint.views.checklist.build import checklist
from kblint.views.register import register
from kblint.views.trace import trace
from tests.given.growth import SHAPES as OTHERS
from tests.given.growth_hunted import BY_VIEW, MENDED
from tests.given.growth_parts import Files
from tests.given.mended import loaded
from tests.given.runs import catalog, checked, configured, topology
from tests.wire.containers import listening_of

SHAPES = {**OTHERS, **MENDED}
SIZE = 150
"""Above the numbers from which on things are no longer looked at one by one."""
WORST = 1.2

ROOT = Path(__file__).resolve().parents[1]


def calls(work: Callable[[], object]) -> int:
    """The calls of Python functions, generators going on included, that something makes."""
    count = 0

    def counted(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        if event == "call":
            count += 1

    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def steps(files: Files) -> int:
    """The calls that a check of these files makes."""
    config = configured("profile: kubernetes")
    catalog()
    return calls(lambda: checked(files, config))


def steps_of_view(view: str, files: Files) -> int:
    """The calls that another command makes once all is wired, its formats included."""
    config = configured("profile: kubernetes")
    result, _, wired = check_and_wire(loaded(files), config, catalog())

    def shown() -> object:
        if view == "checklist":
            return checklist(wired, result.findings, "kubernetes")
        return trace(wired, "kubernetes") if view == "trace" else register(wired, "kubernetes")

    names = format_names(view)
    return calls(lambda: [format_renderer(name, view)(shown(), RenderOptions()) for name in names])


@pytest.mark.long
@pytest.mark.parametrize(("view", "shape"), [(view, shape) for view, shapes in BY_VIEW.items() for shape in shapes])
def test_other_commands_take_twice_the_steps_too(view: str, shape: Callable[[int], Files]) -> None:
    steps_of_view(view, shape(SIZE // 50))
    exponent = math.log2(steps_of_view(view, shape(SIZE)) / steps_of_view(view, shape(SIZE // 2)))
    assert exponent < WORST, f"{exponent:.2f}"


LONG = frozenset(
    {
        *("commands_of_helm", "hosts_and_balancers", "kustomizations", "misspelled_gateways", "misspelled_classes"),
        *("misspelled_middlewares", "node_ports_behind_ufw", "policies_and_pods", "wildcards_over_hosts"),
        *("ports_of_one_service_of_known_images", "separate_applications", "variants_of_one_name"),
        *("services_that_select_nothing", "urls_of_many_containers"),
    }
)
"""Shapes that take more than a second: what others show a part of, or what changes seldom."""


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.long) if name in LONG else name for name in SHAPES]
)
def test_twice_the_input_takes_twice_the_steps(name: str) -> None:
    shape = SHAPES[name]
    # what is worked out once in a process is no part of it
    checked(shape(SIZE))
    exponent = math.log2(steps(shape(2 * SIZE)) / steps(shape(SIZE)))
    assert exponent < WORST, f"{exponent:.2f}"


NGINX = "/etc/nginx/conf.d/a.conf"


def script(*lines: str) -> Files:
    """A pod of nginx that runs a script."""
    web = {"name": "web", "image": "nginx", "command": ["sh", "-c", "\n".join(lines)]}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": [web]}}
    return {"a.yaml": json.dumps(pod)}


def aliases(levels: int) -> str:
    """Lists of which each holds the one before it twice."""
    return "a0: &a0 [x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n" for i in range(1, levels))


def terraform(first: str, pair: str, end: str) -> Files:
    """Locals of which each holds the one before it twice, and what is asked of the last two."""
    lines = [f"  {name}{i} = {pair.format(f'local.{name}{i - 1}')}" for i in range(1, 60) for name in "ab"]
    declared = "\n".join([f"  a0 = {first}", f"  b0 = {first}", *lines])
    return {
        "main.tf": f'locals {{\n{declared}\n}}\nresource "hcloud_load_balancer" "web" {{\n  name = "web"\n  {end}\n}}\n'
    }


DOUBLING: Mapping[str, Files] = {
    "a file added to itself": script(f"echo 'server {{ listen 81; }}' > {NGINX}", *[f"cat {NGINX} >> {NGINX}"] * 40),
    "a file added through tee": script(f"echo x > {NGINX}", *[f"cat {NGINX} | tee -a {NGINX}"] * 40),
    "a variable of a shell": script("A=xxxxxxxxxxxxx", *["A=$A$A"] * 60, 'nginx -g "$A"'),
    "lists that are equal": terraform("[1]", "[{0}, {0}]", "count = local.a59 == local.b59 ? 1 : 0"),
    "objects that differ": terraform("{x = 1}", "{{x = {0}, y = {0}}}", "count = local.a59 != local.b59 ? 1 : 0"),
    "strings in strings": terraform('"xx"', '"${{{0}}}${{{0}}}"', "location = local.a59"),
    "blocks in blocks": {"main.tf": 'resource "hcloud_load_balancer" "a" {\n' + "a {\n" * 20_000 + "}\n" * 20_001},
    "aliases of aliases": {"a.yaml": aliases(60)},
    "aliases in every document": {"a.yaml": f"---\n{aliases(18)}" * 200},
}


LONG_LINES: Mapping[str, Files] = {
    "values for helm": {"a.sh": "helm install web traefik/traefik --set " + "a=b," * 60_000 + "a=b\n"},
    "values for helm, as an object of K3s": {
        "a.yaml": json.dumps(
            {
                "apiVersion": "helm.cattle.io/v1",
                "kind": "HelmChart",
                "metadata": {"name": "traefik"},
                "spec": {"set": {"a": "b," * 400_000}},
            }
        )
    },
    "names of files": {
        "a.sh": "kubectl apply -f " + ".yaml" * 180_000 + "\n",
        "kustomization.yaml": "resources: [a.yaml]\n",
        "a.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n",
        "b.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: b}\n",
    },
}
"""What is read by expressions that look ahead, or back, as far as a line goes: calls do not tell their steps."""


@pytest.mark.parametrize("name", [*DOUBLING, *LONG_LINES])
def test_what_doubles_with_every_line_and_long_lines_come_to_an_end(name: str, tmp_path: Path) -> None:
    """In a process of its own, with 1 GB of memory and ten seconds."""
    for path, text in {**DOUBLING, **LONG_LINES}[name].items():
        (tmp_path / path).write_text(text, encoding="utf-8")
    program = textwrap.dedent("""
        import resource
        import sys

        resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
        resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
        from kblint.cli.start import main

        sys.argv = ["kblint", "check", "--allow-empty", sys.argv[1]]
        main()
    """)
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 1), done.stderr


def test_aliases_of_all_documents_of_a_file_are_counted_together() -> None:
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n"
    found = checked({"a.yaml": "---\n".join([service + "  x: 1\n", *[aliases(17)] * 20])}).findings
    assert any("aliases expand to more than 1,000,000 values" in finding.message for finding in found)


def test_a_file_that_grows_too_long_is_not_known() -> None:
    manifest = script(f"echo 'server {{ listen 81; }}' > {NGINX}", *[f"cat {NGINX} >> {NGINX}"] * 40, "nginx")["a.yaml"]
    assert 81 not in {socket.port for socket in listening_of(manifest).sockets}
    assert not listening_of(manifest).is_complete
    once = script(f"echo 'server {{ listen 81; }}' > {NGINX}", f"cat {NGINX} >> {NGINX}", "nginx")["a.yaml"]
    assert 81 in {socket.port for socket in listening_of(once).sockets}


def test_a_gateway_of_more_listeners_than_the_api_takes_is_not_known() -> None:
    found = topology(SHAPES["listeners_and_routes_of_a_gateway"](65)["all.yaml"])
    (journey,) = found.journeys
    assert journey.outcome.value == "unknown"
    assert any("more listeners than the 64" in hop.reason for hop in journey.hops)


def test_what_is_not_followed_of_one_address_is_said() -> None:
    (journey,) = topology(SHAPES["ingresses_of_one_host_and_path"](100)["all.yaml"]).journeys
    assert journey.hops[-1].label == "36 more"
    assert journey.outcome.value == "unknown"
