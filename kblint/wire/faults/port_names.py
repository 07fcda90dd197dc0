"""Names of container ports, wherever they are written: in a container, a `targetPort`, a probe, a route or a policy.

`IsValidPortName`: https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go
"""

from __future__ import annotations

from typing import NamedTuple

from kblint.source.regex import regex

_NAME = regex(r"(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST = 15


class Misnamed(NamedTuple):
    """What is wrong with the name of a port: which `case` it is, and the end of a sentence that says it."""

    case: str
    reason: str


def misnamed(name: str) -> Misnamed | None:
    """Why the API server takes no port of this name; None for one that it takes."""
    if len(name) > _LONGEST:
        return Misnamed("long", f"has {len(name)} characters, {_LONGEST} are allowed")
    return None if _NAME.fullmatch(name) else Misnamed("malformed", "is not well formed")
