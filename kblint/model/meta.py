"""What every declared object carries."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from kblint.source.text import Joined
from kblint.source.values import Origin, Unknown

Text = str | Unknown
"""A string, or one that cannot be known from the files."""
Number = int | Unknown
"""An integer, or one that cannot be known from the files."""


class Made(Struct, frozen=True):
    """Who makes an object of values: a `release`, as users read it, of a `chart`.

    `is_whole` says that all Services and routes that it makes are known, as they are.
    """

    release: str
    chart: str
    is_whole: bool
    is_sure: bool
    """Whether the chart and its version are known to do just that."""

    def __str__(self) -> str:
        return f"chart `{self.chart}`"


class Meta(Struct, frozen=True, eq=False):
    """Identity of an object.

    `group` is the API group (empty for the core group), `namespace` is None where none is written: an unset namespace
    is not `default`, it is whatever `kubectl -n` or a kustomization says. `name` is as written, even when it holds a
    placeholder. `made` says that nobody wrote the object, but a chart makes it.
    """

    group: str
    version: str
    kind: str
    name: str
    namespace: str | None
    labels: Mapping[str, Text]
    annotations: Mapping[str, Text]
    origin: Origin
    made: Made | None = None
    is_rendered: bool = False
    """Whether helm made it of a chart in the input."""

    @property
    def key(self) -> tuple[str, str, str | None, str]:
        """What the API server would take for one object."""
        return (self.group, self.kind, self.namespace, self.name)

    @property
    def api_version(self) -> str:
        """Group and version as a manifest writes them."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def path(self) -> str:
        """The file it was read from."""
        return self.origin.source.path

    @property
    def written_name(self) -> str:
        """What it was called before a kustomization renamed it: the name as it stands in its file."""
        if not isinstance(self.origin.source, Joined):
            return self.name
        written = self.origin.place("metadata", "name").text.strip("\"'")
        return written if written and written in self.name else self.name

    def __str__(self) -> str:
        return f"{self.kind} {self.namespace + '/' if self.namespace else ''}{self.name}"
