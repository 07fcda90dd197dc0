"""Cases: the faces of one mistake, and what each of them says."""

from __future__ import annotations

import pytest

from kblint.source.values import Unknown
from tests.engine.toys import RULE, Rules, port, port_row, refused, with_lines

NO_CONDITION = with_lines(RULE, condition="")
CASES = """
help: look at it
symptom: "503"
related: [{at: port.service, label: of this Service}]
cases:
  - when: port.nodePort == 30080
    message: the usual node port
    label: the first case
    help: choose another
  - when: port.port == 80
    message: the usual port
    symptom: 80 of ${port.nodePort}
    related: [{at: port, label: of this port}]
    fix: {title: remove it, applicability: unsafe, remove: port.nodePort}
  - when: port.targetPort == 'http'
"""


def with_cases(*lines: str, **replaced: str) -> str:
    return with_lines(NO_CONDITION, CASES, *lines, **replaced)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, "the usual node port"),
        ({"nodePort": 31000}, "the usual port"),
        ({"nodePort": 31000, "port": 81}, "target port `http` of `web` does not exist"),
        ({"nodePort": 31000, "port": 81, "targetPort": 8080}, None),
    ],
)
def test_the_first_case_that_holds_speaks(rules: Rules, values: dict[str, object], expected: str | None) -> None:
    rules.write(with_cases())
    found = rules.run(port(row=port_row(None, **values)))
    assert [one.message for one in found] == ([expected] if expected else [])


def test_what_a_case_does_not_say_is_the_rules(rules: Rules) -> None:
    rules.write(with_cases())
    (found,) = rules.run(port())
    assert (found.message, found.location.label) == ("the usual node port", "the first case")
    assert (found.help, found.symptom, found.fix) == ("choose another", "503", None)
    assert [(place.place.text, place.label) for place in found.related] == [("name: web", "of this Service")]


def test_what_a_case_says_stands_instead_of_the_rules(rules: Rules) -> None:
    rules.write(with_cases("fix: {title: of the rule, applicability: safe, remove: port.targetPort}"))
    (found,) = rules.run(port(nodePort=31000))
    assert (found.location.label, found.help, found.symptom) == ("resolves to nothing", "look at it", "80 of 31000")
    assert [(place.place.text, place.label) for place in found.related] == [("port: 80", "of this port")]
    (last,) = rules.run(port(nodePort=31000, port=81))
    assert last.fix is not None
    assert last.fix.title == "of the rule"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        # an unknown case does not speak, and does not silence what is known to hold
        ({"nodePort": Unknown()}, "the usual port"),
        ({"nodePort": Unknown(), "port": Unknown()}, "target port `http` of `web` does not exist"),
        # nothing is reported from unknowns alone
        ({"nodePort": Unknown(), "port": 81, "targetPort": 8080}, None),
        ({"nodePort": Unknown(), "port": Unknown(), "targetPort": Unknown()}, None),
    ],
)
def test_nothing_follows_from_an_unknown_case(rules: Rules, values: dict[str, object], expected: str | None) -> None:
    rules.write(with_cases())
    found = rules.run(port(row=port_row(None, **values)))
    assert [one.message for one in found] == ([expected] if expected else [])


@pytest.mark.parametrize("when", ["port.port == 81", "port.service.workloads[0].isReady"])
def test_no_case_speaks_where_the_rule_is_not_known_to_ask(rules: Rules, when: str) -> None:
    rules.write(with_cases(f"when: {when}"))
    assert rules.run(port()) == ()


@pytest.mark.parametrize(
    ("when", "count"), [((), 1), (("when: port.port == 80",), 1), (("when: port.nodePort == 31000",), 0)]
)
def test_without_condition_and_cases_when_says_what_is_wrong(rules: Rules, when: tuple[str, ...], count: int) -> None:
    rules.write(with_lines(NO_CONDITION, *when))
    assert len(rules.run(port())) == count
    rules.write(with_lines(NO_CONDITION, "when: port.service.workloads[0].isReady"))
    assert rules.run(port()) == ()


def test_certainty_and_severity_are_those_of_the_rule(rules: Rules) -> None:
    rules.write(
        with_cases(
            "certainty: \"'likely'\"",
            "likely: a guess",
            "lower: [{to: info, when: port.nodePort == 31000, because: so}]",
        )
    )
    assert [found.severity.label for found in rules.run(port())] == ["warning"]
    assert [found.severity.label for found in rules.run(port(nodePort=31000))] == ["info"]


def test_an_empty_symptom_is_none(rules: Rules) -> None:
    rules.write(with_lines(RULE, """symptom: "${port.port == 80 ? '' : '503'}" """))
    assert [found.symptom for found in rules.run(port())] == [None]


