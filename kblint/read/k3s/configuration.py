"""K3s configuration files, and the flags given to `k3s` and to its install script.

https://docs.k3s.io/installation/configuration
"""

from __future__ import annotations

import functools
import importlib.resources
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import dropwhile

import yaml
from msgspec.structs import replace

from kblint.model.cluster import K3sConfig, Option
from kblint.model.input_format import InputFormat
from kblint.model.meta import Text
from kblint.read.inner_yaml import inner_yaml
from kblint.read.reading import Reading
from kblint.read.scripts.cloud_init import cloud_init_commands, is_cloud_init, written_files
from kblint.read.scripts.commands import ScriptCommand, commands, is_data, script_of, split, value
from kblint.read.values import known, lenient_texts
from kblint.source.regex import regex
from kblint.source.stream import SyntaxFault
from kblint.source.templates import branches, meets
from kblint.source.text import Place, Source
from kblint.source.values import Document, Origin, PositionedDict, Unknown, head_of
from kblint.syntax.passage import Passage
from kblint.syntax.shell_words import Assignment

FORMAT = InputFormat(
    "K3s",
    "`config.yaml`, flags of `k3s` and of its install script in scripts, units, cloud-init and Ansible",
    "options that only the environment of a host sets",
)

WORDS = ("runcmd",)
INSTALL_SCRIPT = "get.k3s.io"
INSTALL_VARIABLE = "INSTALL_K3S_EXEC"
ROLES = ("server", "agent")
CONFIG_FILE = "/etc/rancher/k3s/config.yaml"
"""Where cloud-init writes the configuration: this file, or one of the folder `config.yaml.d`."""
SHORT = {
    "c": "config",
    "d": "data-dir",
    "i": "node-ip",
    "l": "log",
    "o": "write-kubeconfig",
    "s": "server",
    "t": "token",
}
FLAGS = ("server switches", "switches", "server values", "values")


@functools.cache
def flags(*kinds: str) -> frozenset[str]:
    """The words of `flags.yaml` that are of one of these kinds."""
    text = (importlib.resources.files("kblint.read.k3s") / "flags.yaml").read_text(encoding="utf-8")
    table: Mapping[str, str] = yaml.load(text, yaml.CSafeLoader)
    return frozenset(word for kind in kinds for word in table[kind].split())


def read_document(document: Document) -> Reading | None:
    """A configuration file, or what cloud-init writes and runs; None for anything else."""
    root = document.root
    if isinstance(root, PositionedDict) and is_configuration(root):
        return Reading((configuration(Origin(document.source, root, head_of(root, document.span))),))
    if not is_cloud_init(document):
        return None
    files, faults = _written(document)
    parts = branches(document.source)
    started = starts(cloud_init_commands(document), document.source)
    declarations = (*files, *(_doubtful(one) if meets(one.place.span, parts) else one for one in started))
    return Reading(declarations, faults) if declarations or faults else None


def read_text(source: Source) -> Reading | None:
    """The flags that a shell script gives to K3s; None when it gives none."""
    if is_data(source) or not _STARTS.search(source.text):
        return None
    declarations = tuple(starts(commands(script_of(source)), source))
    return Reading(declarations) if declarations else None


_STARTS = regex(rf"k3s[\"']?[\s\\\"']+(?:{'|'.join(ROLES)})|{INSTALL_VARIABLE}|{re.escape(INSTALL_SCRIPT)}")
"""What a text holds that starts K3s: most that only speak of it need not be parsed."""


def is_configuration(node: PositionedDict) -> bool:
    """Whether every key is a flag of K3s, and one of them of K3s alone."""
    keys = {key.removesuffix("+") for key in node}
    if not keys or not keys <= flags(*FLAGS):
        return False
    disabled = {part.strip() for names in known(lenient_texts(node.get("disable"))) for part in names.split(",")}
    return bool(keys - flags("common")) or bool(disabled & flags("components")) or _joins(node)


def _joins(node: PositionedDict) -> bool:
    """Whether it names a server on the port of K3s, with a token for it, as every other node is told to join one."""
    is_named = any(_SERVER.fullmatch(one) for one in known(lenient_texts(node.get("server"))))
    return is_named and any(key in node for key in ("token", "token-file", "agent-token"))


_SERVER = regex(r"https?://[^/\s]+:6443/?")


def configuration(origin: Origin) -> K3sConfig:
    """A configuration file. `key+` adds to what an earlier file says, and is read as `key`."""
    options: dict[str, Option] = {}
    for key, written in origin.node.items():
        name = key.removesuffix("+")
        _add(options, name, lenient_texts(written), origin.place(key), is_added=name != key)
    return K3sConfig(origin.source.path, _role(options, None), options, Place(origin.source, origin.head))


