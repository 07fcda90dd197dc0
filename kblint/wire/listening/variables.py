"""What a container's environment variables hold, as far as the files tell."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cached_property

from msgspec import Struct, field
from msgspec.structs import replace

from kblint.model.policy import ConfigMap
from kblint.model.workload import Container, EnvVar
from kblint.source.regex import regex
from kblint.source.stream import SyntaxFault, not_followed
from kblint.source.values import Unknown
from kblint.syntax.passage import UNKNOWN, Passage, unknown_at, written

FindConfigMap = Callable[[str], ConfigMap | None]
"""The ConfigMap of that name in the pod's namespace, None where it is not in the input."""

_REFERENCE = regex(r"\$(?:\$|\(([^()]*)\))")
_BRACED = regex(r"\$\{(\w+)\}", re.ASCII)
VARIABLE = regex(r"\$(?:\{(\w+)\}|(\w+))", re.ASCII)
"""`$NAME` and `${NAME}`."""


_GROWTH = 8
"""How many times longer than what is written the values of a container's variables are followed; the rest is unknown.

Each may name all before it, and so twice as much each time.
"""
_ROOM = 4096
"""Characters of them that always are."""


class Variables(Struct, frozen=True, eq=False, dict=True):
    """The variables a program is started with; they are looked up only when somebody asks.

    `added` holds those that a start command sets itself.
    """

    container: Container
    config_map: FindConfigMap
    added: Mapping[str, Passage] = field(default_factory=dict)
    secret: FindConfigMap = lambda _: None
    """What a Secret holds; None where nobody looks into it."""

    @property
    def values(self) -> Mapping[str, Passage]:
        """What is set, by name: first `envFrom`, then `env`, later ones winning, `$(NAME)` replaced.

        https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
        """
        return self._evaluated[0]

    @property
    def cut(self) -> SyntaxFault | None:
        """The first variable that is not followed, because those before it and itself become so long."""
        return self._evaluated[1] if any("$(" in str(one.value) for one in self.container.env) else None

    @cached_property
    def _evaluated(self) -> tuple[Mapping[str, Passage], SyntaxFault | None]:
        values: dict[str, Passage] = {}
        cut: SyntaxFault | None = None
        for prefix, found in self.sources:
            if found is None:
                continue
            for key, text in found.data.items():
                passage = written(found.origin, key)
                values[prefix + key] = passage if isinstance(text, str) else unknown_at(passage)
        texts = [variable.value for variable in self.container.env if isinstance(variable.value, str)]
        most = room = _ROOM + _GROWTH * sum(map(len, texts))
        for variable in self.container.env:
            value = _value(variable, values, self._settings)
            if isinstance(variable.value, str) and (room := room - len(value.text)) < 0:
                message = f"these variables become longer than {most:,} characters; from here on they are not followed"
                cut = cut or not_followed(written(variable.origin, "value").place(), message)
                value = unknown_at(value)
            values[variable.name] = value
        return {**values, **self.added}, cut

    @cached_property
    def is_open(self) -> bool:
        """Whether further variables may be set by what is not in the input."""
        return any(found is None for _, found in self.sources)

    def is_left_to_secrets(self, name: str) -> bool:
        """Whether nothing sets `name` but perhaps a Secret taken in as a whole, which is not in the input."""
        own = self.container
        if name in self.values or any(variable.name == name for variable in own.env):
            return False
        return all(
            found is not None or source.kind == "Secret"
            for source, (_, found) in zip(own.env_from, self.sources, strict=True)
        )

    @property
    def closed(self) -> Variables:
        """The same, as if what is not in the input set nothing."""
        nothing = replace(self.container, env_from=())
        return replace(self, container=nothing, added={**self.values, **self.added})

    @property
    def sources(self) -> list[tuple[str, ConfigMap | None]]:
        """What `envFrom` takes in, by the prefix of the names; None for what is not in the input."""
        return [(source.prefix, self._settings(source.kind, source.name)) for source in self.container.env_from]

    def _settings(self, kind: str, name: str) -> ConfigMap | None:
        return self.config_map(name) if kind == "ConfigMap" else self.secret(name)

    def get(self, name: str) -> Passage | Unknown | None:
        """What `name` holds; Unknown where that cannot be known, None where the manifest does not set it."""
        own = self.container
        if not own.env_from and name not in self.added and all(variable.name != name for variable in own.env):
            return None
        value = self.values.get(name)
        if value is None:
            return Unknown(name) if self.is_open else None
        return value if value.is_known else Unknown(name)

    def with_added(self, variables: Mapping[str, Passage]) -> Variables:
        """The same variables with others set or changed."""
        return replace(self, added={**self.added, **variables}) if variables else self


def _value(
    variable: EnvVar, before: Mapping[str, Passage], settings: Callable[[str, str], ConfigMap | None]
) -> Passage:
    if variable.source is not None:
        found = settings(variable.source.kind, variable.source.name)
        if found is None or not isinstance(found.data.get(variable.source.key), str):
            return unknown_at(written(variable.origin, "name"))
        return written(found.origin, variable.source.key)
    if variable.value is None:
        # no value is the empty string
        return written(variable.origin, "name").cut(0, 0)
    passage = written(variable.origin, "value")
    return expanded(passage, before) if isinstance(variable.value, str) else unknown_at(passage)


def expanded(passage: Passage, values: Mapping[str, Passage]) -> Passage:
    """`passage` with each `$(NAME)` replaced as the kubelet does it: names that are not set stay as they are."""
    if "$" not in passage.text:
        return passage
    # `$$` is a dollar
    found = (
        (match, "$" if match[1] is None else text_of(values, match[1])) for match in _REFERENCE.finditer(passage.text)
    )
    return passage.replaced((*match.span(), text) for match, text in found if text is not None)


def substituted(passage: Passage, environment: Variables) -> Passage:
    """`passage` with each `${NAME}` replaced as servers do it in their configuration; unknown where it is not set."""
    found = ((match, text_of(environment.values, match[1])) for match in _BRACED.finditer(passage.text))
    return passage.replaced((*match.span(), UNKNOWN if text is None else text) for match, text in found)


def envsubst(text: Passage, value_of: Callable[[str], str | None]) -> Passage:
    """`text` with each `$NAME` and `${NAME}` replaced for which `value_of` gives something."""
    found = ((match, value_of(match[1] or match[2])) for match in VARIABLE.finditer(text.text))
    return text.replaced((*match.span(), value) for match, value in found if value is not None)


def text_of(values: Mapping[str, Passage], name: str) -> str | None:
    """What a variable holds; None where it is not set."""
    return values[name].text if name in values else None
