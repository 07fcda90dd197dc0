"""Secrets in text that a name stands before, in whatever language: `password: …`, `TOKEN=…`, `--token …`.

A text that does not parse, a script in a ConfigMap and a comment are read here as well as anything else, line by line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kblint.secrets.folding import folded, lines_with
from kblint.secrets.names import HINTS, is_secret_header, is_secret_name
from kblint.secrets.values import is_open
from kblint.source.regex import regex
from kblint.source.text import Span

_NAMED = regex(
    r"(?<![\w.$-])(?P<dash>-{0,2})(?P<name>[A-Za-z_][\w.-]*+)(?P<close>\\*[\"'])?(?:"
    r"[ \t]*(?P<sign>:=|\?=|\+=|=(?![=~>])|:)"
    r"|(?P<next>[ \t]*,[ \t\r\n]*|[ \t]*(?:#[^\n]*)?\r?\n[ \t]*-[ \t]+|[ \t]+(?:\\\r?\n[ \t]*)?))"
)
"""A name with what joins it to its value; `next` where the value is the next word or item, as after a flag."""
_OPENING = regex(r"[ \t]*(?P<quote>\\*[\"'])")
_HEREDOC = regex(r"[ \t]*<<[-~]?[ \t]*(?P<quote>[\"']?)(?P<word>[A-Za-z_]\w*)(?P=quote)[^\n]*\n")
_PROPERTIES = regex(r"[ \t]*(?:(?:&|!!)[\w/.-]*[ \t]+)*")
"""Blanks, and what YAML allows before a value: an anchor, a standard tag."""
_BLOCK = regex(r"[|>][-+\d]*[ \t]*(?:#[^\n]*)?\r?(?:\n|\Z)")
_NOTHING = regex(r"(?:#[^\r\n]*)?\r?(?:\n|\Z)")
_LINE = regex(r"(?P<indent>[ \t]*)(?P<said>[^\r\n]*)(?:\r\n|\r|\n|\Z)")
_STRUCTURE = regex(r"-(?:\s|$)|[\w.\"'/-]+\s*:(?:\s|$)|[{\[#&*]")
"""How a line begins that is no plain text: an item, a key, a collection, a comment."""
_REST = regex(r"[^\r\n]*")
_INLINE = regex(r"[^\r\n\"',}\]]{0,4096}")
_UP_TO = {quote: regex(rf"[^\r\n{quote}]{{0,4096}}") for quote in "\"'"}
_WORD = regex(
    r"(?:\$?\{\{(?:(?!\}\})[^\n])*\}\}|\$\{[^{}\n]*\}|\$\([^()\n]*\)"
    r"|[^\s\"'`|<>,;&]|[,;&](?![ \t]*[\w.-]{1,100}[ \t]*=))+"
)
"""A word of a shell, up to what begins the next pair in `a=1,b=2`."""
_PHRASE = regex(r"(?:[ \t]+[\w!?.,]+)+[ \t]*(?=[\r\n]|\Z)")
"""More words on the line than one: a passphrase in a file of settings; a command has flags, paths or variables."""
_COMMENT = regex(r"(?<=[ \t])(?:#|//)")
_LONGEST = 1 << 18
"""Characters of a text in quotes; a quote that closes further away is another one's."""
_OPENS = regex(r"[{\[(][ \t]*(?:[\r\n]|\Z)|\{ ")
"""A mapping or a list that only begins here."""
_ITEM = regex(r"(?P<indent>[ \t]*)-[ \t]+(?![\w.\"'/-]+:(?:\s|$))(?P<said>[^\r\n]*)(?:\r\n|\r|\n|\Z)")
_INSIDE = regex(r"[{ \t]*[\"']?(?:value|default|plaintext|plain|raw|content|list)[\"']?[ \t]*(?P<sign>:)")
"""Under a name that says that it is secret: what holds the secret itself."""
_STRING = regex(r"\"((?:\\.|[^\"\\\n])*)\"")
_EXPRESSION = regex(r"[A-Za-z_][\w-]*(?:\.[\w*-]+|\[[^\]\n]*\])*(?:[ \t]*(?:[\r\n]|\Z)|\(|[ \t]+[?=!<>&|+*/-])|\[")
"""What Terraform works out: a reference, or a call."""
_FALLBACK = regex(r"\$\{\w+:?[-=+]([^{}]*)\}")
"""A variable with what stands in for it where it is not set."""
_BESIDE = regex(
    r"(?m)^[ \t]*(?:-[ \t]+)?[\"']?(?:path[\"']?[ \t]*:[ \t]*[\"']?[\w./~-]*/\.?"
    r"|(?:name|key|variable)[\"']?[ \t]*[:=][ \t]*[\"']?)"
    r"(?P<name>[\w.-]+)[\"']?[ \t]*,?[ \t]*(?:#[^\n]*)?\r?\n(?:[ \t]*#[^\n]*\n){0,3}"
    r"[ \t]*[\"']?(?:value|default|content)[\"']?[ \t]*(?P<sign>[:=])"
)
"""A name on one line, its value on the next, as in an environment or in `set` of a `helm_release`."""
_BEFORE = regex(
    r"(?m)^[ \t]*(?:-[ \t]+)?[\"']?value[\"']?[ \t]*(?P<sign>[:=])(?=[^\n]*\n(?:[ \t]*#[^\n]*\n){0,3}"
    r"[ \t]*[\"']?(?:name|key)[\"']?[ \t]*[:=][ \t]*[\"']?(?P<name>[\w.-]+))"
)
"""The value first."""
_NAME_LINE = regex(r"[ \t]*[\"']?(?:name|key)[\"']?[ \t]*[:=]")
_FLOW = regex(r"\{([^{}]*)")
_FLOW_NAME = regex(r"(?<![\w.-])(?:name|key)[\"']?[ \t]*[:=][ \t]*[\"']?(?P<name>[\w.-]+)")
_FLOW_VALUE = regex(r"(?<![\w.-])value[\"']?[ \t]*(?P<sign>[:=])")
_VARIABLE = regex(r"variable(?<=\bvariable)[ \t]+\"(?P<name>[\w-]+)\"[ \t]*\{[^{}]*?\bdefault[ \t]*(?P<sign>=)")


