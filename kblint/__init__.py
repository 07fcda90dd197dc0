"""kblint follows the packet before you deploy.

`check`, `trace` and `ports` are whole runs; `docs/api.md` shows them. What they need is imported when it is asked for.
"""

from __future__ import annotations

import importlib

__version__ = "0.1.0"

_MODULES = {
    "kblint.api.public": ("check", "ports", "trace"),
    "kblint.api.options": ("Options",),
    "kblint.errors": ("ConfigError", "KblintError", "RuleError", "UsageError"),
    "kblint.finding": ("Finding", "Location", "ObjectRef", "Result", "RuleRef", "Severity", "Skipped", "Summary"),
    "kblint.fix": ("Applicability", "Edit", "Fix"),
    "kblint.register": ("PortKind", "Register"),
    "kblint.source.text": ("Place", "Point"),
    "kblint.tracing": ("HopState", "Start", "Trace", "TraceHop", "TraceJourney"),
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names}

__all__ = ["__version__", *sorted(_HOMES)]  # noqa: PLE0604 - the keys are names


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name, obj=None)
    found: object = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
