"""Regular expressions that are compiled when one is first asked for: kblint knows some five hundred, a run asks few."""

from __future__ import annotations

import re
from typing import Any, cast

_ASKED = ("fullmatch", "match", "search", "finditer", "findall", "sub", "split")


class Regex:
    """Stands for a pattern that is not compiled yet, and does what that does.

    After the first call its methods are the pattern's own, so that later calls cost nothing more.
    """

    def __init__(self, text: str, flags: int) -> None:
        self._text = text
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        compiled = re.compile(self._text, self._flags)
        self.__dict__.update({each: getattr(compiled, each) for each in _ASKED})
        return getattr(compiled, name)


def regex(text: str, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    """The pattern that `re.compile` makes of the same words, made when it is first used.

    A mistake in `text` shows only then: a test compiles all of them.
    """
    return cast("re.Pattern[str]", Regex(text, int(flags)))
