"""The formats of a command's reports: every `to_<name>.py` of its package, imported only when it is asked for."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from kblint.report.options import RenderOptions

Renderer = Callable[[Any, RenderOptions], str]
"""From a command's result to its report; each package of formats has one type of result."""

_PREFIX = "to_"


@cache
def format_names(package: str = "") -> tuple[str, ...]:
    """The names of all formats in a package beside this file, or of `check` beside it; imports none of them."""
    modules = (module.name for module in pkgutil.iter_modules([str(Path(__file__).parent / package)]))
    return tuple(sorted(name.removeprefix(_PREFIX) for name in modules if name.startswith(_PREFIX)))


def format_renderer(name: str, package: str = "") -> Renderer:
    """The `render` function of format `name`; `KeyError` where no such format exists."""
    if name not in format_names(package):
        raise KeyError(name)
    path = ".".join(part for part in (__package__, package, f"{_PREFIX}{name}") if part)
    render: Renderer = importlib.import_module(path).render
    return render
