"""Kubernetes objects that tasks of Ansible bring: as arguments, in files for K3s, and through `kubectl`.

https://docs.ansible.com/ansible/latest/collections/kubernetes/core/k8s_module.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kblint.read.ansible.tasks import COMMANDS, Task
from kblint.read.inner_yaml import as_manifest, manifests_in
from kblint.read.kubernetes.applied import APPLIED_BY_K3S, applied_by
from kblint.read.scripts.commands import script_in
from kblint.read.values import known_word
from kblint.source.regex import regex
from kblint.source.text import Source, Span
from kblint.source.values import Document, Origin, PositionedDict, PositionedList, Unknown
from kblint.syntax.passage import UNKNOWN, Passage

_MODULES = frozenset({"kubernetes.core.k8s", "community.kubernetes.k8s", "community.okd.k8s", "k8s"})
_WRITING = frozenset({"ansible.builtin.copy", "copy"})
_DEFINITIONS = ("definition", "resource_definition", "inline")
_EXPRESSION = regex(r"\{\{.*?\}\}")


def manifests(source: Source, tasks: Sequence[Task]) -> Iterator[Document]:
    """The objects that tasks bring, each in a document of its own; nothing of what is only patched or taken away."""
    for task in tasks:
        if task.module in _MODULES:
            yield from _of_module(task)
        elif task.module in _WRITING and str(task.arguments.get("dest")).startswith(APPLIED_BY_K3S):
            yield from manifests_in(_text(task.arguments, "content"))
        elif task.module in COMMANDS and not task.has_environment:
            line, span = task.command
            text = line.text if isinstance(line, Unknown) else line
            if text and span and "kubectl" in text:
                yield from applied_by(_without_expressions(source, span, text))


def _of_module(task: Task) -> Iterator[Document]:
    arguments = task.arguments
    key = next((key for key in _DEFINITIONS if arguments.is_written(key)), None)
    if key is None or arguments.get("state") not in (None, "present"):
        return
    written = arguments.get(key)
    if isinstance(written, str | Unknown):
        found: Sequence[Document] = manifests_in(_text(arguments, key))
    else:
        entries = written if isinstance(written, PositionedList) else [written]
        roots = [as_manifest(entry) for entry in entries]
        found = [
            Document(arguments.source, 0, root, root.span)
            for root in roots
            if isinstance(root, PositionedDict) and "apiVersion" in root
        ]
    namespace = known_word(arguments.node, "namespace")
    for document in found:
        metadata = document.origin.get("metadata")
        if namespace and isinstance(metadata, PositionedDict) and "namespace" not in metadata:
            metadata.put("namespace", namespace, arguments.key_span("namespace"), arguments.span("namespace"))
        yield document


def _text(arguments: Origin, key: str) -> Passage:
    written = arguments.get(key)
    text = written.text if isinstance(written, Unknown) else written
    return _without_expressions(arguments.source, arguments.span(key), text if isinstance(text, str) else "")


def _without_expressions(source: Source, span: Span, text: str) -> Passage:
    """A text in which what Ansible fills in is unknown."""
    script = script_in(source, span, text)
    return script.replaced((*match.span(), UNKNOWN) for match in _EXPRESSION.finditer(text))
