"""Scopes: what is deployed together.

Real repositories hold release copies, overlays and provider variants side by side. The whole input is one scope
unless the same object is declared twice; then it splits by folder until no scope holds an object twice, and files
higher up belong to every scope below them. So nothing is ever reported between variants.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from kblint.model.balancer import LoadBalancer
from kblint.model.bundle import Bundle, Declaration, identity, path_of
from kblint.model.cluster import ClusterSign, K3sConfig
from kblint.model.firewall import CloudFirewall, HostFirewall


@dataclass(frozen=True, slots=True, eq=False)
class _File:
    """What one file declares: its folders, and the things in their order."""

    path: str
    parts: tuple[str, ...]
    declarations: tuple[Declaration, ...]
    keys: frozenset[object]


def scopes(declarations: Sequence[Declaration]) -> tuple[Bundle, ...]:
    """Split everything read into bundles, each without an object twice. Without duplicates there is one."""
    files = _files(declarations)
    groups = _split(files, 0)
    if len(groups) == 1:
        return (Bundle(tuple(_without_repeats(groups[0]))),)
    # a balancer or firewall that lies beside the variants may belong to any of them; one inside a variant is its own
    shared: list[_File] = []
    variants: list[list[_File]] = []
    for group in groups:
        is_apart = all(_is_infrastructure(declaration) for file in group for declaration in file.declarations)
        if is_apart:
            shared.extend(group)
        else:
            variants.append(group)
    bundles = [Bundle(tuple(_without_repeats([*group, *_fitting(shared, group)]))) for group in variants]
    return tuple(bundles) or (Bundle(tuple(declarations)),)


def _files(declarations: Sequence[Declaration]) -> list[_File]:
    grouped: dict[str, list[Declaration]] = {}
    for declaration in declarations:
        grouped.setdefault(path_of(declaration), []).append(declaration)
    return [
        _File(
            path,
            tuple(path.split("/")),
            tuple(held),
            frozenset(key for declaration in held if (key := identity(declaration)) is not None),
        )
        for path, held in grouped.items()
    ]


def _is_infrastructure(declaration: Declaration) -> bool:
    """Whether a thing says how the nodes are reached, rather than what runs on them."""
    if isinstance(declaration, LoadBalancer):
        return declaration.meta is None
    return isinstance(declaration, CloudFirewall | ClusterSign | HostFirewall | K3sConfig)


def _split(files: list[_File], depth: int) -> list[list[_File]]:
    if not _clash(files):
        return [files]
    own = [file for file in files if len(file.parts) == depth + 1]
    below: dict[str, list[_File]] = {}
    for file in files:
        if len(file.parts) > depth + 1:
            below.setdefault(file.parts[depth], []).append(file)
    groups = [group for held in below.values() for group in _split(held, depth + 1)]
    alone = _by_file(own)
    if not groups:
        return alone
    result = [group + _fitting(own, group) for group in groups]
    covered = {file.path for group in result for file in group}
    return result + [group for group in alone if any(file.path not in covered for file in group)]


def _clash(files: list[_File]) -> bool:
    seen: set[object] = set()
    for file in files:
        if not seen.isdisjoint(file.keys):
            return True
        seen |= file.keys
    return False


def _fitting(own: list[_File], group: list[_File]) -> list[_File]:
    """The files that declare nothing the group declares itself."""
    held: set[object] = set().union(*(file.keys for file in group))
    fitting = []
    for file in own:
        if held.isdisjoint(file.keys):
            fitting.append(file)
            held |= file.keys
    return fitting


def _by_file(files: list[_File]) -> list[list[_File]]:
    """Files of one folder: those that declare the same object are variants, the others belong to each of them."""
    counts: dict[object, int] = {}
    for file in files:
        for key in file.keys:
            counts[key] = counts.get(key, 0) + 1
    variants = [file for file in files if any(counts[key] > 1 for key in file.keys)]
    if not variants:
        return [files] if files else []
    shared = [file for file in files if all(counts[key] == 1 for key in file.keys)]
    return [[variant, *shared] for variant in variants]


def _without_repeats(files: Sequence[_File]) -> list[Declaration]:
    """The things of a scope; of an object declared twice in one file the last one counts.

    Objects come in the order of their names, so that nothing depends on how they are spread over files; what has no
    name of its own follows in the order of its files.
    """
    named: dict[object, Declaration] = {}
    others: list[Declaration] = []
    for file in sorted(files, key=attrgetter("path")):
        for declaration in file.declarations:
            key = identity(declaration)
            if key is None:
                others.append(declaration)
            else:
                named[key] = declaration
    return [*(named[key] for key in sorted(named, key=_by_name)), *others]


def _by_name(key: object) -> tuple[str, ...]:
    return tuple("" if part is None else str(part) for part in key) if isinstance(key, tuple) else (str(key),)
