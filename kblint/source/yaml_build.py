"""From libyaml's events to positioned values, in one pass and without recursion."""

from __future__ import annotations

import sys
from typing import Any

import yaml

from kblint.source.regex import regex
from kblint.source.scalar import HINTS, STR, key_text, resolve, resolve_tagged
from kblint.source.stream import (
    MAX_DEPTH,
    MAX_EXPANDED,
    BrokenDocumentError,
    Budget,
    SyntaxFault,
    duplicate_key,
    shown,
    too_deep,
)
from kblint.source.text import Place, Source, Span
from kblint.source.values import Document, PositionedDict, PositionedList, Unknown
from kblint.source.yaml_open import LEFT_OUT, MERGE, Anchor, OpenContainer

_MERGE_TAG = "tag:yaml.org,2002:merge"
_PROPERTIES = regex(r"(?:[&!]\S*|\s+|(?<=\s)#[^\r\n]*)*")
"""Anchor and tag before a value, with what may stand between them and it."""
_IS_TEXT = regex(r"(?:&\S*+|\s++|(?<=\s)#[^\r\n]*+)*+!(?=\s)")
"""The tag `!`: whatever the value looks like, it is text. go-yaml has it so, and YAML 1.2; libyaml passes it over."""


class Builder:
    """Builds the documents of `source.text[start:end]`.

    `documents` and `faults` hold what was read so far, also after an exception, and `reached` is the offset at which a
    broken document ends. `index` is the number of the first document.
    """

    def __init__(self, source: Source, start: int, end: int, index: int, budget: Budget) -> None:
        self._budget = budget
        self.documents: list[Document] = []
        self.faults: list[SyntaxFault] = []
        self.reached = end
        self._source = source
        self._text = source.text
        self._base = start
        self._end = end
        self._index = index
        self._anchors: dict[str, Anchor] = {}
        self._written = 0
        self._shared = 0
        self._last = start

    def build(self) -> None:
        """Read all events.

        Raises:
            yaml.YAMLError: the text is broken; marks count from `start`.
            BrokenDocumentError: nesting or aliases go too far.
        """
        text, base = self._text, self._base
        parsed = text if (base, self._end) == (0, len(text)) else text[base : self._end]
        # what reads manifests for Kubernetes ends the last line first
        loader: Any = yaml.CSafeLoader(parsed if parsed.endswith(("\n", "\r")) else f"{parsed}\n")
        next_event = loader.get_event  # untyped: the stubs do not know that marks and values are always there
        scalar_event, hints, one_of = yaml.ScalarEvent, HINTS, sys.intern
        stack: list[Any] = []
        frame: Any = OpenContainer(None, base, 0)  # untyped: what its node is, `is_mapping` tells
        while (event := next_event()) is not None:
            kind = event.__class__
            if kind is scalar_event:
                self._written += 1
                start = event.start_mark.index + base
                end = event.end_mark.index + base
                value = event.value
                if start == end or event.anchor is not None or not event.implicit[0] or text[start] == "!":
                    start, end, value = self._marked_scalar(event, start, end)
                elif value[0] in hints:
                    value = resolve(value)
                self._last = end
                # what most scalars are, without a call of its own
                if frame.is_mapping:
                    key = frame.key
                    if key is None:
                        if value.__class__ is str and value != "<<":
                            frame.key = one_of(value)
                            frame.key_start, frame.key_end = start, end
                        else:
                            self._take_key(frame, event, value, start, end)
                    elif key.__class__ is str and key not in frame.node and frame.index is None:
                        frame.node[key] = one_of(value) if value.__class__ is str and len(value) < 40 else value
                        frame.offsets += (frame.key_start, frame.key_end, start, end)
                        frame.key = None
                    else:
                        self._put(frame, value, start, end)
                elif frame.node is not None:
                    frame.node.append(value)
                    frame.offsets += (start, end)
                else:
                    self._put(frame, value, start, end)
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                stack.append(frame)
                frame = self._open(event, len(stack))
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                if event.start_mark.index != event.end_mark.index:
                    self._last = event.end_mark.index + base  # a flow collection has a bracket of its own
                parent = stack.pop()
                self._close(frame, parent)
                frame = parent
            elif kind is yaml.AliasEvent:
                self._alias(frame, event, len(stack))
            elif kind is yaml.DocumentStartEvent:
                self._anchors = {}
                self._written = self._shared = 0
                self._last = event.end_mark.index + base

    def _marked_scalar(self, event: Any, start: int, end: int) -> tuple[int, int, object]:
        """Value and exact span of a scalar that is quoted, tagged, anchored or empty."""
        text = self._text
        plain, tag, value = event.implicit[0], event.tag, event.value
        start, end = min(start, self._end), min(end, self._end)
        if start == end:
            start = end = self._empty_at(start)
        elif text[start] in "&!":
            plain = plain and _IS_TEXT.match(text, start, end) is None
            match = _PROPERTIES.match(text, start, end)
            start = match.end() if match else start
        if event.style in ("|", ">"):
            end = self._end_of_block(start, end)
        if plain:
            value = resolve(value)
        elif tag is not None and tag != STR:
            try:
                value = resolve_tagged(value, tag)
            except ValueError as error:
                self._fault(Span(start, end), f"`{shown(value)}` is not what its tag `!!{error}` says")
        if event.anchor is not None:
            anchor = Anchor()
            anchor.value, anchor.is_open = value, False
            self._anchors[event.anchor] = anchor
        return start, end, value

    def _empty_at(self, offset: int) -> int:
        """Where a value that is not written belongs: behind its indicator, not at the next token."""
        if self._text[offset - 1 : offset] in (":", "-", "?"):
            return offset
        gap = self._text[self._last : offset]
        return self._last + len(gap.split("#", 1)[0].rstrip())

    def _end_of_block(self, start: int, end: int) -> int:
        """Where the last line with content of a block scalar ends."""
        text = self._text
        visible = start + len(text[start:end].rstrip())
        while visible < end and text[visible] not in "\r\n":
            visible += 1
        return visible

    def _take_key(self, frame: OpenContainer, event: Any, value: object, start: int, end: int) -> None:
        frame.key_start, frame.key_end = start, end
        if event.value == "<<" and (event.implicit[0] or event.tag == _MERGE_TAG):
            frame.key = MERGE
            return
        if value is None:
            self._null_key(frame, start, end)
            return
        key = value if isinstance(value, str) else key_text(value)
        frame.key = sys.intern(key)

    def _put(self, frame: OpenContainer, value: object, start: int, end: int) -> None:
        """Hand a complete value to the container it stands in."""
        node, key = frame.node, frame.key
        if isinstance(node, PositionedDict):
            if isinstance(key, str):
                self._place(frame, node, key, (frame.key_start, frame.key_end, start, end))
                node[key] = value
                frame.key = None
            elif key is None:
                self._take_value_as_key(frame, value, start, end)
            else:
                if key is MERGE:
                    self._merge(frame, value, Span(start, end))
                frame.key = None
        elif node is not None:
            node.append(value)
            frame.offsets += (start, end)
        elif value is not None:
            span = Span(start, end)
            self.documents.append(Document(self._source, self._index + len(self.documents), value, span))

    def _place(self, frame: OpenContainer, node: PositionedDict, key: str, offsets: tuple[int, int, int, int]) -> None:
        """Remember where an entry stands; the later of two with one key counts, in the place of the first."""
        if key in node:
            if frame.index is None:
                frame.index = {own: number for number, own in enumerate(node)}
            at = 2 + 4 * frame.index[key]
            first = Span(frame.offsets[at], frame.offsets[at + 1])
            self.faults.append(duplicate_key(self._source, key, first, Span(*offsets[:2])))
            frame.offsets[at : at + 4] = offsets
            return
        if frame.index is not None:
            frame.index[key] = len(node)
        frame.offsets += offsets

    def _take_value_as_key(self, frame: OpenContainer, value: object, start: int, end: int) -> None:
        """Use an alias or a collection as a key: what an alias names may be one, a collection may not."""
        frame.key_start, frame.key_end = start, end
        if isinstance(value, PositionedDict | PositionedList | Unknown):
            if not isinstance(value, Unknown):
                message = "a key must be a single value, not a list or mapping"
                self._fault(Span(start, end), message, "quote it if it is meant as text")
            frame.key = LEFT_OUT
        elif value is None:
            self._null_key(frame, start, end)
        else:
            frame.key = key_text(value)

    def _null_key(self, frame: OpenContainer, start: int, end: int) -> None:
        """What reads manifests for Kubernetes makes JSON of them, and refuses this one."""
        self._fault(Span(start, end), "a key must not be null", "quote it if it is meant as text")
        frame.key = LEFT_OUT

    def _merge(self, frame: OpenContainer, value: object, span: Span) -> None:
        """Remember what a merge key brings; it is merged when all explicit keys are known."""
        is_alias = self._text[span.start] == "*" if span.start < span.end else False
        parts = list(value) if isinstance(value, PositionedList) and not is_alias else [value]
        if isinstance(value, Unknown):
            return
        if not all(isinstance(part, PositionedDict | Unknown) for part in parts):
            self._fault(span, "a merge key `<<` needs a mapping or a list of mappings")
            return
        frame.merges.append([part for part in parts if isinstance(part, PositionedDict)])

    def _open(self, event: Any, depth: int) -> OpenContainer:
        """Start a container at its first own character."""
        start = event.start_mark.index + self._base
        end = event.end_mark.index + self._base
        if event.anchor is not None or event.tag is not None or self._text.startswith("! ", start):
            match = _PROPERTIES.match(self._text, start, end)
            start = match.end() if match else start
        if depth > MAX_DEPTH:
            self.reached = start + 1
            raise BrokenDocumentError(too_deep(self._source, Span(start, start + 1)))
        self._last = max(start, end) if event.flow_style else start
        node = (PositionedDict if event.__class__ is yaml.MappingStartEvent else PositionedList).to_pack()
        frame = OpenContainer(node, start, self._written + self._shared)
        self._written += 1
        if event.anchor is not None:
            frame.name = event.anchor
            frame.anchor = self._anchors[event.anchor] = Anchor()
        return frame

    def _close(self, frame: OpenContainer, parent: OpenContainer) -> None:
        """End a container where its last descendant ends, and hand it on."""
        node = frame.node
        assert node is not None
        offsets, start, end = frame.offsets, frame.start, max(self._last, frame.start)
        offsets[0], offsets[1] = start, end
        if frame.merges:
            frame.merge()
        node.pack(offsets)
        height = frame.height + 1
        parent.height = max(parent.height, height)
        anchor = frame.anchor
        if anchor is not None:
            anchor.value, anchor.is_open, anchor.height = node, False, height
            anchor.size = self._written + self._shared - frame.opened
        self._put(parent, node, start, end)

    def _alias(self, frame: OpenContainer, event: Any, depth: int) -> None:
        """Hand on what an anchor names; what cannot be handed on is unknown."""
        start = event.start_mark.index + self._base
        end = self._last = self.reached = event.end_mark.index + self._base
        span = Span(start, end)
        name = event.anchor
        anchor = self._anchors.get(name)
        value: object = Unknown(self._text[start:end])
        if anchor is None:
            self._fault(span, f"no anchor `&{shown(name)}` stands before this alias")
        elif anchor.is_open:
            self._fault(span, f"anchor `&{shown(name)}` contains itself")
        else:
            self._shared += anchor.size
            self._budget.left -= anchor.size
            if self._budget.left < 0:
                message = f"aliases expand to more than {MAX_EXPANDED:,} values"
                raise BrokenDocumentError(SyntaxFault("unreadable", Place(self._source, span), message))
            if depth + anchor.height > MAX_DEPTH:
                raise BrokenDocumentError(too_deep(self._source, span))
            frame.height = max(frame.height, anchor.height)
            value = anchor.value
        self._put(frame, value, start, end)

    def _fault(self, span: Span, message: str, help: str | None = None) -> None:
        self.faults.append(SyntaxFault("unreadable", Place(self._source, span), message, help))
