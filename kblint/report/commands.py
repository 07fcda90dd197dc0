"""Lines that a continuous integration server would obey instead of showing them.

GitHub runs lines that begin with `::` (after spaces); GitHub and Azure Pipelines run `##[...]` and `##vso[...]`
anywhere in a line, TeamCity `##teamcity[...]`. A name in a manifest must not be able to say such a thing.
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
https://learn.microsoft.com/en-us/azure/devops/pipelines/scripts/logging-commands
"""

from __future__ import annotations

import re

from kblint.source.regex import regex

COMMAND = regex(r"##(?=\w*\[)")
"""The beginning of a command anywhere in a line; what replaces it depends on how a format escapes."""

_LINE_COMMAND = regex(r"^((?: |\x1b\[[0-9;]*m)*)::(?!:)", re.MULTILINE)


def without_commands(report: str) -> str:
    r"""A finished report without commands: their first `:` becomes `\x3a`, their second `#` becomes `\x23`."""
    return _LINE_COMMAND.sub(r"\1\\x3a:", without_inline_commands(report))


def without_inline_commands(text: str) -> str:
    r"""`text` without the commands that are obeyed anywhere in a line: their second `#` becomes `\x23`."""
    return COMMAND.sub(r"#\\x23", text)
