import re
from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest
from msgspec.structs import replace

from kblint.report.options import RenderOptions
from kblint.report.trace.svg_cards import NAME, PATH, PROSE, ending, fitting
from kblint.report.trace.to_svg import render
from kblint.tracing import Start, Trace
from tests.report.trace_samples import branching, hop, hostile, journey, late_mistake, long_names, trace, two_sites

OPTIONS = RenderOptions()
SVG = "{http://www.w3.org/2000/svg}"
SAMPLES = [two_sites, branching, late_mistake, long_names, hostile, trace]


def drawn(made: Trace) -> ET.Element:
    return ET.fromstring(render(made, OPTIONS))


def texts(picture: ET.Element) -> list[str]:
    return [element.text or "" for element in picture.iter(f"{SVG}text")]


def looks(picture: ET.Element, tag: str, first: str) -> list[str]:
    found = (element.get("class", "").split() for element in picture.iter(f"{SVG}{tag}"))
    return [names[-1] for names in found if names and names[0] == first]


@pytest.mark.parametrize("make", SAMPLES)
def test_a_picture_holds_nothing_but_itself(make: Callable[[], Trace]) -> None:
    picture = drawn(make())
    tags = {element.tag.removeprefix(SVG) for element in picture.iter()}
    assert tags <= {"svg", "title", "style", "defs", "g", "circle", "path", "marker", "rect", "text", "use"}
    for element in picture.iter():
        assert [name for name in element.attrib if name.startswith("on")] == []
        assert element.get("href", "#").startswith("#")
    style = picture.findtext(f"{SVG}style") or ""
    assert "url(" not in style
    assert "@import" not in style


@pytest.mark.parametrize("make", SAMPLES)
def test_everything_lies_inside_the_picture(make: Callable[[], Trace]) -> None:
    picture = drawn(make())
    width, height = float(picture.get("width", "")), float(picture.get("height", ""))
    assert picture.get("viewBox") == f"0 0 {picture.get('width')} {picture.get('height')}"
    for element in picture.iter():
        x, y = float(element.get("x", 0)), float(element.get("y", 0))
        if element.tag in (f"{SVG}rect", f"{SVG}text", f"{SVG}use"):
            assert 0 <= x <= x + float(element.get("width", 0)) <= width
            assert 0 <= y <= y + float(element.get("height", 0)) <= height


@pytest.mark.parametrize("make", SAMPLES)
def test_text_stays_on_its_card(make: Callable[[], Trace]) -> None:
    cells = {face.name: face for face in (NAME, PATH, PROSE)}
    for card in drawn(make()).iter(f"{SVG}g"):
        box = card.find(f"{SVG}rect")
        for text in card.iter(f"{SVG}text"):
            face = cells.get(text.get("class", "").split()[0])
            if box is not None and face:
                right = float(box.get("x", "")) + float(box.get("width", ""))
                assert float(text.get("x", "")) + face.width(text.text or "") <= right


def test_it_says_what_people_ask_for_and_its_outcome() -> None:
    said = texts(drawn(two_sites()))
    assert said[:2] == ["3 journeys: 1 broken, 2 ok", "profile hetzner-k3s, files below deploy/"]
    assert {"https://shop.example", "outcome: 504", "arrives", "web.yaml:27", "declared, not"} <= set(said)


def test_columns_are_named_and_only_those_in_use() -> None:
    assert texts(drawn(two_sites()))[2:9] == [
        "INTERNET", "LOAD BALANCER", "NODE", "INGRESS CONTROLLER", "SERVICE", "POD", "PROCESS",
    ]  # fmt: skip
    assert texts(drawn(replace(branching(), start=Start.NODE)))[2:7] == ["A NODE", "NODE", "SERVICE", "POD", "PROCESS"]


def test_what_breaks_is_red_and_what_is_behind_it_is_not_reached() -> None:
    picture = drawn(late_mistake())
    assert looks(picture, "g", "card") == ["ok", "broken", "dead", "dead"]
    assert sorted(looks(picture, "path", "way")) == ["broken", "dead", "dead"]
    assert "plain HTTP is sent to a" in texts(picture)


def test_what_is_unknown_is_told_apart() -> None:
    made = trace(journey("http://a/", hop("node", "node port 1", unknown="nobody knows"), hop("pod", "Pod a")))
    picture = drawn(made)
    assert looks(picture, "g", "card") == ["ok", "unknown", "ok"]
    assert looks(picture, "path", "way") == ["unknown", "unknown"]
    assert "cannot be known" in texts(picture)


def test_it_is_readable_by_day_and_by_night() -> None:
    style = drawn(two_sites()).findtext(f"{SVG}style") or ""
    day, _, night = style.partition("@media (prefers-color-scheme:dark)")
    selectors = [re.findall(r"([^{}]+)\{[^}]*(?:fill|stroke):#", sheet) for sheet in (day, night.strip("{"))]
    assert selectors[0] == selectors[1]
    assert len(selectors[0]) > 10


def test_long_names_are_cut_short_and_said_whole() -> None:
    made = long_names()
    text = render(made, OPTIONS)
    titles = [element.text or "" for element in ET.fromstring(text).iter(f"{SVG}title")]
    name = made.journeys[0].hops[2].label
    assert any(name in title for title in titles)
    assert not any(name in one for one in texts(ET.fromstring(text)))
    assert any(one.endswith("…") for one in texts(ET.fromstring(text)))


def test_hostile_text_is_shown_and_never_obeyed() -> None:
    text = render(hostile(), OPTIONS)
    assert "<script" not in text
    assert [character for character in text if not character.isprintable() and character != "\n"] == []
    assert "##[" not in text
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())
    assert any("<script>alert(1)</script>" in (one.text or "") for one in ET.fromstring(text).iter(f"{SVG}title"))


def test_a_name_without_end_is_cut() -> None:
    made = trace(journey(f"http://{'a' * 1_000_000}/", hop("node", "é" * 1_000_000, "web.yaml", 3)))
    assert len(texts(drawn(made))) < 40


def test_the_same_trace_is_the_same_picture() -> None:
    assert render(two_sites(), OPTIONS) == render(two_sites(), RenderOptions(color=True, width=40))


def test_lines_break_where_names_have_joints() -> None:
    assert fitting("ingress-nginx-controller:80", NAME, 16 * NAME.cell, 3) == ["ingress-nginx-", "controller:80"]
    assert fitting("abcdefghij", NAME, 4 * NAME.cell, 2) == ["abcd", "efg…"]
    assert fitting("cloud firewall", NAME, 8.1 * NAME.cell, 1) == ["cloud…"]
    assert fitting("", NAME, 100, 3) == []


def test_paths_are_cut_at_a_folder_if_they_can_be() -> None:
    assert ending("deploy/ingress/service.yaml:20", PATH, 20 * PATH.cell) == "…/service.yaml:20"
    assert ending("deploy/ingress-service.yaml:20", PATH, 12.1 * PATH.cell) == "…ice.yaml:20"
    assert ending("a/b", PATH, 12 * PATH.cell) == "a/b"
