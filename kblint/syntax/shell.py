"""Shell scripts by tree-sitter's grammar of Bash: from a text to simple commands whose words know where they stand.

Nothing is executed. Commands in a condition or a loop are marked; placeholders of templates and what a variable may
be are unknown parts of a word.
"""

from __future__ import annotations

from kblint.source.regex import regex
from kblint.source.stream import SyntaxFault, not_followed
from kblint.source.text import Span
from kblint.syntax.grammar import Node, found, parse
from kblint.syntax.passage import UNKNOWN, Passage, Spot, unknown_at, whole
from kblint.syntax.shell_words import Assignment, Lookup, Redirection, Script, SimpleCommand, Words

LONGEST = 1 << 18
"""Characters; a longer script is not read."""
MOST_MARKS = 3000
"""Pipes and parentheses: parsing takes the square of their number."""
MOST_LINES = 2000
"""Lines that are tried one by one where the grammar is lost."""


def parse_script(script: Passage, lookup: Lookup = lambda _: None) -> Script:
    """The simple commands of a script, whatever conditions and functions are around them."""
    if much := too_much(script):
        return Script((), "too long", much)
    (walk := _Walk(Words(masked(script), lookup))).program()
    return Script(tuple(walk.commands), walk.gap, walk.cut or walk.words.cut)


def too_much(script: Passage) -> SyntaxFault | None:
    """Why a script is not read at all; None for one that is."""
    is_long, marks = len(script.text) > LONGEST, script.text.count("|") + script.text.count("(")
    if not is_long and marks <= MOST_MARKS:
        return None
    most = (
        f"is longer than {LONGEST:,} characters" if is_long else f"has more than {MOST_MARKS:,} pipes and parentheses"
    )
    return not_followed(script.place(0, 1), f"this script {most} and is not followed")


def masked(text: Passage) -> Passage:
    """A text in which what a template puts in is unknown."""
    return text.replaced((*match.span(), UNKNOWN) for match in _PLACEHOLDER.finditer(text.text))


_PLACEHOLDER = regex(
    r"(?a)\{\{[^{}]*\}\}|\{%[^{}\n]*%\}|(?<![<\d&])<[A-Za-z][\w-]*>(?!>)|"
    r"[$%]\{[ ~]*(?:[a-z_]\w*[.(\[]|if\b|for\b|else|end)[^{}\n]*\}"
)
"""What Helm, Ansible, Jinja and Terraform put in before a shell sees the text, and a reader of `<your-port>`."""
_OPERATORS = frozenset((";", "&", "|", "|&", "&&", "||", ";;", "\n"))
_CONDITIONAL = frozenset(
    ("if_statement", "while_statement", "for_statement", "c_style_for_statement", "case_statement", "subshell")
)
_GAPS = {"function_definition": "a function", "case_statement": "`case`", "c_style_for_statement": "a loop"}
_AROUND = _CONDITIONAL | {
    *("program", "pipeline", "list", "do_group", "compound_statement", "negated_command", "elif_clause"),
    *("else_clause", "case_item", "function_definition", "variable_assignments"),
}
_COMMANDS = frozenset(("command", "variable_assignment", "declaration_command", "unset_command", "test_command"))
_PARAGRAPH = regex(r"[^\n]+(?:\n[^\n]+)*")
_LOGICAL_LINE = regex(r"(?:\\\r?\n|[^\n])+")


def _parse(text: str) -> Node:
    """The tree of a script; in it `#` begins a comment only where the shell says so, behind a blank."""
    plain = _HASH.sub(lambda match: match[0] if len(match[0]) > 1 else ".", text)
    return parse(plain, "bash", ".")


def _goes_on(item: Node, text: str) -> bool:
    """Whether something that cannot be read follows on the same line."""
    after = item.next_sibling
    return after is not None and after.type == "ERROR" and "\n" not in text[item.end_byte : after.start_byte]


_HASH = regex(r"\$\{[^}\n]{0,200}\}|(?<=[^\s;&|()<>`$])#")


