"""The house: which rooms there are, and what each may import. The test of it, and `docs/architecture.md`, read this."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import kblint

PACKAGE = Path(kblint.__file__).parent

FLOORS: Mapping[str, frozenset[str]] = {
    "errors": frozenset(),
    "kept": frozenset({"source"}),
    "itself": frozenset({"kept"}),
    "config_search": frozenset(),
    "source": frozenset({"errors"}),
    "syntax": frozenset({"source", "errors"}),
    "fix": frozenset({"source"}),
    "detection": frozenset(),
    "finding": frozenset({"source", "fix", "detection"}),
    "named_files": frozenset({"source"}),
    "loading": frozenset({"finding", "source", "errors"}),
    "secrets": frozenset({"source", "fix", "finding"}),
    "own_file": frozenset({"secrets", "source", "errors"}),
    "own_folder": frozenset({"source", "errors"}),
    "suppressions": frozenset({"own_file", "finding", "source", "errors"}),
    "baseline": frozenset({"own_file", "finding", "source", "errors"}),
    "tracing": frozenset({"source", "finding", "detection"}),
    "overview": frozenset({"finding", "tracing"}),
    "survey": frozenset(),
    "register": frozenset({"source"}),
    "checklist": frozenset({"source", "finding"}),
    "rendering": frozenset({"source"}),
    "file_list": frozenset(),
    "model": frozenset({"source"}),
    "charts": frozenset({"source"}),
    "read": frozenset({"charts", "model", "syntax", "source", "errors"}),
    "releases": frozenset({"charts", "read", "model", "source"}),
    "render": frozenset({"model", "source"}),
    "helm": frozenset({"render", "model", "syntax", "source", "errors"}),
    "wire": frozenset({"model", "syntax", "source"}),
    "cel": frozenset({"own_file", "source", "errors"}),
    "admission": frozenset(
        {"kept", "cel", "own_file", "own_folder", "errors", "finding", "fix", "wire", "model", "source"}
    ),
    "snapshots": frozenset({"finding", "fix", "model", "source"}),
    "report": frozenset(
        {
            *("detection", "finding", "fix", "secrets", "source", "tracing", "register"),
            *("survey", "checklist", "rendering", "file_list", "overview"),
        }
    ),
    "engine": frozenset(
        {"kept", "itself", "cel", "own_file", "own_folder", "finding", "fix", "wire", "model", "source", "errors"}
    ),
    "builtin": frozenset({"admission", "engine", "render", "finding", "wire", "source"}),
    "views": frozenset(
        {
            *("engine", "detection", "finding", "tracing", "register", "survey", "checklist", "rendering"),
            *("render", "wire", "model", "source", "errors"),
        }
    ),
    "config_rules": frozenset({"suppressions", "source"}),
    "config_file": frozenset({"config_search", "own_file", "source", "errors"}),
    "config": frozenset(
        {
            "admission",
            "config_file",
            "config_search",
            "config_rules",
            "own_file",
            "suppressions",
            "detection",
            "finding",
            "wire",
            "read",
            "model",
            "source",
            "errors",
        }
    ),
}
"""Top level of the package, from the ground up: what each room may import besides itself."""

ABOVE = (
    *("left_out", "load_beside", "from_charts", "chart_findings", "build_findings", "texts", "helm_output", "intake"),
    *("told_files", "run", "proof", "rule_trials", "api", "lsp", "cli", "__main__"),
)
"""These stand on all the others; only `cli` may import `report` besides."""

CLI = frozenset(
    {
        *("api", "report", "secrets", "source", "errors", "fix", "finding", "baseline"),
        *("tracing", "register", "checklist", "__main__"),
    }
)
"""What the command line asks: what any program may ask, reports, and the records that those print."""

LSP = frozenset({"api", "secrets", "source", "errors", "fix", "finding"})
"""What the language server asks."""

WIRE = (
    *("evidence", "conflict", "listening", "services", "routes", "nodes", "balancers", "policies"),
    *("references", "named", "clients", "faults", "journeys", "topology", "not_followed"),
)
"""Rooms of `wire/`: each may import those before it."""

READ: Mapping[str, frozenset[str]] = {
    "reading": frozenset(),
    "signs": frozenset({"reading"}),
    "values": frozenset(),
    "inner_yaml": frozenset(),
    "set_values": frozenset(),
    "scripts": frozenset({"reading"}),
    "kubernetes": frozenset({"reading", "values", "inner_yaml", "set_values", "scripts"}),
    "hetzner": frozenset({"reading", "values", "inner_yaml", "scripts", "kubernetes"}),
    "terraform": frozenset({"reading", "signs", "values", "inner_yaml", "set_values", "kubernetes", "hetzner"}),
    "ufw": frozenset({"reading", "values", "scripts", "hetzner"}),
    "netfilter": frozenset({"reading", "scripts", "hetzner", "ufw"}),
    "talos": frozenset({"reading", "values", "hetzner", "ufw"}),
    "k3s": frozenset({"reading", "values", "inner_yaml", "scripts"}),
    "ansible": frozenset(
        {"reading", "values", "inner_yaml", "scripts", "hetzner", "ufw", "k3s", "charts", "kubernetes"}
    ),
    "charts": frozenset({"reading", "values", "inner_yaml", "set_values", "scripts", "kubernetes"}),
    "formats": frozenset({"reading"}),
}
"""Rooms of `read/`: the common ground, and what a family of formats builds on."""


def modules() -> list[tuple[str, Path]]:
    """Every module with the room of the top level that it is in."""
    return [
        (path.relative_to(PACKAGE).parts[0].removesuffix(".py"), path)
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.name != "__init__.py" or path.parent != PACKAGE
    ]


def inner(room: str) -> list[tuple[str, Path]]:
    """Every module of a room with the room inside that it is in."""
    return [
        (path.relative_to(PACKAGE / room).parts[0].removesuffix(".py"), path)
        for path in sorted((PACKAGE / room).rglob("*.py"))
        if path != PACKAGE / room / "__init__.py"
    ]


def imported(path: Path) -> frozenset[str]:
    """The modules of kblint that a module imports."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    return frozenset(name for node in nodes for name in names(node))


def names(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    """The modules of kblint that a statement imports; of a package, the name taken out of it as well."""
    if isinstance(node, ast.ImportFrom):
        module = node.module or ""
        if module == "kblint":
            yield from (f"kblint.{alias.name}" for alias in node.names)
        elif module.startswith("kblint."):
            is_package = (PACKAGE.parent / module.replace(".", "/") / "__init__.py").exists()
            yield from (f"{module}.{alias.name}" for alias in node.names) if is_package else (module,)
    else:
        yield from (alias.name for alias in node.names if alias.name.startswith("kblint."))


def room_of(module: str, floor: int = 1) -> str | None:
    """The room of a module: the part of its name at `floor`; None for one that has none."""
    parts = module.split(".")
    return parts[floor] if len(parts) > floor else None
