"""One object while it is built: what it holds, what it was called before, and what it was written as.

What several objects share (a base that two overlays build on) is never changed: a container is copied before it is
changed for the first time, and only the containers above what changes.
"""

from __future__ import annotations

from kblint.render.identity import Gvk, Id, parse_api_version
from kblint.source.text import Span
from kblint.source.values import PathPart, PositionedDict, PositionedList, Unknown, value_at

Container = PositionedDict | PositionedList


class WrittenValue:
    """A value with where its key and it itself stand."""

    __slots__ = ("key_span", "span", "value")

    def __init__(self, value: object, span: Span, key_span: Span | None = None) -> None:
        self.value = value
        self.span = span
        self.key_span = key_span or span


class BuiltObject:
    """An object, and what kustomize remembers of it until the names in it are settled.

    `previous` is what it was called before, the first name first; `prefixes` and `suffixes` are those it was given.
    `path` is the file, or the kustomization, that it comes from.
    """

    def __init__(self, root: PositionedDict, span: Span, path: str) -> None:
        self.root = root
        self.span = span
        self.path = path
        self.previous: tuple[Id, ...] = ()
        self.prefixes: tuple[str, ...] = ()
        self.suffixes: tuple[str, ...] = ()
        self.needs_hash = False
        self.behavior = ""
        self.variables: frozenset[str] = frozenset()
        self.twins: dict[tuple[PathPart, ...], tuple[tuple[PathPart, ...], ...]] = {}
        """Places of which kustomize holds one value: what is written to one of them is in all."""
        self._own: dict[int, Container] = {}
        self._gvk: Gvk | None = None

    def share(self) -> None:
        """Change nothing from now on of what it holds now: others hold it too."""
        self._own = {}

    def copy(self) -> BuiltObject:
        """The same object for another build; from now on neither changes what both hold."""
        other = BuiltObject(self.root, self.span, self.path)
        other.previous, other.prefixes, other.suffixes = self.previous, self.prefixes, self.suffixes
        other.needs_hash, other.behavior, other.variables = self.needs_hash, self.behavior, self.variables
        other.twins = self.twins
        self.share()
        return other

    @property
    def gvk(self) -> Gvk:
        """Its group, version and kind as they are now."""
        if self._gvk is None:
            group, version = parse_api_version(scalar(self.root.get("apiVersion")))
            self._gvk = Gvk(group, version, scalar(self.root.get("kind")))
        return self._gvk

    @property
    def name(self) -> str:
        """Its name as it is now."""
        metadata = self.root.get("metadata")
        return scalar(metadata.get("name")) if isinstance(metadata, dict) else ""

    @property
    def namespace(self) -> str:
        """The namespace that is written in it, or nothing."""
        metadata = self.root.get("metadata")
        return scalar(metadata.get("namespace")) if isinstance(metadata, dict) else ""

    @property
    def id(self) -> Id:
        """What it is called now."""
        return Id(self.gvk, self.name, self.namespace)

    @property
    def original(self) -> Id:
        """What it was called first."""
        return self.previous[0] if self.previous else self.id

    @property
    def ids(self) -> tuple[Id, ...]:
        """What it was ever called, what it is called now at last."""
        return (*self.previous, self.id)

    def was_called(self, name: str) -> bool:
        """Whether it has a name, or had it once."""
        return self.name == name or any(id.name == name for id in self.previous)

    def remember(self) -> None:
        """Keep what it is called now as a former name."""
        now = self.id
        self.previous = (*self.previous, now._replace(namespace=now.effective_namespace))

    def get(self, *path: PathPart) -> object:
        """The value at `path`; None where there is none."""
        return value_at(self.root, path)

    def texts(self, *path: PathPart) -> dict[str, str]:
        """The texts of the mapping at `path`, such as labels."""
        node = self.get(*path)
        return {key: scalar(value) for key, value in node.items()} if isinstance(node, dict) else {}

    def replace(self, root: PositionedDict) -> None:
        """Make it what `root` says, which is shared by nobody."""
        self.root = root
        self._own = {id(root): root}
        self._gvk = None

    def put(self, path: tuple[PathPart, ...], written: WrittenValue) -> None:
        """Set the value at `path`; mappings that are missing on the way are made, and stand where the value does."""
        for one in self.twins.get(path, (path,)):
            self._put(one, written)

    def _put(self, path: tuple[PathPart, ...], written: WrittenValue) -> None:
        *way, last = path
        holder = self.owned(tuple(way), written)
        if isinstance(holder, PositionedDict):
            holder.put(str(last), written.value, written.key_span, written.span)
        elif isinstance(last, int) and 0 <= last < len(holder):
            holder[last] = written.value
            holder.item_spans[last] = written.span

    def change(self, path: tuple[PathPart, ...], value: object) -> None:
        """Give the value at `path`, which is written, another one that still stands there."""
        *way, last = path
        holder = self.owned(tuple(way))
        if isinstance(holder, PositionedDict) and isinstance(last, str) and last in holder:
            holder[last] = value
        elif isinstance(holder, PositionedList) and isinstance(last, int):
            holder[last] = value

    def remove(self, path: tuple[PathPart, ...]) -> None:
        """Take away what stands at `path`."""
        *way, last = path
        holder = self.owned(tuple(way))
        if isinstance(holder, PositionedDict) and isinstance(last, str) and last in holder:
            del holder[last]
            del holder.key_spans[last], holder.value_spans[last]
        elif isinstance(holder, PositionedList) and isinstance(last, int) and 0 <= last < len(holder):
            del holder[last], holder.item_spans[last]

    def owned(self, path: tuple[PathPart, ...], made: WrittenValue | None = None) -> Container:
        """The container at `path`, which may be changed; where `made` says so, mappings are made that are missing.

        An empty one that belongs to nothing where there is no container at `path`.
        """
        node = self._mine(self.root)
        if not path:
            self._gvk = None
        if isinstance(node, PositionedDict):
            self.root = node
        for part in path:
            child = _child(node, part)
            if child is None and made is not None and isinstance(node, PositionedDict) and isinstance(part, str):
                fresh = PositionedDict(made.span)
                self._own[id(fresh)] = fresh
                node.put(part, fresh, node.key_spans.get(part, made.key_span), made.span)
                node = fresh
                continue
            if not isinstance(child, PositionedDict | PositionedList):
                return PositionedDict()
            mine = self._mine(child)
            if isinstance(node, PositionedDict):
                node[str(part)] = mine
            elif isinstance(part, int):
                node[part] = mine
            node = mine
        return node

    def _mine(self, node: Container) -> Container:
        if id(node) in self._own:
            return node
        copy = node.copied()
        self._own[id(copy)] = copy
        return copy


