import csv
import io
import json
from importlib import resources

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from msgspec.structs import replace

from kblint.register import Entry, FreePorts, PortKind, Register, RegisterVariant
from kblint.report.formats import format_names, format_renderer
from kblint.report.options import RenderOptions
from kblint.report.ports.to_markdown import document, is_document
from kblint.report.ports.wording import port_of
from kblint.source.text import Place, Source, Span

MARKDOWN = MarkdownIt("commonmark").enable("table")
SCHEMA = json.loads(resources.files("kblint.report.ports").joinpath("ports.schema.json").read_text("utf-8"))
NASTY = st.text(alphabet=st.one_of(st.sampled_from("`|*_[]()<>!&#~\\@:/=+-> ab\n\x1b\r\t\x9b\u202e"), st.characters()))
ENTRY = Entry(
    PortKind.HOST,
    8080,
    "TCP",
    "",
    "every node",
    "DaemonSet shop/web",
    "container web",
    Place(Source("app.yaml", "a\nb\n"), Span(2, 3)),
)


def register(*entries: Entry, name: str = "") -> Register:
    return Register("hetzner-k3s", (RegisterVariant(name, entries),), free=FreePorts((8081,), ()))


def rendered(format_name: str, made: Register, *, width: int = 80) -> str:
    return format_renderer(format_name, "ports")(made, RenderOptions(width=width))


def test_the_formats_are_those_of_the_folder() -> None:
    assert format_names("ports") == ("csv", "json", "markdown", "table")
    with pytest.raises(KeyError):
        format_renderer("svg", "ports")


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (ENTRY, "8080/tcp"),
        (replace(ENTRY, address="127.0.0.1"), "127.0.0.1:8080/tcp"),
        (replace(ENTRY, address="::1", protocol="UDP"), "[::1]:8080/udp"),
        (replace(ENTRY, port=None), "?/tcp"),
    ],
)
def test_a_port_is_shown_with_its_address(entry: Entry, expected: str) -> None:
    assert port_of(entry) == expected


def test_a_wide_terminal_has_a_line_for_each_port() -> None:
    assert rendered("table", register(ENTRY), width=100) == (
        "Host ports: one of each per node, protocol and address\n"
        "  8080/tcp  DaemonSet shop/web  container web  app.yaml:2\n"
        "\n"
        "Free host ports: 8081\n"
        "Free node ports: none is left\n"
        "\n"
        "1 port in use.\n"
    )


def test_what_does_not_fit_stands_below() -> None:
    long = replace(ENTRY, use="container " + "w" * 20, conflict="also claimed by DaemonSet shop/api")
    assert rendered("table", register(long), width=50).splitlines()[1:4] == [
        "! 8080/tcp  DaemonSet shop/web",
        "            container wwwwwwwwwwwwwwwwwwww",
        "            app.yaml:2",
    ]


@given(st.lists(NASTY, min_size=5, max_size=5))
def test_no_text_leaves_its_place(texts: list[str]) -> None:
    holder, use, where, conflict, path = texts
    place = Place(Source(path, "x"), Span(0, 1))
    entry = replace(ENTRY, holder=holder, use=use, where=where, conflict=conflict, place=place)
    made = register(entry, name=path)
    for format_name in ("table", "markdown", "json"):
        text = rendered(format_name, made)
        assert all(line.isprintable() for line in text.split("\n"))
        assert not any(line.lstrip(" ").startswith("::") for line in text.split("\n"))
    tokens = MARKDOWN.parse(rendered("markdown", made))
    assert [token.type for token in tokens].count("td_open") == 5
    assert not {token.type for token in tokens} & {"html_block"}
    inline = {child.type for token in tokens for child in token.children or ()}
    assert inline <= {"text", "code_inline", "strong_open", "strong_close", "html_inline"}
    rows = list(csv.reader(io.StringIO(rendered("csv", made))))
    assert [len(row) for row in rows] == [11, 11, 11]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    jsonschema.validate(json.loads(rendered("json", made)), SCHEMA)


def test_a_command_cannot_end_the_comment_it_stands_in() -> None:
    text = document(register(ENTRY), "kblint ports '--> <script>' --write\nPORTS.md")
    assert text.splitlines()[0].count("-->") == 1
    assert is_document(text)


@pytest.mark.parametrize(("text", "expected"), [("", True), ("\n", True), ("# Ports\n", False), ("<!-- x -->", False)])
def test_only_what_kblint_wrote_is_overwritten(text: str, expected: bool) -> None:
    assert is_document(text) is expected


def test_the_document_names_files_without_lines() -> None:
    assert "app.yaml:2" not in document(register(ENTRY), "")
    assert "`app.yaml`" in document(register(ENTRY), "")


def test_several_variants_have_headings() -> None:
    made = Register("p", (RegisterVariant("a", (ENTRY,)), RegisterVariant("b", (ENTRY,))))
    text = rendered("markdown", made)
    assert [line for line in text.splitlines() if line.startswith("#")] == [
        "# Ports",
        "## `a`",
        "### Host ports",
        "## `b`",
        "### Host ports",
    ]