class _Walk:
    """Walks once over a script's tree, with a stack of its own."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.is_blind = words.is_blind
        self.script = words.script
        self.commands: list[SimpleCommand] = []
        self.exported: dict[str, Passage] = {}
        self.gap: str | None = None
        self.cut: SyntaxFault | None = None

    def program(self) -> None:
        """Go through the whole script; what the grammar cannot read is tried line by line."""
        text = self.script.text
        root = _parse(text)
        broken: Span | None = None
        for item in [root] if root.type == "ERROR" else root.children:
            is_near = broken is not None and "\n" not in text[broken.end : item.start_byte]
            if item.has_error or is_near or _goes_on(item, text):
                broken = Span(broken.start if broken else item.start_byte, item.end_byte)
                continue
            if broken:
                self._pieces(broken)
                broken = None
            self._follow(item)
        if broken:
            self._pieces(broken)

    def _pieces(self, broken: Span) -> None:
        """Try the paragraphs, and the lines of one that is broken itself, of a part that the grammar cannot read.

        Up to a here-document: that may be what is wrong, and what follows its text.
        """
        self.gap = self.gap or "a syntax error"
        tried = 0
        for paragraph in _PARAGRAPH.finditer(self.script.text, *broken):
            if self._piece(Span(*paragraph.span())):
                continue
            for line in _LOGICAL_LINE.finditer(self.script.text, *paragraph.span()):
                tried += 1
                if tried > MOST_LINES and not self.cut:
                    message = f"over {MOST_LINES:,} lines before this one are broken; no further one is followed"
                    self.cut = not_followed(self.script.place(*line.span()), message)
                if tried > MOST_LINES or "<<" in line[0]:
                    return
                self._piece(Span(*line.span()))

    def _piece(self, span: Span) -> bool:
        """Whether a piece of the script can be read by itself; then its commands are taken."""
        piece = self.script.cut(*span)
        root = _parse(piece.text)
        if root.has_error:
            return False
        inner = _Walk(Words(piece, lambda _: None, is_blind=True))
        inner._follow(root, is_conditional=True)
        self.commands += inner.commands
        return True

    def _follow(self, item: Node, *, is_conditional: bool = False) -> None:
        stack: list[tuple[Node, bool, bool, str]] = [(item, is_conditional, self.is_blind, "")]
        while stack:
            node, is_conditional, is_blind, function = stack.pop()
            kind = node.type
            self.words.is_blind = is_blind
            inner: list[Node] = []
            if kind in _OPERATORS:
                if self.commands and (kind != "\n" or not self.commands[-1].after):
                    self.commands[-1].after = ";" if kind == "\n" else kind
            elif kind in _COMMANDS:
                self._command(node, function, is_branch=is_conditional)
            elif kind.endswith("_redirect"):
                inner = self._redirect(node)
            elif kind == "redirected_statement":
                body, *redirects = node.children
                if body.type not in _COMMANDS and body.type.endswith(("statement", "subshell")):
                    self.gap = self.gap or self._several(redirects)
                    redirects = []
                inner = [] if body.type.endswith("_redirect") else [body, *redirects]
            elif kind in _AROUND:
                self.gap = self.gap or _GAPS.get(kind)
                is_conditional = is_conditional or kind in _CONDITIONAL
                if kind == "function_definition":
                    is_blind, function = True, self._name_of(node)
                self._unsettle(node)
                inner = list(node.named_children if kind == "case_item" else node.children)
            stack.extend((child, is_conditional, is_blind, function) for child in reversed(inner))

    def _name_of(self, function: Node) -> str:
        name = next(part for part in function.children if part.type == "word")
        return self.script.text[name.start_byte : name.end_byte]

    def _several(self, redirects: list[Node]) -> str | None:
        """Whether the output of several commands together goes into a file."""
        targets = [self.script.text[node.start_byte : node.end_byte] for node in redirects]
        into = (target.lstrip("&>| ") for target in targets if target.startswith((">", "&>")))
        return "a redirection of several commands" if any(not it.startswith("/dev/") for it in into) else None

    def _unsettle(self, node: Node) -> None:
        """What a loop sets anew in each turn is not known in it."""
        if node.type in ("for_statement", "while_statement", "c_style_for_statement"):
            query = "(variable_assignment (variable_name) @name) (for_statement (variable_name) @name)"
            for name in found(node, "bash", query).get("name", ()):
                self._forget(self.script.cut(name.start_byte, name.end_byte))

    def _forget(self, name: Passage) -> None:
        self.words.own[name.text] = unknown_at(name)

    def _command(self, node: Node, function: str, *, is_branch: bool) -> None:
        parts = [part for part in node.children if part.type != "comment"]
        if node.type == "variable_assignment":
            parts = [node]
        elif node.type == "test_command":
            if parts[0].type == "[[":
                self.gap = self.gap or "`[[`"
            parts = parts[:1]
        settings = [part for part in parts if part.type == "variable_assignment"]
        # those of `export` and the like are words of it too
        is_prefixed = node.type in ("command", "variable_assignment")
        redirects = [part for part in parts if part.type.endswith("_redirect")]
        nodes = [part for part in parts if part not in redirects and not (is_prefixed and part in settings)]
        before = self.commands[-1].after or ";" if self.commands else ""
        if self.commands:
            self.commands[-1].after = before
        last, is_branch = (nodes or parts)[-1], is_branch or before == "||"
        command = SimpleCommand(
            words=tuple(map(self.words.of, nodes)),
            assignments=tuple(assignment for part in settings if (assignment := self._assignment(part))),
            end=self.script.place(last.start_byte, last.end_byte),
            variables={},
            is_conditional=is_branch or bool(function),
            before=before,
            is_branch=is_branch,
            function=function,
        )
        self._remember(command)
        self.commands.append(command)
        for redirect in redirects:
            self._redirect(redirect)

    def _assignment(self, node: Node) -> Assignment | None:
        name, sign, *value = node.children
        text = self.script.text[name.start_byte : name.end_byte]
        place = self.script.place(node.start_byte, node.end_byte)
        if name.type != "variable_name" or sign.type != "=":
            # an element of an array, or something added
            return Assignment(text.partition("[")[0], whole(UNKNOWN, Spot(place)), place)
        word = self.words.of(value[0]) if value else self.script.cut(node.end_byte, node.end_byte)
        return Assignment(text, word, place)

    def _remember(self, command: SimpleCommand) -> None:
        """Keep what the command sets for those after it; what may not run leaves it unknown."""
        program = command.words[0].text if command.words else ""
        is_export = program == "export"
        if program in ("read", "mapfile", "readarray", "getopts", "unset"):
            for word in command.words[1:]:
                self._forget(word)
        elif program in (".", "source", "eval"):
            self.words.own.update({name: unknown_at(value) for name, value in self.words.own.items()})
        for word in command.words[1:] if is_export else ():
            if word.text in self.words.own:
                self.exported[word.text] = self.words.own[word.text]
        own = {assignment.name: assignment.value for assignment in command.assignments}
        if not program or program in _DECLARING:
            for name, value in own.items():
                kept = unknown_at(value) if command.is_conditional else value
                self.words.own[name] = kept
                if is_export or name in self.exported or self.words.lookup(name) is not None:
                    self.exported[name] = kept
        command.variables = {**self.exported, **own}

    def _redirect(self, node: Node) -> list[Node]:
        """Put a redirection to the last command. What else stands on the line of a here-document is handed back."""
        before, first = node.prev_sibling, node.children[0]
        if before and self.commands and self.script.text[before.end_byte : first.start_byte].strip() == "-":
            # the grammar swallows a `-` before a redirection
            at = self.script.text.index("-", before.end_byte)
            self.commands[-1].words += (self.script.cut(at, at + 1),)
        if node.type == "heredoc_redirect":
            self._document(node)
            return [part for part in node.children if not part.type.startswith(("heredoc_", "<<"))]
        parts = node.children
        at = 1 if parts[0].type == "file_descriptor" else 0
        if len(parts) < at + 2 or not self.commands:
            return []
        operator, target = parts[at].type, parts[at + 1]
        # the grammar takes the words behind the file for more files
        self.commands[-1].words += tuple(map(self.words.of, parts[at + 2 :]))
        is_number = operator in (">&", "<&") and target.type in ("number", "-")
        is_other = at == 1 and self.script.text[parts[0].start_byte] in "23456789"
        if not is_number and not is_other:
            self.commands[-1].redirections.append(Redirection(operator, self.words.of(target)))
        return []

    def _document(self, node: Node) -> None:
        parts = {part.type: part for part in node.children}
        mark, end = parts["heredoc_start"], parts.get("heredoc_end")
        body = parts.get("heredoc_body")
        if not self.commands or end is None:
            return
        text = self.script.text
        if body is None:
            document = self.script.cut(end.start_byte, end.start_byte)
        else:
            # the grammar passes over the blanks before the first word
            start = text.rfind("\n", 0, body.start_byte) + 1
            if text[mark.start_byte] in "'\"\\":
                document = self.script.cut(start, body.end_byte)
            else:
                document = self.words.document(start, body.end_byte, body.children)
        if "<<-" in parts:
            document = document.replaced((*match.span(), "") for match in _TABS.finditer(document.text))
        self.commands[-1].redirections.append(Redirection("<<", document))


_TABS = regex(r"(?m)^\t+")
_DECLARING = frozenset(("export", "declare", "local", "readonly", "typeset"))
