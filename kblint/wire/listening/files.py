"""The files a container sees, as far as ConfigMaps and its own start command make them, and the ports they name."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache, partial

from msgspec import Struct, field
from msgspec.structs import replace

from kblint.model.input_format import InputFormat
from kblint.model.policy import ConfigMap
from kblint.model.workload import Container, Mount, Pod, Volume
from kblint.source.grouping import grouped
from kblint.source.regex import regex
from kblint.source.values import Unknown
from kblint.syntax.passage import Passage, written
from kblint.wire.listening.variables import FindConfigMap

FORMAT = InputFormat(
    "server configuration",
    "nginx, Apache, Caddy, HAProxy, Traefik, Kong and others in ConfigMaps that pods mount, and in start commands",
    "what an image holds; what a program loads only when it runs",
)

Content = Passage | Unknown | None
"""A file's text; Unknown where there is one that cannot be known; None where there is no file."""


MOST_UNKNOWN_PATHS = 50
"""Unknown changes that are told apart; after that, nothing is known any more."""


class FromImage(Struct, frozen=True):
    """Whatever the image holds there."""


FROM_IMAGE = FromImage()


_NUMBER = regex(r"(?<![\d.])\d++(?![\d.]*\d)")
Mounted = Passage | Mapping[str, Passage | Unknown] | Unknown
"""A file's text, a directory's files by their path in it, or what cannot be known."""


class Tree(Struct, frozen=True, eq=False, dict=True):
    """What is mounted at `path`; it is opened only when somebody looks."""

    path: str
    open: Callable[[], Mounted]

    @cached_property
    def content(self) -> Mounted:
        """What is there."""
        return self.open()


class Directory(Struct, frozen=True, eq=False):
    """Files of one directory by name. `replaces_image` says that nothing of the image's is left to see."""

    files: Mapping[str, Content]
    replaces_image: bool
    is_known: bool = True


class ContainerFiles(Struct, frozen=True, eq=False):
    """Mounts, the deepest first, with what the start command writes over them."""

    trees: tuple[Tree, ...]
    changed: Mapping[str, Content] = field(default_factory=dict)
    unknown_paths: tuple[str, ...] = ()
    """Files and directories that something unknown was done to."""
    knows_nothing: bool = False
    """Whether that were too many to tell apart."""
    of_image: Mapping[str, Passage] = field(default_factory=dict)
    """What the image's own files are known to say, for those that matter."""

    def at(self, path: str) -> Content | FromImage:
        """What the file at `path` holds."""
        if self._is_unknown(path):
            return Unknown(path)
        if path in self.changed:
            return self.changed[path]
        for tree in self.trees:
            if tree.path == path:
                return tree.content if isinstance(tree.content, Passage | Unknown) else None
            if _is_below(path, tree.path):
                if not isinstance(tree.content, Mapping):
                    return Unknown(tree.path)
                return tree.content.get(path[len(tree.path.rstrip("/")) + 1 :])
        return FROM_IMAGE

    def within(self, directory: str) -> Directory:
        """What is directly in `directory`."""
        directory = directory.rstrip("/")
        found: dict[str, Content] = {}
        replaces_image = False
        is_known = True
        for tree in reversed(self.trees):
            if directory == tree.path or _is_below(directory, tree.path):
                found, replaces_image, is_known = {}, True, isinstance(tree.content, Mapping)
                inner = directory[len(tree.path.rstrip("/")) + 1 :]
                for name, content in tree.content.items() if isinstance(tree.content, Mapping) else ():
                    if posixpath.dirname(name) == inner:
                        found[posixpath.basename(name)] = content
            elif posixpath.dirname(tree.path) == directory and isinstance(tree.content, Passage | Unknown):
                found[posixpath.basename(tree.path)] = tree.content
        for path, change in self.changed.items():
            if posixpath.dirname(path) == directory:
                found[posixpath.basename(path)] = change
        for unknown_path in self.unknown_paths:
            if posixpath.dirname(unknown_path) == directory:
                found[posixpath.basename(unknown_path)] = Unknown(unknown_path)
        return Directory(found, replaces_image, is_known and not self._is_unknown(directory))

    def touches(self, directory: str) -> bool:
        """Whether anything in or below `directory`, or the directory itself, is not the image's own."""
        below = directory.rstrip("/") + "/"
        paths = [*(tree.path for tree in self.trees), *self.changed, *self.unknown_paths]
        return any(f"{path}/".startswith(below) or below.startswith(path.rstrip("/") + "/") for path in paths)

    def _is_unknown(self, path: str) -> bool:
        return any(path == unknown or _is_below(path, unknown) for unknown in self.unknown_paths)

    def with_changes(self, changes: Mapping[str, Content]) -> ContainerFiles:
        """The same files after further changes."""
        return replace(self, changed={**self.changed, **changes})

    def on_image(self, of_image: Mapping[str, Passage]) -> ContainerFiles:
        """The same files on an image of which some files are known."""
        likely = {path: replace(passage, is_likely=True) for path, passage in of_image.items()}
        return replace(self, of_image=likely)

    def marked_unknown(self, path: str) -> ContainerFiles:
        """The same files after something unknown happened at or below `path`."""
        few = len(self.unknown_paths) < MOST_UNKNOWN_PATHS and not self.knows_nothing
        paths = (*self.unknown_paths, path) if few else ("/",)
        return replace(self, unknown_paths=paths, knows_nothing=not few)

    def emptied(self, directory: str) -> ContainerFiles:
        """The same files without any in `directory`."""
        below = directory.rstrip("/") + "/"
        trees = [tree for tree in self.trees if not f"{tree.path}/".startswith(below)]
        kept = {path: content for path, content in self.changed.items() if not path.startswith(below)}
        trees = sorted([*trees, Tree(directory, dict)], key=lambda tree: len(tree.path), reverse=True)
        return replace(self, trees=tuple(trees), changed=kept)