def named(text: str, *, is_terraform: bool) -> Iterator[Span]:
    """The values of what has a name that says so; `is_terraform` where words without quotes are expressions."""
    for span in _values(_Reader(text, is_terraform=is_terraform), text):
        fallback = _FALLBACK.fullmatch(text, *span)
        if fallback is None:
            yield span
        elif not is_open(fallback[1]):
            yield Span(*fallback.span(1))


def _values(reader: _Reader, text: str) -> Iterator[Span]:
    lines = lines_with(folded(text), HINTS)
    covered = 0
    for match in _named(text, lines):
        is_name = match.start() >= covered and (match["sign"] or match["dash"])
        if is_name and is_secret_name(match["name"]) and not _is_address(text, match):
            for span in reader.values(match):
                yield span
                covered = span.end
    for flow in _FLOW.finditer(text):
        name = _FLOW_NAME.search(text, *flow.span(1))
        if name and is_secret_header(name["name"]):
            for match in _FLOW_VALUE.finditer(text, *flow.span(1)):
                yield from reader.after(match.end(), match["sign"], column=-1)
    beside = (_BESIDE.match(text, line) for line in lines)
    before = (_BEFORE.match(text, line) for line in _up_to_named(text, lines))
    for pair in (*beside, *before, *_VARIABLE.finditer(text)):
        if pair and is_secret_header(pair["name"]):
            yield from reader.after(pair.end("sign"), pair["sign"], column=_column(text, pair.start("name")))


def _named(text: str, lines: Iterable[int]) -> Iterator[re.Match[str]]:
    """Names with what joins them to their values, in lines that hold a secret name if any."""
    position = 0
    for start in lines:
        end = text.find("\n", start)
        if position > end >= 0:
            continue
        for match in _NAMED.finditer(text, max(start, position)):
            if match.start() > end >= 0:
                break
            yield match
            position = match.end()


