"""Snapshots: what a tool printed of a running system. They are never edited; a fix for one is the command to run."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from kblint.finding import Finding
from kblint.fix import Applicability, Edit, Fix
from kblint.model.balancer import DeclaredBy, LoadBalancer
from kblint.model.bundle import Declaration, meta_of
from kblint.model.meta import Meta
from kblint.source.regex import regex
from kblint.source.scalar import resolve
from kblint.source.text import Span
from kblint.source.values import Origin, PathPart, PositionedDict, PositionedList

_BY_THE_API = ("uid", "resourceVersion", "managedFields")
"""Keys of `metadata` that only an API server writes.

https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/#System
"""
_BY_HETZNER = ("id", "created", "ingoing_traffic", "outgoing_traffic", "included_traffic")
"""Keys of a balancer that only Hetzner's API writes; of targets it writes `health_status`.

https://docs.hetzner.cloud/reference/cloud#load-balancers
"""
_OPTIONS: Mapping[tuple[str, ...], str] = MappingProxyType(
    {
        ("protocol",): "protocol",
        ("destination_port",): "destination-port",
        ("health_check", "protocol"): "health-check-protocol",
        ("health_check", "port"): "health-check-port",
        ("health_check", "http", "domain"): "health-check-http-domain",
        ("health_check", "http", "path"): "health-check-http-path",
    }
)
"""What `hcloud load-balancer update-service` can change of a service, by the path in the API's shape.

https://github.com/hetznercloud/cli/blob/main/docs/reference/manual/hcloud_load-balancer_update-service.md
"""
_NAME = regex(r"[A-Za-z0-9][A-Za-z0-9._:-]*")
"""What Hetzner and Kubernetes take for a name; nothing else becomes a word of a command."""


class _Change(Struct, frozen=True):
    """One edit as what becomes of the value at `path`: `key` is its new key where that changes, `is_gone`: removed."""

    path: tuple[PathPart, ...]
    old: object
    new: object
    key: str | None = None
    is_gone: bool = False


def with_commands(findings: Sequence[Finding], declarations: Iterable[Declaration]) -> list[Finding]:
    """The findings; a fix that would edit a snapshot is the command that does the same, or none where no command does.

    Costs nothing where no finding has a fix.
    """
    paths = {edit.place.source.path for finding in findings if finding.fix for edit in finding.fix.edits}
    if not paths:
        return list(findings)
    snapshots = [one for one in declarations if (at := _origin(one)) and at.source.path in paths and is_snapshot(one)]
    return [replace(one, fix=_commanded(one.fix, snapshots)) if one.fix else one for one in findings]


def is_snapshot(declaration: Declaration) -> bool:
    """Whether a thing is as its API printed it: it holds what nobody else writes."""
    origin = _origin(declaration)
    if origin is None:
        return False
    if isinstance(declaration, LoadBalancer):
        is_read = any(origin.is_written(key) for key in _BY_HETZNER)
        return is_read or any(target.origin.is_written("health_status") for target in declaration.targets)
    return any(origin.is_written("metadata", key) for key in _BY_THE_API)


def _origin(declaration: Declaration) -> Origin | None:
    """The whole of a thing that may be a snapshot."""
    if isinstance(declaration, LoadBalancer):
        return declaration.origin if declaration.form is DeclaredBy.API else None
    meta = meta_of(declaration)
    return meta.origin if meta else None


def _commanded(fix: Fix, snapshots: Sequence[Declaration]) -> Fix | None:
    """The fix as it is where it edits no snapshot."""
    holders = [next((one for one in snapshots if _holds(one, edit)), None) for edit in fix.edits]
    if not any(holders):
        return fix
    (holder, *others) = holders
    command = _command(holder, fix.edits) if holder and all(other is holder for other in others) else None
    return replace(fix, applicability=Applicability.MANUAL, command=command) if command else None


def _holds(declaration: Declaration, edit: Edit) -> bool:
    origin = _origin(declaration)
    if origin is None or origin.source is not edit.place.source:
        return False
    whole, span = origin.node.span, edit.place.span
    return whole.start <= span.start and span.end <= whole.end


def _command(holder: Declaration, edits: Iterable[Edit]) -> str | None:
    origin = _origin(holder)
    changes = [_change(origin, edit) for edit in edits] if origin else []
    known = [change for change in changes if change]
    if not known or len(known) < len(changes):
        return None
    meta = meta_of(holder)
    words = _patched(meta, known) if meta else _updated(holder, known) if isinstance(holder, LoadBalancer) else None
    return shlex.join(words) if words else None


def _patched(meta: Meta, changes: Iterable[_Change]) -> list[str] | None:
    """`kubectl patch`, which first sees that what it changes is still what was printed."""
    names = [name for name in (meta.name, meta.namespace) if name is not None]
    # of a pod that runs next to nothing can be changed, and of no object what it is
    if meta.kind == "Pod" or not all(isinstance(name, str) and _NAME.fullmatch(name) for name in names):
        return None
    operations = [operation for change in changes for operation in _operations(change)]
    if any(not str(operation["path"]).startswith(("/spec/", "/metadata/annotations/")) for operation in operations):
        return None
    kind = f"{meta.kind}.{meta.group}" if meta.group else meta.kind
    patch = json.dumps(operations, separators=(",", ":")).replace(" ", "\\u0020")
    return [
        *("kubectl", "patch", kind.lower(), meta.name),
        *(("--namespace", meta.namespace) if meta.namespace is not None else ()),
        *("--type=json", "--patch", patch),
    ]


def _operations(change: _Change) -> Iterator[dict[str, object]]:
    """https://www.rfc-editor.org/rfc/rfc6902 ."""
    path = _pointer(change.path)
    yield {"op": "test", "path": path, "value": change.old}
    if change.key is not None:
        yield {"op": "move", "from": path, "path": _pointer((*change.path[:-1], change.key))}
    elif change.is_gone:
        yield {"op": "remove", "path": path}
    else:
        yield {"op": "replace", "path": path, "value": change.new}