def mounted_files(
    pod: Pod, container: Container, config_map: FindConfigMap, secret: FindConfigMap = lambda _: None
) -> ContainerFiles:
    """What a container's volume mounts put into its file system; `secret` gives what a Secret holds.

    https://kubernetes.io/docs/concepts/storage/volumes/#configmap
    """
    find = {"configMap": config_map, "secret": secret}
    # a projected volume is one for each of its sources
    volumes = grouped((volume.volume, volume) for volume in pod.volumes) if container.mounts else {}
    trees = (
        Tree(
            posixpath.normpath(mount.path) if mount.path else "/",
            partial(_mounted, mount, volumes.get(mount.volume, ()), find),
        )
        for mount in container.mounts
    )
    return ContainerFiles(tuple(sorted(trees, key=lambda tree: len(tree.path), reverse=True)))


def config_maps(pod: Pod, container: Container, config_map: FindConfigMap) -> Iterator[tuple[Volume, ConfigMap]]:
    """The ConfigMaps that a container mounts, as far as they are in the input."""
    mounted = {mount.volume for mount in container.mounts}
    for volume in pod.volumes:
        found = config_map(volume.name) if volume.kind == "configMap" and volume.name else None
        if found and volume.volume in mounted:
            yield volume, found


def _is_below(path: str, directory: str) -> bool:
    return path.startswith(directory.rstrip("/") + "/")


def _mounted(mount: Mount, volumes: Sequence[Volume], find: Mapping[str, FindConfigMap]) -> Mounted:
    unknown = Unknown(mount.path)
    files: dict[str, Passage | Unknown] = {}
    for volume in volumes:
        found = find[volume.kind](volume.name) if volume.kind in find and volume.name else None
        if found is None:
            return unknown
        for key, name in (volume.items or {key: key for key in found.data}).items():
            value = found.data.get(key)
            files[posixpath.normpath(name)] = written(found.origin, key) if isinstance(value, str) else Unknown(key)
    if not volumes or "$" in mount.sub_path:
        return unknown
    if not mount.sub_path:
        return files
    sub_path = posixpath.normpath(mount.sub_path)
    if sub_path in files:
        return files[sub_path]
    below = {name[len(sub_path) + 1 :]: content for name, content in files.items() if name.startswith(sub_path + "/")}
    # a `subPath` that the ConfigMap does not hold keeps the pod from starting
    return below or unknown


def mentions(pod: Pod, container: Container, number: int, config_map: FindConfigMap) -> bool:
    """Whether the number stands in the container's command, arguments, environment or mounted configuration."""
    wanted = str(number)
    texts = [*container.words, *(variable.value for variable in container.env)]
    if any(isinstance(text, str) and wanted in _numbers(text) for text in texts):
        return True
    found = [config_map(source.name) for source in container.env_from if source.kind == "ConfigMap" and source.name]
    found += [one for _, one in config_maps(pod, container, config_map)]
    return any(isinstance(text, str) and wanted in _numbers(text) for one in found if one for text in one.data.values())


@lru_cache(maxsize=1024)
def _numbers(text: str) -> frozenset[str]:
    """The numbers in a text, but for versions, addresses and the like; many containers may share it."""
    return frozenset(_NUMBER.findall(text))
