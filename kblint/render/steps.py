"""What one kustomization does with the objects that it has taken in, in kustomize's order."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from msgspec import Struct, field

from kblint.render import patches as patching
from kblint.render.generators import generate
from kblint.render.kustomization import listed
from kblint.render.label_fields import METADATA_LABELS
from kblint.render.library import Library, beside
from kblint.render.problems import LackingError, NotHereError, Problem, RefusedError, RemoteError, problem_at
from kblint.render.replacements import replace_values, replacements_of
from kblint.render.resource import BuiltObject, WrittenValue, scalar
from kblint.render.settings import USUAL, FieldSettings, field_specs
from kblint.render.transforms import (
    add_entries,
    add_prefix,
    add_suffix,
    entries,
    set_images,
    set_namespace,
    set_replicas,
)
from kblint.render.variables import mark
from kblint.source.values import Origin, PositionedDict, Unknown

MOST_STEPS = 100_000
"""Objects that the steps of all kustomizations together go through in any case: each goes through all there are."""
LEAST_CHARACTERS = 10
"""Of an input for each further one."""


class Effort(Struct):
    """How much may still be done; shared by all kustomizations of a run."""

    most: int
    spent: int = 0

    def spend(self, steps: int) -> None:
        """Take note of so many steps.

        Raises:
            NotHereError: they are too many.
        """
        self.spent += steps
        if self.spent > self.most:
            raise NotHereError(f"more than {self.most:,} steps are too many to follow")


class Accumulated(Struct):
    """The objects of a kustomization and of all below it, and what is wrong with those.

    `unknown` are the reasons for which something is missing, `is_partial` says that more is than what is fetched from
    elsewhere. `used` are the files, `doubts` what was to change the objects and could not be done.
    """

    effort: Effort
    resources: list[BuiltObject] = field(default_factory=list)
    taken: set[object] | None = None
    """What identifies the objects, None where that is to be found out anew."""
    settings: FieldSettings = USUAL
    variables: list[Origin] = field(default_factory=list)
    used: dict[str, None] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unknown: list[tuple[str, str]] = field(default_factory=list)
    is_partial: bool = False
    doubts: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing."""
        return not self.unknown and not self.problems and not self.is_partial