def _pointer(path: Iterable[PathPart]) -> str:
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def _updated(balancer: LoadBalancer, changes: Iterable[_Change]) -> list[str] | None:
    """`hcloud load-balancer update-service`, which changes one service."""
    options: list[str] = []
    services: set[int] = set()
    for change in changes:
        match change:
            case _Change(path=("services", int(index), *inner), key=None, is_gone=False) if tuple(inner) in _OPTIONS:
                services.add(index)
                options += [f"--{_OPTIONS[tuple(map(str, inner))]}", str(change.new)]
            case _:
                return None
    ports = [balancer.origin.get("services", index, "listen_port") for index in services]
    if len(ports) != 1 or not isinstance(ports[0], int) or not _NAME.fullmatch(balancer.name):
        return None
    return ["hcloud", "load-balancer", "update-service", balancer.name, "--listen-port", str(ports[0]), *options]


def _change(origin: Origin, edit: Edit) -> _Change | None:
    """What an edit of a scalar does to the mapping that it stands in; None where that cannot be told."""
    found = _entry(origin.node, edit.place.span, ())
    if found is None:
        return None
    path, is_key = found
    old = origin.get(*path)
    if not edit.text:
        return _Change(path, old, None, is_gone=True)
    new = _read(edit.text)
    if is_key:
        return _Change(path, old, old, key=new) if isinstance(new, str) else None
    return _Change(path, old, new)


def _entry(holder: object, span: Span, path: tuple[PathPart, ...]) -> tuple[tuple[PathPart, ...], bool] | None:
    """The path of the scalar at `span`, or of the entry whose line it is, and whether only its key stands there."""
    parts: Iterable[tuple[PathPart, Span | None, Span]] = ()
    if isinstance(holder, PositionedDict):
        parts = ((key, holder.key_spans[key], holder.value_spans[key]) for key in holder)
    elif isinstance(holder, PositionedList):
        parts = ((index, None, at) for index, at in enumerate(holder.item_spans))
    for part, key, value in parts:
        here = (*path, part)
        if span == key:
            return here, True
        is_line = key is not None and span.start <= key.start and value.end <= span.end
        if span == value or is_line:
            return here, False
        if value.start <= span.start and span.end <= value.end:
            inner = holder[part]  # type: ignore[index]  # a key of the one, or an index of the other
            return _entry(inner, span, here)
    return None


def _read(written: str) -> object:
    """The value of a scalar as an edit writes it."""
    if written[:1] == '"':
        return json.loads(written)
    return written[1:-1].replace("''", "'") if written[:1] == "'" else resolve(written)
