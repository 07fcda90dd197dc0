"""Manifests inside scripts and cloud-init: here-documents that `kubectl` applies, and files that K3s applies itself.

https://docs.k3s.io/installation/packaged-components#auto-deploying-manifests-addons
"""

from __future__ import annotations

from collections.abc import Iterator

from kblint.model.bundle import Declaration
from kblint.read.kubernetes.objects import read_document as read_objects
from kblint.read.reading import Reading
from kblint.read.scripts.cloud_init import is_cloud_init, scripts_in, written_files
from kblint.read.scripts.commands import is_data, prepared, script_in, script_of
from kblint.source.moved import move_all
from kblint.source.text import Source
from kblint.source.values import Document, PositionedDict
from kblint.source.yaml_stream import parse_yaml
from kblint.syntax.passage import UNKNOWN, Passage
from kblint.syntax.shell import parse_script
from kblint.syntax.shell_words import SimpleCommand

APPLIED_BY_K3S = "/var/lib/rancher/k3s/server/manifests/"
_VERBS = frozenset({"apply", "create", "replace"})
_STDIN = frozenset({"-", "/dev/stdin"})
_PASSING_ON = frozenset({"cat", "envsubst", "tee", "sed"})
"""Programs that hand on what they are given, in a pipeline that ends in kubectl."""
_BLANK = "<no value>"
"""What stands for something unknown, so that nobody takes it for a value: braces would end a mapping around it."""


def read_text(source: Source) -> Reading | None:
    """The objects that a script applies; None where it applies none of its own."""
    if "<<" not in source.text or is_data(source):
        return None
    return _reading(_of_script(script_of(source)))


def read_document(document: Document) -> Reading | None:
    """The objects that cloud-init applies, or writes to where K3s does; None where there are none."""
    text, span = document.source.text, document.span
    if max(text.find("<<", *span), text.find(APPLIED_BY_K3S, *span)) < 0 or not is_cloud_init(document):
        return None
    found: list[Declaration] = []
    for path, entry in written_files(document):
        if path.startswith(APPLIED_BY_K3S):
            found += _objects(script_in(document.source, entry.span("content"), str(entry.get("content"))))
    for script in scripts_in(document):
        found += _of_script(script)
    return _reading(iter(found))


def _reading(found: Iterator[Declaration]) -> Reading | None:
    declarations = tuple(found)
    return Reading(declarations) if declarations else None


def _of_script(script: Passage) -> Iterator[Declaration]:
    """What a script surely applies: nothing in a branch or a loop."""
    written: dict[str, Passage] = {}
    piped: Passage | None = None
    for command in parse_script(script).commands:
        words, _ = prepared(command.words)
        name = words[0].text.rpartition("/")[2] if words else ""
        document = next((one.target for one in command.redirections if one.operator == "<<"), None)
        given = document or (piped if command.before == "|" else None)
        piped = given if command.after == "|" and name in _PASSING_ON else None
        if command.is_branch:
            continue
        if given and name in ("cat", "tee"):
            for path in _targets(words, command):
                written[path] = given
                if path.startswith(APPLIED_BY_K3S):
                    yield from _objects(given)
        elif name == "kubectl" and any(word.text in _VERBS for word in words[1:]):
            for path in _files(words):
                text = given if path in _STDIN else written.pop(path, None)
                if text:
                    yield from _objects(text)


def _targets(words: tuple[Passage, ...], command: SimpleCommand) -> Iterator[str]:
    """The files that a command writes what it is given to."""
    yield from (one.target.text for one in command.redirections if one.operator in (">", ">|") and one.target.is_known)
    if words[0].text == "tee":
        yield from (word.text for word in words[1:] if word.is_known and not word.text.startswith("-"))


def _files(words: tuple[Passage, ...]) -> Iterator[str]:
    """What `-f` names."""
    for word, following in zip(words, (*words[1:], None), strict=True):
        option, equals, value = word.text.partition("=")
        if option in ("-f", "--filename"):
            yield value if equals else following.text if following else ""
        elif word.text.startswith("-f") and not equals:
            yield word.text[2:]


def _objects(written: Passage) -> Iterator[Declaration]:
    """The objects of a text somewhere in a source; what a shell or a template puts in is unknown."""
    at = (index for index, character in enumerate(written.text) if character == UNKNOWN)
    text = written.replaced((index, index + 1, _BLANK) for index in at)
    source = text.place().source
    stream = parse_yaml(Source(source.path, text.text))
    if any(fault.code == "unreadable" for fault in stream.faults):
        return
    for document in stream.documents:
        if isinstance(document.root, PositionedDict):
            move_all(document.root, lambda span: text.place(*span).span)
            reading = read_objects(Document(source, document.index, document.root, document.root.span))
            yield from reading.declarations if reading else ()
