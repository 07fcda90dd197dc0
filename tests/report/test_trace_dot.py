import shutil
import subprocess
from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest

from kblint.report.options import RenderOptions
from kblint.report.trace.to_dot import render
from kblint.tracing import Trace
from tests.report.trace_samples import branching, hostile, late_mistake, long_names, trace, two_sites

OPTIONS = RenderOptions()
DOT = shutil.which("dot")


def test_a_broken_way_to_the_letter() -> None:
    dead = 'color="#8c959f", fontcolor="#59636e", style="rounded,dotted"'
    said = r"✗ balancer lb https 443\lplain HTTP is sent to a port that speaks\lTLS\llb.yaml:9\l"
    assert render(late_mistake(), OPTIONS).splitlines() == [
        "digraph trace {",
        "  rankdir=LR",
        '  label="1 journey: 1 broken"',
        '  graph [labelloc=t, labeljust=l, fontname="Helvetica", fontsize=16, nodesep=0.25, ranksep=0.5]',
        '  node [shape=box, style=rounded, fontname="Helvetica", fontsize=11, margin="0.12,0.08"]',
        "  edge [arrowsize=0.7]",
        r'  c0 [label="https://shop.example\l✗ outcome: 503\l", penwidth=1.5]',
        f'  c1 [label="{said}", color="#cf222e", penwidth=2.5]',
        rf'  c2 [label="· node port 31695\lingress/service.yaml:20\l", {dead}]',
        rf'  c3 [label="✗ Service web:80\lselects no pod\lweb.yaml:15\l", {dead}]',
        '  c0 -> c1 [color="#cf222e", penwidth=2]',
        '  c1 -> c2 [color="#8c959f", style=dotted]',
        '  c2 -> c3 [color="#8c959f", style=dotted]',
        "}",
    ]


def test_names_cannot_end_their_quotes() -> None:
    for line in render(hostile(), OPTIONS).splitlines():
        if line.startswith("  c") and "label=" in line:
            inside = line.partition('label="')[2].rpartition('\\l"')[0]
            assert '"' not in inside.replace("\\\\", "").replace('\\"', "")


@pytest.mark.skipif(DOT is None, reason="Graphviz is not installed")
@pytest.mark.parametrize("make", [two_sites, branching, long_names, hostile, trace])
def test_graphviz_draws_it(make: Callable[[], Trace]) -> None:
    assert DOT is not None
    ran = subprocess.run([DOT, "-Tsvg"], input=render(make(), OPTIONS), capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    shown = "".join(ET.fromstring(ran.stdout).itertext())
    assert "<script>alert(1)</script>" in shown or make is not hostile
    assert all(part in shown for journey in make().journeys for part in journey.outcome.split()[:1] if part.isdecimal())
