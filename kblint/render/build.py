"""Kustomizations, built from their files: `api/internal/target` of https://github.com/kubernetes-sigs/kustomize."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from functools import partial

from msgspec.structs import replace

from kblint.model.input_format import InputFormat
from kblint.render.delivered import Delivery, deliveries
from kblint.render.kustomization import is_component, is_remote, listed, made_by_programs, refusals, root_of
from kblint.render.library import Library, beside, is_kustomization_file
from kblint.render.metadata import add_metadata
from kblint.render.names import add_hashes, fix_references
from kblint.render.ordering import ordered
from kblint.render.problems import NotHereError, Problem, RefusedError, RemoteError, problem_at
from kblint.render.rendered import Build, Rendered
from kblint.render.resource import BuiltObject, objects_of, scalar
from kblint.render.settings import USUAL
from kblint.render.steps import LEAST_CHARACTERS, MOST_STEPS, Accumulated, Effort, Steps, attempt
from kblint.render.variables import fill_in, value_of
from kblint.source.templates import unknown
from kblint.source.text import Source, Span
from kblint.source.values import Document, Origin

FORMAT = InputFormat(
    "kustomizations",
    "all that `kubectl kustomize` builds; what Flux and Argo CD lay over it, with the variables of `postBuild`",
    "what is fetched from elsewhere, `helmCharts`, and generators and transformers that are programs",
)
_LOCAL = "config.kubernetes.io/local-config"
_ANNOTATIONS = ("metadata", "annotations")
MOST_OBJECTS = 15_000
"""Taken in by all kustomizations together in any case: bases of bases may double at every level."""
_LEAST_CHARACTERS = 50
"""Of an input for each further one."""
_DEEPEST = 50
"""Levels of kustomizations in each other."""


def build_all(sources: Sequence[Source], elsewhere: frozenset[str] = frozenset()) -> Rendered:
    """Build every kustomization among `sources` that no other one uses.

    `elsewhere` are paths of files that kustomizations may name and that are not among `sources`, but may exist.
    """
    if not any(is_kustomization_file(source.path) for source in sources):
        return Rendered()
    return _Builder(Library(sources, elsewhere)).all()


class _Builder:
    def __init__(self, library: Library) -> None:
        self._library = library
        self._folders: dict[str, Origin] = {}
        self._cached: dict[str, Accumulated] = {}
        self._open: list[str] = []
        self.problems: dict[Problem, None] = {}
        self.unknown: dict[tuple[str, str], None] = {}
        self._bases: set[str] = set()
        self._built = 0
        length = len(library.text.text)
        self._most = max(MOST_OBJECTS, length // _LEAST_CHARACTERS)
        self._effort = Effort(max(MOST_STEPS, length // LEAST_CHARACTERS))
        self._documents: list[Document] = []
        for path in library.paths:
            documents = library.readable(path) if is_kustomization_file(path) else ()
            root = root_of(documents)
            folder = posixpath.dirname(path)
            if root is None:
                continue
            origin = Origin(library.as_file(path), root.node, root.head)
            self._documents += [replace(one, source=origin.source) for one in documents]
            if folder in self._folders:
                place = origin.place()
                self.problems[Problem(place, "this folder holds several kustomizations", "keep one of them")] = None
                continue
            self._folders[folder] = origin
        for folder, origin in self._folders.items():
            for written, _ in listed(origin, "resources", "bases", "components"):
                if not is_remote(written):
                    self._bases.add(beside(folder, written))

    def all(self) -> Rendered:
        """Every one that no other uses; those that use each other are only looked at for what is wrong with them."""
        builds: list[Build] = []
        used: dict[str, None] = {}
        delivered = deliveries(self._library, self._folders)
        for folder, origin in self._folders.items():
            if folder in self._bases or is_component(origin):
                continue
            state = self._taken(folder)
            laid_over = delivered.get(folder, ())
            is_only, affordable = len(laid_over) == 1, filter(partial(self._affords, state), laid_over)
            builds += [self._delivered(folder, one, is_only=is_only) for one in affordable]
            builds += [] if laid_over else [self._build(origin, state)]
            used |= state.used
        for folder, origin in self._folders.items():
            if folder not in self._cached and not is_component(origin):
                used |= self._taken(folder).used
        return Rendered(
            tuple(builds),
            frozenset(used),
            tuple(sorted(self.problems, key=lambda one: (one.place.source.path, one.place.span, one.message))),
            tuple(sorted(self.unknown)),
            tuple(self._library.faults(used)),
            tuple(self._documents),
        )

    def _affords(self, state: Accumulated, delivery: Delivery) -> bool:
        """Whether all objects may be made once more; one that is not is told."""
        self._built += len(state.resources)
        if self._built > self._most:
            self.unknown[delivery.by.source.path, f"more than {self._most:,} objects are built"] = None
        return self._built <= self._most

    def _delivered(self, folder: str, delivery: Delivery, *, is_only: bool) -> Build:
        """What a delivery makes of the kustomization of a folder; one of several stands for itself."""
        base, said = self._taken(folder), delivery.kustomization
        state = replace(
            base,
            resources=[one.copy() for one in base.resources],
            used={**base.used},
            problems=[*base.problems],
            unknown=[*base.unknown],
            doubts=[*base.doubts],
            variables=[*base.variables],
        )
        for written, span in listed(said, "components"):
            attempt(state, said, partial(self._component, folder, state, written, span), "components")
        Steps(said, folder, self._library, state).transform()
        self.problems |= dict.fromkeys(state.problems)
        self.unknown |= dict.fromkeys(state.unknown)
        origin = self._folders[folder]
        return self._build(origin if is_only else replace(origin, source=delivery.by.source), state, delivery)

    def _build(self, origin: Origin, state: Accumulated, delivery: Delivery | None = None) -> Build:
        """The documents of a kustomization: names and variables are settled only now."""
        resources = [one.copy() for one in state.resources]
        add_hashes(resources)
        for error in fix_references(resources, state.settings.references, self._effort.spend):
            self._note(state, origin, error)
        self._fill_in(resources, state)
        resources = [one for one in resources if one.texts(*_ANNOTATIONS).get(_LOCAL) in (None, "false")]
        for one in resources:
            if not one.get(*_ANNOTATIONS):
                one.remove(_ANNOTATIONS)
        add_metadata(resources, origin, posixpath.dirname(origin.source.path))
        if delivery:
            delivery.finish(resources)
        source = origin.source
        documents = tuple(
            Document(source, index, one.root, one.span) for index, one in enumerate(ordered(resources, origin))
        )
        taken = [self._folders[posixpath.dirname(path)] for path in state.used if is_kustomization_file(path)]
        is_partial, doubt = state.is_partial or bool(state.problems), next(iter(state.doubts), "")
        return Build(source.path, documents, tuple(taken), state.is_whole, is_partial, tuple(state.used), doubt)

    def _note(self, state: Accumulated, origin: Origin, error: RefusedError) -> None:
        state.problems.append(problem_at(origin, error))
        self.problems[state.problems[-1]] = None

    def _fill_in(self, resources: Sequence[BuiltObject], state: Accumulated) -> None:
        values: dict[str, object] = {}
        for variable in state.variables:
            try:
                values[scalar(variable.get("name"))] = value_of(resources, variable)
            except RefusedError as error:
                if state.is_whole:
                    self._note(state, variable, error)
        if values:
            fill_in(resources, values, state.settings.variables)

    def _taken(self, folder: str) -> Accumulated:
        """What the kustomization of a folder makes, before names are settled; made once."""
        if folder not in self._cached:
            state = self._cached[folder] = Accumulated(self._effort)
            self._accumulate(folder, state)
            self.problems |= dict.fromkeys(state.problems)
            self.unknown |= dict.fromkeys(state.unknown)
        return self._cached[folder]

    def _accumulate(self, folder: str, state: Accumulated) -> None:
        """Add what the kustomization of a folder makes to what is there, and change all of it as it says."""
        origin = self._folders[folder]
        self._open.append(folder)
        state.used[origin.source.path] = None
        state.problems += refusals(origin)
        for name in made_by_programs(origin):
            state.unknown.append((origin.source.path, f"`{name}` needs a program that kblint does not run"))
            state.is_partial = True
            if name == "transformers":
                state.doubts.append(f"`{name}` needs a program that kblint does not run")
        for written, span in listed(origin, "resources", "bases"):
            attempt(state, origin, partial(self._resource, folder, state, written, span), "resources")
        for written, _ in listed(origin, "configurations"):
            attempt(state, origin, partial(self._configure, state, beside(folder, written)), "configurations")
        steps = Steps(origin, folder, self._library, state)
        steps.generate()
        state.taken = None
        for written, span in listed(origin, "components"):
            failed = attempt(state, origin, partial(self._component, folder, state, written, span), "components")
            if failed:
                state.doubts.append(failed)
        steps.transform()
        state.taken = None
        self._open.pop()

    def _resource(self, folder: str, state: Accumulated, written: str, span: Span) -> None:
        path = self._path(folder, written, span)
        if path in self._folders:
            self._demand(path, span)
            base = self._taken(path)
            if is_component(self._folders[path]):
                raise RefusedError("a component cannot be a resource", "list it in `components`", span)
            self._append(state, [one.copy() for one in base.resources], span)
            state.settings = state.settings.with_all(base.settings)
            state.variables += base.variables
            state.used |= base.used
            # said once, where the base is built; here it only means that not everything is known
            state.unknown += [one for one in base.unknown if one not in state.unknown]
            state.is_partial |= base.is_partial or bool(base.problems)
            state.doubts += base.doubts
        elif self._library.is_folder(path) and not self._library.holds(path):
            raise RefusedError(f"there is no kustomization in `{written}`", "add one, or list the files in it", span)
        else:
            self._file(state, path, written, span)

    def _file(self, state: Accumulated, path: str, written: str, span: Span) -> None:
        try:
            documents = self._library.documents(path)
        except RefusedError:
            raise RefusedError(f"`{written}` does not exist", "correct the path, or take it out", span) from None
        state.used[path] = None
        resources = [one for document in documents for one in objects_of(document.root, document.span, path)]
        for one in resources:
            if not one.gvk.kind or not one.name:
                missing = "`metadata.name`" if one.gvk.kind else "`kind`"
                message = f"an object without {missing} cannot be built"
                raise RefusedError(message, "add it, or take the file out of the kustomization", one.span)
        self._append(state, resources, span)

    def _append(self, state: Accumulated, resources: Iterable[BuiltObject], span: Span) -> None:
        if state.taken is None:
            state.taken = {_identity(one) for one in state.resources}
        for one in resources:
            if _identity(one) in state.taken:
                message = f"{one.gvk.kind} `{one.name}` is here a second time"
                raise RefusedError(message, "take one of them out, or tell them apart by prefix or namespace", span)
            self._built += 1
            if self._built > self._most:
                raise NotHereError(f"more than {self._most:,} objects are built")
            state.taken.add(_identity(one))
            state.resources.append(one)

    def _component(self, folder: str, state: Accumulated, written: str, span: Span) -> None:
        path = self._path(folder, written, span)
        if path not in self._folders:
            if unknown(path):
                raise NotHereError(f"`{written}` is still to be filled in")
            if self._library.is_folder(path):
                raise RefusedError(f"there is no kustomization in `{written}`", None, span)
            raise RefusedError(f"`{written}` does not exist", "correct the path, or take it out", span)
        self._demand(path, span)
        if not is_component(self._folders[path]):
            raise RefusedError(
                f"`{written}` is no component", "write `kind: Component` there, or use `resources`", span
            )
        inner = replace(state, settings=USUAL)
        self._accumulate(path, inner)
        state.taken = None
        state.resources, state.settings = inner.resources, state.settings.with_all(inner.settings)
        state.is_partial |= inner.is_partial

    def _path(self, folder: str, written: str, span: Span) -> str:
        if is_remote(written):
            raise RemoteError(f"`{written}` is fetched from elsewhere")
        path = beside(folder, written)
        if path == folder:
            raise RefusedError(f"`{written}` is this kustomization itself", "take it out", span)
        is_outside = path.startswith("..") and path not in self._folders
        if is_outside and not self._library.holds(path):
            raise NotHereError(f"`{written}` lies outside of what was read")
        return path

    def _demand(self, path: str, span: Span) -> None:
        if len(self._open) > _DEEPEST:
            raise NotHereError(f"more than {_DEEPEST} kustomizations stand in each other")
        if path in self._open:
            raise RefusedError("kustomizations use each other in a circle", "take one of them out", span)

    def _configure(self, state: Accumulated, path: str) -> None:
        state.used[path] = None
        for document in self._library.documents(path):
            state.settings = state.settings.with_configuration(document)


def _identity(one: BuiltObject) -> object:
    return (one.gvk, one.name, one.id.effective_namespace)