HEAVIEST = 10_000
"""Values in what a kustomization may copy at once: copies of copies grow without end."""
LONGEST = 1 << 20
"""Characters of a text that a kustomization puts together."""


def is_heavy(value: object) -> bool:
    """Whether there is more in a value than may be copied."""
    pending, count = [value], 0
    while pending and count <= HEAVIEST:
        node = pending.pop()
        count += 1
        if isinstance(node, dict | list):
            pending.extend(node.values() if isinstance(node, dict) else node)
    return count + len(pending) > HEAVIEST or (isinstance(value, str) and len(value) > LONGEST)


def scalar(value: object) -> str:
    """A scalar as the text that kustomize compares; nothing for what is none."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Unknown):
        return value.text
    return "" if value is None or isinstance(value, dict | list) else str(value)


def _child(node: Container, part: PathPart) -> object:
    if isinstance(node, PositionedDict):
        return node.get(part) if isinstance(part, str) else None
    return node[part] if isinstance(part, int) and 0 <= part < len(node) else None


def objects_of(root: object, span: Span, path: str) -> list[BuiltObject]:
    """The objects of a document; a list of objects is opened."""
    if not isinstance(root, PositionedDict):
        return []
    kind, items = root.get("kind"), root.get("items")
    if isinstance(kind, str) and kind.endswith("List") and "items" in root:
        if not isinstance(items, PositionedList):
            return []
        pairs = zip(items, items.item_spans, strict=True)
        return [one for item, at in pairs for one in objects_of(item, at, path)]
    return [BuiltObject(root, span, path)]
