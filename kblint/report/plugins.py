"""The formats of a package of reports: every `to_<name>.py` in it is one, and is imported only when it is asked for."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kblint.report.options import RenderOptions

_PREFIX = "to_"


def format_names(package: str) -> tuple[str, ...]:
    """The names of all formats in a package beside this file, sorted; imports none of them."""
    modules = (module.name for module in pkgutil.iter_modules([str(Path(__file__).parent / package)]))
    return tuple(sorted(name.removeprefix(_PREFIX) for name in modules if name.startswith(_PREFIX)))


def format_renderer(package: str, name: str) -> Callable[[Any, RenderOptions], str]:
    """The `render` function of format `name`; `KeyError` where no such format exists."""
    if name not in format_names(package):
        raise KeyError(name)
    render: Callable[[Any, RenderOptions], str] = importlib.import_module(
        f"kblint.report.{package}.{_PREFIX}{name}"
    ).render
    return render
