"""What holds for every report of any input."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from kblint.finding import Finding, Location, Severity
from kblint.report.formats import format_names, format_renderer
from kblint.report.options import RenderOptions
from kblint.report.printable import cell_width
from kblint.report.to_text import render
from kblint.source.text import Place, Source, Span
from tests.report.samples import finding, result

TEXTS = st.text(alphabet=st.one_of(st.characters(), st.sampled_from("ab: \n\n\r\t日😀\u0301\u202e\x1b")), max_size=300)
SENTENCES = st.lists(st.text("abcdefgh`.,", min_size=1, max_size=12), min_size=1, max_size=20).map(" ".join)
PAGES = st.lists(st.one_of(SENTENCES, st.just("")), max_size=8).map("\n".join)
"""Texts without spaces at the ends of their lines."""
SGR = re.compile(r"\x1b\[[0-9;]+m")


@st.composite
def findings(draw: st.DrawFn, says: st.SearchStrategy[str], texts: st.SearchStrategy[str] = TEXTS) -> Finding:
    """Findings with any places in one or two files of `texts`; `says` draws what the rules wrote."""
    sources = [Source(path, draw(texts)) for path in ("a.yaml", "b.yaml")]

    def location() -> Location:
        source = draw(st.sampled_from(sources))
        ends = sorted(draw(st.tuples(*[st.integers(0, len(source.text) + 1)] * 2)))
        return Location(Place(source, Span(*ends)), draw(says))

    related = [location() for _ in range(draw(st.integers(0, 4)))]
    severity = draw(st.sampled_from(Severity))
    return finding(location(), *related, message=draw(says), help=draw(says), severity=severity)


options = st.builds(RenderOptions, color=st.booleans(), width=st.integers(1, 120), unicode=st.booleans())


@given(findings(TEXTS), options)
def test_terminal_gets_no_control_characters_but_colors(found: Finding, options: RenderOptions) -> None:
    text = render(result(found), options)
    plain = SGR.sub("", text) if options.color else text
    assert [line for line in plain.split("\n") if not line.isprintable()] == []


@given(findings(SENTENCES), st.integers(40, 100), st.booleans())
def test_lines_are_as_wide_as_asked_at_most(found: Finding, width: int, unicode: bool) -> None:
    text = render(result(found), RenderOptions(width=width, unicode=unicode))
    assert [line for line in text.splitlines() if cell_width(line) > width] == [
        line for line in text.splitlines() if line.startswith("Checked") and len(line) > width
    ]


@given(findings(SENTENCES), st.integers(40, 100))
def test_every_label_and_every_line_pointed_at_is_shown(found: Finding, width: int) -> None:
    text = render(result(found), RenderOptions(width=width))
    words = set(re.findall(r"[^ |\n]+", text))
    for location in (found.location, *found.related):
        assert set(location.label.split()) <= words
        line = location.place.source.point(location.place.span.start).line
        assert re.search(rf"^ *{line} \|", text, re.MULTILINE)


@given(findings(SENTENCES, PAGES))
def test_no_line_ends_in_spaces_where_none_of_the_source_does(found: Finding) -> None:
    lines = render(result(found), RenderOptions()).splitlines()
    assert [line for line in lines if line.endswith(" ")] == []


@settings(max_examples=30)
@given(findings(TEXTS))
def test_no_format_raises_and_all_can_be_encoded(found: Finding) -> None:
    given = result(found, found)
    for name in format_names():
        text = format_renderer(name)(given, RenderOptions())
        assert text.encode("utf-8")
        assert text == format_renderer(name)(given, RenderOptions())
