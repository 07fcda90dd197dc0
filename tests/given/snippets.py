"""What the help of a finding tells people to write or to run, and whether that can be read as what it is."""

from __future__ import annotations

import re

import yaml

from kblint.finding import Finding
from kblint.syntax.grammar import parse
from kblint.syntax.hcl import parse_hcl

_CODE = re.compile(r"`([^`]*)`")
_PROGRAM = re.compile(r"(?:curl|hcloud|helm|kblint|kubectl|nc|sudo|ufw)\s")
_PLAIN = re.compile(r"\b(?:ufw (?:allow|insert)|hcloud \w+ \w+-|kubectl \w+ -)[^`]*")
_HCL = re.compile(r"\w+ = ")
_YAML = re.compile(r"[\w./-]+:(?: |$)|[{\[]")


def snippets(finding: Finding) -> list[str]:
    """The code in a finding's help, commands that stand there as plain words, and the command of its fix."""
    command, help = finding.fix.command if finding.fix else None, finding.help or ""
    plain = [f"`{words}`" for words in _PLAIN.findall(_CODE.sub("", help))]
    return [*_CODE.findall(help), *plain, *([command] if command else [])]


def mistake_in(snippet: str) -> str | None:
    """Why a snippet cannot be pasted where it belongs; None for one that can, and for a word or a value."""
    if snippet.count("`") or "\n" in snippet:
        return "is not one line of code"
    if _PROGRAM.match(snippet):
        # a placeholder in angle brackets would read from a file
        return "is no shell" if parse(snippet, "bash", "x").has_error or re.search(r"[<>]", snippet) else None
    if _HCL.match(snippet):
        fault = parse_hcl(snippet).fault
        return f"is no HCL: {fault.message}" if fault else None
    if _YAML.match(snippet) and len(snippet) > 1:
        try:
            value = yaml.safe_load(snippet)
        except yaml.YAMLError as error:
            return f"is no YAML: {error}"
        return None if isinstance(value, dict | list) else "is no YAML"
    return "has a mark of another language" if re.search(r"[<>]", snippet) else None
