"""Suppressions silence what they name where they stand, and nothing else; unused ones are reported."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from kblint.errors import ConfigError
from kblint.finding import Finding, Location, ObjectRef, RuleRef, Severity
from kblint.source.comments import directives
from kblint.source.text import Place, Source, Span
from kblint.suppressions.directives import Waiver
from kblint.suppressions.path_patterns import PathPatterns
from kblint.suppressions.suppress import IgnoreEntry, Suppressions, suppress
from tests.given.places import place

SVC001 = RuleRef("SVC001", "unresolved-target-port")
POD002 = RuleRef("POD002", "pod-network-backend")
KNOWN = {
    name: rule.id for rule in (SVC001, POD002, RuleRef("DOC005", "unused-suppression")) for name in (rule.id, rule.name)
}
ALL = frozenset(KNOWN.values())
WEB = ObjectRef("Service", "shop", "web")
TEXT = "kind: Service\nspec:\n  port: 80\n  targetPort: http\n"


def finding(where: Place, rule: RuleRef = SVC001, object: ObjectRef | None = WEB) -> Finding:
    return Finding(rule, Severity.ERROR, "known", "broken", Location(where), object=object)


def judged(
    text: str,
    *rules: RuleRef,
    waivers: Sequence[Waiver] = (),
    entries: Sequence[IgnoreEntry] = (),
    selected: frozenset[str] = ALL,
) -> Suppressions:
    """Findings of `rules` at `http` in `text`, with the suppressions in it."""
    source = Source("web.yaml", text)
    findings = [finding(place(source, "http"), rule) for rule in rules]
    return suppress(findings, directives(source), waivers, entries, KNOWN, selected=selected)


def messages(result: Suppressions) -> list[tuple[str, str, str | None]]:
    return [(one.location.place.text, one.message, one.help) for one in result.unused]


def kept(result: Suppressions) -> list[str]:
    return [one.rule.id for one in result.kept]


@pytest.mark.parametrize(
    "text",
    [
        "targetPort: http # kblint: ignore[SVC001] for now",
        "targetPort: http # kblint: ignore[unresolved-target-port]: for now",
        "targetPort: http # ours # kblint: ignore[SVC001] for now",
        "# kblint: ignore[SVC001] for now\ntargetPort: http",
        "# kblint: ignore[SVC001] for now\n\n# a remark\ntargetPort: http",
        "a:\n  # kblint: ignore[SVC001] for now\n  # kblint: ignore[POD002] too\n  targetPort: http",
        "# kblint: ignore-file[SVC001] for now\na: 1\nb: 2\ntargetPort: http",
        "targetPort: http\n# kblint: ignore-file[SVC001] for now\n",
    ],
)
def test_a_comment_silences_its_rule_and_keeps_its_reason(text: str) -> None:
    result = judged(text, SVC001, selected=ALL - {"POD002"})
    assert kept(result) == []
    assert [(one.finding.rule.id, one.reason) for one in result.suppressed] == [("SVC001", "for now")]
    assert result.unused == ()


@pytest.mark.parametrize(
    "text",
    [
        "targetPort: http\n# kblint: ignore[SVC001]\na: 1",
        "a: 1 # kblint: ignore[SVC001]\ntargetPort: http",
        "# kblint: ignore[SVC001]\na: 1\ntargetPort: http",
        "a: '# kblint: ignore-file[SVC001]'\ntargetPort: http",
        "# see kblint: ignore-file[SVC001]\ntargetPort: http",
    ],
)
def test_a_comment_elsewhere_silences_nothing(text: str) -> None:
    assert kept(judged(text, SVC001)) == ["SVC001"]


def test_a_comment_silences_only_the_rules_it_names() -> None:
    result = judged("targetPort: http # kblint: ignore[SVC001]", SVC001, POD002)
    assert kept(result) == ["POD002"]
    result = judged("targetPort: http # kblint: ignore[SVC001, POD002] both", SVC001, POD002)
    assert kept(result) == []


def test_a_comment_silences_nothing_in_another_file() -> None:
    here, there = Source("a.yaml", "http # kblint: ignore-file[SVC001]"), Source("b.yaml", "http")
    found = [finding(place(source, "http")) for source in (here, there)]
    result = suppress(found, directives(here), (), (), KNOWN, selected=ALL)
    assert [one.location.place.source.path for one in result.kept] == ["b.yaml"]


def test_an_unused_suppression_is_reported_at_the_rule_it_names() -> None:
    result = judged("targetPort: http # kblint: ignore[SVC001,POD002] both", SVC001)
    assert messages(result) == [("POD002", "suppression of `POD002` silences nothing", "delete it")]
    (unused,) = result.unused
    assert (unused.rule.id, unused.rule.name, unused.severity) == ("DOC005", "unused-suppression", Severity.WARNING)


@pytest.mark.parametrize("selected", [ALL - {"POD002"}, ALL - {"DOC005"}])
def test_what_was_not_asked_for_is_not_unused(selected: frozenset[str]) -> None:
    assert judged("targetPort: http # kblint: ignore[POD002]", selected=selected).unused == ()


@pytest.mark.parametrize(
    ("comment", "at", "message", "help"),
    [
        (
            "# kblint: ignore",
            "# kblint: ignore",
            "`ignore` names no rule",
            "name the rules in brackets: `kblint: ignore[SVC001] reason`",
        ),
        (
            "# kblint: ignore-file[] all",
            "# kblint: ignore-file[] all",
            "`ignore-file` names no rule",
            "name the rules in brackets: `kblint: ignore-file[SVC001] reason`",
        ),
        ("# kblint: ignore[SVC01]", "SVC01", "unknown rule `SVC01` in a suppression", "did you mean `SVC001`?"),
        (
            "# kblint: ignor[SVC001]",
            "# kblint: ignor[SVC001]",
            "unknown directive `ignor`",
            "did you mean `ignore`?",
        ),
    ],
)
def test_a_suppression_that_cannot_be_understood_is_reported(comment: str, at: str, message: str, help: str) -> None:
    result = judged(f"targetPort: http {comment}", SVC001)
    assert kept(result) == ["SVC001"]
    assert messages(result) == [(at, message, help)]


def waiver(text: str, object: ObjectRef = WEB) -> tuple[str, Waiver]:
    """A manifest with the annotation, and the waiver."""
    source = Source("web.yaml", f"targetPort: http\nannotation: {text}\n")
    return source.text, Waiver(object, text.strip("'\""), place(source, text))


def test_an_annotation_silences_what_is_said_about_its_object() -> None:
    text, ours = waiver("'SVC001: legacy clients; POD002,unresolved-target-port: x'")
    result = judged(text, SVC001, POD002, waivers=[ours])
    assert [(one.finding.rule.id, one.reason) for one in result.suppressed] == [
        ("SVC001", "legacy clients"),
        ("POD002", "x"),
    ]
    assert result.unused == ()


def test_an_annotation_on_another_object_silences_nothing() -> None:
    text, theirs = waiver("'SVC001: legacy'", ObjectRef("Service", None, "web"))
    result = judged(text, SVC001, waivers=[theirs])
    assert kept(result) == ["SVC001"]
    assert messages(result) == [("SVC001", "suppression of `SVC001` silences nothing", "delete it")]


def test_an_annotation_that_names_no_rule_is_reported() -> None:
    text, empty = waiver('";"')
    assert messages(judged(text, waivers=[empty])) == [
        ('";"', "`kblint.io/ignore` names no rule", "write `SVC001: reason`")
    ]


@pytest.mark.parametrize(
    ("paths", "objects", "covers"),
    [
        ((), (), True),
        (("web.yaml",), (), True),
        (("*.yaml", "!web.yaml"), (), False),
        (("apps/",), (), False),
        ((), ("web",), True),
        ((), ("Service/w*",), True),
        ((), ("Service/shop/web",), True),
        ((), ("Service/other/web", "Deployment/web"), False),
        ((), ("Service/*/web",), True),
        ((), ("[uvw]eb",), True),
        (("web.yaml",), ("api",), False),
    ],
)
def test_a_configuration_entry_covers_its_paths_and_objects(
    paths: tuple[str, ...], objects: tuple[str, ...], covers: bool
) -> None:
    entry = IgnoreEntry(("unresolved-target-port",), PathPatterns(paths), objects, "as agreed")
    result = judged(TEXT, SVC001, POD002, entries=[entry])
    assert kept(result) == (["POD002"] if covers else ["SVC001", "POD002"])
    assert [one.reason for one in result.suppressed] == (["as agreed"] if covers else [])
    assert result.unused == ()


def test_of_entries_that_cover_a_finding_the_first_gives_the_reason_and_all_are_used() -> None:
    config = Source("kblint.yaml", "ignore:\n- rules: [SVC001]\n")
    said = (("Service/w*", "first"), ("web", "second"), ("api", "third"))
    entries = [
        IgnoreEntry(("SVC001",), PathPatterns(), (name,), reason, place(config, "rules")) for name, reason in said
    ]
    result = judged(TEXT, SVC001, entries=entries)
    assert [one.reason for one in result.suppressed] == ["first"]
    assert len(result.unused) == 1


def test_an_entry_with_a_place_is_reported_when_unused() -> None:
    config = Source("kblint.yaml", "ignore:\n- rules: [POD002]\n")
    entry = IgnoreEntry(("POD002",), PathPatterns(), (), "", place(config, "rules: [POD002]"))
    (unused,) = judged(TEXT, SVC001, entries=[entry]).unused
    assert unused.location.place.source.path == "kblint.yaml"


def test_an_entry_that_names_no_rule_there_is_ends_the_run() -> None:
    config = Source("kblint.yaml", "ignore:\n- rules: [SVC01]\n")
    entry = IgnoreEntry(("SVC01",), PathPatterns(), (), "", place(config, "rules"))
    with pytest.raises(ConfigError, match=re.escape("kblint.yaml:2:3: unknown rule `SVC01` in `ignore`")):
        judged(TEXT, entries=[entry])


def test_findings_about_suppressions_can_be_silenced_too() -> None:
    text = "# kblint: ignore-file[DOC005] generated\ntargetPort: http # kblint: ignore[POD002]\n"
    result = judged(text)
    assert result.unused == ()
    assert [one.reason for one in result.suppressed] == ["generated"]
    assert messages(judged("# kblint: ignore-file[DOC005]\na: http\n")) == [
        ("DOC005", "suppression of `DOC005` silences nothing", "delete it")
    ]


def test_a_finding_that_two_suppressions_cover_leaves_neither_unused() -> None:
    text = "# kblint: ignore-file[SVC001] far\ntargetPort: http # kblint: ignore[SVC001] near\n"
    result = judged(text, SVC001)
    assert [one.reason for one in result.suppressed] == ["near"]
    assert result.unused == ()


def test_a_long_run_of_comments_is_read_once() -> None:
    text = "# kblint: ignore[SVC001]\n" * 5000 + "targetPort: http"
    source = Source("web.yaml", text)
    at = Place(source, Span(len(text) - 4, len(text)))
    result = suppress([finding(at)], directives(source), (), (), KNOWN, selected=ALL)
    assert (len(result.suppressed), result.unused) == (1, ())
