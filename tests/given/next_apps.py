"""The next applications with their databases, caches and workers: their files, one change of a text, what is found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kblint.config import Config
from kblint.finding import Result
from kblint.intake import read
from kblint.run import judge_objects, settle, wire_all
from kblint.source.text import Source
from kblint.wire.journeys.journey import Journey
from tests.cli.running import FIXTURES
from tests.given.runs import checked, configured

FOLDER = FIXTURES / "next-apps" / "inside"
RIGHT: Mapping[str, str] = {
    path.relative_to(FOLDER).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted(FOLDER.rglob("*.yaml"))
    if path.name != "kblint.yaml"
}


@dataclass(frozen=True)
class Edit:
    """`old` becomes `new` in a file, where it stands for the first time after `after`."""

    file: str
    old: str
    new: str
    after: str = ""

    def texts(self) -> dict[str, str]:
        """All files with the edit."""
        text = RIGHT[self.file]
        start = text.index(self.after)
        assert self.old in text[start:]
        return {**RIGHT, self.file: text[:start] + text[start:].replace(self.old, self.new, 1)}


def judged(texts: Mapping[str, str], settings: str = "") -> tuple[Result, list[Journey]]:
    """What is found in the files, and every way in and call; `settings` are the text of a `kblint.yaml`."""
    sources = [Source(path, text) for path, text in texts.items()]
    given = read(sources)
    config: Config = settle(configured(settings), given)
    topologies = wire_all(given, config, judge_objects(given, config))
    return checked(sources, configured(settings)), [
        one for topology in topologies for one in (*topology.journeys, *topology.calls)
    ]