def _add(
    options: dict[str, Option], name: str, values: tuple[Text, ...], place: Place, *, is_added: bool = False
) -> None:
    earlier = options.get(name)
    options[name] = Option(name, (*(earlier.values if earlier else ()), *values), place, is_added)


def _role(options: Iterable[str], written: str | None) -> str | None:
    return written or ("server" if flags("server switches", "server values") & set(options) else None)


def _written(document: Document) -> tuple[tuple[K3sConfig, ...], tuple[SyntaxFault, ...]]:
    """The configuration files among those that cloud-init writes."""
    found: list[K3sConfig] = []
    faults: list[SyntaxFault] = []
    parts = branches(document.source)
    for path, entry in written_files(document):
        if path == CONFIG_FILE or path.startswith(f"{CONFIG_FILE}.d/"):
            whole = Place(document.source, entry.node.span)
            if meets(whole.span, parts):
                found.append(_doubtful(K3sConfig(document.source.path, "server", {}, entry.place("content"))))
                continue
            root, inner_faults = inner_yaml(entry, "content", str(entry.get("content")))
            faults.extend(inner_faults)
            if isinstance(root, PositionedDict):
                found.append(configuration(Origin(document.source, root, head_of(root, root.span))))
    return tuple(found), tuple(faults)


_DECISIVE = ("disable", "flannel-backend")
"""Options without which K3s leaves on what it brings, and takes its own pod network."""


def _doubtful(config: K3sConfig) -> K3sConfig:
    """A configuration of which a template decides a part: nobody knows what else it switches off."""
    unknown = {name: Option(name, (Unknown(config.place.text),), config.place) for name in _DECISIVE}
    return replace(config, options={**config.options, **unknown})


def starts(run: Iterable[ScriptCommand], source: Source) -> Iterator[K3sConfig]:
    """One for each start of K3s, and for each run of its install script or setting of that script's variable."""
    joins = downloads = False
    variable: Assignment | None = None
    is_used = True
    for command in run:
        downloads = (downloads and command.operator == "|") or any(
            INSTALL_SCRIPT in word.text for word in command.words
        )
        joins = joins or any(setting.name == "K3S_URL" for setting in command.variables)
        for setting in command.variables:
            if setting.name == INSTALL_VARIABLE:
                if variable is not None and not is_used:
                    yield _started(split(variable.value), source, variable.place, joins=joins)
                variable, is_used = setting, False
        if command.name == "k3s" and command.words[1:2] and command.words[1].text in ROLES:
            yield _started(command.words[1:], source, command.place, joins=joins)
        elif downloads and command.name in ("sh", "bash"):
            # what follows `sh -s -`: the install script puts it behind its variable
            given = dropwhile(
                lambda word: word.text.startswith(("-s", "-x", "-e")) or word.text in ("-", "--"), command.words[1:]
            )
            options = (*(split(variable.value) if variable else ()), *given)
            yield _started(options, source, variable.place if variable else command.place, joins=joins)
            is_used = True
    if variable is not None and not is_used:
        yield _started(split(variable.value), source, variable.place, joins=joins)


def _started(words: tuple[Passage, ...], source: Source, place: Place, *, joins: bool) -> K3sConfig:
    """K3s with these arguments. Without a role the install script takes server, or agent where `K3S_URL` is set.

    https://docs.k3s.io/installation/configuration#configuration-with-install-script
    """
    role = words[0].text if words and words[0].text in ROLES else None
    options: dict[str, Option] = {}
    pending = list(words[1:] if role else words)
    while pending:
        word = pending.pop(0)
        if not word.text.startswith("-"):
            continue
        written, equals, _ = word.text.partition("=")
        name = written.lstrip("-")
        name = SHORT.get(name, name) if len(written) == 2 else name
        if equals:
            given = _unquoted(word.cut(len(written) + 1))
            _add(options, name, (value(given),), given.place())
        elif name not in flags("server switches", "switches") and pending and not pending[0].text.startswith("-"):
            given = _unquoted(pending.pop(0))
            _add(options, name, (value(given),), given.place())
        else:
            _add(options, name, ("true",), word.place())
    role = role or _role(options, "agent" if joins else "server")
    return K3sConfig(source.path, role, options, place, is_install=True)


def _unquoted(word: Passage) -> Passage:
    """The install script evaluates quotes inside of its variable."""
    is_quoted = len(word.text) > 1 and word.text[0] == word.text[-1] and word.text[0] in "'\""
    return word.cut(1, -1) if is_quoted else word
