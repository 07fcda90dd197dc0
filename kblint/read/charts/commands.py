"""Releases that commands install, in scripts and in cloud-init: `helm install`, `helm upgrade` and `cilium install`.

https://helm.sh/docs/helm/helm_upgrade/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct, field

from kblint.model.input_format import InputFormat
from kblint.model.release import ChartRelease, Form, ValuesIn, ValuesReference, no_values
from kblint.read.inner_yaml import placed_yaml
from kblint.read.kubernetes.charts import named_chart
from kblint.read.reading import Reading
from kblint.read.scripts.commands import is_data, prepared, script_of
from kblint.read.set_values import given
from kblint.source.merge import merged
from kblint.source.text import Place, Source, Span
from kblint.source.values import Document, Origin, PositionedDict, PositionedList
from kblint.syntax.passage import Passage, Scalar, whole
from kblint.syntax.shell import parse_script
from kblint.syntax.shell_words import SimpleCommand

FORMAT = InputFormat(
    "`helm` commands",
    "`helm install` and `helm upgrade` in scripts and cloud-init, with the files and the values that they name",
    "what a shell works out only when it runs",
)

_VERBS = frozenset({"install", "upgrade"})
_PROGRAMS = ("helm", "cilium install", "cilium upgrade")
_WITH_VALUE = frozenset(
    {
        *("-n", "--namespace", "--version", "--repo", "-f", "--values", "--set", "--set-string", "--set-file"),
        *("--set-json", "--set-literal", "--timeout", "--kube-context", "--kubeconfig", "--description", "--username"),
        *("--password", "--ca-file", "--cert-file", "--key-file", "--keyring", "--name-template", "--post-renderer"),
        *("--post-renderer-args", "--history-max", "-l", "--labels", "--burst-limit", "--qps", "--kube-apiserver"),
        *("--kube-as-user", "--kube-as-group", "--kube-token", "--kube-ca-file", "--registry-config", "-o", "--output"),
        *("--repository-cache", "--repository-config"),
    }
)
"""Options that take the next word, where no `=` stands in them."""


def read_text(source: Source) -> Reading | None:
    """The releases of a script; None where it installs none."""
    if is_data(source) or not any(program in source.text for program in _PROGRAMS):
        return None
    found = tuple(releases(script_of(source), source))
    return Reading(found) if found else None


def read_document(document: Document) -> Reading | None:
    """The releases that cloud-init installs; None where it installs none."""
    text, span = document.source.text, document.span
    if max(text.find(program, *span) for program in _PROGRAMS) < 0 or "apiVersion" in document.origin.node:
        return None
    items = document.origin.node.get("runcmd")
    if not isinstance(items, PositionedList):
        return None
    found = [
        release
        for item, span in zip(items, items.item_spans, strict=True)
        if isinstance(item, str) and any(program in item for program in _PROGRAMS)
        for release in releases(whole(item, Scalar(Place(document.source, span), item)), document.source)
    ]
    return Reading(tuple(found)) if found else None


def releases(script: Passage, source: Source) -> Iterator[ChartRelease]:
    """The releases that a script installs. Files that it writes first are read where it writes them."""
    written: dict[str, Passage] = {}
    repositories: dict[str, str] = {}
    for command in parse_script(script).commands:
        words, _ = prepared(command.words)
        name = words[0].text.rpartition("/")[2] if words else ""
        if name in ("cat", "tee"):
            written.update(_file(command, words))
        elif name == "helm" and [word.text for word in words[1:3]] == ["repo", "add"] and len(words) > 4:
            plain = [word.text for word in words[3:] if not word.text.startswith("-")]
            if len(plain) > 1:
                repositories[plain[0]] = plain[1]
        elif name in ("helm", "cilium"):
            what = _Given(source, written, repositories)
            release = _release(words, command, what) if name == "helm" else _cilium(words, command, what)
            if release:
                yield release


def _file(command: SimpleCommand, words: tuple[Passage, ...]) -> Iterator[tuple[str, Passage]]:
    """The file that a here-document is written to."""
    documents = [one.target for one in command.redirections if one.operator == "<<"]
    targets = [one.target.text for one in command.redirections if one.operator in (">", ">|")]
    targets += [word.text for word in words[1:] if words[0].text == "tee" and not word.text.startswith("-")]
    if documents:
        yield from ((target, documents[-1]) for target in targets)


class _Given(Struct):
    """What a command gives to a chart, in helm's order: files first, then what is set."""

    source: Source
    written: dict[str, Passage]
    repositories: dict[str, str]
    layers: list[Origin | ValuesReference] = field(default_factory=list)
    pairs: list[tuple[str, Span]] = field(default_factory=list)
    texts: list[tuple[str, Span]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    def take(self, option: str, value: Passage, command: SimpleCommand) -> None:
        """One option."""
        if option in ("-f", "--values"):
            document = next((one.target for one in command.redirections if one.operator == "<<"), None)
            inline = document if value.text in ("-", "/dev/stdin") else self.written.get(value.text)
            if inline is not None:
                self._yaml(inline)
            elif value.is_known and value.text not in ("-", "/dev/stdin"):
                place = value.place()
                path = value.text.removeprefix("file://")
                self.layers.append(ValuesReference(ValuesIn.FILE, path, None, "", (), is_optional=False, place=place))
            else:
                self.unknown.append("a file of its values is not known")
        elif option == "--set":
            self.pairs.append((value.text.replace("\0", "${?}"), value.place().span))
        elif option in ("--set-string", "--set-literal"):
            self.texts.append((value.text.replace("\0", "${?}"), value.place().span))
        elif option in ("--set-file", "--set-json"):
            self.unknown.append(f"`{option}` is not read")

    def _yaml(self, document: Passage) -> None:
        root = placed_yaml(self.source, document.text, lambda span: document.place(*span).span)
        if isinstance(root, PositionedDict):
            self.layers.append(Origin(self.source, root, root.span))
        elif document.text.strip():
            self.unknown.append("some of its values cannot be read")


def _release(words: tuple[Passage, ...], command: SimpleCommand, what: _Given) -> ChartRelease | None:
    plain, options = _sorted(words, command, what)
    if not plain or plain[0].text not in _VERBS or len(plain) < 2:
        return None
    *named, chart = plain[1:3]
    if not chart.is_known:
        return None
    name = named[0] if named else None
    if name is None or not name.is_known:
        what.unknown.append("its name is not known")
    known = {option: value.text for option, value in options.items() if value.is_known}
    own_name = name.text if name and name.is_known else None
    return _installed(own_name, chart.text, known, command.place_from(words[0]), what)


def _cilium(words: tuple[Passage, ...], command: SimpleCommand, what: _Given) -> ChartRelease | None:
    """What Cilium's own program installs, which takes the values of Cilium's chart.

    https://docs.cilium.io/en/stable/gettingstarted/k8s-install-default/#install-cilium
    """
    plain, options = _sorted(words, command, what)
    if not plain or plain[0].text not in _VERBS:
        return None
    known = {option: value.text for option, value in options.items() if value.is_known}
    usual = {"--repo": "https://helm.cilium.io", "-n": known.get("--namespace", "kube-system")}
    return _installed("cilium", "cilium", {**usual, **known}, command.place_from(words[0]), what)


def _sorted(
    words: tuple[Passage, ...], command: SimpleCommand, what: _Given
) -> tuple[list[Passage], dict[str, Passage]]:
    """The words of a command that are no options, and its options."""
    plain: list[Passage] = []
    options: dict[str, Passage] = {}
    pending = list(words[1:])
    while pending:
        word = pending.pop(0)
        if not word.text.startswith("-") or word.text == "-":
            plain.append(word)
            continue
        option, equals, _ = word.text.partition("=")
        if equals:
            given_value = word.cut(len(option) + 1)
        elif option in _WITH_VALUE and pending:
            given_value = pending.pop(0)
        else:
            continue
        options[option] = given_value
        what.take(option, given_value, command)
    return plain, options


def _installed(name: str | None, chart: str, options: Mapping[str, str], place: Place, what: _Given) -> ChartRelease:
    """The release of a chart, under its own name where none is given."""
    if what.pairs:
        what.layers.append(given(what.pairs, what.source, what.pairs[0][1], what.unknown))
    if what.texts:
        what.layers.append(given(what.texts, what.source, what.texts[0][1], what.unknown, as_text=True))
    repository = options.get("--repo")
    found = named_chart(chart, repository, options.get("--version"))
    if repository is None and found.repository in what.repositories:
        found = found._replace(repository=what.repositories[found.repository])
    own = [layer for layer in what.layers if isinstance(layer, Origin)]
    values = merged(own, place) if own else no_values(place)
    return ChartRelease(
        form=Form.COMMAND,
        name=name or found.name,
        namespace=options.get("-n") or options.get("--namespace"),
        chart=found.name,
        repository=found.repository,
        version=found.version,
        layers=tuple(what.layers),
        values=values,
        place=place,
        meta=None,
        written=found.written,
        is_folder=found.is_folder,
        unknown=tuple(what.unknown),
    )
