"""What `kblint init` says of a repository."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence

from kblint.model.balancer import LoadBalancer
from kblint.model.bundle import Declaration, path_of
from kblint.model.cluster import ClusterSign, K3sConfig
from kblint.model.firewall import CloudFirewall, HostFirewall
from kblint.model.release import ChartRelease
from kblint.model.route import Gateway, Route
from kblint.model.service import Service
from kblint.model.workload import Workload
from kblint.survey import Survey
from kblint.wire.nodes.signs import provider

_KINDS: tuple[tuple[type | tuple[type, ...], str, str], ...] = (
    (LoadBalancer, "load balancer", "load balancers"),
    ((CloudFirewall, HostFirewall), "firewall", "firewalls"),
    (K3sConfig, "K3s configuration", "K3s configurations"),
    ((Route, Gateway), "route or gateway", "routes and gateways"),
    (Service, "Service", "Services"),
    (Workload, "workload", "workloads"),
    (ChartRelease, "release of a chart", "releases of charts"),
)
_CHART = "Chart.yaml"


def survey(declarations: Sequence[Declaration], paths: Iterable[str], kustomizations: Iterable[str]) -> Survey:
    """What is declared in files of which `paths` are all that were read; `kustomizations` are some of those."""
    found = provider(declarations)
    files = {path_of(one) for one in declarations if not isinstance(one, ClusterSign)}
    counts = [(sum(isinstance(one, kind) for one in declarations), one, more) for kind, one, more in _KINDS]
    return Survey(
        files=len(files),
        counts=tuple(count for count in counts if count[0]),
        hetzner=found.hetzner,
        k3s=found.k3s,
        charts=tuple(sorted(path for path in paths if posixpath.basename(path) == _CHART)),
        kustomizations=tuple(sorted(kustomizations)),
        folders=_folders(files),
    )


def _folders(files: Iterable[str]) -> tuple[str, ...]:
    """The outermost folders of files; the working directory where one lies in it, or there is none."""
    tops = {path.split("/")[0] if "/" in path else "." for path in files}
    return (".",) if "." in tops or not tops else tuple(sorted(tops))
