"""Files whose fixes are tried."""

from __future__ import annotations

from collections.abc import Mapping

from kblint.config import Config
from kblint.intake import Loaded
from kblint.proof import Mended, mend
from kblint.source.text import Source
from tests.given.runs import catalog, configured


def loaded(files: Mapping[str, str]) -> Loaded:
    """Texts by path, as if they had been read."""
    return Loaded(tuple(Source(path, text) for path, text in files.items()), (), ())


def mended(files: Mapping[str, str], config: Config | None = None, *, unsafe: bool = True) -> Mended:
    """What becomes of the files when all fixes, or only the safe ones, are tried."""
    return mend(loaded(files), config or configured(), catalog(), unsafe=unsafe)


def texts(files: Mapping[str, str], found: Mended) -> dict[str, str]:
    """The files with what was applied."""
    return {path: found.texts[path][1] if path in found.texts else text for path, text in files.items()}
