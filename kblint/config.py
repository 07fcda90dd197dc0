"""`kblint.yaml` and profiles, to what a run needs to know."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from itertools import chain
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from kblint.admission.release import versions
from kblint.config_file import config_source, no_foreign_lines, require_inside, require_outside, what_is_checked
from kblint.config_rules import choice_of, entries_of
from kblint.config_search import ConfigSearch
from kblint.detection import Detection
from kblint.errors import ConfigError
from kblint.finding import Severity
from kblint.model.balancer import DeclaredBy
from kblint.model.bundle import Declaration
from kblint.model.environment import Elsewhere, Environment, ReservedPort
from kblint.model.firewall import PortRange
from kblint.own_file import own_error, read_validated, validator
from kblint.read.hetzner.balancers import read_balancers
from kblint.read.hetzner.firewalls import read_firewalls
from kblint.source.ignore import Ignores, too_much
from kblint.source.reader import CheckedTree
from kblint.source.spelling import did_you_mean
from kblint.source.text import Source
from kblint.source.values import Origin, strings
from kblint.suppressions.choice import Choice
from kblint.suppressions.suppress import IgnoreEntry
from kblint.wire.listening.images import Catalogue, with_told
from kblint.wire.nodes.signs import Provider

AUTO = "auto"
"""No profile of its own: the one that the input shows."""
DETECTABLE, FALLBACK = "hetzner-k3s", "kubernetes"
"""What `auto` takes where the input shows both Hetzner and K3s, and elsewhere."""
NEVER = "never"


class Config(Struct, frozen=True):
    """All that is configured, from the file, the profile and the command line.

    `fail_on` is the severity from which the exit code is 1, None for never. `choice` is what the file says of rules,
    `command` what the command line does. `kubernetes_version` is None for the newest one known. Where `is_isolated`,
    the input is taken without what it says about being judged: no comment or annotation in it silences anything.
    `images` is what is known of images, None where the file says nothing of them. `baseline` is the file of findings
    that are known, None without one.
    `detectable` is the environment of a cluster that turns out to be K3s at Hetzner, None where the profile is settled;
    `detection` says how it was, None where the user named it.
    """

    environment: Environment
    path: str | None = None
    paths: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    patterns_from: Path | None = None
    """The folder at which patterns of paths start, None for the working directory."""
    choice: Choice = field(default_factory=Choice)
    command: Choice = field(default_factory=Choice)
    ignore: tuple[IgnoreEntry, ...] = ()
    fail_on: Severity | None = Severity.ERROR
    rules: tuple[Path, ...] = ()
    schemas: tuple[Path, ...] = ()
    declarations: tuple[Declaration, ...] = ()
    kubernetes_version: str | None = None
    detectable: Environment | None = None
    detection: Detection | None = None
    is_isolated: bool = False
    renders_charts: bool = False
    """Whether helm may be run on the charts in the input."""
    images: Catalogue | None = None
    baseline: Path | None = None
    cache: Path | None = None
    """The folder of what is kept between runs."""
    search: ConfigSearch = ConfigSearch()
    written: Source | None = None
    """The file, as it was read."""
    origin: Origin | None = None
    """What it says, None where that is nothing."""

    def closed(self) -> Config:
        """The configuration where the input holds everything that exists."""
        detectable = replace(self.detectable, is_closed=True) if self.detectable else None
        return replace(self, environment=replace(self.environment, is_closed=True), detectable=detectable)

    def settled(self, found: Provider) -> Config:
        """The configuration with its profile settled by what the input shows, unless the user named it."""
        environment, detection = self.environment, self.detection
        if self.detectable:
            missing = tuple(name for name, paths in (("Hetzner", found.hetzner), ("K3s", found.k3s)) if not paths)
            environment = self.environment if missing else self.detectable
            detection = Detection(() if missing else found.shown_by, missing)
        has_traefik = found.has_traefik and "traefik" not in environment.disabled
        environment = replace(environment, has_own_traefik=has_traefik)
        return replace(self, environment=environment, detectable=None, detection=detection)


def load_config(
    file: Path | None,
    root: Path,
    profile: str | None = None,
    tree: CheckedTree | None = None,
    isolated: Sequence[Path] | None = None,
) -> Config:
    """What `file` (None: nothing is configured) says, over the profile it or `profile` names.

    `tree` is what may be read for a file that was found, None for one that the user named: where that sends
    kblint to is what the user wants. `isolated` are the paths that are judged, where nothing in them says how.

    Raises:
        ConfigError: the file cannot be read, or is wrong; with path, line and column.
    """
    if file is None:
        return Config(**_environments(profile, {}, None))
    shown = _relative(file.parent, root)  # as it is called, wherever a link leads
    source = config_source(file, file.name if shown == "." else f"{shown}/{file.name}", tree)
    with no_foreign_lines(file):
        config = read_config(source, folder=file.parent, root=root, profile=profile, tree=tree)
        if isolated is not None and config.origin:
            judged = isolated or [root / path for path in config.paths] or [root]
            require_outside(config.origin, root / file.parent, what_is_checked(judged))
        return config


def read_config(
    source: Source, *, folder: Path, root: Path, profile: str | None = None, tree: CheckedTree | None = None
) -> Config:
    """The configuration that a text holds; relative paths in it start at `folder` and may not leave `tree`."""
    if not source.text.strip():
        return Config(**_environments(profile, {}, None), path=source.path, written=source)
    file = read_validated(source, validator(_schema()), ConfigError, "configuration")
    origin = file.origin
    content: Mapping[str, Any] = file.content
    fail_on = content.get("fail-on", "error")
    _require_few(origin, "exclude", strings(content.get("exclude")))
    for key in ("ignore", "overrides"):
        named = (entry.node.get(inner) for entry in origin.children(key) for inner in ("paths", "objects"))
        _require_few(origin, key, chain.from_iterable(map(strings, named)))
    if tree is not None:
        require_inside(origin, root / folder, tree)
    base = folder if tree is not None or _holds(folder, root) else root
    return Config(
        **_environments(profile, content, origin),
        path=source.path,
        written=source,
        origin=origin,
        paths=tuple(_relative(folder / path, root) for path in strings(content.get("paths"))),
        exclude=tuple(strings(content.get("exclude"))),
        patterns_from=base,
        choice=choice_of(origin, base, root),
        ignore=tuple(entries_of(origin, base, root)),
        fail_on=None if fail_on == NEVER else Severity[fail_on.upper()],
        rules=tuple(folder / path for path in strings(content.get("rules"))),
        schemas=tuple(folder / path for path in strings(content.get("schemas"))),
        declarations=_declarations(origin),
        kubernetes_version=_kubernetes_version(origin),
        images=with_told(content["images"]) if content.get("images") else None,
        baseline=folder / content["baseline"] if content.get("baseline") else None,
    )


def redeclared(config: Config, source: Source) -> Config:
    """The configuration with the balancers and firewalls that another text of its file declares."""
    file = read_validated(source, validator(_schema()), ConfigError, "configuration")
    return replace(config, declarations=_declarations(file.origin))


def _declarations(origin: Origin) -> tuple[Declaration, ...]:
    balancers = (read_balancers(balancer, DeclaredBy.CONFIG) for balancer in origin.children("balancers"))
    firewalls = (read_firewalls(firewall) for firewall in origin.children("firewalls"))
    return tuple(chain.from_iterable((*balancers, *firewalls)))


def _kubernetes_version(origin: Origin) -> str | None:
    version = origin.get("kubernetes-version")
    if version is None:
        return None
    known = versions()
    if version not in known:
        message, help = f"unknown Kubernetes version `{version}`", f"kblint knows {known[0]} to {known[-1]}"
        raise own_error(ConfigError, message, origin.place("kubernetes-version"), help)
    return str(version)


def profiles() -> tuple[str, ...]:
    """The names of all profiles, sorted, with `auto`."""
    folder = resources.files("kblint").joinpath("profiles")
    names = (entry.name.removesuffix(".yaml") for entry in folder.iterdir() if entry.name.endswith(".yaml"))
    return tuple(sorted((AUTO, *names)))


def _environments(named: str | None, content: Mapping[str, Any], origin: Origin | None) -> dict[str, Any]:
    """What holds for the profile that is named, here or in the file; for `auto`, what holds either way."""
    name = named or content.get("profile") or AUTO
    if name != AUTO:
        return {"environment": _environment(_profile(name, origin), content, origin), "detectable": None}
    # what only a detected profile says breaks nothing, and makes nothing an error
    assumed = replace(_profile(DETECTABLE, None), is_detected=True, balancer_ends_tls=False)
    return {
        "environment": _environment(replace(_profile(FALLBACK, None), is_detected=True), content, origin),
        "detectable": _environment(assumed, content, origin),
    }


def _profile(name: str, origin: Origin | None) -> Environment:
    known = profiles()
    if name not in known:
        message, help = f"unknown profile `{name}`", did_you_mean(name, known)
        if origin is None or origin.get("profile") != name:
            raise ConfigError(message, help=help)
        raise own_error(ConfigError, message, origin.place("profile"), help)
    text = resources.files("kblint").joinpath("profiles", f"{name}.yaml").read_text(encoding="utf-8")
    file = read_validated(Source(f"profiles/{name}.yaml", text), None, ConfigError, "profile")
    content: Mapping[str, Any] = file.content
    return Environment(
        profile=name,
        overlay_works=content["overlay"] == "working",
        overlay_is_configured=False,
        balancer_ends_tls=content["balancer-ends-tls"],
        is_hetzner=content["hetzner"],
        is_k3s=content["k3s"],
        node_port_range=_range(content["node-port-range"]),
        reserved=tuple(_reserved(entry) for entry in content["reserved-ports"]),
    )


def _environment(profile: Environment, content: Mapping[str, Any], origin: Origin | None) -> Environment:
    if origin is None:
        return profile
    cluster: Mapping[str, Any] = content.get("cluster", {})
    elsewhere = tuple(
        Elsewhere(entry["kind"], entry.get("namespace"), entry["name"]) for entry in content.get("elsewhere", ())
    )
    is_closed = content.get("world") == "closed"
    made = replace(profile, elsewhere=elsewhere, nodes=cluster.get("nodes"), is_closed=is_closed)
    if "overlay" in cluster:
        made = replace(made, overlay_works=cluster["overlay"] == "working", overlay_is_configured=True)
    if "node-port-range" in cluster:
        ports = _range(cluster["node-port-range"])
        if not 1 <= ports.first <= ports.last <= 65535:
            raise own_error(
                ConfigError,
                f"`{cluster['node-port-range']}` is no range of ports",
                origin.place("cluster", "node-port-range"),
                "write the first and the last port, such as `30000-32767`",
            )
        made = replace(made, node_port_range=ports, node_port_range_is_configured=True)
    reserved = tuple(_reserved(entry) for entry in cluster.get("reserved-ports", ()))
    return replace(made, disabled=frozenset(cluster.get("disable", ())), reserved=(*made.reserved, *reserved))


def _reserved(entry: int | Mapping[str, Any]) -> ReservedPort:
    if isinstance(entry, int):
        return ReservedPort(entry, "TCP", "kblint.yaml (`reserved-ports`)")
    return ReservedPort(
        port=entry["port"],
        protocol=entry.get("protocol", "TCP"),
        holder=entry["holder"],
        loopback=entry.get("loopback", False),
        servers_only=entry.get("servers-only", False),
    )


def _range(text: str) -> PortRange:
    first, _, last = text.partition("-")
    return PortRange(int(first), int(last))


def _holds(folder: Path, root: Path) -> bool:
    """Whether a folder is `root`, or one above it."""
    return root.resolve().is_relative_to(folder.resolve())


def _require_few(origin: Origin, key: str, patterns: Iterable[str]) -> None:
    """That patterns are none whose matching takes forever."""
    if reason := too_much(list(patterns), Ignores()):
        raise own_error(ConfigError, f"`{key}` {reason}", origin.place(key), "name folders instead of single files")


def _schema() -> Any:
    return json.loads(resources.files("kblint").joinpath("config.schema.json").read_text(encoding="utf-8"))


def _relative(path: Path, root: Path) -> str:
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except (ValueError, RuntimeError):
        return path.as_posix()
