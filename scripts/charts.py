"""Compare what `kblint/charts/` says of a chart with what `helm template` makes of it.

`python -m scripts.charts PATH_TO_CHART…` runs the examples of the chart's file, and the chart without any values,
through both; it prints what differs, and exits with 1 where something does. Helm makes more than the file tells: what
the file tells has to be in helm's output as it says, and a file that says `has-all-ways` must tell of every way in.

The charts that a chart needs are taken from folders beside it; what is not there is left out, and that is said.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from kblint.charts.catalog import DeadKey, Head, KnownChart, examples, heads, known_chart
from kblint.model.bundle import meta_of
from kblint.source.templates import unknown
from kblint.source.values import Unknown
from tests.given.charts import NAMESPACE, release_of

_ROUTES = frozenset({"Ingress", "HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute", "IngressRoute"})
_WAYS = _ROUTES | {"IngressClass"}
_OPEN = frozenset({"NodePort", "LoadBalancer"})
_MANAGER = "app.kubernetes.io/managed-by"
_OWN = frozenset({"hostPort"})
"""What kblint writes into the ports of Services for itself."""
_SERVED = (
    "networking.k8s.io/v1/IngressClass",
    "gateway.networking.k8s.io/v1/HTTPRoute",
    "gateway.networking.k8s.io/v1/GRPCRoute",
    "gateway.networking.k8s.io/v1",
    "monitoring.coreos.com/v1",
    "traefik.io/v1alpha1/IngressRoute",
)
_SETTINGS = ("--kube-version", "1.35.0", "--skip-schema-validation")
"""Charts refuse the old Kubernetes that helm takes for granted, and helm their own null defaults."""
_SECONDS = 120
Objects = Mapping[tuple[str, str], Mapping[str, Any]]


class ChartError(Exception):
    """Helm makes nothing of these values."""


def differences(chart: KnownChart, ours: Objects, theirs: Objects) -> Iterator[str]:
    """What kblint says that helm does not, and ways in that helm makes and kblint does not tell."""
    for (kind, name), one in ours.items():
        other = theirs.get((kind, name))
        if other is None:
            near = ", ".join(sorted(found for of, found in theirs if of == kind)) or "none"
            yield f"{kind} {name}: helm makes none of this name, but {near}"
            continue
        yield from (f"{kind} {name}: {told}" for told in _unlike(one, other, ""))
        if kind == "Service":
            yield from (f"{kind} {name}: {told}" for told in _unlike_service(one, other))
    for (kind, name), one in theirs.items():
        if (kind, name) in ours or _is_hook(one):
            continue
        is_way = kind in _WAYS or (kind == "Service" and one["spec"].get("type") in _OPEN)
        if (chart.has_all_ways and is_way) or (chart.is_whole and (kind == "Service" or kind in _ROUTES)):
            yield f"{kind} {name}: helm makes it, and the file does not tell"


def _is_hook(one: Mapping[str, Any]) -> bool:
    """Whether an object is there for a moment only."""
    return "helm.sh/hook" in (one["metadata"].get("annotations") or {})


def _unlike_service(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Iterator[str]:
    """A Service is told as a whole: all its ports, and all of its selector."""
    mine, other = (len(one["spec"].get("ports") or ()) for one in (ours, theirs))
    if mine != other:
        named = ", ".join(str(port.get("name", port["port"])) for port in theirs["spec"].get("ports") or ())
        yield f"spec.ports: {mine}, and helm makes {other}: {named}"
    selector, told = theirs["spec"].get("selector") or {}, ours["spec"].get("selector")
    if told is not None and set(told) != set(selector):
        yield f"spec.selector: {sorted(told)}, and helm says {selector}"
    defaulted = {"type": "ClusterIP", "externalTrafficPolicy": "Cluster", "loadBalancerClass": None}
    for key, usual in defaulted.items():
        mine_is, other_is = ours["spec"].get(key) or usual, theirs["spec"].get(key) or usual
        if mine_is != other_is and not isinstance(mine_is, Unknown):
            yield f"spec.{key}: {mine_is}, and helm says {other_is}"


def _unlike(ours: object, theirs: object, path: str) -> Iterator[str]:
    if isinstance(ours, Unknown) or (isinstance(ours, str) and unknown(ours)):
        return
    if isinstance(ours, Mapping):
        below = theirs if isinstance(theirs, Mapping) else {}
        for key, value in ours.items():
            if value is not None and key not in _OWN:
                yield from _unlike(value, below.get(key), f"{path}.{key}" if path else str(key))
    elif isinstance(ours, list):
        listed = theirs if isinstance(theirs, list) else []
        for index, value in enumerate(ours):
            yield from _unlike(value, _fitting(value, listed, index), f"{path}.{index}")
    elif not _is_same(ours, theirs, path):
        yield f"{path}: {ours!r}, and helm says {theirs!r}"


def _fitting(value: object, listed: list[Any], index: int) -> object:
    """What stands for an item of a list: the one of its name, else the one at its place."""
    if isinstance(value, Mapping) and "name" in value:
        return next((one for one in listed if isinstance(one, Mapping) and one.get("name") == value["name"]), None)
    if isinstance(value, str):
        return next((one for one in listed if one == value), None)
    return listed[index] if index < len(listed) else None


def _is_same(ours: object, theirs: object, path: str) -> bool:
    if path.endswith(".image") and isinstance(ours, str) and isinstance(theirs, str):
        # an image without a tag stands for whichever is the chart's own
        return theirs == ours or theirs.partition("@")[0].rpartition(":")[0].endswith(ours)
    if path == "metadata.namespace" and theirs is None:
        # helm puts it there when it installs
        return ours == NAMESPACE
    return ours == theirs or (ours in (False, "", "TCP", "ClusterIP") and theirs is None)


def made_here(head: Head, example: Mapping[str, Any]) -> Objects:
    """What kblint makes of an example, by kind and name."""
    made = (meta for one in release_of(head, example) if (meta := meta_of(one)) and meta.made)
    # what an operator makes of the chart's objects helm does not show
    found = (meta for meta in made if _MANAGER not in meta.labels)
    return {(meta.kind, meta.name): meta.origin.node for meta in found}


def made_by_helm(folder: Path, name: str, values: str) -> Objects:
    """What helm makes of values, by kind and name.

    Raises:
        ChartError: helm makes nothing of them.
    """
    served = [word for version in _SERVED for word in ("--api-versions", version)]
    command = ["helm", "template", name, str(folder), "--namespace", NAMESPACE, "--values", "-", *_SETTINGS, *served]
    run = subprocess.run(command, input=values, capture_output=True, text=True, timeout=_SECONDS, check=False)  # noqa: S603 - helm, of the user's own path
    if run.returncode:
        said = run.stderr.strip().splitlines()
        raise ChartError(next((line for line in said if line.startswith("Error: ")), run.stderr))
    documents = (one for one in yaml.safe_load_all(run.stdout) if isinstance(one, dict) and "metadata" in one)
    return {(one["kind"], one["metadata"]["name"]): one for one in documents}


def read_keys(head: Head, chart: KnownChart, folder: Path, version: str, values: str) -> Iterator[str]:
    """Keys that the file calls dead for this version, and that change what helm makes of `values`."""
    plain, again = (made_by_helm(folder, head.name, values) for _ in range(2))
    # passwords are made anew each time
    stable = {key for key, one in plain.items() if again.get(key) == one}
    for dead in chart.dead:
        if "*" in dead.key or not _is_of(dead, version):
            continue
        try:
            found = made_by_helm(folder, head.name, yaml.safe_dump(_with(yaml.safe_load(values), dead.key)))
            if found.keys() != plain.keys() or any(found[key] != plain[key] for key in stable):
                yield f"`{'.'.join(dead.key)}` is called dead, and helm makes something else with it"
        except ChartError:
            # a chart that refuses a key does not read it
            continue


def _with(values: dict[str, Any], key: Sequence[str]) -> dict[str, Any]:
    """Values with something at a key."""
    first, rest = key[0], key[1:]
    return {**values, first: _with(values.get(first) or {}, rest) if rest else "kblint"}


def _is_of(dead: DeadKey, version: str) -> bool:
    number = _numbers(version)
    is_after = dead.since is None or number >= _numbers(dead.since)
    return is_after and (dead.before is None or number < _numbers(dead.before))


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.lstrip("v").partition("-")[0].split(".") if part.isdecimal()]


def prepared(folder: Path, into: Path) -> tuple[Path, tuple[str, ...]]:
    """A copy of a chart with the charts that it needs, and the names of those that are not to be had."""
    copy = into / folder.name
    shutil.copytree(folder, copy, ignore_dangling_symlinks=True)
    about = yaml.safe_load((copy / "Chart.yaml").read_text(encoding="utf-8"))
    if about.get("type") == "library":
        raise ChartError("a library makes nothing by itself")
    missing, kept = [], []
    for needed in about.get("dependencies", ()):
        name = needed["name"]
        own = [copy / "charts" / name, *(copy / "charts").glob(f"{name}-*.tgz")]
        beside = folder.parent / name
        if not any(one.exists() for one in own) and beside.is_dir():
            prepared(beside, copy / "charts") if _needs(beside) else shutil.copytree(beside, copy / "charts" / name)
            needed["version"] = yaml.safe_load((beside / "Chart.yaml").read_text(encoding="utf-8"))["version"]
        elif not any(one.exists() for one in own):
            missing.append(name)
            continue
        kept.append({key: value for key, value in needed.items() if key != "repository"})
    about["dependencies"] = kept
    (copy / "Chart.lock").unlink(missing_ok=True)
    (copy / "Chart.yaml").write_text(yaml.safe_dump(about), encoding="utf-8")
    return copy, tuple(missing)


def _needs(folder: Path) -> bool:
    about = yaml.safe_load((folder / "Chart.yaml").read_text(encoding="utf-8"))
    return bool(about.get("dependencies"))


def compared(folder: Path) -> Iterator[str]:
    """What differs for the chart in a folder; begins with lines that say what was compared."""
    about = yaml.safe_load((folder / "Chart.yaml").read_text(encoding="utf-8"))
    head = heads()[about["name"]]
    chart, version = known_chart(head.name), str(about["version"])
    assert chart is not None
    with tempfile.TemporaryDirectory() as scratch:
        copy, missing = prepared(folder, Path(scratch))
        cases: list[dict[str, Any]] = [{"values": "{}"}, *map(dict, examples(head))]
        told = [one for one in cases if _numbers(one.get("version", version))[:2] == _numbers(version)[:2]]
        without = f", without {', '.join(missing)}" if missing else ""
        yield f"# {head.name} {version}: {len(told)} of {len(cases)} examples{without}"
        if chart.checked != version:
            yield f"# {head.file} says that {chart.checked or 'no version'} was compared"
        rendered = []
        for example in told:
            example = {"version": version, **example}  # noqa: PLW2901 - the same, of a version
            short = " ".join(example["values"].split())
            try:
                theirs = made_by_helm(copy, head.name, example["values"])
            except ChartError as error:
                # many charts make nothing without a value or two
                yield f"{'# ' if short == '{}' else ''}{short}: {error}"
                continue
            rendered.append(example["values"])
            yield from (f"{short}: {one}" for one in differences(chart, made_here(head, example), theirs))
        for values in rendered[:1]:
            yield from read_keys(head, chart, copy, version, values)


def main(words: Sequence[str]) -> int:
    """Compare the charts in the given folders; 1 where something differs, 2 where it cannot be done."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("chart", type=Path, nargs="+", help="a folder that holds a Chart.yaml")
    asked = parser.parse_args(words)
    if shutil.which("helm") is None:
        print("helm is not installed", file=sys.stderr)  # noqa: T201 - what a script says
        return 2
    is_same = True
    for folder in asked.chart:
        for line in compared(folder):
            print(line)  # noqa: T201 - what a script says
            is_same = is_same and line.startswith("#")
    return 0 if is_same else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