class Steps:
    """The steps of one kustomization, each of which may fail for itself."""

    def __init__(self, kustomization: Origin, folder: str, library: Library, state: Accumulated) -> None:
        self._said = kustomization
        self._folder = folder
        self._library = library
        self._state = state

    def generate(self) -> None:
        """Add the ConfigMaps and Secrets that it asks for, or merge them into those there are."""
        for key, kind in (("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")):
            for entry in self._said.children(key):
                self._attempt(entry, partial(self._generate, kind, entry))

    def transform(self) -> None:
        """Patch, rename and label as it says."""
        said, state, resources = self._said, self._state, self._state.resources
        for written, span in listed(said, "patchesStrategicMerge"):
            self._change(said, partial(self._merge, WrittenValue(written, span)), "patchesStrategicMerge")
        for entry in said.children("patches"):
            self._change(entry, partial(self._patch, entry))
        resources, settings = state.resources, state.settings
        namespace = self._written("namespace")
        if namespace is not None:
            self._attempt(said, partial(set_namespace, resources, namespace, settings.namespaced), "namespace")
        for key, add, specs in (
            ("namePrefix", add_prefix, settings.prefixed),
            ("nameSuffix", add_suffix, settings.suffixed),
        ):
            said_name = self._written(key)
            if said_name is not None:
                add(resources, scalar(said_name.value), specs)
        self._label(resources, settings)
        for entry in said.children("patchesJson6902"):
            self._change(entry, partial(self._patch, entry))
        resources = state.resources
        for entry in said.children("replicas"):
            self._attempt(entry, partial(self._replicas, entry))
        images = (*said.children("images"), *said.children("imageTags"))
        if images:
            self._attempt(said, partial(self._images, images), "images")
        for entry in said.children("replacements"):
            self._change(entry, partial(self._replace, entry))
        for entry in said.children("vars"):
            self._attempt(entry, partial(mark, resources, entry))
            state.variables.append(entry)

    def _label(self, resources: list[BuiltObject], settings: FieldSettings) -> None:
        for entry in self._said.children("labels"):
            fields = (*field_specs(entry, "fields"), *settings.labels)
            if entry.get("includeSelectors") is True:
                fields = (*fields, *settings.selectors)
            else:
                fields = (*fields, *(settings.templates if entry.get("includeTemplates") is True else METADATA_LABELS))
            self._attempt(entry, partial(add_entries, resources, entries(entry.child("pairs")), fields))
        add_entries(resources, entries(self._said.child("commonLabels")), settings.selectors)
        add_entries(resources, entries(self._said.child("commonAnnotations")), settings.annotations)

    def _generate(self, kind: str, entry: Origin) -> None:
        path = self._said.source.path
        made = generate(kind, entry, self._said.child("generatorOptions"), self._library, self._folder, path)
        found = [one for one in self._state.resources if any(made.id.is_same(id) for id in one.ids)]
        if made.behavior not in ("merge", "replace"):
            if found:
                help = "write `behavior: merge` or `behavior: replace`, or give it another name"
                raise RefusedError(f"there is a {kind} `{made.name}` already", help, entry.span("name"))
            self._state.resources.append(made)
        elif len(found) != 1:
            message = f"there is no {kind} `{made.name}` to {made.behavior}"
            if not self._state.is_whole:
                raise LackingError(message)
            raise RefusedError(message, "correct the name, or leave `behavior` out", entry.span("name"))
        else:
            absorb(found[0], made)

    def _merge(self, written: WrittenValue) -> None:
        text = str(written.value)
        if "\n" in text:
            roots = patching.inline(self._said.source, written)
        else:
            roots = patching.in_file(self._library, beside(self._folder, text), written.span)
        for root, span in roots:
            self._apply(patching.Patch(root, span, None))
        self._use(text)

    def _patch(self, entry: Origin) -> None:
        for patch in patching.patches_of(entry, self._library, self._folder):
            self._apply(patch)
        self._use(entry.get("path"))

    def _use(self, written: object) -> None:
        """Take a file as one that this is built of: what was patched with is judged where it was patched in."""
        if isinstance(written, str) and "\n" not in written:
            self._state.used[beside(self._folder, written)] = None

    def _apply(self, patch: patching.Patch) -> None:
        state = self._state
        state.effort.spend(len(state.resources))
        state.resources = patching.apply(self._said.source, state.resources, patch, is_whole=state.is_whole)

    def _images(self, images: tuple[Origin, ...]) -> None:
        self._state.effort.spend(len(images) * len(self._state.resources) // 3)
        set_images(self._state.resources, images, self._state.settings.images)

    def _replicas(self, entry: Origin) -> None:
        try:
            set_replicas(self._state.resources, entry, self._state.settings.replicas)
        except RefusedError as error:
            if not self._state.is_whole:
                raise LackingError(error.message) from None
            raise

    def _replace(self, entry: Origin) -> None:
        self._use(entry.get("path"))
        for one in replacements_of(entry, self._library, self._folder):
            self._state.effort.spend((1 + len(one.children("targets"))) * len(self._state.resources))
            try:
                replace_values(self._state.resources, one)
            except RefusedError as error:
                if not self._state.is_whole:
                    raise LackingError(error.message) from None
                raise

    def _written(self, key: str) -> WrittenValue | None:
        node = self._said.node
        return WrittenValue(node[key], node.value_spans[key], node.key_spans[key]) if node.get(key) else None

    def _change(self, asked: Origin, step: Callable[[], None], *path: str) -> None:
        """Take a step that changes objects: where it cannot be taken, nobody knows what they say."""
        failed = self._attempt(asked, step, *path)
        if failed:
            self._state.doubts.append(failed)

    def _attempt(self, asked: Origin, step: Callable[[], None], *path: str) -> str:
        return attempt(self._state, asked, partial(self._spent, step), *path)

    def _spent(self, step: Callable[[], None]) -> None:
        self._state.effort.spend(1 + len(self._state.resources))
        step()


def attempt(state: Accumulated, asked: Origin, step: Callable[[], None], *path: str) -> str:
    """Take a step; one that fails is left out, and what it fails for is kept, and told: empty where it does not."""
    try:
        step()
    except RefusedError as error:
        state.problems.append(problem_at(asked, error, *path))
        return error.message
    except LackingError as error:
        state.is_partial = True
        return str(error)
    except NotHereError as error:
        state.unknown.append((asked.source.path, str(error)))
        state.is_partial |= not isinstance(error, RemoteError)
        return str(error)
    return ""


def absorb(old: BuiltObject, new: BuiltObject) -> None:
    """Lay a generated object over the one of its name, which keeps what it was called."""
    for name in ("labels", "annotations"):
        _lay(old, new, ("metadata", name))
    for name in ("data", "binaryData"):
        if new.behavior == "replace":
            old.remove((name,))
        held, laid = old.get(name), new.get(name)
        if isinstance(laid, Unknown) or isinstance(held, Unknown):
            old.put((name,), WrittenValue(laid if isinstance(laid, Unknown) else held, new.span))
        else:
            _lay(old, new, (name,))
    for key in ("type", "immutable"):
        if key in new.root:
            old.put((key,), WrittenValue(new.root[key], new.root.value_spans[key], new.root.key_spans[key]))
    old.needs_hash = new.needs_hash


def _lay(old: BuiltObject, new: BuiltObject, path: tuple[str, ...]) -> None:
    node = new.get(*path)
    if isinstance(node, PositionedDict):
        for key, value in node.items():
            old.put((*path, key), WrittenValue(value, node.value_spans[key], node.key_spans[key]))
