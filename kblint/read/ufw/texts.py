"""UFW, as it prints its rules, as it keeps them, and as scripts and cloud-init set them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kblint.model.input_format import InputFormat
from kblint.read.reading import Reading
from kblint.read.scripts.cloud_init import cloud_init_commands, is_cloud_init
from kblint.read.scripts.commands import ScriptCommand, commands, is_data, script_of
from kblint.read.ufw.commands import TooManyCommandsError, replay
from kblint.read.ufw.listing import settings, statuses, user_rules
from kblint.read.ufw.rules import RuleTable
from kblint.source.regex import regex
from kblint.source.stream import SyntaxFault
from kblint.source.templates import branches
from kblint.source.text import Source
from kblint.source.values import Document

FORMAT = InputFormat(
    "UFW",
    "`ufw status` in all its forms, `user.rules`, `/etc/default/ufw`, `ufw` in scripts, cloud-init and Ansible",
    "rules of iptables beside UFW",
)

_ADDED = regex(r"^Added user rules\b", re.MULTILINE)
"""What `ufw show added` prints above the commands that would make the same rules again."""

_CALLS = regex(r"ufw[\"']?[ \t\\]")
"""What a text holds that runs `ufw`: most that only speak of it (in a file's name, as a package) need not be parsed."""


def read_document(document: Document) -> Reading | None:
    """The firewall that the commands of cloud-init set up; None for other documents."""
    if not is_cloud_init(document) or document.source.text.find("ufw", *document.span) < 0:
        return None
    return _replayed(cloud_init_commands(document), document.source, is_listing=False)


def read_text(source: Source) -> Reading | None:
    """A listing or file of UFW, or the `ufw` commands of a script; None for any other text."""
    if is_data(source) or ("ufw" not in source.text and "Status: " not in source.text and "_POLICY" not in source.text):
        return None
    listed = statuses(source)
    if listed:
        return Reading(listed)
    kept = user_rules(source)
    if kept is not None:
        return Reading(kept)
    set_up = settings(source)
    if set_up:
        return Reading((set_up,))
    if not _CALLS.search(source.text):
        return None
    return _replayed(commands(script_of(source)), source, is_listing=_ADDED.search(source.text) is not None)


def _replayed(run: Iterable[ScriptCommand], source: Source, *, is_listing: bool) -> Reading | None:
    table = RuleTable()
    try:
        first = replay(table, run, branches(source))
    except TooManyCommandsError as error:
        return Reading(faults=(SyntaxFault("unreadable", error.place, str(error)),))
    if first is None:
        return None
    return Reading((table.firewall(source.path, first, is_listing=is_listing),))
