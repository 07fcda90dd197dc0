"""What rules find, and where they stay silent."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping

import pytest
from msgspec.structs import replace

from kblint.engine.subject import Subject
from kblint.finding import Finding, ObjectRef, RuleRef, Severity
from kblint.source.text import Source
from kblint.source.values import Unknown
from tests.engine.toys import (
    MANIFEST,
    RULE,
    WORKLOAD,
    Rules,
    app_row,
    candidate,
    judged,
    port,
    port_row,
    with_lines,
)

FEW: Mapping[str, object] = {"targetPort": "http", "names": ["https"]}
FINE: Mapping[str, object] = {**FEW, "targetPort": "https"}
YIELDING = with_lines(RULE, "yieldsTo: [SVC001]", id="SVC002", name="other-name", condition="false")


def texts(finding: Finding) -> list[tuple[str, str]]:
    return [(at.place.text, at.label) for at in finding.related]


def test_a_broken_condition_is_a_finding_with_both_its_words_and_its_place(rules: Rules) -> None:
    rules.write(
        with_lines(RULE, "symptom: 503", "help: name one of ${port.names}", "certainty: \"'known'\"", "likely: a guess")
    )
    (finding,) = rules.run(port())
    assert finding.rule == RuleRef("SVC001", "unresolved-target-port")
    assert finding.message == "target port `http` of `web` does not exist"
    assert (finding.location.place.text, finding.location.label) == ("http", "resolves to nothing")
    assert (finding.severity, finding.certainty) == (Severity.ERROR, "known")
    assert (finding.symptom, finding.help) == ("503", "name one of https")
    assert finding.object == ObjectRef("Service", None, "web")
    assert finding.fix is None


def test_a_condition_that_holds_is_no_finding(rules: Rules) -> None:
    rules.write(RULE)
    assert rules.run(port(targetPort="https")) == ()


def test_a_rule_that_is_not_selected_finds_nothing(rules: Rules) -> None:
    rules.write(RULE)
    assert judged(rules.load(), [candidate(port())], ()) == ()


def test_a_rule_sees_only_its_own_kind_of_subject(rules: Rules) -> None:
    rules.write(RULE)
    workload = Subject(app_row(Source("web.yaml", MANIFEST)), None)
    assert judged(rules.load(), [candidate(workload, WORKLOAD)]) == ()


def test_a_removed_rule_finds_nothing(rules: Rules) -> None:
    rules.write(
        with_lines(RULE, "status: removed", subject="", condition="", message="", location=""),
    )
    assert rules.run(port()) == ()


@pytest.mark.parametrize("when", ["port.port > 80", "port.service.workloads[0].isReady"])
def test_when_is_not_known_to_hold_nothing_is_judged(rules: Rules, when: str) -> None:
    rules.write(with_lines(RULE, f"when: {when}"))
    assert rules.run(port()) == ()


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("port.service.workloads[0].isReady", False),
        ("'!port.service.workloads[0].isReady'", False),
        ("port.service.workloads[0].isReady && port.port == 81", True),
        ("port.port == 81 && port.service.workloads[0].isReady", True),
        ("port.service.workloads[0].isReady || port.port == 81", False),
        ("port.service.workloads.all(w, w.isReady)", True),
        ("port.service.workloads.exists(w, w.isReady)", False),
        ("'!port.service.workloads.exists(w, !w.isReady)'", True),
    ],
)
def test_an_unknown_is_neither_true_nor_false(rules: Rules, condition: str, found: bool) -> None:
    rules.write(with_lines(RULE, condition=condition))
    assert bool(rules.run(port())) is found


def test_a_field_that_is_unknown_reports_nothing(rules: Rules) -> None:
    rules.write(RULE)
    assert rules.run(port(targetPort=Unknown("${PORT}"))) == ()


def test_an_unknown_in_a_message_is_an_ellipsis(rules: Rules) -> None:
    rules.write(with_lines(RULE, message="is it ${port.service.workloads[0].isReady}, $${PORT}?"))
    (finding,) = rules.run(port())
    assert finding.message == "is it …, ${PORT}?"


def test_values_are_written_as_people_read_them(rules: Rules) -> None:
    message = '\'${port.nodePort} ${port.other == null} ${port.service.namespace} ${[1, 2]} ${{"a}": 1}["a}"]}\''
    rules.write(with_lines(RULE, message=message))
    (finding,) = rules.run(port())
    assert finding.message == "30080 true unset 1, 2 1"


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is not counted any more")
def test_a_null_in_a_text_costs_no_reference(rules: Rules) -> None:
    # Python ends a process that has lost all its references to None
    rules.write(with_lines(RULE, message="node port ${port.nodePort}"))
    catalog = rules.load()
    bindings = catalog.runtime.bindings({"port": {"nodePort": None}})
    before = sys.getrefcount(None)
    values = {catalog.runtime.value("port.nodePort", bindings) for _ in range(1000)}
    assert values == {None}
    assert sys.getrefcount(None) > before - 500


def test_a_very_long_value_is_cut(rules: Rules) -> None:
    rules.write(with_lines(RULE, message="${port.targetPort}"))
    (finding,) = rules.run(port(targetPort="x" * 1000))
    assert finding.message == "x" * 199 + "…"


@pytest.mark.parametrize(
    ("lines", "expression"),
    [
        ({"condition": "port.nodePort + 1 > 2"}, "port.nodePort + 1 > 2"),
        ({"condition": "port.port / 0 == 1"}, "port.port / 0 == 1"),
        ({"condition": "port.other.name == 'x'"}, "port.other.name == 'x'"),
        ({"condition": "port.service.workloads[7].isReady"}, "port.service.workloads[7].isReady"),
        ({"condition": "port.targetPort"}, "port.targetPort"),
        ({"message": "${port.other.name}"}, "port.other.name"),
    ],
)
def test_a_rule_that_cannot_be_evaluated_says_so(rules: Rules, lines: dict[str, str], expression: str) -> None:
    rules.write(with_lines(RULE, **lines))
    judgement = rules.judge(port(nodePort=None))
    (failure,) = judgement.unjudged
    said = re.fullmatch(r"rule `SVC001` could not be evaluated on Service web: (.+) in `(.+)`", failure.message)
    assert said is not None
    assert said[2] == expression
    assert failure.path == (rules.folder / "rule.yaml").as_posix()
    assert "rule's file" in failure.help, "the user's own"
    assert judgement.findings == ()


def test_it_costs_that_rule_what_it_would_say_of_that_thing_and_nothing_else(rules: Rules) -> None:
    rules.write(with_lines(RULE, condition="port.nodePort + 1 > 31000"))
    rules.write(with_lines(RULE, id="SVC002", name="other-name", condition="false"), "other.yaml")
    broken = port(nodePort=None)
    judgement = rules.judge(broken, broken, port(nodePort=30000))
    assert [failure.rule.id for failure in judgement.unjudged] == ["SVC001"], "told once for one thing"
    assert {finding.rule.id for finding in judgement.findings} == {"SVC001", "SVC002"}


def test_what_is_remembered_of_one_thing_is_no_pass_for_another_like_it(rules: Rules) -> None:
    rules.write(with_lines(RULE, condition="port.nodePort + 1 > 31000"))
    first, second = port(nodePort=None), replace(port(nodePort=None), object=ObjectRef("Service", None, "other"))
    messages = [failure.message for failure in rules.judge(first, second).unjudged]
    assert [message.partition(":")[0].rpartition(" ")[2] for message in messages] == ["other", "web"]


def test_a_condition_that_is_neither_true_nor_false_is_told_so(rules: Rules) -> None:
    rules.write(with_lines(RULE, condition="port.targetPort"))
    (failure,) = rules.judge(port()).unjudged
    assert "on Service web: expected true or false" in failure.message


@pytest.mark.parametrize(
    ("certainty", "expected"),
    [("known", Severity.ERROR), ("likely", Severity.WARNING), ("unknown", None)],
)
def test_certainty_lowers_the_severity_or_silences(rules: Rules, certainty: str, expected: Severity | None) -> None:
    rules.write(with_lines(RULE, f"certainty: \"'{certainty}'\"", "likely: a guess"))
    assert [(f.severity, f.certainty) for f in rules.run(port())] == ([(expected, certainty)] if expected else [])


def test_an_unresolved_certainty_silences(rules: Rules) -> None:
    rules.write(
        with_lines(RULE, "certainty: \"port.service.workloads[0].isReady ? 'known' : 'likely'\"", "likely: a guess")
    )
    assert rules.run(port()) == ()


def test_a_made_up_certainty_cannot_be_judged(rules: Rules) -> None:
    rules.write(with_lines(RULE, "certainty: \"'certain'\"", "likely: a guess"))
    (failure,) = rules.judge(port()).unjudged
    assert "`certain` is none of known, likely, unknown" in failure.message


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        (
            "{to: warning, when: port.port == 80, because: it may}, {to: info, when: 'true', because: it may}",
            Severity.WARNING,
        ),
        (
            "{to: warning, when: port.port == 81, because: it may}, {to: info, when: 'true', because: it may}",
            Severity.INFO,
        ),
        ("{to: warning, when: port.port == 81, because: it may}", Severity.ERROR),
        ("{to: warning, when: 'port.service.workloads[0].isReady', because: it may}", Severity.WARNING),
    ],
)
def test_the_first_lower_that_may_hold_sets_the_severity(rules: Rules, entries: str, expected: Severity) -> None:
    rules.write(with_lines(RULE, f"lower: [{entries}]"))
    (finding,) = rules.run(port())
    assert finding.severity is expected
    assert finding.lowered == (None if expected is Severity.ERROR else "it may")


def test_lower_comes_before_certainty(rules: Rules) -> None:
    rules.write(
        with_lines(
            RULE, "lower: [{to: warning, when: 'true', because: it may}]", "certainty: \"'likely'\"", "likely: a guess"
        )
    )
    (finding,) = rules.run(port())
    assert (finding.severity, finding.lowered) == (Severity.INFO, "it may, and a guess")


def test_a_users_severity_replaces_the_rules_own_and_is_never_changed_by_lower(rules: Rules) -> None:
    rules.write(with_lines(RULE, "lower: [{to: warning, when: 'true', because: it may}]"))
    assert rules.run(port(), severities={"SVC001": Severity.INFO})[0].severity is Severity.INFO
    (finding,) = rules.run(port(), severities={"SVC001": Severity.ERROR})
    assert (finding.severity, finding.lowered) == (Severity.ERROR, None)
    rules.write(with_lines(RULE, severity="warning"))
    assert rules.run(port(), severities={"SVC001": Severity.ERROR})[0].severity is Severity.ERROR


def test_related_places_are_shown_once_sorted_and_never_the_primary(rules: Rules) -> None:
    rules.write(
        with_lines(
            RULE,
            """
            related:
              - {each: port.service.workloads, as: workload, at: workload, label: "`${workload.name}` is selected"}
              - {at: port.service, label: the Service}
              - {at: port.service.name, label: the Service again}
              - {at: port.targetPort, label: the primary}
              - {at: port.other.name, label: not there}
              - {at: "port.service.workloads[5].podLabels", label: not there}
              - {at: profile.name, label: stands nowhere}
            """,
        )
    )
    (finding,) = rules.run(port())
    assert texts(finding) == [
        ("name: web", "the Service"),
        ("name: app", "`app` is selected"),
        ("name: worker", "`worker` is selected"),
    ]


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        ("when: workload.name != 'app'", ["worker"]),
        ("when: workload.isReady", []),
        ("limit: 1", ["app"]),
        ("limit: 1, when: workload.name != 'app'", ["worker"]),
    ],
)
def test_each_shows_what_holds_up_to_its_limit(rules: Rules, extra: str, expected: list[str]) -> None:
    each = "each: port.service.workloads, as: workload, at: workload, label: '${workload.name}'"
    rules.write(with_lines(RULE, f"related: [{{{each}, {extra}}}]"))
    (finding,) = rules.run(port())
    assert [at.label for at in finding.related] == expected


def test_a_primary_place_that_is_not_written_falls_back_to_the_row(rules: Rules) -> None:
    rules.write(with_lines(RULE, location="{at: port.names}"))
    (finding,) = rules.run(port())
    assert finding.location.place.text == "port: 80"


def test_a_rule_is_silent_where_a_better_one_reported_on_the_same_hop(rules: Rules) -> None:
    rules.write(RULE, "a.yaml")
    rules.write(YIELDING, "b.yaml")
    here, there = port(hops=["x", "y"]), port(hops=["z"], row=port_row(Source("b.yaml", MANIFEST), targetPort="https"))
    found = [(f.rule.id, f.location.place.source.path) for f in rules.run(here, there)]
    assert found == [("SVC002", "b.yaml"), ("SVC001", "web.yaml")]


def test_a_rule_speaks_where_the_better_one_is_not_selected(rules: Rules) -> None:
    rules.write(RULE, "a.yaml")
    rules.write(YIELDING, "b.yaml")
    findings = judged(rules.load(), [candidate(port(hops=["x"]))], ["SVC002"])
    assert [finding.rule.id for finding in findings] == ["SVC002"]


def test_journeys_and_the_symptom_come_from_what_the_rule_breaks(rules: Rules) -> None:
    rules.write(with_lines(RULE, "breaks: target-port", "symptom: nothing good"))
    (finding,) = rules.run(port(journeys=["https://a.example"]))
    assert (finding.journeys, finding.symptom) == (("https://a.example",), "503")
    (finding,) = rules.run(port())
    assert (finding.journeys, finding.symptom) == ((), "nothing good")


def test_journeys_broken_in_another_respect_are_not_listed(rules: Rules) -> None:
    rules.write(with_lines(RULE, "breaks: listener"))
    (finding,) = rules.run(port(journeys=["https://a.example"]))
    assert (finding.journeys, finding.symptom) == ((), None)


def test_one_mistake_is_one_finding_with_all_its_journeys(rules: Rules) -> None:
    rules.write(
        with_lines(RULE, "breaks: target-port", "lower: [{to: warning, when: port.port == 81, because: it may}]")
    )
    source = Source("web.yaml", MANIFEST)
    subjects = [
        port(row=port_row(source, port=81), journeys=["https://b.example"]),
        port(row=port_row(source), journeys=["https://a.example"]),
        port(row=port_row(source), journeys=["https://a.example"]),
    ]
    (finding,) = rules.run(*subjects)
    assert (finding.severity, finding.journeys) == (Severity.ERROR, ("https://b.example", "https://a.example"))


def test_findings_are_sorted_by_path_line_column_and_rule(rules: Rules) -> None:
    rules.write(RULE, "a.yaml")
    rules.write(with_lines(RULE, id="AA001", name="aa"), "b.yaml")
    rules.write(with_lines(RULE, id="ZZ001", name="zz", location="{at: port}"), "c.yaml")
    subjects = [port(row=port_row(Source(path, MANIFEST))) for path in ("b.yaml", "a.yaml")]
    found = [(f.location.place.source.path, f.rule.id) for f in rules.run(*subjects)]
    assert found == [(path, id) for path in ("a.yaml", "b.yaml") for id in ("ZZ001", "AA001", "SVC001")]


def test_a_value_that_no_utf_8_can_hold_does_not_end_the_run(rules: Rules) -> None:
    rules.write(RULE)
    (finding,) = rules.run(port(targetPort="\ud800"))
    assert finding.message == "target port `?` of `web` does not exist"


def test_shared_rows_are_there(rules: Rules) -> None:
    rules.write(with_lines(RULE, message="in ${profile.name}", condition="'!profile.overlayWorks'"))
    (finding,) = rules.run(port())
    assert finding.message == "in toy"


def test_what_only_a_finding_tells_is_made_for_findings_only(rules: Rules) -> None:
    rules.write(RULE)
    made: list[Subject] = []

    def make() -> Subject:
        made.append(port())
        return made[-1]

    told = replace(candidate(port()), asked=FEW, judged=lambda: FEW, subject=make)
    fine = replace(told, asked=FINE, judged=lambda: FINE)
    (finding,) = judged(rules.load(), [fine, told])
    assert finding.message == "target port `http` of `web` does not exist"
    assert len(made) == 1


def test_what_the_first_expression_excuses_is_asked_nothing_more(rules: Rules) -> None:
    rules.write(RULE)
    made: list[Mapping[str, object]] = []

    def make() -> Mapping[str, object]:
        made.append(FEW)
        return FEW

    (finding,) = judged(rules.load(), [replace(candidate(port()), asked=asked, judged=make) for asked in (FINE, FEW)])
    assert finding.location.place.text == "http"
    assert made == [FEW]


def test_of_things_that_look_alike_each_is_told(rules: Rules) -> None:
    rules.write(RULE)
    subjects = [port(row=port_row(Source(path, MANIFEST))) for path in ("a.yaml", "b.yaml")]
    assert [f.location.place.source.path for f in rules.run(*subjects)] == ["a.yaml", "b.yaml"]
