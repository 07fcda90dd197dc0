"""Which calls inside the cluster are shown: those of an application, to another one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kblint.errors import UsageError
from kblint.source.spelling import did_you_mean
from kblint.wire.clients.calls import Call
from kblint.wire.journeys.journey import Journey
from kblint.wire.topology import Topology


def called(
    topologies: Sequence[Topology], caller: str | None = None, target: str | None = None
) -> list[tuple[Journey, ...]]:
    """The calls of each scope by the workload `caller`, a name or `namespace/name`, to `target`.

    `target` is a host as it is asked, with or without its port, or the name of a Service or workload that is asked.

    Raises:
        UsageError: there are none.
    """
    pairs = [tuple(zip(topology.called, topology.calls, strict=True)) for topology in topologies]
    by_caller = [[(call, journey) for call, journey in one if _is_by(call, caller)] for one in pairs]
    names = [_shown(call.workload.meta.namespace, call.workload.meta.name) for one in pairs for call, _ in one]
    _require(by_caller, caller, names, "asks for anything inside the cluster")
    found = [[(call, journey) for call, journey in one if _is_to(call, target)] for one in by_caller]
    hosts = [call.host for one in by_caller for call, _ in one]
    _require(found, target, hosts, "is asked by it" if caller else "is asked by anybody here")
    return [tuple(journey for _, journey in one) for one in found]


def _require(found: Sequence[Sequence[object]], asked: str | None, known: Iterable[str], what: str) -> None:
    if asked is not None and not any(found):
        raise UsageError(f"nothing of the name `{asked}` {what}", help=did_you_mean(asked, known))


def _is_by(call: Call, caller: str | None) -> bool:
    return caller is None or _is_named(caller, call.workload.meta.namespace, call.workload.meta.name)


def _is_to(call: Call, target: str | None) -> bool:
    if target is None or target in (call.host, f"{call.host}:{call.told.port}"):
        return True
    service = call.service
    metas = [service.service.meta, *(one.workload.meta for one in service.selected)] if service else []
    return any(_is_named(target, meta.namespace, meta.name) for meta in metas)


def _is_named(asked: str, namespace: str | None, name: str) -> bool:
    """Whether `asked` is this name; what has no namespace may be deployed into any."""
    space, slash, own = asked.rpartition("/")
    return own == name and (not slash or namespace in (None, space))


def _shown(namespace: str | None, name: str) -> str:
    return f"{namespace}/{name}" if namespace else name