def _up_to_named(text: str, lines: Iterable[int]) -> Iterator[int]:
    """Where the lines begin behind which a name may stand, with three comments between."""
    found: set[int] = set()
    for line in lines:
        start = line if _NAME_LINE.match(text, line) else 0
        for _ in range(4):
            if start > 0:
                start = text.rfind("\n", 0, start - 1) + 1
                found.add(start)
    yield from sorted(found)


def _is_address(text: str, match: re.Match[str]) -> bool:
    """Whether this is no name of a value: `host:port`, the tag of an image, an annotation that names a Secret."""
    start, end = match.start(), match.end()
    if match["sign"] == ":" and text[start - 1 : start] == "/" and match["name"].lower().endswith("secret"):
        return True
    if match["sign"] != ":" or match["close"] or match["dash"] or text[end : end + 1] in ("", " ", "\t", "\r", "\n"):
        return False
    is_header = text[start - 1 : start] in ("'", '"') and not re.match(r"\d{1,5}\b", text[end : end + 6])
    return not is_header


def _is_prose(text: str, match: re.Match[str]) -> bool:
    """Whether a comma behind a flag parts no items of a list: `use --token, or …`."""
    start = match.start()
    is_listed = text.rfind("[", max(0, start - 500), start) > text.rfind("]", max(0, start - 500), start)
    return "," in match["next"] and not match["close"] and not is_listed


def _column(text: str, offset: int) -> int:
    """How far into its line a name stands, where only blanks, dashes of a list and a quote stand before it; else -1."""
    near = text[max(0, offset - 500) : offset]
    before = re.split(r"[\r\n]", near)[-1].rstrip("\"'")
    return len(before) if len(before) < 500 and not before.strip(" \t-") else -1


