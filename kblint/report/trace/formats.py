"""The formats there are: every `to_<name>.py` beside this file is one, and is imported only when it is asked for."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from pathlib import Path

from kblint.report.options import RenderOptions
from kblint.trace import Trace

Renderer = Callable[[Trace, RenderOptions], str]

_PREFIX = "to_"


def names() -> tuple[str, ...]:
    """The names of all formats, sorted; imports none of them."""
    here = str(Path(__file__).parent)
    modules = (module.name for module in pkgutil.iter_modules([here]))
    return tuple(sorted(name.removeprefix(_PREFIX) for name in modules if name.startswith(_PREFIX)))


def renderer(name: str) -> Renderer:
    """The `render` function of format `name`; `KeyError` where no such format exists."""
    if name not in names():
        raise KeyError(name)
    render: Renderer = importlib.import_module(f"kblint.report.trace.{_PREFIX}{name}").render
    return render
