"""What an installation from a clone or an sdist says where it would fail in other words.

`cel-expr-python` has no wheel for musl, and no marker of a requirement can tell one libc from another: pip would only
say that it found no version. A wheel runs none of this; there kblint itself says it, in `kblint/cel/library.py`.
"""

from __future__ import annotations

from collections.abc import Iterable

from hatchling.metadata.plugin.interface import MetadataHookInterface
from packaging.tags import platform_tags


class GlibcHook(MetadataHookInterface):
    """Refuses a machine for which there is no CEL."""

    PLUGIN_NAME = "custom"

    def update(self, metadata: dict[str, object]) -> None:  # noqa: ARG002 - the signature is hatchling's
        """Raises where nothing could be installed."""
        refuse_musl(platform_tags())


def refuse_musl(tags: Iterable[str]) -> None:
    """Raises OSError where the wheels of this machine are musl's."""
    if any(tag.startswith("musllinux") for tag in tags):
        raise OSError(
            "kblint needs cel-expr-python, which has no wheel for musl (Alpine): "
            "use an image with glibc, such as python:3.13-slim"
        )
