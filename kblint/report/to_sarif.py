"""The report for code scanning services: SARIF 2.1.0.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from kblint import __version__
from kblint.finding import Finding, Location, Result, RuleInfo, Severity, SilencedBy, Suppressed, Unjudged
from kblint.fix import Edit, Fix
from kblint.report.document import Json, dumps, plain
from kblint.report.options import RenderOptions
from kblint.report.places import ends
from kblint.report.printable import printable
from kblint.report.wording import not_judged, said_about
from kblint.source.text import Place

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
_KNOWN: Json = {"kind": "external", "status": "accepted", "justification": "in the baseline"}
"""What keeps a known finding from being told, for readers that do not ask for its `baselineState`."""
_LEVELS: Mapping[Severity, str] = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def render(result: Result, options: RenderOptions) -> str:  # noqa: ARG001 - every format is called the same way
    """One run with its rules, findings and suppressed findings; ends with a line end."""
    rules = _rules(result)
    indexes = {rule.id: index for index, rule in enumerate(rules)}
    state = {} if result.baseline is None else {"baselineState": "new"}
    found = [{**_result(finding, indexes, []), **state} for finding in result.findings]
    known = result.baseline.known if result.baseline else ()
    silenced = [_result(silent.finding, indexes, [_suppression(silent)]) for silent in result.suppressed]
    run: Json = {
        "tool": {
            "driver": {
                "name": "kblint",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [_rule(rule) for rule in rules],
            }
        },
        "invocations": [
            {
                "executionSuccessful": not result.unjudged,
                "toolExecutionNotifications": [
                    *(_not_judged(failure, indexes) for failure in result.unjudged),
                    *(
                        {
                            "level": "note",
                            "message": _message(f"skipped: {skipped.reason}"),
                            "locations": [{"physicalLocation": {"artifactLocation": _artifact(skipped.path)}}],
                        }
                        for skipped in result.skipped
                    ),
                ],
            }
        ],
        "originalUriBaseIds": {_ROOT: {"description": _message("the directory that kblint was run in")}},
        "columnKind": "unicodeCodePoints",
        "results": [
            *found,
            *silenced,
            *({**_result(finding, indexes, [_KNOWN]), "baselineState": "unchanged"} for finding in known),
        ],
        "properties": {"profile": result.profile, "silencedErrors": plain(result.summary.silenced)},
    }
    return dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rules(result: Result) -> list[RuleInfo]:
    """The rules described in the result; one that found something without being described says its name at least."""
    rules = {rule.id: rule for rule in result.rules}
    for failure in result.unjudged:
        ref = failure.rule
        rules.setdefault(ref.id, RuleInfo(ref.id, ref.name, ref.name, Severity.ERROR, ref.name))
    known = result.baseline.known if result.baseline else ()
    for finding in (*result.findings, *(silent.finding for silent in result.suppressed), *known):
        ref = finding.rule
        rules.setdefault(ref.id, RuleInfo(ref.id, ref.name, ref.name, finding.severity, ref.name))
    return [rules[id] for id in sorted(rules)]


def _rule(rule: RuleInfo) -> Json:
    return {
        "id": rule.id,
        "name": rule.name,
        "shortDescription": _message(rule.summary),
        **({"fullDescription": _message(*rule.description.splitlines())} if rule.description else {}),
        "help": {"text": rule.summary, "markdown": rule.help_markdown},
        **({"helpUri": rule.url} if rule.url else {}),
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        **({"properties": {"tags": [rule.area]}} if rule.area else {}),
    }


def _result(finding: Finding, indexes: Mapping[str, int], suppressions: list[Json]) -> dict[str, Json]:
    return {
        "ruleId": finding.rule.id,
        "ruleIndex": indexes[finding.rule.id],
        "level": _LEVELS[finding.severity],
        "message": _message(*said_about(finding)),
        "locations": [_location(finding.location, finding)],
        "relatedLocations": [{"id": number, **_location(at)} for number, at in enumerate(finding.related, 1)],
        "partialFingerprints": {"kblint/v1": finding.fingerprint},
        "fixes": [_fix(finding.fix)] if finding.fix and finding.fix.edits and not finding.fix.command else [],
        "suppressions": suppressions,
        "properties": {
            "certainty": finding.certainty,
            "lowered": finding.lowered,
            "symptom": finding.symptom,
            "journeys": list(finding.journeys),
        },
    }


def _not_judged(failure: Unjudged, indexes: Mapping[str, int]) -> Json:
    return {
        "level": "error",
        "message": _message(*not_judged(failure)),
        "locations": [_location(Location(failure.place))],
        "associatedRule": {"id": failure.rule.id, "index": indexes[failure.rule.id]},
    }


def _location(location: Location, finding: Finding | None = None) -> dict[str, Json]:
    """A place, its label, and for the place of `finding` the object that it is about."""
    about = finding.object if finding else None
    return {
        "physicalLocation": {
            "artifactLocation": _artifact(location.place.source.path),
            "region": _region(location.place),
        },
        **({"message": _message(location.label)} if location.label else {}),
        **({"logicalLocations": [{"fullyQualifiedName": str(about), "kind": "resource"}]} if about else {}),
    }


def _region(place: Place) -> Json:
    """Lines and columns; an end column is exclusive in SARIF too (§3.30.8)."""
    start, end = ends(place)
    return {"startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column}


def _artifact(path: str) -> Json:
    """A path as a URI: relative to the working directory unless it is absolute."""
    uri = quote(path, safe="/", errors="surrogatepass")
    return {"uri": f"file://{uri}"} if path.startswith("/") else {"uri": uri, "uriBaseId": _ROOT}


def _fix(fix: Fix) -> Json:
    by_path: dict[str, list[Edit]] = {}
    for edit in fix.edits:
        by_path.setdefault(edit.place.source.path, []).append(edit)
    changes = [
        {
            "artifactLocation": _artifact(path),
            "replacements": [
                {"deletedRegion": _region(edit.place), "insertedContent": {"text": edit.text}} for edit in edits
            ],
        }
        for path, edits in by_path.items()
    ]
    return {
        "description": _message(fix.title),
        "artifactChanges": changes,
        "properties": {"applicability": fix.applicability.value},
    }


def _suppression(silent: Suppressed) -> Json:
    is_external = silent.by is SilencedBy.CONFIGURATION
    return {"kind": "external" if is_external else "inSource", "justification": silent.reason}


def _message(*lines: str) -> dict[str, Json]:
    """A message in which `[text](target)` is no link (§3.11.6): the words may come from a manifest."""
    return {"text": "\n".join(map(printable, lines)).replace("](", "] (")}
