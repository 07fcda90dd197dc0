"""What Secrets hold, where it is written out: which host and port a password is for is no secret."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from kblint.model.bundle import Bundle, Other
from kblint.model.meta import Text
from kblint.model.policy import ConfigMap
from kblint.source.grouping import grouped
from kblint.source.templates import unknown
from kblint.source.values import Origin, PositionedDict, Unknown
from kblint.wire.services.controllers import ConfigMapOf
from kblint.wire.services.selection import same_namespace

_LONGEST = 1 << 18
"""Characters of an encoded entry; a longer one is not decoded."""


def secrets_of(bundle: Bundle) -> ConfigMapOf:
    """The entries of a Secret by its namespace and name, as those of a ConfigMap; None where it is not in the input."""
    secrets = (one for one in bundle.all(Other) if (one.meta.group, one.meta.kind) == ("", "Secret"))
    by_name = grouped((one.meta.name, one) for one in secrets)
    opened: dict[Other, ConfigMap] = {}

    def find(namespace: str | None, name: str) -> ConfigMap | None:
        held = (one for one in by_name.get(name, ()) if same_namespace(namespace, one.meta.namespace))
        found = next(held, None)
        if found is not None and found not in opened:
            opened[found] = _opened(found)
        return opened[found] if found is not None else None

    return find


def _opened(secret: Other) -> ConfigMap:
    """Its entries as text, `stringData` winning.

    https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/secret-v1/
    """
    node, data = PositionedDict(), dict[str, Text]()
    for child, key, value in _entries(secret.meta.origin):
        node.put(key, value, child.node.key_spans[key], child.node.value_spans[key])
        data[key] = Unknown(value) if "\n" not in value and unknown(value) else value
    return ConfigMap(secret.meta, data, Origin(secret.meta.origin.source, node, secret.meta.origin.head))


def _entries(origin: Origin) -> Iterator[tuple[Origin, str, str]]:
    encoded, plain = origin.child("data"), origin.child("stringData")
    for key, value in encoded.node.items():
        if isinstance(value, str) and key not in plain.node and (text := _decoded(value)) is not None:
            yield encoded, key, text
    for key, value in plain.node.items():
        if isinstance(value, str):
            yield plain, key, value


def _decoded(value: str) -> str | None:
    """The text of an entry of `data`; None for anything else."""
    if len(value) > _LONGEST:
        return None
    try:
        return base64.b64decode("".join(value.split()), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
