"""Rules as pages to read: the catalogue, one rule, and what rules may name."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from kblint.engine.catalog import Catalog
from kblint.engine.marks import underlined
from kblint.engine.row import RowType
from kblint.engine.rule import Case, Example, Rule
from kblint.engine.subject import SubjectKind
from kblint.engine.template import TextTemplate
from kblint.finding import Result, RuleInfo, Severity
from kblint.source.grouping import grouped


def catalogue(catalog: Catalog, format_name: str) -> str:
    """All rules as `text`, `json` or `markdown`."""
    rules = catalog.rules.values()
    if format_name == "json":
        rows = [
            {
                "id": rule.id,
                "name": rule.name,
                "severity": rule.severity.label,
                "summary": rule.summary,
                "status": rule.status.value,
                "since": rule.since,
            }
            for rule in rules
        ]
        return json.dumps(rows, indent=2, ensure_ascii=False) + "\n"
    if format_name == "markdown":
        lines = ["| rule | name | severity | what it reports |", "| --- | --- | --- | --- |"]
        lines += [f"| {rule.id} | {rule.name} | {rule.severity.label} | {_cell(rule.summary)} |" for rule in rules]
        return "\n".join(lines) + "\n"
    width = max((len(rule.name) for rule in rules), default=0)
    lines = [f"{rule.id:<8} {rule.severity.label:<8} {rule.name:<{width}}  {rule.summary}" for rule in rules]
    return "\n".join(lines) + "\n"


def page(rule: Rule) -> str:
    """One rule, whole, in Markdown."""
    breaks = rule.severity < Severity.ERROR and rule.check is not None and rule.check.breaks
    severity = f"Severity: {rule.severity.label}{', error where it surely breaks a journey' if breaks else ''}."
    parts = [f"# {rule.id} {rule.name}", "", f"{_sentence(rule.summary)} {severity}", ""]
    parts += [rule.rationale.strip(), ""]
    if rule.check:
        parts += ["## What it says", "", *_said(rule.check.cases), ""]
    bad = next((example for example in rule.examples if example.is_bad), None)
    good = next((example for example in rule.examples if not example.is_bad), None)
    if bad:
        parts += ["## Reported", "", *_example(bad)]
    if good:
        parts += ["## Not reported", "", *_example(good)]
    if rule.references:
        parts += ["## References", "", *(f"- <{reference}>" for reference in rule.references), ""]
    return "\n".join(parts)


def described(result: Result, catalog: Catalog) -> Result:
    """`result` with what a report may say of the rules that it names."""
    refs = [finding.rule for finding in result.findings]
    refs += [one.finding.rule for one in result.suppressed]
    refs += [finding.rule for finding in result.baseline.known] if result.baseline else []
    refs += [failure.rule for failure in result.unjudged]
    infos = (_info(catalog.rules[id]) for id in sorted({ref.id for ref in refs}) if id in catalog.rules)
    return replace(result, rules=tuple(infos))


def _info(rule: Rule) -> RuleInfo:
    area = rule.id.rstrip("0123456789")
    # its page comes along whole; what it rests on is published
    told, url = rule.rationale.strip(), next(iter(rule.references), None)
    return RuleInfo(rule.id, rule.name, rule.summary, rule.severity, page(rule), url, description=told, area=area)


def subjects_page(
    kinds: Mapping[str, SubjectKind[Any]], row_types: Mapping[str, RowType], shared: Mapping[str, str]
) -> str:
    """What the expressions of a rule may name: every subject, every field."""
    lines: list[str] = ["Every rule also sees:", ""]
    lines += [f"  {variable}: {row}" for variable, row in shared.items()]
    lines.append("")
    for kind in kinds.values():
        lines.append(f"subject {kind.name}: `{kind.variable}` is {kind.doc} ({kind.name})")
    for type_ in row_types.values():
        lines += ["", f"{type_.name}: {type_.doc}"]
        for name, field in type_.fields.items():
            held = field.type.value.replace("rows", field.row or "").replace("row", field.row or "")
            lines.append(f"  {name}: {held}; {field.doc}")
    return "\n".join(lines) + "\n"


def _said(cases: Iterable[Case]) -> Iterator[str]:
    """Each message once, with what helps; cases that say the same in other words at the place are one for a reader."""
    helps = grouped((_gist(case.message), _gist(case.help) if case.help else None) for case in cases)
    for message, found in helps.items():
        yield f"- {message}"
        yield from (f"  - help: {help}" for help in dict.fromkeys(found) if help)


def _gist(template: TextTemplate) -> str:
    """A text without the values that only a finding has."""
    return "".join(part if isinstance(part, str) else "…" for part in template.parts)


def _example(example: Example) -> list[str]:
    parts = [f"{_sentence(example.title)}", ""] if example.title else []
    for name, text in sorted(example.files.items(), key=lambda file: file[0] in example.given):
        beside = ", as in other examples" if name in example.given else ""
        parts += [f"`{name}`{beside}", ""] if len(example.files) > 1 else []
        parts += ["```yaml", underlined(text.rstrip()), "```", ""]
    return parts


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
