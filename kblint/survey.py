"""What a repository holds, for whoever sets kblint up in it: a plain frozen record."""

from __future__ import annotations

from msgspec import Struct


class Survey(Struct, frozen=True):
    """Numbers of what was read by what it is called (singular, plural), and paths of files that tell more.

    `hetzner` and `k3s` are the files that show each, `charts` and `kustomizations` their files; `folders` hold all that
    is checked, as seen from the working directory.
    """

    files: int
    counts: tuple[tuple[int, str, str], ...]
    hetzner: tuple[str, ...]
    k3s: tuple[str, ...]
    charts: tuple[str, ...]
    kustomizations: tuple[str, ...]
    folders: tuple[str, ...]
