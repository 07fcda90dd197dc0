"""One look at a folder: what is found in it with the texts that an editor has not written yet."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from kblint.api.checks import CheckedInputs, checked, described, rules_of
from kblint.api.links import Link, linked
from kblint.api.options import Options, configured
from kblint.api.project import Buffers, edited, opened
from kblint.errors import KblintError
from kblint.finding import Finding
from kblint.secrets.conceal import concealed
from kblint.source.text import Source


class Look(Struct, frozen=True):
    """What was found: `texts` are those of open documents, by the shown path, `pages` are about rules, by id.

    `mistake` is what kept kblint from its job: then nothing is found, and the links are those of before.
    """

    root: Path
    found: CheckedInputs | None = None
    findings: tuple[Finding, ...] = ()
    pages: Mapping[str, str] | None = None
    links: tuple[Link, ...] = ()
    texts: Mapping[str, str] | None = None
    mistake: KblintError | None = None


def looked(before: Look, texts: Mapping[str, str], *, is_disk_as_before: bool) -> Look:
    """Look at the folder of an earlier look, with these unwritten texts.

    Where the disk is as before, nothing is read from it, and the configuration and the rules are those of before.
    """
    try:
        found = _found(before, texts, is_disk_as_before=is_disk_as_before)
    except KblintError as mistake:
        return Look(before.root, before.found, (), before.pages, before.links, texts, mistake)
    result = concealed(described(found.result, found.catalog))
    pages = {rule.id: f"{rule.summary}\n\n{rule.description}" for rule in result.rules}
    return Look(before.root, found, result.findings, pages, linked(found), texts)


def _found(before: Look, texts: Mapping[str, str], *, is_disk_as_before: bool) -> CheckedInputs:
    if before.found is not None and is_disk_as_before:
        # what was changed back to what lies on disk has a text too: every document that is open does
        return checked(edited(before.found.project, texts), before.found.catalog)
    config = configured(Options(), (), before.root)
    known: dict[str, Source] = {}
    if before.found is not None:
        known = {source.path: source for source in before.found.project.texts.sources}
    project = opened((), config, before.root, buffers=Buffers(texts, known))
    return checked(project, rules_of(project.config))
