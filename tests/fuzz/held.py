"""What has to hold of any input: what is promised in SECURITY.md, and that nothing is said about what is not there."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from xml.etree import ElementTree as ET

from msgspec.structs import replace

from kblint.config import Config
from kblint.engine.catalog import Catalog
from kblint.finding import Finding, Location, Result
from kblint.intake import Loaded, read
from kblint.proof import mend
from kblint.run import check
from kblint.source.text import Place, Source
from tests.given.runs import catalog
from tests.whole_run import said_in_all_formats

OURS = {
    ("check", "github"): r"::(?:error|warning|notice) (?:file|title)=[^:,\n]*[:,]",
    ("check", "text"): r"::: ",
    ("check", "diff"): r"(?!)",
}
"""What begins with `::` where a format has lines of its own that begin so."""
ABOUT_SUPPRESSIONS = "DOC005"


def steering(name: tuple[str, str], report: str) -> list[str]:
    """Lines that a terminal or a CI server would obey, or that hide something."""
    end = "\r\n" if name == ("ports", "csv") else "\n"
    lines = [line.replace("\t", "") if name == ("check", "diff") else line for line in report.split(end)]
    return [
        line
        for line in lines
        if not line.isprintable()
        or re.search(r"##\w*\[", line)
        or (line.lstrip().startswith("::") and not re.match(OURS.get(name, r"(?!)"), line.lstrip()))
    ]


def told(sources: Iterable[Source], config: Config, rules: Catalog | None = None) -> Mapping[tuple[str, str], str]:
    """Every report of an input, each held to what all are held to."""
    reports = said_in_all_formats(Loaded(tuple(sources), (), ()), config, rules or catalog())
    inside = [name for command, name in reports if command == "calls"]
    assert len(reports) - len(inside) == 21 + 1
    assert not inside or sorted(inside) == sorted(name for command, name in reports if command == "trace")
    for name, report in reports.items():
        report.encode("utf-8")
        assert steering(name, report) == [], name
        if name[1] in ("json", "sarif", "gitlab"):
            json.loads(report)
        if name[1] in ("svg", "junit"):
            ET.fromstring(report)
    if rules is None:
        assert json.loads(reports["check", "json"])["unjudged"] == [], "every rule can be evaluated on it"
    return reports


def held(texts: Mapping[str, str], config: Config, secrets: Sequence[str] = ()) -> None:
    """All that has to hold of these files; none of the reports may show one of `secrets`."""
    given = sources(texts)
    result = check(Loaded(given, (), ()), config, catalog())
    for place in places(result):
        stands(place, given)
    silences_only_what_it_names(result, texts, config)
    reports = told(given, config)
    for name, report in reports.items():
        assert [sign for sign in secrets if sign in report] == [], name
    assert told(sources(texts), config) == reports, "the same input gives the same bytes"
    for unsafe in (False, True):
        fixes_hold(texts, config, unsafe=unsafe)


def sources(texts: Mapping[str, str]) -> tuple[Source, ...]:
    """Files as they are after reading."""
    return tuple(Source(path, text) for path, text in texts.items())


def places(result: Result) -> Iterator[Place]:
    """All places that a result points to."""
    findings: list[Finding] = [*result.findings, *(one.finding for one in result.suppressed)]
    for finding in findings:
        locations: tuple[Location, ...] = (finding.location, *finding.related)
        yield from (location.place for location in locations)
        if finding.fix:
            yield from (edit.place for edit in finding.fix.edits)
    yield from (failure.place for failure in result.unjudged)


def stands(place: Place, given: Sequence[Source]) -> None:
    """The place lies inside one of the files that were given."""
    assert any(place.source is one for one in given), f"{place.source.path} was not given"
    assert 0 <= place.span.start <= place.span.end <= len(place.source.text), place


def silences_only_what_it_names(result: Result, texts: Mapping[str, str], config: Config) -> None:
    """What suppressions in the files took out is all that a run which ignores them finds besides."""
    alone = check(Loaded(sources(texts), (), ()), replace(config, is_isolated=True), catalog())
    left = Counter(map(essence, result.findings)) + Counter(essence(one.finding) for one in result.suppressed)
    besides = left - Counter(map(essence, alone.findings))
    assert {one[0] for one in besides} <= {ABOUT_SUPPRESSIONS}
    assert Counter(map(essence, alone.findings)) <= left


def essence(finding: Finding) -> tuple[object, ...]:
    """What makes a finding the same in two runs."""
    place = finding.location.place
    return (finding.rule.id, finding.severity, finding.message, place.source.path, place.span)


def fixes_hold(texts: Mapping[str, str], config: Config, *, unsafe: bool) -> None:
    """What `--fix` writes reads as well as before, and there is nothing left to fix in it."""
    mended = mend(Loaded(sources(texts), (), ()), config, catalog(), unsafe=unsafe)
    if not mended.texts:
        return
    after = {path: mended.texts[path][1] if path in mended.texts else text for path, text in texts.items()}
    assert faults(after) <= faults(texts), "what was mended can be read"
    again = mend(Loaded(sources(after), (), ()), config, catalog(), unsafe=unsafe)
    assert dict(again.texts) == {}, "what is mended stays as it is"


def faults(texts: Mapping[str, str]) -> Counter[tuple[str, str]]:
    """What is wrong with the texts themselves."""
    return Counter((fault.place.source.path, fault.message) for fault in read(sources(texts)).faults)
