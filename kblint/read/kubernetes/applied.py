"""Manifests inside scripts and cloud-init: here-documents that `kubectl` applies, and files that K3s applies itself.

https://docs.k3s.io/installation/packaged-components#auto-deploying-manifests-addons
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kblint.read.inner_yaml import manifests_in
from kblint.read.reading import Reading
from kblint.read.scripts.cloud_init import is_cloud_init, scripts_in, written_files
from kblint.read.scripts.commands import is_data, prepared, script_in, script_of
from kblint.source.text import Source
from kblint.source.values import Document
from kblint.syntax.passage import Passage
from kblint.syntax.shell import parse_script
from kblint.syntax.shell_words import SimpleCommand

APPLIED_BY_K3S = "/var/lib/rancher/k3s/server/manifests/"
_VERBS = frozenset({"apply", "create", "replace"})
_STDIN = frozenset({"-", "/dev/stdin"})
_PASSING_ON = frozenset({"cat", "envsubst", "tee", "sed"})
"""Programs that hand on what they are given, in a pipeline that ends in kubectl."""


def read_text(source: Source) -> Reading | None:
    """The objects that a script applies; None where it applies none of its own."""
    if "<<" not in source.text or is_data(source):
        return None
    return _reading(applied_by(script_of(source)))


def read_document(document: Document) -> Reading | None:
    """The objects that cloud-init applies, or writes to where K3s does; None where there are none."""
    text, span = document.source.text, document.span
    if max(text.find("<<", *span), text.find(APPLIED_BY_K3S, *span)) < 0 or not is_cloud_init(document):
        return None
    found: list[Document] = []
    for path, entry in written_files(document):
        if path.startswith(APPLIED_BY_K3S):
            found += manifests_in(script_in(document.source, entry.span("content"), str(entry.get("content"))))
    for script in scripts_in(document):
        found += applied_by(script)
    return _reading(found)


def _reading(found: Iterable[Document]) -> Reading | None:
    documents = tuple(found)
    return Reading(documents=documents) if documents else None


def applied_by(script: Passage) -> Iterator[Document]:
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
                    yield from manifests_in(given)
        elif name == "kubectl" and any(word.text in _VERBS for word in words[1:]):
            for path in _files(words):
                text = given if path in _STDIN else written.pop(path, None)
                if text:
                    yield from manifests_in(text)


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
