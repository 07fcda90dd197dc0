import re

from kblint.report.options import RenderOptions
from kblint.report.trace.to_mermaid import render
from tests.report.trace_samples import branching, hostile, late_mistake, trace

OPTIONS = RenderOptions()


def test_a_broken_way_to_the_letter() -> None:
    assert (
        render(late_mistake(), OPTIONS)
        == """\
---
title: "1 journey: 1 broken"
config:
  flowchart:
    wrappingWidth: 360
---
flowchart LR
  c0(["https://shop.example<br/>✗ outcome: 503"])
  c1["✗ balancer lb https 443<br/>plain HTTP is sent to a port that speaks<br/>TLS<br/>lb.yaml:9"]
  c2["· node port 31695<br/>ingress/service.yaml:20"]
  c3["✗ Service web:80<br/>selects no pod<br/>web.yaml:15"]
  c0 --x c1
  c1 -.-> c2
  c2 -.-> c3
  classDef start font-weight:bold
  class c0 start
  classDef broken stroke:#cf222e,stroke-width:3px
  class c1 broken
  classDef dead stroke:#8c959f,stroke-dasharray:2 4
  class c2,c3 dead
"""
    )


def test_branches_part_at_their_service() -> None:
    lines = render(branching(), OPTIONS).splitlines()
    assert [line.strip() for line in lines if line.startswith("  c2 ")] == ["c2 --> c3", "c2 --> c5"]


def test_names_cannot_end_their_quotes_or_begin_markup() -> None:
    for line in render(hostile(), OPTIONS).splitlines():
        label = re.fullmatch(r'  c\d+\(?\["(.*)"\]\)?', line)
        if label:
            bare = re.sub(r"#\d+;", "", label[1].replace("<br/>", ""))
            assert re.findall(r'["<>&#;`\[\]{}|\\%*_]', bare) in ([], ["_"] * bare.count("_"))


def test_nothing_is_a_flowchart_too() -> None:
    assert render(trace(), OPTIONS).splitlines()[-1] == "flowchart LR"
