"""What has to hold of the tree of any text, in any of the languages: it is made of the text, and of all of it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from kblint.source.json_text import parse_json
from kblint.source.text import Place, Source, Span
from kblint.source.values import PositionedDict, PositionedList
from kblint.source.yaml_stream import parse_yaml
from kblint.syntax import apache, caddy, grammar, haproxy, nginx
from kblint.syntax.hcl import Body, parse_hcl
from kblint.syntax.hcl_nodes import span_of
from kblint.syntax.passage import InSource, Passage, whole
from kblint.syntax.shell import parse_script


def parsed(text: str) -> None:
    """Read a text in every language."""
    source = Source("a", text)
    for language in ("hcl", "bash"):
        covers(text, grammar.parse(text, language, "x"))
    hcl(text)
    script = parse_script(whole(text, InSource(source)))
    for command in script.commands:
        written(source, [*command.words, *(one.target for one in command.redirections)])
        lies(source, [command.end, *(one.place for one in command.assignments)])
    servers(source)
    for stream in (parse_yaml(source), parse_json(source)):
        lies(source, [fault.place for fault in stream.faults])
        for document in stream.documents:
            inside(Span(0, len(text)), [document.span])
            nested(document.root, len(text))


def covers(text: str, root: grammar.Node) -> None:
    """Each node lies in the one above and behind the one before; what is in none is blank."""
    open_nodes, end = [root], root.start_byte
    # of a text that is none of its language, the beginning may be left out
    assert root.has_error or not text[: root.start_byte].strip("\ufeff \t\r\n\\")
    assert 0 <= root.start_byte <= root.end_byte <= len(text)
    while open_nodes:
        node = open_nodes.pop()
        inside(span_of(node), map(span_of, node.children))
        assert all(one.end_byte <= other.start_byte for one, other in itertools.pairwise(node.children)), node.type
        open_nodes.extend(reversed(node.children))
        if not node.children:
            end = max(end, node.end_byte)
    assert end <= len(text)


def hcl(text: str) -> None:
    """Names are those that stand in the text, values stand behind them."""
    file = parse_hcl(text)
    assert file.fault is None or 0 <= file.fault.offset <= len(text)
    bodies: list[tuple[Span, Body]] = [(Span(0, len(text)), file.body)]
    while bodies:
        around, body = bodies.pop()
        for attribute in body.attributes.values():
            assert text[slice(*attribute.name_span)] == attribute.name
            inside(around, [attribute.name_span, span_of(attribute.value)])
            assert attribute.name_span.end <= attribute.value.start_byte
        for block in body.blocks:
            inside(around, [block.span])
            inside(block.span, [block.head])
            assert text.startswith(block.type, block.head.start)
            bodies.append((block.span, block.body))


def servers(source: Source) -> None:
    """Words of the configuration of servers."""
    text = whole(source.text, InSource(source))
    for part in haproxy.sections(text):
        written(source, [word for words in part.lines for word in words])
    for line in apache.directives(text):
        written(source, [*line.arguments, *(word for section in line.sections for word in section)])
    for block in caddy.blocks(text) or []:
        written(source, [*block.header, *(word for words in block.directives for word in words)])
    try:
        directives = list(nginx.parse(source.text))
    except nginx.NginxSyntaxError:
        return
    while directives:
        directive = directives.pop()
        inside(Span(0, len(source.text)), [directive.span, *(argument.span for argument in directive.arguments)])
        empty = [argument.span.start for argument in directive.arguments if not argument.text]
        assert all(text.text[start - 1 : start] in ("'", '"', "{") for start in empty)
        directives.extend(directive.block or ())


def nested(value: object, length: int) -> None:
    """Every key, value and item has its place in the text."""
    open_values: list[object] = [value]
    seen: set[int] = set()
    while open_values:
        one = open_values.pop()
        if id(one) in seen or not isinstance(one, PositionedDict | PositionedList):
            continue
        seen.add(id(one))
        if isinstance(one, PositionedList):
            spans = [one.span, *one.item_spans]
            assert len(one.item_spans) == len(one)
            open_values.extend(one)
        else:
            spans = [one.span, *one.key_spans.values(), *one.value_spans.values()]
            assert list(one.key_spans) == list(one.value_spans) == list(one)
            open_values.extend(one.values())
        inside(Span(0, length), spans)


def written(source: Source, words: Iterable[Passage]) -> None:
    """Each word stands in the source; what is nowhere else was not made up."""
    for word in words:
        assert len(word.text) == len(word.starts) == len(word.ends)
        lies(source, [word.place()])


def lies(source: Source, places: Iterable[Place]) -> None:
    assert all(place.source is source for place in places)
    inside(Span(0, len(source.text)), [place.span for place in places])


def inside(around: Span, spans: Iterable[Span]) -> None:
    assert all(around.start <= span.start <= span.end <= around.end for span in spans), (around, list(spans))