class _Reader:
    """Reads values in a text."""

    def __init__(self, text: str, *, is_terraform: bool) -> None:
        self._text = text
        self._is_terraform = is_terraform

    def values(self, match: re.Match[str]) -> Iterator[Span]:
        """The value after a name."""
        end, quote = match.end(), self._text[match.start() - 1 : match.start()]
        if match["sign"]:
            is_quoted = quote in _UP_TO and not match["close"]
            column = -1 if is_quoted else _column(self._text, match.start())
            yield from self.after(end, match["sign"], column=column, quote=quote if is_quoted else "")
        elif self._text[end : end + 1] != "-" and not _is_prose(self._text, match):
            yield from self._shut(quoted) if (quoted := self._quoted(end)) else self._word(end)

    def after(self, position: int, sign: str, *, column: int, quote: str = "") -> Iterator[Span]:
        """The value after a sign.

        `column` is where its name begins, -1 where that is inside a line; `quote` is what both stand in.
        """
        text = self._text
        if heredoc := _HEREDOC.match(text, position):
            end = re.compile(rf"^[ \t]*{heredoc['word']}[ \t]*\r?$", re.MULTILINE).search(text, heredoc.end())
            yield Span(heredoc.end(), end.start() if end else len(text))
            return
        start = _end(_PROPERTIES, text, position)
        if sign == ":" and column >= 0 and (header := _BLOCK.match(text, start) or _NOTHING.match(text, start)):
            yield from self._below(header.end(), column, is_block=header.re is _BLOCK)
        elif not quote and (quoted := self._quoted(start)):
            yield from self._shut(quoted)
        elif self._is_terraform and sign == "=" and column >= 0 and _EXPRESSION.match(text, start):
            yield from self._literals(start)
        elif sign != ":" and not _OPENS.match(text, start):
            yield from self._word(start, is_line=column >= 0, is_spaced=column >= 0 and start > position)
        elif sign == ":" and (inside := _INSIDE.match(text, start)):
            yield from self.after(inside.end(), ":", column=-1)
        elif sign == ":" and (text[start : start + 1] not in ("{", "[", "*", "!") or text.startswith("{{", start)):
            yield from self._scalar(start, column, quote)

    def _shut(self, span: Span) -> Iterator[Span]:
        if not is_open(self._text[span.start : span.end]):
            yield span

    def _quoted(self, position: int) -> Span | None:
        """What stands in quotes here; up to the end of the line where they do not close."""
        text = self._text
        opening = _OPENING.match(text, position)
        if opening is None:
            return None
        quote, start = opening["quote"], opening.end()
        end = start
        while (end := text.find(quote, end, start + _LONGEST)) >= 0:
            if quote != '"' or not _is_escaped(text, end):
                return Span(start, end)
            end += 1
        return Span(start, _end(_REST, text, start))

    def _scalar(self, start: int, column: int, quote: str) -> Iterator[Span]:
        """A plain value of YAML or of a header, with the lines that continue it."""
        text = self._text
        end = _end(_UP_TO[quote] if quote else _REST if column >= 0 else _INLINE, text, start)
        comment = None if quote else _COMMENT.search(text, start + 1, end)
        said = text[start : comment.start() if comment else end].rstrip().rstrip(",")
        if not is_open(said):
            yield Span(start, start + len(said))
            if column >= 0:
                yield from self._deeper(_end(_LINE, text, end), column, is_block=True)

    def _below(self, position: int, column: int, *, is_block: bool) -> Iterator[Span]:
        """What stands below a name: a block, the items of a list, a mapping with a value, or plain text."""
        line = _LINE.match(self._text, position)
        inside = _INSIDE.match(self._text, position)
        if not is_block and inside and line and len(line["indent"]) > column:
            yield from self.after(inside.end(), ":", column=len(line["indent"]))
            return
        while not is_block and (item := _ITEM.match(self._text, position)) and len(item["indent"]) >= column:
            quoted = self._quoted(item.start("said"))
            yield from self._shut(quoted) if quoted else self._scalar(item.start("said"), -1, "")
            position = item.end()
        yield from self._deeper(position, column, is_block=is_block)

    def _deeper(self, position: int, column: int, *, is_block: bool) -> Iterator[Span]:
        """The lines below that are indented deeper than `column`: all of a block, else only where they are plain."""
        is_plain = is_block
        while position < len(self._text):
            match = _LINE.match(self._text, position)
            if match is None or (match["said"] and len(match["indent"]) <= column):
                return
            if match["said"] and not is_plain and _STRUCTURE.match(match["said"]):
                return
            is_plain = is_plain or bool(match["said"])
            if not is_open(match["said"]):
                yield Span(*match.span("said"))
            position = match.end()

    def _word(self, start: int, *, is_line: bool = False, is_spaced: bool = False) -> Iterator[Span]:
        """A word of a shell, or all of a line of settings."""
        text = self._text
        end = _end(_REST if is_spaced else _WORD, text, start)
        if is_spaced and (comment := _COMMENT.search(text, start + 1, end)):
            end = comment.start()
        elif is_line:
            end = _end(_PHRASE, text, end)
        said = text[start:end].rstrip()
        said = said if is_spaced or said.startswith("$") else said.rstrip(",;]}\\")
        if not is_open(said):
            yield Span(start, start + len(said))

    def _literals(self, start: int) -> Iterator[Span]:
        """The strings in an expression that name no file and no other value."""
        for match in _STRING.finditer(self._text, start, _end(_REST, self._text, start)):
            if not is_open(match[1]):
                yield Span(*match.span(1))


def _end(pattern: re.Pattern[str], text: str, start: int) -> int:
    """Where a match at `start` ends; there, if there is none."""
    match = pattern.match(text, start)
    return match.end() if match else start


def _is_escaped(text: str, at: int) -> bool:
    """Whether an odd number of backslashes stands before `at`."""
    first = at
    while text[first - 1 : first] == "\\":
        first -= 1
    return (at - first) % 2 == 1