@pytest.mark.parametrize(
    ("lines", "at", "message", "help"),
    [
        (("condition: port.port > 80",), "condition", "`condition` has no place beside `cases`", None),
        (("cases: []",), "[]", "this is empty", None),
        (("cases: [{message: a}]",), "message: a}", "`when` is missing", None),
        (("cases: [{when: true, mesage: a}]",), "mesage", "unknown key `mesage`", "did you mean `message`?"),
        (("cases: [{when: port.port}]",), "port.port}", "expected a bool, this gives: int", None),
        (
            ("cases: [{when: true, message: 'a ${port.prt}'}]", "message: a"),
            "prt}",
            "`prt` is no field of ServicePort",
            "did you mean `port`?",
        ),
        (
            ("cases: [{when: true, label: '${port.prt}'}]",),
            "prt}",
            "`prt` is no field of ServicePort",
            "did you mean `port`?",
        ),
        (
            ("cases: [{when: true, related: [{at: prt, label: a}]}]",),
            "prt, label",
            "unknown name `prt`",
            "did you mean `port`?",
        ),
        (
            ("cases: [{when: true, fix: {title: a, applicability: safe, remove: port.service}}]",),
            "port.service}}",
            "a fix changes single values, found: row",
            None,
        ),
    ],
)
def test_a_case_that_means_nothing_is_refused(
    rules: Rules, lines: tuple[str, ...], at: str, message: str, help: str | None
) -> None:
    base = with_lines(NO_CONDITION, message="") if "message: a" in lines else NO_CONDITION
    cases = () if any(line.startswith("cases:") for line in lines) else ("cases: [{when: true}]",)
    refused(rules, with_lines(base, *cases, *lines), at, message, help)


def test_every_case_has_a_message(rules: Rules) -> None:
    rule = with_lines(NO_CONDITION, "cases: [{when: port.port == 80, message: a}, {when: port.port > 80}]", message="")
    refused(rules, rule, "when: port.port > 80}", "`message` is missing, here or in the rule", None)


@pytest.mark.parametrize(
    ("key", "lines", "at"),
    [("help", ("help: of the rule",), "help: of the rule"), ("label", (), "label: resolves to nothing")],
)
def test_a_text_that_no_case_leaves_to_the_rule_is_refused(
    rules: Rules, key: str, lines: tuple[str, ...], at: str
) -> None:
    cases = f"cases: [{{when: port.port == 80, {key}: a}}, {{when: port.port > 80, {key}: b}}]"
    message = f"every case has its own `{key}`, so that this one is never used"
    refused(rules, with_lines(NO_CONDITION, *lines, cases), at, message, None)


NESTED = "a second `?` inside another conditional"
LONG = " || ".join(f"port.nodePort == {number}" for number in range(30080, 30085)) + " ? 'a' : 'b'"
WRITE_CASES = "write `cases:`, each with its own texts"


@pytest.mark.parametrize(
    ("text", "at", "message"),
    [
        (
            "is ${port.port == 80 ? 'a' : port.port == 81 ? 'b' : 'c'}",
            "? 'b'",
            NESTED,
        ),
        (
            "is ${port.port == 80 ? (port.nodePort == 1 ? 'b' : 'c') : 'a'}",
            "? 'b'",
            NESTED,
        ),
        ("is ${port.port == 80 ? 'a' : 'b'} and ${port.port == 81 ? 'c' : 'd'}", "? 'c'", "a second `?` in one text"),
        (f"is ${{{LONG}}}", "port.nodePort", f"this conditional has {len(LONG)} characters, 120 are the most"),
    ],
)
@pytest.mark.parametrize(
    "place",
    [
        'message: "{}"',
        'help: "{}"',
        'symptom: "{}"',
        'location: {{at: port.port, label: "{}"}}',
        'related: [{{at: port.port, label: "{}"}}]',
        'fix: {{applicability: safe, remove: port.port, title: "{}"}}',
        'cases: [{{when: true, help: "{}"}}]',
    ],
)
def test_a_text_with_more_than_one_short_conditional_is_refused(
    rules: Rules, place: str, text: str, at: str, message: str
) -> None:
    key = place.partition(":")[0]
    rule = with_lines(NO_CONDITION, place.format(text), **({key: ""} if f"\n{key}:" in NO_CONDITION else {}))
    refused(rules, rule, at, message, WRITE_CASES)


@pytest.mark.parametrize(
    "text", ["${port.port == 80 ? 'is it?' : 'no?'}", "did you mean `${port.port}`? or `${port.nodePort}`?"]
)
def test_a_question_mark_in_words_is_no_conditional(rules: Rules, text: str) -> None:
    rules.write(with_lines(RULE, f'help: "{text}"'))
    assert len(rules.run(port())) == 1
