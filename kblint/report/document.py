"""Writing JSON, for every format that is JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from kblint.report.commands import COMMAND

Json = str | int | bool | None | Sequence["Json"] | Mapping[str, "Json"]

_NOT_ASCII = re.compile(r"[^\x00-\x7e]+")


def dumps(document: Json) -> str:
    r"""`document` with two spaces a level, text as it is, and a line end.

    What is not plainly visible (C1 controls, lone surrogates, bidirectional controls) or would be a command in the log
    of a continuous integration server (`##vso[...]`) is written as `\u….`: the same value to a reader of JSON, but
    nothing to a terminal or a server, and always encodable.
    """
    text = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)
    return _NOT_ASCII.sub(_visible, COMMAND.sub(r"#\\u0023", text)) + "\n"


def _visible(match: re.Match[str]) -> str:
    text = match.group()
    return text if text.isprintable() else "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in text)
