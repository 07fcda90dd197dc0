"""What `import kblint` offers: a whole run in one call. Nothing is printed, nothing written.

What comes back may be shown: secrets in the files are masked, as they are in every report of the command line.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kblint.api.baselines import chosen_baseline, without_known
from kblint.api.checks import checked, described, judged, rules_of
from kblint.api.options import Options, configured
from kblint.api.project import OpenedProject, opened, wired
from kblint.api.registers import registered
from kblint.api.traces import traced
from kblint.errors import UsageError
from kblint.finding import Result
from kblint.register import Register
from kblint.secrets.conceal import concealed
from kblint.tracing import Start, Trace

Paths = str | Path | Iterable[str | Path]
"""A file or folder, or several."""

_DEFAULTS = Options()


def check(paths: Paths = (), options: Options = _DEFAULTS, *, baseline: str | Path | None = None) -> Result:
    """Find where a request would not arrive, as `kblint check` does.

    `paths` are files and folders, relative to the working directory, from where they are shown; none: `paths` of
    `kblint.yaml`, else the working directory. `baseline` is a file whose findings are left out, instead of the
    configured one.

    The findings are sorted. Where the result has `unjudged`, a rule could not be evaluated on something, and what it
    would have found there is missing; where `summary.files` is 0, there was nothing to check.

    Raises:
        UsageError: a path does not exist, or the options ask for what there is not.
        ConfigError: `kblint.yaml`, or the baseline, is wrong.
        RuleError: a rule of one's own is broken.
    """
    project = _opened(paths, options)
    catalog = rules_of(project.config)
    chosen = chosen_baseline(baseline, options, project)
    result = without_known(judged(project, catalog), chosen, project, catalog)
    return concealed(described(result, catalog))


def trace(
    paths: Paths = (),
    options: Options = _DEFAULTS,
    *,
    to: str | None = None,
    start: Start = Start.INTERNET,
    caller: str | None = None,
    broken: bool = False,
) -> Trace:
    """Follow every way in, hop by hop, to its outcome, as `kblint trace` does.

    `to` is a URL, a host, `namespace/service` or `service`: only the ways there. With `Start.NODE` they begin on a
    node, which passes no balancer; with `Start.INSIDE` in the containers of the cluster, or in those of the workload
    `caller`. Where `broken`, the ways that arrive are counted only.

    Raises:
        UsageError: as `check`, and where nothing leads to `to`, or `caller` asks for nothing.
        ConfigError: as `check`.
        RuleError: as `check`.
    """
    project = _opened(paths, options)
    found = checked(project, rules_of(project.config))
    is_inside = start is Start.INSIDE or caller is not None
    begins = Start.INSIDE if is_inside else start
    return concealed(traced(found, start=begins, target=to, caller=caller, only_broken=broken))


def ports(paths: Paths = (), options: Options = _DEFAULTS, *, free: int = 0) -> Register:
    """List every port in use and who holds it, as `kblint ports` does; with `free` ports of each kind that nobody has.

    Raises:
        UsageError: as `check`.
        ConfigError: as `check`.
    """
    return concealed(registered(wired(_opened(paths, options)), free))


def _opened(paths: Paths, options: Options) -> OpenedProject:
    named = [str(path) for path in ([paths] if isinstance(paths, str | Path) else paths)]
    if "-" in named:
        raise UsageError("`-` is standard input, which only the command line reads", help="name a file `./-` instead")
    return opened(named, configured(options, named))
