"""Which values are no secret, whatever their name says: references, paths, words that say yes or no."""

from __future__ import annotations

import re

from kblint.source.regex import regex

_DEFAULT = r"(?:\w+-|\w+=|[^{}]*:[-=+])[^}$]"
_PART = (
    r"\$(?!apr1\$|2[abxy]\$|[56]\$|y\$)\w+|\$?\{\{(?:(?!\}\}).)*\}\}|\$\{(?!"
    + _DEFAULT
    + r")[^{}]*\}|\$\([^()]*\)|%\{[^{}]*\}|<[^<>]*>|`[^`]*`"
)
_REFERENCE = regex(rf"(?:{_PART})+", re.DOTALL)
_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "none", "nil", "undefined", "~", "redacted"})
_PATH = regex(
    r"(?:~|\.{1,2})?/(?:etc|var|run|root|home|opt|tmp|usr|mnt|srv|secrets?|certs?|data|app|vault|config|keys|ssl|tls"
    r"|workspace|bitnami|dev|proc)(?:/[\w.@%+-]+)+/?|(?:~|\.{1,2})(?:/[\w.@%+-]+)+"
)
_ELSEWHERE = regex(r"(?:ref\+|vault:|op://|arn:aws:|file://|env://|ENC\[).*", re.DOTALL)
_MASK = regex(r"[*x.…]+")


def is_open(value: str) -> bool:
    """Whether a value gives nothing away: empty, a reference, a path, a truth value, or masked or encrypted already."""
    value = value.strip()
    return (
        not value
        or value.lower() in _WORDS
        or any(pattern.fullmatch(value) is not None for pattern in (_REFERENCE, _PATH, _ELSEWHERE, _MASK))
    )
